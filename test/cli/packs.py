"""Hostile packs: every one ends soon, with exit code 1 (or 3 where the machine is at fault) and a clear message."""
import os
import time

PEOPLE = "实体 人，量词 人\n事实 人.年龄：岁，问“您几岁？”\n事实 人.甲：整数，问“几？”"
POLICY = "政策 补\n  对象：人\n  条件：\n    - {}\n待遇 钱：服务\n  内容：“无”"


def refuse(tests, name, code, says, text="", exit_code=1, seconds=20, release=False, **files):
    folder = tests.pack(name, text, **files)
    start = time.monotonic()
    result = tests.expect(f"pack {name}", exit_code, "check", folder, says=says, release=release)
    took = time.monotonic() - start
    tests.check(f"pack {name} is soon done", took < seconds, f"{took:.1f} s")
    tests.check(f"pack {name} is told shortly", len(result.err) < 60000, f"{len(result.err)} bytes")
    if code:
        tests.check(f"pack {name} has {code}", code in result.err, result.err)
    again = tests.leye("check", folder, "--json", release=release)
    tests.equal(f"pack {name} --json", again.code, exit_code)
    if exit_code == 1 and code:
        tests.check(f"pack {name} has {code} in JSON", any(one["code"].startswith(code) for one in again.json()))
    return result


def numbers(tests):
    for name, value in (("digits", "9" * 30 + "元"), ("integer", "9223372036854775808元"), ("wan", "99999999999999999亿元"),
                        ("decimals", "0." + "1" * 40 + "元"), ("negative", "-9223372036854775809元")):
        refuse(tests, f"number-{name}", "L0", "error", f"{PEOPLE}\n参数 标准：金额\n  - 自 2018-01-01：{value}\n" + POLICY.format("年龄 大于 16岁"))
    for name, date in (("month", "2018-13-01"), ("day", "2018-02-30"), ("year", "9999-01-01"), ("far", "999999999999-01-01")):
        refuse(tests, f"date-{name}", "L0", "error", f"{PEOPLE}\n参数 标准：金额\n  - 自 {date}：5元")
    wide = " × ".join(["甲"] * 60)
    folder = tests.pack("number-product", f"{PEOPLE}\n定义 人.乙：整数 = {wide}")
    tests.check("a product past 64 bits is warned of or refused", "L0" in tests.leye("check", folder).err)


def imports(tests):
    for name, target in (("missing", "nowhere"), ("up", "../bad"), ("root", "/etc"), ("self", "import-self"), ("dots", ".."), ("long", "x" * 5000)):
        refuse(tests, f"import-{name}", "L0205", "包", f"引入 “{target}”\n{PEOPLE}")
    tests.pack("ring-b", "引入 “ring-a”")
    refuse(tests, "ring-a", "L0205", "ring-a", f"引入 “ring-b”\n{PEOPLE}")
    many = {f"{i:02}__md": "# 标题\n" for i in range(64)}
    tests.expect("a pack of 64 files", 0, "check", tests.pack("files-64", **many))
    tests.expect("a pack of 65 files", 1, "check", tests.pack("files-64", one_more__md="# 标题\n"), says="超过 64 个")


def unreadable(tests):
    folder = tests.pack("folder-file", PEOPLE)
    (folder / "b.md").mkdir()
    tests.expect("a folder called b.md", 3, "check", folder, says="b.md：是文件夹")
    folder = tests.pack("link-file", PEOPLE)
    (folder / "b.md").symlink_to("/nowhere/b.md")
    tests.expect("a link to nowhere", 3, "check", folder, says="b.md：没有这个文件")
    folder = tests.pack("link-loop", PEOPLE)
    (folder / "b.md").symlink_to("b.md")
    tests.expect("a link to itself", 3, "check", folder, says="b.md：链接绕成了圈")
    if os.geteuid() != 0:  # nothing is closed to root
        folder = tests.pack("closed-file", PEOPLE)
        (folder / "a.md").chmod(0)
        tests.expect("a closed file", 3, "check", folder, says="a.md：没有权限")
    tests.expect("an empty folder", 1, "check", tests.new("packs/empty"), says="找不到")
    tests.expect("a file for a pack", 1, "check", tests.folder / "packs/bad/a.md", says="找不到")


def shapes(tests):
    large = b"# x\n" + b"a" * (1 << 20)
    refuse(tests, "large", "L0101", "1 MiB", a__md=large)
    for name, inner in (("200", 250), ("100000", 100000)):
        deep = "(" * inner + "年龄 大于 1岁" + ")" * inner
        refuse(tests, f"nested-{name}", "L0", "层", f"{PEOPLE}\n" + POLICY.format(deep))
        refuse(tests, f"not-{name}", "L0", "error", f"{PEOPLE}\n" + POLICY.format("非 " * inner + "年龄 大于 1岁"))
    cycle = "\n".join(f"定义 人.乙{i}：整数 = 乙{(i + 1) % 1000} + 1" for i in range(1000))
    result = refuse(tests, "cycle", "L0401", "→", f"{PEOPLE}\n{cycle}")
    tests.check("the cycle is told once", result.err.count("L0401") == 1, result.err[:3000])
    for name, bytes_ in (("utf8", b"\xff\xfe\x80"), ("overlong", b"\xc0\xaf"), ("surrogate", b"\xed\xa0\x80"), ("nul", b"a\0b"), ("cut", b"\xe4\xba")):
        refuse(tests, f"bytes-{name}", "L0102", "UTF-8", a__md=b"# x\n\n```leye\n" + PEOPLE.encode() + b"\n# " + bytes_ + b"\n```\n")
    refuse(tests, "errors", "L0", "error", f"{PEOPLE}\n" + "\n".join(f"定义 人.丙{i}：整数 = 没有{i}" for i in range(5000)))
    refuse(tests, "garbage", "L0", "error", "\n".join("，）：—" * 20 + str(i) for i in range(3000)))
    refuse(tests, "unclosed", "L0", "error", a__md="# x\n\n```leye\n" + PEOPLE)
    refuse(tests, "long-name", "L0", "error", f"{PEOPLE}\n定义 人.{'长' * 200000}：整数 = 1")
    chain = "\n".join(f"定义 人.丁{i}：整数 = " + (f"丁{i + 1} + 1" if i < 20000 else "1") for i in range(20001))
    folder = tests.pack("chain", a__md=f"# x\n\n```leye\n{PEOPLE}\n{chain[:900000].rsplit(chr(10), 1)[0]}\n```\n")
    tests.check("a chain of 20,000 definitions ends well or with a word", tests.leye("check", folder, release=True).code in (0, 1))


def steps(tests):
    """Over 100,000 steps: five a definition, over files that are small enough each."""
    files = {"a__md": f"# x\n\n```leye\n{PEOPLE}\n```\n"}
    for part in range(4):
        lines = "\n".join(f"定义 人.戊{part}号{i}：整数 = 较大(甲, {part * 6000 + i + 7}) - 较小(甲, {part * 6000 + i - 50000})"
                          for i in range(6000))
        files[f"b{part}__md"] = f"# x\n\n```leye\n{lines}\n```\n"
    many = "\n".join(f"单位 甲{i:05}" for i in range(50001))
    refuse(tests, "declarations", "L0322", "声明太多", many, release=True, seconds=60)
    refuse(tests, "steps", "L0410", "100000", release=True, seconds=60, **files)


def run(tests):
    for part in (numbers, imports, unreadable, shapes, steps):
        part(tests)
