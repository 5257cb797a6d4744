"""What one source said, as it said it: rows of SNMP, texts of a command line, documents of a controller.

An answer is kept as texts by key and can be read into tables again whenever a reader has learned something.
The key of SNMP's rows is their context (``""``, ``20``), that of a printed text ``PLATFORM$ COMMAND``, that of
the reason why a command has no text ``PLATFORM! COMMAND``, and that of a document the path it was asked for,
which begins with a slash.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from wiremap_lab.inference.local_ports import resolve_local_ports
from wiremap_lab.inference.oddities import oddities
from wiremap_lab.inference.transports import merge
from wiremap_lab.packed import Packed
from wiremap_lab.readers import controllers
from wiremap_lab.readers.mibs.device import read_device
from wiremap_lab.readers.printed import read_session
from wiremap_lab.snmp.recording import Recording, dump, parse
from wiremap_lab.tables import DeviceTables

_PROMPT = "$ "
#: What stands between platform and command where a text says why there is no output.
_UNREAD = "! "
_SESSION = re.compile(r"(?P<platform>\w+)(?P<sign>[$!] )")


@dataclass(frozen=True, slots=True)
class Session:
    """What a device printed, command → text, and the platform by netmiko's name for it.

    The text of the command ``""`` is its prompt. `unread` says of commands without a whole text why that is.
    """

    platform: str
    outputs: Mapping[str, str]
    unread: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one source said over each of its transports; the ones that were not asked are empty."""

    name: str
    recording: Recording | None = None
    session: Session | None = None
    documents: Mapping[str, str] = field(default_factory=dict)

    @property
    def views(self) -> Mapping[str, Recording]:
        """SNMP's rows by context."""
        return {"": self.recording, **self.recording.contexts} if self.recording else {}

    @property
    def rows(self) -> int:
        """How many rows SNMP brought."""
        return sum(len(view.rows) for view in self.views.values())

    def texts(self) -> Mapping[str, str]:
        """All of it, as it is kept."""
        session = self.session or Session("", {})
        printed = {f"{session.platform}{_PROMPT}{command}": text for command, text in session.outputs.items()}
        missed = {f"{session.platform}{_UNREAD}{command}": reason for command, reason in session.unread.items()}
        return {**_dumped(self.recording), **printed, **missed, **self.documents}

    @classmethod
    def of(cls, name: str, texts: Mapping[str, str]) -> Answer:
        """What was kept, as an answer again.

        >>> kept = {"linux$ ip -j neigh": "[]", "/api/v1/networks": "{}"}
        >>> Answer.of("here", kept).texts() == kept
        True
        """
        documents = {key: text for key, text in texts.items() if key.startswith("/")}
        printed = {key: text for key, text in texts.items() if _SESSION.match(key) and key not in documents}
        rows = texts.keys() - documents.keys() - printed.keys()
        views = {key: parse(texts[key].encode(), name=name) for key in sorted(rows)}
        first = views.pop("", None)
        return cls(name, replace(first, contexts=views) if first else None, _session(printed), documents)


def _session(printed: Mapping[str, str]) -> Session | None:
    parts: dict[str, dict[str, str]] = {_PROMPT: {}, _UNREAD: {}}
    platform = ""
    for key, text in printed.items():
        if found := _SESSION.match(key):
            platform = found["platform"]
            parts[found["sign"]][key[found.end() :]] = text
    return Session(platform, parts[_PROMPT], parts[_UNREAD]) if printed else None


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it goes into the store, a tenth as large: its texts, compressed, and how many rows they have."""

    rows: int
    texts: Mapping[str, Packed]

    @classmethod
    def of(cls, answer: Answer) -> Kept:
        """Pack an answer."""
        return cls(answer.rows, {key: Packed.of(text) for key, text in answer.texts().items()})


def understood(answer: Answer) -> tuple[DeviceTables, ...]:
    """The tables of what a source said, with the ports they name found out; the source's own stand first.

    Most sources speak of themselves alone, a controller of many devices.
    """
    if answer.documents:
        return tuple(resolve_local_ports(each) for each in controllers.tables(answer.name, answer.documents))
    printed = _printed(answer)
    if answer.recording is None and printed is not None:
        return (printed,)
    recording = answer.recording or Recording(answer.name, ())
    contexts = {name: context.walk for name, context in recording.contexts.items()}
    incomplete = (*recording.incomplete, *(gap for each in recording.contexts.values() for gap in each.incomplete))
    read = read_device(answer.name, recording.walk, contexts=contexts, incomplete=incomplete)
    odd = (*recording.findings, *(each for context in recording.contexts.values() for each in context.findings))
    told = resolve_local_ports(replace(read, findings=(*odd, *read.findings, *oddities(read))))
    return (merge(told, printed) if printed else told,)


def _printed(answer: Answer) -> DeviceTables | None:
    session = answer.session
    if session is None:
        return None
    return resolve_local_ports(read_session(answer.name, session.platform, session.outputs, unread=session.unread))


def _dumped(recording: Recording | None) -> Mapping[str, str]:
    """A recording as texts by context. A context without a row leaves no more than word of its being incomplete."""
    if recording is None:
        return {}
    silent = (gap for context in recording.contexts.values() if not context.rows for gap in context.incomplete)
    texts = {"": dump(recording.rows, incomplete=(*recording.incomplete, *silent))}
    answered = {name: context for name, context in recording.contexts.items() if context.rows}
    return texts | {name: dump(context.rows, incomplete=context.incomplete) for name, context in answered.items()}
