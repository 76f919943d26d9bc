"""Sheets through the command line: divisions at leye init, import with its faults and its way back, export, undo."""
import csv
import io
import re
import signal
import sqlite3
import subprocess
import time
import zipfile

from support import CITIES, RELEASE, ROOT, SANITIZED, small_files

GOOD = "编号,姓名,身份证号,手机号,区县,月收入（元/月）\nR1,张三,11010519491231002X,13812345678,任城区,3500\nR2,李四,,13912345678,兖州区,4200\n"
BAD = ("编号,姓名,身份证号,手机号,区县,月收入（元/月）\nR1,张三丰,11010519491231002X,13812345678,任城区,3500\nR2,李四,110105194912310021,13912345678,兖州区,4200\n"
       "R3,,,12345,不知道区,3000\nR4,赵六,,13712345678,曲阜市,很多\nR5,孙七,,13612345678,邹城市,2800\n")
PERSONS = {"R1": ("张三", "11010519491231002X", 350000), "R2": ("李四", None, 420000)}


def database(folder):
    return sqlite3.connect(folder / "jining.db")


def persons(folder):
    with database(folder) as connection:
        return {key: rest for key, *rest in connection.execute('SELECT _key, "姓名", "身份证号", "月收入" FROM "人"')}


def same(found, expected):
    return {key: tuple(value) for key, value in found.items()} == expected


def divisions(tests, folder):
    told = tests.expect("init jining", 0, "init", "jining", "--folder", folder)
    tests.check("init tells how many divisions", re.search(r"区划：新增 1\d\d 个，更新 0 个", told.out), told.out[-300:])
    with database(folder) as connection:
        rows = connection.execute('SELECT a._key, a."名称", a."级别", a."统计用", b._key FROM "区划" a LEFT JOIN "区划" b ON a."上级区划" = b._id').fetchall()
    by_code = {row[0]: row[1:] for row in rows}
    tests.equal("a province", by_code["370000"], ("山东省", 0, 0, None))
    tests.equal("a city", by_code["370800"], ("济宁市", 1, 0, "370000"))
    tests.equal("a county", by_code["370811"], ("任城区", 2, 0, "370800"))
    tests.equal("a statistical area", by_code["370871"], ("济宁高新技术产业开发区", 2, 1, "370800"))
    tests.equal("districts", sum(row[1] == 2 and not row[2] for row in by_code.values()), 11)
    tests.check("nobody else's", all(code[:4] == "3708" for code in by_code if code != "370000"))
    tests.check("all but the province have their parent", all(row[3] in by_code for code, row in by_code.items() if code != "370000"))
    again = tests.expect("init again", 0, "init", "jining", "--folder", folder)
    tests.check("changes nothing", "区划" not in again.out, again.out)
    with database(folder) as connection:
        tests.equal("as many as before", connection.execute('SELECT count(*) FROM "区划"').fetchone()[0], len(by_code))
        connection.execute('UPDATE "区划" SET "名称" = \'旧名\' WHERE _key = \'370811\'')
    again = tests.expect("init with a table that has another name", 0, "init", "jining", "--folder", folder)
    tests.check("takes it over", "区划：新增 0 个，更新 1 个" in again.out, again.out)


def broken_facts(tests):
    """A table with a fault is told with its line; working days do without."""
    cities = tests.new("facts")
    text = "\n".join(path.read_text() for path in sorted((CITIES / "common").glob("*.md")))
    for name, content in (("common/a.md", text), ("here/b.md", "# 一\n\n```leye\n引入 “common”\n文件 方案\n  辖区：“370800 济宁市”\n```\n")):
        (cities / name).parent.mkdir(exist_ok=True)
        (cities / name).write_text(content)
    tests.expect("init without the table", 1, "init", cities / "here", "--folder", cities / "data", says="区划没有装入")
    (cities / "common/divisions.tsv").write_text("code\tname\tlevel\tparent\tpseudo\n370000\t山东省\tprovince\t\tno\n370800\t济宁市\tcity\t999\tno\n")
    tests.expect("init with a bad table", 1, "init", cities / "here", "--folder", cities / "data", says="第 3 行“370800”")
    (cities / "common/divisions.tsv").write_text("code\tname\tlevel\tparent\tpseudo\n370000\t山东省\tprovince\t\tno\n")
    tests.expect("init with a table of others", 1, "init", cities / "here", "--folder", cities / "data", says="370800")
    (cities / "common/divisions.tsv").write_text((CITIES / "common/divisions.tsv").read_text())
    (cities / "common/workdays.tsv").write_text("date\tkind\tname\n2023-10-01\tholiday\t国庆节\n")
    tests.expect("bad working days are told", 0, "init", cities / "here", "--folder", cities / "data", says="工作日只按周末算")


