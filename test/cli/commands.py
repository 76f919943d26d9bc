"""Each command's way through, its JSON against its text, its exit codes, and what happens when writing fails."""
import csv
import os
import pty
import re
import subprocess
import time
from collections import Counter
from pathlib import Path

from support import CITIES, DATE, RELEASE, ROOT, close_stdout, small_files, table_rows

COMMANDS = "check format test coverage explain ask scan simulate sql synth init migrate import export demo backup restore serve dump".split()
ANSWERS = {"yes": "是", "judge": "需人工认定", "open": "待定", "ask": "缺事实", "no": "否"}
JINAN = [CITIES / "jinan", CITIES / "common"]


def usage(tests):
    tests.expect("no command", 2, says="--help")
    tests.expect("a wrong command", 2, "scna", says="是否想写 scan")
    tests.expect("a far-off command", 2, "xyzzy", says="--help")
    helped = tests.expect("the list of commands", 0, "--help").out
    for name in COMMANDS:
        tests.check(f"{name} is listed", f"  {name} " in helped)
        one = tests.expect(f"{name} --help", 0, name, "--help")
        tests.check(f"{name} says how to use it", one.out.startswith(f"用法：leye {name} ") and "--help" in one.out, one.out)
        tests.equal(f"help {name}", tests.leye("help", name).out, one.out)
        columns = {width(re.match(r"  --\S+( \S+)? +", line)[0]) for line in one.out.split("\n") if line.startswith("  --")}
        tests.equal(f"{name} --help is aligned", len(columns), 1)
        tests.expect(f"{name} with a wrong option", 2, name, "--jsno", says="--jsno")
        tests.expect(f"{name} with a short option", 2, name, "-x", says="-x")
    tests.expect("did you mean an option", 2, "scan", "jinan", "--dat", "x", says="是否想写 --data")
    for words in (["check"], ["explain"], ["format"], ["scan"], ["synth"], ["sql"], ["ask"], ["test"], ["coverage"], ["dump"]):
        tests.expect(f"{words[0]} without arguments", 2, *words)
    tests.expect("one argument too many", 2, "check", "jinan", "jinan", says="多了一个参数")
    tests.expect("a flag with a value", 2, "check", "jinan", "--json=1", says="不带值")
    tests.expect("an option without its value", 2, "scan", "jinan", "--data", says="缺一个值")
    for date in ("1899-12-31", "2200-01-01", "2018-02-30", "yesterday", "", "99999999999999"):
        tests.expect(f"--at {date}", 2, "explain", "jinan", "--at", date, says="日期")
    for date in ("1900-01-01", "2199-12-31", "2018年6月1日", "20180601"):
        tests.expect(f"--at {date}", 0, "explain", "jinan", "技能提升补贴", "--at", date)
    for threads in ("0", "65", "-1", "two", "99999999999999999999"):
        tests.expect(f"scan --threads {threads}", 2, "scan", "jinan", "--data", "x", f"--threads={threads}")
    tests.expect("scan without data", 2, "scan", "jinan", says="--data")
    tests.expect("simulate without data", 2, "simulate", "jinan", "--set", "甲=1", says="--data")
    tests.expect("simulate without a change", 2, "simulate", "jinan", "--data", "x", says="--set")
    for persons in ("0", "-5", "14000001", "many"):
        tests.expect(f"synth --persons {persons}", 2, "synth", "jinan", "--out", tests.folder / "never", f"--persons={persons}")
    tests.check("nothing was made", not (tests.folder / "never").exists())
    tests.expect("format with two modes", 2, "format", "--write", "--check", "x.md")
    tests.expect("explain with half a place", 2, "explain", "jinan", "--data", "x", says="--id")
    tests.expect("a city that is not there", 1, "check", "jinnan", says="找不到“jinnan”")
    tests.expect("a word behind --", 1, "check", "--", "-x", says="找不到“-x”")


def width(text):
    return sum(2 if ord(character) > 0x2000 else 1 for character in text)


