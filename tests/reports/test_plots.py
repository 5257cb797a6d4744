"""A picture shows the figures of its frame, and how many they are of."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from wiremap_lab.reports.plots import coverage_bars, outcome_bars

COVERAGE = pd.DataFrame(
    {
        "group": ["port", "port", "bssid", "bssid"],
        "depth": ["floor", "room", "floor", "room"],
        "discovered": [240, 240, 80, 80],
        "share": [0.95, 0.89, 1.0, 0.5],
        "low": [0.91, 0.84, 0.95, 0.39],
        "high": [0.97, 0.92, 1.0, 0.61],
    }
)
OUTCOMES = pd.DataFrame(
    {
        "outcome": ["exact", "misroute"],
        "count": [249, 1],
        "share": [0.996, 0.004],
        "low": [0.978, 0.001],
        "high": [0.999, 0.022],
    }
)


@pytest.fixture(autouse=True)
def _no_window() -> Iterator[None]:
    plt.switch_backend("agg")
    yield
    plt.close("all")


def lengths(ax: Axes) -> list[float]:
    return [patch.get_width() for patch in ax.patches if isinstance(patch, Rectangle)]


def labels(ax: Axes) -> list[str]:
    return [label.get_text() for label in ax.get_yticklabels()]


def test_coverage_is_drawn_at_the_depth_asked_for_with_how_many_it_is_of() -> None:
    ax = coverage_bars(COVERAGE)
    assert lengths(ax) == [0.89, 0.5]
    assert labels(ax) == ["port\nn=240", "bssid\nn=80"]
    assert lengths(coverage_bars(COVERAGE, depth="floor")) == [0.95, 1.0]


def test_outcomes_are_drawn_best_first_on_axes_of_ones_own() -> None:
    _, own = plt.subplots()
    assert outcome_bars(OUTCOMES, ax=own) is own
    assert labels(own) == ["exact", "misroute"]
    assert own.yaxis_inverted()
    assert "n=250" in own.get_xlabel()


def test_every_bar_shows_how_sure_it_is() -> None:
    ax = outcome_bars(OUTCOMES)
    spans = [(segment[0][0], segment[1][0]) for segment in ax.collections[0].get_segments()]  # type: ignore[attr-defined]
    assert spans == [(0.978, 0.999), (0.001, 0.022)]
