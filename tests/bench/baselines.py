"""Two ways others tell where a MAC is, coded anew from their published rules, to compare with.

Where a rule leaves room, it is read in favor of the method.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tests.inference.campuses import Place
from wiremap_lab.ids import Mac
from wiremap_lab.tables import CdpNeighbor, DeviceTables, FdbEntry, FdbStatus, LldpNeighbor


def netdisco(devices: Sequence[DeviceTables]) -> Mapping[Mac, frozenset[Place]]:
    """Netdisco's rules for nodes.

    https://github.com/netdisco/netdisco, lib/App/Netdisco/Worker/Plugin/Macsuck/Nodes.pm (read at 0054598) and
    Discover/Neighbors.pm (at 00f3f2a): all that a port has learned is left out where its only neighbor by LLDP or CDP
    is a device that was discovered, or where it has learned a MAC of another device's interface; the neighbor of a
    member is that of the aggregate; a MAC is, for each VLAN, where the device polled last has it.
    """
    owners = {mac: device.name for device in devices for mac in _interface_macs(device)}
    found: dict[tuple[Mac, int | None], Place] = {}
    for device in sorted(devices, key=lambda device: device.name):
        learned = defaultdict(list)
        for entry in _learned(device):
            learned[entry.if_index].append(entry)
        for if_index in learned.keys() - _ports_to_devices(device, devices):
            if any(owners.get(entry.mac, device.name) != device.name for entry in learned[if_index]):
                continue
            for entry in learned[if_index]:
                found.pop((entry.mac, entry.vlan), None)
                found[entry.mac, entry.vlan] = device.name, if_index
    return {mac: frozenset({place}) for (mac, _), place in found.items() if mac not in owners}


def librenms(devices: Sequence[DeviceTables]) -> Mapping[Mac, frozenset[Place]]:
    """LibreNMS' rule: the port with one entry in its forwarding database is the likely endpoint; two such are none.

    https://github.com/librenms/librenms, app/Http/Controllers/Table/FdbTablesController.php (read at 00825ad).
    """
    rows = [((device.name, entry.if_index), entry.mac) for device in devices for entry in _learned(device)]
    count = Counter(place for place, _ in rows)
    alone: dict[Mac, set[Place]] = defaultdict(set)
    for place, mac in rows:
        if count[place] == 1:
            alone[mac].add(place)
    return {mac: frozenset(places) for mac, places in alone.items() if len(places) == 1}


def _learned(device: DeviceTables) -> Iterator[FdbEntry]:
    return (entry for entry in device.fdb if entry.if_index and entry.status is not FdbStatus.SELF)


def _interface_macs(device: DeviceTables) -> Iterator[Mac]:
    yield from (interface.mac for interface in device.interfaces if interface.mac)
    yield from [device.bridge_address] if device.bridge_address else []


def _ports_to_devices(device: DeviceTables, devices: Sequence[DeviceTables]) -> set[int | None]:
    """The ports whose only neighbor was discovered, by whichever name or address."""
    wholes = {member.if_index: member.lag_if_index for member in device.lag_members}
    names = {other.system.name for other in devices if other.system and other.system.name}
    macs = {other.bridge_address for other in devices if other.bridge_address}
    addresses = {subnet.address for other in devices for subnet in other.subnets}
    heard: dict[int, set[bool]] = defaultdict(set)
    for lldp in device.lldp_neighbors:
        ours = (
            lldp.system_name in names or lldp.chassis_id.mac in macs or bool(addresses & {*lldp.management_addresses})
        )
        _note(heard, lldp, known=ours)
    for cdp in device.cdp_neighbors:
        _note(heard, cdp, known=cdp.device_id in names or bool(addresses & {*cdp.addresses}))
    ports = {if_index for if_index, known in heard.items() if known == {True}}
    return {*ports, *(wholes[if_index] for if_index in ports if if_index in wholes)}


def _note(heard: dict[int, set[bool]], neighbor: LldpNeighbor | CdpNeighbor, *, known: bool) -> None:
    if neighbor.local_if_index is not None:
        heard[neighbor.local_if_index].add(known)
