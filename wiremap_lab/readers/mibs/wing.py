"""Access points of Extreme (Zebra) WiNG controllers: WING-MIB, statistics of devices and of access points.

Only what tells access points is read, in the columns that public monitoring reads too; no recording shows BSSIDs.
"""

from __future__ import annotations

from collections.abc import Iterator

from wiremap_lab.readers.mibs.ap_table import ApTable
from wiremap_lab.tables import AccessPoint, Oid, Walk

WING_STATS_DEV_ENTRY: Oid = (1, 3, 6, 1, 4, 1, 388, 50, 1, 4, 2, 1, 1)
WING_STATS_DEV_SERIAL_NO: Oid = (*WING_STATS_DEV_ENTRY, 5)
WING_STATS_WL_AP_INFO_ENTRY: Oid = (1, 3, 6, 1, 4, 1, 388, 50, 1, 4, 2, 25, 1, 1, 1)
WING_STATS_WL_AP_INFO_MAC: Oid = (*WING_STATS_WL_AP_INFO_ENTRY, 1)
WING_STATS_WL_AP_INFO_HOSTNAME: Oid = (*WING_STATS_WL_AP_INFO_ENTRY, 9)
WING_STATS_WL_AP_INFO_LOCATION: Oid = (*WING_STATS_WL_AP_INFO_ENTRY, 11)
WING_STATS_WL_AP_INFO_IP: Oid = (*WING_STATS_WL_AP_INFO_ENTRY, 13)

ROOTS: tuple[Oid, ...] = (
    WING_STATS_DEV_SERIAL_NO,
    WING_STATS_WL_AP_INFO_MAC,
    WING_STATS_WL_AP_INFO_HOSTNAME,
    WING_STATS_WL_AP_INFO_LOCATION,
    WING_STATS_WL_AP_INFO_IP,
)


_TABLE = ApTable(
    name=WING_STATS_WL_AP_INFO_HOSTNAME,
    ip=WING_STATS_WL_AP_INFO_IP,
    serial=WING_STATS_DEV_SERIAL_NO,
    mac=WING_STATS_WL_AP_INFO_MAC,
    location=WING_STATS_WL_AP_INFO_LOCATION,
)


def access_points(walk: Walk) -> Iterator[AccessPoint]:
    """The access points a controller has adopted, with their Ethernet MAC."""
    return _TABLE.access_points(walk)
