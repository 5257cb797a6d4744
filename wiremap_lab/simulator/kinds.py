"""Kinds of devices: what each says on the wire, and what each would report when asked where it is.

What a kind reports is the seed's rules 37-49: desk phones send what they hear, their address and their
own MAC; applications send the gateway's MAC in place of their own; what knows no HELD sends nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, Flag, auto

from wiremap_lab.tables import Capability


class Reports(Flag):
    """Which identifiers a device sends of those it can see."""

    NOTHING = 0
    LLDP = auto()
    BSSID = auto()
    IP = auto()
    GATEWAY = auto()
    MAC = auto()


class Role(Enum):
    """Which of a switch's networks a device is put into."""

    VOICE = "voice"
    DATA = "data"


_PHONE = Reports.LLDP | Reports.BSSID | Reports.IP | Reports.MAC
_APPLICATION = Reports.LLDP | Reports.BSSID | Reports.IP | Reports.GATEWAY
_TELEPHONE = frozenset({Capability.BRIDGE, Capability.TELEPHONE})


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of device. `oui` is what its MACs begin with; `talks_every` and `ttl` are seconds.

    A device is silent where `talks_every` is longer than switches remember. `speaks_lldp` is about what it
    sends; `Reports.LLDP` is about what it listens to.
    """

    name: str
    role: Role
    oui: int
    reports: Reports
    manufacturer: str = ""
    model: str = ""
    speaks_lldp: bool = False
    speaks_cdp: bool = False
    address_is_chassis_id: bool = False
    capabilities: frozenset[Capability] = frozenset()
    med_class: int | None = None
    wired: bool = True
    wireless: bool = False
    talks_every: int = 30
    ttl: int = 120


_KINDS = (
    Kind(
        "desk-phone",
        Role.VOICE,
        0x6C710D,
        _PHONE,
        "Cisco Systems, Inc.",
        "CP-8851-3PCC",
        speaks_lldp=True,
        speaks_cdp=True,
        address_is_chassis_id=True,
        capabilities=_TELEPHONE,
        med_class=3,
        ttl=180,
    ),
    Kind(
        "cdp-phone",
        Role.VOICE,
        0x001E4A,
        _PHONE & ~Reports.LLDP,
        "Cisco Systems, Inc.",
        "CP-7841-3PCC",
        speaks_cdp=True,
        capabilities=_TELEPHONE,
    ),
    Kind(
        "third-party-phone",
        Role.VOICE,
        0x64167F,
        Reports.NOTHING,
        "Polycom",
        "VVX 450",
        speaks_lldp=True,
        capabilities=_TELEPHONE,
        med_class=3,
    ),
    Kind("ata", Role.VOICE, 0x2C3ECF, Reports.NOTHING, "Cisco Systems, Inc.", "ATA 191"),
    Kind("laptop", Role.DATA, 0x3CA6F6, _APPLICATION, "", "desktop application", wireless=True),
    Kind("tablet", Role.DATA, 0xA4C337, _APPLICATION & ~Reports.LLDP, wired=False, wireless=True),
    Kind("handset", Role.VOICE, 0x706D15, _PHONE & ~Reports.LLDP, wired=False, wireless=True),
    Kind("printer", Role.DATA, 0x9C934E, Reports.NOTHING, talks_every=1800),
    Kind("camera", Role.DATA, 0xACCC8E, Reports.NOTHING),
    Kind("door-reader", Role.DATA, 0x00068E, Reports.NOTHING, talks_every=6 * 3600),
    Kind(
        "hypervisor",
        Role.DATA,
        0x246E96,
        Reports.NOTHING,
        "VMware ESX",
        "Releasebuild-21424296",
        speaks_lldp=True,
        capabilities=frozenset({Capability.BRIDGE}),
    ),
    Kind("virtual-machine", Role.DATA, 0x005056, Reports.NOTHING),
)
#: The kinds a campus file may name.
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _KINDS}
