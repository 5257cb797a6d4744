"""Find where wireless clients are: the BSS, the access point that has it, and the switch port of that.

Only the controller knows. On the wire a client is wherever its frames come out: at the access point's
port, or, where the controller tunnels them, at the controller's own, rooms away from it (quirk 55). So
what a controller says of its clients counts before forwarding databases. A BSSID is taken as it was read,
or found where one BSS alone fits all the controller says of the client; else it is not known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from wiremap_lab.ids import Mac
from wiremap_lab.inference.access_points import NoUplink, Uplink, uplinks
from wiremap_lab.inference.edge_ports import Attachment, Candidate, Unattached, infer
from wiremap_lab.inference.network import Network
from wiremap_lab.inference.ports import Port
from wiremap_lab.inference.roles import Role
from wiremap_lab.tables import AccessPoint, Bss, DeviceTables, IpAddress, WirelessClient


@dataclass(frozen=True, slots=True)
class Association:
    """A wireless client and the access point that carries it, as one controller tells.

    `bssid` is None where the controller does not tell it and several would fit. `evidence` says how each was found.
    """

    client: WirelessClient
    controller: str
    access_point: str
    bssid: Mac | None
    uplink: Uplink | NoUplink
    evidence: tuple[str, ...]


def locate(devices: Sequence[DeviceTables], *, derived_bssids: bool = False) -> tuple[Attachment | Unattached, ...]:
    """Where every MAC is, wired or wireless, in the order of MACs, whatever the order of `devices`.

    BSSIDs derived from an address count only where `derived_bssids` says so.
    """
    found = infer(devices, derived_bssids=derived_bssids)
    answers = with_clients(found.network, found.answers, tuple(uplinks(found.network, found.answers, found.verdicts)))
    return tuple(answers[mac] for mac in sorted(answers))


def find_associations(devices: Sequence[DeviceTables], *, derived_bssids: bool = False) -> tuple[Association, ...]:
    """Every wireless client of every controller: client → BSS → access point → switch port."""
    found = infer(devices, derived_bssids=derived_bssids)
    return tuple(associations(found.network, tuple(uplinks(found.network, found.answers, found.verdicts))))


def with_clients(
    network: Network, wired: Mapping[Mac, Attachment | Unattached], points: Iterable[Uplink | NoUplink]
) -> dict[Mac, Attachment | Unattached]:
    """Where every MAC is, given where the wire has them and where the access points are."""
    answers = dict(wired)
    carried: dict[Mac, list[Association]] = defaultdict(list)
    for found in associations(network, points):
        carried[found.client.mac].append(found)
    for mac, candidates in carried.items():
        if mac not in network.known.owners:
            answers[mac] = _placed(mac, candidates, wired.get(mac))
    return answers


def associations(network: Network, points: Iterable[Uplink | NoUplink]) -> Iterator[Association]:
    """The clients of a network whose access points were placed before.

    A client at an access point that its controller does not know is another controller's, and left out.
    """
    at = {(found.controller, found.access_point): found for found in points}
    for device in network.devices:
        if not device.wireless_clients:
            continue
        tables = _Radios.of(device)
        for client in device.wireless_clients:
            bssid, how = tables.bssid(client)
            point = tables.point(client, bssid)
            found = at[device.name, point] if point else _own(device, client, network)
            if found is not None:
                name = found.access_point.name
                why = f"client table of {device.name} has {client.mac} on access point {name!r}"
                yield Association(client, device.name, name, bssid, found, (why, how))


@dataclass(frozen=True, slots=True)
class _Radios:
    """The access points and BSSs of one device, by what its client table calls them."""

    device: DeviceTables
    points: Mapping[Mac | str, AccessPoint]
    by_bssid: Mapping[Mac, Bss]
    by_radio: Mapping[tuple[Mac | str, str], Sequence[Bss]]

    @classmethod
    def of(cls, device: DeviceTables) -> _Radios:
        points: dict[Mac | str, AccessPoint] = {}
        for point in device.access_points:
            points |= {key: point for key in (point.name, point.ethernet_mac, point.radio_mac) if key}
        by_radio: dict[tuple[Mac | str, str], list[Bss]] = defaultdict(list)
        for bss in device.bss:
            for key in {bss.radio_mac, bss.ap_name}:
                if key:
                    by_radio[key, bss.ssid].append(bss)
        return cls(device, points, {bss.bssid: bss for bss in device.bss}, by_radio)

    def bssid(self, client: WirelessClient) -> tuple[Mac | None, str]:
        """The BSSID of a client, and how it was found or why not."""
        name = self.device.name
        if client.bssid is not None:
            return client.bssid, f"client table of {name} has BSSID {client.bssid}"
        fitting = [bss for bss in self._near(client) if _agree(client.slot, bss.slot)]
        fitting = [bss for bss in fitting if _agree(client.channel, bss.channel)] or fitting
        what = f"SSID {client.ssid!r}" + (f" on radio {client.slot}" if client.slot is not None else "")
        if len({bss.bssid for bss in fitting}) != 1:
            return None, f"{name} does not tell the BSSID, and {len(fitting)} there have {what}"
        (bss, *_) = fitting
        how = f", derived from {bss.radio_mac}" if bss.derived else ""
        return bss.bssid, f"BSSID {bss.bssid} is the only one there with {what}{how}"

    def _near(self, client: WirelessClient) -> Sequence[Bss]:
        keys = (client.radio_mac, client.ap_name)
        return next((found for key in keys if key and (found := self.by_radio.get((key, client.ssid)))), ())

    def point(self, client: WirelessClient, bssid: Mac | None) -> AccessPoint | None:
        """The access point a client is on."""
        bss = self.by_bssid.get(bssid) if bssid else None
        keys = (client.radio_mac, client.ap_name, bss.ap_name if bss else "")
        return next((self.points[key] for key in keys if key and key in self.points), None)


def _agree(said: int | None, known: int | None) -> bool:
    return said is None or known is None or said == known


def _own(device: DeviceTables, client: WirelessClient, network: Network) -> Uplink | NoUplink | None:
    """Where a router or bridge is that carries the client on a radio of its own: on the only port that hears it."""
    name = device.system.name if device.system else ""
    if not name or client.ap_name != name:
        return None
    point = AccessPoint(name, None, None)
    ports = {
        port: str(heard)
        for port, neighbors in network.heard.items()
        for heard in neighbors
        if heard.devices == {device.name}
    }
    if len(ports) == 1:
        ((port, evidence),) = ports.items()
        return Uplink(point, device.name, port, (evidence,))
    candidates = tuple(Candidate(port, why) for port, why in sorted(ports.items(), key=lambda pair: pair[0].order))
    return NoUplink(point, device.name, f"{len(ports)} ports hear it", candidates)


def _placed(mac: Mac, found: Sequence[Association], before: Attachment | Unattached | None) -> Attachment | Unattached:
    """A client at its access point's port; the ports its frames were seen on besides are rejected."""
    first, *others = found
    ips = _addresses(found, before)
    if any((each.access_point, each.uplink) != (first.access_point, first.uplink) for each in others):
        names = ", ".join(sorted({f"{each.access_point!r} of {each.controller}" for each in found}))
        seen = _ports_seen(before, None)
        return Unattached(mac, f"ambiguous: associated with several access points: {names}", seen, ips)
    told = next((each for each in found if each.bssid), first)
    match first.uplink, before:
        case Uplink() as uplink, _:
            return Attachment(
                mac=mac,
                port=uplink.port,
                role=Role.ACCESS_POINT,
                evidence=(*told.evidence, *uplink.evidence),
                via=first.access_point,
                vlans=before.vlans if isinstance(before, Attachment) else (),
                ips=ips,
                rejected=_ports_seen(before, uplink.port),
                bssid=told.bssid,
            )
        case NoUplink(), Attachment():
            evidence = (*told.evidence, *before.evidence)
            return replace(before, via=first.access_point, bssid=told.bssid, evidence=evidence, ips=ips)
        case NoUplink(reason=reason), _:
            on = f" by BSSID {told.bssid}" if told.bssid else ""
            why = f"on access point {first.access_point!r}{on}, whose port could not be told: {reason}"
            return Unattached(mac, why, _ports_seen(before, None), ips, first.access_point, told.bssid)


def _ports_seen(before: Attachment | Unattached | None, port: Port | None) -> tuple[Candidate, ...]:
    """The ports a client was seen on by switches, but for its own."""
    match before:
        case Attachment():
            why = "a wireless client's frames come out there"
            own = [Candidate(each, why) for each in (before.port, *before.also_at)]
            seen = (*own, *before.rejected)
        case Unattached():
            seen = before.candidates
        case None:
            seen = ()
    return tuple(each for each in seen if each.port != port)


def _addresses(found: Sequence[Association], before: Attachment | Unattached | None) -> tuple[IpAddress, ...]:
    told = [each.client.ip for each in found if each.client.ip and not each.client.ip.is_unspecified]
    return tuple(dict.fromkeys((*(before.ips if before else ()), *told)))
