"""The SQL of a pack, run for real on the same data, gives the counts and the money of a scan."""
import re
import sqlite3
from collections import Counter

from data import FOREIGN
from support import DATE


def answer(eligible, judged, opened):
    if eligible is not None:
        return "yes" if eligible else "no"
    return "ask" if opened != 1 else "judge" if judged == 1 else "open"


def run_script(tests, name, pack, data, *options):
    """Runs `leye sql --data` in SQLite: {policy: (Counter of answers, {figure: sum in fen})}."""
    result = tests.expect(f"{name}: sql --data", 0, "sql", pack, "--data", data, "--at", DATE, *options)
    database = sqlite3.connect(":memory:")
    database.executescript(result.out)
    tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE name LIKE '结果!_%' ESCAPE '!'")]
    found = {}
    for number, policy, figures in re.findall(r"^-- p(\d+): (.*?)(；.*)?$", result.out, re.M):
        for table in tables:
            columns = {row[1] for row in database.execute(f'PRAGMA table_info("{table}")')}
            if f"p{number}_eligible" not in columns:
                continue
            rows = database.execute(f'SELECT p{number}_eligible, p{number}_judged, p{number}_open FROM "{table}"')
            answers = Counter(answer(*row) for row in rows)
            money = 0
            for benefit, parts in re.findall(r"；b(\d+) \S+((?: o\d+ \S+)*)", figures.replace("；", " ；")):
                for output, label in re.findall(r" o(\d+) (\S+)", parts):
                    column = f"p{number}_b{benefit}_o{output}"
                    if label in ("金额", "每月") and column in columns:
                        money += database.execute(f'SELECT COALESCE(SUM({column}), 0) FROM "{table}"').fetchone()[0]
            found[policy] = (answers, money)
    return found


def compare(tests, name, pack, data, least, *options):
    found = run_script(tests, name, pack, data, *options)
    scan = tests.leye("scan", pack, "--data", data, "--at", DATE, "--json", *options).json()
    tests.check(f"{name}: SQL has at least {least} policies", len(found) >= least, sorted(found))
    paid = 0
    for one in scan["policies"]:
        if one["policy"] not in found:
            continue
        answers, money = found[one["policy"]]
        tests.equal(f"{name}: {one['policy']} in SQL", {key: answers[key] for key in ("yes", "no", "ask", "open", "judge")},
                    {key: one[key] for key in ("yes", "no", "ask", "open", "judge")})
        if money:
            tests.equal(f"{name}: money of {one['policy']} in SQL", money, round((one["money"] + one["monthly"]) * 100))
        paid += money
    tests.check(f"{name}: some money is paid", paid > 0)


def run(tests):
    compare(tests, "jinan", "jinan", tests.city(), 20, "--demo")
    compare(tests, "jinan without overlay", "jinan", tests.city(), 20, "--set", "求职创业补贴标准=777元")
    compare(tests, "foreign", FOREIGN / "pack", FOREIGN / "data", 1)
    tables = tests.expect("sql --tables", 0, "sql", "jinan", "--tables").out
    tests.check("only tables", tables.startswith("CREATE TABLE") and "SELECT" not in tables)
    sqlite3.connect(":memory:").executescript(tables)
    one = tests.expect("sql --policy", 0, "sql", "jinan", "--policy", "求职创业补贴", "--at", DATE).out
    tests.check("only one policy", len(re.findall(r"^-- p\d+: ", one, re.M)) == 1)
    tests.expect("sql --policy with a slip", 1, "sql", "jinan", "--policy", "求职创业补帖", says="是否想写 求职创业补贴")
    strict = tests.leye("sql", "jinan", "--strict", "--at", DATE)
    tests.check("--strict makes nothing rather than less", strict.code == 1 and not strict.out and "error[S0" in strict.err, strict.err)
    tests.check("--postgres differs", "::bigint" in tests.expect("sql --postgres", 0, "sql", "jinan", "--postgres", "--at", DATE).out)
    tests.expect("sql of data that is not there", 1, "sql", "jinan", "--data", tests.folder / "nowhere", says="没有这个文件")
