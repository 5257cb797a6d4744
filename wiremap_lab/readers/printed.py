"""What a device printed, command by command, made into the same tables that SNMP is made into.

A command line names ports and does not number them: `port_names` gives each a number, and the interfaces
are those that any of its tables names. A command that the device does not know fills no table and says so in a
finding; one that was cut short, refused, or that no template fits leaves its table incomplete, which is not empty.
"""

from __future__ import annotations

import ipaddress
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from wiremap_lab.errors import InvalidFile, InvalidValue
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.readers import cli
from wiremap_lab.readers.commands import not_there, questions, refused, template_platform
from wiremap_lab.readers.port_names import ETHERNET, numbered, port_key, port_type
from wiremap_lab.tables import (
    AccessPoint,
    ArpEntry,
    Bss,
    Capability,
    CdpNeighbor,
    DeviceTables,
    FdbEntry,
    FdbStatus,
    Finding,
    Incomplete,
    Interface,
    IpAddress,
    LagMember,
    LldpLocal,
    LldpLocalPort,
    LldpNeighbor,
    Oid,
    System,
    WiredNeighbor,
    WirelessClient,
)

Row = Mapping[str, cli.Json]
Form = TypeVar("Form", ChassisId, PortId)
Value = TypeVar("Value")

#: The subtree of SNMP that says the same: what a table is called where tables are named by their roots.
ROOTS: Mapping[str, Oid] = {
    "version": (1, 3, 6, 1, 2, 1, 1),
    "interface_status": (1, 3, 6, 1, 2, 1, 2),
    "lag": (1, 2, 840, 10006, 300, 43),
    "vlans": (1, 3, 6, 1, 2, 1, 17, 7, 1, 4),
    "lldp_local": (1, 0, 8802, 1, 1, 2, 1, 3),
    "lldp_neighbors": (1, 0, 8802, 1, 1, 2, 1, 4),
    "cdp_neighbors": (1, 3, 6, 1, 4, 1, 9, 9, 23),
    "fdb": (1, 3, 6, 1, 2, 1, 17, 7, 1, 2),
    "arp": (1, 3, 6, 1, 2, 1, 4, 22),
    "access_points": (1, 3, 6, 1, 4, 1, 14179, 2, 2, 1),
    "bss": (1, 3, 6, 1, 4, 1, 14179, 2, 2, 2),
    "wireless_clients": (1, 3, 6, 1, 4, 1, 14179, 2, 1, 4),
    "ap_neighbors": (1, 3, 6, 1, 4, 1, 9, 9, 623),
}

#: Letters and words by which makers tell capabilities (IEEE 802.1AB-2016, table 8-4; CDP's own beside them).
_CAPABILITIES: Mapping[str, Capability] = {
    **dict.fromkeys(("o", "other"), Capability.OTHER),
    **dict.fromkeys(("repeater",), Capability.REPEATER),
    **dict.fromkeys(("b", "bridge", "switch", "trans-bridge", "bri"), Capability.BRIDGE),
    **dict.fromkeys(("w", "wlan", "wlan-access-point", "access-point", "wap"), Capability.WLAN),
    **dict.fromkeys(("r", "router", "rou"), Capability.ROUTER),
    **dict.fromkeys(("t", "tel", "telephone", "phone"), Capability.TELEPHONE),
    **dict.fromkeys(("c", "docsis", "docsis-cable-device"), Capability.DOCSIS),
    **dict.fromkeys(("s", "station", "stationonly", "host"), Capability.STATION),
}
#: CDP's words; its letters mean other things than LLDP's.
_CDP_WORDS = {"router", "switch", "trans-bridge", "host", "phone", "repeater"}

#: Ports that are the switch itself.
_OWN_PORT = re.compile(r"(?i)cpu|router|switch|self|sup-eth.*|vlan[\s-]?\d+|vl\d+|drop|local|management|mgmt")
#: States of entries that are the switch's own. A bridge of Linux calls the addresses of its ports permanent.
_OWN_STATES = frozenset({"self", "local", "management"})
#: States of wireless clients that no access point carries.
_OFF_AIR = re.compile(r"(?i)excluded|probing|disassociated|idle|deleting|to be deleted")
#: A name that was cut to fit a column.
_CUT = re.compile(r"\.\.\.$")
_UP = re.compile(r"(?i)connected|up|r[a-z]*|link ?up")
_DOWN = re.compile(r"(?i)notconnect.*|\*?down.*|disabled|adm|x[a-z]*|err-?disabled|inactive|noabsent|sfpabsent")


