"""Runs commands in turn and says what each took."""

import json
import os
import shutil
import statistics
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent


@dataclass
class Client:
    """One command of a comparison, run in an empty folder of its own."""

    name: str
    command: list
    # Says what was delivered, given the folder: whatever all clients of a comparison must agree on.
    delivered: object = None
    environment: dict = field(default_factory=dict)
    # Fewer rounds for what takes minutes.
    rounds: int | None = None


@dataclass
class Measured:
    """The medians of one client, in seconds and KiB."""

    name: str
    wall: float
    cpu: float
    peak_kib: int
    walls: list
    delivered: object


def build_launcher(folder):
    """Compiles the process that measures, unless it is there."""
    source, binary = HERE / "measure.c", Path(folder) / "measure"
    if not binary.exists() or binary.stat().st_mtime < source.stat().st_mtime:
        Path(folder).mkdir(parents=True, exist_ok=True)
        subprocess.run(["cc", "-O2", "-o", binary, source], check=True)
    return binary


class Bench:
    """Measures in `folder`, which is emptied for each command."""

    def __init__(self, folder, rounds):
        self.folder, self.rounds = Path(folder), rounds
        self.launcher = build_launcher(folder)

    def many(self, rounds):
        """The same with more rounds, for what takes milliseconds; never fewer than asked for."""
        return Bench(self.folder, max(rounds, self.rounds))

    def once(self, client):
        place = self.folder / "run"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        report = self.folder / "measured.json"
        report.unlink(missing_ok=True)
        # What earlier commands left to be written is not this one's burden.
        os.sync()
        command = [str(part) for part in [self.launcher, report, *client.command]]
        with open(self.folder / "stderr", "wb") as errors:
            subprocess.run(command, cwd=place, env=os.environ | client.environment, stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL, stderr=errors, check=False)
        result = json.loads(report.read_text())
        if result["status"] != 0:
            text = (self.folder / "stderr").read_text(errors="replace")[-4000:]
            raise SystemExit(f"{client.name} ended with status {result['status']}:\n{text}")
        return result, place

    def compare(self, clients, warm_up=True):
        """Rounds of all clients in turn, each round beginning with another one. Checks that all delivered the same."""
        results = {client.name: [] for client in clients}
        delivered = {}
        rounds = {client.name: min(client.rounds or self.rounds, self.rounds) for client in clients}
        if warm_up:
            for client in clients:
                if client.rounds is None:
                    self.once(client)
        for number in range(max(rounds.values())):
            turn = number % len(clients)
            for client in clients[turn:] + clients[:turn]:
                if number >= rounds[client.name]:
                    continue
                result, place = self.once(client)
                results[client.name].append(result)
                if client.delivered and client.name not in delivered:
                    delivered[client.name] = client.delivered(place)
        for name, many in results.items():
            print(f"    {name:<20} " + " ".join(f"{one['wall']:.3f}" for one in many), flush=True)
        if len(set(map(str, delivered.values()))) > 1:
            raise SystemExit(f"the clients delivered different things: {delivered}")
        return {
            name: Measured(
                name=name,
                wall=statistics.median(one["wall"] for one in many),
                cpu=statistics.median(one["user"] + one["system"] for one in many),
                peak_kib=max(one["peak_kib"] for one in many),
                walls=[one["wall"] for one in many],
                delivered=delivered.get(name),
            )
            for name, many in results.items()
        }
