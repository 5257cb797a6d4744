"""The chassis of a stack (ENTITY-MIB, RFC 6933; CISCO-STACKWISE-MIB).

A stack advertises one member's base MAC as its LLDP chassis ID, and another's after that member
fails (quirk 57), so the base MACs of all members are worth knowing.
"""

from __future__ import annotations

from collections.abc import Iterator

from wiremap_lab.readers.mibs.columns import integers, macs, texts
from wiremap_lab.tables import Oid, StackMember, Walk

ENT_PHYSICAL_ENTRY: Oid = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1)
ENT_PHYSICAL_DESCR: Oid = (*ENT_PHYSICAL_ENTRY, 2)
ENT_PHYSICAL_CLASS: Oid = (*ENT_PHYSICAL_ENTRY, 5)
ENT_PHYSICAL_NAME: Oid = (*ENT_PHYSICAL_ENTRY, 7)
ENT_PHYSICAL_SERIAL_NUM: Oid = (*ENT_PHYSICAL_ENTRY, 11)
ENT_PHYSICAL_MODEL_NAME: Oid = (*ENT_PHYSICAL_ENTRY, 13)
CSW_SWITCH_MAC_ADDRESS: Oid = (1, 3, 6, 1, 4, 1, 9, 9, 500, 1, 2, 1, 1, 7)

ROOTS: tuple[Oid, ...] = (
    ENT_PHYSICAL_DESCR,
    ENT_PHYSICAL_CLASS,
    ENT_PHYSICAL_NAME,
    ENT_PHYSICAL_SERIAL_NUM,
    ENT_PHYSICAL_MODEL_NAME,
    CSW_SWITCH_MAC_ADDRESS,
)

_CHASSIS = 3


def stack_members(walk: Walk) -> Iterator[StackMember]:
    """The entities of class chassis; a MAC is known where the maker has a table of it."""
    names, descriptions = texts(walk, ENT_PHYSICAL_NAME), texts(walk, ENT_PHYSICAL_DESCR)
    serials, models = texts(walk, ENT_PHYSICAL_SERIAL_NUM), texts(walk, ENT_PHYSICAL_MODEL_NAME)
    addresses = macs(walk, CSW_SWITCH_MAC_ADDRESS)
    for index, kind in integers(walk, ENT_PHYSICAL_CLASS).items():
        if kind != _CHASSIS or len(index) != 1:
            continue
        name = names.get(index) or descriptions.get(index, "")
        serial = serials.get(index, "")
        if serial.upper() == "BUILTIN":  # Juniper's way of saying none (quirk 65)
            serial = ""
        yield StackMember(index[0], name, models.get(index, ""), serial, addresses.get(index))
