import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from textwrap import dedent

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from wiremap_lab.assignment import rules
from wiremap_lab.assignment.rules import Assignment, assign, load_rules
from wiremap_lab.errors import InvalidFile
from wiremap_lab.ids import ChassisId, Mac, PortId
from wiremap_lab.places import Building, CivicAddress, Erl, Places, Psap
from wiremap_lab.wiremap import FACTS, Element, GatewayMac, IpRange, NetworkElement, Switch, SwitchPort, Wap, WapBlock

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ERLS = ("hq", "hq-1", "hq-2", "hq-2-201", "hq-2-202", "an-1", "an-1-101")
PLACES = Places.of(
    [Psap("p", "P")],
    [Building("hq", "HQ", CivicAddress(), "p"), Building("an", "Annex", CivicAddress(), "p")],
    [Erl(erl, erl[:2]) for erl in ERLS],
)
CHASSIS = ChassisId.parse("02:00:00:00:01:01")
MEMBER = ChassisId.parse("02:00:00:00:01:02")
PORT = SwitchPort(CHASSIS, PortId.parse("Gi1/0/1"))
PORT_BY_MEMBER = SwitchPort(MEMBER, PortId.parse("Gi1/0/1"))
BOOK = r"""
rows:
  - {port: {chassis: "0200.0000.0101", id: Gi1/0/9}, erl: hq-2-202}
  - {bssid: "00:1b:2f:3a:9c:4*", erl: hq-1}
tables:
  buildings: {Headquarters: hq, Annex: an}
  closets: {IDF-2A: hq-2, IDF-9: hq-9}
rules:
  - name: wall jacks
    kind: port
    match:
      ifAlias: 'jack (?P<floor>\d)(?P<room>\d\d)'
      sysLocation: '(?P<building>\w+), .*'
    translate: {building: buildings}
    erl: "{building}-{floor}-{floor}{room}"
  - name: closets
    kind: [port, switch]
    match: {sysLocation: '.*\b(?P<closet>IDF-\w+)'}
    translate: {closet: closets}
    erl: "{closet}"
  - name: access points
    match: {apName: '(?i)ap-(?P<site>[a-z]+)-(?P<floor>\d)-.*'}
    erl: "{site:lower}-{floor}"
  - name: civic
    match: {medCivic.NAM: '(?P<site>HQ)', medCivic.FLR: '(?P<floor>\d)'}
    erl: "{site:lower}-{floor}"
"""


def element(name: NetworkElement, *aliases: NetworkElement, **facts: str) -> Element:
    known = {fact.replace("__", "."): text for fact, text in facts.items()}
    return Element(name, "a label", "sw1", NOW, facts=known, aliases=aliases, evidence=("seen",))


def placed(*elements: Element) -> Assignment:
    return assign(elements, load_rules(BOOK, path="rules.yaml", places=PLACES))


def erls(assignment: Assignment) -> dict[NetworkElement, str]:
    return {entry.element: entry.erl for entry in assignment.entries}


def test_a_wall_jack_is_placed_by_what_its_alias_and_the_switchs_location_say() -> None:
    answer = placed(element(PORT, ifAlias="jack 201", sysLocation="Headquarters, IDF-2A"))

    assert erls(answer) == {PORT: "hq-2-201"}
    assert answer.entries[0].source == "rule:wall jacks"
    assert answer.entries[0].observed_at == NOW
    assert answer.entries[0].evidence == (
        "seen",
        "rule 'wall jacks': ifAlias 'jack 201' and sysLocation 'Headquarters, IDF-2A' gives 'hq-2-201'",
    )


def test_a_pattern_must_match_the_whole_fact() -> None:
    answer = placed(element(PORT, ifAlias="was jack 201", sysLocation="Headquarters, attic"))

    assert answer.entries == ()
    assert "does not match" in answer.unassigned[0].tried[0]


def test_the_first_rule_that_gives_a_known_place_wins() -> None:
    answer = placed(element(Switch(CHASSIS), ifAlias="jack 201", sysLocation="Headquarters, IDF-2A"))

    assert erls(answer) == {Switch(CHASSIS): "hq-2"}


def test_a_rule_that_gives_an_unknown_place_is_reported_and_the_next_one_has_its_turn() -> None:
    answer = placed(element(PORT, ifAlias="jack 299", sysLocation="Headquarters, IDF-2A"))

    assert erls(answer) == {PORT: "hq-2"}
    assert [(problem.element, problem.rule) for problem in answer.problems] == [(PORT, "wall jacks")]
    assert "'hq-2-299'" in answer.problems[0].what


@pytest.mark.parametrize("location", ["Elsewhere, IDF-7", "Headquarters, IDF-9"])
def test_an_unknown_name_or_place_in_a_table_is_a_problem_and_no_entry(location: str) -> None:
    answer = placed(element(PORT, sysLocation=location))

    assert answer.entries == ()
    assert [problem.rule for problem in answer.problems] == ["closets"]
    assert len(answer.unassigned) == 1