def reading(tests):
    """check, test, coverage, dump, format."""
    result = tests.expect("check jinan", 0, "check", "jinan")
    tests.equal("check jinan says nothing", result.out, "")
    tests.equal("check --json", tests.leye("check", "jinan", "--json").json(), [])
    bad = tests.pack("bad", "实体 人，量词 人\n定义 人.甲：真假 = 乙")
    result = tests.expect("check a bad pack", 1, "check", bad, says="error[L0201]")
    tests.check("with place and caret", "bad/a.md:5:" in result.err and "^" in result.err, result.err)
    found = tests.expect("check a bad pack --json", 1, "check", bad, "--json").json()
    tests.equal("the same place", [(one["code"], one["line"]) for one in found], [("L0201", 5)])
    for command in ("test", "coverage", "explain", "ask", "dump", "sql"):
        tests.expect(f"{command} a bad pack", 1, command, bad, says="L0201")

    text = tests.expect("test jinan", 0, "test", "jinan").out
    outcomes = tests.leye("test", "jinan", "--json").json()
    tests.equal("as many examples", text, f"{len(outcomes)} passed, 0 failed\n")
    tests.check("each has its place", all(one["file"].endswith(".md") and one["line"] > 0 and one["passed"] for one in outcomes))
    wrong = tests.pack("wrong", "实体 人，量词 人\n事实 人.甲：真假，问“甲？”\n政策 补\n  对象：人\n  条件：\n    - 甲\n待遇 钱：服务\n  内容：“无”\n"
                                "例 一\n  政策：补\n  基准日：2018-06-01\n  已知：甲 = 是\n  期望：资格 = 否")
    failed = tests.expect("test a wrong example", 1, "test", wrong)
    tests.check("says what it got", "wrong/a.md:12: 例 一 没有通过" in failed.out and "得到 是" in failed.out and
                failed.out.endswith("0 passed, 1 failed\n"), failed.out)
    tests.equal("in JSON too", [one["passed"] for one in tests.expect("test --json", 1, "test", wrong, "--json").json()], [False])

    text = tests.expect("coverage jinan", 0, "coverage", "jinan").out
    clauses = tests.leye("coverage", "jinan", "--json").json()
    titles = [line for line in text.split("\n")[:-2] if line and not line.startswith(" ")]
    tests.equal("coverage has the same clauses", titles[:-1] if titles[-1].startswith("共") else titles, [one["clause"] for one in clauses])
    tests.equal("and as many carriers", len(re.findall(r"^    (?!（)", text, re.M)), sum(len(one["carriers"]) for one in clauses))
    for one in (line for clause in clauses for line in clause["carriers"]):
        tests.check(f"{one['name']} runs or waits", isinstance(one["waits"], str) and (not one["waits"] or one["kind"] in ("任务", "事项")))
    table = tests.expect("coverage --all", 0, "coverage", "--all").out.rsplit("\n\n", 1)[1].split("\n")
    tests.check("coverage --all ends with a table", table[0].split() == ["文件", "承载", "能运行", "待后续"] and len(table) > 5, table[0])
    everything = tests.leye("coverage", "--all", "--json").json()
    carriers = [one for city in everything for clause in city["clauses"] for one in clause["carriers"]]
    sums = {row.split()[1]: [int(number) for number in row.split()[2:]] for row in table if row.startswith("合计")}
    tests.equal("and counts what the JSON lists", sums, {kind: [sum(one["kind"] == kind and not one["waits"] for one in carriers),
                                                                sum(one["kind"] == kind and bool(one["waits"]) for one in carriers)]
                                                         for kind in {one["kind"] for one in carriers}})
    tests.equal("jinan is among the cities", [city["clauses"] for city in everything if city["city"] == "jinan"], [clauses])
    tests.expect("coverage of one city and all", 2, "coverage", "jinan", "--all", says="--all")
    dump = tests.expect("dump jinan", 0, "dump", "jinan").out
    tests.check("dump has every policy", all(name in dump for name in policy_names(clauses)))


def policy_names(clauses):
    return {one["name"] for clause in clauses for one in clause["carriers"] if one["kind"] == "政策"}