def good(tests, folder, sheet):
    dry = tests.expect("import --dry-run", 0, "import", "jining", "人", sheet, "--folder", folder, "--dry-run")
    tests.check("says what it would do", "共 2 行：新增 2" in dry.out and "什么都没有写进去" in dry.out, dry.out)
    tests.equal("and does nothing", persons(folder), {})
    done = tests.expect("import", 0, "import", "jining", "人", sheet, "--folder", folder)
    tests.check("names the columns", "月收入（元/月） → 月收入" in done.out, done.out)
    tests.check("imported", same(persons(folder), PERSONS), persons(folder))
    again = tests.expect("the same again", 0, "import", "jining", "人", sheet, "--folder", folder, "--json").json()
    tests.equal("changes nothing", (again["rows"], again["created"], again["updated"], again["unchanged"], again["batch"]), (2, 0, 0, 2, 0))


def bad(tests, folder, sheet):
    back = tests.folder / "back.xlsx"
    refused = tests.expect("import with faults", 1, "import", "jining", "人", sheet, "--folder", folder, "--return", back)
    for words in ("第 4 行 B 列“姓名”：", "第 3 行 C 列“身份证号”（110", "第 4 行 D 列“手机号”", "第 4 行 E 列“区县”（不知道区）",
                  "第 5 行 F 列“月收入（元/月）”（很多）"):
        tests.check(f"tells {words}", words in refused.err, refused.err)
    tests.check("an identity number is masked", "110105194912310021" not in refused.err + refused.out, refused.err)
    tests.check("says that nothing went in", "一行也没有导入" in refused.out, refused.out)
    tests.check("nothing went in", same(persons(folder), PERSONS), persons(folder))
    with zipfile.ZipFile(back) as book:
        text = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    tests.check("the sheet that goes back has the reasons and every row", all(word in text for word in ("未导入的原因", "校验码", "孙七", "张三丰")), text[:300])
    report = tests.expect("import --partial", 1, "import", "jining", "人", sheet, "--folder", folder, "--partial", "--json", "--return", back).json()
    tests.equal("counts", [report[name] for name in ("rows", "created", "updated", "unchanged", "refused", "faultTotal")], [5, 1, 1, 0, 3, 5])
    tests.equal("places", sorted((one["row"], one["column"]) for one in report["faults"]), [(3, 3), (4, 2), (4, 4), (4, 5), (5, 6)])
    tests.check("each with reason and heading", all(one["message"] and one["header"] for one in report["faults"]))
    with zipfile.ZipFile(back) as book:
        text = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    tests.check("only the bad rows go back", "不知道区" in text and "孙七" not in text)
    found = persons(folder)
    tests.equal("the good rows are in", (found["R1"][0], found["R2"][0], found["R5"][0], len(found)), ("张三丰", "李四", "孙七", 3))
    return report["batch"]


def undo(tests, folder, batch):
    undone = tests.expect("import --undo", 0, "import", "jining", "--undo", batch, "--folder", folder, "--json").json()
    tests.equal("what was undone", undone, {"deleted": 1, "restored": 1, "kept": 0})
    tests.check("as before", same(persons(folder), PERSONS), persons(folder))
    tests.expect("undo twice", 1, "import", "jining", "--undo", batch, "--folder", folder, says="已经撤销过")
    tests.expect("undo of nothing", 1, "import", "jining", "--undo", 12345, "--folder", folder, says="没有批次 12345")


