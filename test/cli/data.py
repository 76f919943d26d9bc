"""Hostile data: every fault is told with file, row and column, nothing stops a scan, nothing is guessed; and a register
that somebody else wrote, read by pack text alone."""
import csv
import datetime
import random
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

from support import DATE

FOREIGN = Path(__file__).resolve().parent / "foreign"
PACK = """实体 人，量词 人
实体 户，量词 户
关系 户.成员：多个 人，反向 所在户，齐全，源 户编号
事实 人.年龄：岁，问“您几岁？”，源 年龄
事实 人.月收入：金额/月，问“多少？”，范围 0元/月 至 100万元/月
事实 户.低保：真假，问“低保吗？”
政策 老年补贴
  对象：人
  条件：
    - 年龄 不少于 60岁
待遇 补贴：一次性
  金额：100元
政策 低保户补贴
  对象：户
  条件：
    - 低保
    - 非 任一(成员，其中 月收入 大于 1000元/月)
待遇 补贴：一次性
  金额：200元"""
GOOD = "编号,户编号,年龄,月收入\np1,h1,70,500\np2,h1,30,2000\np3,h2,60,\n"
HOUSEHOLDS = "编号,低保\nh1,是\nh2,是\n"


def scan(tests, name, persons, households=HOUSEHOLDS, says=(), rows=None, problems=None, old=None, exit_code=0, release=False):
    """Scans a folder; `rows` and `old`: how many people are read, and how many of them are 60 or more."""
    folder = tests.new(f"data/{name}")
    for file, content in (("人.csv", persons), ("户.csv", households)):
        if content is not None:
            (folder / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    result = tests.expect(f"data {name}", exit_code, "scan", tests.folder / "packs/data", "--data", folder, "--at", DATE, "--json", release=release)
    for words in says:
        tests.check(f"data {name} says {words}", words in result.err, result.err)
    if problems is not None:
        tests.check(f"data {name} has {problems} problems", f"共 {problems} 处问题" in result.err, result.err)
    tests.check(f"the report on {name} is short", len(result.err) < 20000, len(result.err))
    if exit_code == 0:
        policy = result.json()["policies"][0]
        if rows is not None:
            tests.equal(f"people in {name}", sum(policy[key] for key in ("yes", "no", "ask", "open", "judge")), rows)
        if old is not None:
            tests.equal(f"old people in {name}", policy["yes"], old)
    return result


def faults(tests):
    tests.pack("data", PACK)
    scan(tests, "good", GOOD, rows=3, old=2, problems=0)
    scan(tests, "crlf-bom", "\ufeff" + GOOD.replace("\n", "\r\n"), rows=3, old=2, problems=0)
    scan(tests, "gb18030", GOOD.encode("gb18030"), HOUSEHOLDS.encode("gb18030"), rows=3, old=2, problems=0, says=["（GB18030）"])
    scan(tests, "ragged", GOOD + "p4,h1,80\np5,h1,80,1,2,3\np6,h1,80,1\n", rows=4, old=3, problems=2, says=["格数与表头不同", "第 5 行：3 格，应为 4 格"])
    scan(tests, "nul", GOOD.encode() + b"p4,h1,8\x000,1\np5,h\x001,90,1\n", rows=5, says=["第 5 行"])
    scan(tests, "latin", GOOD.encode() + b"p4,h1,\xff\xfe,1\n", says=["不成文字的字节"])
    scan(tests, "header-twice", GOOD + "编号,户编号,年龄,月收入\np4,h1,61,1\n", rows=4, old=3, problems=1, says=["表头又出现一次"])
    scan(tests, "column-twice", GOOD.replace("月收入", "年龄", 1), rows=3, old=2, says=["列名重复"])
    scan(tests, "duplicate", GOOD + "p1,h1,10,1\n", rows=3, old=2, problems=1, says=["编号重复"])
    scan(tests, "dangling", GOOD + "p4,h9,61,1\n", rows=4, old=3, problems=1, says=["找不到所指的编号"])
    scan(tests, "no-key", GOOD + ",h1,61,1\n", says=["没有编号"])
    scan(tests, "bad-cells", GOOD + "p4,h1,六十,1\np5,h1,200,1\np6,h1,-1,1\np7,h1,6e1,1\np8,h1,60.5,1\np9,h1,61岁,\"1,000\"\n", rows=9, problems=6, says=["第 5 行：六十", "超出范围"])
    scan(tests, "quote-open", GOOD + "p4,h1,\"61,1\np5,h1,61,1\n", rows=4, says=["引号没有收尾"])
    scan(tests, "empty", "", rows=0, says=["文件没有表头"])
    scan(tests, "header-only", "编号,户编号,年龄,月收入\n", rows=0, problems=0)
    scan(tests, "no-persons", None, rows=0, says=["人.csv：没有这个文件"])
    scan(tests, "no-columns", "编号\np1\np2\n", rows=2, old=0, says=["人.csv：没有这一列，全部按未知处理：年龄、月收入、户编号"])
    scan(tests, "wrong-table", "a,b,c\n1,2,3\n", says=["没有用到这一列：a、b、c"])
    scan(tests, "binary", random.Random(1).randbytes(200000), b"\x00" * 100000)
    scan(tests, "long-line", GOOD + "p4,h1," + "9" * (10 << 20) + ",1\np5,h1,61,1\n", rows=4, old=3, says=["一行超过 1 MiB"])
    scan(tests, "long-header", "编号," + "长" * 1000000 + "\np1,1\n")
    scan(tests, "many-columns", ",".join(f"c{i}" for i in range(100000)) + "\n" + ",".join("1" for _ in range(100000)) + "\n", rows=0, says=["列数超过上限"])
    columns = "编号,年龄," + ",".join(f"c{i}" for i in range(2046))
    scan(tests, "2048-columns", f"{columns}\np1,70{',1' * 2046}\n", rows=1, old=1)
    scan(tests, "2049-columns", f"{columns},x\np1,70{',1' * 2047}\n", rows=0, says=["列数超过上限"])
    scan(tests, "no-line-break", GOOD.strip(), rows=3, old=2, problems=0)
    scan(tests, "blank-lines", GOOD.replace("\n", "\n\n"), rows=3, old=2)
    scan(tests, "many-faults", "编号,户编号,年龄,月收入\n" + "".join(f"p{i},h{i},很老,没有\n" for i in range(20000)), rows=20000, old=0, problems=59998)
    folder = tests.new("data/folder-file")
    (folder / "人.csv").mkdir()
    result = tests.expect("a folder called 人.csv", 0, "scan", tests.folder / "packs/data", "--data", folder, says="人.csv")
    tests.check("is told", "打不开" in result.err, result.err)
    for name in ("none", "good/人.csv/x"):
        tests.expect(f"data {name} is not there", 1, "scan", tests.folder / "packs/data", "--data", tests.folder / "data" / name, says="没有这个文件")


def masked(tests):
    """What could be somebody's number is never printed in full."""
    numbers = ["999000199008010018", "13812345678", "6222021234567890123"]
    rows = "".join(f"p{i},{number},{number},{number}\n" for i, number in enumerate(numbers))
    result = scan(tests, "numbers", "编号,户编号,年龄,月收入\n" + rows)
    for number in numbers:
        tests.check(f"{number[:4]}… is masked", number not in result.err and number[4:-3] not in result.err, result.err)
    twice = "".join(f"{number},h1,1,1\n{number},h1,1,1\n" for number in numbers)
    result = scan(tests, "number-keys", "编号,户编号,年龄,月收入\n" + twice, says=["编号重复"])
    for number in numbers:
        tests.check(f"{number[:4]}… is masked as a key", number not in result.err, result.err)


def snapshots(tests):
    """Torn, foreign and tampered snapshots are refused; a good one next to them is not."""
    folder, pack = tests.folder / "data/good", tests.folder / "packs/data"
    saved = tests.folder / "good.snapshot"
    tests.expect("save a snapshot", 0, "scan", pack, "--data", folder, "--save", saved)
    good = saved.read_bytes()
    chance = random.Random(5)
    cases = {"empty": b"", "head": good[:20], "half": good[:len(good) // 2], "cut": good[:-1], "more": good + b"x",
             "text": b"hello\n" * 100, "zero": bytes(len(good)), "csv": GOOD.encode()}
    for number in range(40):
        at = chance.randrange(len(good))
        cases[f"byte-{at}"] = good[:at] + bytes([good[at] ^ (1 << chance.randrange(8))]) + good[at + 1:]
    expected = tests.leye("scan", pack, "--data", saved, "--at", DATE, "--json").json()
    torn = tests.folder / "torn.snapshot"
    for name, content in cases.items():
        torn.write_bytes(content)
        result = tests.leye("scan", pack, "--data", torn, "--at", DATE, "--json")
        same = result.code == 0 and result.json() == expected          # a bit in the padding
        tests.check(f"snapshot {name} is refused", same or (result.code == 1 and "打不开快照" in result.err),
                    f"exit {result.code}: {result.err}")
    tests.expect("another pack's snapshot", 1, "scan", "jinan", "--data", saved, says="打不开快照")
    tests.expect("the good one still opens", 0, "scan", pack, "--data", saved)


# ---- somebody else's register ----------------------------------------------------------------------------

def years(birth, at):
    return at.year - birth.year - ((at.month, at.day) < (birth.month, birth.day))


def all_of(truths):
    return "否" if False in truths else "缺事实" if None in truths else "是"


def by_hand(people, at):
    """The two policies of foreign/pack, computed here: {policy: {district: {answer: count}}}."""
    homes = defaultdict(list)
    for person in people:
        homes[person["household_id"]].append(person)
    per_head = {}
    for home, members in homes.items():
        incomes = [member["income"] for member in members]
        per_head[home] = None if "" in incomes else Fraction(sum(map(int, incomes)), len(incomes))
    counts = {"失业补贴": defaultdict(lambda: defaultdict(int)), "无业户补贴": defaultdict(lambda: defaultdict(int))}
    for person in people:
        age = years(datetime.date.fromisoformat(person["birth_date"]), at) if person["birth_date"] else None
        income = per_head[person["household_id"]]
        truths = [None if age is None else 16 <= age <= 59,
                  None if not person["emp_status"] else person["emp_status"] == "3",
                  None if income is None else income < 1000,
                  person["owed"] != "Y"]
        counts["失业补贴"][{"E": "东区", "W": "西区"}[person["district"]]][all_of(truths)] += 1
    for members in homes.values():
        working = [None if not one["emp_status"] else one["emp_status"] not in "12" for one in members]
        counts["无业户补贴"]["未分区县"][all_of(working)] += 1
    return counts


def foreign(tests):
    with open(FOREIGN / "data/persons.csv", newline="") as file:
        people = list(csv.DictReader(file))
    expected = by_hand(people, datetime.date.fromisoformat(DATE))
    tests.expect("the foreign pack is clean", 0, "check", FOREIGN / "pack")
    result = tests.expect("scan a foreign register", 0, "scan", FOREIGN / "pack", "--data", FOREIGN / "data", "--at", DATE, "--json",
                          says="共 0 处问题")
    names = {"yes": "是", "no": "否", "ask": "缺事实"}
    for policy in result.json()["policies"]:
        got = {county["county"]: {word: county[key] for key, word in names.items()} for county in policy["counties"]
               if any(county[key] for key in names)}
        counts = {county: {word: answers[word] for word in names.values()} for county, answers in expected[policy["policy"]].items()}
        tests.equal(f"foreign {policy['policy']}", got, counts)
        tests.equal(f"foreign money of {policy['policy']}", policy["money"] + policy["monthly"],
                    policy["yes"] * {"失业补贴": 500, "无业户补贴": 200}[policy["policy"]])


def run(tests):
    for part in (faults, masked, snapshots, foreign):
        part(tests)
