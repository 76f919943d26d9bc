"""Usage: check.py LEYE. Checks the city packs through the program itself; the last line is `N passed, N failed`."""
import collections
import json
import pathlib
import re
import subprocess
import sys

LEYE = sys.argv[1]
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# Prefix of a document's requirements, the city that restates it, and the table that says which declaration carries which.
DOCUMENTS = [
    ("J21", "jining", "jining-2021.tsv"),
    ("H23", "huaian", "huaian-2023.tsv"),
    ("N09", "jinan", "jinan-2009.tsv"),
    ("N17", "jinan", "jinan-2017*.tsv"),
    ("W23", "wenzhou", "wenzhou-2023.tsv"),
]
# Requirement rows of the source documents' ledger, where a developer has it beside the checkout.
LEDGER = ROOT.parent / "shared" / "ledger.tsv"
# What clause numbers look like, outermost first: 一、 （一） 1. （1） ①.
NUMBERS = [r"[一二三四五六七八九十]+", r"\([一二三四五六七八九十]+\)", r"\d+", r"\(\d+\)", r"[①-⑳]"]
ANY_NUMBER = re.compile("|".join(NUMBERS))

passed = failed = 0


def check(name, ok, detail=""):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    if not ok:
        print(f"not ok {name}: {detail}")


def leye(*arguments):
    return subprocess.run([LEYE, *arguments], cwd=ROOT, capture_output=True, text=True)


def pack_files(city):
    return sorted((ROOT / "cities" / city).glob("*.md"))


def rows_of(name):
    for path in sorted(HERE.glob(name)):
        for line in path.read_text().splitlines():
            if line and not line.startswith("#"):
                yield line.split("\t")


def narrow(text):
    return text.replace("（", "(").replace("）", ")")


def clause_path(path, title):
    """The numbers from the outermost heading down to this one; a heading without a number starts anew."""
    title = narrow(title)
    for level, number in enumerate(NUMBERS):
        found = re.match(rf"({number})(?:[、.．\s]|(?<=\)))", title)
        if found:
            return [*(part for part in path if part[0] < level), (level, found[1])]
    return []


def stands_under(path, title, clause):
    """题头 is the head of the document; 二（一）1 and （一）1 both name the heading 1. below （一） below 二、."""
    if clause == "题头":
        return not path
    wanted = ANY_NUMBER.findall(narrow(clause))
    return title.startswith(clause) or bool(wanted) and [number for _, number in path][-len(wanted):] == wanted


def places(city):
    """Where each declaration of the pack stands: (kind, name) to its headings."""
    found, path = collections.defaultdict(list), []
    for clause in json.loads(leye("coverage", city, "--json").stdout or "[]"):
        path = clause_path(path, clause["clause"])
        for carrier in clause["carriers"]:
            found[carrier["kind"], carrier["name"]].append((path, clause["clause"], carrier))
    return found


def check_table(city, table, where):
    rows = list(rows_of(table))
    check(f"{city} {table}", rows, "no such table, or nothing in it")
    for requirement, clause, kind, name in rows:
        check(f"{city} {requirement}", any(stands_under(path, title, clause) for path, title, _ in where[kind, name]),
              f"{kind} {name} does not stand under {clause}")
    return {row[0] for row in rows}


def check_ledger(city, requirements, prefix):
    if not LEDGER.exists():
        return
    for line in LEDGER.read_text().splitlines()[1:]:
        row = line.split("\t")
        if row[0].startswith(prefix + "-") and row[3] != "other":
            check(f"{city} ledger {row[0]}", row[0] in requirements, f"no declaration is named for this {row[3]}")


def check_examples(city, where):
    """Two examples for every policy that decides something, one for every indicator that is computed."""
    text = "\n".join(path.read_text() for path in pack_files(city))
    computed = set(re.findall(r"^指标 (\S+)：\S+\n(?:  (?!来源).*\n)*  来源：计算", text, re.M))
    for (kind, name), carriers in where.items():
        needed = 2 if kind == "政策" and not carriers[0][2]["card"] else 1 if kind == "指标" and name in computed else 0
        if needed:
            check(f"{city} {name}", carriers[0][2]["examples"] >= needed, f"{carriers[0][2]['examples']} examples")


def check_pack(city):
    result = leye("check", city)
    check(f"{city} loads without a word", result.returncode == 0 and not result.stderr, result.stderr[:2000])
    demo = leye("check", city, "--demo")
    check(f"{city} loads with its overlay", demo.returncode == 0 and not demo.stderr, demo.stderr[:2000])
    outcomes = json.loads(leye("test", city, "--json").stdout or "[]")
    check(f"{city} has examples", len(outcomes) > 0)
    for outcome in outcomes:
        check(f"{city} 例 {outcome['example']}", outcome["passed"], outcome["got"])
    formatted = leye("format", "--check", *map(str, pack_files(city) + pack_files("common")))
    check(f"{city} is in canonical form", formatted.returncode == 0, formatted.stdout + formatted.stderr)


cities = [path.name for path in sorted((ROOT / "cities").iterdir()) if path.is_dir() and path.name != "common"]
for city in cities:
    check(f"{city} has a document", any(row[1] == city for row in DOCUMENTS), "no row of DOCUMENTS names it")
    check_pack(city)
    declared = places(city)
    for prefix, _, table in (row for row in DOCUMENTS if row[1] == city):
        check_ledger(city, check_table(city, table, declared), prefix)
    check_examples(city, declared)

print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
