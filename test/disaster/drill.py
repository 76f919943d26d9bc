"""The restore drill of doc/operation.md: a backup while officers write, restored elsewhere, compared table by table and figure by figure;
and every way in which a backup or its place can be wrong."""
import contextlib
import json
import re
import shlex
import sqlite3
import subprocess
import threading

import city
from places import Postgres, Sqlite
from serving import keep_working


def board(folder, place):
    """The board's figures as a server shows them; and one indicator's page with its ledger."""
    server = city.Server(folder, place.folder)
    try:
        shown = json.loads(server.get(f"/o/{server.city}.json?day={city.DAY}")[2])
        indicator = server.get(f"/o/{server.city}/i/甲类活动?from=2019-03-01&to=2019-03-31")[2]
    finally:
        server.stop()
    return shown, re.sub(r'name="key" value="\w+"', "", indicator)


def postgres_commands(tests, folder, place):
    """What leye says to run, with the connection put in."""
    told = {}
    for command, option in (("backup", "--out"), ("restore", "--from")):
        result = tests.expect(f"leye {command} names PostgreSQL's tools", 1, command, folder, "--folder", place.folder, option, "x", says="pg_dump")
        told[command] = [shlex.split(line.strip().replace("'连接串'", shlex.quote(place.conninfo)))
                         for line in result.err.split("\n") if line.startswith("  pg_")]
    tests.equal("both say the same", told["backup"], told["restore"])
    return told["backup"]


def back_up(tests, folder, place, out):
    if place.kind == "SQLite":
        tests.expect("backup", 0, "backup", folder, "--folder", place.folder, "--out", out, "--force", release=True)
        return
    dump, _ = postgres_commands(tests, folder, place)
    run = subprocess.run(dump, cwd=out.parent, capture_output=True, text=True)
    tests.check("pg_dump", run.returncode == 0, run.stderr)
    (out.parent / f"{folder.name}.dump").rename(out)


def restore(tests, folder, place, copy, *more):
    """The exit code, and what was said."""
    if place.kind == "SQLite":
        result = tests.leye("restore", folder, "--folder", place.folder, "--from", copy, *more, release=True)
        return result.code, result.err
    _, words = postgres_commands(tests, folder, place)
    run = subprocess.run([*words[:-1], *more, copy], capture_output=True, text=True, errors="replace")
    return run.returncode, run.stderr


def under_writing(tests, folder, place, new, copy):
    """The copy is one moment: each record with its history, nothing that came later than the command, all that came before it."""
    server, failures = city.Server(folder, place.folder), []
    server.know_key()
    clerks = [city.Clerk(server, number) for number in range(2)]
    threads = [threading.Thread(target=keep_working, args=(clerk, failures)) for clerk in clerks]
    for thread in threads:
        thread.start()
    while sum(len(clerk.done) for clerk in clerks) < 30:
        threads[0].join(0.01)
    before = place.census(served=True)
    back_up(tests, folder, place, copy)
    after = place.census(served=True)
    server.stop(9)
    for thread in threads:
        thread.join()
    code, said = restore(tests, folder, new, copy)
    tests.equal(f"{place.kind}: a backup under writing is restored", (code, failures), (0, []))
    found = new.census()
    moment = all(before[cell] <= found[cell] <= after[cell] for cell in (("leye_history", "*"), ("leye_order", "*"), ("leye_figure", "*")))
    tests.check(f"{place.kind}: it is a moment between the command's beginning and end", moment and after != before, said)
    lost = new.query('SELECT count(*) FROM "人" p WHERE p._batch IS NULL AND NOT EXISTS (SELECT 1 FROM leye_history h WHERE h.record = p._id AND h.entity = \'人\')')
    tests.equal(f"{place.kind}: every record has its history", int(lost[0][0]), 0)


