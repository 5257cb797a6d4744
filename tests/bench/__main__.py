"""Measure our engines beside snmpbulkwalk, in one run and interleaved; print a table, write bench.json.

Every figure is a ratio of medians of what the two cost in this run: CPU seconds (user and system) of
the client's process per varbind. Of snmpbulkwalk, the cost of a walk of one row is taken off, which
is its start; of ours, only the walk is counted, after one row was read. Ours reads by columns, as
`collect` does; snmpbulkwalk reads the same rows as the one subtree they are. The agent is a process
of its own whose answers are encoded already. Absolute figures of one machine mean little.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median

from tests.bench.responder import address
from tests.bench.scale import Run, measure
from tests.bench.tree import LAST, ROOT, USER

Figures = Mapping[str, float]
V2C = ["-v2c", "-cpublic"]
V3 = ["-v3", "-lauthPriv", f"-u{USER.name}", "-aSHA", f"-A{USER.auth_password}", "-xAES", f"-X{USER.priv_password}"]
ONE_SWITCH = (1, 500, 10_000, 500)
MANY = (200, 10, 30, 3)
LARGE = (200, 0, 2500, 0)
#: As many switches are collected in a minute and in 1 GB.
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a ratio, what it may be, and what it was made of."""

    what: str
    ratio: float
    at_most: float | None
    ours: str
    theirs: str

    @property
    def holds(self) -> bool:
        return self.at_most is None or self.ratio <= self.at_most

    def text(self) -> str:
        bound = "        -" if self.at_most is None else f"{self.at_most:9.3g}"
        mark = "ok" if self.holds else "MISSED"
        return f"{self.ratio:8.3f}  at most {bound}  {mark:6}  {self.ours:>9} {self.theirs:>9}  {self.what}\n"


@contextlib.contextmanager
def responder(sizes: Sequence[int]) -> Iterator[int]:
    """Start the agents, and give their port."""
    command = [sys.executable, "-m", "tests.bench.responder", *map(str, sizes)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())


