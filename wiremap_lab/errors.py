"""Every error wiremap_lab raises on purpose.

::

    WiremapError
    ├── InvalidValue (ValueError)   a text or some octets that are not what they should be
    ├── DecodeError                 octets that are no message of the protocol they came by
    ├── InvalidFile                 a file of the user, with all its faults: file, line, what, remedy
    ├── TransportError              a device could not be read
    │   ├── Unreachable             nothing answered in time
    │   └── Refused                 it answered, and would not: wrong community, wrong key, no view
    └── StoreError                  the database could not be used
        └── IntegrityFault          it can be used, and what it holds contradicts itself

What legitimately did not happen is no error but a value with its reason
(`Skipped`, `Unresolved`, `Unassigned`); see docs/design.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class WiremapError(Exception):
    """Anything wiremap_lab raises on purpose; caught at the runner and at the CLI."""


class InvalidValue(WiremapError, ValueError):
    """A text or some octets are not the value they were read as."""


class DecodeError(WiremapError):
    """Octets are not a message of the protocol they came by."""


class TransportError(WiremapError):
    """A device could not be read."""


class Unreachable(TransportError):
    """Nothing answered within the time and the number of tries allowed."""


class Refused(TransportError):
    """The device answered that it would not: wrong community, wrong key, no such view."""


class StoreError(WiremapError):
    """The database could not be used."""


class IntegrityFault(StoreError):
    """What the database holds contradicts itself."""


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong with a file: where, what, and what to do about it.

    >>> print(Fault("campus.yaml", 12, "erls[3].floor", "floor 'B9' is not in building 'b1'", "add it or correct it"))
    campus.yaml:12: erls[3].floor: floor 'B9' is not in building 'b1' (add it or correct it)
    """

    path: str
    line: int | None
    where: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        line = "" if self.line is None else f":{self.line}"
        where = f" {self.where}:" if self.where else ""
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{self.path}{line}:{where} {self.what}{remedy}"


class InvalidFile(WiremapError):
    """A file of the user cannot be used; `faults` has everything that is wrong with it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.path, fault.line or 0, fault.where)))
        super().__init__("\n".join(str(fault) for fault in self.faults))
