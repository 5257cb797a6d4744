"""An estate of any number of switches: blocks of 24 access switches and the distribution above them, cores on top.

All of a switch follows from its number, so any process can make any of them. An access switch has 48 ports with 44
phones and 38 PCs behind them, and what its uplink showed it of its block: some 3,000 varbinds to a collector.
"""

from collections.abc import Iterable, Iterator

from wiremap_lab.snmp.codec import INTEGER, IP_ADDRESS, OBJECT_IDENTIFIER, OCTET_STRING, TIMETICKS
from wiremap_lab.tables import Oid, Row, Value

#: A block is a distribution switch and the access switches below it; a core has 40 blocks.
BLOCK, CAMPUS = 25, 1000
PORTS, PHONES, PCS, UPLINK = 48, 44, 38, 49
DATA, VOICE, MANAGEMENT = 10, 20, 1
#: One in so many devices of the block has been heard through the uplink.
HEARD_OF = 3

MIB_2: Oid = (1, 3, 6, 1, 2, 1)
SYSTEM: Oid = (*MIB_2, 1)
IF_ENTRY: Oid = (*MIB_2, 2, 2, 1)
IF_X_ENTRY: Oid = (*MIB_2, 31, 1, 1, 1)
BRIDGE: Oid = (*MIB_2, 17)
FDB: Oid = (*BRIDGE, 7, 1, 2, 2, 1)
VLAN: Oid = (*BRIDGE, 7, 1, 4)
ARP: Oid = (*MIB_2, 4, 22, 1)
ADDRESS: Oid = (*MIB_2, 4, 20, 1)
LLDP: Oid = (1, 0, 8802, 1, 1, 2, 1)
MED: Oid = (*LLDP, 5, 4795, 1, 3)

Cell = tuple[Oid, Oid, Value]
Mac = tuple[int, int, int, int, int, int]
#: A MAC, its VLAN and the port it was learned on.
Learned = tuple[Mac, int, int]


def _mac(oui: int, number: int) -> Mac:
    value = oui << 24 | number
    return (value >> 40, value >> 32 & 255, value >> 24 & 255, value >> 16 & 255, value >> 8 & 255, value & 255)


def phone(switch: int, port: int) -> Mac:
    """The MAC of a phone."""
    return _mac(0x64167F, switch << 6 | port)


def pc(switch: int, port: int) -> Mac:
    """The MAC of the PC behind a phone."""
    return _mac(0x3C5282, switch << 6 | port)


def base(switch: int) -> Mac:
    """The MAC of a switch; those of its ports follow."""
    return _mac(0x001C73, switch << 8)


def is_distribution(switch: int) -> bool:
    """Whether a switch is the first of its block."""
    return switch % BLOCK == 0


def is_core(switch: int) -> bool:
    """Whether a switch is the core of 40 blocks: the second of the first of them."""
    return switch % CAMPUS == 1


def name(switch: int) -> str:
    """What a switch is called."""
    kind = "core" if is_core(switch) else "dist" if is_distribution(switch) else "access"
    return f"{kind}-{switch:04d}"


def address(switch: int) -> str:
    """The loopback address a switch answers at."""
    return f"127.8.{switch // 250}.{switch % 250 + 1}"


