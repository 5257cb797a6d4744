"""The system group (SNMPv2-MIB), and the chassis of a stack (ENTITY-MIB, CISCO-STACKWISE-MIB)."""

from __future__ import annotations

from collections.abc import Iterator

from wiremap_lab.lab.mib.objects import (
    CSW_SWITCH_MAC_ADDRESS,
    ENT_PHYSICAL_ENTRY,
    SCALAR,
    SYS_CONTACT,
    SYS_DESCR,
    SYS_LOCATION,
    SYS_NAME,
    SYS_OBJECT_ID,
    SYS_SERVICES,
    SYS_UP_TIME,
    Cell,
    text,
)
from wiremap_lab.simulator.models import Quirk
from wiremap_lab.simulator.parts import Switch
from wiremap_lab.snmp.codec import INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, TIMETICKS
from wiremap_lab.tables import Oid

_NET_SNMP: Oid = (1, 3, 6, 1, 4, 1, 8072, 3, 2, 10)
_CHASSIS, _STACK = 3, 11
_BRIDGE_AND_HOST = 2 | 64


def system_group(name: str, description: str, object_id: Oid, location: str) -> Iterator[Cell]:
    """The system group; sysUpTime is 0 here, and told by the agent when it is asked."""
    yield SYS_DESCR, SCALAR, OCTET_STRING, text(description)
    yield SYS_OBJECT_ID, SCALAR, OBJECT_IDENTIFIER, object_id
    yield SYS_UP_TIME, SCALAR, TIMETICKS, 0
    yield SYS_CONTACT, SCALAR, OCTET_STRING, b""
    yield SYS_NAME, SCALAR, OCTET_STRING, text(name)
    yield SYS_LOCATION, SCALAR, OCTET_STRING, text(location)
    yield SYS_SERVICES, SCALAR, INTEGER, _BRIDGE_AND_HOST


def system(switch: Switch) -> Iterator[Cell]:
    """The system group of a switch."""
    generic = Quirk.GENERIC_OBJECT_ID in switch.quirks
    name = switch.name + ("\0" if Quirk.TRAILING_NUL in switch.quirks else "")
    object_id = _NET_SNMP if generic else switch.model.object_id
    yield from system_group(name, switch.model.description, object_id, switch.location)


def entities(switch: Switch) -> Iterator[Cell]:
    """One chassis for each member; a stack is an entity above them."""
    stacked = len(switch.members) > 1
    if stacked:
        yield from _entity(1, 0, _STACK, f"{switch.name} stack", "", switch.model.name)
    for member, mac in enumerate(switch.members, 1):
        index = 1000 * member + 1
        name = f"Switch {member}" if stacked else switch.name
        yield from _entity(
            index, 1 if stacked else 0, _CHASSIS, name, f"WML{mac.octets.hex().upper()}"[:15], switch.model.name
        )
        if stacked and switch.model.speaks_cdp:
            yield CSW_SWITCH_MAC_ADDRESS, (index,), OCTET_STRING, mac.octets


def _entity(index: int, within: int, kind: int, name: str, serial: str, model: str) -> Iterator[Cell]:
    texts = {2: f"{model} chassis" if kind == _CHASSIS else f"{model} stack", 7: name, 11: serial, 13: model}
    for column, value in texts.items():
        yield (*ENT_PHYSICAL_ENTRY, column), (index,), OCTET_STRING, text(value)
    for column, number in {4: within, 5: kind, 6: index // 1000}.items():
        yield (*ENT_PHYSICAL_ENTRY, column), (index,), INTEGER, number
