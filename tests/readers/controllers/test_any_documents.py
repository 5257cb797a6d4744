"""Laws of every vendor's reader: what is not there or is not JSON is told as not read, and nothing raises."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.readers.controllers.told import documents
from wiremap_lab.readers.controllers import INDEX, VENDORS, index, tables
from wiremap_lab.readers.controllers.documents import Documents, Json, scrubbed
from wiremap_lab.tables import DeviceTables

CASES = [(vendor, path) for vendor in VENDORS for path in documents(vendor) if path != INDEX]
BROKEN = {
    "cut short": '[{"id": 7, "name": "acm',
    "a page of a proxy": "<html><body>502 Bad Gateway</body></html>",
    "nothing": "",
    "another object": '{"errors": ["something"]}',
    "too deep": "[" * 100_000,
}

leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.just("02:00:00:00:00:01")
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner))


def gaps(found: tuple[DeviceTables, ...]) -> list[str]:
    return [gap.reason for gap in found[0].incomplete]


@pytest.mark.parametrize(("vendor", "path"), CASES)
def test_a_document_that_is_not_there_is_told_as_not_read(vendor: str, path: str) -> None:
    whole = documents(vendor)
    del whole[path]
    assert any(gap.startswith(f"{path}: ") for gap in gaps(tables("cloud", whole)))


@pytest.mark.parametrize(("vendor", "path"), CASES)
@pytest.mark.parametrize("fault", BROKEN)
def test_a_document_that_is_none_is_told_as_not_read(vendor: str, path: str, fault: str) -> None:
    broken = documents(vendor)
    broken[path] = BROKEN[fault]
    assert any(gap.startswith(f"{path}: ") for gap in gaps(tables("cloud", broken)))


@pytest.mark.parametrize("vendor", VENDORS)
def test_what_could_not_be_got_is_told_with_its_reason(vendor: str) -> None:
    path = "/somewhere?page=2"
    told = tables("cloud", {**documents(vendor), INDEX: index(vendor, {path: "429 Too Many Requests"})})
    assert gaps(told) == ["/somewhere?page=2: 429 Too Many Requests"]


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_order_of_documents_says_nothing(vendor: str) -> None:
    found = documents(vendor)
    assert tables("cloud", found) == tables("cloud", dict(reversed(found.items())))


def mangled(document: Json, other: Json) -> Iterator[Json]:
    """A document with another value in place of each of its parts in turn."""
    if isinstance(document, dict):
        for key in document:
            yield from ({**document, key: each} for each in (other, *mangled(document[key], other)))
    if isinstance(document, list) and document:
        yield from ([each, *document[1:]] for each in (other, *mangled(document[0], other)))


@pytest.mark.parametrize("vendor", VENDORS)
@settings(max_examples=4, deadline=None)
@given(other=values)
def test_whatever_stands_in_a_field_is_read_or_left_out(vendor: str, other: Json) -> None:
    whole = documents(vendor)
    for path in whole.keys() - {INDEX}:
        for document in mangled(json.loads(whole[path]), other):
            assert tables("cloud", {**whole, path: json.dumps(document)})


def test_documents_of_a_vendor_nobody_knows_are_a_finding() -> None:
    (found,) = tables("cloud", {INDEX: index("acme", {}), "/": "[]", "/api": "{}"})
    assert found.findings


def test_a_list_whose_pages_are_all_the_same_ends() -> None:
    page = json.dumps([{"id": 1}, {"id": 2}])
    found = Documents({f"/list?offset={at}&limit=2": page for at in range(0, 10, 2)})
    assert list(found.by_offset("/list", size=2)) == ["/list?offset=0&limit=2", "/list?offset=2&limit=2"]


def test_a_list_of_which_a_page_is_full_has_another_page() -> None:
    found = Documents({"/list?page=1&limit=2": '[{"id": 1}, {"id": 2}]', "/list?page=2&limit=2": '[{"id": 3}]'})
    assert list(found.by_page("/list", size=2)) == ["/list?page=1&limit=2", "/list?page=2&limit=2"]
    assert [row["id"] for row in found.rows("/list")] == [1, 2, 3]


@given(values)
def test_scrubbing_twice_changes_nothing_more(document: Json) -> None:
    once = scrubbed(document)
    assert json.dumps(scrubbed(once)) == json.dumps(once)
