"""What an answer is worth: coverage of the wiremap, outcomes of calls, and how sure the figures are."""

from wiremap_lab.scoring.coverage import Coverage, building_of, coverage, kind_of
from wiremap_lab.scoring.intervals import Share, wilson
from wiremap_lab.scoring.outcomes import Judged, Outcome, Via, judge, judge_all, outcome_shares, via

__all__ = [
    "Coverage",
    "Judged",
    "Outcome",
    "Share",
    "Via",
    "building_of",
    "coverage",
    "judge",
    "judge_all",
    "kind_of",
    "outcome_shares",
    "via",
    "wilson",
]
