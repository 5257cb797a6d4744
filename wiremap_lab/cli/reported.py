"""What devices report and where they really are, as a JSON document: `wiremap lab status` writes it, `score` reads it.

::

    {"schema_version": 1, "at": "2026-11-22T21:30:00+00:00", "devices": [
      {"device": "desk-phone-1", "erl": "mill-1-101",
       "reports": {"lldp_chassis": "mac:00:2a:10:91:1a:00", "lldp_port": "interface-name:Gi1/0/5",
                   "bssid": null, "ip": "10.91.10.16", "gateway_mac": null, "mac": "6c:71:0d:42:00:00"}},
      {"device": "ata-1", "erl": "annex-1-warehouse", "reports": null}]}

`erl` is the truth; `reports` is null for a device that reports nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from wiremap_lab.errors import Fault, InvalidFile
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.measurements import LldpMeasurement, Measurements


@dataclass(frozen=True, slots=True)
class Reported:
    """What devices reported at one time, and where each really was: device id → ERL id."""

    at: datetime
    measurements: Mapping[str, Measurements]
    truth: Mapping[str, str]

    def document(self) -> dict[str, object]:
        """The document, without its schema version."""
        devices = [
            {"device": id_, "erl": erl, "reports": _reports(self.measurements.get(id_))}
            for id_, erl in self.truth.items()
        ]
        return {"at": self.at.isoformat(), "devices": devices}


def read_reported(text: str, *, path: str) -> Reported:
    """Read a document; `path` is what faults are reported under. Raises InvalidFile, with every faulty device."""
    try:
        document = json.loads(text)
        at, devices = datetime.fromisoformat(document["at"]), list(document["devices"])
    except (ValueError, KeyError, TypeError) as fault:
        raise InvalidFile([Fault(path, None, "", f"not what devices report: {fault!r}")]) from None
    faults: list[Fault] = []
    measurements: dict[str, Measurements] = {}
    truth: dict[str, str] = {}
    for number, entry in enumerate(devices):
        try:
            truth[entry["device"]] = entry["erl"]
            if entry["reports"] is not None:
                measurements[entry["device"]] = _measurements(entry["device"], at, entry["reports"])
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            faults.append(Fault(path, None, f"devices[{number}]", f"{fault!r}"))
    if faults:
        raise InvalidFile(faults)
    return Reported(at, measurements, truth)


def _reports(measured: Measurements | None) -> dict[str, str | None] | None:
    if measured is None:
        return None
    lldp = measured.lldp
    found = {
        "lldp_chassis": lldp and lldp.chassis_id,
        "lldp_port": lldp and lldp.port_id,
        "bssid": measured.bssid,
        "ip": measured.ip,
        "gateway_mac": measured.gateway_mac,
        "mac": measured.mac,
    }
    return {name: None if value is None else str(value) for name, value in found.items()}


def _measurements(device: str, at: datetime, reports: Mapping[str, str | None]) -> Measurements:
    told = {name: text for name, text in reports.items() if text is not None}
    chassis, port = told.get("lldp_chassis"), told.get("lldp_port")
    return Measurements(
        device=device,
        observed_at=at,
        lldp=LldpMeasurement(ChassisId.parse(chassis), PortId.parse(port) if port else None) if chassis else None,
        bssid=Mac.parse(told["bssid"]) if "bssid" in told else None,
        ip=ip_address(told["ip"]) if "ip" in told else None,
        gateway_mac=Mac.parse(told["gateway_mac"]) if "gateway_mac" in told else None,
        mac=Mac.parse(told["mac"]) if "mac" in told else None,
    )
