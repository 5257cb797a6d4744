"""What reading a recorded device would cost, counted by walking the recording as a good agent would answer it."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter

from wiremap_lab.readers.mibs.bridge import CONTEXT_ROOTS
from wiremap_lab.readers.mibs.device import ROOTS
from wiremap_lab.readers.mibs.wireless import further_roots
from wiremap_lab.snmp.codec import END_OF_MIB_VIEW, GETBULK, RESPONSE, Pdu, Version
from wiremap_lab.snmp.recording import Cost, Recording
from wiremap_lab.snmp.walker import Limits, Request, SafeWalker
from wiremap_lab.tables import Oid, Row

#: What most agents put into one message: what an Ethernet frame holds.
MESSAGE = 1400
#: Octets of a varbind beside its value: the tags and lengths of RFC 3416.
_FRAMING = 6


def rehearse(recording: Recording) -> Recording:
    """The recording with what a walk of it costs in requests; seconds are not known of a recording."""
    contexts = {name: replace(view, costs=_costs(view, CONTEXT_ROOTS)) for name, view in recording.contexts.items()}
    further = further_roots(recording.walk)
    costs = (*_costs(recording, ROOTS), *(_costs(recording, further) if further else ()))
    return replace(recording, costs=costs, contexts=contexts)


def _costs(recording: Recording, roots: Sequence[Oid]) -> tuple[Cost, ...]:
    walker = SafeWalker(roots, Limits(), version=Version.V2C, rng=random.Random(0), now=0.0)
    kept: list[list[Row]] = [[] for _ in roots]
    while (request := walker.request) is not None:
        rows, octets = _answer(recording.rows, request)
        for place, good in walker.answered(Pdu(RESPONSE, 0, 0, 0, rows), octets=octets, now=0.0):
            kept[place].extend(good)
    return tuple(Cost(each.root, len(each.rows), each.requests) for each in walker.walked(kept))


def _answer(rows: Sequence[Row], request: Request) -> tuple[list[Row], int]:
    """A good agent's answer to a request, as much of it as a message holds (RFC 3416, 4.2.3)."""
    asked = list(request.oids)
    given: list[Row] = []
    octets = 0
    for _ in range(request.repetitions if request.kind == GETBULK else 1):
        step = [_next(rows, oid) for oid in asked]
        octets += sum(_size(row) for row in step)
        if given and octets > MESSAGE:
            break
        given += step
        asked = [row[0] for row in step]
        if all(tag == END_OF_MIB_VIEW for _, tag, _ in step):
            break
    return given, octets


def _next(rows: Sequence[Row], oid: Oid) -> Row:
    at = bisect_right(rows, oid, key=itemgetter(0))
    return rows[at] if at < len(rows) else (oid, END_OF_MIB_VIEW, None)


def _size(row: Row) -> int:
    oid, _, value = row
    return _FRAMING + sum(1 + (arc > 127) for arc in oid) + (len(value) if isinstance(value, bytes | tuple) else 4)
