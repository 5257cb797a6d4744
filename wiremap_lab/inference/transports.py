"""What one device said over two transports, SNMP and its command line, made one: by key, and with what they differ in.

SNMP's row stands where both have one: it has octets, subtypes and numbers, where a printed text was cut to columns
and read by a template. The command line fills what SNMP does not say. Its word wins in one matter only: on which
port an LLDP neighbor was heard, which it names, while SNMP gives a number of no certain meaning (quirks 1 to 9).
Every disagreement is a finding.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from wiremap_lab.ids import Mac
from wiremap_lab.readers.port_names import port_key
from wiremap_lab.tables import (
    AccessPoint,
    ArpEntry,
    Bss,
    CdpNeighbor,
    DeviceTables,
    FdbEntry,
    Finding,
    Interface,
    LagMember,
    LldpLocalPort,
    LldpNeighbor,
    System,
    Told,
    WirelessClient,
)

Row = TypeVar("Row", LldpNeighbor, CdpNeighbor, FdbEntry, ArpEntry, AccessPoint, Bss, WirelessClient)

#: So many disagreements of a table are told one by one.
_SHOWN = 20


def merge(agent: DeviceTables, printed: DeviceTables) -> DeviceTables:
    """The tables of one device out of what its agent answered and what its command line printed."""
    ports = _Ports.of(agent, printed)
    rows = _renumbered(printed, ports)
    ledger = _Ledger(ports.names)
    lags = {member.if_index: member.lag_if_index for member in (*rows.lag_members, *agent.lag_members)}
    merged = replace(
        agent,
        system=_system(agent.system, printed.system),
        interfaces=ports.interfaces,
        lag_members=tuple(LagMember(*pair) for pair in sorted(lags.items())),
        bridge_address=agent.bridge_address or printed.bridge_address,
        lldp_local=agent.lldp_local or rows.lldp_local,
        lldp_neighbors=_lldp(agent, rows, ledger),
        cdp_neighbors=ledger.joined("cdp_neighbors", agent.cdp_neighbors, rows.cdp_neighbors, _cdp_key),
        fdb=_fdb(agent.fdb, rows.fdb, lags, ledger),
        arp=_arp(agent.arp, rows.arp, ledger),
        access_points=_access_points(agent.access_points, rows.access_points, ledger),
        bss=ledger.joined("bss", agent.bss, rows.bss, lambda row: (row.bssid, row.ap_name)),
        wireless_clients=_clients(agent.wireless_clients, rows.wireless_clients, ledger),
        vlans=tuple(sorted({**dict(printed.vlans), **dict(agent.vlans)}.items())),
        incomplete=(*agent.incomplete, *printed.incomplete),
    )
    findings = (*agent.findings, *printed.findings, *ports.findings, *ledger.findings())
    return replace(merged, findings=findings, printed=frozenset(ledger.printed))


@dataclass(frozen=True, slots=True)
class _Ports:
    """The interfaces, and which one each number of the command line is; None where that cannot be told."""

    interfaces: tuple[Interface, ...]
    number: Mapping[int, int | None]
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, agent: DeviceTables, printed: DeviceTables) -> _Ports:
        if not agent.interfaces:
            return cls(printed.interfaces, {each.if_index: each.if_index for each in printed.interfaces})
        found: defaultdict[str, set[int]] = defaultdict(set)
        for each in agent.interfaces:
            for name in filter(None, (each.name, each.description)):
                found[port_key(name)].add(each.if_index)
        fits = {each.if_index: found[port_key(each.name)] for each in printed.interfaces}
        number = {made: min(real) if len(real) == 1 else None for made, real in fits.items()}
        aliases = {number[each.if_index]: each.alias for each in printed.interfaces if each.alias}
        interfaces = tuple(
            replace(each, alias=each.alias or aliases.get(each.if_index, "")) for each in agent.interfaces
        )
        lost = sum(real is None for real in number.values())
        what = "ports that the command line names are none, or several, of SNMP's: no row of theirs is used"
        return cls(interfaces, number, (Finding("interfaces", what, quirk=9, count=lost),) if lost else ())

    @property
    def names(self) -> Mapping[int, str]:
        """What to call each interface."""
        return {each.if_index: each.name or each.description for each in self.interfaces}


def _renumbered(printed: DeviceTables, ports: _Ports) -> DeviceTables:
    """The rows of the command line with the numbers of SNMP. Without a port a row says nothing of where."""
    new: dict[int | None, int | None] = {None: None, **dict(ports.number.items())}
    names: dict[int | None, str] = dict(ports.names.items())
    members = ((new[each.if_index], new[each.lag_if_index]) for each in printed.lag_members)
    lldp = ((each, new[each.local_if_index]) for each in printed.lldp_neighbors)
    cdp = ((each, new[each.local_if_index]) for each in printed.cdp_neighbors)
    fdb = ((each, new[each.if_index]) for each in printed.fdb)
    local = printed.lldp_local
    return replace(
        printed,
        lldp_local=local and replace(local, ports=tuple(_moved(local.ports, new))),
        lag_members=tuple(LagMember(a, b) for a, b in members if a is not None and b is not None),
        lldp_neighbors=tuple(replace(e, local_if_index=port, local_port=names.get(port)) for e, port in lldp),
        cdp_neighbors=tuple(
            replace(e, local_if_index=port, local_port=names.get(port)) for e, port in cdp if port is not None
        ),
        fdb=tuple(replace(e, if_index=port) for e, port in fdb if e.if_index is None or port is not None),
        arp=tuple(replace(each, if_index=new[each.if_index]) for each in printed.arp),
    )


def _moved(ports: Iterable[LldpLocalPort], new: Mapping[int | None, int | None]) -> Iterator[LldpLocalPort]:
    for port in ports:
        if (number := new.get(port.port_num)) is not None:
            yield replace(port, port_num=number)


@dataclass(slots=True)
class _Ledger:
    """What came from where, and what did not agree."""

    names: Mapping[int, str]
    printed: set[Told] = field(default_factory=set)
    both: Counter[str] = field(default_factory=Counter)
    alone: Counter[str] = field(default_factory=Counter)
    disagreements: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def joined(
        self, table: str, agent: tuple[Row, ...], printed: tuple[Row, ...], key: Callable[[Row], Hashable]
    ) -> tuple[Row, ...]:
        """The agent's rows, and those of the command line whose key none of them has."""
        known = {key(row) for row in agent}
        return agent + tuple(row for row in printed if self.is_new(table, row, known=key(row) in known))

    def is_new(self, table: str, row: Told, *, known: bool) -> bool:
        """Note where a row of the command line belongs; whether it is one that SNMP does not have."""
        if known:
            self.both[table] += 1
            return False
        self.alone[table] += 1
        self.printed.add(row)
        return True

    def port(self, if_index: int | None) -> str:
        """What to call a port in a finding."""
        return "no port" if if_index is None else self.names.get(if_index) or f"ifIndex {if_index}"

    def findings(self) -> Iterable[Finding]:
        """The disagreements one by one, and for each table how much each transport told."""
        for table, told in self.disagreements.items():
            yield from (Finding(table, what) for what in told[:_SHOWN])
            if len(told) > _SHOWN:
                yield Finding(table, "SNMP and the command line disagree in further rows", count=len(told) - _SHOWN)
        for table, count in sorted(self.alone.items()):
            yield Finding(table, "rows that the command line alone told", count=count)


