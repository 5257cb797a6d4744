"""The bench measures what it says: the same rows by each client."""

import shutil

import pytest

from tests.bench import estate
from tests.bench.__main__ import V2C, bulkwalk, ours, responder
from tests.bench.scale import measure
from tests.bench.tree import ROOT, columns, tree

SMALL = (2, 3, 10, 2)


def test_the_columns_of_the_tree_hold_all_of_it_but_the_last_row() -> None:
    rows = tree(*SMALL[1:])
    assert rows == sorted(rows)
    assert sum(row[0][: len(column)] == column for row in rows for column in columns()) == len(rows) - 1


@pytest.mark.skipif(not shutil.which("snmpbulkwalk"), reason="needs Debian's snmp")
def test_each_client_reads_the_same_rows() -> None:
    one = len(tree(*SMALL[1:]))
    with responder(SMALL) as port:
        assert bulkwalk(V2C, port, ROOT)["rows"] in {one, one + 1}  # it prints the end of the MIB, too
        both, columns_only = ours("udp", port, SMALL), ours("udp-v3", port, (1, *SMALL[1:]))
    assert both["rows"] == 2 * one
    assert columns_only["rows"] == one - 1
    assert both["drops"] == 0


def test_an_estate_is_collected_inferred_and_stored() -> None:
    run = measure(3)
    assert run.rows == sum(len(estate.rows(switch, 3)) for switch in range(3))
    assert list(run.seconds) == ["read", "inferred", "stored"]
    assert run.megabytes > 0
