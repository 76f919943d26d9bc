"""kill -9 in the middle of every command that writes. Afterwards the city is as it was or as it was to become, whole, and the same
command again brings it there."""
import shutil

import city
from places import Postgres, Sqlite

ROWS = 4000


class Writer:
    """A command that writes. `before`: what must be there; `again`: how it ends when it is already done; `told`: what it says then."""

    def __init__(self, name, arguments, before="city", again=0, told=""):
        self.name, self.arguments, self.before, self.again, self.told = name, arguments, before, again, told


def writers(tests, folder, newer, place, batch):
    data = tests.folder
    large = city.sheet(data / "large.csv", ROWS, "NEW")
    text = city.original(data / "original.txt", "甲")
    at = ["--folder", place.folder]
    return [
        Writer("init", ["init", folder, *at], before="nothing"),
        Writer("demo", ["demo", folder, *at, "--persons", 3000, "--firms", 10, "--day", city.DAY], before="empty", again=1, told="--append"),
        Writer("import", ["import", folder, "人", large, *at]),
        Writer("undo", ["import", folder, "--undo", batch, *at], before="imported", again=1, told="已经撤销过"),
        Writer("migrate", ["migrate", newer, *at, "--destructive"], before="imported"),
        Writer("document", ["document", "load", folder, "试验方案", text, *at]),
    ]


def states(tests, place, folder):
    """What the writers begin with, kept by name; the batch to undo."""
    place.forget()
    place.keep("nothing")
    tests.expect(f"{place.kind}: init", 0, "init", folder, "--folder", place.folder, release=True)
    place.keep("empty")
    place.forget()
    city.prepare(tests, place, folder)
    place.keep("city")
    tests.expect(f"{place.kind}: import", 0, "import", folder, "人", city.sheet(tests.folder / "large.csv", ROWS, "NEW"), "--folder", place.folder,
                 release=True)
    place.keep("imported")
    return place.query("SELECT max(_id) FROM leye_batch")[0][0]


def kill_one(tests, place, writer, rounds):
    what = f"{place.kind}: {writer.name}"
    place.put_back(writer.before)
    before = place.census()
    seconds, _ = city.timed(lambda: tests.expect(f"{what} once", 0, *writer.arguments, release=True))
    after = place.census()
    tests.check(f"{what} writes something", after != before)
    again = tests.expect(f"{what} a second time", writer.again, *writer.arguments, release=True, says=writer.told)
    tests.equal(f"{what} a second time changes nothing", place.census() - after, after - after)
    whole = killed = 0
    for number in range(rounds):
        place.put_back(writer.before)
        # every second kill near the end, where the commit is
        part = (number + 0.5) / rounds if number % 2 else 0.75 + 0.35 * number / rounds
        took, code = city.timed(lambda part=part: city.wait_and_kill(writer.arguments, seconds * part))
        killed += code < 0
        seconds = seconds if code < 0 else took
        found = place.census()
        if not tests.check(f"{what} killed after {part:.2f} of its time: all or nothing", found in (before, after), found - before):
            continue
        done = found == after
        whole += done
        again = tests.leye(*writer.arguments, release=True)
        tests.check(f"{what} after a kill: goes on", again.code == (writer.again if done else 0), f"{again.code} {again.err}{again.out}")
        tests.equal(f"{what} after a kill: is there", place.census(), after)
    print(f"# {what}: {rounds} rounds of {seconds:.2f} s, killed {killed} times, {whole} times whole")
    tests.check(f"{what}: kills were in time", killed > rounds // 4, killed)


def half_made(tests, place, folder, newer):
    """What an init that was killed at once leaves: an empty file. Who comes next is told."""
    if place.kind == "SQLite":
        place.forget()
        place.file.touch()
    for words in (["demo", folder], ["export", folder, "人", "--out", tests.folder / "x.csv"], ["report", folder], ["migrate", folder],
                  ["backup", folder, "--out", tests.folder / "x.copy"])[:4 if place.kind == "PostgreSQL" else 5]:
        tests.expect(f"{place.kind}: {words[0]} of an empty database", 1, *words, "--folder", place.folder, says="leye init")
    server = city.Server(folder, place.folder)
    code, errors = server.stop()
    tests.check(f"{place.kind}: serve says it too", code == 0 and "leye init" in errors, errors)
    tests.expect(f"{place.kind}: and init puts it right", 0, "init", folder, "--folder", place.folder)
    tests.expect(f"{place.kind}: a newer pack asks for migrate", 1, "export", newer, "人", "--folder", place.folder,
                 "--out", tests.folder / "x.csv", says="leye migrate")


# ---- copies ------------------------------------------------------------------------------------------------


def backups(tests, place, folder, rounds):
    """A killed backup never leaves a file that passes as whole."""
    out, new = tests.new("copies") / "city.copy", tests.new("restored")
    place.put_back("imported")
    expected = place.dump()
    command = ["backup", folder, "--folder", place.folder, "--out", out]
    seconds, _ = city.timed(lambda: tests.expect("backup once", 0, *command, release=True))
    torn = 0
    for number in range(rounds):
        out.unlink(missing_ok=True)
        city.wait_and_kill(command, seconds * ((number + 0.5) / rounds if number % 2 else 0.6 + 0.5 * number / rounds))
        for left in sorted(out.parent.iterdir()):
            restored = tests.leye("restore", folder, "--folder", new, "--from", left, "--force", release=True)
            good = restored.code == 0 and Sqlite(new, place.city).dump() == expected
            torn += restored.code != 0
            tests.check(f"what a killed backup left ({left.name}) is whole or refused", good or (restored.code and left != out), restored.err)
        tests.expect("a backup after a killed one", 0, *command, "--force", release=True)
        tests.equal("leaves nothing else", [path.name for path in out.parent.iterdir()], [out.name])
    print(f"# backup: killed {rounds} times, {torn} torn files refused")


def restores(tests, place, folder, rounds):
    """A killed restore leaves the old city or the new one."""
    out, new = tests.folder / "copies" / "city.copy", Sqlite(tests.new("restored"), place.city)
    newest = Sqlite(place.folder, place.city).dump()
    place.put_back("city")
    oldest = place.dump()
    command = ["restore", folder, "--folder", new.folder, "--from", out, "--force"]
    new.forget()
    seconds, _ = city.timed(lambda: tests.expect("restore once", 0, *command, release=True))
    whole = 0
    for number in range(rounds):
        new.forget()
        shutil.copyfile(place.file, new.file)
        city.wait_and_kill(command, seconds * ((number + 0.5) / rounds if number % 2 else 0.6 + 0.5 * number / rounds))
        found = new.dump()
        tests.check("a killed restore leaves the old or the new city", found in (oldest, newest))
        whole += found == newest
        tests.expect("the restore again", 0, *command, release=True)
        tests.check("is the copy", new.dump() == newest)
        tests.equal("with nothing left over", sorted(path.name for path in new.folder.glob("*.part")), [])
    print(f"# restore: killed {rounds} times, {whole} times the new city")


def run(tests):
    folder, newer = city.pack(tests, "town", city.PACK), city.pack(tests, "later/town", city.NEWER)
    for place in (Sqlite(tests.new("killed"), "town"), Postgres("killed", "town")):
        batch = states(tests, place, folder)
        for writer in writers(tests, folder, newer, place, batch):
            kill_one(tests, place, writer, tests.rounds)
        place.forget()
        half_made(tests, place, folder, newer)
        if place.kind == "SQLite":
            backups(tests, place, folder, tests.rounds)
            restores(tests, place, folder, tests.rounds)