def drill(tests, folder, place, new, copy):
    """Back up, restore into an empty place, compare."""
    back_up(tests, folder, place, copy)
    tables, shown = place.dump(), board(folder, place)
    code, said = restore(tests, folder, new, copy)
    tests.equal(f"{place.kind}: restored", code, 0)
    tests.equal(f"{place.kind}: every table is the same", new.dump(), tables)
    tests.equal(f"{place.kind}: every figure of the board is the same", board(folder, new), shown)
    tests.check(f"{place.kind}: and there are some", shown[0]["targets"][0]["figure"] > 10 and "已结账" in shown[1], f"{shown}")
    server = city.Server(folder, new.folder)
    city.Clerk(server, 3).work("new")
    server.stop()
    changed = new.dump()
    code, said = restore(tests, folder, new, copy)
    tests.check(f"{place.kind}: records are not overwritten", code == 1 and new.dump() == changed, f"{code} {said}")
    code, said = restore(tests, folder, new, copy, *(["--force"] if place.kind == "SQLite" else ["--clean", "--if-exists"]))
    tests.check(f"{place.kind}: unless asked to", code == 0 and new.dump() == tables, f"{code} {said}")


def wrong_copies(tests, folder, place, new, copy):
    """Torn, scratched, not a copy: refused with a reason, and the city that is there stays."""
    whole, there = copy.read_bytes(), new.dump()
    for name, content in (("torn", whole[: len(whole) // 2]), ("cut", whole[:-5000]), ("text", b"no copy\n" * 4000), ("empty", b""),
                          ("scratched", whole[:3000] + b"\xff" * 9000 + whole[12000:])):
        bad = copy.parent / name
        bad.write_bytes(content)
        code, said = restore(tests, folder, new, bad, *(["--force"] if place.kind == "SQLite" else ["--clean", "--if-exists"]))
        tests.check(f"{place.kind}: a {name} copy is refused with a reason", code != 0 and said.strip(), f"{code} {said}")
        tests.check(f"{place.kind}: a {name} copy changes nothing", new.dump() == there)


def long_writer(tests, folder, new, copy):
    """Somebody has been writing for longer than anybody waits: the records are in use, log and all."""
    with contextlib.closing(sqlite3.connect(new.file, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("INSERT INTO leye_setting (_city, name, value) VALUES ('x', 'kept', 'in the log')")
        writer.execute("BEGIN IMMEDIATE")
        code, said = restore(tests, folder, new, copy, "--force")
        tests.check("a locked city is in use", code == 1 and "正在使用" in said, f"{code} {said}")
        tests.check("and keeps its log", (new.folder / f"{new.city}.db-wal").exists())
        writer.execute("ROLLBACK")
    tests.equal("nothing of it is lost", new.query("SELECT value FROM leye_setting WHERE name = 'kept'"), [("in the log",)])


def moved_file(tests, folder, place):
    """A database file that was copied by hand while nobody used it is as good as a backup, as often as one tries."""
    copied, new = tests.folder / "by-hand.db", tests.new("by-hand")
    place.keep("copied")
    copied.write_bytes(place.file.read_bytes())
    for number in range(2):
        tests.expect(f"a file copied by hand ({number})", 0, "restore", folder, "--folder", new, "--from", copied, "--force", release=True)
    tests.equal("nothing is left beside it", sorted(path.name for path in tests.folder.glob("by-hand.db*")), ["by-hand.db"])


def run(tests):
    folder = city.pack(tests, "drill/town", city.PACK)
    for place, new, other in ((Sqlite(tests.new("drilled"), "town"), Sqlite(tests.new("elsewhere"), "town"), Sqlite(tests.new("third"), "town")),
                              (Postgres("drilled", "town"), Postgres("elsewhere", "town"), Postgres("third", "town"))):
        copy = tests.new("copied") / f"{place.kind}.copy"
        place.forget()
        city.prepare(tests, place, folder)
        under_writing(tests, folder, place, other, copy)
        drill(tests, folder, place, new, copy)
        wrong_copies(tests, folder, place, new, copy)
        if place.kind == "SQLite":
            long_writer(tests, folder, new, copy)
            moved_file(tests, folder, place)
