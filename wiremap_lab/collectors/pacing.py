"""How often a server may be asked: a token bucket, and what it says itself of when to come back."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True, slots=True)
class Bucket:
    """A token bucket: it holds `size` tokens, gains `rate` a second, and every request takes one.

    `tokens` were in it at the time `at`, in seconds. Below zero are requests that were promised and wait.

    >>> bucket = Bucket(rate=2, size=1, tokens=1, at=0)
    >>> bucket, wait = bucket.take(0)
    >>> wait, bucket.take(0)[1]
    (0.0, 0.5)
    """

    rate: float
    size: float
    tokens: float
    at: float

    def take(self, now: float) -> tuple[Bucket, float]:
        """The bucket without one more token, and the seconds to wait before the request may go."""
        at = max(now, self.at)
        tokens = min(self.size, self.tokens + self.rate * (at - self.at)) - 1
        return replace(self, tokens=tokens, at=at), max(0.0, -tokens / self.rate)


def retry_after(told: str, *, now: datetime) -> float | None:
    """The seconds a Retry-After header asks for (RFC 9110, 10.2.3): a number, or a date; None for all else.

    >>> retry_after("Mon, 23 Nov 2026 01:00:30 GMT", now=datetime(2026, 11, 23, 1, tzinfo=UTC))
    30.0
    """
    if re.fullmatch(r"\d{1,9}(\.\d{1,3})?", told.strip()):
        return float(told)
    try:
        date = parsedate_to_datetime(told)
    except ValueError:
        return None
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max(0.0, (date - now).total_seconds())


def backoff(attempt: int, *, first: float, longest: float) -> float:
    """The seconds to wait before a further attempt, the first of which is 1, where the server does not say.

    >>> [backoff(attempt, first=0.5, longest=3) for attempt in (1, 2, 3, 4)]
    [0.5, 1.0, 2.0, 3]
    """
    return min(longest, math.ldexp(first, min(attempt, 64) - 1))
