"""What the parts share: running the program, counting, a synthetic city with every column filled, reading tables."""
import csv
import json
import os
import random
import re
import resource
import signal
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RELEASE = Path(os.environ["LEYE_BUILD"]) / "leye"
SANITIZED = Path(os.environ["LEYE_TEST_BUILD"]) / "leye"
CITIES = Path(os.environ.get("LEYE_CITIES", ROOT / "cities"))
DATE = "2018-06-01"
BROKEN = re.compile(r"AddressSanitizer|LeakSanitizer|runtime error:|MUST\(|does not hold")


class Result:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def json(self):
        return json.loads(self.out)


def run_parts(tests, parts, asked):
    """Runs the parts that are asked for (none: all), says how long each took, and prints the last line. The exit code."""
    for name in asked or parts:
        start = time.monotonic()
        try:
            parts[name](tests)
        except Exception as error:  # a part that breaks off is a failure, not the end of the others
            tests.check(f"{name} runs to its end", False, f"{type(error).__name__}: {error}")
        print(f"# {name}: {time.monotonic() - start:.1f} s")
    print(f"{tests.passed} passed, {tests.failed} failed")
    return 1 if tests.failed else 0


class Tests:
    def __init__(self, folder):
        self.folder = folder
        self.passed = self.failed = 0
        self._city = None

    def check(self, name, ok, detail=""):
        self.passed, self.failed = self.passed + bool(ok), self.failed + (not ok)
        if not ok:
            print(f"not ok {name}: {str(detail)[-1500:]}")
        return bool(ok)

    def equal(self, name, got, expected):
        return self.check(name, got == expected, f"{got!r} instead of {expected!r}")

    def leye(self, *arguments, stdin="", release=False, env=None, stdout=subprocess.PIPE, prepare=None, timeout=120, cwd=ROOT):
        """Runs the program. However it ends, it must not crash: that is counted whenever it happens."""
        program = RELEASE if release or not SANITIZED.exists() else SANITIZED
        words = [str(word) for word in arguments]
        data = stdin if isinstance(stdin, bytes) else stdin.encode()
        try:
            run = subprocess.run([program, *words], cwd=cwd, input=data, stdout=stdout, stderr=subprocess.PIPE,
                                 timeout=timeout, preexec_fn=prepare, restore_signals=prepare is None,
                                 env={**os.environ, **(env or {})})
        except subprocess.TimeoutExpired:
            self.check(f"leye {' '.join(words)[:200]}", False, f"not done after {timeout} s")
            return Result(-1, "", "")
        out = (run.stdout or b"").decode(errors="replace")
        err = run.stderr.decode(errors="replace")
        if run.returncode not in (0, 1, 2, 3) or BROKEN.search(err):
            self.check(f"leye {' '.join(words)[:200]}", False, f"exit {run.returncode}: {err}")
        return Result(run.returncode, out, err)

    def expect(self, name, code, *arguments, says="", **options):
        """Runs and checks the exit code; `says` must stand in what it tells on standard error."""
        result = self.leye(*arguments, **options)
        ok = result.code == code and says in result.err
        self.check(name, ok, f"exit {result.code} instead of {code}; {says!r}?\n{result.err}{result.out[:500]}")
        return result

    def new(self, name):
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def pack(self, name, text="", **files):
        """A pack of one fence, or of whole files (bytes or text; `__` in a name is a dot)."""
        folder = self.new(f"packs/{name}")
        if text:
            files["a__md"] = f"# 第一条\n\n```leye\n{text}\n```\n"
        for file, content in files.items():
            data = content if isinstance(content, bytes) else content.encode()
            (folder / file.replace("__", ".")).write_bytes(data)
        return folder

    def city(self):
        """A folder of data in which every column of the Jinan pack is filled."""
        if self._city is None:
            self._city = self.new("city")
            fill_city(self, self._city, 2000)
        return self._city


def close_stdout():
    os.close(1)


def small_files():
    """Writing over 8 KiB to a file fails, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))


def table_rows(text, first):
    """The lines of a text table whose header begins with `first`, as dictionaries; until an empty line."""
    lines = text.split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith(first))
    head = lines[start].split()
    rows = []
    for line in lines[start + 1:]:
        cells = re.split(r"\s{2,}", line.strip())
        if len(cells) != len(head):
            break
        rows.append(dict(zip(head, cells)))
    return rows


# ---- data with every column ----------------------------------------------------------------------------

SIZES = {"人": 1.0, "户": 0.4, "企业": 0.15, "用工": 0.6, "证书": 0.2, "贷款": 0.1, "载体": 0.05}


def read_schema(tests, city):
    """{table: [(column, type, comment)]} of the CREATE TABLE statements."""
    schema = {}
    for line in tests.leye("sql", city, "--tables").out.split("\n"):
        if match := re.match(r'CREATE TABLE "(.*)" \(', line):
            table = schema.setdefault(match[1], [])
        elif match := re.match(r'\s+,? ?"(.*?)" (TEXT|VARCHAR|BIGINT|BOOLEAN)[^-]*(?:-- (.*))?$', line):
            table.append((match[1], match[2], match[3] or ""))
    return schema


def random_cell(chance, kind, comment):
    if chance.random() < 0.06:
        return ""
    if kind == "BOOLEAN":
        return chance.choice(["是", "是", "否"])
    if "天数" in comment:
        return f"{chance.randint(1950, 2018)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    if comment.startswith("0 "):
        return chance.choice([part.split(" ", 1)[1] for part in comment.split("、")])
    return str(chance.choice([0, 1, 1, 2, 3, 6, 12, 24, 35, 36, 37, 60]))


def fill_city(tests, folder, persons):
    chance = random.Random(7)
    schema = read_schema(tests, "jinan")
    counts = {table: max(3, int(persons * SIZES.get(table, 0.1))) for table in schema}
    partner = {"户编号": "户", "单位": "企业", "劳动者": "人", "持有人": "人", "借款人": "人"}
    for table, columns in schema.items():
        with open(folder / f"{table}.csv", "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([column for column, _, _ in columns])
            for row in range(counts[table]):
                cells = [f"{table}{row}"]
                for column, kind, comment in columns[1:]:
                    if kind in ("TEXT", "VARCHAR") and column in partner:
                        other = partner[column]
                        cells.append(f"{other}{chance.randrange(counts[other])}" if chance.random() < 0.95 else "")
                    else:
                        cells.append(random_cell(chance, kind, comment))
                writer.writerow(cells)
