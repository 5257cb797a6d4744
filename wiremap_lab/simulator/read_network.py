"""The network of a topology file: subnets, switches, cables, hubs, access points and their controller."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby

from wiremap_lab.errors import InvalidValue
from wiremap_lab.ids import Mac
from wiremap_lab.places import Places
from wiremap_lab.simulator.models import MODELS, Quirk
from wiremap_lab.simulator.node import Node
from wiremap_lab.simulator.parts import (
    FIRST_HOST,
    Campus,
    Controller,
    Lag,
    Link,
    Port,
    Segment,
    Subnet,
    Switch,
    VirtualAp,
)
from wiremap_lab.simulator.ports import Wiring, number_ports
from wiremap_lab.tables import Bss, IpAddress

#: What stands for a value that could not be read: it is among the faults, and its campus is never seen.
NO_MAC = Mac(bytes(6))
_NO_NETWORK = ipaddress.IPv4Network("0.0.0.0/8")
_LOCALHOST = ipaddress.IPv4Address("127.0.0.1")
_AP_OUI = 0x7CAD4F
_SWITCH = (
    *("model", "mac", "members", "ports", "address", "closet", "location", "voice", "data", "quirks"),
    *("jacks", "labels"),
)
_WIRELESS = ("controller", "ssids", "access_points")
_BOOLEANS = ("true", "false")
#: Makes of controllers.
_CONTROLLERS = {make: make for make in ("cisco", "aruba")}
_QUIRKS = {quirk.value: quirk for quirk in Quirk}
_CHANNELS = ((1, 6, 11), (36, 44, 149, 157))


@dataclass(slots=True)
class Uses:
    """What is plugged into each port and who has each MAC: both can be given away once."""

    ports: dict[str, str] = field(default_factory=dict)
    macs: dict[Mac, str] = field(default_factory=dict)

    def port(self, key: str, user: str, node: Node) -> None:
        """Take a port; a fault where something else has it."""
        if key in self.ports:
            node.fault(f"port {key!r} is used by {user} and by {self.ports[key]}", "plug one of them in elsewhere")
        self.ports.setdefault(key, user)

    def mac(self, mac: Mac, user: str, node: Node) -> None:
        """Take a MAC address; a fault where something else has it."""
        if mac in self.macs and mac != NO_MAC:
            node.fault(f"{mac} is the MAC address of {user} and of {self.macs[mac]}", "change one of them")
        self.macs.setdefault(mac, user)


def read_network(root: Node, places: Places) -> Campus:
    """Places and network, with no device yet; what cannot be read is left out and is among the faults."""
    uses = Uses()
    subnets = {name: _subnet(name, node) for name, node in root.get("subnets").entries()}
    switches = {name: _switch(name, node, places, uses) for name, node in root.get("switches").entries()}
    _check_references(root, subnets, switches)
    ports = {port.key: port for switch in switches.values() for port in switch.ports}
    links = _links(root.get("links"), switches, uses)
    segments = {id_: _segment(id_, node, places, ports, uses) for id_, node in root.get("hubs").entries()}
    management = root.get("management").text()
    infra = subnets.get(management, Subnet("", 1, _NO_NETWORK, NO_MAC))
    wireless = root.get("wireless").expect(_WIRELESS, _WIRELESS)
    controller = _controller(wireless.get("controller"), wireless, places, ports, uses, infra)
    aps = _access_points(wireless, places, ports, uses, infra)
    return Campus(
        name=root.get("name").text(),
        places=places,
        subnets=subnets,
        switches=_bundled(_labelled(switches, links, aps), links, segments),
        links=links,
        segments=segments,
        access_points=aps,
        controller=controller,
        devices={},
        placements=(),
        management=management,
        fdb_ageing=root.get("fdb_ageing").number(1, 10**6, 300),
        arp_ageing=root.get("arp_ageing").number(1, 10**6, 14400),
        pruned=root.get("pruned").choice(_BOOLEANS, "false") == "true",
    )


def _network(text: str) -> ipaddress.IPv4Network:
    network = ipaddress.IPv4Network(text)
    if network.num_addresses <= FIRST_HOST:
        raise InvalidValue(f"{text} is too small: its first {FIRST_HOST} addresses are the network's own")
    return network


def _subnet(name: str, node: Node) -> Subnet:
    node.expect(("vlan", "network", "gateway_mac", "routers"), ("vlan", "network", "gateway_mac"))
    network = node.get("network").parsed(_network, _NO_NETWORK)
    mac = node.get("gateway_mac").parsed(Mac.parse, NO_MAC)
    routers = tuple(item.text() for item in node.get("routers").items())
    return Subnet(name, node.get("vlan").number(1, 4094, 1), network, mac, routers)


def _switch(name: str, node: Node, places: Places, uses: Uses) -> Switch:
    node.expect(_SWITCH, ("model", "mac", "address", "closet"))
    mac = node.get("mac").parsed(Mac.parse, NO_MAC)
    uses.mac(mac, name, node.get("mac"))
    others = tuple(item.parsed(Mac.parse, NO_MAC) for item in node.get("members").items())
    for other, item in zip(others, node.get("members").items(), strict=True):
        uses.mac(other, f"a member of {name}", item)
    model = MODELS[node.get("model").choice(MODELS, "arista-eos")]
    quirks = model.quirks | _quirks(node)
    closet = _erl(node.get("closet"), places)
    wiring = _wiring(name, node, places, closet, members=1 + len(others))
    return Switch(
        name=name,
        model=model,
        mac=mac,
        address=node.get("address").parsed(_loopback, _LOCALHOST),
        closet=closet,
        location=node.get("location").text(_describe(places, closet)),
        ports=number_ports(name, model, quirks, mac, wiring),
        members=(mac, *others),
        quirks=quirks,
        voice=node.get("voice").text() or None,
        data=node.get("data").text() or None,
    )


def _quirks(node: Node) -> frozenset[Quirk]:
    named = (item.choice(_QUIRKS, "") for item in node.get("quirks").items())
    return frozenset(_QUIRKS[name] for name in named if name)


def _loopback(text: str) -> ipaddress.IPv4Address:
    address = ipaddress.IPv4Address(text)
    if not address.is_loopback:
        raise InvalidValue(f"{text!r} is not a loopback address: agents answer on 127.0.0.0/8")
    return address


def _describe(places: Places, erl: str) -> str:
    found = places.erls.get(erl)
    if found is None:
        return ""
    floor = f", floor {found.floor}" if found.floor else ""
    return f"{places.buildings[found.building].name}{floor}" + (f", {found.room}" if found.room else "")


def _erl(node: Node, places: Places, floor: str = "") -> str:
    """An ERL by its id, or by the name of a room on a given floor."""
    text = node.text()
    if not node.given:
        return text
    found = next((name for name in (f"{floor}-{text}", text) if name in places.erls), None)
    if found is None:
        node.fault(f"there is no place {text!r}", "name a building, a floor or a room of this file")
    return found or text


def _wiring(name: str, node: Node, places: Places, closet: str, *, members: int) -> Wiring:
    count = node.get("ports").number(1, 96, 24)
    erl = places.erls.get(closet)
    floor = f"{erl.building}-{erl.floor}" if erl and erl.floor else ""
    rooms: dict[tuple[int, int], str] = {}
    labels: dict[tuple[int, int], str] = {}
    for text, inner in node.get("jacks").entries():
        for place in _numbers(inner, text, members, count):
            if place in rooms:
                inner.fault(f"port {place[0]}/{place[1]} of {name!r} leads to two rooms", "name it once")
            rooms[place] = _erl(inner, places, floor)
    for text, inner in node.get("labels").entries():
        for place in _numbers(inner, text, members, count):
            labels[place] = inner.text().replace("{port}", f"{place[1]:02}")
    return Wiring(members, count, rooms, labels)


def _numbers(node: Node, text: str, members: int, count: int) -> list[tuple[int, int]]:
    try:
        return port_numbers(text, members=members, count=count)
    except InvalidValue as fault:
        node.fault(str(fault))
        return []


def port_numbers(text: str, *, members: int, count: int) -> list[tuple[int, int]]:
    """Stack member and number of each port of a range. Raises InvalidValue where there is no such port.

    >>> port_numbers("2/5-7", members=2, count=24)
    [(2, 5), (2, 6), (2, 7)]
    >>> port_numbers("1-2,9", members=1, count=24)
    [(1, 1), (1, 2), (1, 9)]
    """
    found: list[tuple[int, int]] = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(?:(\d+)/)?(\d+)(?:-(\d+))?\s*", part)
        if not match:
            raise InvalidValue(f"not a range of ports: {part!r}")
        member, first, last = int(match[1] or 1), int(match[2]), int(match[3] or match[2])
        if not (1 <= member <= members and 1 <= first <= last <= count):
            raise InvalidValue(f"there are {members} times {count} ports, not {part.strip()!r}")
        found += [(member, number) for number in range(first, last + 1)]
    return found


def port_keys(text: str, switches: Mapping[str, Switch]) -> list[str]:
    """Keys of the ports of ``switch:range``. Raises InvalidValue where there are no such ports."""
    name, _, numbers = text.partition(":")
    if name not in switches:
        raise InvalidValue(f"there is no switch {name!r}")
    switch = switches[name]
    count = len(switch.ports) // len(switch.members)
    places = port_numbers(numbers, members=len(switch.members), count=count)
    return [switch.ports[(member - 1) * count + number - 1].key for member, number in places]


def _check_references(root: Node, subnets: Mapping[str, Subnet], switches: Mapping[str, Switch]) -> None:
    for name, node in root.get("subnets").entries():
        for item in node.get("routers").items():
            if item.text() not in switches:
                item.fault(f"there is no switch {item.text()!r} to route {name!r}")
    boxes = [*root.get("switches").entries(), ("the controller", root.get("wireless").get("controller"))]
    addresses: dict[str, str] = {}
    for name, node in boxes:
        address = node.get("address").text()
        if address and address in addresses:
            node.get("address").fault(f"{address} is the address of {addresses[address]} and of {name}")
        addresses.setdefault(address, name)
        for inner in (node.get("voice"), node.get("data")):
            _known(inner, subnets)
    _known(root.get("management"), subnets)
    for _, inner in root.get("wireless").get("ssids").entries():
        _known(inner, subnets)


def _known(node: Node, subnets: Mapping[str, Subnet]) -> None:
    if node.given and node.text() not in subnets:
        node.fault(f"there is no subnet {node.text()!r}", f"one of {', '.join(subnets)}")


def _links(node: Node, switches: Mapping[str, Switch], uses: Uses) -> tuple[Link, ...]:
    """All cables; one that closes a loop has to be blocked, as spanning tree would see to."""
    found: list[Link] = []
    reached = {name: name for name in switches}  # each switch by the name of the tree it is in
    for item in node.items():
        for link in _link(item, switches, uses):
            found.append(link)
            reached = reached if link.blocked else _tied(link, reached, item)
    return tuple(found)


def _tied(link: Link, reached: Mapping[str, str], item: Node) -> dict[str, str]:
    """The trees once this link forwards; a fault where it closes a loop."""
    near, far = ({reached[_switch_of(key)] for key in keys} for keys in (link.near, link.far))
    if len(near) > 1 or len(far) > 1:
        item.fault("one end of this link is at two switches that are no pair", "link those two before")
    elif near == far:
        item.fault("this link closes a loop", "add blocked: true to one of its links")
    return {name: min(near) if tree in near | far else tree for name, tree in reached.items()}


def _link(node: Node, switches: Mapping[str, Switch], uses: Uses) -> list[Link]:
    node.expect(("from", "to", "blocked"), ("from", "to"))
    ends: list[tuple[str, ...]] = []
    for inner, other in ((node.get("from"), node.get("to")), (node.get("to"), node.get("from"))):
        keys = [key for item in inner.items() for key in _port_keys(item, switches)]
        for key in keys:
            uses.port(key, f"the cable to {', '.join(item.text() for item in other.items())}", inner)
        ends.append(tuple(keys))
    if not all(ends):
        return []
    if len(ends[0]) != len(ends[1]):
        node.fault(f"{len(ends[0])} ports at one end and {len(ends[1])} at the other")
        return []
    return [Link(ends[0], ends[1], node.get("blocked").choice(_BOOLEANS, "false") == "true")]


def _port_keys(node: Node, switches: Mapping[str, Switch]) -> list[str]:
    return node.parsed(lambda text: port_keys(text, switches), [])


def _port(node: Node, ports: Mapping[str, Port], uses: Uses, user: str) -> str:
    key = node.text()
    if not node.given:
        return key
    if key not in ports:
        node.fault(f"there is no port {key!r}", "write switch:number, or switch:member/number of a stack")
    uses.port(key, user, node)
    return key


def _segment(id_: str, node: Node, places: Places, ports: Mapping[str, Port], uses: Uses) -> Segment:
    node.expect(("port", "room", "floods_lldp"), ("port",))
    keys = [_port(item, ports, uses, id_) for item in node.get("port").items()] or [""]
    room, port = node.get("room"), keys[0]
    place = _erl(room, places) if room.given else (ports[port].room if port in ports else None)
    floods = node.get("floods_lldp").choice(_BOOLEANS, "true") == "true"
    return Segment(id_, port, place or "", floods, tuple(keys[1:]))


def _access_points(
    node: Node, places: Places, ports: Mapping[str, Port], uses: Uses, infra: Subnet
) -> dict[str, VirtualAp]:
    ssids = [ssid for ssid, _ in node.get("ssids").entries()]
    found: dict[str, VirtualAp] = {}
    for number, (name, inner) in enumerate(node.get("access_points").entries()):
        inner.expect(("room", "port", "mac", "radio", "location", "model"), ("room", "port"))
        mac = _mac(inner.get("mac"), _AP_OUI << 24 | 0x100000 + number)
        radio = _mac(inner.get("radio"), _AP_OUI << 24 | 0x200000 + number * 0x20)
        uses.mac(mac, name, inner.get("mac"))
        found[name] = VirtualAp(
            name=name,
            room=_erl(inner.get("room"), places),
            port=_port(inner.get("port"), ports, uses, name),
            mac=mac,
            radio_mac=radio,
            ip=infra.host(number),
            location=inner.get("location").text("default location"),
            model=inner.get("model").text("AIR-AP2802I-B-K9"),
            bss=_bss(name, radio, ssids, number),
        )
        for bss in found[name].bss:
            uses.mac(bss.bssid, f"{name} for {bss.ssid}, slot {bss.slot}", inner)
    return found


def _mac(node: Node, default: int) -> Mac:
    return node.parsed(Mac.parse, Mac(default.to_bytes(6, "big")))


def _bss(name: str, radio: Mac, ssids: list[str], number: int) -> tuple[Bss, ...]:
    """AireOS: at 2.4 GHz base + n - 1, at 5 GHz base + 16 - n, where n is the WLAN (my80211.com, 2011)."""
    found: list[Bss] = []
    for slot, channels in enumerate(_CHANNELS):
        for n, ssid in enumerate(ssids, 1):
            bssid = Mac((int(radio) + (n - 1 if slot == 0 else 16 - n)).to_bytes(6, "big"))
            found.append(Bss(bssid, ssid, name, radio, slot, channels[number % len(channels)]))
    return tuple(found)


def _controller(
    node: Node, wireless: Node, places: Places, ports: Mapping[str, Port], uses: Uses, infra: Subnet
) -> Controller | None:
    if not node.given:
        if wireless.get("access_points").given:
            wireless.fault("there are access points but no controller", "add wireless.controller")
        return None
    given = ("name", "make", "mac", "address", "port", "closet", "quirks")
    node.expect(given, ("mac", "address", "port", "closet"))
    name, closet = node.get("name").text("wlc"), _erl(node.get("closet"), places)
    mac = node.get("mac").parsed(Mac.parse, NO_MAC)
    uses.mac(mac, name, node.get("mac"))
    address: IpAddress = infra.network[FIRST_HOST - 1]
    return Controller(
        name=name,
        mac=mac,
        address=node.get("address").parsed(_loopback, _LOCALHOST),
        closet=closet,
        location=_describe(places, closet),
        port=_port(node.get("port"), ports, uses, name),
        ip=address,
        ssids=tuple((ssid, inner.text()) for ssid, inner in wireless.get("ssids").entries()),
        quirks=_quirks(node),
        make=node.get("make").choice(_CONTROLLERS, "cisco"),
    )


def _labelled(
    switches: Mapping[str, Switch],
    links: tuple[Link, ...],
    aps: Mapping[str, VirtualAp],
) -> dict[str, Switch]:
    """Ports of cables and access points say so in their alias, unless the file says otherwise."""
    named: dict[str, str] = {ap.port: f"AP {ap.name}" for ap in aps.values()}
    for link in links:
        named.update({near: f"to {far}" for near, far in zip(link.near, link.far, strict=False)})
        named.update({far: f"to {near}" for near, far in zip(link.near, link.far, strict=False)})
    found: dict[str, Switch] = {}
    for name, switch in switches.items():
        ports = tuple(replace(port, alias=port.alias or named.get(port.key, "")) for port in switch.ports)
        found[name] = replace(switch, ports=ports)
    return found


def _bundled(
    switches: Mapping[str, Switch], links: tuple[Link, ...], segments: Mapping[str, Segment]
) -> dict[str, Switch]:
    """Several cables to one end are one aggregate, at each switch they are on."""
    found = dict(switches)
    ends = [keys for link in links for keys in (link.near, link.far)]
    for keys in (*ends, *(segment.ports for segment in segments.values())):
        for name, own in groupby(sorted(keys, key=_switch_of), key=_switch_of) if len(keys) > 1 else ():
            found[name] = replace(found[name], lags=(*found[name].lags, _lag(found[name], tuple(own))))
    return found


def _switch_of(key: str) -> str:
    return key.partition(":")[0]


def _lag(switch: Switch, keys: tuple[str, ...]) -> Lag:
    number = len(switch.lags) + 1
    model = switch.model
    return Lag(
        number=number,
        if_index=model.if_index.lags + number,
        base_port=model.base_port.lags + number,
        name=model.lag_name.format(lag=number),
        mac=Mac((int(switch.mac) + 0x80 + number).to_bytes(6, "big")),
        members=keys,
    )
