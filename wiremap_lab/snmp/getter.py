"""Get single objects of an agent: fewer at a time when it says tooBig, each for itself when it errs."""

from __future__ import annotations

from collections.abc import Sequence

from wiremap_lab.errors import Refused, Unreachable
from wiremap_lab.snmp.codec import GET, NO_SUCH_OBJECT, Pdu
from wiremap_lab.snmp.walker import JITTER, NO_SUCH_NAME, Chance, Limits, Request, error_name
from wiremap_lab.tables import Oid, Row


class SafeGetter:
    """Gets objects; like a walker, it holds the `request` to send next, None once it is done."""

    def __init__(self, oids: Sequence[Oid], limits: Limits, *, rng: Chance, now: float) -> None:
        self._limits = limits
        self._rng = rng
        self._until = now + limits.seconds
        self._oids = oids
        self._rows: dict[Oid, Row] = {}
        self._span = limits.columns_per_request
        self._tries = 0
        self._failure: Refused | Unreachable | None = None
        self.request: Request | None = None
        self._ask(now)

    def rows(self) -> list[Row]:
        """Give the objects in the order asked for. Raises Unreachable or Refused where one could not be read."""
        if self._failure is not None:
            raise self._failure
        return [self._rows[oid] for oid in self._oids]

    def answered(self, pdu: Pdu, *, octets: int, now: float) -> list[tuple[int, Sequence[Row]]]:
        """Take the answer to `request`; nothing is given yet."""
        del octets  # a GET has no more answers than questions
        asked = self.request.oids if self.request else ()
        self._tries = 0
        if pdu.error_status == NO_SUCH_NAME and 0 < pdu.error_index <= len(asked):
            oid = asked[pdu.error_index - 1]
            self._rows[oid] = (oid, NO_SUCH_OBJECT, None)  # what SNMPv1 cannot say (RFC 3584, 4.2.2.1)
        elif not pdu.error_status and tuple(row[0] for row in pdu.rows) == asked:
            self._rows.update((row[0], row) for row in pdu.rows)
        elif len(asked) > 1:
            self._span = len(asked) // 2
        else:
            self._failure = Refused(error_name(pdu.error_status) if pdu.error_status else "the answer to another GET")
        self._ask(now)
        return []

    def timed_out(self, now: float, *, heard: str = "") -> None:
        """No answer came in time; `heard` tells what came instead, if anything."""
        self._tries += 1
        if self._tries > self._limits.retries or now >= self._until:
            self._failure = Unreachable(f"{self._tries} requests and no answer{heard}")
        self._ask(now)

    def refused(self, detail: str) -> None:
        """The agent will not talk to us."""
        self._failure = Refused(detail)
        self.request = None

    def _ask(self, now: float) -> None:
        missing = tuple(oid for oid in dict.fromkeys(self._oids) if oid not in self._rows)[: self._span]
        if self._failure is not None or not missing:
            self.request = None
            return
        wait = self._limits.timeout * (1 + JITTER * self._rng.random())
        self.request = Request(GET, missing, 1, min(wait, max(0.0, self._until - now)), min(map(len, missing)))