def formatting(tests):
    folder = tests.new("format")
    good = (CITIES / "common").glob("*.md").__next__()
    ugly, other = folder / "ugly.md", folder / "other.md"
    text = good.read_text()
    ugly.write_text(text.replace("实体 人，量词 人", "实体  人 ,量词   人"))
    other.write_text(text)
    before = ugly.read_text()
    tests.equal("format prints", tests.expect("format", 0, "format", ugly).out, text)
    tests.equal("format prints several", tests.expect("format two", 0, "format", other, ugly).out, text + text)
    tests.equal("and leaves the file", ugly.read_text(), before)
    tests.equal("--check names what would change", tests.expect("format --check", 1, "format", "--check", other, ugly).out, f"{ugly}\n")
    tests.expect("format --write", 0, "format", "--write", other, ugly)
    tests.equal("--write writes", ugly.read_text(), text)
    tests.equal("nothing more to do", tests.expect("format --check again", 0, "format", "--check", other, ugly).out, "")
    broken = folder / "broken.md"
    broken.write_text("```leye\n事实\n```\n")
    tests.expect("format a broken file", 1, "format", "--write", broken, ugly, says="broken.md")
    tests.equal("and leaves it", broken.read_text(), "```leye\n事实\n```\n")
    tests.expect("format a file that is not there", 1, "format", folder / "none.md", says="没有这个文件")
    tests.expect("format a folder", 3, "format", folder, says="是文件夹")


def explaining(tests):
    facts = ["户籍=本地", "企业职工=是", "失业保险月数=24个月", "持有技能证书=是"]
    words = [word for fact in facts for word in ("--fact", fact)]
    result = tests.expect("explain one policy", 0, "explain", "jinan", "技能提升补贴", "--at", DATE, *words)
    tests.check("with the gap", result.out.startswith("技能提升补贴：否") and "差 12个月" in result.out, result.out)
    as_json = tests.leye("explain", "jinan", "技能提升补贴", "--at", DATE, *words, "--json").json()
    tests.equal("the same in JSON", [(one["policy"], one["answer"]) for one in as_json], [("技能提升补贴", "否")])
    everything = tests.leye("explain", "jinan", "--at", DATE, *words)
    heads = re.findall(r"^(\S+?)：(是|否|缺事实|待定|需人工认定)$", everything.out, re.M)
    as_json = tests.leye("explain", "jinan", "--at", DATE, *words, "--json").json()
    tests.equal("all policies in text and JSON", heads, [(one["policy"], one["answer"]) for one in as_json])
    tests.check("overlay is named", tests.leye("explain", "jinan", "--demo").out.startswith("【示范数值，非政策】"))
    result = tests.expect("related rows by hand", 0, "explain", "jinan", "小微企业就业补贴", "--at", DATE, "--fact", "类型=小微企业",
                          "--fact", "用工记录.在职=否", "--fact", "用工记录#2.在职=是")
    tests.check("are counted", "小微企业就业补贴：需人工认定" in result.out, result.out)
    result = tests.leye("explain", "jinan", "小微企业就业补贴", "--at", DATE, "--fact", "类型=小微企业", "--fact", "用工记录.在职=否")
    tests.check("and decide", "小微企业就业补贴：否" in result.out, result.out)
    tests.expect("a fact that is not there", 1, "explain", "jinan", "--fact", "身高=1", says="没有“身高”")
    tests.expect("a related fact that is not there", 1, "explain", "jinan", "--fact", "所在户.身高=1", says="“户”没有“身高”")
    tests.expect("a value that does not fit", 1, "explain", "jinan", "--fact", "失业保险月数=一些", says="失业保险月数")
    tests.expect("a value out of range", 1, "explain", "jinan", "--fact", "失业保险月数=721个月", says="失业保险月数")
    tests.expect("a policy with a slip", 1, "explain", "jinan", "技能提生补贴", says="是否想写 技能提升补贴")
    tests.expect("an entity that is not there", 1, "explain", "jinan", "--entity", "公司", says="企业")
    tests.check("a card is told", "请咨询" in tests.expect("explain a card", 0, "explain", "jinan", "创业导师激励").out)
    city = tests.city()
    for entity, policy in (("人", "技能提升补贴"), ("企业", "小微企业就业补贴"), ("户", "低保渐退")):
        tests.expect(f"explain a row of {entity}", 0, "explain", "jinan", policy, "--data", city, "--id", f"{entity}1", "--at", DATE)
    tests.expect("a row that is not there", 1, "explain", "jinan", "--data", city, "--id", "人999999", says="没有编号为")
    tests.expect("data that is not there", 1, "explain", "jinan", "--data", city / "none", "--id", "人1", says="没有这个文件")