def _access_points(
    agent: tuple[AccessPoint, ...], printed: tuple[AccessPoint, ...], ledger: _Ledger
) -> tuple[AccessPoint, ...]:
    """Access points by name; what they hear of switches, many an agent does not tell."""
    told = {row.name: row.neighbors for row in printed}
    rows = tuple(replace(row, neighbors=row.neighbors or told.get(row.name, ())) for row in agent)
    return ledger.joined("access_points", rows, printed, lambda row: row.name)


def _clients(
    agent: tuple[WirelessClient, ...], printed: tuple[WirelessClient, ...], ledger: _Ledger
) -> tuple[WirelessClient, ...]:
    """Clients by MAC, the BSSID from whichever tells it of the same access point; one that roams is on two."""
    told = {row.mac: row for row in printed}
    rows = []
    for row in agent:
        other = told.get(row.mac, row)
        if other.ap_name != row.ap_name:
            what = f"SNMP has {row.mac} on access point {row.ap_name!r}, the command line on {other.ap_name!r}"
            ledger.disagreements["wireless_clients"].append(what)
            other = row
        rows.append(replace(row, bssid=row.bssid or other.bssid, ssid=row.ssid or other.ssid, ip=row.ip or other.ip))
    return ledger.joined("wireless_clients", tuple(rows), printed, lambda row: row.mac)


