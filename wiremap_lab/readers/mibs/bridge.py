"""Forwarding databases: which MAC was seen on which port (BRIDGE-MIB, RFC 4188; Q-BRIDGE-MIB, RFC 4363).

A bridge numbers its ports for itself, and dot1dBasePortIfIndex says which interface a bridge port is.
The two numbers differ on two bridges of five (quirk 36), so neither is ever taken for the other here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from wiremap_lab.ids import Mac
from wiremap_lab.readers.mibs.columns import index_mac, integers, mac_or_none, octets, scalar, texts
from wiremap_lab.tables import FdbEntry, FdbStatus, Finding, Oid, Walk

DOT1D_BRIDGE: Oid = (1, 3, 6, 1, 2, 1, 17)
DOT1D_BASE_BRIDGE_ADDRESS: Oid = (*DOT1D_BRIDGE, 1, 1)
DOT1D_BASE_PORT_IF_INDEX: Oid = (*DOT1D_BRIDGE, 1, 4, 1, 2)
DOT1D_TP_AGING_TIME: Oid = (*DOT1D_BRIDGE, 4, 2)
DOT1D_TP_FDB_ENTRY: Oid = (*DOT1D_BRIDGE, 4, 3, 1)
DOT1D_TP_FDB_PORT: Oid = (*DOT1D_TP_FDB_ENTRY, 2)
DOT1D_TP_FDB_STATUS: Oid = (*DOT1D_TP_FDB_ENTRY, 3)
DOT1Q_TP_FDB_ENTRY: Oid = (*DOT1D_BRIDGE, 7, 1, 2, 2, 1)
DOT1Q_TP_FDB_PORT: Oid = (*DOT1Q_TP_FDB_ENTRY, 2)
DOT1Q_TP_FDB_STATUS: Oid = (*DOT1Q_TP_FDB_ENTRY, 3)
DOT1Q_VLAN_FDB_ID: Oid = (*DOT1D_BRIDGE, 7, 1, 4, 2, 1, 3)
DOT1Q_VLAN_STATIC_NAME: Oid = (*DOT1D_BRIDGE, 7, 1, 4, 3, 1, 1)

IEEE8021_BRIDGE_BASE_PORT_IF_INDEX: Oid = (1, 3, 111, 2, 802, 1, 1, 2, 1, 1, 4, 1, 3)
IEEE8021_Q_BRIDGE_TP_FDB_ENTRY: Oid = (1, 3, 111, 2, 802, 1, 1, 4, 1, 2, 2, 1)
IEEE8021_Q_BRIDGE_TP_FDB_PORT: Oid = (*IEEE8021_Q_BRIDGE_TP_FDB_ENTRY, 2)
IEEE8021_Q_BRIDGE_TP_FDB_STATUS: Oid = (*IEEE8021_Q_BRIDGE_TP_FDB_ENTRY, 3)

VTP_VLAN_ENTRY: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 3, 1, 1)
VTP_VLAN_STATE: Oid = (*VTP_VLAN_ENTRY, 2)
VTP_VLAN_NAME: Oid = (*VTP_VLAN_ENTRY, 4)

JNX_EX_VLAN_TAG: Oid = (1, 3, 6, 1, 4, 1, 2636, 3, 40, 1, 5, 1, 5, 1, 5)
JNX_L2ALD_VLAN_ENTRY: Oid = (1, 3, 6, 1, 4, 1, 2636, 3, 48, 1, 3, 1, 1)
JNX_L2ALD_VLAN_TAG: Oid = (*JNX_L2ALD_VLAN_ENTRY, 3)
JNX_L2ALD_VLAN_FDB_ID: Oid = (*JNX_L2ALD_VLAN_ENTRY, 5)

#: What must be read once per VLAN on a bridge that keeps a forwarding database for each (quirk 31).
CONTEXT_ROOTS: tuple[Oid, ...] = (DOT1D_BASE_PORT_IF_INDEX, DOT1D_TP_FDB_PORT, DOT1D_TP_FDB_STATUS)
ROOTS: tuple[Oid, ...] = (
    DOT1D_BASE_BRIDGE_ADDRESS,
    DOT1D_TP_AGING_TIME,
    *CONTEXT_ROOTS,
    DOT1Q_TP_FDB_PORT,
    DOT1Q_TP_FDB_STATUS,
    DOT1Q_VLAN_FDB_ID,
    DOT1Q_VLAN_STATIC_NAME,
    IEEE8021_BRIDGE_BASE_PORT_IF_INDEX,
    IEEE8021_Q_BRIDGE_TP_FDB_PORT,
    IEEE8021_Q_BRIDGE_TP_FDB_STATUS,
    VTP_VLAN_STATE,
    VTP_VLAN_NAME,
    JNX_EX_VLAN_TAG,
    JNX_L2ALD_VLAN_TAG,
    JNX_L2ALD_VLAN_FDB_ID,
)

_STATUSES = dict(enumerate(FdbStatus, 1))
_MAC_LENGTH = 6
_OPERATIONAL = 1
#: FDDI and Token Ring VLANs, which Cisco switches always have and no host is ever in (quirk 34).
_LEGACY_VLANS = range(1002, 1006)
_HIGHEST_VLAN = 4094
#: One FID that is its own VLAN may be chance: VLAN 1 mostly has FID 1.
_FEWEST_PROOFS = 2


def bridge_address(walk: Walk) -> Mac | None:
    """The MAC address the bridge is known by (dot1dBaseBridgeAddress)."""
    return mac_or_none(scalar(walk, DOT1D_BASE_BRIDGE_ADDRESS))


def ageing(walk: Walk) -> int | None:
    """Seconds after which the bridge forgets a silent station (dot1dTpAgingTime); None where it does not say."""
    seconds = scalar(walk, DOT1D_TP_AGING_TIME)
    return seconds if isinstance(seconds, int) and seconds > 0 else None


def base_ports(walk: Walk) -> dict[int, int]:
    """Bridge port → ifIndex."""
    ports = {index[-1]: value for index, value in integers(walk, IEEE8021_BRIDGE_BASE_PORT_IF_INDEX).items()}
    ports.update({index[0]: value for index, value in integers(walk, DOT1D_BASE_PORT_IF_INDEX).items() if value > 0})
    return ports


def vlans(walk: Walk) -> dict[int, str]:
    """The VLANs the device knows and their names."""
    named = texts(walk, DOT1Q_VLAN_STATIC_NAME) or texts(walk, VTP_VLAN_NAME)
    return {index[-1]: name for index, name in sorted(named.items(), key=lambda item: item[0][-1])}


def context_names(walk: Walk) -> tuple[str, ...]:
    """The VLANs whose forwarding database a Cisco switch answers only under `community@vlan` or `vlan-N`.

    None where the device has no VTP, or answers a Q-BRIDGE-MIB that holds all of them.
    """
    if next(iter(walk(DOT1Q_TP_FDB_PORT)), None) is not None:
        return ()
    active = {index[-1] for index, state in integers(walk, VTP_VLAN_STATE).items() if state == _OPERATIONAL}
    return tuple(str(vlan) for vlan in sorted(active) if vlan not in _LEGACY_VLANS)


@dataclass(frozen=True, slots=True)
class Database:
    """The forwarding database of a device, and what was odd about it."""

    entries: tuple[FdbEntry, ...]
    findings: tuple[Finding, ...]


def forwarding_database(walk: Walk) -> Iterator[FdbEntry]:
    """The entries of one agent without contexts; see `database`."""
    yield from database(walk).entries


def database(walk: Walk, contexts: Mapping[str, Walk] | None = None) -> Database:
    """The entries of the Q-BRIDGE-MIB, or else of the BRIDGE-MIB and of its contexts, one a VLAN."""
    findings: list[Finding] = []
    ports = base_ports(walk)
    entries = _q_bridge(walk, findings)
    if not entries:
        per_vlan = _per_vlan(contexts or {}, findings)
        plain = [] if "1" in {_vlan_of(name) for name in contexts or {}} else _plain(walk)
        known = {entry.mac for entry in per_vlan}
        entries = [*per_vlan, *(entry for entry in plain if entry.mac not in known)]
    elif missing := {entry.mac for entry in _plain(walk)} - {entry.mac for entry in entries}:
        findings.append(Finding("fdb", "MACs in the BRIDGE-MIB that the Q-BRIDGE-MIB lacks", count=len(missing)))
    placed = tuple(_placed(entry, ports) for entry in entries)
    findings.extend(_oddities(placed))
    return Database(placed, tuple(findings))


def _placed(entry: FdbEntry, ports: Mapping[int, int]) -> FdbEntry:
    if entry.if_index is not None or entry.bridge_port is None:
        return entry
    return replace(entry, if_index=ports.get(entry.bridge_port))


def _oddities(entries: Sequence[FdbEntry]) -> Iterator[Finding]:
    unknown = sum(entry.bridge_port is None for entry in entries)
    if unknown:
        yield Finding("fdb", "entries on bridge port 0: the port is unknown, or the bridge itself", 38, unknown)
    unmapped = len({e.bridge_port for e in entries if e.bridge_port is not None and e.if_index is None})
    if unmapped:
        yield Finding("fdb", "bridge ports that dot1dBasePortIfIndex does not map", 37, unmapped)


def _rows(
    walk: Walk, port: Oid, status: Oid, keys: int, findings: list[Finding]
) -> Iterator[tuple[Oid, Mac, int, int]]:
    """Index, MAC, bridge port and status; `keys` arcs come before the MAC, and perhaps a length octet."""
    statuses = integers(walk, status)
    ports = integers(walk, port)
    lengthy = torn = 0
    for index, bridge_port in ports.items():
        mac = index_mac(index[keys:])
        if mac is None:
            torn += 1
            continue
        lengthy += len(index) == keys + _MAC_LENGTH + 1
        yield index[:keys], mac, bridge_port, statuses.get(index, 0)
    if lengthy:
        findings.append(Finding("fdb", "a length octet in the index", 40, lengthy))
    if torn:
        findings.append(Finding("fdb", "an index that holds no MAC address", 40, torn))
    if portless := len(statuses.keys() - ports.keys()):
        findings.append(Finding("fdb", "entries with a status and no port: left out", 41, portless))


def _entry(mac: Mac, port: int, status: int) -> FdbEntry:
    return FdbEntry(mac, port if port > 0 else None, status=_STATUSES.get(status))


def _plain(walk: Walk) -> list[FdbEntry]:
    return [
        _entry(mac, port, status) for _, mac, port, status in _rows(walk, DOT1D_TP_FDB_PORT, DOT1D_TP_FDB_STATUS, 0, [])
    ]


def _q_bridge(walk: Walk, findings: list[Finding]) -> list[FdbEntry]:
    rows = [*_rows(walk, DOT1Q_TP_FDB_PORT, DOT1Q_TP_FDB_STATUS, 1, findings)]
    if not rows:
        rows = [*_rows(walk, IEEE8021_Q_BRIDGE_TP_FDB_PORT, IEEE8021_Q_BRIDGE_TP_FDB_STATUS, 2, findings)]
    if not rows:
        return []
    vlan_of = _vlans_by_fdb_id(walk, {keys[-1] for keys, *_ in rows}, findings)
    return [
        replace(_entry(mac, port, status), fdb_id=keys[-1], vlan=vlan_of.get(keys[-1]))
        for keys, mac, port, status in rows
    ]


def _vlans_by_fdb_id(walk: Walk, used: set[int], findings: list[Finding]) -> dict[int, int]:
    """FID → VLAN, where it is certain: a FID is not a VLAN, and several VLANs may share one (quirk 39)."""
    shared: dict[int, set[int]] = {}
    for fdb_id, vlan in _fdb_ids(walk):
        shared.setdefault(fdb_id, set()).add(vlan)
    if _are_vlans(used, shared, {index[-1] for index in octets(walk, DOT1Q_VLAN_STATIC_NAME)}):
        findings.append(Finding("fdb", "the FIDs are VLANs: as far as it can be told, each is one", 39, len(used)))
        return {fid: fid for fid in used if 0 < fid <= _HIGHEST_VLAN}
    if unmapped := used - shared.keys():
        findings.append(Finding("fdb", "FIDs of an unknown VLAN", 39, len(unmapped)))
    if several := sum(len(shared.get(fdb_id, ())) > 1 for fdb_id in used):
        findings.append(Finding("fdb", "FIDs that several VLANs share", 39, several))
    return {fdb_id: min(members) for fdb_id, members in shared.items() if len(members) == 1}


def _fdb_ids(walk: Walk) -> Iterator[tuple[int, int]]:
    """FID and VLAN, from the standard's table, or else from Juniper's: the newer one, then the older."""
    standard = integers(walk, DOT1Q_VLAN_FDB_ID)
    yield from ((fdb_id, index[-1]) for index, fdb_id in standard.items())
    if standard:
        return
    tags, fdb_ids = integers(walk, JNX_L2ALD_VLAN_TAG), integers(walk, JNX_L2ALD_VLAN_FDB_ID)
    yield from ((fdb_id, tags[index]) for index, fdb_id in fdb_ids.items() if tags.get(index))
    yield from ((index[-1], vlan) for index, vlan in integers(walk, JNX_EX_VLAN_TAG).items() if vlan)


def _are_vlans(used: set[int], shared: Mapping[int, set[int]], named: set[int]) -> bool:
    """Whether the FIDs in use are the VLANs themselves.

    Where there is a map, it must say so itself; or it has every VLAN and yet lacks FIDs in use, all of
    which are VLANs, as on Comware and PowerConnect: then it is no map of this database. Where there is
    none, most must be VLANs the device knows, or it must know none at all.
    """
    told = set[int]().union(*shared.values())
    mapped = used & shared.keys()
    if len(mapped) >= _FEWEST_PROOFS and all(shared[fdb_id] == {fdb_id} for fdb_id in mapped):
        return True
    if shared:
        whole = named <= told or not mapped
        return whole and mapped != used and used <= told | named
    return not named or 2 * len(used & named) > len(used)


def _vlan_of(context: str) -> str:
    return context.removeprefix("vlan-")


def _per_vlan(contexts: Mapping[str, Walk], findings: list[Finding]) -> list[FdbEntry]:
    """One database a context; contexts that an agent ignores all answer the same (quirk 33)."""
    entries: dict[str, list[FdbEntry]] = {}
    for name, walk in contexts.items():
        ports = base_ports(walk)
        entries[name] = [_placed(entry, ports) for entry in _plain(walk)]
    filled = {name: rows for name, rows in entries.items() if rows}
    if len(filled) > 1 and len({frozenset(rows) for rows in filled.values()}) == 1:
        findings.append(Finding("fdb", "every context answers the same: contexts are ignored", 33, len(filled)))
        return next(iter(filled.values()))
    return [
        replace(entry, vlan=int(_vlan_of(name))) if _vlan_of(name).isdigit() else entry
        for name, rows in filled.items()
        for entry in rows
    ]