def test_an_element_no_rule_is_for_is_listed_with_that_reason() -> None:
    text = "rules: [{name: a, kind: port, match: {sysName: x}, erl: hq}]"
    answer = assign([element(GatewayMac(Mac.parse("00005e00010a")))], load_rules(text, path="r", places=PLACES))

    assert answer.unassigned[0].tried == ("no rule is for this kind of element",)


def test_every_name_a_port_has_gets_an_entry_that_tells_whose_alias_it_is() -> None:
    answer = placed(element(PORT, PORT_BY_MEMBER, ifAlias="jack 201", sysLocation="Headquarters, x"))

    assert [(entry.element, entry.erl, entry.alias_of) for entry in answer.entries] == [
        (PORT, "hq-2-201", None),
        (PORT_BY_MEMBER, "hq-2-201", PORT),
    ]


def test_a_typed_row_wins_over_rules_whatever_spelling_or_alias_it_uses() -> None:
    name = SwitchPort(CHASSIS, PortId.parse("local:9"))
    alias = SwitchPort(CHASSIS, PortId.parse("Gi1/0/9"))
    answer = placed(element(name, alias, ifAlias="jack 201", sysLocation="Headquarters, x"))

    assert erls(answer) == {name: "hq-2-202", alias: "hq-2-202"}
    assert answer.entries[0].source == "row:3"


def test_every_name_somebody_typed_a_row_for_is_where_that_row_says() -> None:
    book = """rows:
  - {port: {chassis: "02:00:00:00:01:01", id: Gi1/0/1}, erl: hq-2-201}
  - {port: {chassis: "02:00:00:00:01:02", id: Gi1/0/1}, erl: an-1-101}
"""
    answer = assign([element(PORT, PORT_BY_MEMBER)], load_rules(book, path="rules.yaml", places=PLACES))

    assert erls(answer) == {PORT: "hq-2-201", PORT_BY_MEMBER: "an-1-101"}


def test_a_name_two_elements_share_is_placed_only_if_both_are() -> None:
    known = element(PORT, PORT_BY_MEMBER, ifAlias="jack 201", sysLocation="Headquarters, x")
    half = placed(known, element(PORT, ifAlias="a camera"))
    assert half.entries == ()
    assert len(half.unassigned) == 2
    assert half.unassigned[1].tried[0].endswith("gives 'hq-2-201', and another of that name has no place")

    both = placed(known, element(PORT, ifAlias="jack 101", sysLocation="Annex, x"))
    assert sorted(entry.erl for entry in both.entries if entry.element == PORT) == ["an-1-101", "hq-2-201"]


def test_typed_rows_nobody_discovered_are_entries_as_old_as_the_file() -> None:
    written = NOW - timedelta(days=30)

    assert placed().entries == ()  # nobody knows how old they are
    typed = assign([], load_rules(BOOK, path="rules.yaml", places=PLACES, written=written)).entries
    assert {(entry.source, entry.observed_at) for entry in typed} == {("row:3", written), ("row:4", written)}
    assert isinstance(typed[1].element, WapBlock)


def test_access_points_and_civic_addresses_place_by_the_same_rules() -> None:
    wap, port = Wap(Mac.parse("001b2f3a9c4d")), PORT
    answer = placed(element(wap, apName="AP-HQ-2-east"), element(port, medCivic__NAM="HQ", medCivic__FLR="1"))

    assert erls(answer) == {wap: "hq-2", port: "hq-1"}