def exports(tests, folder):
    out = tests.folder / "out.csv"
    tests.expect("export CSV", 0, "export", "jining", "人", "--folder", folder, "--out", out)
    rows = {row["编号"]: row for row in csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig")))}
    tests.equal("names and counties", {key: (row["姓名"], row["区县"]) for key, row in rows.items()}, {"R1": ("张三", "任城区"), "R2": ("李四", "兖州区")})
    tests.check("an identity number is masked", "19491231" not in out.read_text() and rows["R1"]["身份证号"].startswith("110"), rows["R1"])
    before = out.read_bytes()
    tests.expect("export on a full disk", 3, "export", "jining", "人", "--folder", folder, "--out", tests.folder / "nowhere/out.csv", says="写不了")
    big = tests.new("big")
    tests.expect("a city with many", 0, "init", "jining", "--folder", big)
    tests.expect("divisions to XLSX", 0, "export", "jining", "区划", "--folder", big, "--out", tests.folder / "q.xlsx")
    with zipfile.ZipFile(tests.folder / "q.xlsx") as book:
        text = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    tests.check("all in it", "古槐街道" in text and "370871" in text)
    full = tests.leye("export", "jining", "区划", "--folder", big, "--out", out, prepare=small_files)
    tests.equal("a full disk ends it with 3", full.code, 3)
    tests.equal("the old file is whole", out.read_bytes(), before)
    tests.check("nothing is left behind", not list(tests.folder.glob("*.part")), list(tests.folder.glob("*.part")))


def usage(tests, folder, sheet):
    missing = tests.folder / "no.csv"
    tests.expect("import without a file", 2, "import", "jining", "人", says="文件")
    tests.expect("undo with a file", 2, "import", "jining", "人", sheet, "--undo", 1, says="撤销时只写城市")
    tests.expect("a file that is not there", 1, "import", "jining", "人", missing, "--folder", folder, says="没有这个文件")
    tests.expect("an entity that is not there", 1, "import", "jining", "学圆", sheet, "--folder", folder, says="是否想写 学员")
    tests.expect("a far-off entity", 1, "export", "jining", "飞机场里的人", "--folder", folder, "--out", "x.csv", says="有：人")
    tests.expect("a folder without the city", 1, "import", "huaian", "人", sheet, "--folder", folder, says="leye init huaian")
    tests.expect("back into the same file", 2, "import", "jining", "人", sheet, "--folder", folder, "--return", sheet, says="换一个名字")
    tests.expect("export to another kind", 2, "export", "jining", "人", "--folder", folder, "--out", "x.doc", says=".xlsx")
    for name, content, words in (("empty.csv", b"", "读不了这张表"), ("header.csv", GOOD.split("\n")[0].encode(), "没有数据"),
                                 ("other.csv", b"a,b\n1,2\n", "表头"), ("zip.xlsx", b"PK\x03\x04" + bytes(100), "读不了这张表"),
                                 ("noise.xlsx", bytes(range(256)) * 50, "读不了这张表")):
        path = tests.folder / name
        path.write_bytes(content)
        tests.expect(f"import {name}", 1, "import", "jining", "人", path, "--folder", folder, says=words)
    tests.check("hostile sheets changed nothing", same(persons(folder), PERSONS))
    gb = tests.folder / "gb.csv"
    gb.write_bytes(GOOD.replace("张三", "张三丰").encode("gb18030"))
    result = tests.expect("GB18030", 0, "import", "jining", "人", gb, "--folder", folder, "--json").json()
    tests.equal("is read", (result["updated"], persons(folder)["R1"][0]), (1, "张三丰"))


def stopped(tests, folder):
    """Ctrl-C while the import waits for the database: it ends by the signal, says so, and leaves what was there."""
    before = persons(folder)
    path = tests.folder / "stopped.csv"
    path.write_text("编号,姓名\nR1,改了名\nR9,新来的\n")
    connection = sqlite3.connect(folder / "jining.db", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    program = SANITIZED if SANITIZED.exists() else RELEASE
    process = subprocess.Popen([program, "import", "jining", "人", path, "--folder", folder], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))     # whatever this was started by
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    connection.execute("ROLLBACK")
    connection.close()
    out, err = process.communicate(timeout=60)
    tests.equal("Ctrl-C ends an import by the signal", (process.returncode, out), (-signal.SIGINT, b""))
    tests.check("says that nothing went in", "停下了：一行也没有导入，库里和原来一样" in err.decode(), err.decode())
    tests.equal("and nothing did", persons(folder), before)


def run(tests):
    folder = tests.new("records")
    sheet, faulty = tests.folder / "good.csv", tests.folder / "bad.csv"
    sheet.write_text(GOOD)
    faulty.write_text(BAD)
    divisions(tests, folder)
    broken_facts(tests)
    good(tests, folder, sheet)
    undo(tests, folder, bad(tests, folder, faulty))
    exports(tests, folder)
    usage(tests, folder, sheet)
    stopped(tests, folder)
