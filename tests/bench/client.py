"""Walk by one engine in a process of its own and print what it cost, as JSON.

`python -m tests.bench.client JOB PORT AGENTS INTERFACES MACS NEIGHBORS`; the cost is that of the walk
alone: one row is read first, so that the engine is loaded, the keys are made and the agent is known.
"""

import asyncio
import gc
import importlib
import json
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.responder import address
from tests.bench.tree import LAST, ROOT, USER, columns
from wiremap_lab.snmp.codec import Community, Version
from wiremap_lab.snmp.engine import Credentials, Target, UsmCredentials
from wiremap_lab.snmp.udp import UdpEngine
from wiremap_lab.snmp.walker import Limits
from wiremap_lab.tables import Oid

if TYPE_CHECKING:
    from wiremap_lab.snmp.pysnmp_engine import PysnmpEngine

V2C = Community(Version.V2C, b"public")
V3 = UsmCredentials(USER)
LIMITS = Limits(timeout=5.0, requests_per_second=1e9)
#: Rows are tuples of numbers and texts, by the ten thousand, and never in a circle: looking for circles
#: among them every 700 objects is a tenth of the work, so `collect` looks less often, and so do we.
COLLECT_EVERY = 200_000


def drops() -> int:
    """Count the datagrams that this process's UDP sockets had no room for (/proc/net/udp, last column)."""
    own = {link.stat().st_ino for link in Path("/proc/self/fd").iterdir() if link.exists()}
    lines = [line.split() for line in Path("/proc/net/udp").read_text().splitlines()[1:]]
    return sum(int(line[-1]) for line in lines if int(line[9]) in own)


def engine_of(job: str) -> "type[UdpEngine] | type[PysnmpEngine]":
    """Load pysnmp only where it is measured: it weighs on the memory of the others."""
    if not job.startswith("pysnmp"):
        return UdpEngine
    return importlib.import_module("wiremap_lab.snmp.pysnmp_engine").PysnmpEngine  # type: ignore[no-any-return]


async def walk(job: str, targets: Sequence[Target], roots: Sequence[Oid], limits: Limits) -> dict[str, float]:
    """Walk all targets at once; `collect` holds a target's rows until it has them all, other jobs let them go."""
    async with engine_of(job)(limits) as engine:
        await engine.walk(targets[0], [LAST])

        async def stream(target: Target) -> int:
            batches = engine.walk_batches(target, roots)
            count = sum([len(rows) async for rows in batches])
            assert all(walked.complete for walked in batches.walked)
            return count

        async def keep(target: Target) -> int:
            walked = await engine.walk(target, roots)
            assert all(each.complete for each in walked)
            return sum(len(each.rows) for each in walked)

        wall, cpu = time.monotonic(), time.process_time()
        counts = await asyncio.gather(*map(keep if job == "collect" else stream, targets))
        wall, cpu = time.monotonic() - wall, time.process_time() - cpu
        lost = drops()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rows": sum(counts), "cpu": cpu, "wall": wall, "drops": lost, "megabytes": peak}


def main(job: str, port: int, agents: int, sizes: Sequence[int]) -> dict[str, float]:
    """Do one job: udp, udp-v3, udp-subtree, pysnmp, pysnmp-v3 or collect (32 agents at a time)."""
    gc.set_threshold(COLLECT_EVERY)
    credentials: Credentials = V3 if job.endswith("v3") else V2C
    roots = [ROOT] if job in {"udp-subtree", "collect"} or agents > 1 else columns()
    limits = LIMITS if job == "collect" else replace(LIMITS, devices=agents)
    targets = [Target(address(number), port, credentials) for number in range(agents)]
    return asyncio.run(walk(job, targets, roots, limits))


if __name__ == "__main__":
    name, *numbers = sys.argv[1:]
    where, how_many, *shape = map(int, numbers)
    sys.stdout.write(json.dumps(main(name, where, how_many, shape)))
