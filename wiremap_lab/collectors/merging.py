"""Put what was read again in the place of what is held of a device, root by root.

A poll reads some tables, an event a few rows. What was read to its end replaces what was held below that root;
what was not may add and refresh, and takes nothing away (the tables it did not reach are as old as they were).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from operator import itemgetter

from wiremap_lab.readers.mibs.bridge import CONTEXT_ROOTS, VTP_VLAN_STATE
from wiremap_lab.readers.mibs.columns import scalar
from wiremap_lab.readers.mibs.system import SYS_UP_TIME
from wiremap_lab.readers.mibs.wireless import further_roots
from wiremap_lab.snmp.recording import Recording
from wiremap_lab.tables import Oid


def merged(held: Recording, fresh: Recording, roots: Iterable[Oid]) -> Recording:
    """What is held of a device after a poll of these roots and, where it has them, of the contexts of its VLANs.

    What a poll of these roots shows to be asked besides (`further_roots`) was asked with it.

    A device that began anew in between may have numbered its interfaces anew: then nothing held is kept
    (quirks 56 and 79).
    """
    roots = (*roots, *further_roots(fresh.walk))
    if _has_restarted(held, fresh):
        return fresh
    views = {
        name: replaced(held.contexts.get(name, Recording(name, ())), context, CONTEXT_ROOTS)
        for name, context in fresh.contexts.items()
    }
    told = VTP_VLAN_STATE in roots and all(gap.root != VTP_VLAN_STATE for gap in fresh.incomplete)
    return replace(replaced(held, fresh, roots), contexts=views if told else {**held.contexts, **views})


def merged_context(held: Recording, context: str, fresh: Recording, roots: Iterable[Oid]) -> Recording:
    """What is held after some rows of one context, or of none, were read again."""
    if not context:
        return replaced(held, fresh, roots)
    view = replaced(held.contexts.get(context, Recording(context, ())), fresh, roots)
    return replace(held, contexts={**held.contexts, context: view})


def replaced(held: Recording, fresh: Recording, roots: Iterable[Oid]) -> Recording:
    """The rows of one view with those below `roots` read again; a root may also be a single object."""
    roots = set(roots)
    unended = {gap.root for gap in fresh.incomplete}
    rows = dict(zip(map(itemgetter(0), held.rows), held.rows, strict=True))
    for root in roots - unended:
        for oid, _, _ in held.walk(root):
            rows.pop(oid, None)
    rows.update((row[0], row) for row in fresh.rows)
    still = tuple(gap for gap in held.incomplete if gap.root not in roots)
    return replace(held, rows=sorted(rows.values(), key=itemgetter(0)), incomplete=(*still, *fresh.incomplete))


def _has_restarted(held: Recording, fresh: Recording) -> bool:
    """Whether its clock shows less than it did. One that runs over, after 497 days, costs a poll for nothing."""
    before, now = scalar(held.walk, SYS_UP_TIME), scalar(fresh.walk, SYS_UP_TIME)
    return isinstance(before, int) and isinstance(now, int) and now < before
