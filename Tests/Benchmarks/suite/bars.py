"""What is measured, and the bars that it must pass."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import delivered
import jobs
from measuring import Client

HERE = Path(__file__).parent
MIB = 1024


@dataclass
class Row:
    """One line of the table. Without a bar it is there to know."""

    work: str
    value: float
    unit: str
    bar: float | None = None
    at_least: bool = False
    detail: str = ""

    @property
    def passes(self):
        if self.bar is None:
            return None
        return self.value >= self.bar if self.at_least else self.value <= self.bar


def ratio(work, ours, theirs, bar=None, of="wall"):
    mine, other = getattr(ours, of), getattr(theirs, of)
    detail = f"{mine:.3f} s / {other:.3f} s"
    return Row(work, mine / other, f"× {theirs.name}", bar, detail=detail)


def speedup(work, ours, theirs, bar):
    return Row(work, theirs.wall / ours.wall, f"× faster than {theirs.name}", bar, at_least=True,
               detail=f"{theirs.wall:.2f} s / {ours.wall:.3f} s; {theirs.peak_kib / MIB:.0f} MB")


def memory(work, ours, bar):
    return Row(work, ours.peak_kib / MIB, "MB", bar)


class Bars:
    """The groups of bars, each a method that returns rows."""

    GROUPS = ["pull", "slow_peers", "pretty", "tls", "http2", "gzip", "many", "one", "start", "plan", "solver",
              "hostile_solver", "pages_with_latency", "posts_with_latency", "rows"]

    def __init__(self, bench, servers, runner, folder, about):
        self.bench, self.servers, self.runner, self.about = bench, servers, runner, about
        self.folder = Path(folder)
        self.token = servers.token()
        self.header = self._file("header", f"Authorization: Bearer {self.token}\n")

    def _file(self, name, text):
        place = self.folder / "jobs"
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
        return place / name

    def _runner(self, name, job, check=None, rounds=None):
        return Client("runner", [self.runner, "run", self._file(f"{name}.yaml", job)], check,
                      jobs.secrets(self.servers), rounds)

    def _curl(self, url, *options, name="curl", check=True):
        """curl saves the same pages to one file, on one connection, and the file is forced to the disk as the runner's is."""
        options = " ".join(map(str, options))
        last = self.about["loans"] - 300
        pages = f"{url}?limit=300&offset=[0-{last}:300]"
        return Client(name, ["sh", "-c", f"curl -sSf {options} -H @{self.header} '{pages}' >pages.json && sync pages.json"],
                      delivered.ids("pages.json") if check else None)

    def _exact(self, place):
        """The runner's file must be the one that the generator knows, byte for byte."""
        path = Path(place) / "results" / "pull" / "latest" / "loans.ndjson"
        if delivered.sha256(path) != self.about["sha256"]:
            raise SystemExit("the runner's records are not the bytes that the API sent")
        return delivered.ids(path.relative_to(place))(place)

    def _pull(self, name, base_url, resource="compact", ca=None):
        return self._runner(name, jobs.pull(self.servers, base_url, resource, ca), self._exact)

    def pull(self):
        # Half a second each, and neighbours of a machine come and go: many rounds.
        results = self.bench.many(21).compare([
            self._pull("pull", self.servers.plain), self._curl(self.servers.plain + "/compact")])
        self.pulled = ours = results["runner"]
        return [
            ratio("300,000 loans, 1,000 pages, to disk", ours, results["curl"], 0.9),
            ratio("the same, user + system CPU", ours, results["curl"], 1.5, of="cpu"),
            memory("the same, peak memory", ours, 40),
        ]

    def slow_peers(self):
        url, peers = self.servers.plain, self.folder / "peers"
        here, python = HERE / "peers", "bin/python"
        quiet = {"RUNTIME__DLTHUB_TELEMETRY": "false", "DO_NOT_TRACK": "1"}
        pages = f"{url}/compact?limit=300&offset=[0-{self.about['loans'] - 300}:300]"
        candidates = [
            (10, "requests", Client("requests + orjson", [
                peers / "requests" / python, here / "pull_requests.py", url + "/compact", self.token, "loans.ndjson"],
                delivered.ids("loans.ndjson"), rounds=3)),
            (15, None, Client("curl | jq -c", [
                "sh", "-c", f"curl -sSf -H @{self.header} '{pages}' | jq -c '.loans[]' >loans.ndjson"],
                delivered.ids("loans.ndjson"), rounds=3)),
            (50, "dlt", Client("dlt, flat", [
                peers / "dlt" / python, here / "pull_dlt.py", url, "compact", self.token, "."],
                delivered.dlt, quiet | {"NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION": "true"}, rounds=3)),
            (50, "airbyte", Client("Airbyte's CDK", [
                peers / "airbyte" / python, here / "pull_airbyte.py", url, "compact", self.token, "loans.ndjson"],
                delivered.ids("loans.ndjson"), quiet, rounds=3)),
        ]
        there = [(bar, client) for bar, peer, client in candidates if not peer or (peers / peer / "complete").exists()]
        results = self.bench.compare([self._pull("pull", self.servers.plain)] + [client for _, client in there])
        ours = results["runner"]
        return [speedup("300,000 loans", ours, results[client.name], bar) for bar, client in there]

    def pretty(self):
        results = self.bench.compare([
            self._pull("pretty", self.servers.plain, "pretty"), self._curl(self.servers.plain + "/pretty")])
        return [ratio("300,000 loans, pretty", results["runner"], results["curl"])]

    def tls(self):
        url, ca = self.servers.tls, self.servers.ca
        results = self.bench.compare([
            self._pull("tls", url, ca=ca), self._curl(url + "/compact", "--cacert", ca)])
        return [ratio("300,000 loans, TLS", results["runner"], results["curl"], 1.0)]

    def http2(self):
        url, ca = self.servers.http2, self.servers.ca
        results = self.bench.compare([
            self._pull("http2", url, ca=ca), self._curl(url + "/compact", "--cacert", ca, "--http2")])
        return [ratio("300,000 loans, TLS, HTTP/2", results["runner"], results["curl"])]

    def gzip(self):
        results = self.bench.compare([
            self._pull("gzip", self.servers.gzip), self._curl(self.servers.gzip + "/compact", "--compressed")])
        return [ratio("300,000 loans, gzip", results["runner"], results["curl"], 1.0)]

    def many(self):
        def count(place):
            return delivered.step("loans")(place)["records"]

        results = self.bench.compare([
            self._runner("many", jobs.pull(self.servers, self.servers.plain, "many"), count, rounds=1)])
        return [memory("3,000,000 loans, peak memory", self._delivered(results["runner"], self.about["loans"] * 10), 40)]

    def one(self):
        def count(place):
            return delivered.step("loans")(place)["records"]

        curl = Client("curl", ["sh", "-c", f"curl -sSf -H @{self.header} {self.servers.plain}/one >one.json && sync one.json"],
                      rounds=3)
        results = self.bench.compare(
            [self._runner("one", jobs.one_answer(self.servers, self.servers.plain, "one"), count, rounds=3), curl])
        ours = self._delivered(results["runner"], self.about["loans"] * self.about["copies"])
        return [memory("one answer of 1 GB, peak memory", ours, 40),
                ratio("the same, to disk", ours, results["curl"])]

    @staticmethod
    def _delivered(measured, count):
        if measured.delivered != count:
            raise SystemExit(f"the runner delivered {measured.delivered} records of {count}")
        return measured

    def start(self):
        form = self._file("form", self.servers.token_form("read:loans"))
        page = f"{self.servers.plain}/compact?limit=300&offset=0"
        curl = Client("curl", ["curl", "-sSf", "-d", f"@{form}", "-o", "token.json", self.servers.token_url,
                               "--next", "-sSf", "-H", f"@{self.header}", "-o", "page.json", page])
        job = jobs.pull(self.servers, self.servers.plain, "compact").replace("paginator:", "x_paginator:")
        job = "\n".join(line for line in job.split("\n") if "x_paginator" not in line)
        results = self.bench.many(21).compare([self._runner("start", job), curl])
        return [ratio("one page, token included, start to exit", results["runner"], results["curl"], 2.0),
                memory("the same, peak memory", results["runner"], None)]

    def _plan(self, name, job, rounds):
        client = Client("runner", [self.runner, "plan", self._file(f"{name}.yaml", job), "--format", "json"])
        return self.bench.many(rounds).compare([client])["runner"]

    def plan(self):
        rows = []
        for count, bar, rounds in ((5, 25, 21), (10_000, 200, 5)):
            ours = self._plan(f"plan-{count}", jobs.steps(count), rounds)
            rows += [Row(f"plan of {count:,} steps", ours.wall * 1000, "ms", bar), memory("the same, peak memory", ours, 60)]
        return rows

    def solver(self):
        ours = self._plan("solver", jobs.scopes(seed=1), 5)
        return [Row("plan with 40 scopes, 500 requirements of 3 alternatives", ours.wall * 1000, "ms", 100)]

    def hostile_solver(self):
        """More than can be searched: the search ends at its bound, and the plan uses the best found and says so."""
        rows = []
        for scopes, requirements in ((80, 300), (200, 1000), (1000, 3000)):
            job = jobs.scopes(seed=1, scope_count=scopes, requirements=requirements)
            ours = self._plan("hostile", job, 3)
            self._unproved(self.folder / "jobs" / "hostile.yaml")
            work = f"plan with {scopes:,} scopes, {requirements:,} requirements of 3 alternatives, not proved smallest"
            rows.append(Row(work, ours.wall * 1000, "ms", detail=f"{ours.peak_kib / MIB:.0f} MB"))
        return rows

    def _unproved(self, job):
        """The plan must say for people and for programs that it isn't proved, and its token must do for every step."""
        text, document = (
            subprocess.run([self.runner, "plan", job, *options], capture_output=True, text=True, check=True).stdout
            for options in ([], ["--format", "json"]))
        plan = json.loads(document)["plan"]
        if "not proved smallest" not in text or plan["proved_smallest"]:
            raise SystemExit("a plan that can't be proved smallest doesn't say so")
        token = set(plan["tokens"][0]["scopes"])
        if len(plan["tokens"]) != 1 or not all(token.issuperset(step["scopes"]) for step in plan["steps"]):
            raise SystemExit("a plan that ended at its bound has a token that doesn't do for all steps")

    def pages_with_latency(self):
        wait, in_flight, pages = 50, 16, 1000
        client = self._runner("slow-pages", jobs.slow_pages(self.servers, wait, in_flight),
                              lambda place: delivered.step("loans")(place)["records"], rounds=3)
        ours = self._delivered(self.bench.compare([client])["runner"], 20_000)
        return [self._ideal("1,000 pages at 50 ms, 16 in flight", ours, pages, wait, in_flight, 1.15)]

    def posts_with_latency(self):
        wait, in_flight, posts = 20, 8, 1000
        client = self._runner("slow-posts", jobs.slow_posts(self.servers, posts, wait, in_flight),
                              lambda place: delivered.step("repayments", "post")(place)["calls"], rounds=3)
        ours = self._delivered(self.bench.compare([client])["runner"], posts)
        return [self._ideal("1,000 POSTs at 20 ms, 8 in flight, durable", ours, posts, wait, in_flight, 1.2)]

    @staticmethod
    def _ideal(work, ours, calls, wait, in_flight, bar):
        ideal = calls / in_flight * wait / 1000
        return Row(work, ours.wall / ideal, "× ideal", bar, detail=f"{ours.wall:.3f} s / {ideal:.3f} s")

    def rows(self):
        count = 1_000_000
        rows = self.folder / "rows.csv"
        if not rows.exists():
            jobs.rows(rows, count)
        client = self._runner("rows", jobs.batches(self.servers, rows),
                              lambda place: delivered.step("repayments", "post")(place)["calls"], rounds=3)
        ours = self._delivered(self.bench.compare([client])["runner"], count // 250)
        return [Row("1,000,000 CSV rows in batches of 250, posted", count / ours.wall, "rows/s", 200_000, at_least=True,
                    detail=f"{ours.wall:.2f} s"),
                memory("the same, peak memory", ours, 64)]
