"""Shares and how sure they are."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt

#: The normal quantile that leaves 2.5 % on either side, to the two decimals that the field uses.
Z95 = 1.96


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many.

    >>> print(Share("misroute", 0, 300))
    misroute: 0 of 300, 0.0 % (0.0-1.3 %)
    """

    name: str
    part: int
    whole: int

    @property
    def value(self) -> float:
        """The share from 0 to 1; nan of nothing."""
        return self.part / self.whole if self.whole else nan

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval by Wilson."""
        return wilson(self.part, self.whole)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.name}: {self.part} of {self.whole}, {self.value:.1%} ({low:.1%}-{high:.1%})".replace(
            "%", " %"
        ).replace(" %-", "-")


def wilson(part: int, whole: int, *, z: float = Z95) -> tuple[float, float]:
    """The score interval of a proportion (E. B. Wilson, 1927): all p with (part/whole - p)² ≤ z² p(1-p)/whole.

    Of nothing, (nan, nan).

    >>> wilson(0, 300)[0], round(wilson(0, 300)[1], 4)
    (0.0, 0.0126)
    """
    if not whole:
        return nan, nan
    share, spread = part / whole, z * z / whole
    center = share + spread / 2
    reach = z * sqrt((share * (1 - share) + spread / 4) / whole)
    low, high = (center - reach) / (1 + spread), (center + reach) / (1 + spread)
    return (0.0 if part == 0 else low), (1.0 if part == whole else high)