FAULTS = {
    "rulez: []": (1, "unknown key 'rulez'"),
    "rows: 7": (1, "must be a list"),
    "rows:\n- 7": (2, "must be a mapping"),
    "rows:\n- {bssid: '00:1b:2f:3a:9c:4d'}": (2, "key 'erl' is missing"),
    "rows:\n- {erl: hq}": (2, "names 0 elements"),
    "rows:\n- {erl: hq, bssid: 'zz'}": (2, "not a MAC address: 'zz'"),
    "rows:\n- {erl: hq, bssid: '001b2f3a9***'}": (2, "one or two digits"),
    "rows:\n- {erl: hq, subnet: '10.1.2.3/24'}": (2, "not a range"),
    "rows:\n- {erl: hq, switch: 'mac:core'}": (2, "not a MAC address: 'core'"),
    "rows:\n- {erl: hq, port: {chassis: x}}": (2, "key 'id' is missing"),
    "rows:\n- {erl: hq, switch: x, mac: '02:00:00:00:00:01'}": (2, "names 2 elements"),
    "rows:\n\n- {erl: nowhere, switch: x}": (3, "unknown ERL: 'nowhere'"),
    "rows:\n- {erl: hq, switch: x}\n- {erl: hq, switch: x}": (3, "switch x is there twice"),
    "tables: {t: [1]}": (1, "must be a mapping"),
    "tables: {t: {a: b, a: c}}": (1, "key 'a' is there twice"),
    "rules:\n- {name: a, match: {sysName: x}, erl: hq, color: red}": (2, "unknown key 'color'"),
    "rules:\n- {name: a, match: {sysname: x}, erl: hq}": (2, "unknown fact 'sysname'"),
    "rules:\n- {name: a, match: {}, erl: hq}": (2, "must match on one fact"),
    "rules:\n- name: a\n  match: {sysName: '('}\n  erl: hq": (3, "not a regular expression: '('"),
    "rules:\n- {name: a, match: {sysName: x}, erl: nowhere}": (2, "unknown ERL: 'nowhere'"),
    "rules:\n- {name: a, match: {sysName: x}, erl: '{x}'}": (2, "no pattern captures 'x'"),
    "rules:\n- {name: a, match: {sysName: '(?P<x>.)'}, erl: '{x:wide}'}": (2, "not {capture}"),
    "rules:\n- {name: a, match: {sysName: '(?P<x>.)'}, erl: '{x'}": (2, "expected '}'"),
    "rules:\n- {name: a, match: {sysName: '(?P<x>.)', ifName: '(?P<x>.)'}, erl: '{x}'}": (2, "'x' is there twice"),
    "rules:\n- {name: a, kind: phone, match: {sysName: x}, erl: hq}": (2, "unknown: 'phone'"),
    "rules:\n- {name: a, match: {sysName: '(?P<x>.)'}, erl: '{x}', translate: {x: t}}": (2, "unknown: 't'"),
    "tables: {t: {}}\nrules:\n- {name: a, match: {sysName: x}, erl: hq, translate: {y: t}}": (3, "captures 'y'"),
    "rules:\n- {name: a, match: {sysName: x}, erl: hq}\n- {name: a, match: {sysName: y}, erl: hq}": (3, "twice"),
    "rules: [": (1, "not YAML"),
    "a: \x07": (None, "not YAML"),
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_told_with_its_line(text: str) -> None:
    line, what = FAULTS[text]
    with pytest.raises(InvalidFile) as caught:
        load_rules(text, path="rules.yaml", places=PLACES)

    assert {(fault.path, fault.line) for fault in caught.value.faults} == {("rules.yaml", line)}
    assert what in caught.value.faults[0].what


def test_an_element_typed_twice_is_a_fault_on_one_line_too_and_port_ids_of_two_subtypes_are_two_ports() -> None:
    row = "{{port: {{chassis: 'local:a', id: '{}:7'}}, erl: {}}}"
    twice = f"rows: [{row.format('local', 'hq')}, {row.format('local', 'an-1')}]"
    with pytest.raises(InvalidFile, match="port a 7 is there twice"):
        load_rules(twice, path="rules.yaml", places=PLACES)
    two = f"rows: [{row.format('local', 'hq')}, {row.format('interface-name', 'an-1')}]"
    assert len(load_rules(two, path="rules.yaml", places=PLACES).rows) == 2


def test_all_faults_of_a_file_are_told_at_once() -> None:
    with pytest.raises(InvalidFile) as caught:
        load_rules("rows:\n- {erl: x, bssid: y}\nrules:\n- {name: a, match: {b: '('}, erl: z}", path="r", places=PLACES)

    assert [fault.line for fault in caught.value.faults] == [2, 2, 4, 4, 4]


def test_an_empty_file_places_nothing() -> None:
    assert load_rules("", path="r", places=PLACES).rules == ()


def schema() -> dict[str, object]:
    text = files("wiremap_lab.assignment").joinpath("rules.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def test_the_published_schema_takes_what_the_reader_takes() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(yaml.safe_load(BOOK), schema())


@pytest.mark.parametrize(
    "text", [text for text, (_, what) in FAULTS.items() if "key '" in what and "twice" not in what]
)
def test_the_published_schema_refuses_unknown_and_missing_keys(text: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(text), schema())


def test_the_published_schema_knows_the_facts_there_are() -> None:
    assert json.dumps(list(FACTS)) in json.dumps(schema())


@given(st.text())
def test_any_text_is_read_or_refused_with_faults(text: str) -> None:
    with suppress(InvalidFile):
        load_rules(text, path="r", places=PLACES)


def test_a_subnet_is_placed_by_its_text() -> None:
    text = r"rules: [{name: s, kind: subnet, match: {subnet: '10\.1\.(?P<floor>\d)\.0/24'}, erl: 'hq-{floor}'}]"
    subnet = IpRange.parse("10.1.2.0/24")
    answer = assign([element(subnet, subnet="10.1.2.0/24")], load_rules(text, path="r", places=PLACES))

    assert erls(answer) == {subnet: "hq-2"}


def test_the_example_in_the_documentation_is_a_rule_book() -> None:
    documentation = rules.__doc__ or ""
    example = dedent(documentation.partition("::\n\n")[2].partition("\nWhat may be matched")[0])
    known = Places.of(
        [Psap("p", "P")],
        [Building("b", "B", CivicAddress(), "p")],
        [Erl(erl, "b") for erl in ("hq", "hq-1", "hq-2", "hq-2-201", "hq-2-203")],
    )

    assert len(load_rules(example, path="example", places=known).rules) == 2
    jsonschema.validate(yaml.safe_load(example), schema())
