"""leye demo, backup, restore: every target of every city has something to count; a copy is whole, of the right city, or refused."""
import hashlib
import re
import sqlite3

CITIES = {"jining": "2022-09-30", "huaian": "2023-09-30", "wenzhou": "2023-09-30", "jinan": "2018-09-30"}
# What no records can reach: a million firms, and a parameter that the document leaves open.
OUT_OF_REACH = {"民营市场主体", "受训职工稳岗率"}
# Two entities, a target that is counted and a figure that is reported; test/disaster has its city by it, too.
PLAN = """单位 名 = 人
单位 场
枚举 试验区县：东区、西区
枚举 类别：甲、乙、其他
实体 人，量词 人
实体 活动，量词 场
事实 人.姓名：文本，必填
事实 人.区县：试验区县
事实 活动.名称：文本，必填
事实 活动.举办日期：日期，必填
事实 活动.类别：类别
事实 活动.区县：试验区县
指标 甲类活动：场
  来源：计算 计数(活动，其中 类别 等于 甲 且 举办日期 介于 期初 至 期末)
目标 每年甲类活动
  指标：甲类活动
  要求：不少于 60场
  期间：每年
  分解：区县
指标 填报的场次：场
  来源：填报 每月，由“各县（市、区）”
"""
PACK = """文件 试验方案
  标题：“试验方案”
  机关：“某市”
  成文：2021-12-31
  有效：自 2022-01-01 至 2023-12-31
""" + PLAN
DAY = "2022-09-30"


def query(file, sql):
    with sqlite3.connect(file) as database:
        return database.execute(sql).fetchall()


