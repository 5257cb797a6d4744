"""What resolving a device comes to: a place with its evidence, or no place and why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from wiremap_lab.places import Depth
from wiremap_lab.wiremap import Entry, NetworkElement


class Why(StrEnum):
    """Why a rule gave no answer. The last four found something on the wiremap and would not use it."""

    NOT_REPORTED = "not reported"
    NOT_ON_WIREMAP = "not on the wiremap"
    TOO_COARSE = "too coarse for this step"
    AMBIGUOUS = "ambiguous"
    UNKNOWN_PLACE = "unknown place"
    STALE = "stale"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Tried:
    """A rule that gave no answer: what it looked for, why that was of no use, and the entries it passed over."""

    rule: str
    asked: str
    why: Why
    detail: str = ""
    entries: tuple[Entry, ...] = ()

    def __str__(self) -> str:
        asked = f" {self.asked}" if self.asked else ""
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.rule}:{asked} {self.why}{detail}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place one identifier points to. `age` is how long ago the network last showed the element."""

    rule: str
    asked: str
    entry: Entry
    age: timedelta


@dataclass(frozen=True, slots=True)
class Conflict:
    """ERLs that cannot all be right. `agree` is the deepest level at which they still agree."""

    what: str
    erls: tuple[str, ...]
    agree: Depth


@dataclass(frozen=True, slots=True)
class Resolved:
    """A place: the id of an ERL, the rule and the entry that gave it, and what else was known.

    `freshness` is how long ago the network last showed the element. `others` is what the device's
    other identifiers say, `tried` the rules that said nothing. `degraded` tells why a more precise
    identifier was passed over, and is None where none was.
    """

    by: str
    asked: str
    entry: Entry
    measured_at: datetime
    freshness: timedelta
    others: tuple[Candidate, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    tried: tuple[Tried, ...] = ()
    degraded: str | None = None

    @property
    def erl(self) -> str:
        """The id of the ERL."""
        return self.entry.erl

    @property
    def element(self) -> NetworkElement:
        """The network element whose entry decided."""
        return self.entry.element

    @property
    def evidence(self) -> tuple[str, ...]:
        """Who says so, from the device's report to the source of the entry."""
        return (
            f"the device reported {self.asked} at {self.measured_at:%Y-%m-%d %H:%M:%S%z}",
            f"{self.entry.source} places {self.element} at {self.erl}",
            f"the network showed it at {self.entry.observed_at:%Y-%m-%d %H:%M:%S%z}",
            *self.entry.evidence,
        )


@dataclass(frozen=True, slots=True)
class Unresolved:
    """No place: every rule of the profile that was tried, in its order, and why it gave none."""

    tried: tuple[Tried, ...]
    conflicts: tuple[Conflict, ...] = ()


Resolution = Resolved | Unresolved
