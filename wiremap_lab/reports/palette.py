"""The colors of every picture: told apart in all common forms of color blindness, and in print.

After Okabe and Ito. They run from good to bad, in the order of the outcome classes: two blues for
answers that hold, yellow to red for wrong ones, wine for the wrong PSAP, grays for no answer.
"""

from __future__ import annotations

from collections.abc import Sequence

COLORS: Sequence[str] = (
    "#0072b2",  # exact
    "#56b4e9",  # coarse
    "#f0e442",  # wrong room
    "#e69f00",  # wrong floor
    "#d55e00",  # wrong building
    "#882255",  # misroute
    "#9a9a9a",  # relay
    "#4d4d4d",  # failed
)
