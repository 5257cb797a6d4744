"""A forwarding database numbers itself: which VLAN its numbers mean is certain, or unknown (quirk 39)."""

import pytest

from wiremap_lab.readers.mibs.bridge import DOT1Q_TP_FDB_PORT, DOT1Q_VLAN_FDB_ID, DOT1Q_VLAN_STATIC_NAME, database
from wiremap_lab.snmp.recording import Recording
from wiremap_lab.tables import Row


def switch(fids: list[int], vlan_to_fid: dict[int, int], named: list[int]) -> Recording:
    rows: list[Row] = [((*DOT1Q_TP_FDB_PORT, fid, 2, 0, 0, 0, 0, place), 2, 1) for place, fid in enumerate(fids)]
    rows += [((*DOT1Q_VLAN_FDB_ID, 0, vlan), 66, fid) for vlan, fid in vlan_to_fid.items()]
    rows += [((*DOT1Q_VLAN_STATIC_NAME, vlan), 4, b"") for vlan in named]
    return Recording("switch", sorted(rows, key=lambda row: row[0]))


@pytest.mark.parametrize(
    ("fids", "vlan_to_fid", "named", "vlans"),
    [
        pytest.param([2, 3], {10: 2, 20: 3}, [10, 20], [10, 20], id="ProCurve: every FID is in the map"),
        pytest.param([1, 20, 141], {1: 1, 20: 1, 141: 1}, [], [1, 20, 141], id="Comware: every VLAN has FID 1"),
        pytest.param([2, 30], {2: 1, 10: 2, 30: 3}, [2, 10, 30], [2, 30], id="PowerConnect: the FIDs are VLANs"),
        pytest.param([2, 30], {10: 2}, [10, 30], [10, None], id="a map that was cut short is believed for what it has"),
        pytest.param([1, 1], {1: 1, 20: 1}, [], [None, None], id="one FID of several VLANs names none"),
        pytest.param([7, 9], {7: 7, 9: 9}, [], [7, 9], id="the map says that they are"),
        pytest.param([2, 5000], {2: 1, 10: 2}, [], [10, None], id="what is no VLAN is none"),
    ],
)
def test_a_fid_is_read_as_the_vlan_it_certainly_is(
    fids: list[int], vlan_to_fid: dict[int, int], named: list[int], vlans: list[int | None]
) -> None:
    found = database(switch(fids, vlan_to_fid, named).walk).entries
    assert [entry.vlan for entry in sorted(found, key=lambda entry: entry.mac)] == vlans
