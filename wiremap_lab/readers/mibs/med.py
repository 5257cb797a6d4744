"""What LLDP-MED endpoints say of themselves (LLDP-EXT-MED-MIB, ANSI/TIA-1057)."""

from __future__ import annotations

from wiremap_lab.readers.mibs.columns import integers, octets, texts
from wiremap_lab.tables import MedCapability, MedInventory, MedLocation, Oid, Walk

LLDP_X_MED_REMOTE: Oid = (1, 0, 8802, 1, 1, 2, 1, 5, 4795, 1, 3)
LLDP_X_MED_REM_CAPABILITIES_ENTRY: Oid = (*LLDP_X_MED_REMOTE, 1, 1)
LLDP_X_MED_REM_CAP_SUPPORTED: Oid = (*LLDP_X_MED_REM_CAPABILITIES_ENTRY, 1)
LLDP_X_MED_REM_CAP_CURRENT: Oid = (*LLDP_X_MED_REM_CAPABILITIES_ENTRY, 2)
LLDP_X_MED_REM_DEVICE_CLASS: Oid = (*LLDP_X_MED_REM_CAPABILITIES_ENTRY, 3)
LLDP_X_MED_REM_INVENTORY_ENTRY: Oid = (*LLDP_X_MED_REMOTE, 3, 1)
LLDP_X_MED_REM_LOCATION_INFO: Oid = (*LLDP_X_MED_REMOTE, 4, 1, 2)
LLDP_X_MED_LOC_LOCATION_INFO: Oid = (1, 0, 8802, 1, 1, 2, 1, 5, 4795, 1, 2, 9, 1, 2)

ROOTS: tuple[Oid, ...] = (
    LLDP_X_MED_LOC_LOCATION_INFO,
    LLDP_X_MED_REM_CAP_SUPPORTED,
    LLDP_X_MED_REM_CAP_CURRENT,
    LLDP_X_MED_REM_DEVICE_CLASS,
    *((*LLDP_X_MED_REM_INVENTORY_ENTRY, number) for number in range(1, 8)),
    LLDP_X_MED_REM_LOCATION_INFO,
)

_INDEX_LENGTH = 3
_LOCAL_INDEX_LENGTH = 2


def med_inventories(walk: Walk) -> dict[Oid, MedInventory]:
    """What each endpoint is, by its index in lldpRemTable."""
    classes = integers(walk, LLDP_X_MED_REM_DEVICE_CLASS)
    able = {**octets(walk, LLDP_X_MED_REM_CAP_SUPPORTED), **octets(walk, LLDP_X_MED_REM_CAP_CURRENT)}
    columns = [texts(walk, (*LLDP_X_MED_REM_INVENTORY_ENTRY, number)) for number in range(1, 8)]
    return {
        index: MedInventory(
            classes.get(index),
            *(column.get(index, "") for column in columns),
            capabilities=_capabilities(able.get(index, b"")),
        )
        for index in sorted(set(classes).union(*columns))
        if len(index) == _INDEX_LENGTH and (index in classes or any(column.get(index) for column in columns))
    }


def _capabilities(bits: bytes) -> frozenset[MedCapability]:
    """BITS: the most significant bit of the first octet is `capabilities`."""
    first = bits[0] if bits else 0
    return frozenset(each for bit, each in enumerate(MedCapability) if first & 0x80 >> bit)


def local_locations(walk: Walk) -> dict[int, tuple[MedLocation, ...]]:
    """Where the device tells the phones on each port that they are, by lldpLocPortNum; what is empty is none."""
    found: dict[int, tuple[MedLocation, ...]] = {}
    for index, value in sorted(octets(walk, LLDP_X_MED_LOC_LOCATION_INFO).items()):
        if len(index) == _LOCAL_INDEX_LENGTH and value:
            found[index[0]] = (*found.get(index[0], ()), MedLocation(index[1], value))
    return found


def med_locations(walk: Walk) -> dict[Oid, tuple[MedLocation, ...]]:
    """The locations each endpoint advertises, by its index in lldpRemTable; what is empty is none."""
    found: dict[Oid, tuple[MedLocation, ...]] = {}
    for index, value in sorted(octets(walk, LLDP_X_MED_REM_LOCATION_INFO).items()):
        if len(index) == _INDEX_LENGTH + 1 and value:
            row = index[:_INDEX_LENGTH]
            found[row] = (*found.get(row, ()), MedLocation(index[-1], value))
    return found