def _ip(switch: int, subnet: int, host: int) -> Oid:
    """An address in a subnet of the block: 0 data, 16 voice, 32 management."""
    return (10, switch // BLOCK, subnet + (host >> 8), host & 255)


def _octets(arcs: Iterable[int]) -> bytes:
    return bytes(arcs)


def members(switch: int, count: int) -> range:
    """The switches of the same block."""
    first = switch - switch % BLOCK
    return range(first, min(first + BLOCK, count))


def access_switches(switch: int, count: int) -> Iterator[int]:
    """The access switches of the same block."""
    return (other for other in members(switch, count) if not (is_distribution(other) or is_core(other)))


def rows(switch: int, count: int) -> list[Row]:
    """All that a switch answers, in OID order; the estate has `count` switches."""
    learned = [*_learned(switch, count)]
    cells = [*_system(switch), *_interfaces(switch), *_bridge(switch, learned), *_local(switch)]
    cells += _remote(switch, count)
    if is_distribution(switch):
        cells += _routing(switch, count)
    return sorted([((*column, *index), _tag(column, value), value) for column, index, value in cells])


def _tag(column: Oid, value: Value) -> int:
    match value:
        case int():
            return TIMETICKS if column == (*SYSTEM, 3) else INTEGER
        case tuple():
            return OBJECT_IDENTIFIER
    return IP_ADDRESS if column[: len(ADDRESS)] == ADDRESS or column == (*ARP, 3) else OCTET_STRING


def _system(switch: int) -> Iterator[Cell]:
    where = f"Building {switch // BLOCK}, floor {switch % BLOCK}"
    texts = {1: "Arista Networks EOS version 4.31.2F running on a 720XP-48", 5: name(switch), 6: where}
    yield from (((*SYSTEM, number), (0,), text.encode()) for number, text in texts.items())
    yield (*SYSTEM, 2), (0,), (1, 3, 6, 1, 4, 1, 30065, 1, 3011)
    yield (*SYSTEM, 3), (0,), 123_456_789 + switch


def _port_name(port: int) -> str:
    return f"Ethernet{port}" if port < 1000 else f"Vlan{port - 1000}"


def _interfaces(switch: int) -> Iterator[Cell]:
    for port in (*range(1, UPLINK + 2), *(1000 + vlan for vlan in (MANAGEMENT, DATA, VOICE))):
        at, jack = (port,), port <= PORTS and not is_distribution(switch)
        alias = f"{switch // BLOCK}-{switch % BLOCK} J{port:02d}" if jack else ""
        yield (*IF_ENTRY, 2), at, _port_name(port).encode()
        yield (*IF_ENTRY, 3), at, 6 if port < 1000 else 136
        yield (*IF_ENTRY, 6), at, _octets((*base(switch)[:5], port & 127))
        yield (*IF_ENTRY, 7), at, 1
        yield (*IF_ENTRY, 8), at, 1 if port <= PHONES or port == UPLINK or port > 1000 else 2
        yield (*IF_X_ENTRY, 1), at, _port_name(port).encode()
        yield (*IF_X_ENTRY, 18), at, alias.encode()


def _learned(switch: int, count: int) -> Iterator[Learned]:
    """What the forwarding database holds."""
    if is_core(switch):
        for port, block in enumerate(range(switch - 1, min(switch - 1 + CAMPUS, count), BLOCK), 1):
            yield base(block), MANAGEMENT, port
        return
    for other in access_switches(switch, count):
        for port in range(1, PHONES + 1):
            own, seen = other == switch, is_distribution(switch) or (other + port) % HEARD_OF == 0
            at = port if own else UPLINK if not is_distribution(switch) else other % BLOCK
            if own or seen:
                yield phone(other, port), VOICE, at
            if port <= PCS and (own or seen):
                yield pc(other, port), DATA, at
    if not is_distribution(switch):
        gateway = base(switch - switch % BLOCK)
        yield from ((gateway, vlan, UPLINK) for vlan in (MANAGEMENT, DATA, VOICE))


def _bridge(switch: int, learned: Iterable[Learned]) -> Iterator[Cell]:
    yield (*BRIDGE, 1, 1), (0,), _octets(base(switch))
    yield from (((*BRIDGE, 1, 4, 1, 2), (port,), port) for port in range(1, UPLINK + 2))
    for vlan, text in {MANAGEMENT: b"default", DATA: b"data", VOICE: b"voice"}.items():
        yield (*VLAN, 2, 1, 3), (0, vlan), vlan
        yield (*VLAN, 3, 1, 1), (vlan,), text
    for mac, vlan, port in learned:
        yield (*FDB, 2), (vlan, *mac), port
        yield (*FDB, 3), (vlan, *mac), 3


def _local(switch: int) -> Iterator[Cell]:
    yield (*LLDP, 3, 1), (0,), 4
    yield (*LLDP, 3, 2), (0,), _octets(base(switch))
    yield (*LLDP, 3, 3), (0,), name(switch).encode()
    for port in range(1, UPLINK + 2):
        yield (*LLDP, 3, 7, 1, 2), (port,), 5
        yield (*LLDP, 3, 7, 1, 3), (port,), _port_name(port).encode()
        yield (*LLDP, 3, 7, 1, 4), (port,), b""


def _remote(switch: int, count: int) -> Iterator[Cell]:
    if is_core(switch):
        for port, block in enumerate(range(switch - 1, min(switch - 1 + CAMPUS, count), BLOCK), 1):
            yield from _switch_heard(port, block, UPLINK)
        return
    if is_distribution(switch):
        for other in access_switches(switch, count):
            yield from _switch_heard(other % BLOCK, other, UPLINK)
        yield from _switch_heard(UPLINK, switch - switch % CAMPUS + 1, switch % CAMPUS // BLOCK + 1)
        return
    yield from _switch_heard(UPLINK, switch - switch % BLOCK, switch % BLOCK)
    for port in range(1, PHONES + 1):
        yield from _phone_heard(switch, port)


def _heard(port: int, cells: Iterable[tuple[int, Value]], ip: Oid) -> Iterator[Cell]:
    at = (0, port, port)
    yield from (((*LLDP, 4, 1, 1, column), at, value) for column, value in cells)
    addressed: list[tuple[int, Value]] = [(3, 2), (4, 1), (5, (0, 0))]
    yield from (((*LLDP, 4, 2, 1, column), (*at, 1, 4, *ip), value) for column, value in addressed)


def _switch_heard(port: int, other: int, far: int) -> Iterator[Cell]:
    cells: list[tuple[int, Value]] = [(4, 4), (5, _octets(base(other))), (6, 5), (7, _port_name(far).encode())]
    cells += [
        (8, b""),
        (9, name(other).encode()),
        (10, b"Arista Networks EOS version 4.31.2F"),
        (11, b"\x28"),
        (12, b"\x28"),
    ]
    yield from _heard(port, cells, _ip(other, 32, other % BLOCK + 1))


def _phone_heard(switch: int, port: int) -> Iterator[Cell]:
    ip, mac = _ip(switch, 16, switch % BLOCK * 64 + port), _octets(phone(switch, port))
    cells: list[tuple[int, Value]] = [(4, 5), (5, b"\x01" + _octets(ip)), (6, 3), (7, mac), (8, b"1")]
    cells += [(9, b"Polycom VVX 411"), (10, b"Polycom;VVX-VVX_411;3111-48450-001,1;SIP/5.9.5")]
    yield from _heard(port, [*cells, (11, b"\x24"), (12, b"\x24")], ip)
    at = (0, port, port)
    yield (*MED, 1, 1, 1), at, b"\xb4"
    yield (*MED, 1, 1, 2), at, b"\xb4"
    yield (*MED, 1, 1, 3), at, 3
    serial = mac.hex().upper().encode()
    inventory = (b"3111-48450-001,1", b"5.9.5.0614", b"5.9.5.0614", serial, b"Polycom", b"VVX-VVX_411", b"")
    yield from (((*MED, 3, 1, column), at, text) for column, text in enumerate(inventory, 1))


def _routing(switch: int, count: int) -> Iterator[Cell]:
    """A distribution switch routes between the VLANs of its block."""
    for subnet, vlan, mask in ((0, DATA, 240), (16, VOICE, 240), (32, MANAGEMENT, 255)):
        ip = _ip(switch, subnet + (15 if mask == 240 else 0), 254)
        yield (*ADDRESS, 2), ip, 1000 + vlan
        yield (*ADDRESS, 3), ip, bytes((255, 255, mask, 0))
    for other in access_switches(switch, count):
        for port in range(1, PHONES + 1):
            host = other % BLOCK * 64 + port
            yield from _resolved(1000 + VOICE, _ip(other, 16, host), phone(other, port))
            if port <= PCS:
                yield from _resolved(1000 + DATA, _ip(other, 0, host), pc(other, port))


def _resolved(if_index: int, ip: Oid, mac: Mac) -> Iterator[Cell]:
    at = (if_index, *ip)
    yield from (((*ARP, 2), at, _octets(mac)), ((*ARP, 3), at, _octets(ip)), ((*ARP, 4), at, 3))


def inventory(count: int, port: int) -> str:
    """The inventory of the estate, a site a core."""
    hosts = "".join(
        f"  {name(switch)}: {{host: {address(switch)}, port: {port}, site: campus-{switch // CAMPUS}}}\n"
        for switch in range(count)
    )
    return f"profiles:\n  bench: {{version: 2c, community: public}}\ndefaults: {{profiles: bench}}\nhosts:\n{hosts}"


def places(count: int) -> str:
    """The buildings of the estate, one a block, and their floors."""
    floors = "".join(f"      {number}: {{index: {number}}}\n" for number in range(BLOCK))
    buildings = "".join(
        f"  b{number}:\n    name: Building {number}\n    psap: hennepin\n    civic: {{a1: MN, a3: Minneapolis, "
        f"hno: {number + 1}, rd: Second, sts: St}}\n    floors:\n{floors}"
        for number in range((count - 1) // BLOCK + 1)
    )
    return f"psaps:\n  hennepin: Hennepin County 911\nbuildings:\n{buildings}"


def rules() -> str:
    """How the estate's people write down where a switch is."""
    match = r"'Building (?P<building>\d+), floor (?P<floor>\d+)'"
    return (
        f"rules:\n  - name: closet of the switch\n    kind: [port, switch]\n"
        f"    match: {{sysLocation: {match}}}\n    erl: 'b{{building}}-{{floor}}'\n"
    )
