"""Walk subtrees of an agent that may lie, loop, stall or fall silent, and say how each walk ended.

Every library walk we tried loops or silently truncates on some faulty agent. This one trusts
nothing: OIDs must strictly increase, rows, octets and time are capped, and a walk is `complete`
only when the agent showed what lies behind the subtree or said that nothing does. Everything else
is a reason, and the rows read so far stay: they may add to what is known, never take away.

There is no I/O here. A walker holds the `request` to send next; its owner sends it and reports
`answered`, `timed_out` or `refused`. One number steers the size of the requests: `span`, the
varbinds a reply should have. It is halved when the agent says tooBig or says nothing, down to a
GETNEXT for a single column, and doubled again when things go well.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter, lt
from typing import NamedTuple, Protocol

from wiremap_lab.errors import Refused, Unreachable
from wiremap_lab.snmp.codec import (
    END_OF_MIB_VIEW,
    GETBULK,
    GETNEXT,
    NO_SUCH_INSTANCE,
    NO_SUCH_OBJECT,
    NULL,
    Pdu,
    Version,
    format_oid,
)
from wiremap_lab.tables import Oid, Row

TOO_BIG = 1
NO_SUCH_NAME = 2
#: error-status by number (RFC 3416, 3), as net-snmp and the MIBs spell them.
ERROR_STATUS = (
    *("noError", "tooBig", "noSuchName", "badValue", "readOnly", "genErr", "noAccess", "wrongType", "wrongLength"),
    *("wrongEncoding", "wrongValue", "noCreation", "inconsistentValue", "resourceUnavailable", "commitFailed"),
    *("undoFailed", "authorizationError", "notWritable", "inconsistentName"),
)
#: A first request is small: old stacks choke on big ones (quirk 70), and good agents soon get more.
FIRST_SPAN = 16
#: A span that was grown and failed is tried again after four times as many full replies, up to these.
MOST_PATIENCE = 1024
#: An agent that takes more than this share of the time-out is not asked for more at a time.
SWIFT = 0.25
#: A wait lasts up to this much longer than the time-out, so that retries do not meet each other.
JITTER = 0.25


_tag = itemgetter(1)


class Chance(Protocol):
    """A source of chance: `random.Random` and `numpy.random.Generator` both are."""

    def random(self) -> float:
        """Draw from [0, 1)."""


class Ended(StrEnum):
    """How the walk of a subtree ended. Only `COMPLETE` proves that what was not seen is not there."""

    COMPLETE = "complete"
    TIMEOUT = "timeout"
    NOT_INCREASING = "not-increasing"
    ROW_LIMIT = "row-limit"
    OCTET_LIMIT = "octet-limit"
    TIME_LIMIT = "time-limit"
    ERROR_STATUS = "error-status"
    EMPTY_ANSWER = "empty-answer"
    NO_SUCH_OBJECT = "no-such-object"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Walked:
    """What was read below a root, in OID order, and how the walk ended; `detail` says it in words.

    `requests` and `seconds` are what it cost: its share where several roots were asked for together.
    """

    root: Oid
    rows: list[Row]
    ended: Ended
    detail: str = ""
    requests: float = 0.0
    seconds: float = 0.0

    @property
    def complete(self) -> bool:
        """Whether the end of the subtree was seen."""
        return self.ended is Ended.COMPLETE


@dataclass(frozen=True, slots=True)
class Limits:
    """What a walk may cost the device, the network and us."""

    #: rows below one root
    rows: int = 500_000
    #: octets of all replies of one walk
    octets: int = 256 * 2**20
    #: seconds of one walk
    seconds: float = 300.0
    #: seconds until a request is sent again, and how often it is
    timeout: float = 1.5
    retries: int = 3
    #: varbinds asked for in one GETBULK, its columns together
    max_repetitions: int = 256
    columns_per_request: int = 8
    #: of one device
    requests_per_second: float = 100.0
    requests_in_flight: int = 1
    #: walked at a time by one engine; the others wait their turn, so the rows held at once are bounded
    devices: int = 32


class Request(NamedTuple):
    """What to ask: GET, GETNEXT or GETBULK of these OIDs, and for how long to wait (seconds).

    The first `depth` arcs of the OIDs are probably those of few columns.
    """

    kind: int
    oids: tuple[Oid, ...]
    repetitions: int
    wait: float
    depth: int

    def pdu(self, request_id: int) -> Pdu:
        """Give the request as a PDU with this request-id."""
        rows: list[Row] = [(oid, NULL, None) for oid in self.oids]
        return Pdu(self.kind, request_id, 0, self.repetitions if self.kind == GETBULK else 0, rows)


class _Column:
    """One root, and how far its walk has come."""

    __slots__ = ("count", "depth", "detail", "ended", "last", "place", "requests", "root", "seconds")

    def __init__(self, place: int, root: Oid) -> None:
        self.place = place
        self.root = root
        self.last = root
        self.depth = len(root)
        self.count = 0
        self.ended: Ended | None = None
        self.detail = ""
        self.requests = 0.0
        self.seconds = 0.0

    def advance(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Go on to the last of some good rows."""
        if rows:
            self.last = rows[-1][0]
            self.count += len(rows)
        return rows


