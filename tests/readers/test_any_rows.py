"""Whatever an agent answers, the readers make tables of it or leave it out: they never fail."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from wiremap_lab.inference.local_ports import resolve_local_ports
from wiremap_lab.readers.as_json import document
from wiremap_lab.readers.mibs.bridge import context_names
from wiremap_lab.readers.mibs.device import ROOTS, read_device
from wiremap_lab.snmp.recording import Recording
from wiremap_lab.tables import Row

arcs = st.one_of(st.integers(0, 12), st.integers(0, 255), st.integers(0, 2**32 - 1))
indexes = st.one_of(
    st.lists(arcs, max_size=4).map(tuple),
    st.lists(st.integers(0, 255), min_size=6, max_size=21).map(tuple),
    st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 2)),
)
values = st.one_of(
    st.tuples(st.just(2), st.one_of(st.integers(-1, 8), st.integers(-(2**31), 2**64))),
    st.tuples(st.just(4), st.one_of(st.binary(max_size=20), st.binary(min_size=6, max_size=6))),
    st.tuples(st.just(4), st.sampled_from([b"1", b"Gi1/0/1", b"02:00:00:00:00:01", b"10.9.0.1", b"\xff\xfe", b"\xb2"])),
    st.tuples(st.just(6), st.lists(st.integers(0, 200), max_size=12).map(tuple)),
    st.tuples(st.just(5), st.none()),
)
tables = st.lists(st.tuples(st.sampled_from(ROOTS), indexes, values), max_size=60)


@settings(max_examples=400)
@given(tables, tables)
def test_random_rows_make_tables_and_never_an_exception(
    cells: list[tuple[tuple[int, ...], tuple[int, ...], tuple[int, int | bytes | tuple[int, ...] | None]]],
    others: list[tuple[tuple[int, ...], tuple[int, ...], tuple[int, int | bytes | tuple[int, ...] | None]]],
) -> None:
    def recording(
        chosen: list[tuple[tuple[int, ...], tuple[int, ...], tuple[int, int | bytes | tuple[int, ...] | None]]],
    ) -> Recording:
        rows: dict[tuple[int, ...], Row] = {
            (*root, *index): ((*root, *index), tag, value) for root, index, (tag, value) in chosen
        }
        return Recording("sw", [rows[oid] for oid in sorted(rows)])

    walk, context = recording(cells).walk, recording(others).walk
    found = resolve_local_ports(read_device("sw", walk, contexts={"10": context, "vlan-x": context}))
    context_names(walk)
    assert json.loads(json.dumps(document("sw", found)))["schema_version"] == 1
    known = {interface.if_index for interface in found.interfaces}
    for neighbor in found.lldp_neighbors:
        assert neighbor.local_evidence
        assert (
            neighbor.local_if_index is None or neighbor.local_if_index in known or "ifIndex" in neighbor.local_evidence
        )
