"""What devices report and where they really are: what ``wiremap lab status --json`` writes, read.

::

    {"schema_version": 1, "now": "2026-11-22T21:30:00+00:00", "devices": [
      {"device": "desk-phone-1", "kind": "desk-phone", "room": "mill-1-101",
       "reports": {"chassis_id": "mac:00:2a:10:91:1a:00", "port_id": "interface-name:Gi1/0/5",
                   "bssid": null, "ip": "10.91.10.16", "gateway_mac": null, "mac": "6c:71:0d:42:00:00"}},
      {"device": "ata-1", "kind": "ata", "room": "annex-1-warehouse", "reports": null}]}

`room` is the ERL a device is in, in truth; `reports` is null for one that reports nothing. Other keys
are passed over.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from wiremap_lab.errors import Fault, InvalidFile, InvalidValue
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.measurements import LldpMeasurement, Measurements

REMEDY = "wiremap lab status --json writes it"
#: Kinds of devices nobody calls from.
CANNOT_CALL = frozenset({"printer"})


@dataclass(frozen=True, slots=True)
class Reported:
    """What devices reported at one time, and where each that can call really was: device id → ERL id."""

    at: datetime
    measurements: Mapping[str, Measurements]
    truth: Mapping[str, str]


def read_reported(text: str, *, path: str) -> Reported:
    """Read a document; `path` is what faults are reported under. Raises InvalidFile, with every faulty device."""
    try:
        document = json.loads(text)
        at, devices = datetime.fromisoformat(document["now"]), list(document["devices"])
    except (ValueError, KeyError, TypeError) as fault:
        raise InvalidFile([Fault(path, None, "", f"not what devices report: {_wrong(fault)}", REMEDY)]) from None
    faults: list[Fault] = []
    measurements: dict[str, Measurements] = {}
    truth: dict[str, str] = {}
    for number, entry in enumerate(devices):
        try:
            device, reports = entry["device"], entry["reports"]
            if entry.get("kind") not in CANNOT_CALL:
                truth[device] = entry["room"]
            if reports is not None:
                measurements[device] = _measurements(device, at, reports)
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            faults.append(Fault(path, None, f"devices[{number}]", _wrong(fault)))
    if faults:
        raise InvalidFile(faults)
    return Reported(at, measurements, truth)


def _wrong(fault: Exception) -> str:
    """What is wrong with a document, by what Python made of it."""
    match fault:
        case KeyError():
            return f"key {fault.args[0]!r} is missing"
        case InvalidValue():
            return str(fault)
        case ValueError():
            return f"cannot be read: {fault}"
        case _:
            return "not of the form it should have"


def _measurements(device: str, at: datetime, reports: Mapping[str, str | None]) -> Measurements:
    told = {name: text for name, text in reports.items() if text is not None}
    chassis, port = told.get("chassis_id"), told.get("port_id")
    return Measurements(
        device=device,
        observed_at=at,
        lldp=LldpMeasurement(ChassisId.parse(chassis), PortId.parse(port) if port else None) if chassis else None,
        bssid=Mac.parse(told["bssid"]) if "bssid" in told else None,
        ip=ip_address(told["ip"]) if "ip" in told else None,
        gateway_mac=Mac.parse(told["gateway_mac"]) if "gateway_mac" in told else None,
        mac=Mac.parse(told["mac"]) if "mac" in told else None,
    )
