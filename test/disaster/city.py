"""The city of these tests, what is written into it from the command line, and a browser that writes into its pages."""
import http.client
import re
import select
import signal
import subprocess
import time
from html import unescape
from urllib.parse import quote, urlencode

import demo
import support

PACK = """文件 试验方案
  文号：“试政发〔2022〕1号”
  标题：“试验方案”
  机关：“某市”
  成文：2009-12-31
  有效：自 2010-01-01 至 2023-12-31
""" + demo.PLAN.replace("事实 人.区县：试验区县\n", "事实 人.区县：试验区县\n事实 人.贷款：整数\n")
CLAUSES = 40
NEWER = PACK.replace("枚举 类别：甲、乙、其他", "枚举 类别：乙、甲、其他").replace("事实 人.贷款：整数", "事实 人.贷款：整数\n事实 人.学历：文本") + (
    "实体 基地，量词 家\n事实 基地.名称：文本，必填\n")
DAY = "2022-09-30"


def pack(tests, name, text):
    heads = "".join(f"\n## {number}. 第 {number} 条\n" for number in range(1, CLAUSES + 1))
    return tests.pack(name, **{"a__md": f"# 试\n\n```leye\n{text}```\n{heads}"})


def sheet(file, rows, mark):
    """Half of the rows are new, half change the last sheet's."""
    lines = ["编号,姓名,区县,贷款"]
    lines += [f"{'OLD' if i % 2 else mark}{i},甲,{'东区' if i % 3 else '西区'},{len(mark)}{i}" for i in range(rows)]
    file.write_text("\n".join(lines) + "\n")
    return file


def original(file, words):
    file.write_text("某市通知\n" + "".join(f"{i}. 第 {i} 条{words}\n" + "照办。\n" * 40 for i in range(1, CLAUSES + 1)))
    return file


class Refused(Exception):
    """An answer that is no success."""


class Server:
    """leye serve with the office's pages, and one browser."""

    def __init__(self, pack_folder, folder, environment=None, prepare=None):
        self.city = pack_folder.name
        self.process = subprocess.Popen([support.RELEASE, "serve", str(pack_folder), "--port", "0", "--office-port", "0", "--folder", str(folder)],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=support.ROOT, env=environment,
                                        preexec_fn=prepare)
        ready = select.select([self.process.stdout], [], [], 20)[0]
        self.line = self.process.stdout.readline().decode() if ready else ""
        found = re.search(r"127\.0\.0\.1:(\d+)/\?token=(\w+)", self.line)
        self.port, self.token = (int(found[1]), found[2]) if found else (0, "")
        self.key = ""

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, quote(path, safe="/?&=%."), body, {"Cookie": f"office={self.token}", **(headers or {})})
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location") or "", answer.read().decode(errors="replace")
        finally:
            connection.close()

    def get(self, path):
        return self.ask("GET", path)

    def know_key(self):
        page = self.get(f"/o/{self.city}/r/人/new")[2]
        self.key = re.search(r'name="key" value="(\w+)"', page)[1]

    def post(self, path, **fields):
        """A form as a browser sends it."""
        if not self.key:
            self.know_key()
        body = urlencode({"key": self.key, **fields})
        return self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def upload(self, path, name, content):
        if not self.key:
            self.know_key()
        body = (f'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\n{self.key}\r\n--x\r\nContent-Disposition: form-data; name="file"; '
                f'filename="{name}"\r\n\r\n').encode() + content + b"\r\n--x--\r\n"
        return self.ask("POST", path, body, {"Content-Type": "multipart/form-data; boundary=x"})

    def submit(self, path, **fields):
        """A form that is taken, or Refused; where the browser goes next."""
        status, location, page = self.post(path, **fields)
        if status != 303:
            raise Refused(f"{path}: {status} {hidden_text(page)}")
        return location

    def stop(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
        errors = self.process.communicate(timeout=30)[1].decode(errors="replace")
        return self.process.returncode, errors


def hidden_text(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))[:600]


