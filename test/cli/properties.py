"""The Jinan pack written differently is the same pack: order, indentation, width of characters, canonical form."""
import random
import re
import shutil

from support import CITIES, DATE

HEADS = "引入 文件 实体 枚举 单位 关系 事实 参数 表 定义 政策 补充 互斥 例".split()
FENCE = re.compile(r"(```leye\n)(.*?)(```)", re.S)
QUOTED = re.compile(r"(“[^”]*”|「[^」]*」|\"[^\"]*\"|#[^\n]*|\n)")


def in_fences(change):
    return lambda text: FENCE.sub(lambda match: match[1] + change(match[2]) + match[3], text)


def outside_quotes(change):
    def changed(block):
        parts = QUOTED.split(block)
        return "".join(part if index % 2 else change(part) for index, part in enumerate(parts))
    return in_fences(changed)


def reorder(seed):
    def shuffled(block):
        declarations = []
        for line in block.split("\n"):
            if any(line.startswith(head + " ") for head in HEADS) or not declarations:
                declarations.append([])
            declarations[-1].append(line)
        random.Random(seed).shuffle(declarations)
        return "\n".join("\n".join(lines) for lines in declarations) + "\n"
    return in_fences(shuffled)


NARROW = {0x3000: " ", **{0xFF01 + i: chr(0x21 + i) for i in range(94)}}
WIDE = {0x20: "\u3000", **{0x21 + i: chr(0xFF01 + i) for i in range(94)}}
VARIANTS = {
    "reordered": reorder(1),
    "reordered again": reorder(2),
    "without indentation": in_fences(lambda block: re.sub(r"^[ \t]+", "", block, flags=re.M)),
    "with odd indentation": in_fences(lambda block: re.sub(r"^ *", lambda match: " " * (len(match[0]) * 3 % 7), block, flags=re.M)),
    "half width": outside_quotes(lambda part: part.translate(NARROW)),
    "full width": outside_quotes(lambda part: part.translate(WIDE)),
    "with CR LF": lambda text: text.replace("\n", "\r\n"),
}


def answers(tests, pack, data):
    """What a scan says, apart from order, names of files and the wording of conditions."""
    scan = tests.leye("scan", pack, "--data", data, "--at", DATE, "--demo", "--json")
    if scan.code != 0:
        return scan.err
    policies = {}
    for one in scan.json()["policies"]:
        conditions = sorted((part["failed"], part["undecided"], part["sole"]) for part in one.pop("conditions"))
        policies[one["policy"]] = (one, conditions)
    return policies


def written(tests, name, change):
    folder = tests.new(f"written/{name}")
    for pack in ("jinan", "common"):
        (folder / pack).mkdir(exist_ok=True)
        for file in (CITIES / pack).glob("*.md"):
            (folder / pack / file.name).write_bytes(change(file.read_text()).encode())
    return folder / "jinan"


def run(tests):
    data = tests.city()
    expected = answers(tests, "jinan", data)
    examples = tests.leye("test", "jinan").out
    tests.check("the pack itself scans", isinstance(expected, dict) and len(expected) > 20, expected)
    for name, change in VARIANTS.items():
        pack = written(tests, name, change)
        tests.check(f"{name}: it was changed", any((pack / file.name).read_bytes() != file.read_bytes() for file in (CITIES / "jinan").glob("*.md")))
        got = answers(tests, pack, data)
        tests.check(f"{name}: the same answers", got == expected, got if isinstance(got, str) else first_difference(got, expected))
        tests.equal(f"{name}: the same examples", tests.leye("test", pack).out, examples)
        files = sorted(pack.glob("*.md"))
        tests.expect(f"{name}: format --write", 0, "format", "--write", *files)
        tests.check(f"{name}: the same answers after format", answers(tests, pack, data) == expected)
        tests.expect(f"{name}: nothing more to format", 0, "format", "--check", *files)
    shutil.rmtree(tests.folder / "written")


def first_difference(got, expected):
    for name, value in expected.items():
        if got.get(name) != value:
            return f"{name}: {got.get(name)} instead of {value}"
    return sorted(set(got) - set(expected))
