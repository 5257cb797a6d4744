"""Which ports are aggregated (IEEE8023-LAG-MIB; IF-MIB ifStackTable).

A forwarding database names the aggregate where LLDP names its members (quirk 46).
"""

from __future__ import annotations

from collections.abc import Iterator

from wiremap_lab.readers.mibs.columns import integers
from wiremap_lab.readers.mibs.interfaces import IF_TYPE
from wiremap_lab.tables import LagMember, Oid, Walk

DOT3AD_AGG_PORT_ATTACHED_AGG_ID: Oid = (1, 2, 840, 10006, 300, 43, 1, 2, 1, 1, 13)
IF_STACK_STATUS: Oid = (1, 3, 6, 1, 2, 1, 31, 1, 2, 1, 3)

ROOTS: tuple[Oid, ...] = (DOT3AD_AGG_PORT_ATTACHED_AGG_ID, IF_STACK_STATUS)

#: IANAifType ieee8023adLag and propMultiplexor: what aggregates call themselves.
_AGGREGATES = {161, 54}
_ACTIVE = 1


def lag_members(walk: Walk) -> Iterator[LagMember]:
    """Ports and the aggregate each is attached to; aggregate 0, and a port attached to itself, is none."""
    seen: set[int] = set()
    for index, aggregate in integers(walk, DOT3AD_AGG_PORT_ATTACHED_AGG_ID).items():
        if len(index) == 1 and aggregate > 0 and aggregate != index[0]:
            seen.add(index[0])
            yield LagMember(index[0], aggregate)
    types = integers(walk, IF_TYPE)
    for index, status in integers(walk, IF_STACK_STATUS).items():
        if len(index) != 2 or status != _ACTIVE or index[1] in seen or not all(index):
            continue
        higher, lower = index
        if types.get((higher,)) in _AGGREGATES and types.get((lower,)) not in _AGGREGATES:
            seen.add(lower)
            yield LagMember(lower, higher)