@dataclass(slots=True)
class _Read:
    """The rows of each table, and what could not be read."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    incomplete: list[Incomplete] = field(default_factory=list)


def read_session(
    name: str, platform: str, outputs: Mapping[str, str], *, unread: Mapping[str, str] | None = None
) -> DeviceTables:
    """The tables of what a device printed, command → text. The command ``""`` is the prompt, for the name in it.

    `unread` are commands that were begun or due and have no whole text, with the reason. Raises InvalidValue
    for a platform we have no commands of.
    """
    read = _Read()
    for question in questions(platform):
        _answer(read, platform, question.table, question.commands, outputs, unread or {})
    ports, tables = _Ports(read.rows), read.rows
    own_states = _OWN_STATES | ({"permanent"} if platform == "linux" else set())
    return DeviceTables(
        name=name,
        system=_system(tables.get("version", ()), outputs.get("", "")),
        interfaces=ports.interfaces,
        lag_members=tuple(_lag_members((*tables.get("lag", ()), *_bonds(tables)), ports)),
        bridge_address=next((mac for row in tables.get("version", ()) if (mac := _mac(row, "mac"))), None),
        lldp_local=_lldp_local(tables.get("lldp_local", ()), ports),
        lldp_neighbors=tuple(_each(tables, "lldp_neighbors", lambda row: _lldp(row, ports))),
        cdp_neighbors=tuple(_each(tables, "cdp_neighbors", lambda row: _cdp(row, ports))),
        fdb=tuple(_each(tables, "fdb", lambda row: _fdb(row, ports, own_states))),
        arp=tuple(_each(tables, "arp", lambda row: _arp(row, ports))),
        access_points=tuple(_access_points(tables)),
        bss=tuple(_each(tables, "bss", _bss)),
        wireless_clients=tuple(_each(tables, "wireless_clients", _wireless_client)),
        vlans=tuple(dict(_vlans(tables.get("vlans", ()))).items()),
        findings=tuple(read.findings),
        incomplete=tuple(read.incomplete),
    )


def _answer(
    read: _Read,
    platform: str,
    table: str,
    commands: Sequence[str],
    outputs: Mapping[str, str],
    unread: Mapping[str, str],
) -> None:
    """What the commands of one question brought: rows, or why there are none."""
    for command in commands:
        if command in unread:
            read.incomplete.append(Incomplete(ROOTS[table], f"{command!r}: {unread[command]}"))
            return
        if command not in outputs:
            continue
        text = outputs[command]
        if line := refused(text):
            read.incomplete.append(Incomplete(ROOTS[table], f"{command!r} was refused: {line}"))
        elif line := not_there(text):
            read.findings.append(Finding(table, f"{command!r} is not there: {line}"))
            continue
        else:
            _parse(read, platform, table, command, text)
        return


def _parse(read: _Read, platform: str, table: str, command: str, text: str) -> None:
    try:
        rows = cli.rows(command, text, platform=template_platform(platform), command=command) if text.strip() else {}
    except InvalidFile as fault:
        reason = fault.faults[0].what
        read.incomplete.append(Incomplete(ROOTS[table], f"{command!r} was not understood: {reason}"))
        return
    read.rows[table] = [row for found in rows.values() for row in found if isinstance(row, dict)]


class _Ports:
    """The interfaces of a device that tells names: all that any table names, each under every spelling."""

    def __init__(self, tables: Mapping[str, Sequence[Row]]) -> None:
        told = {port_key(_text(row, "port")): row for row in tables.get("interface_status", ()) if _text(row, "port")}
        names = [name for table, rows in tables.items() for row in rows for name in _named(table, row)]
        self._numbers = numbered(names)
        real = {key: int(index) for key, row in told.items() if (index := _text(row, "if_index")).isdigit()}
        self._numbers = {name: real.get(port_key(name), number) for name, number in self._numbers.items()}
        chosen: dict[int, str] = {}
        for name in names:  # the first who names a port spells it: the table of interfaces, if there is one
            chosen.setdefault(self._numbers[name], name)
        rows = {self._numbers[_text(row, "port")]: row for row in told.values()}
        self.interfaces = tuple(_interface(number, chosen[number], rows.get(number, {})) for number in sorted(chosen))

    def number(self, name: str) -> int | None:
        """The ifIndex of a port by its name."""
        return self._numbers.get(name)


def _named(table: str, row: Row) -> Iterator[str]:
    """The ports a row names. Where a table may put the switch itself for a port, that is none."""
    keys = {"interface_status": "port", "lldp_neighbors": "local_port", "cdp_neighbors": "local_port", "arp": "port"}
    match table:
        case "lag":
            names = [_text(row, "bundle"), *_texts(row, "members")]
        case "lldp_local":
            names = [_text(each, "local_port") for each in _rows(row, "ports")]
        case "fdb":
            names = [port for port in [_text(row, "port")] if not _OWN_PORT.fullmatch(port)]
        case _:
            names = [_text(row, keys.get(table, ""))]
    return filter(None, names)


def _interface(number: int, name: str, row: Row) -> Interface:
    status = _text(row, "status")
    up = True if _UP.fullmatch(status) else False if _DOWN.fullmatch(status) else None
    kinds = {"vlan": 136, "bond": 161, "bridge": 209, "loopback": 24, "vxlan": 131, "dummy": 53, "veth": ETHERNET}
    kind = kinds.get(_text(row, "kind"), port_type(name))
    return Interface(number, name, name, _text(row, "name"), _mac(row, "mac"), kind, None, up)


def _lag_members(rows: Iterable[Row], ports: _Ports) -> Iterator[LagMember]:
    for row in rows:
        bundle = ports.number(_text(row, "bundle"))
        for name in _texts(row, "members"):
            member = ports.number(name)
            if bundle is not None and member is not None and member != bundle:
                yield LagMember(member, bundle)


def _bonds(tables: Mapping[str, Sequence[Row]]) -> Iterator[Row]:
    """The aggregates that Linux tells with its interfaces."""
    for row in tables.get("interface_status", ()):
        if _text(row, "bond"):
            yield {"bundle": row["bond"], "members": [_text(row, "port")]}


def _system(rows: Sequence[Row], prompt: str) -> System | None:
    row: Row = rows[0] if rows else {}
    name = _text(row, "name") or name_in(prompt)
    if not (row or name):
        return None
    return System(name, _text(row, "description"), _text(row, "location"), ())


def name_in(prompt: str) -> str:
    """The name of a device in its prompt.

    >>> [name_in(prompt) for prompt in ("hq-sw1#", "<core>", "admin@edge-1:~$ ", "RP/0/RP0/CPU0:xr1#", "(wlc) >")]
    ['hq-sw1', 'core', 'edge-1', 'xr1', 'wlc']
    >>> name_in("* hq-x440.3 # "), name_in("[admin@roof] > ")
    ('hq-x440', 'roof')
    """
    bare = re.sub(r"^RP/[^:]*:|^.*@", "", prompt.strip())
    found = re.search(r"\w[\w.-]*", bare)
    name = found[0] if found else ""
    return re.sub(r"\.\d+$", "", name) if re.search(r"\.\d+ [#>]$", prompt.strip()) else name


def _lldp_local(rows: Sequence[Row], names: _Ports) -> LldpLocal | None:
    """What the device advertises; its ports go by the numbers of their interfaces."""
    for row in rows:
        chassis = _id(row, "chassis_id", ChassisId)
        if chassis is not None:
            numbered = ((names.number(_text(each, "local_port")), each) for each in _rows(row, "ports"))
            ports = tuple(_local_port(number, each) for number, each in numbered if number is not None)
            return LldpLocal(chassis, _text(row, "system_name"), ports)
    return None


def _local_port(number: int, row: Row) -> LldpLocalPort:
    return LldpLocalPort(number, _id(row, "port_id", PortId) or PortId.read(7, b""), _text(row, "local_port"))


def _lldp(row: Row, ports: _Ports) -> LldpNeighbor | None:
    local = _text(row, "local_port")
    chassis, port = _id(row, "chassis_id", ChassisId), _id(row, "port_id", PortId)
    name = _text(row, "system_name")
    number = ports.number(local)
    return LldpNeighbor(
        None,
        chassis or ChassisId.read(7, b""),
        port or PortId.read(7, b""),
        _text(row, "port_description"),
        "" if _CUT.search(name) else name,
        _text(row, "system_description"),
        _capabilities(_texts(row, "capabilities")),
        tuple(_addresses(_texts(row, "management_addresses"))),
        local_if_index=number,
        local_port=local or None,
        local_evidence=f"the command line names the port {local!r}" if local else "unresolved: no port was named",
    )


def _cdp(row: Row, ports: _Ports) -> CdpNeighbor:
    local = _text(row, "local_port")
    words = [word for word in _texts(row, "capabilities") if word.lower() in _CDP_WORDS]
    return CdpNeighbor(
        ports.number(local),
        _text(row, "device_id"),
        _text(row, "port_id"),
        _text(row, "platform"),
        _text(row, "version"),
        _capabilities(words),
        tuple(_addresses(_texts(row, "addresses"))),
        local_port=local or None,
    )


def _fdb(row: Row, ports: _Ports, own_states: frozenset[str]) -> FdbEntry | None:
    mac = _mac(row, "mac")
    if mac is None:
        return None
    port, status = _text(row, "port"), _text(row, "status").lower()
    vlan = row.get("vlan")
    own = bool(_OWN_PORT.fullmatch(port)) or status in own_states
    kind = FdbStatus.SELF if own else FdbStatus.MGMT if status.startswith(("static", "perm")) else FdbStatus.LEARNED
    return FdbEntry(mac, None, ports.number(port), vlan if isinstance(vlan, int) else None, None, kind)


def _arp(row: Row, ports: _Ports) -> ArpEntry | None:
    mac, addresses = _mac(row, "mac"), tuple(_addresses([_text(row, "ip")]))
    return ArpEntry(addresses[0], mac, ports.number(_text(row, "port"))) if mac and addresses else None


def _access_points(tables: Mapping[str, Sequence[Row]]) -> Iterator[AccessPoint]:
    """The access points, each with what it hears of switches."""
    heard: dict[str, list[WiredNeighbor]] = defaultdict(list)
    for row in tables.get("ap_neighbors", ()):
        heard[_text(row, "ap_name")].append(WiredNeighbor(_text(row, "name"), _text(row, "port")))
    for point in _each(tables, "access_points", _access_point):
        yield replace(point, neighbors=tuple(heard.get(point.name, ())))


def _access_point(row: Row) -> AccessPoint:
    addresses = tuple(_addresses([_text(row, "ip")]))
    return AccessPoint(
        _text(row, "name"),
        _mac(row, "ethernet_mac"),
        _mac(row, "radio_mac"),
        addresses[0] if addresses else None,
        _text(row, "location"),
        _text(row, "model"),
        _text(row, "serial"),
    )


def _bss(row: Row) -> Bss | None:
    mac, channel = _mac(row, "bssid"), re.match(r"\d+", _text(row, "channel"))
    if mac is None:
        return None
    return Bss(mac, _text(row, "ssid"), _text(row, "ap_name"), channel=int(channel[0]) if channel else None)


def _wireless_client(row: Row) -> WirelessClient | None:
    """A client; those that are being let in are on the air, those that were shut out are not."""
    mac, channel = _mac(row, "mac"), re.match(r"\d+", _text(row, "channel"))
    if mac is None or _OFF_AIR.match(_text(row, "state")):
        return None
    return WirelessClient(
        mac,
        _mac(row, "bssid"),
        _text(row, "ap_name"),
        _text(row, "ssid"),
        next(_addresses([_text(row, "ip")]), None),
        slot=int(slot) if (slot := _text(row, "slot")).isdigit() else None,
        channel=int(channel[0]) if channel else None,
    )


def _vlans(rows: Iterable[Row]) -> Iterator[tuple[int, str]]:
    for row in rows:
        if (number := _text(row, "vlan")).isdigit():
            yield int(number), _text(row, "name")


def _capabilities(words: Iterable[str]) -> frozenset[Capability]:
    return frozenset(_CAPABILITIES[word.lower()] for word in words if word.lower() in _CAPABILITIES)


def _addresses(texts: Iterable[str]) -> Iterator[IpAddress]:
    """The texts that are addresses of somebody: not 0.0.0.0 or :: (quirks 17 and 28)."""
    for text in texts:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            continue
        if not address.is_unspecified:
            yield address


def _id(row: Row, key: str, form: type[Form]) -> Form | None:
    """An ID as printed. Its subtype is not: a MAC shows itself, other text is taken for an interface's name."""
    told = row.get(key)
    text = told.get("text") if isinstance(told, dict) else None
    if not isinstance(text, str) or not text:
        return None
    if isinstance(told, dict) and told.get("subtype") == "mac":
        return form.read(4 if form is ChassisId else 3, Mac.parse(text).octets)
    return form.read(7 if form is ChassisId or text.isdigit() else 5, text.encode())


def _each(tables: Mapping[str, Sequence[Row]], table: str, read: Callable[[Row], Value | None]) -> Iterator[Value]:
    return (value for row in tables.get(table, ()) if (value := read(row)) is not None)


def _text(row: Row, key: str) -> str:
    value = row.get(key)
    return str(value) if isinstance(value, str | int) else ""


def _texts(row: Row, key: str) -> list[str]:
    value = row.get(key)
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _rows(row: Row, key: str) -> list[Row]:
    value = row.get(key)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _mac(row: Row, key: str) -> Mac | None:
    try:
        return Mac.parse(_text(row, key))
    except InvalidValue:
        return None
