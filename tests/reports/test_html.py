"""The page shows what the report says, all of it, and nothing a device says becomes part of the page."""

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiremap_lab.reports.html import content_hash, pieces, render
from wiremap_lab.reports.model import Chart, Figure, Report, Sheet

COVERAGE = Sheet(
    "coverage",
    "Coverage",
    ("kind", "part", "whole", "share", "low", "high"),
    (("switch port", 98, 100, 0.98, 0.93, 0.994), ("nothing", 0, 0, float("nan"), None, None)),
    "Elements with a place.",
    Chart.SHARES,
)
OUTCOMES = Sheet(
    "outcomes", "Outcomes", ("run", "exact", "coarse"), (("first", 3, 1), ("second", 0, 4)), "", Chart.STACKED
)
REPORT = Report(
    "A demo",
    datetime(2026, 11, 22, 21, 0, tzinfo=UTC),
    "wiremap demo",
    "All is well.",
    (Figure("devices", "249 of 250", "99.6 %"),),
    (COVERAGE, OUTCOMES, Sheet("empty", "Empty", ("a",), ())),
    ("wiremap --help",),
)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title>",
    "{{ 7 * 7 }}",
    "javascript:alert(1)",
)


class Page(HTMLParser):
    """Every element with its attributes, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def skeleton(self) -> list[tuple[str, list[str]]]:
        """What is an element and what an attribute, whatever they hold."""
        return [(tag, [*attributes]) for tag, attributes in self.elements]

    def of(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag in tags]


def filled_with(text: str) -> Report:
    """The report with one text in every place that can hold one."""
    sheet = replace(COVERAGE, name=text, title=text, lead=text, columns=(text, *COVERAGE.columns[1:]))
    sheet = replace(sheet, rows=((text, 1, 2, 0.5, 0.1, 0.9),))
    stacked = replace(OUTCOMES, columns=("run", text, "coarse"), rows=((text, 3, 1),))
    figure = Figure(text, text, text)
    return replace(
        REPORT, title=text, command=text, summary=text, figures=(figure,), sheets=(sheet, stacked), next_steps=(text,)
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_device_says_stays_text(text: str) -> None:
    harmless, page = Page(render(filled_with("harmless"))), Page(render(filled_with(text)))
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in harmless.elements]
    assert [set(attributes) for _, attributes in page.elements] == [
        set(attributes) for _, attributes in harmless.elements
    ]
    assert page.texts.count(text) >= 10


@given(st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]), min_size=1))
def test_any_text_can_be_read_back_from_the_page(text: str) -> None:
    page = Page(render(replace(REPORT, sheets=(Sheet("s", "S", ("a",), ((f"[{text}]",),)),))))
    assert f"[{text}]" in "".join(page.texts)


def test_the_page_fetches_nothing() -> None:
    page = Page(render(REPORT))
    assert page.of("link", "img", "iframe", "object", "base") == []
    assert [attributes for attributes in page.of("script") if attributes] == []
    assert all((attributes["href"] or "").startswith("#") for attributes in page.of("a"))
    assert "http" not in render(REPORT).replace("http-equiv", "")


def test_the_policy_of_the_page_allows_its_own_script_and_style_only() -> None:
    html = render(REPORT)
    policy = next(attributes["content"] or "" for attributes in Page(html).of("meta") if "http-equiv" in attributes)
    for tag in ("style", "script"):
        content = html.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]
        assert f"{tag}-src '{content_hash(content)}'" in policy
    assert not any("style" in attributes for _, attributes in Page(html).elements)


def test_every_figure_and_every_cell_is_on_the_page() -> None:
    page = Page(render(REPORT))
    for text in ("249 of 250", "99.6 %", "98.0 % · 98 of 100", "All is well.", "None.", "wiremap --help"):
        assert text in page.texts


def test_a_share_of_nothing_has_no_bar() -> None:
    bars = [attributes for attributes in Page(render(REPORT)).of("rect") if attributes["class"] == "color-0"]
    assert [bar["width"] for bar in bars if bar["height"] == "10" and "x" in bar] == ["98.000", "75.000"]


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=8).filter(any))
def test_the_pieces_of_a_bar_fill_it_side_by_side(counts: list[int]) -> None:
    drawn = list(pieces(counts, [str(place) for place in range(len(counts))]))
    assert len(drawn) == sum(count > 0 for count in counts)
    assert sum(piece.length for piece in drawn) == pytest.approx(100)
    for left, right in pairwise(drawn):
        assert right.start == pytest.approx(left.start + left.length)
