"""What a command costs, stage by stage: seconds by the clock, seconds of the processors, memory."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

#: ru_maxrss is in kilobytes on Linux, in octets on macOS (getrusage(2)).
_PER_MEGABYTE = 2**20 if sys.platform == "darwin" else 2**10


@dataclass(slots=True)
class Costs:
    """Seconds of each stage, in their order, of the clock and of the processors; child processes count."""

    seconds: dict[str, float] = field(default_factory=dict)
    cpu_seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what is done here under this name."""
        wall, cpu = time.perf_counter(), _processors()
        yield
        self.seconds[name] = round(time.perf_counter() - wall, 2)
        self.cpu_seconds[name] = round(_processors() - cpu, 2)

    def facts(self, rows: int) -> dict[str, object]:
        """All of it, as JSON has it, and for how many rows."""
        return {"rows": rows, "seconds": self.seconds, "cpu_seconds": self.cpu_seconds, "megabytes": most_memory()}

    def __str__(self) -> str:
        stages = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in self.seconds.items())
        return f"{stages}; {sum(self.cpu_seconds.values()):.1f} s of processors, {most_memory()} MB at most"


def most_memory() -> int:
    """The most memory this process had, in MB; of its children the largest counts."""
    usage = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage) // _PER_MEGABYTE


def _processors() -> float:
    usage = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in usage)