def asking(tests):
    answers = "回\n外星\n本地\n\n不知道\n回\n24\n完\n"
    result = tests.expect("ask over a pipe", 0, "ask", "jinan", "--at", DATE, stdin=answers)
    tests.check("asks and answers", "第 1 题" in result.out and "算出来了" in result.out and result.out.endswith("以受理机关认定为准。\n"), result.out)
    tests.check("the first question has none before it", "这是第一题" in result.out)
    tests.check("a wrong answer is told", "外星" in result.out)
    as_json = tests.expect("ask --json", 0, "ask", "jinan", "--at", DATE, "--json", stdin=answers)
    tests.check("the dialogue is on standard error", "第 1 题" in as_json.err and "第 1 题" not in as_json.out)
    heads = re.findall(r"^(\S+?)：(是|否|缺事实|待定|需人工认定)$", result.out, re.M)
    tests.equal("the same answers", heads, [(one["policy"], one["answer"]) for one in as_json.json()])
    order = [("是", "待定", "需人工认定", "缺事实", "否").index(answer) for _, answer in heads]
    tests.equal("what can be had comes first", order, sorted(order))
    tests.expect("no answer at all", 0, "ask", "jinan", stdin="")
    tests.expect("endless rubbish", 0, "ask", "jinan", stdin=b"\xff\xfe\x00\n" * 200 + b"9" * 100000 + b"\n")
    for entity in ("企业", "户", "载体"):
        result = tests.expect(f"ask a {entity}", 0, "ask", "jinan", "--entity", entity, "--at", DATE, stdin="3\n" * 400, timeout=300)
        tests.check(f"{entity} has answers", "算出来了" in result.out)
    tests.expect("ask nobody", 1, "ask", "jinan", "--entity", "机器人", says="没有“机器人”")

    terminal, other = pty.openpty()
    run = subprocess.Popen([RELEASE, "ask", "jinan", "--at", DATE], stdin=other, stdout=other, stderr=other, cwd=ROOT)
    os.close(other)
    os.write(terminal, "本地\n完\n".encode())
    shown = b""
    try:
        while chunk := os.read(terminal, 4096):
            shown += chunk
    except OSError:
        pass  # the other end is closed
    os.close(terminal)
    tests.equal("ask in a terminal", run.wait(timeout=60), 0)
    tests.check("it answers there", "算出来了" in shown.decode(errors="replace"))


def yuan(text):
    """The table's money as fen, or None for 万 (rounded) and for none."""
    match = re.fullmatch(r"(-?[\d.]+)元(/月)?", text)
    return round(float(match[1]) * 100) if match else None


