"""A full disk under every writer: a clear message, exit code 3 or a page that keeps what was typed, the old state intact, and the
same again works when there is room. The disk is a small tmpfs; where mounting is not allowed the part is left out, and says so."""
import contextlib
import os
import pwd
import subprocess

import city
import kills
from places import Postgres, Sqlite

SAYS = "磁盘满了"


@contextlib.contextmanager
def mounted(tests, name, megabytes):
    """A small disk; None when this user may not mount."""
    folder = tests.new(name)
    good = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], capture_output=True).returncode == 0
    try:
        yield folder if good else None
    finally:
        if good:
            subprocess.run(["umount", "--lazy", folder], check=False)


def fill(folder, leave=0):
    """Until nothing fits any more; `leave` bytes are left."""
    with open(folder / "ballast", "wb", buffering=0) as file:
        with contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        if leave:
            file.truncate(max(0, file.tell() - leave))


def free(folder):
    (folder / "ballast").unlink(missing_ok=True)


def commands(tests, place, disk, writers):
    for writer in writers:
        for leave in (0, 65536):
            place.put_back(writer.before)
            before = place.census()
            fill(disk, leave)
            what = f"{place.kind}: {writer.name} with {leave} bytes left"
            failed = tests.leye(*writer.arguments, release=True)
            told = failed.code == 3 and SAYS in failed.err
            # a few rows may find room in pages that are there
            fits = failed.code == 0 and (leave or place.kind == "PostgreSQL") and writer.name in ("document", "migrate", "init", "undo")
            tests.check(f"{what}: told", told or fits, f"{failed.code} {failed.err}")
            free(disk)
            if not fits:
                tests.equal(f"{what}: nothing changed", place.census(), before)
            tests.expect(f"{what}: works when there is room", writer.again if fits else 0, *writer.arguments, release=True)


def forms(tests, place, disk, folder):
    """Every form of the office, sent to a full disk and again from the page that came back."""
    place.put_back("city")
    server = city.Server(folder, place.folder)
    clerk, sent = city.Clerk(server, 0), []
    for work in ("new", "new", "change", "share"):
        clerk.work(work)
    good = server.post

    def post_full(path, **fields):
        """The form while nothing fits; then, from the page that came back, with room."""
        before = place.census(served=True)
        fill(disk)
        status, location, page = good(path, **fields)
        free(disk)
        sent.append(status)
        if status == 303:                # a few bytes had room in the log
            return status, location, page
        tests.check(f"{path}: 507", status == 507, status)
        tests.check(f"{path}: the page says why", SAYS in page and "再保存一次" in page, city.hidden_text(page))
        tests.equal(f"{path}: nothing changed", place.census(served=True), before)
        again = {name: value for name, value in city.hidden_fields(page).items() if name != "key"}
        tests.equal(f"{path}: what was typed is on it", {name: again.get(name) for name in fields},
                    {name: str(value) for name, value in fields.items()})
        return good(path, **again)

    server.post = post_full
    for work in ("new", "change", "delete", "figure", "order", "share", "correct", "close"):
        before = place.census(served=True)
        clerk.work(work)
        tests.check(f"{place.kind}: {work} is done when there is room", place.census(served=True) != before or work == "share")
    tests.check(f"{place.kind}: most forms met the full disk", sent.count(507) > 4, sent)
    fill(disk)
    status, _, page = server.upload(f"/o/{server.city}/import/人", "a.csv", b"x" * 100 + b",y\n" + "编号,姓名\nA,甲\n".encode() * 30000)
    tests.check("an upload that is no sheet is refused as one", status in (422, 507), status)
    status, _, page = server.upload(f"/o/{server.city}/import/人", "a.csv", "编号,姓名\n".encode() + b"".join(b"A%d,x\n" % i for i in range(90000)))
    tests.check("an upload on a full disk is told", status == 507 and SAYS in page, f"{status} {city.hidden_text(page)}")
    free(disk)
    status, _, page = server.upload(f"/o/{server.city}/import/人", "a.csv", "编号,姓名\nA,甲\n".encode())
    tests.check("and taken when there is room", status == 200, status)
    code, errors = server.stop()
    tests.check("the server lives on", code == 0, errors)


def serve_on_full(tests, place, disk, folder):
    place.put_back("city")
    fill(disk)
    server = city.Server(folder, place.folder)
    status = server.get(f"/o/{server.city}")[0] if server.port else 0
    errors = server.stop()[1]
    tests.check("a server that starts on a full disk shows the board or says why", status == 200 or SAYS in errors, f"{status} {errors}")
    free(disk)


def copies(tests, place, disk, folder):
    """leye backup to a full disk, leye restore onto one, and sheets that are written there."""
    place.put_back("imported")
    whole, small = tests.folder / "whole.copy", disk / "small.copy"
    tests.expect("a backup elsewhere", 0, "backup", folder, "--folder", place.folder, "--out", whole, release=True)
    for leave in (0, 200000):
        fill(disk, leave)
        tests.expect(f"a backup with {leave} bytes left", 3, "backup", folder, "--folder", place.folder, "--out", small, says=SAYS, release=True)
        tests.expect(f"a restore with {leave} bytes left", 3, "restore", folder, "--folder", place.folder, "--from", whole, "--force", says=SAYS, release=True)
        if leave == 0:
            tests.expect("an export on a full disk", 3, "export", folder, "人", "--folder", place.folder, "--out", disk / "a.csv", says=SAYS,
                         release=True)
        tests.equal("nothing torn is left", sorted(path.name for path in disk.iterdir() if path.suffix in (".copy", ".part", ".csv")), [])
        free(disk)
    before = place.dump()
    tests.expect("the backup when there is room", 0, "backup", folder, "--folder", place.folder, "--out", small, release=True)
    tests.expect("the restore when there is room", 0, "restore", folder, "--folder", place.folder, "--from", whole, "--force", release=True)
    tests.check("is what was there", place.dump() == before)


def on_sqlite(tests, folder, newer):
    with mounted(tests, "disk", 12) as disk:
        if not disk:
            print("# left out: mounting a small disk is not allowed here")
            return
        place = Sqlite(disk, "town")
        place.kept = tests.new("kept")
        batch = kills.states(tests, place, folder)
        writers = kills.writers(tests, folder, newer, place, batch)
        commands(tests, place, disk, writers)
        forms(tests, place, disk, folder)
        serve_on_full(tests, place, disk, folder)
        copies(tests, place, disk, folder)


def on_postgres(tests, folder, newer):
    with mounted(tests, "tablespace", 64) as disk:
        if not disk:
            return
        home = disk / "space"
        home.mkdir()
        if os.geteuid() == 0:
            server = subprocess.run(["stat", "-c", "%U", f"{os.environ['LEYE_TEST_POSTGRES'].split('=')[1].split()[0]}/data"],
                                    capture_output=True, text=True, check=True).stdout.strip()
            os.chown(home, pwd.getpwnam(server).pw_uid, -1)
        Postgres("plain", "town").admin(f"CREATE TABLESPACE small LOCATION '{home}'")
        place = Postgres("full", "town", "small")
        batch = kills.states(tests, place, folder)
        commands(tests, place, disk, kills.writers(tests, folder, newer, place, batch))
        for name in ("full", "full_nothing", "full_empty", "full_city", "full_imported"):
            place.admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        place.admin("DROP TABLESPACE small")


def run(tests):
    folder, newer = city.pack(tests, "full/town", city.PACK), city.pack(tests, "fuller/town", city.NEWER)
    on_sqlite(tests, folder, newer)
    on_postgres(tests, folder, newer)
