"""kill -9 of leye serve while three officers send forms: what was answered with success is there after the restart, what was not is
there whole or not at all, and the next server goes on."""
import http.client
import threading
import time
from collections import Counter
from itertools import combinations

import city
from places import Postgres, Sqlite

CLERKS = 3
WORKS = ["new", "new", "figure", "change", "order", "share", "correct", "delete", "close"]


def measure(tests, place, folder):
    """What each form changes in a census."""
    place.put_back("city")
    server, effects = city.Server(folder, place.folder), {}
    clerk = city.Clerk(server, 0)
    for work in WORKS:
        before = place.census(served=True)
        clerk.work(work)
        after = Counter(place.census(served=True))
        after.subtract(before)
        effects[work] = {cell: number for cell, number in after.items() if number}
    tests.check(f"{place.kind}: every form changes something", all(effects[work] for work in WORKS if work != "share"), effects)
    server.stop()
    return effects


def keep_working(clerk, failures):
    at = clerk.number
    try:
        while True:
            work = WORKS[at % len(WORKS)]
            at += 1
            if (work == "change" and not clerk.made) or (work == "delete" and not clerk.changed) or (work == "share" and clerk.number):
                continue
            if work == "close" and clerk.closed == 20:
                continue
            clerk.work(work)
    except (OSError, http.client.HTTPException):
        pass                             # the server is gone
    except city.Refused as error:
        failures.append(str(error))


def is_explained(found, done, pending, effects):
    """Whether the census is that of all forms that were answered, and of some of those that were under way."""
    for count in range(len(pending) + 1):
        for some in combinations(pending, count):
            expected = Counter(done)
            for work in some:
                expected.update(effects[work])
            if {cell: number for cell, number in expected.items() if number} == {cell: number for cell, number in found.items() if number}:
                return True
    return False


def kill_one(tests, place, folder, effects, seconds):
    place.put_back("city")
    expected, failures = place.census(), []
    server = city.Server(folder, place.folder)
    server.know_key()
    clerks = [city.Clerk(server, number) for number in range(CLERKS)]
    threads = [threading.Thread(target=keep_working, args=(clerk, failures)) for clerk in clerks]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    server.stop(9)
    for thread in threads:
        thread.join()
    done = [work for clerk in clerks for work in clerk.done]
    for work in done:
        expected.update(effects[work])
    found, pending = place.census(), [clerk.pending for clerk in clerks if clerk.pending]
    what = f"{place.kind}: killed after {seconds:.2f} s and {len(done)} forms"
    tests.equal(f"{what}: no form was refused", failures, [])
    if not tests.check(f"{what}: what was answered is there, and nothing half", is_explained(found, expected, pending, effects), pending):
        found.subtract(expected)
        print({cell: number for cell, number in found.items() if number}, pending)
    split = clerks[0].split
    names = {int(value) - 100 for value, in place.query("SELECT value FROM leye_split WHERE county = 0")}
    told = split[-1:] if clerks[0].pending != "share" else split[-2:] or split
    tests.check(f"{what}: the split is one that was sent", not split or names <= set(told) | ({1} if len(split) < 2 else set()), (names, split))
    return len(done), len(pending)


def upload(tests, place, folder):
    """A sheet whose upload was answered can be worked on after a crash."""
    server = city.Server(folder, place.folder)
    status, _, page = server.upload(f"/o/{server.city}/import/人", "a.csv", "编号,姓名\nU1,乙\n".encode())
    kept = {name: value for name, value in city.hidden_fields(page).items() if name in ("token", "name")}
    server.stop(9)
    tests.check(f"{place.kind}: an upload", status == 200 and len(kept) == 2, f"{status} {kept}")
    server = city.Server(folder, place.folder)
    status, _, page = server.post(f"/o/{server.city}/import/人/map", **kept)
    tests.check(f"{place.kind}: goes on after a crash", status == 200 and "U1" in page, f"{status} {city.hidden_text(page)}")
    server.stop()


def go_on(tests, place, folder):
    server = city.Server(folder, place.folder)
    clerk = city.Clerk(server, 3)
    clerk.work("new")
    status, _, page = server.get(f"/o/{server.city}")
    tests.check(f"{place.kind}: the next server goes on", status == 200 and clerk.done, page[:300])
    code, errors = server.stop()
    tests.check(f"{place.kind}: and stops as it should", code == 0, errors)


def run(tests):
    folder = city.pack(tests, "served", city.PACK)
    for place in (Sqlite(tests.new("serving"), "served"), Postgres("serving", "served")):
        place.forget()
        city.prepare(tests, place, folder)
        place.keep("city")
        effects, forms, cut = measure(tests, place, folder), 0, 0
        for number in range(tests.rounds):
            done, pending = kill_one(tests, place, folder, effects, 0.02 + 0.6 * number / tests.rounds)
            forms, cut = forms + done, cut + pending
            if number % 4 == 0:
                go_on(tests, place, folder)
        upload(tests, place, folder)
        print(f"# {place.kind}: leye serve killed {tests.rounds} times, {forms} forms answered, {cut} cut off")
        tests.check(f"{place.kind}: kills cut forms off", cut > 0 and forms > tests.rounds, (forms, cut))