def scanning(tests):
    city, out = tests.city(), tests.folder / "out"
    snapshot = tests.folder / "city.snapshot"
    result = tests.expect("scan", 0, "scan", "jinan", "--data", city, "--at", DATE, "--demo", "--out", out, "--save", snapshot)
    tests.check("the overlay is named", result.out.startswith("【示范数值，非政策】"))
    totals = tests.expect("scan --json", 0, "scan", "jinan", "--data", city, "--at", DATE, "--demo", "--json").json()
    tests.check("and in JSON", totals["demonstration"] and len(totals["hash"]) == 64)
    policies = {one["policy"]: one for one in totals["policies"]}
    tests.check("somebody gets money", sum(one["money"] + one["monthly"] for one in policies.values()) > 0)
    cards = {one["name"] for clause in tests.leye("coverage", "jinan", "--json").json() for one in clause["carriers"] if one["card"]}
    tests.check("cards are left out", cards and not cards & set(policies))
    rows = table_rows(result.out, "政策")
    tests.equal("as many policies in the text", [row["政策"] for row in rows], list(policies))
    for row in rows:
        one = policies[row["政策"]]
        tests.equal(f"counts of {row['政策']}", {word: int(row[word]) for word in ANSWERS.values()},
                    {word: one[key] for key, word in ANSWERS.items()})
        if (fen := yuan(row["已定金额"])) is not None:
            tests.equal(f"money of {row['政策']}", fen, round((one["money"] + one["monthly"]) * 100))
        for key in ANSWERS:
            tests.equal(f"{key} of {row['政策']} by county", sum(county[key] for county in one["counties"]), one[key])
    check_rows(tests, policies, out)
    for again in (["--threads", "1"], ["--threads", "5"]):
        tests.equal(f"scan {again}", tests.leye("scan", "jinan", "--data", city, "--at", DATE, "--demo", "--json", *again).json(), totals)
    opened = tests.expect("scan a snapshot", 0, "scan", "jinan", "--data", snapshot, "--at", DATE, "--demo", "--json")
    tests.equal("gives the same", opened.json(), totals)
    by_county = tests.expect("scan --by-county", 0, "scan", "jinan", "--data", city, "--at", DATE, "--demo", "--by-county")
    counted = Counter()
    for row in table_rows(by_county.out, "政策"):
        counted[row["政策"]] += int(row["是"])
    tests.equal("counties add up", dict(counted), {name: one["yes"] for name, one in policies.items()})
    tests.equal("scan --set reaches the policies",
                tests.leye("scan", "jinan", "--data", city, "--at", DATE, "--demo", "--set", "求职创业补贴标准=1000元", "--json").json()["policies"],
                totals["policies"])
    tests.expect("scan --set without =", 2, "scan", "jinan", "--data", city, "--set", "甲", says="名=值")
    tests.expect("scan --set of nothing", 1, "scan", "jinan", "--data", city, "--set", "求职创业补贴标谁=1", says="是否想写 求职创业补贴标准")
    tests.expect("scan --set nonsense", 1, "scan", "jinan", "--data", city, "--set", "求职创业补贴标准=许多", says="L0328")


def check_rows(tests, policies, out):
    """The per-subject files of --out against the totals."""
    counted, conditions, money = Counter(), Counter(), Counter()
    for file in sorted(Path(out).iterdir()):
        with open(file, newline="") as lines:
            for row in csv.DictReader(lines):
                counted[row["政策"], row["回答"]] += 1
                for number in row["不满足"].split():
                    conditions[row["政策"], int(number)] += 1
                for part in row["待遇"].split("；"):
                    if match := re.fullmatch(r"\S+\.(?:金额|每月)=([\d.]+)(万?)元(?:/月)?", part):
                        money[row["政策"]] += round(float(match[1]) * (1000000 if match[2] else 100))
    tests.check("no half-written files", all(file.suffix == ".csv" for file in Path(out).iterdir()))
    for name, one in policies.items():
        tests.equal(f"rows of {name}", {word: counted[name, word] for word in ANSWERS.values()},
                    {word: one[key] for key, word in ANSWERS.items()})
        tests.equal(f"money in the rows of {name}", money[name], round((one["money"] + one["monthly"]) * 100))
        for condition in one["conditions"]:
            tests.equal(f"rows that fail {name} {condition['number']}", conditions[name, condition["number"]], condition["failed"])


