"""leye document load: published texts in both encodings, matched, flagged when they change, refused when they are none."""
import sqlite3

CITY = """文件 试验方案
  文号：“试政发〔2022〕1号”
  标题：“试验方案”
"""
TEXT = "某市通知\n一、目标\n一年两家。\n（一）服务\n约时间。\n1. 先打电话\n2. 再来\n二、附则\n照办。\n四、多出来的\n"


def make(tests):
    folder = tests.pack("documented", **{
        "a__md": f"# 试\n\n```leye\n{CITY}```\n\n## 一、目标\n\n### （一）服务\n\n## 二、附则\n\n## 三、没有的\n"})
    data = tests.folder / "documents"
    tests.expect("init", 0, "init", folder, "--folder", data)
    return folder, data


def rows(data):
    with sqlite3.connect(data / "documented.db") as database:
        return database.execute("SELECT clause, text, hash, restated FROM leye_original ORDER BY position").fetchall()


def load(tests, name, code, folder, data, document, file, *options, says=""):
    return tests.expect(name, code, "document", "load", folder, document, file, "--folder", data, *options, says=says)


def matching(tests, folder, data):
    file = tests.folder / "original.txt"
    file.write_text(TEXT)
    first = load(tests, "a first load", 0, folder, data, "试政发〔2022〕1号", file)
    tests.check("what matched is counted", "对上 4 条；更细的 2 段并入上一级条款；没有对上 1 条" in first.out, first.out)
    tests.check("what only the text has", "原文有、我们没有：四、多出来的" in first.out, first.out)
    tests.check("what only we have", "我们有、原文没有找到：三、没有的" in first.out, first.out)
    stored = rows(data)
    tests.equal("clauses are stored in order", [row[0] for row in stored], ["", "1", "1.1", "2", "4"])
    tests.equal("with the finer ones inside", stored[2][1], "（一）服务\n约时间。\n1. 先打电话\n2. 再来")
    tests.check("and a hash that our words restate", all(len(row[2]) == 64 and row[2] == row[3] for row in stored))
    file.write_bytes(("\ufeff" + TEXT).encode())
    load(tests, "with a byte order mark", 0, folder, data, "试验方案", file)
    tests.equal("it is the same text", rows(data), stored)
    file.write_bytes(TEXT.replace("\n", "\r\n").encode("gb18030"))
    load(tests, "in GB18030, with other line ends", 0, folder, data, "试验方案", file)
    tests.equal("it is still the same text", rows(data), stored)
    return stored


def changing(tests, folder, data, stored):
    file = tests.folder / "changed.txt"
    file.write_text(TEXT.replace("两家", "三家").replace("四、多出来的\n", ""))
    changed = load(tests, "a changed text", 0, folder, data, "试验方案", file)
    tests.check("changes are counted", "有改动 1 条" in changed.out and "上次有、这次没有 1 条" in changed.out, changed.out)
    after = rows(data)
    tests.equal("the flag stands on that clause only", [row[2] != row[3] for row in after], [False, True, False, False])
    tests.equal("it remembers what was restated", after[1][3], stored[1][2])
    again = load(tests, "the same text again", 0, folder, data, "试验方案", file)
    tests.check("stays flagged", "有改动 1 条" in again.out, again.out)
    accepted = load(tests, "accepted", 0, folder, data, "试验方案", file, "--accept")
    tests.check("is flagged no more", "有改动" not in accepted.out and all(row[2] == row[3] for row in rows(data)), accepted.out)


def refusing(tests, folder, data):
    file = tests.folder / "original.txt"
    file.write_text(TEXT)
    before = rows(data)
    empty, binary, big = tests.folder / "empty.txt", tests.folder / "binary.txt", tests.folder / "big.txt"
    empty.write_text(" \n\u3000\n")
    binary.write_bytes(b"PK\x03\x04\xff\xff\x00")
    big.write_text("x" * (1 << 20) + "x")
    load(tests, "no such document", 1, folder, data, "别的", file, says="没有“别的”这份文件")
    load(tests, "no such file", 1, folder, data, "试验方案", tests.folder / "nowhere", says="读不了")
    load(tests, "no text", 1, folder, data, "试验方案", empty, says="没有文字")
    load(tests, "no text but bytes", 1, folder, data, "试验方案", binary, says="既不是 UTF-8 也不是 GB18030")
    load(tests, "too much", 1, folder, data, "试验方案", big, says="1 MiB")
    tests.expect("no database", 1, "document", "load", folder, "试验方案", file, "--folder", tests.folder / "none", says="leye init")
    tests.expect("another word", 2, "document", "drop", folder, "试验方案", file, says="load")
    tests.expect("too few words", 2, "document", "load", folder)
    tests.equal("nothing was changed", rows(data), before)


def run(tests):
    folder, data = make(tests)
    stored = matching(tests, folder, data)
    changing(tests, folder, data, stored)
    refusing(tests, folder, data)
