import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiremap_lab.document import open_json, open_page
from wiremap_lab.errors import InvalidFile


def test_every_fault_of_a_file_is_told_with_its_line() -> None:
    root = open_page("port: x\nprot: 1\nport: 2\nlist: {}\n", path="a.yaml")
    fields = root.fields(("port", "list", "name"), required=("name",))
    fields["port"].integer(1, 9)
    assert list(fields["list"].items()) == []
    with pytest.raises(InvalidFile) as fault:
        root.page.close()
    assert str(fault.value).splitlines() == [
        "a.yaml:1: key 'name' is missing",
        "a.yaml:1: port: must be a whole number from 1 to 9, not 'x'",
        "a.yaml:2: prot: unknown key 'prot' ('port'?)",
        "a.yaml:3: key 'port' is there twice",
        "a.yaml:4: list: must be a list",
    ]


@pytest.mark.parametrize("text", ["a: [1", "a: b: c", "\tx: 1", "- a\nb: 1", "a: \x00", "&a [*a, *b]", "[" * 9999])
def test_what_is_no_yaml_is_a_fault_of_the_file(text: str) -> None:
    with pytest.raises(InvalidFile, match=r"^a\.yaml.*not YAML"):
        open_page(text, path="a.yaml")


def test_an_empty_file_lacks_what_is_required_and_nothing_else() -> None:
    root = open_page("# nothing yet\n", path="a.yaml")
    assert root.fields(("hosts",), required=("hosts",)) == {}
    assert [fault.what for fault in root.page.faults] == ["key 'hosts' is missing"]


def test_a_number_with_a_leading_zero_and_a_time_stay_text() -> None:
    fields = open_page("floor: 02\nat: 10:20\nyes: no", path="a.yaml").entries()
    assert [(key, item.text()) for key, item in fields.items()] == [("floor", "02"), ("at", "10:20"), ("yes", "no")]


@given(st.text())
def test_no_text_does_worse_than_be_an_invalid_file(text: str) -> None:
    try:
        root = open_page(text, path="a.yaml")
        for item in root.entries().values():
            item.text()
        root.page.close()
    except InvalidFile:
        pass


def test_what_is_merged_into_a_mapping_is_there_and_its_own_keys_win() -> None:
    root = open_page("a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: 3}", path="a.yaml")
    merged = root.entries()["c"].entries()
    assert {key: item.text() for key, item in merged.items()} == {"x": "3", "y": "1", "z": "2"}
    assert merged["z"].line == 2
    root.page.close()


def test_mappings_merged_into_each_other_over_and_over_are_read_at_once() -> None:
    lines = ["a0: &a0 {x: 1}", *(f"a{n}: &a{n} {{<<: [*a{n - 1}, *a{n - 1}, *a{n - 1}]}}" for n in range(1, 60))]
    last = open_page("\n".join(lines), path="a.yaml").entries()["a59"]
    assert [*last.entries()] == ["x"]


@pytest.mark.parametrize("text", ["", "{", "[1,]", "nul", "[" * 99999, b"\xff"])
def test_what_is_no_json_is_a_fault_of_the_file(text: str | bytes) -> None:
    with pytest.raises(InvalidFile, match=r"^a\.json.*not JSON"):
        open_json(text, path="a.json")


def test_a_value_of_json_is_blamed_by_its_path() -> None:
    root = open_json('{"devices": [{"port": 0, "on": true, "name": null}]}', path="a.json")
    device = next(root.entries()["devices"].items()).entries()
    assert (device["on"].text(), device["name"].is_null()) == ("true", True)
    device["port"].integer(1, 9)
    assert str(root.page.faults[0]).startswith("a.json: devices[0].port: must be a whole number")