def _lldp(agent: DeviceTables, printed: DeviceTables, ledger: _Ledger) -> tuple[LldpNeighbor, ...]:
    """Neighbors by chassis and port; heard twice by one transport, they are told apart by where."""
    heard: defaultdict[Hashable, list[LldpNeighbor]] = defaultdict(list)
    for row in printed.lldp_neighbors:
        heard[_lldp_key(row)].append(row)
    mine = Counter(map(_lldp_key, agent.lldp_neighbors))
    placed = tuple(
        _placed(row, heard[key], ledger) if mine[key := _lldp_key(row)] == 1 else row for row in agent.lldp_neighbors
    )
    new = (row for row in printed.lldp_neighbors if ledger.is_new("lldp_neighbors", row, known=_lldp_key(row) in mine))
    return (*placed, *new)


def _placed(row: LldpNeighbor, printed: list[LldpNeighbor], ledger: _Ledger) -> LldpNeighbor:
    """A neighbor of SNMP's at the port where the command line says it was heard."""
    if len(printed) != 1 or printed[0].local_if_index in (None, row.local_if_index):
        return row
    named = printed[0]
    if row.local_if_index is not None:
        here, there = ledger.port(row.local_if_index), ledger.port(named.local_if_index)
        ledger.disagreements["lldp_neighbors"].append(
            f"{row.system_name or row.chassis_id} was heard on {here} by SNMP ({row.local_evidence}), "
            f"on {there} by the command line, which names it: the latter is kept"
        )
    return replace(
        row,
        local_if_index=named.local_if_index,
        local_port=named.local_port,
        local_evidence=f"{named.local_evidence}; by SNMP: {row.local_evidence or 'unresolved'}",
    )


def _lldp_key(row: LldpNeighbor) -> Hashable:
    """Chassis and port as texts: a printed ID does not tell its subtype."""
    return row.chassis_id.text.lower(), port_key(row.port_id.text)


def _cdp_key(row: CdpNeighbor) -> Hashable:
    """The serial that NX-OS adds to a name is left out."""
    return row.local_if_index, row.device_id.partition("(")[0].lower(), port_key(row.port_id)


def _fdb(
    agent: tuple[FdbEntry, ...], printed: tuple[FdbEntry, ...], lags: Mapping[int, int], ledger: _Ledger
) -> tuple[FdbEntry, ...]:
    """Entries by MAC and VLAN; one that a transport gives without a VLAN is the MAC's in any."""
    known: defaultdict[tuple[Mac, int | None], list[FdbEntry]] = defaultdict(list)
    for row in agent:
        known[row.mac, row.vlan].append(row)
        if row.vlan is not None:
            known[row.mac, -1].append(row)
    new: list[FdbEntry] = []
    placed: dict[int, int] = {}
    for row in printed:
        same = known.get((row.mac, row.vlan)) or known.get((row.mac, None)) or []
        same = same or (known.get((row.mac, -1), []) if row.vlan is None else [])
        if ledger.is_new("fdb", row, known=bool(same)):
            new.append(row)
        elif row.if_index is not None:
            _compare(row, row.if_index, same, placed, lags, ledger)
    return (*(replace(row, if_index=placed.get(id(row), row.if_index)) if placed else row for row in agent), *new)


def _compare(
    row: FdbEntry,
    if_index: int,
    same: list[FdbEntry],
    placed: dict[int, int],
    lags: Mapping[int, int],
    ledger: _Ledger,
) -> None:
    """Fill in a port that SNMP does not know; note one that it knows otherwise."""
    ports = {lags.get(each.if_index, each.if_index) for each in same if each.if_index is not None}
    if not ports:
        placed.update((id(each), if_index) for each in same)
    elif lags.get(if_index, if_index) not in ports:
        ledger.disagreements["fdb"].append(
            f"{row.mac} in VLAN {row.vlan} is on {', '.join(sorted(map(ledger.port, ports)))} by SNMP, "
            f"on {ledger.port(if_index)} by the command line: the former is kept"
        )


def _arp(agent: tuple[ArpEntry, ...], printed: tuple[ArpEntry, ...], ledger: _Ledger) -> tuple[ArpEntry, ...]:
    macs: defaultdict[object, set[Mac]] = defaultdict(set)
    for row in agent:
        macs[row.ip].add(row.mac)
    for row in printed:
        if row.ip in macs and row.mac not in macs[row.ip]:
            ledger.disagreements["arp"].append(
                f"{row.ip} is {', '.join(map(str, sorted(macs[row.ip])))} by SNMP, {row.mac} by the command line: "
                "the former is kept"
            )
    return ledger.joined("arp", agent, printed, lambda row: row.ip)


def _system(agent: System | None, printed: System | None) -> System | None:
    if agent is None or printed is None:
        return agent or printed
    return replace(
        agent,
        name=agent.name or printed.name,
        description=agent.description or printed.description,
        location=agent.location or printed.location,
    )
