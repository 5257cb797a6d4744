"""What the demo found, as a report."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from wiremap_lab.cli.assign import unassigned_sheet
from wiremap_lab.cli.collect import device_sheet
from wiremap_lab.cli.diff import sheets as diff_sheets
from wiremap_lab.cli.figures import (
    coverage_sheet,
    explained_sheet,
    outcome_sheet,
    share_row,
    via_sheet,
    wrong_sheet,
)
from wiremap_lab.collectors.collect import Collected, Skipped
from wiremap_lab.experiment import Built
from wiremap_lab.inference.edge_ports import Attachment
from wiremap_lab.measurements import Measurements
from wiremap_lab.reports.model import Cell, Chart, Figure, Report, Sheet
from wiremap_lab.resolver import Profile, Resolved, load_profiles
from wiremap_lab.scoring import Judged, Outcome, Share, judge, judge_all
from wiremap_lab.simulator.campus import Campus
from wiremap_lab.simulator.state import State
from wiremap_lab.store.values import RunDiff
from wiremap_lab.wiremap import Wiremap

#: How many of the report's sheets the terminal shows; the page has them all.
SHOWN = 4
SHARE_COLUMNS = ("found", "part", "whole", "share", "low", "high")
MOVE_COLUMNS = ("device", "from", "to", "seen at", "then at", "answer", "outcome")
MOVE_LEAD = (
    "From and to are the truth, seen at and then at what the switches said, answer what the resolver made of it."
)
NEXT_STEPS = (
    ("wiremap diff --db {}", "what changed between the two collections"),
    ("wiremap where --db {} MAC", "where a device is, why there, and what lost"),
    ("wiremap lab up small-office", "keep the campus running; wiremap lab move DEVICE PLACE"),
    ("jupyter lab notebooks/01-first-look.ipynb", "the same in a notebook (after make test, which installs it)"),
    ("wiremap collect -i inventory.yaml", "your own switches; wiremap doctor says what they lack"),
)


@dataclass(frozen=True)
class Look:
    """One collection of a campus: what was read, what came of it, and how it was there in truth."""

    run: int
    at: datetime
    seconds: float
    results: tuple[Collected | Skipped, ...]
    built: Built
    wiremap: Wiremap
    state: State
    measurements: Mapping[str, Measurements]
    truth: Mapping[str, str]


@dataclass(frozen=True)
class Findings:
    """What the demo found: two looks at one campus, the devices that moved between them, and what changed."""

    campus: Campus
    profile: Profile
    before: Look
    after: Look
    moved: tuple[str, ...]
    changes: RunDiff

    def judged(self, measured: Look, *, wiremap: Wiremap, profile: Profile | None = None) -> tuple[Judged, ...]:
        """What a call from each caller would come to, by what it reports in one look, and the wiremap of any."""
        return judge_all(
            wiremap,
            measured.measurements,
            truth=measured.truth,
            places=self.campus.places,
            profile=profile or self.profile,
            now=measured.at,
        )

    @cached_property
    def first(self) -> tuple[Judged, ...]:
        """The outcomes before the move."""
        return self.judged(self.before, wiremap=self.before.wiremap)

    @cached_property
    def second(self) -> tuple[Judged, ...]:
        """The outcomes after it."""
        return self.judged(self.after, wiremap=self.after.wiremap)

    def remembered(self) -> Iterator[Outcome]:
        """What calls after the move come to when the answers from before it are kept."""
        places = self.campus.places
        for was, now in zip(self.first, self.second, strict=True):
            answer = places.erls[was.resolution.erl] if isinstance(was.resolution, Resolved) else None
            yield judge(now.truth, answer, places=places)

    def report(self, *, command: str, database: Path) -> Report:
        """All of it as a report; `database` is where the runs are kept."""
        return Report(
            title=f"The wiremap of {self.campus.name}",
            made_at=self.after.at,
            command=command,
            summary=self.summary,
            figures=tuple(self._figures()),
            sheets=tuple(self._sheets()),
            next_steps=tuple(f"{step.format(shlex.quote(str(database))):<44}  {what}" for step, what in NEXT_STEPS),
        )

    @property
    def summary(self) -> str:
        """One sentence."""
        counts = Counter(each.outcome for each in self.second)
        return (
            f"Of {len(self.second)} callers {counts[Outcome.EXACT]} would be found where they are, "
            f"{counts[Outcome.COARSE]} only in their building; the call of "
            f"{counts[Outcome.MISROUTE]} would reach the wrong PSAP, of {counts[Outcome.RELAY]} an operator who has "
            f"to ask. {len(self.changes.moved)} MAC addresses were seen at another place after {len(self.moved)} moves."
        )

    def _figures(self) -> Iterator[Figure]:
        read = [each for each in self.after.results if isinstance(each, Collected)]
        rows = sum(each.rows for each in read)
        yield Figure(
            "agents read", f"{len(read)} of {len(self.after.results)}", f"{rows:,} rows in {self.after.seconds:.1f} s"
        )
        right, *_ = self._attached()
        yield Figure("devices found at their port", f"{right[1]} of {right[2]}", "by what the network says")
        exact = sum(each.outcome is Outcome.EXACT for each in self.second)
        yield Figure("callers found", f"{exact} of {len(self.second)}", f"to the floor, by profile {self.profile.name}")
        wrong = sum(outcome is Outcome.MISROUTE for outcome in self.remembered())
        yield Figure("misroutes, had nobody asked again", str(wrong), f"after {len(self.moved)} moves")

    def _sheets(self) -> Iterator[Sheet]:
        yield coverage_sheet(self.after.built.elements, self.after.wiremap, self.campus.places)
        yield outcome_sheet(self._cases())
        yield Sheet("moves", "Who moved, and who noticed", MOVE_COLUMNS, tuple(self._moves()), lead=MOVE_LEAD)
        yield Sheet(
            "attached", "Where the network says devices are", SHARE_COLUMNS, self._attached(), chart=Chart.SHARES
        )
        yield outcome_sheet(self._profiles(), name="profiles", title="The same calls under each order of precedence")
        yield via_sheet(self.second)
        yield explained_sheet(self.second, self.campus.places)
        yield wrong_sheet(self.second)
        yield device_sheet(self.after.results)
        yield unassigned_sheet(self.after.built)
        yield from diff_sheets(self.changes)

    def _cases(self) -> Mapping[str, list[Outcome]]:
        old_wiremap = self.judged(self.after, wiremap=self.before.wiremap)
        return {
            "before the moves": [each.outcome for each in self.first],
            "after, collected again": [each.outcome for each in self.second],
            "after, by the wiremap from before": [each.outcome for each in old_wiremap],
            "after, by the answers from before": list(self.remembered()),
        }

    def _profiles(self) -> Mapping[str, list[Outcome]]:
        return {
            name: [each.outcome for each in self.judged(self.after, wiremap=self.after.wiremap, profile=profile)]
            for name, profile in load_profiles().items()
        }

    def _moves(self) -> Iterator[tuple[Cell, ...]]:
        judged = {each.device: each for each in self.second}
        seen = {each.after.mac: each for each in self.changes.moved}
        for id_ in self.moved:
            mac, found = self.campus.devices[id_].mac, judged.get(id_)
            answer = found.resolution if found else None
            yield (
                id_,
                self.before.truth.get(id_),
                self.after.truth.get(id_),
                seen[mac].before.where if mac in seen else None,
                seen[mac].after.where if mac in seen else None,
                answer.erl if isinstance(answer, Resolved) else None,
                found.outcome.value if found else None,
            )

    def _attached(self) -> tuple[tuple[Cell, ...], ...]:
        """How many of the devices on the network were found at the port they are at, at another, or at none."""
        said = {each.mac: each for each in self.after.built.attachments if isinstance(each, Attachment)}
        counts: Counter[str] = Counter()
        for id_, there in self.after.state.current.items():
            if there.port is None:
                continue
            port = self.campus.ports[there.port]
            found = said.get(self.campus.devices[id_].mac)
            right = found is not None and (found.port.device, found.port.name) == (port.switch, port.name)
            counts["not told" if found is None else "right port" if right else "wrong port"] += 1
        shares = (Share(name, counts[name], counts.total()) for name in ("right port", "wrong port", "not told"))
        return tuple(share_row(share) for share in shares)