def simulating(tests):
    city = tests.city()
    words = ["simulate", "jinan", "--data", city, "--at", DATE, "--demo"]
    scan = ["scan", "jinan", "--data", city, "--at", DATE, "--demo", "--json"]
    name, parameter = "求职创业补贴", "求职创业补贴标准"
    before = {one["policy"]: one for one in tests.leye(*scan).json()["policies"]}
    for value in ("1500元", "400元", "5000000元"):         # the last is far beyond what the pack was proven for
        after = {one["policy"]: one for one in tests.leye(*scan, "--set", f"{parameter}={value}").json()["policies"]}
        result = tests.expect(f"simulate {value}", 0, *words, "--set", f"{parameter}={value}", "--json")
        changes = {one["policy"]: one for one in result.json()["policies"]}
        tests.equal(f"what changes with {value}", list(changes), [name])
        total = changes[name]["total"]
        tests.equal(f"before {value}", total["before"], before[name]["money"])
        tests.equal(f"after {value}", total["after"], after[name]["money"])
        tests.equal(f"who has more or less with {value}", (total["more"], total["less"]),
                    (0, before[name]["yes"]) if value == "400元" else (before[name]["yes"], 0))
        tests.equal(f"counties with {value}", sum(one["after"] for one in changes[name]["counties"]), total["after"])
        text = tests.expect(f"simulate {value} as text", 0, *words, "--set", f"{parameter}={value}").out
        row = table_rows(text, "政策")[0]
        tests.equal(f"the text with {value}", (int(row["钱变多"]), int(row["钱变少"])), (total["more"], total["less"]))
    grouped = tests.expect("simulate --by", 0, *words, "--set", f"{parameter}=1500元", "--by", "户籍", "--json").json()["policies"][0]
    tests.equal("groups add up", sum(one["more"] for one in grouped["groups"]), grouped["total"]["more"])
    tests.check("groups have names", {"本地", "外地"} <= {one["name"] for one in grouped["groups"]}, grouped["groups"])
    by_sex(tests, city, [*words, "--set", f"{parameter}=1500元"], name)
    tests.expect("simulate --by nothing", 1, *words, "--set", f"{parameter}=1元", "--by", "座位号", says="要是取值为枚举的事实或定义，有")
    tests.expect("simulate --by a date", 1, *words, "--set", f"{parameter}=1元", "--by", "出生日期", says="不能按“出生日期”分组")
    tests.expect("simulate --by a slip", 1, *words, "--set", f"{parameter}=1元", "--by", "技能等极", says="是否想写 技能等级")
    tests.expect("simulate an unknown parameter", 1, *words, "--set", "求职创业补贴标谁=1元", says="是否想写 求职创业补贴标准")
    tests.expect("simulate nonsense", 1, *words, "--set", f"{parameter}=许多", says=parameter)
    tests.expect("simulate beyond all measure", 1, *words, "--set", f"{parameter}=99999999999999999999元", says=parameter)
    tests.expect("simulate without =", 2, *words, "--set", parameter, says="名=值")
    tests.check("nothing to change", "不影响任何政策" in tests.leye(*words, "--set", f"{parameter}=1000元").out or
                "0元" in tests.leye(*words, "--set", f"{parameter}=1000元").out)


def by_sex(tests, city, words, name):
    """性别 is a fact that no rule of Jinan reads: its groups against the people of the data and who is 是."""
    with open(city / "人.csv", newline="") as lines:
        sexes = {row["编号"]: row["性别"] for row in csv.DictReader(lines)}
    out = tests.new("by-sex")
    tests.expect("scan for groups", 0, "scan", "jinan", "--data", city, "--at", DATE, "--demo", "--out", out)
    with open(out / "人.csv", newline="") as lines:
        gaining = Counter(sexes[row["编号"]] for row in csv.DictReader(lines) if row["政策"] == name and row["回答"] == "是")
    result = tests.expect("simulate --by 性别", 0, *words, "--by", "性别", "--json").json()["policies"][0]
    tests.equal("who gains by 性别", {one["name"]: one["more"] for one in result["groups"]},
                {"男": gaining["男"], "女": gaining["女"], "其他": gaining[""]})
    tests.check("both gain", gaining["男"] > 0 and gaining["女"] > 0, gaining)
    text = tests.expect("simulate --by 性别 as text", 0, *words, "--by", "性别").out
    for sex in "男", "女":
        line = next((line.split() for line in text.splitlines() if line.split()[:1] == [sex]), [])
        tests.equal(f"{sex} in the text", line[1:5], ["0", "0", str(gaining[sex]), "0"])
    bare = tests.new("without-sex")
    for file in city.iterdir():
        (bare / file.name).write_text(file.read_text().replace("性别", "备注", 1))
    bare_words = [str(bare) if word == city else word for word in words]
    tests.expect("simulate --by a column that is not there", 0, *bare_words, "--by", "性别", says="都归入“其他”")


