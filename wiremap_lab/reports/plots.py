"""Pictures for notebooks: each takes a frame of `wiremap_lab.scoring.frames` and gives matplotlib's axes.

Each says how many it counted (n), bounds what it shows, and draws on axes of your own where you
hand them in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wiremap_lab.reports.palette import COLORS

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def coverage_bars(frame: pd.DataFrame, *, depth: str = "room", ax: Axes | None = None) -> Axes:
    """How much of what was discovered has a place, by group, from a `coverage_frame`.

    `depth` is how far down the place must be known: ``building``, ``floor`` or ``room``.
    """
    rows = frame[frame["depth"] == depth]
    names = [f"{group}\nn={whole}" for group, whole in zip(rows["group"], rows["discovered"], strict=True)]
    ax = _share_bars(rows, names, colors=[COLORS[0]] * len(rows), ax=ax)
    ax.set_xlabel(f"share with a place, down to the {depth} (line: Wilson, 95 %)")
    return ax


def outcome_bars(frame: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """What would come of a call of each device, from an `outcome_frame`."""
    ax = _share_bars(frame, [str(name) for name in frame["outcome"]], colors=COLORS, ax=ax)
    ax.set_xlabel(f"share of devices, n={int(frame['count'].sum())} (line: Wilson, 95 %)")
    return ax


def _share_bars(rows: pd.DataFrame, names: Sequence[str], *, colors: Sequence[str], ax: Axes | None) -> Axes:
    if ax is None:
        import matplotlib.pyplot as plt

        _, ax = plt.subplots(figsize=(8, 0.9 + 0.45 * len(rows)), layout="constrained")
    share = rows["share"].to_numpy(dtype=float)
    low, high = rows["low"].to_numpy(dtype=float), rows["high"].to_numpy(dtype=float)
    places = range(len(rows))
    ax.barh(places, share, color=list(colors[: len(rows)]), height=0.7)
    ax.hlines(places, low, high, color="black", linewidth=1.5)
    ax.set_yticks(places, names)
    ax.set_ylim(len(rows) - 0.5, -0.5)  # first on top, also where axes are shared
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter("{x:.0%}")
    ax.spines[["top", "right"]].set_visible(False)
    return ax
