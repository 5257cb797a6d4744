"""Who is put on which port, by us and by two others, on campuses whose truth is known.

A device counts where the switch it is on tells of it (`in evidence`, see tests.inference.campuses); `of all` is the
harsher share, of everything attached, silent devices too. The others' rules are in tests.bench.baselines. A table is
printed and accuracy.json written.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench.baselines import librenms, netdisco
from tests.inference.campuses import HARSH, LISTED, Faults, Judged, Method, judge, ours, snapshot

CAMPUSES = ("three-tier", "tower17", "campus30")
METHODS: Mapping[str, Method] = {"wiremap": ours, "netdisco": netdisco, "librenms": librenms}
FAULTS: Mapping[str, Faults] = {"listed": LISTED, "harsh": HARSH}
#: Issue 3: at least this share on the right port, and none on an uplink.
SHARE = 0.995
HEAD = "campus      faults  method    attached  in evidence   right   of all  wrong  uplink  not told  CPU s"


@dataclass(frozen=True, slots=True)
class Row:
    """One method on one campus with one set of faults, over some seeds."""

    campus: str
    faults: str
    method: str
    attached: int
    in_evidence: int
    right: int
    wrong: int
    on_uplink: int
    untold: int
    seconds: float

    @property
    def holds(self) -> bool:
        return self.method != "wiremap" or (self.right >= SHARE * self.in_evidence and self.on_uplink == 0)

    def text(self) -> str:
        return (
            f"{self.campus:11} {self.faults:7} {self.method:9} {self.attached:8} {self.in_evidence:12}"
            f" {self.right / self.in_evidence:7.2%} {self.right / self.attached:8.2%} {self.wrong:6}"
            f" {self.on_uplink:7} {self.untold:9} {self.seconds:6.2f}{'' if self.holds else '  MISSED'}\n"
        )


def rows(campus: str, faults: str, seeds: int) -> Iterator[Row]:
    """Each method on the same tables."""
    judged: dict[str, list[Judged]] = {name: [] for name in METHODS}
    seconds = dict.fromkeys(METHODS, 0.0)
    for seed in range(seeds):
        seen = snapshot(campus, seed, FAULTS[faults])
        for name, method in METHODS.items():
            began = time.process_time()
            answers = method(seen.devices)
            seconds[name] += time.process_time() - began
            judged[name].append(judge(seen, answers))
    for name, found in judged.items():
        sums = {
            field: sum(getattr(one, field) for one in found) for field in Row.__dataclass_fields__ if field in _SUMMED
        }
        yield Row(campus, faults, name, **sums, seconds=seconds[name] / seeds)


_SUMMED = ("attached", "in_evidence", "right", "wrong", "on_uplink", "untold")


def main() -> int:
    """Measure all; tell by the exit code whether ours hold what they must."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.accuracy", description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3, help="how many of each campus are made (default 3)")
    parser.add_argument("--json", type=Path, default=Path("accuracy.json"), help="where the figures go")
    asked = parser.parse_args()
    sys.stdout.write(HEAD + "\n")
    found: list[Row] = []
    for campus in CAMPUSES:
        for faults in FAULTS:
            for row in rows(campus, faults, asked.seeds):
                found.append(row)
                sys.stdout.write(row.text())
            sys.stdout.flush()
    asked.json.write_text(json.dumps([asdict(row) | {"holds": row.holds} for row in found], indent=2) + "\n")
    return 0 if all(row.holds for row in found) else 1


if __name__ == "__main__":
    sys.exit(main())