class Reading(Protocol):
    """What an engine carries: a request to send, and who takes what became of it. Walker and getter are both."""

    request: Request | None

    def answered(self, pdu: Pdu, *, octets: int, now: float) -> list[tuple[int, Sequence[Row]]]:
        """Take the answer, and give the good rows by the place of their root."""

    def timed_out(self, now: float, *, heard: str = "") -> None:
        """No answer came in time."""

    def refused(self, detail: str) -> None:
        """The agent will not talk to us."""


class SafeWalker:
    """Walks several roots of one agent at once; `request` is what to send next, None once all have ended.

    Times are seconds of any steady clock. Columns share a request (its GETBULK rows come interleaved)
    and end independently; one that has left its subtree makes room for the next root.
    """

    def __init__(self, roots: Sequence[Oid], limits: Limits, *, version: Version, rng: Chance, now: float) -> None:
        self._limits = limits
        self._rng = rng
        self._bulk = version is not Version.V1
        self._most = limits.max_repetitions if self._bulk else limits.columns_per_request
        self._until = now + limits.seconds
        self._columns = [_Column(place, root) for place, root in enumerate(roots)]
        self._open = list(self._columns)
        self._asked: list[_Column] = []
        self._asked_at = self._shared_at = now
        self._requests = 0  # since the cost was last shared out
        self._took = 0.0
        self._settled = 0  # the span that the columns were chosen for
        self._repetitions, self._kind, self._depth = 1, GETNEXT, 0
        self._span = self._worked = min(FIRST_SPAN, self._most)
        self._patience = 1
        self._calm = 0
        self._tries = 0
        self._octets = 0
        self._deserted = False
        #: answers of any kind; 0 is an agent that never spoke
        self.answers = 0
        self.request: Request | None = None
        self._ask(now)

    def walked(self, rows: Sequence[list[Row]]) -> list[Walked]:
        """Join how the roots ended with the rows the owner kept, one list a root.

        Raises Unreachable when the agent never spoke, Refused when all it gave was refusals.
        """
        if self._columns and all(column.ended is Ended.TIMEOUT for column in self._columns) and not self.answers:
            raise Unreachable(self._columns[0].detail)
        if self._columns and all(_is_refusal(column) for column in self._columns):
            raise Refused(self._columns[0].detail)
        return [
            Walked(column.root, kept, column.ended or Ended.TIME_LIMIT, column.detail, column.requests, column.seconds)
            for column, kept in zip(self._columns, rows, strict=True)
        ]

    def answered(self, pdu: Pdu, *, octets: int, now: float) -> list[tuple[int, Sequence[Row]]]:
        """Take the answer to `request`, a message of so many octets; give its good rows by the place of their root."""
        self.answers += 1
        self._took = now - self._asked_at - 1 / self._limits.requests_per_second
        self._tries = 0
        self._deserted = False
        self._octets += octets
        kept: list[tuple[int, Sequence[Row]]] = []
        if pdu.error_status:
            self._error(pdu.error_status, pdu.error_index)
        elif pdu.rows:
            kept = self._untangle(pdu.rows)
        else:
            self._trouble(Ended.EMPTY_ANSWER, "an answer without a varbind")
        if self._octets > self._limits.octets:
            self._end(self._open, Ended.OCTET_LIMIT, f"more than {self._limits.octets} octets of answers")
        self._ask(now)
        return kept

    def timed_out(self, now: float, *, heard: str = "") -> None:
        """No answer to `request` came in time; `heard` tells what came instead, if anything."""
        self._tries += 1
        if self._tries < self._limits.retries:
            if self._tries > 1 or self._is_bold():  # once is bad luck, unless we had just asked for more
                self._shrink()
        elif self._tries == self._limits.retries:
            self._shrink()
            self._span = 1  # Some agents drop every GETBULK: the last try is one GETNEXT.
        else:
            self._desert(f"{self._tries} requests and no answer{heard}")
        self._ask(now)

    def refused(self, detail: str) -> None:
        """The agent will not talk to us; nothing more is asked."""
        self._end(self._open, Ended.REFUSED, detail)
        self.request = None

    def _ask(self, now: float) -> None:
        """Settle the next request; most follow one like it, and differ in how far the columns have come."""
        self._asked_at = now
        if now >= self._until:
            self._end(self._open, Ended.TIME_LIMIT, f"more than {self._limits.seconds:g} seconds")
        if self._span != self._settled or any(column.ended for column in self._asked):
            self._share_cost(now)
            self._choose()
        if not self._asked:
            self.request = None
            return
        self._requests += 1
        wait = self._limits.timeout * (1 + JITTER * self._rng.random())
        oids = tuple([column.last for column in self._asked])
        self.request = Request(self._kind, oids, self._repetitions, min(wait, self._until - now), self._depth)

    def _share_cost(self, now: float) -> None:
        """Put what was asked since the columns were chosen to their account, in equal parts."""
        for column in self._asked:
            column.requests += self._requests / len(self._asked)
            column.seconds += (now - self._shared_at) / len(self._asked)
        self._requests, self._shared_at = 0, now

    def _choose(self) -> None:
        """Choose the columns to ask for, and how many rows of each."""
        self._settled = self._span
        self._open = [column for column in self._open if column.ended is None]
        self._asked = self._open[: min(self._limits.columns_per_request, self._span)]
        self._repetitions = self._span // max(1, len(self._asked)) if self._bulk else 1
        self._kind = GETBULK if self._repetitions > 1 else GETNEXT
        self._depth = min([column.depth for column in self._asked], default=0)

    def _untangle(self, rows: Sequence[Row]) -> list[tuple[int, Sequence[Row]]]:
        """Give each column of the request its rows; the last repetition may be cut short (RFC 3416, 4.2.3)."""
        wide = len(self._asked)
        due = wide * self._repetitions
        if len(rows) >= due:
            rows = rows[:due]
            self._grow()
        else:  # All that fits: asking for much more would only cost the agent.
            self._span = min(self._span, len(rows) + wide)
        if self._is_plain(rows, wide):
            return [(column.place, column.advance(rows[place::wide])) for place, column in enumerate(self._asked)]
        taken = ((column.place, self._take(column, rows[place::wide])) for place, column in enumerate(self._asked))
        return [(place, good) for place, good in taken if good]

    def _is_plain(self, rows: Sequence[Row], wide: int) -> bool:
        """Whether all rows are good and no column ends with them: what most answers are, proved in a few passes."""
        asked = self._asked
        room = self._limits.rows - max([column.count for column in asked])
        if not wide <= len(rows) <= wide * room:
            return False
        oids = [row[0] for row in rows]
        before = [*[column.last for column in asked], *oids]
        if not all(map(lt, before, oids)) or max(map(_tag, rows)) >= NO_SUCH_OBJECT:
            return False
        first = len(oids) - wide  # Each column has its last row from here on: one between its root and that is its own.
        last = zip(oids[first:], [asked[(first + place) % wide] for place in range(wide)], strict=True)
        return all(oid[: column.depth] == column.root for oid, column in last)

    def _take(self, column: _Column, rows: Sequence[Row]) -> Sequence[Row]:
        """Advance a column by the rows that are its own; what is wrong with the next one ends it."""
        rows = rows[: _stop(column, rows)]
        room = self._limits.rows - column.count
        if len(rows) > room:
            rows = rows[:room]
            column.ended, column.detail = Ended.ROW_LIMIT, f"more than {self._limits.rows} rows"
        return column.advance(rows)

    def _error(self, status: int, index: int) -> None:
        """Hold a column to account if the error names one; else ask for less till it can only be one."""
        last = status == NO_SUCH_NAME  # how SNMPv1 says endOfMibView (RFC 1157, 4.1.3)
        ended, detail = (Ended.COMPLETE, "") if last else (Ended.ERROR_STATUS, error_name(status))
        if status != TOO_BIG and self._repetitions == 1 and 0 < index <= len(self._asked):
            self._end([self._asked[index - 1]], ended, detail)
        else:
            self._trouble(ended, detail)

    def _trouble(self, ended: Ended, detail: str) -> None:
        if len(self._asked) > 1 or self._repetitions > 1:
            self._shrink()
            return
        self._end(self._asked, ended, detail)
        self._span = min(FIRST_SPAN, self._most)  # The culprit is gone.

    def _desert(self, detail: str) -> None:
        """Give up on what was asked; on everything, if the agent has not spoken since the last time."""
        everything = self._deserted or not self.answers
        self._end(self._open if everything else self._asked, Ended.TIMEOUT, detail)
        self._deserted = True
        self._tries = 0
        self._span = min(FIRST_SPAN, self._most)

    def _is_bold(self) -> bool:
        return self._worked < len(self._asked) * self._repetitions

    def _shrink(self) -> None:
        """Ask for half; after growing too boldly, for what went well before."""
        if self._is_bold():
            self._span = self._worked
            self._patience = min(self._patience * 4, MOST_PATIENCE)
        else:
            self._span = max(1, len(self._asked) * self._repetitions // 2)
        self._calm = 0

    def _grow(self) -> None:
        """Ask for twice as much once enough full answers have come."""
        if self._worked < self._span:
            self._patience = max(1, self._patience // 4)
        self._worked = self._span
        self._calm += self._took < self._limits.timeout * SWIFT
        if self._calm >= self._patience:
            self._span = min(self._span * 2, self._most)
            self._calm = 0

    def _end(self, columns: Iterable[_Column], ended: Ended, detail: str) -> None:
        for column in columns:
            if column.ended is None:
                column.ended, column.detail = ended, detail


def error_name(status: int) -> str:
    """Name an error-status as the RFC does.

    >>> error_name(5), error_name(99)
    ('genErr', 'error-status 99')
    """
    return ERROR_STATUS[status] if 0 <= status < len(ERROR_STATUS) else f"error-status {status}"


def _is_refusal(column: _Column) -> bool:
    refusals = ("noAccess", "authorizationError")
    return column.count == 0 and (column.ended is Ended.REFUSED or column.detail in refusals)


def _stop(column: _Column, rows: Sequence[Row]) -> int:
    """Count the rows up to the first that is not the column's, and end the column for what that one is."""
    last = column.last
    for place, row in enumerate(rows):
        ended = _fault(column.root, last, row)
        if ended is not None:
            column.ended, column.detail = ended, _detail(ended, row[0], last, rows[:place])
            return place
        last = row[0]
    return len(rows)


def _fault(root: Oid, last: Oid, row: Row) -> Ended | None:
    """What ends a walk at this row; nothing, if the row is a good next one."""
    oid, tag, _ = row
    if tag == END_OF_MIB_VIEW:
        return Ended.COMPLETE
    if tag in {NO_SUCH_OBJECT, NO_SUCH_INSTANCE}:  # RFC 3416, 4.2.2 has no such answer to a GETNEXT
        return Ended.NO_SUCH_OBJECT
    if oid <= last:
        return Ended.NOT_INCREASING
    return None if oid[: len(root)] == root else Ended.COMPLETE


def _detail(ended: Ended, oid: Oid, last: Oid, before: Sequence[Row]) -> str:
    if ended is Ended.COMPLETE:
        return ""
    if ended is Ended.NO_SUCH_OBJECT:
        return f"noSuchObject or noSuchInstance at {format_oid(oid)}"
    again = oid == last or any(oid == row[0] for row in before)
    return f"{format_oid(oid)} comes {'again ' if again else ''}after {format_oid(last)}"
