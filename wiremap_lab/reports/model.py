"""What a report is made of: headline figures, and sheets of rows, some of which are best seen drawn.

The numbers are computed elsewhere. A report holds nothing but text and numbers, so that each form
it is written in says the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

Cell = str | int | float | bool | None


class Chart(Enum):
    """How a sheet is drawn, beside being written out."""

    NONE = "none"
    SHARES = "shares"
    """A bar a row. Columns: name, part, whole, share, low, high; the last two bound the share, 0 to 1."""
    STACKED = "stacked"
    """A stacked bar a row. Columns: name, then one count a class, best class first."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows under columns: `name` is their key in JSON, `title` heads them, `lead` says how to read them."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    lead: str = ""
    chart: Chart = Chart.NONE

    def records(self) -> list[dict[str, Cell]]:
        """One mapping a row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Figure:
    """A headline number: ``Figure("devices resolved", "249 of 250", "99.6 %")``."""

    label: str
    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report: what it is about, when it was made (with time zone), by which command, and what it says."""

    title: str
    made_at: datetime
    command: str
    summary: str
    figures: tuple[Figure, ...]
    sheets: tuple[Sheet, ...]
    next_steps: tuple[str, ...] = ()
