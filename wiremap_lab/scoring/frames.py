"""The same figures as tidy pandas frames: one observation a row, for notebooks and reports."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from wiremap_lab.places import Depth, Places, agreement
from wiremap_lab.resolver import Resolved
from wiremap_lab.scoring.coverage import Coverage
from wiremap_lab.scoring.outcomes import Judged, Outcome, outcome_shares, via

if TYPE_CHECKING:
    import pandas as pd


def coverage_frame(rows: Iterable[Coverage]) -> pd.DataFrame:
    """One row a group and depth: ``group, depth, placed, discovered, share, low, high, ambiguous``."""
    import pandas as pd

    depths = (Depth.BUILDING, Depth.FLOOR, Depth.ROOM)
    shares = [(row, depth, row.share(depth)) for row in rows for depth in depths]
    return pd.DataFrame(
        {
            "group": [row.group for row, _, _ in shares],
            "depth": [depth.name.lower() for _, depth, _ in shares],
            "placed": [share.part for _, _, share in shares],
            "discovered": [share.whole for _, _, share in shares],
            "share": [share.value for _, _, share in shares],
            "low": [share.interval[0] for _, _, share in shares],
            "high": [share.interval[1] for _, _, share in shares],
            "ambiguous": [row.ambiguous for row, _, _ in shares],
        }
    )


def outcome_frame(judged: Iterable[Judged]) -> pd.DataFrame:
    """One row an outcome, best first: ``outcome, count, share, low, high``."""
    import pandas as pd

    shares = outcome_shares(each.outcome for each in judged)
    return pd.DataFrame(
        {
            "outcome": pd.Categorical([share.name for share in shares], [o.value for o in Outcome], ordered=True),
            "count": [share.part for share in shares],
            "share": [share.value for share in shares],
            "low": [share.interval[0] for share in shares],
            "high": [share.interval[1] for share in shares],
        }
    )


def device_frame(judged: Iterable[Judged], places: Places) -> pd.DataFrame:
    """One row a device: what it is, what was answered, and how it came about.

    Columns: ``device, truth, answer, outcome, via, claimed, agreed, age_s, candidates, conflicts,
    degraded, building, psap``; `answer` is missing and `age_s` nan where there is none, `building` and
    `psap` are the true ones.
    """
    import pandas as pd

    return pd.DataFrame([_device(each, places) for each in judged], columns=list(_DEVICE_COLUMNS))


_DEVICE_COLUMNS = (
    *("device", "truth", "answer", "outcome", "via", "claimed", "agreed", "age_s"),
    *("candidates", "conflicts", "degraded", "building", "psap"),
)


def _device(judged: Judged, places: Places) -> dict[str, str | int | float | bool | None]:
    found, truth = judged.resolution, judged.truth
    answer = places.erls[found.erl] if isinstance(found, Resolved) else None
    said = {entry.erl for tried in found.tried for entry in tried.entries}
    if isinstance(found, Resolved):
        said |= {found.erl, *(other.entry.erl for other in found.others)}
    return {
        "device": judged.device,
        "truth": truth.id,
        "answer": answer.id if answer else None,
        "outcome": judged.outcome.value,
        "via": via(found).value,
        "claimed": int(answer.depth) if answer else 0,
        "agreed": int(agreement(answer, truth)) if answer else 0,
        "age_s": found.freshness.total_seconds() if isinstance(found, Resolved) else float("nan"),
        "candidates": len(said),
        "conflicts": len(found.conflicts),
        "degraded": isinstance(found, Resolved) and found.degraded is not None,
        "building": truth.building,
        "psap": places.psap_of(truth).id,
    }
