"""What to read again when a device says that something changed: a few rows, never all of it.

A MAC names its row of the forwarding database. A link names a port, by which that database cannot be asked, nor
lldpRemTable, whose index begins with a time: they are walked, in the form the device was last seen to have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wiremap_lab.ids import Mac
from wiremap_lab.readers.mibs import bridge, cdp, lldp, med, tplink
from wiremap_lab.readers.mibs.columns import integers
from wiremap_lab.readers.mibs.interfaces import IF_ADMIN_STATUS, IF_OPER_STATUS
from wiremap_lab.readers.traps import Event, LinkChanged, MacChanged, MacMoved, NeighborsChanged
from wiremap_lab.snmp.recording import Recording
from wiremap_lab.tables import Oid

#: Views of VLANs walked for one link: an access port is in two, data and voice.
MOST_CONTEXTS = 8
_FORWARDING = (
    *(bridge.DOT1Q_TP_FDB_PORT, bridge.DOT1Q_TP_FDB_STATUS),
    *(bridge.IEEE8021_Q_BRIDGE_TP_FDB_PORT, bridge.IEEE8021_Q_BRIDGE_TP_FDB_STATUS),
    *(bridge.DOT1D_TP_FDB_PORT, bridge.DOT1D_TP_FDB_STATUS),
)
_NEIGHBORS = (*lldp.ROOTS, *med.ROOTS, *tplink.ROOTS, *cdp.ROOTS)
_LLDP = tuple(lldp.LLDP.remote_column(place) for place in range(9))
_MAC_LENGTH = 6


@dataclass(frozen=True, slots=True)
class Reread:
    """Subtrees to walk and objects to get, in one context."""

    walks: tuple[Oid, ...] = ()
    gets: tuple[Oid, ...] = ()
    context: str = ""

    @property
    def roots(self) -> tuple[Oid, ...]:
        """All of it: what is read in place of what was held there."""
        return (*self.walks, *self.gets)


def rereads(event: Event, held: Recording) -> tuple[Reread, ...]:
    """What to read again of a device of which this is held; nothing where a poll has to say what changed."""
    match event:
        case LinkChanged(if_index, up):
            status = Reread(gets=((*IF_OPER_STATUS, if_index), (*IF_ADMIN_STATUS, if_index)))
            return (status, *_of_a_link(if_index, held)) if up else (status,)
        case MacChanged(mac, vlan) | MacMoved(mac, vlan):
            return (_of_a_mac(mac, vlan, held),)
        case NeighborsChanged():
            return (Reread(walks=_neighbors(held)),)
        case _:
            return ()


def _neighbors(held: Recording) -> tuple[Oid, ...]:
    return tuple(dict.fromkeys((*_LLDP, *(root for root in _NEIGHBORS if _is_held(held, root)))))


def _is_held(held: Recording, root: Oid) -> bool:
    return next(held.walk(root), None) is not None


def _of_a_link(if_index: int, held: Recording) -> Iterator[Reread]:
    forwarding = tuple(root for root in _FORWARDING if _is_held(held, root))
    yield Reread(walks=(*_neighbors(held), *forwarding))
    carrying = [
        name
        for name, view in held.contexts.items()
        if if_index in integers(view.walk, bridge.DOT1D_BASE_PORT_IF_INDEX).values()
    ]
    for name in carrying[:MOST_CONTEXTS]:
        yield Reread(walks=(bridge.DOT1D_TP_FDB_PORT, bridge.DOT1D_TP_FDB_STATUS), context=name)


def _of_a_mac(mac: Mac, vlan: int, held: Recording) -> Reread:
    index = tuple(mac.octets)
    columns: Sequence[Oid] = (bridge.DOT1D_TP_FDB_PORT, bridge.DOT1D_TP_FDB_STATUS)
    if held.contexts:
        return Reread(gets=tuple((*column, *index) for column in columns), context=str(vlan))
    known = next((oid for oid, _, _ in held.walk(bridge.DOT1Q_TP_FDB_PORT)), None)
    if known is not None:
        columns = (bridge.DOT1Q_TP_FDB_PORT, bridge.DOT1Q_TP_FDB_STATUS)
        lengthy = len(known) - len(bridge.DOT1Q_TP_FDB_PORT) == 1 + 1 + _MAC_LENGTH  # quirk 40
        index = (_fdb_id(vlan, held), *((_MAC_LENGTH,) if lengthy else ()), *index)
    return Reread(gets=tuple((*column, *index) for column in columns))


def _fdb_id(vlan: int, held: Recording) -> int:
    told = integers(held.walk, bridge.DOT1Q_VLAN_FDB_ID)
    return next((fdb_id for index, fdb_id in told.items() if index[-1] == vlan), vlan)
