"""What a controller of ``data/controllers`` tells, in short forms to compare."""

from collections.abc import Mapping
from pathlib import Path

from wiremap_lab.collectors.documents import load_documents
from wiremap_lab.readers.controllers import tables
from wiremap_lab.tables import DeviceTables

DATA = Path(__file__).parents[3] / "data" / "controllers"


def documents(vendor: str) -> dict[str, str]:
    return load_documents(DATA / vendor)


def told(vendor: str) -> dict[str, DeviceTables]:
    return {each.name: each for each in tables("cloud", documents(vendor))}


def ports(switch: DeviceTables) -> dict[str, tuple[str, bool | None, bool | None]]:
    return {each.name: (each.alias, each.admin_up, each.oper_up) for each in switch.interfaces}


def at(switch: DeviceTables) -> Mapping[int | None, str]:
    return {each.if_index: each.name for each in switch.interfaces}


def learned(switch: DeviceTables) -> set[tuple[str, str, int | None]]:
    return {(at(switch)[each.if_index], str(each.mac), each.vlan) for each in switch.fdb}


def heard(switch: DeviceTables) -> set[tuple[str, str, str, str]]:
    rows = switch.lldp_neighbors
    return {
        (at(switch)[each.local_if_index], str(each.chassis_id), str(each.port_id), each.system_name) for each in rows
    }


def bssids(controller: DeviceTables) -> set[tuple[str, str, str, int | None]]:
    return {(str(each.bssid), each.ssid, each.ap_name, each.channel) for each in controller.bss}


def addresses(controller: DeviceTables) -> set[tuple[str, str]]:
    return {(str(each.ip), str(each.mac)) for each in controller.arp}


def points(controller: DeviceTables) -> set[tuple[str, str, str, str]]:
    rows = controller.access_points
    return {(each.name, str(each.ethernet_mac), each.serial, each.location) for each in rows}


def clients(controller: DeviceTables) -> set[tuple[str, str | None, str, str, str]]:
    rows = controller.wireless_clients
    return {
        (str(each.mac), str(each.bssid) if each.bssid else None, each.ap_name, each.ssid, str(each.ip)) for each in rows
    }


def reasons(found: DeviceTables) -> list[str]:
    return [gap.reason for gap in found.incomplete]
