"""Usage: check.py LEYE. Checks the city packs through the program itself; the last line is `N passed, N failed`."""
import json
import pathlib
import subprocess
import sys

LEYE = sys.argv[1]
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CITIES = {"jinan": ["jinan-2017.tsv"]}
# Requirement rows of the source documents' ledger, where a developer has it beside the checkout.
LEDGER = ROOT.parent / "shared" / "ledger.tsv"
LEDGER_KINDS = {"benefit", "right/registration"}

passed = failed = 0


def check(name, ok, detail=""):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    if not ok:
        print(f"not ok {name}: {detail}")


def leye(*arguments):
    return subprocess.run([LEYE, *arguments], cwd=ROOT, capture_output=True, text=True)


def rows_of(name):
    for line in (HERE / name).read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def check_coverage(city, tables):
    coverage = json.loads(leye("coverage", city, "--json").stdout)
    carried = {(clause["clause"].split("）")[0] + "）", carrier["kind"], carrier["name"])
               for clause in coverage for carrier in clause["carriers"]}
    required = [row for table in tables for row in rows_of(table)]
    for requirement, clause, kind, name in required:
        check(f"{city} {requirement}", (clause, kind, name) in carried, f"{kind} {name} does not stand under {clause}")
    return {row[0] for row in required}


def check_ledger(city, requirements, prefix):
    if not LEDGER.exists():
        return
    for line in LEDGER.read_text().splitlines()[1:]:
        row = line.split("\t")
        if row[0].startswith(prefix) and row[3] in LEDGER_KINDS:
            check(f"{city} ledger {row[0]}", row[0] in requirements, "no declaration is named for it")


def check_examples(city):
    """Two examples for every policy that decides something."""
    dump = json.loads(leye("coverage", city, "--json").stdout)
    for clause in dump:
        for carrier in clause["carriers"]:
            if carrier["kind"] == "政策" and not carrier["card"]:
                check(f"{city} {carrier['name']}", carrier["examples"] >= 2, f"{carrier['examples']} examples")


for city, tables in CITIES.items():
    result = leye("check", city)
    check(f"{city} loads without a word", result.returncode == 0 and not result.stderr, result.stderr[:2000])
    demo = leye("check", city, "--demo")
    check(f"{city} loads with its overlay", demo.returncode == 0 and not demo.stderr, demo.stderr[:2000])
    outcomes = json.loads(leye("test", city, "--json").stdout or "[]")
    check(f"{city} has examples", len(outcomes) > 0)
    for outcome in outcomes:
        check(f"{city} 例 {outcome['example']}", outcome["passed"], outcome["got"])
    files = [str(path) for path in sorted((ROOT / "cities" / city).glob("*.md"))]
    formatted = leye("format", "--check", *files, *map(str, (ROOT / "cities" / "common").glob("*.md")))
    check(f"{city} is in canonical form", formatted.returncode == 0, formatted.stdout + formatted.stderr)
    requirements = check_coverage(city, tables)
    check_ledger(city, requirements, "N17-")
    check_examples(city)

print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
