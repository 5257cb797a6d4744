"""What a device reports of its own attachment when it asks for its location (RFC 7105, RFC 6155).

The wire form (XML) lives in `wiremap_lab.protocols`; these are the values behind it. Every field
may be missing: an application sends whichever identifiers it can see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from wiremap_lab.ids import ChassisId, IpAddress, Mac, PortId


@dataclass(frozen=True, slots=True)
class LldpMeasurement:
    """The chassis ID and port ID TLVs the device hears on its wire (RFC 7105, 5.1)."""

    chassis_id: ChassisId
    port_id: PortId | None = None


@dataclass(frozen=True, slots=True)
class Measurements:
    """One report of one device, at one time.

    `device` names the reporter in our records and locates nothing. `gateway_mac` is what desktop
    applications send in place of `mac`; it may be shared by many sites (HSRP, VRRP).
    """

    device: str
    observed_at: datetime
    lldp: LldpMeasurement | None = None
    bssid: Mac | None = None
    ip: IpAddress | None = None
    gateway_mac: Mac | None = None
    mac: Mac | None = None