def hidden_fields(page):
    """What a page's form would send of itself."""
    return {unescape(name): unescape(value) for name, value in re.findall(r'<input type="hidden" name="(.*?)" value="(.*?)">', page, re.S)}


class Clerk:
    """One officer at the forms. Each of `works` sends one form; what it changes in a census is always the same."""

    def __init__(self, server, number):
        self.server, self.number, self.done, self.pending = server, number, [], ""
        self.count, self.closed, self.made, self.changed, self.split = 0, 0, [], [], []
        self.base = f"/o/{server.city}"

    def new(self):
        self.count += 1
        self.made.append(self.server.submit(f"{self.base}/r/人/new", **{"f.姓名": f"人{self.number}-{self.count}", "f.区县": "东区"}))

    def change(self):
        place = self.made.pop(0)
        self.server.submit(f"{place}/edit", _version=1, **{"f.姓名": f"改{self.number}-{self.count}", "f.区县": "西区"})
        self.changed.append(place)

    def delete(self):
        self.server.submit(f"{self.changed.pop(0)}/delete", version=2, reason="重复")

    def figure(self):
        self.count += 1
        self.server.submit(f"{self.base}/figure/填报的场次", **{"from": "2022-08-01", "day": DAY, "county": self.number % 2,
                                                             "value": self.count, "evidence": "表", "confirm": 1})

    def correct(self):
        self.count += 1
        self.server.submit(f"{self.base}/correct/甲类活动", **{"from": "2019-03-01", "to": "2019-03-31", "county": 0,
                                                            "value": self.count, "note": "补录"})

    def order(self):
        self.count += 1
        self.server.submit(f"{self.base}/t/每年甲类活动", order=0, unit="人社局", text=f"请办第 {self.count} 件", day=DAY)

    def share(self):
        self.count += 1
        self.split.append(self.count)
        self.server.submit(f"{self.base}/t/每年甲类活动", do="split", day=DAY, **{"county-0": 100 + self.count, "county-1": 200 + self.count})

    def close(self):
        month = f"{2010 + 2 * self.number + self.closed // 10}-{2 + self.closed % 10:02}-01"
        self.closed += 1
        self.server.submit(f"{self.base}/close", period=f"month {month}", confirm=1)

    def work(self, name):
        self.pending = name
        getattr(self, name)()
        self.done.append(name)
        self.pending = ""


def prepare(tests, place, folder):
    """A city with some records, a split and a closed month."""
    small = sheet(tests.folder / "small.csv", 40, "S")
    tests.expect(f"{place.kind}: init", 0, "init", folder, "--folder", place.folder, release=True)
    tests.expect(f"{place.kind}: a first sheet", 0, "import", folder, "人", small, "--folder", place.folder, release=True)
    events = tests.folder / "events.csv"
    events.write_text("编号,名称,举办日期,类别,区县\n" + "".join(f"E{i},活动{i},{(2019, 2022)[i % 2]}-03-{1 + i % 28:02},{'甲乙'[i % 3 == 0]},"
                                                          f"{'东西'[i % 5 == 0]}区\n" for i in range(60)))
    tests.expect(f"{place.kind}: another", 0, "import", folder, "活动", events, "--folder", place.folder, release=True)
    server = Server(folder, place.folder)
    clerk = Clerk(server, 1)
    clerk.work("share")
    server.submit(f"/o/{server.city}/close", period="month 2019-03-01", confirm=1)
    code, errors = server.stop()
    tests.check(f"{place.kind}: a server that stops", code == 0, errors)


def wait_and_kill(arguments, seconds):
    """Runs leye and kills it after so long; the exit code, negative when it was in time."""
    process = subprocess.Popen([support.RELEASE, *[str(word) for word in arguments]], cwd=support.ROOT, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        return process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def timed(action):
    start = time.monotonic()
    result = action()
    return time.monotonic() - start, result
