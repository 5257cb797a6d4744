"""What goes into the store, and what comes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Self

from wiremap_lab.assignment.rules import Unassigned
from wiremap_lab.errors import InvalidValue
from wiremap_lab.experiment import Built
from wiremap_lab.ids import Mac
from wiremap_lab.inference.edge_ports import Attachment, Unattached
from wiremap_lab.packed import Packed
from wiremap_lab.tables import DeviceTables, IpAddress
from wiremap_lab.wiremap import Change, Element, NetworkElement, Wiremap


class Status(StrEnum):
    """How far something was read. Of what is not complete, what was not seen proves nothing."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class DeviceRun:
    """What came of one device in a run: its tables and the rows they were read from, or why there are none.

    `raw` is what it answered, context → the text of an .snmprec file; the context of most is "". Raises
    InvalidValue for tables of another name: by it, elements are told from those a device no longer shows.
    """

    name: str
    tables: DeviceTables | None = None
    reason: str = ""
    seconds: float = 0.0
    raw: Mapping[str, str | Packed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.tables is not None and self.tables.name != self.name:
            raise InvalidValue(f"the tables of {self.name!r} are those of {self.tables.name!r}")

    @property
    def status(self) -> Status:
        """Complete only where every walk reached its end."""
        if self.tables is None:
            return Status.SKIPPED
        return Status.INCOMPLETE if self.tables.incomplete else Status.COMPLETE


@dataclass(frozen=True, slots=True)
class Attached:
    """Where a run found a MAC: a device and the name of its port, or neither where that could not be told.

    `via` is the access point of a wireless client, whose port it then is.
    """

    mac: Mac
    device: str | None = None
    port: str | None = None
    via: str | None = None
    ips: tuple[IpAddress, ...] = ()
    evidence: tuple[str, ...] = ()

    @classmethod
    def of(cls, found: Attachment | Unattached) -> Self:
        """What inference found of a MAC."""
        if isinstance(found, Unattached):
            return cls(found.mac, ips=found.ips, evidence=(found.reason,))
        return cls(found.mac, found.port.device, found.port.name, found.via, found.ips, found.evidence)

    @property
    def where(self) -> str:
        """Access point, device and port in a word; ``nowhere`` without."""
        at = f"{self.via} on " if self.via else ""
        return f"{at}{self.device} {self.port}" if self.device else "nowhere"


@dataclass(frozen=True, slots=True)
class Changed:
    """That a MAC was found somewhere else, or is nowhere now, between two runs: when it was seen, and why we looked."""

    attached: Attached
    seen: datetime
    cause: str


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run to be saved. What it found is held to be so from `finished` on."""

    started: datetime
    finished: datetime
    inventory: str
    devices: tuple[DeviceRun, ...]
    elements: tuple[Element, ...]
    wiremap: Wiremap
    attachments: tuple[Attached, ...] = ()
    unassigned: tuple[Unassigned, ...] = ()

    @classmethod
    def of(
        cls, built: Built, *, started: datetime, finished: datetime, inventory: str, devices: Iterable[DeviceRun]
    ) -> Self:
        """A run of all that was built from these devices."""
        return cls(
            started=started,
            finished=finished,
            inventory=inventory,
            devices=tuple(devices),
            elements=built.elements,
            wiremap=built.wiremap,
            attachments=tuple(Attached.of(found) for found in built.attachments),
            unassigned=built.unassigned,
        )

    @property
    def status(self) -> Status:
        """Complete where every device is, skipped where every one is."""
        found = {device.status for device in self.devices}
        return found.pop() if len(found) == 1 else Status.INCOMPLETE


@dataclass(frozen=True, slots=True)
class Run:
    """A run that was saved; `recorded` is when, `tool` the version of wiremap_lab that did."""

    id: int
    started: datetime
    finished: datetime
    recorded: datetime
    inventory: str
    tool: str
    status: Status


@dataclass(frozen=True, slots=True)
class KnownElement:
    """An element some run saw. `gone` is when a complete reading of its device first missed it."""

    element: NetworkElement
    label: str
    device: str
    first_seen: datetime
    last_seen: datetime
    alias_of: NetworkElement | None = None
    gone: datetime | None = None


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """A neighbor a device heard."""

    device: str
    port: str
    chassis: str
    far_port: str
    system: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.device} {self.port} - {self.system or self.chassis} {self.far_port}"


@dataclass(frozen=True, slots=True)
class Moved:
    """A MAC that was found at two places."""

    before: Attached
    after: Attached


@dataclass(frozen=True, slots=True)
class RunDiff:
    """What differs between two runs.

    Whatever belongs to a device in `uncertain`, one that either run did not read completely, is told as new
    or gone only where the run that would have to miss it was complete.
    """

    before: Run
    after: Run
    moved: tuple[Moved, ...]
    appeared: tuple[Attached, ...]
    vanished: tuple[Attached, ...]
    new_elements: tuple[KnownElement, ...]
    gone_elements: tuple[KnownElement, ...]
    placements: tuple[Change, ...]
    new_neighbors: tuple[Link, ...]
    gone_neighbors: tuple[Link, ...]
    uncertain: tuple[str, ...]