def digest(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def lamps(text):
    found = re.search(r"目标：正常 (\d+)，稍慢 (\d+)，落后 (\d+)，无数据 (\d+)", text)
    return [int(number) for number in found.groups()] if found else []


def cities(tests):
    """Whole packs: large, so by the release build."""
    folder = tests.folder / "shown"
    for city, day in CITIES.items():
        tests.expect(f"{city} init", 0, "init", city, "--folder", folder, release=True)
        made = tests.expect(f"{city} demo", 0, "demo", city, "--folder", folder, "--persons", 3000, "--firms", 2000, release=True, timeout=600)
        missed = set(re.findall("指标“(.*?)”想造到.*只有 (?:0\\D|—)", made.err))
        tests.check(f"{city}: every indicator has what it needs", missed <= OUT_OF_REACH, made.err)
        tests.check(f"{city}: some ahead, some slow, some behind", len(lamps(made.out)) == 4 and all(lamps(made.out)[:3]), made.out)
        file = folder / f"{city}.db"
        settings = dict(query(file, "SELECT name, value FROM leye_setting"))
        tests.equal(f"{city}: the pages know", (settings.get("demonstration"), settings.get("board_day")), ("1", day))
        tests.equal(f"{city}: nobody is real", query(file, "SELECT count(*) FROM 人 WHERE 身份证号 NOT LIKE '999%' OR 手机号 NOT LIKE '154%'"), [(0,)])
        tests.check(f"{city}: red targets are followed up", query(file, "SELECT count(*) FROM leye_order")[0][0] > 0)
        batches = query(file, "SELECT count(*), count(DISTINCT file_name), min(file_name) FROM leye_batch WHERE file_name <> 'divisions.tsv'")[0]
        tests.check(f"{city}: in batches that can be taken back", batches[0] > 10 and batches[1:] == (1, "示范"), batches)


def filling(tests):
    city = tests.pack("shown", PACK)
    data = tests.folder / "filled"
    file = data / "shown.db"
    tests.expect("no database yet", 1, "demo", city, "--folder", data, says="leye init")
    tests.expect("init", 0, "init", city, "--folder", data)
    tests.expect("no day", 1, "demo", city, "--folder", data, says="--day")
    tests.expect("no people", 2, "demo", city, "--folder", data, "--persons", 0, says="--persons")
    small = ["demo", city, "--folder", data, "--persons", 200, "--firms", 10]
    made = tests.expect("demo", 0, *small, "--day", DAY)
    tests.equal("nothing is missed", made.err.replace("造示范数据", ""), re.sub("指标.*\n", "", made.err).replace("造示范数据", ""))
    counts = query(file, "SELECT count(*), min(举办日期), max(举办日期), count(DISTINCT 区县) FROM 活动 WHERE 类别 = 0")[0]
    tests.check("two years, no day too late, both counties", counts[0] > 50 and counts[1] < 18993 and counts[2] <= 19265 and counts[3] == 2, counts)
    tests.equal("the target is split", query(file, "SELECT sum(value), count(*) FROM leye_split"), [(60, 2)])
    figures = query(file, "SELECT count(*), count(DISTINCT last_day), min(evidence) FROM leye_figure WHERE source = 'reported'")[0]
    tests.check("months are reported, with evidence", figures[0] > 30 and figures[1] >= 23 and figures[2] == "示范数据", figures)
    rows = query(file, "SELECT count(*) FROM 人")
    tests.expect("a second time", 1, *small, "--day", DAY, says="--append")
    tests.equal("changes nothing", query(file, "SELECT count(*) FROM 人"), rows)
    tests.expect("unless asked to", 0, *small, "--day", DAY, "--append")
    tests.equal("keys do not meet", query(file, "SELECT count(*), count(DISTINCT _key) FROM 人"), [(2 * rows[0][0],) * 2])
    (city / "demo.tsv").write_text(f"日期\t{DAY}\n")
    tests.expect("the city's own day", 0, *small, "--append", "--seed", 5)
    return city, data, file


def copying(tests, city, data, file):
    folder = tests.new("copies")
    copy = folder / "copy.db"
    backup = ["backup", city, "--folder", data, "--out", copy]
    with sqlite3.connect(file, isolation_level=None) as busy:
        busy.execute("BEGIN IMMEDIATE")
        busy.execute("UPDATE leye_setting SET value = 'half' WHERE name = 'demonstration'")
        tests.expect("a copy while somebody writes", 0, *backup)
        busy.execute("ROLLBACK")
    tests.equal("has what was committed", query(copy, "SELECT value FROM leye_setting WHERE name = 'demonstration'"), [("1",)])
    tests.equal("for its owner alone", copy.stat().st_mode & 0o777, 0o600)
    tests.equal("and nothing is left beside it", sorted(path.name for path in folder.iterdir()), ["copy.db"])
    first = digest(copy)
    tests.expect("a copy is not overwritten", 1, *backup, says="--force")
    tests.equal("and stays as it is", digest(copy), first)
    tests.expect("unless asked to", 0, *backup, "--force")
    tests.expect("no place for it", 2, "backup", city, "--folder", data, says="--out")
    tests.expect("no such folder", 3, "backup", city, "--folder", data, "--out", folder / "none/copy.db")
    tests.expect("PostgreSQL has its own tool", 1, "backup", city, "--folder", "postgres:dbname=x", "--out", copy, says="pg_dump")
    tests.expect("and for restoring", 1, "restore", city, "--folder", "postgres:dbname=x", "--from", copy, says="pg_restore")
    return copy


def restoring(tests, city, data, file, copy):
    new = tests.folder / "restored"
    people = "SELECT count(*), max(_id), min(姓名) FROM 人"
    tests.expect("into a new folder", 0, "restore", city, "--folder", new, "--from", copy)
    tests.equal("everything is there", query(new / "shown.db", people), query(file, people))
    again = ["restore", city, "--folder", new, "--from"]
    with sqlite3.connect(new / "shown.db") as changed:
        changed.execute("DELETE FROM 人")
    changed.close()
    tests.expect("records are not overwritten", 1, *again, copy, says="--force")
    tests.equal("they stay", query(new / "shown.db", people)[0][0], 0)
    busy = sqlite3.connect(new / "shown.db")
    busy.execute("PRAGMA journal_mode = WAL")
    busy.execute("SELECT count(*) FROM 人").fetchall()
    tests.expect("nor while somebody uses them", 1, *again, copy, "--force", says="正在使用")
    busy.close()
    whole = copy.read_bytes()
    before = digest(new / "shown.db")
    bad = {"torn": (whole[: len(whole) // 3], 3), "text": ("这不是数据库".encode() * 500, 3), "empty": (b"", 1),
           "scratched": (whole[:9000] + b"\xff" * 6000 + whole[15000:], 3)}
    for name, (content, code) in bad.items():
        (copy.parent / name).write_bytes(content)
        tests.expect(f"a {name} copy", code, *again, copy.parent / name, "--force")
        tests.equal(f"a {name} copy changes nothing", digest(new / "shown.db"), before)
    tests.expect("no copy there", 3, *again, copy.parent / "none", "--force", says="没有这个文件")
    tests.expect("nothing to restore from", 2, "restore", city, "--folder", new, says="--from")
    other = tests.pack("elsewhere", PACK)
    tests.expect("of another city", 1, "restore", other, "--folder", new, "--from", copy, says="别的城市")
    with sqlite3.connect(copy.parent / "foreign") as foreign:
        foreign.execute("CREATE TABLE leye_setting (_city TEXT)")
    foreign.close()
    tests.expect("not of ours", 1, *again, copy.parent / "foreign", "--force", says="不是乐业的备份")
    tests.equal("still as it was", digest(new / "shown.db"), before)
    tests.expect("at last", 0, *again, copy, "--force")
    tests.equal("everything is back", query(new / "shown.db", people), query(file, people))


def run(tests):
    city, data, file = filling(tests)
    copy = copying(tests, city, data, file)
    restoring(tests, city, data, file, copy)
    cities(tests)
