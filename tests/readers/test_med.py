"""LLDP-MED: what a phone can tell, and where its switch tells it that it is."""

from collections.abc import Iterator

from wiremap_lab.readers.mibs.med import (
    LLDP_X_MED_LOC_LOCATION_INFO,
    LLDP_X_MED_REM_CAP_CURRENT,
    LLDP_X_MED_REM_DEVICE_CLASS,
    local_locations,
    med_inventories,
)
from wiremap_lab.tables import MedCapability, MedLocation, Oid, Row, Value

#: As lldpd 1.0.16 answers for a class III phone, and for a port with an ELIN and no civic address.
ROWS: dict[Oid, tuple[int, Value]] = {
    (*LLDP_X_MED_REM_CAP_CURRENT, 200, 4, 2): (4, b"\x84"),
    (*LLDP_X_MED_REM_DEVICE_CLASS, 200, 4, 2): (2, 3),
    (*LLDP_X_MED_LOC_LOCATION_INFO, 4, 3): (4, b""),
    (*LLDP_X_MED_LOC_LOCATION_INFO, 4, 4): (4, b"6125550101"),
}


def walk(root: Oid) -> Iterator[Row]:
    yield from ((oid, *cell) for oid, cell in sorted(ROWS.items()) if oid[: len(root)] == root)


def test_bits_of_capabilities_count_from_the_first_octets_highest() -> None:
    [phone] = med_inventories(walk).values()
    assert phone.device_class == 3
    assert phone.capabilities == {MedCapability.CAPABILITIES, MedCapability.INVENTORY}


def test_an_empty_location_is_none() -> None:
    assert local_locations(walk) == {4: (MedLocation(4, b"6125550101"),)}