def inventing(tests):
    first, second = tests.folder / "synth1", tests.folder / "synth2"
    result = tests.expect("synth", 0, "synth", "jinan", "--persons", 500, "--seed", 5, "--at", DATE, "--out", first)
    tests.expect("synth again", 0, "synth", "jinan", "--persons", 500, "--seed", 5, "--at", DATE, "--threads", 1, "--out", second)
    for file in sorted(first.iterdir()):
        tests.equal(f"{file.name} has the same bytes", (second / file.name).read_bytes(), file.read_bytes())
        lines = len(file.read_text().strip().split("\n")) - 1
        tests.check(f"{file.name} has as many rows as told", f"{file.name} {lines} 行" in result.out, result.out)
    tests.expect("scan what was made", 0, "scan", "jinan", "--data", first, "--at", DATE)


def writing(tests):
    """Whatever is printed: a full disk and a closed output end in 3 with a word about it."""
    city = tests.city()
    prints = [["--help"], ["scan", "--help"], ["check", "jinan", "--json"], ["test", "jinan"], ["coverage", "jinan"], ["dump", "jinan"],
              ["explain", "jinan"], ["ask", "jinan"], ["scan", "jinan", "--data", city], ["sql", "jinan"],
              ["sql", "jinan", "--data", city], ["format", *sorted(JINAN[1].glob("*.md"))],
              ["simulate", "jinan", "--data", city, "--set", "求职创业补贴标准=5元"],
              ["synth", "jinan", "--persons", "20", "--out", tests.folder / "synth3"]]
    for words in prints:
        with open("/dev/full", "w") as full:
            tests.expect(f"{words[0]} on a full disk", 3, *words, stdout=full, says="写不出结果：磁盘满了")
        tests.expect(f"{words[0]} with a closed output", 3, *words, stdout=subprocess.DEVNULL, prepare=close_stdout, says="写不出结果")

    out = tests.new("full")
    old = out / "人.csv"
    old.write_text("old\n")
    scan = ["scan", "jinan", "--data", city, "--at", DATE]
    tests.expect("scan --out on a full disk", 3, *scan, "--out", out, prepare=small_files, says="没有留下文件")
    tests.equal("leaves what was there", [(file.name, file.read_text()) for file in out.iterdir()], [("人.csv", "old\n")])
    saved = out / "city.snapshot"
    tests.expect("scan --save on a full disk", 3, *scan, "--save", saved, prepare=small_files, says="写不了快照")
    tests.expect("synth on a full disk", 3, "synth", "jinan", "--persons", 500, "--out", out, prepare=small_files, says="写不了")
    target = out / "ugly.md"
    target.write_text("```leye\n" + "实体  人 ,量词   人\n" * 1000 + "```\n")
    tests.expect("format --write on a full disk", 3, "format", "--write", target, prepare=small_files, says="原来的文件没有动")
    tests.check("and it was not", target.read_text().startswith("```leye\n实体  人 ,"))
    target.unlink()
    tests.equal("nothing is left behind", [file.name for file in out.iterdir()], ["人.csv"])
    tests.expect("scan --out below a file", 3, *scan, "--out", old / "x", says="不是文件夹")
    tests.expect("scan --out is a file", 3, *scan, "--out", old, says="不是文件夹")
    tests.expect("scan --out where nothing may be", 3, *scan, "--out", "/proc/leye", says="写不了文件夹")
    tests.expect("scan --save where nothing may be", 3, *scan, "--save", "/proc/leye/x", says="写不了快照")
    tests.expect("synth where nothing may be", 3, "synth", "jinan", "--persons", 5, "--out", "/proc/leye", says="建不了文件夹")


def slow_work(tests):
    """Progress is silent for what is quick; what takes over a second says so."""
    quick = tests.leye("synth", "jinan", "--persons", 20, "--out", tests.folder / "synth4", release=True)
    tests.equal("quick work shows no progress", quick.err, "")
    start = time.monotonic()
    slow = tests.leye("synth", "jinan", "--persons", 400000, "--out", tests.folder / "synth5", "--threads", 1)
    took = time.monotonic() - start
    tests.check("slow work does", re.fullmatch(r"(\S+ \d+\.\d 秒\n)*", slow.err) and (slow.err or took < 3), slow.err)


def run(tests):
    for part in (usage, reading, formatting, explaining, asking, scanning, simulating, inventing, writing, slow_work):
        part(tests)
