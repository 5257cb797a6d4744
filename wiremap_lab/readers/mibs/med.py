"""What LLDP-MED endpoints say of themselves (LLDP-EXT-MED-MIB, ANSI/TIA-1057)."""

from __future__ import annotations

from wiremap_lab.readers.mibs.columns import integers, octets, texts
from wiremap_lab.tables import MedInventory, MedLocation, Oid, Walk

LLDP_X_MED_REMOTE: Oid = (1, 0, 8802, 1, 1, 2, 1, 5, 4795, 1, 3)
LLDP_X_MED_REM_CAPABILITIES_ENTRY: Oid = (*LLDP_X_MED_REMOTE, 1, 1)
LLDP_X_MED_REM_DEVICE_CLASS: Oid = (*LLDP_X_MED_REM_CAPABILITIES_ENTRY, 3)
LLDP_X_MED_REM_INVENTORY_ENTRY: Oid = (*LLDP_X_MED_REMOTE, 3, 1)
LLDP_X_MED_REM_LOCATION_INFO: Oid = (*LLDP_X_MED_REMOTE, 4, 1, 2)

ROOTS: tuple[Oid, ...] = (
    LLDP_X_MED_REM_DEVICE_CLASS,
    *((*LLDP_X_MED_REM_INVENTORY_ENTRY, number) for number in range(1, 8)),
    LLDP_X_MED_REM_LOCATION_INFO,
)

_INDEX_LENGTH = 3


def med_inventories(walk: Walk) -> dict[Oid, MedInventory]:
    """What each endpoint is, by its index in lldpRemTable."""
    classes = integers(walk, LLDP_X_MED_REM_DEVICE_CLASS)
    columns = [texts(walk, (*LLDP_X_MED_REM_INVENTORY_ENTRY, number)) for number in range(1, 8)]
    return {
        index: MedInventory(classes.get(index), *(column.get(index, "") for column in columns))
        for index in sorted(set(classes).union(*columns))
        if len(index) == _INDEX_LENGTH and (index in classes or any(column.get(index) for column in columns))
    }


def med_locations(walk: Walk) -> dict[Oid, tuple[MedLocation, ...]]:
    """The locations each endpoint advertises, by its index in lldpRemTable; what is empty is none."""
    found: dict[Oid, tuple[MedLocation, ...]] = {}
    for index, value in sorted(octets(walk, LLDP_X_MED_REM_LOCATION_INFO).items()):
        if len(index) == _INDEX_LENGTH + 1 and value:
            row = index[:_INDEX_LENGTH]
            found[row] = (*found.get(row, ()), MedLocation(index[-1], value))
    return found
