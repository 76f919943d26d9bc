"""Where a city's records are: a SQLite file or a database of PostgreSQL, and how they are counted, kept and put back."""
import contextlib
import os
import shutil
import sqlite3
import subprocess
import time
from collections import Counter


def cells_of(tables):
    """One query that counts every table: its rows, what is filled in each column, and the versions of its records."""
    parts = []
    for table, columns in sorted(tables.items()):
        shown = table.replace("'", "''")
        parts.append(f"SELECT '{shown}', '*', count(*) FROM \"{table}\"")
        parts += [f"SELECT '{shown}', '{column}', count(\"{column}\") FROM \"{table}\"" for column in columns]
        if "_version" in columns:
            parts.append(f"SELECT '{shown}', 'versions', COALESCE(sum(_version), 0) FROM \"{table}\"")
    return parts


class Sqlite:
    kind = "SQLite"

    def __init__(self, folder, city):
        self.folder, self.city, self.kept = folder, city, folder
        self.file = folder / f"{city}.db"

    def query(self, sql):
        with contextlib.closing(sqlite3.connect(f"file:{self.file}?mode=rw", uri=True)) as database:
            return database.execute(sql).fetchall()

    def census(self, served=False):
        if not self.file.exists() or self.file.stat().st_size == 0:
            return Counter()
        tables = {table: [row[1] for row in self.query(f"PRAGMA table_info(\"{table}\")")]
                  for table, in self.query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")}
        return Counter({(table, cell): number for part in cells_of(tables) for table, cell, number in self.query(part)})

    def dump(self):
        """Every table with all its rows."""
        return {table: sorted(self.query(f'SELECT * FROM "{table}"'), key=repr)
                for table, in self.query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")}

    def quiet(self):
        """SQLite has no server that could still be at work."""

    def forget(self):
        for end in ("", "-wal", "-shm"):
            (self.folder / f"{self.city}.db{end}").unlink(missing_ok=True)

    def keep(self, name):
        with contextlib.closing(sqlite3.connect(self.file)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if self.file.exists():
            shutil.copyfile(self.file, self.kept / f"{name}.kept")

    def put_back(self, name):
        self.forget()
        kept = self.kept / f"{name}.kept"
        if kept.exists():
            shutil.copyfile(kept, self.file)


class Postgres:
    kind = "PostgreSQL"

    def __init__(self, name, city, tablespace=""):
        self.name, self.space = name, f"leye_{city}"
        self.tablespace = f' TABLESPACE "{tablespace}"' if tablespace else ""
        self.conninfo = f"{os.environ['LEYE_TEST_POSTGRES']} dbname={name}"
        self.folder = f"postgres:{self.conninfo}"
        self.forget()

    def psql(self, sql, conninfo=None):
        run = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", conninfo or self.conninfo],
                             input=sql, capture_output=True, text=True)
        if run.returncode:
            raise RuntimeError(run.stderr)
        return [line.split("\t") for line in run.stdout.split("\n") if line]

    def admin(self, sql):
        return self.psql(sql, f"{os.environ['LEYE_TEST_POSTGRES']} dbname=postgres")

    def tables(self):
        found = {}
        for table, column in self.psql("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = "
                                       f"'{self.space}' ORDER BY table_name, ordinal_position"):
            found.setdefault(table, []).append(column)
        return found

    def census(self, served=False):
        """served: a server is running and keeps its connections."""
        if not served:
            self.quiet()
        parts = cells_of(self.tables())
        rows = self.psql(f"SET search_path = \"{self.space}\";\n" + "\nUNION ALL ".join(parts)) if parts else []
        return Counter({(table, cell): int(number) for table, cell, number in rows})

    def query(self, sql):
        return [tuple(row) for row in self.psql(f"SET search_path = \"{self.space}\";\n{sql}")]

    def dump(self):
        return {table: sorted(self.query(f'SELECT t::text FROM "{table}" t')) for table in self.tables()}

    def quiet(self):
        """Until the server has noticed that a client is gone."""
        for _ in range(200):
            if self.admin(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{self.name}'") == [["0"]]:
                return
            time.sleep(0.02)

    def forget(self):
        self.admin(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        self.admin(f'CREATE DATABASE "{self.name}" TEMPLATE template0{self.tablespace}')

    def keep(self, name):
        self.quiet()
        self.admin(f'DROP DATABASE IF EXISTS "{self.name}_{name}" WITH (FORCE)')
        self.admin(f'CREATE DATABASE "{self.name}_{name}" TEMPLATE "{self.name}"{self.tablespace}')

    def put_back(self, name):
        self.admin(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        self.admin(f'CREATE DATABASE "{self.name}" TEMPLATE "{self.name}_{name}"{self.tablespace}')
