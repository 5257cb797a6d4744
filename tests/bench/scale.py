"""What `wiremap collect` costs as an estate grows: seconds, memory, and whether the cost of a switch stays the same.

The command is run as users run it, with rules and a new database; the agents are a process of their own beside it.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from tests.bench import estate

ROOT = Path(__file__).parents[2]
#: How often the memory of the processes is looked at (seconds).
TICK = 0.2


class Device(TypedDict):
    """A device of the document that `collect --json` writes, as far as it matters here."""

    outcome: str


class Cost(TypedDict):
    """What it says of its cost."""

    rows: int
    seconds: dict[str, float]
    cpu_seconds: dict[str, float]


class Document(TypedDict):
    """The document."""

    devices: list[Device]
    cost: Cost


@dataclass(frozen=True, slots=True)
class Run:
    """A run over so many switches: seconds by the clock and of processors, by stage; of the agents; MB at one time."""

    switches: int
    rows: int
    wall: float
    seconds: dict[str, float]
    cpu: dict[str, float]
    agents: float
    megabytes: float

    @property
    def per_switch(self) -> float:
        """Milliseconds of processors for one switch; what a command costs without any does not count."""
        return 1000 * sum(self.cpu.values()) / self.switches

    def text(self) -> str:
        stages = ", ".join(f"{stage} {self.seconds[stage]:.1f} s ({self.cpu[stage]:.1f} CPU)" for stage in self.seconds)
        began = f"{self.switches:5d} switches, {self.rows:,} varbinds: {self.wall:.1f} s, {self.megabytes:.0f} MB"
        ended = f"agents {self.agents:.1f} CPU; {self.per_switch:.1f} ms CPU a switch"
        return f"{began}; {stages}; {ended}\n"


@contextlib.contextmanager
def agents(count: int) -> Iterator[tuple[int, int]]:
    """Start the agents of an estate; give their port and their process."""
    command = [sys.executable, "-m", "tests.bench.estate_agents", str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline()), process.pid


def measure(switches: int) -> Run:
    """Collect an estate."""
    with agents(switches) as (port, agent), tempfile.TemporaryDirectory() as folder:
        before = cpu_seconds(agent)
        document, wall, megabytes = _collect(Path(folder), switches, port)
        spent = cpu_seconds(agent) - before
    devices = document["devices"]
    assert len(devices) == switches
    assert all(device["outcome"] == "read" for device in devices)
    cost = document["cost"]
    return Run(switches, cost["rows"], wall, cost["seconds"], cost["cpu_seconds"], spent, megabytes)


def _collect(folder: Path, switches: int, port: int) -> tuple[Document, float, float]:
    written = {
        "inventory.yaml": estate.inventory(switches, port),
        "places.yaml": estate.places(switches),
        "rules.yaml": estate.rules(),
    }
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    began, peak = time.monotonic(), 0.0
    command = [sys.executable, "-m", "wiremap_lab", "--quiet", "collect", "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with (
        (folder / "told.json").open("w+") as told,
        subprocess.Popen(command, stdout=told, cwd=folder, env=environment) as process,
    ):
        while process.poll() is None:
            peak = max(peak, sum(map(resident, family(process.pid))))
            time.sleep(TICK)
        assert process.returncode == 0
        told.seek(0)
        document: Document = json.load(told)
    return document, time.monotonic() - began, peak


def family(pid: int) -> Iterator[int]:
    """A process and all it started (proc(5))."""
    yield pid
    with contextlib.suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split():
            yield from family(int(child))


def resident(pid: int) -> float:
    """The memory of a process, in MB; what it shares with others counts in each."""
    with contextlib.suppress(OSError):
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return 0.0


def cpu_seconds(pid: int) -> float:
    """User and system time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    for size in sys.argv[1:]:
        sys.stdout.write(measure(int(size)).text())
        sys.stdout.flush()
