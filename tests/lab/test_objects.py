"""The objects we answer are the ones the MIBs define: held against the published columns."""

import json
from pathlib import Path

from tests.simulator.campuses import NOON, TOPOLOGIES, campus
from wiremap_lab.lab.mib import boxes, cells, contexts
from wiremap_lab.lab.mib import objects as o
from wiremap_lab.simulator.campus import Campus, load_campus
from wiremap_lab.simulator.models import Quirk
from wiremap_lab.simulator.state import initial_state
from wiremap_lab.tables import Oid

#: Tables whose objects stand in no vector: IEEE8023-LAG-MIB, CISCO-STACKWISE-MIB, and scalars of other MIBs.
ELSEWHERE = {
    o.DOT3AD_AGG_PORT_SELECTED_AGG_ID,
    o.DOT3AD_AGG_PORT_ATTACHED_AGG_ID,
    o.CSW_SWITCH_MAC_ADDRESS,
    o.IF_NUMBER,
    o.SYS_CONTACT,
    o.SYS_SERVICES,
    (*o.DOT1D_BASE, 2),
    (*o.DOT1D_BASE, 3),
    *((*o.LLDP_V2, 3, number) for number in range(1, 7)),
}
#: Answered although the MIB says not-accessible, as many agents do, or above the columns that were printed.
TOLERATED = {
    (*o.DOT1D_BASE_PORT_ENTRY, 1),
    (*o.IF_ENTRY, 1),
    (*o.IP_ADDR_ENTRY, 1),
    (*o.BSN_AP_IF_ENTRY, 1),
}


def columns(shared: Path) -> dict[Oid, dict[str, str]]:
    modules = json.loads((shared / "vectors" / "mib_oids.json").read_text())["modules"]
    tables = [table for module in modules.values() for table in module.values()]
    known = {column["oid"]: column for table in tables for column in table.get("columns", {}).values()}
    known |= {table["oid"]: {"name": ""} for table in tables}
    return {tuple(int(arc) for arc in oid.split(".")): column for oid, column in known.items()}


def odd_rooms(quirk: Quirk) -> Campus:
    text = (TOPOLOGIES / "two-rooms.yaml").read_text(encoding="utf-8")
    for owner in ("{model: cisco-ios, ", "{name: wlc-1, "):
        text = text.replace(owner, f"{owner}quirks: [{quirk.value}], ")
    return load_campus(text, path="rooms")


def test_every_object_we_answer_is_in_the_mibs(shared: Path) -> None:
    known = columns(shared)
    for office in (campus("small-office"), *map(odd_rooms, Quirk)):
        state = initial_state(office, NOON)
        answered = {
            cell[0]
            for box in boxes(office)
            for context in ("", *contexts(office, box))
            for cell in cells(office, state, box, context, now=NOON)
        }
        unknown = answered - set(known) - ELSEWHERE - TOLERATED
        assert not unknown
        hidden = {oid for oid in answered & set(known) if known[oid].get("access") == "not-accessible"}
        assert not hidden - TOLERATED


def test_no_instance_is_answered_twice() -> None:
    office = campus("small-office")
    state = initial_state(office, NOON)
    for box in boxes(office):
        for context in ("", *contexts(office, box)):
            instances = [cell[0] + cell[1] for cell in cells(office, state, box, context, now=NOON)]
            assert len(set(instances)) == len(instances), (box, context)