def ours(job: str, port: int, sizes: Sequence[int]) -> Figures:
    """Walk by one of our engines, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.client", job, str(port), *map(str, sizes)]
    figures: Figures = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return figures


def bulkwalk(options: Sequence[str], port: int, root: Sequence[int]) -> Figures:
    """Walk by snmpbulkwalk into a pipe."""
    name = ".".join(map(str, root))
    command = ["snmpbulkwalk", *options, "-Cr50", "-m", "", "-On", f"{address(0)}:{port}", name]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        rows = sum(chunk.count(b"\n") for chunk in iter(partial(process.stdout.read, 1 << 16), b""))
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    return {"cpu": usage.ru_utime + usage.ru_stime, "rows": rows}


def bulkwalk_net(options: Sequence[str], port: int) -> Figures:
    """Walk by snmpbulkwalk, the cost of its start taken off."""
    whole, start = bulkwalk(options, port, ROOT), bulkwalk(options, port, LAST)
    return {"cpu": whole["cpu"] - start["cpu"], "rows": whole["rows"]}


def xargs(port: int, agents: int) -> Figures:
    """Walk many agents by 64 snmpbulkwalk at a time."""
    hosts = "\n".join(f"{address(number)}:{port}" for number in range(agents))
    command = ["xargs", "-P64", "-I{}", "snmpbulkwalk", *V2C, "-Cr50", "-m", "", "-On", "{}", ".1.3"]
    began = time.monotonic()
    printed = subprocess.run(command, input=hosts.encode(), capture_output=True, check=True).stdout
    return {"wall": time.monotonic() - began, "rows": printed.count(b"\n")}


def per_row(figures: Figures) -> float:
    """Give microseconds of CPU a varbind."""
    return figures["cpu"] / figures["rows"] * 1e6


def beside(times: int, mine: Callable[[], float], other: Callable[[], float]) -> tuple[float, float]:
    """Measure two things by turns; give their medians."""
    pairs = [(mine(), other()) for _ in range(times)]
    return median(pair[0] for pair in pairs), median(pair[1] for pair in pairs)


def cpu_line(
    what: str, at_most: float | None, mine: Callable[[], Figures], other: Callable[[], Figures], times: int
) -> Line:
    """Compare what a varbind costs."""
    we, they = beside(times, lambda: per_row(mine()), lambda: per_row(other()))
    return Line(what, we / they, at_most, f"{we:.2f} us", f"{they:.2f} us")


def one_agent(rounds: int) -> Iterator[Line]:
    """Compare walks of one large switch with snmpbulkwalk."""
    with responder(ONE_SWITCH) as port:
        v2c, v3 = partial(bulkwalk_net, V2C, port), partial(bulkwalk_net, V3, port)
        for job, what, other, at_most in (
            ("udp", "v2c by columns / snmpbulkwalk -Cr50", v2c, 1.0),
            ("udp-v3", "v3 authPriv by columns / snmpbulkwalk -Cr50", v3, 1.1),
            ("udp-subtree", "v2c as one subtree / snmpbulkwalk -Cr50, to compare", v2c, None),
        ):
            yield cpu_line(what, at_most, partial(ours, job, port, ONE_SWITCH), other, rounds)


def beside_pysnmp(rounds: int) -> Iterator[Line]:
    """Compare with pysnmp, lookupMib=False, which carries the same walks."""
    with responder(ONE_SWITCH) as port:
        for job, other, at_most in (("udp", "pysnmp", 1 / 40), ("udp-v3", "pysnmp-v3", None)):
            mine, theirs = partial(ours, job, port, ONE_SWITCH), partial(ours, other, port, ONE_SWITCH)
            yield cpu_line(f"{job} / {other}, lookupMib=False", at_most, mine, theirs, rounds)


def many_agents(rounds: int) -> Iterator[Line]:
    """Walk 200 agents at once, beside 64 processes at a time; no row may be lost."""
    with responder(MANY) as port:
        walks: list[Figures] = []
        lines: list[Figures] = []

        def mine() -> float:
            walks.append(ours("udp", port, MANY))
            return walks[-1]["wall"]

        def theirs() -> float:
            lines.append(xargs(port, MANY[0]))
            return lines[-1]["wall"]

        we, they = beside(rounds, mine, theirs)
    rows = f"{walks[0]['rows']:.0f} rows"
    yield Line(
        f"200 agents at once, wall / xargs -P64 snmpbulkwalk ({rows})", we / they, 0.25, f"{we:.2f} s", f"{they:.2f} s"
    )
    lost = sum(abs(walk["rows"] + MANY[0] - line["rows"]) for walk, line in zip(walks, lines, strict=True))
    yield Line("  rows lost of them", lost, 0, f"{lost:.0f}", "0")
    dropped = sum(walk["drops"] for walk in walks)
    yield Line("  datagrams without room in the receive buffer", dropped, 0, f"{dropped:.0f}", "0")


def memory() -> Iterator[Line]:
    """Collect 200 agents of 5,000 varbinds, whose rows are let go device by device."""
    with responder(LARGE) as port:
        figures = ours("collect", port, LARGE)
    peak = figures["megabytes"]
    yield Line(
        f"peak memory, 200 agents, {figures['rows']:.0f} varbinds / 100 MB", peak / 100, 1.0, f"{peak:.0f} MB", "100 MB"
    )


def scale(sizes: Sequence[int]) -> Iterator[Line]:
    """Collect, infer and store estates; a switch may cost little more in a large one than in the smallest."""
    runs: list[Run] = []
    for size in sizes:
        runs.append(measure(size))
        run, first = runs[-1], runs[0]
        sys.stdout.write(run.text())
        if size <= AT_ONCE:
            yield Line(f"{size} switches in all / 60 s", run.wall / 60, 1.0, f"{run.wall:.1f} s", "60 s")
            yield Line("  peak memory / 1 GB", run.megabytes / 1024, 1.0, f"{run.megabytes:.0f} MB", "1 GB")
        cost, least = f"{run.per_switch:.1f} ms", f"{first.per_switch:.1f} ms"
        yield Line(f"  CPU of a switch / of {first.switches}", run.per_switch / first.per_switch, 1.25, cost, least)


def main() -> int:
    """Run everything; tell by the exit code whether all of it holds."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each pair is measured (default 5)")
    parser.add_argument("--switches", type=int, nargs="*", default=[250, AT_ONCE], help="estates to collect; try 5000")
    parser.add_argument("--json", type=Path, default=Path("bench.json"), help="where the figures go")
    asked = parser.parse_args()
    if not shutil.which("snmpbulkwalk"):
        parser.error("snmpbulkwalk is not here: apt-get install snmp")
    lines: list[Line] = []
    say = sys.stdout.write
    for part in (one_agent(asked.rounds), beside_pysnmp(3), many_agents(3), memory(), scale(asked.switches)):
        for line in part:
            lines.append(line)
            say(line.text())
            sys.stdout.flush()
    asked.json.write_text(json.dumps([asdict(line) | {"holds": line.holds} for line in lines], indent=2) + "\n")
    return 0 if all(line.holds for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
