"""The system group (SNMPv2-MIB, RFC 3418)."""

from __future__ import annotations

from wiremap_lab.readers.mibs.columns import scalar, scalar_text
from wiremap_lab.tables import Oid, System, Walk

SYSTEM: Oid = (1, 3, 6, 1, 2, 1, 1)
SYS_DESCR: Oid = (*SYSTEM, 1)
SYS_OBJECT_ID: Oid = (*SYSTEM, 2)
SYS_UP_TIME: Oid = (*SYSTEM, 3)
SYS_NAME: Oid = (*SYSTEM, 5)
SYS_LOCATION: Oid = (*SYSTEM, 6)

ROOTS: tuple[Oid, ...] = (SYS_DESCR, SYS_OBJECT_ID, SYS_UP_TIME, SYS_NAME, SYS_LOCATION)


def system(walk: Walk) -> System | None:
    """What the device says it is; None where it answers nothing of this group."""
    object_id, uptime = scalar(walk, SYS_OBJECT_ID), scalar(walk, SYS_UP_TIME)
    found = System(
        name=scalar_text(walk, SYS_NAME),
        description=scalar_text(walk, SYS_DESCR),
        location=scalar_text(walk, SYS_LOCATION),
        object_id=object_id if isinstance(object_id, tuple) else (),
        uptime_ticks=uptime if isinstance(uptime, int) else None,
    )
    return None if found == System("", "", "", ()) else found
