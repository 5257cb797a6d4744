from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from wiremap_lab.collectors.merging import merged, merged_context, replaced
from wiremap_lab.readers.mibs import wireless
from wiremap_lab.readers.mibs.airespace import BSN_AP_NAME, BSN_MOBILE_STATION_AP_MAC_ADDR
from wiremap_lab.readers.mibs.bridge import DOT1D_TP_FDB_PORT, VTP_VLAN_STATE
from wiremap_lab.readers.mibs.system import SYS_UP_TIME
from wiremap_lab.snmp.recording import Recording
from wiremap_lab.tables import Incomplete, Oid, Row

INTEGER, TICKS = 2, 0x43
COLUMN_A, COLUMN_B = (1, 3, 1), (1, 3, 2)
UP_TIME = (*SYS_UP_TIME, 0)


def view(*oids: Oid, value: int = 1, gaps: tuple[Oid, ...] = ()) -> Recording:
    rows: list[Row] = [(oid, INTEGER, value) for oid in sorted(oids)]
    return Recording("sw", rows, incomplete=tuple(Incomplete(root, "timeout") for root in gaps))


def told(recording: Recording) -> dict[Oid, object]:
    return {oid: value for oid, _, value in recording.rows}


ROWS = st.dictionaries(st.tuples(st.just(1), st.just(3), st.integers(1, 3), st.integers(1, 9)), st.integers(0, 9))


def of(rows: dict[Oid, int], *gaps: Oid) -> Recording:
    return replace(view(gaps=gaps), rows=[(oid, INTEGER, rows[oid]) for oid in sorted(rows)])


@given(ROWS, ROWS)
def test_a_root_read_to_its_end_is_what_was_read_and_the_rest_stays(held: dict[Oid, int], new: dict[Oid, int]) -> None:
    fresh = {oid: value for oid, value in new.items() if oid[:3] == COLUMN_A}
    after = told(replaced(of(held), of(fresh), [COLUMN_A]))
    assert after == {oid: value for oid, value in held.items() if oid[:3] != COLUMN_A} | fresh


@given(ROWS, ROWS)
def test_a_root_not_read_to_its_end_takes_nothing_away(held: dict[Oid, int], new: dict[Oid, int]) -> None:
    fresh = {oid: value for oid, value in new.items() if oid[:3] == COLUMN_A}
    after = replaced(of(held), of(fresh, COLUMN_A), [COLUMN_A])
    assert told(after) == held | fresh
    assert [gap.root for gap in after.incomplete] == [COLUMN_A]
    assert replaced(after, of(fresh), [COLUMN_A]).incomplete == ()


def test_what_was_not_read_to_its_end_stays_so_until_it_is() -> None:
    held = view((1, 3, 2, 1), gaps=(COLUMN_B,))
    assert [gap.root for gap in replaced(held, view(), [COLUMN_A]).incomplete] == [COLUMN_B]


def test_a_single_object_that_is_gone_is_taken_away() -> None:
    held = view((1, 3, 1, 5), (1, 3, 1, 6))
    assert told(replaced(held, view(), [(1, 3, 1, 5)])) == {(1, 3, 1, 6): 1}


def test_a_root_within_another_is_no_matter() -> None:
    assert told(replaced(view((1, 3, 1, 5)), view(), [COLUMN_A, (1, 3, 1, 5)])) == {}


def up(ticks: int, *oids: Oid) -> Recording:
    rows: list[Row] = [(UP_TIME, TICKS, ticks), *((oid, INTEGER, 1) for oid in oids)]
    return Recording("sw", sorted(rows))


def test_nothing_is_kept_of_a_device_that_began_anew() -> None:
    held = up(900, (1, 3, 1, 5))
    assert (1, 3, 1, 5) not in told(merged(held, up(20, (1, 3, 2, 1)), [SYS_UP_TIME, COLUMN_B]))
    assert (1, 3, 1, 5) in told(merged(held, up(1000, (1, 3, 2, 1)), [SYS_UP_TIME, COLUMN_B]))


def test_the_vlans_of_a_poll_replace_those_held_and_one_that_was_not_read_keeps_its_rows() -> None:
    mac = (*DOT1D_TP_FDB_PORT, 2, 0, 0, 0, 0, 7)
    held = replace(view(), contexts={"10": view(mac), "20": view(mac)})
    fresh = replace(view(), contexts={"10": view(gaps=(DOT1D_TP_FDB_PORT,))})
    after = merged(held, fresh, [VTP_VLAN_STATE])
    assert {name: told(context) for name, context in after.contexts.items()} == {"10": {mac: 1}}
    assert set(merged(held, view(), [COLUMN_A]).contexts) == {"10", "20"}


def test_a_row_of_one_vlan_is_replaced_in_that_vlan() -> None:
    mac = (*DOT1D_TP_FDB_PORT, 2, 0, 0, 0, 0, 7)
    held = replace(view(), contexts={"10": view(mac), "20": view(mac)})
    after = merged_context(held, "20", view(), [mac])
    assert {name: told(context) for name, context in after.contexts.items()} == {"10": {mac: 1}, "20": {}}
    assert told(merged_context(view(mac), "", view(), [mac])) == {}


def test_the_further_tables_of_a_controller_are_read_again_with_those_that_tell_of_them() -> None:
    """A client that has left is gone, though its table is none of those every device is asked for."""
    name, client = (*BSN_AP_NAME, 2, 0, 0, 0, 0, 1), (*BSN_MOBILE_STATION_AP_MAC_ADDR, 2, 0, 0, 0, 0, 9)
    assert set(told(merged(view(name, client), view(name), wireless.ROOTS))) == {name}
    assert set(told(merged(view(name, client), view(name, gaps=(client[:-6],)), wireless.ROOTS))) == {name, client}
