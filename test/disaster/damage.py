"""Files that are not what they should be: read-only, torn, with flipped bytes, another program's. Everything says so and what to do,
and changes nothing."""
import contextlib
import random
import shutil
import sqlite3
import subprocess

import city
from full import mounted
from places import Sqlite


def every_command(tests, folder, place):
    """Commands that open the records, and where they may end."""
    text, sheet = city.original(tests.folder / "text.txt", "甲"), city.sheet(tests.folder / "sheet.csv", 5, "N")
    at = ["--folder", place.folder]
    return {
        "init": ["init", folder, *at], "migrate": ["migrate", folder, *at], "import": ["import", folder, "人", sheet, *at],
        "document": ["document", "load", folder, "试验方案", text, *at], "demo": ["demo", folder, *at, "--day", city.DAY, "--append", "--persons", 9],
        "export": ["export", folder, "人", *at, "--out", tests.folder / "out.csv"],
        "backup": ["backup", folder, *at, "--out", tests.folder / "out.copy", "--force"],
    }


def shown(tests, what, folder, place, status, says):
    """The server goes on without the city's records, or shows pages that say why."""
    server = city.Server(folder, place.folder)
    found, _, page = server.get(f"/o/{server.city}") if server.port else (0, "", "")
    code, errors = server.stop()
    tests.check(f"{what}: serve", code == 0 and found in status and any(word in errors + page for word in says), f"{found} {errors} {page[:200]}")


def read_only(tests, folder):
    with mounted(tests, "read-only", 12) as disk:
        if not disk:
            print("# left out: mounting a small disk is not allowed here")
            return
        place = Sqlite(disk, "town")
        city.prepare(tests, place, folder)
        before = place.census()
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        for name, words in every_command(tests, folder, place).items():
            result = tests.leye(*words, release=True)
            told = any(word in result.err for word in ("只能读", "权限"))
            tests.check(f"{name} on a read-only folder", result.code == 3 and told, f"{result.code} {result.err}{result.out}")
        tests.expect("init into it", 3, "init", folder, "--folder", disk / "new", says="只能读")
        tests.expect("a backup into it", 3, "backup", folder, "--folder", disk, "--out", disk / "x", says="")
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        tests.equal("a read-only folder is as it was", place.census(), before)


def flipped(tests, folder):
    """Bytes of the first page, of any page, or none behind some place: told, or harmless; never believed half."""
    chance, told = random.Random(3), 0
    place = Sqlite(tests.new("flipped"), "town")
    place.forget()
    city.prepare(tests, place, folder)
    place.keep("city")
    whole = place.file.read_bytes()
    commands = every_command(tests, folder, place)
    kinds = {"first page": lambda data: bytes(64) + data[64:], "text": lambda data: "这不是数据库。".encode() * 999,
             "torn": lambda data: data[: len(data) // 3], "start": lambda data: b"\xa7" * 4096 + data[4096:]}
    for number in range(6):
        at = chance.randrange(4096, len(whole) - 3000)
        kinds[f"3000 bytes at {at}"] = lambda data, at=at: data[:at] + bytes(byte ^ 0x5A for byte in data[at:at + 3000]) + data[at + 3000:]
    for kind, spoil in kinds.items():
        for name, words in commands.items():
            place.forget()
            place.file.write_bytes(spoil(whole))
            result = tests.leye(*words, release=True)
            says = "损坏" in result.err or "坏了" in result.err
            whatever = kind[0] == "3"        # pages that this command need not read, or the inside of a text, which only its reader knows
            tests.check(f"{name} with {kind}", (result.code == 3 and says) or (whatever and result.code in (0, 3)),
                        f"{result.code} {result.err}{result.out[:300]}")
            told += says
        place.forget()
        place.file.write_bytes(spoil(whole))
        shown(tests, kind, folder, place, (404,) if kind[0] != "3" else (200, 404, 503), ("损坏", "坏了", "看板"))
    print(f"# flipped bytes told {told} times")


def foreign(tests, folder):
    place = Sqlite(tests.new("foreign"), "town")
    place.forget()
    with contextlib.closing(sqlite3.connect(place.file)) as other:
        other.execute("CREATE TABLE wages (person TEXT, yuan INTEGER)")
        other.execute("INSERT INTO wages VALUES ('甲', 3000)")
        other.commit()
    before = place.dump()
    for name, words in every_command(tests, folder, place).items():
        tests.expect(f"{name} with another program's database", 1, *words, says="别的程序", release=True)
    shown(tests, "another program's database", folder, place, (404,), ("别的程序",))
    tests.equal("another program's database is as it was", place.dump(), before)
    shutil.rmtree(place.folder)
    place.folder.mkdir()
    place.file.mkdir()
    for name, words in every_command(tests, folder, place).items():
        tests.expect(f"{name} with a folder in the file's place", 3, *words, says="打不开数据库", release=True)


def run(tests):
    folder = city.pack(tests, "damaged/town", city.PACK)
    read_only(tests, folder)
    flipped(tests, folder)
    foreign(tests, folder)
