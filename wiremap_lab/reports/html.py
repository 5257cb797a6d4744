"""A report as one HTML file that needs nothing else: it opens from disk, on a phone, in print, in the dark.

Emergency networks are closed, so nothing is fetched: style, script and drawings stand in the file.
What devices say of themselves is not trusted. Everything is escaped, and should that fail, the
file's own content security policy runs no script but the one that came with it.
"""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from wiremap_lab.reports.model import Cell, Chart, Report, Sheet
from wiremap_lab.reports.palette import COLORS
from wiremap_lab.version import __version__

if TYPE_CHECKING:
    from jinja2 import Environment

#: A sheet with more rows can be folded away and searched; one that is drawn, or has three times as many, starts folded.
FOLD_ABOVE = 12


def render(report: Report) -> str:
    """The whole report as an HTML document."""
    environment = templates()
    style = environment.get_template("report.css").render(colors=COLORS)
    script = environment.get_template("report.js").render()
    return environment.get_template("report.html").render(
        report=report,
        version=__version__,
        style=style,
        script=script,
        style_hash=content_hash(style),
        script_hash=content_hash(script),
        drawings={sheet.name: draw(sheet) for sheet in report.sheets},
        fold_above=FOLD_ABOVE,
    )


@cache
def templates() -> Environment:
    """The templates beside this module; all they are given is escaped, and a name they misspell is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("wiremap_lab.reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters.update(cell=cell_text, numeric=numeric)
    return environment


def content_hash(text: str) -> str:
    """How a content security policy names a style or script it allows (CSP Level 3, 2.3.1)."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def numeric(sheet: Sheet) -> list[bool]:
    """Which columns hold numbers, and stand flush right.

    >>> numeric(Sheet("s", "S", ("a", "b", "c"), ((1, "x", None), (None, 2, None))))
    [True, False, False]
    """
    columns = [[cell for cell in column if cell is not None] for column in zip(*sheet.rows, strict=True)]
    return [bool(cells) and all(type(cell) in (int, float) for cell in cells) for cells in columns]


def cell_text(cell: Cell) -> str:
    """A cell in words; what is not known is a dash.

    >>> [cell_text(cell) for cell in (None, True, 1234567, 0.12345, float("nan"), "b1-2")]
    ['–', 'yes', '1,234,567', '0.123', '–', 'b1-2']
    """
    match cell:
        case None:
            return "–"
        case bool():
            return "yes" if cell else "no"
        case int():
            return f"{cell:,}"
        case float():
            return "–" if math.isnan(cell) else f"{cell:.3g}"
    return cell


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar, in percent of the bar's length."""

    color: int
    start: float
    length: float
    title: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a drawing; `low` and `high` bound what it shows, in percent."""

    name: str
    value: str
    pieces: tuple[Piece, ...]
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """Bars under each other; `legend` names their colors."""

    bars: tuple[Bar, ...]
    legend: tuple[str, ...] = ()


def draw(sheet: Sheet) -> Drawing | None:
    """The bars a sheet asks for."""
    match sheet.chart:
        case Chart.SHARES:
            return Drawing(tuple(share_bar(row) for row in sheet.rows))
        case Chart.STACKED:
            classes = sheet.columns[1:]
            return Drawing(tuple(stacked_bar(row, classes) for row in sheet.rows), classes)
        case Chart.NONE:
            return None


def share_bar(row: Sequence[Cell]) -> Bar:
    """A bar of a share with its bounds; a share of nothing has neither."""
    name, part, whole, *shares = row
    share, low, high = (100 * number(cell) for cell in shares)
    counts = f"{cell_text(part)} of {cell_text(whole)}"
    if math.isnan(share):
        return Bar(cell_text(name), counts, ())
    value = f"{share:.1f} % · {counts}"
    title = f"{value} · 95 % sure it is {low:.1f} to {high:.1f} %"
    return Bar(cell_text(name), value, (Piece(0, 0.0, share, title),), low, high)


def stacked_bar(row: Sequence[Cell], classes: Sequence[str]) -> Bar:
    """A bar cut into classes, by their counts."""
    counts = [number(cell) for cell in row[1:]]
    total = sum(counts)
    return Bar(cell_text(row[0]), f"n = {total:,.0f}", tuple(pieces(counts, classes)) if total else ())


def pieces(counts: Sequence[float], classes: Sequence[str]) -> Iterator[Piece]:
    """The classes that have any, side by side."""
    start, total = 0.0, sum(counts)
    for color, (name, count) in enumerate(zip(classes, counts, strict=True)):
        length = 100 * count / total
        if count:
            yield Piece(color % len(COLORS), start, length, f"{name}: {count:,.0f} ({length:.1f} %)")
        start += length


def number(cell: Cell) -> float:
    """A cell as a number; what is none is not a number.

    >>> number(3), number(None)
    (3.0, nan)
    """
    return float(cell) if isinstance(cell, int | float) else math.nan
