"""Every form an inventory may have, and which of them a file is in: by what stands in it, or as the user says."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from wiremap_lab.collectors.inventory import ansible, containerlab, native, netbox, nornir, oxidized, suzieq, table
from wiremap_lab.collectors.inventory.draft import Draft, Entry, joined
from wiremap_lab.collectors.inventory.model import Inventory
from wiremap_lab.collectors.inventory.reading import read_text
from wiremap_lab.collectors.secrets import Ask, Secret
from wiremap_lab.document import Item, Page, line_of, open_json, open_page
from wiremap_lab.errors import Fault, InvalidFile


@dataclass(frozen=True, slots=True)
class Document:
    """A form of YAML or JSON: how it is recognized, and read."""

    recognizes: Callable[[Item], bool]
    read: Callable[[Item, Path], Draft]


@dataclass(frozen=True, slots=True)
class Lines:
    """A form of lines of text: how it is recognized, and read."""

    recognizes: Callable[[str], bool]
    read: Callable[[str, Path], Draft]


#: In the order they are tried; one further down is not asked where one above recognizes its own.
DOCUMENTS: Mapping[str, Document] = {
    "wiremap": Document(native.recognizes, lambda root, _: native.read(root)),
    "suzieq": Document(suzieq.recognizes, suzieq.read),
    "containerlab": Document(containerlab.recognizes, containerlab.read),
    "oxidized": Document(oxidized.recognizes_config, oxidized.read_config),
    "ansible": Document(ansible.recognizes, lambda root, _: ansible.read(root)),
    "nornir": Document(nornir.recognizes, nornir.read),
}
LINES: Mapping[str, Lines] = {
    "csv": Lines(table.recognizes, table.read),
    "oxidized": Lines(oxidized.recognizes, oxidized.read),
}
FORMATS = tuple(dict.fromkeys([*DOCUMENTS, *LINES]))
_LINE_SUFFIXES = {".csv": "csv", ".tsv": "csv", ".db": "oxidized"}
_DOCUMENT_SUFFIXES = (".yaml", ".yml", ".json")


def open_sources(
    sources: Sequence[str],
    *,
    tokens: Mapping[str, Secret],
    ask: Ask,
    extra: Sequence[str] = (),
    pause: Callable[[float], None] = time.sleep,
) -> Inventory:
    """The inventory that sources come to together: files, ``FORMAT:FILE``, or addresses of NetBox or Nautobot.

    `extra` are hosts that may be in none of them, for which the defaults hold. `tokens` are secrets by the
    API they are for. Raises InvalidFile with every fault of every file,
    TransportError where an API does not answer, InvalidValue where its token is not to be had.
    """
    faults: list[Fault] = []
    drafts: list[Draft] = []
    for source in sources:
        try:
            drafts.append(_open(source, tokens, ask, pause))
        except InvalidFile as fault:
            faults += fault.faults
    if faults:
        raise InvalidFile([*faults, *(fault for draft in drafts for page in draft.pages for fault in page.faults)])
    known = {name for draft in drafts for name in draft.entries}
    named = [name for name in extra if name not in known]
    return joined([*drafts, _named(named)] if named else drafts)


def _named(hosts: Sequence[str]) -> Draft:
    """Hosts of which no more is known than how they are called."""
    page = Page("named")
    return Draft("named", [page], entries={host: Entry(line_of(page, 0, {"host": host}), {}) for host in hosts})


def _open(source: str, tokens: Mapping[str, Secret], ask: Ask, pause: Callable[[float], None]) -> Draft:
    api = netbox.api_of(source)
    if api:
        return netbox.read(source, token=tokens[api.name].reveal(ask, f"token of {api.name}"), pause=pause)
    named, colon, rest = source.partition(":")
    if colon and named in FORMATS:
        return _read(Path(rest), named)
    return _read(Path(source), "")


def _read(path: Path, named: str) -> Draft:
    """One file, in the form the user named or the one it shows."""
    path = path / "hosts.yaml" if path.is_dir() else path
    text = read_text(path)
    lines = named or _LINE_SUFFIXES.get(path.suffix.casefold(), "")
    if lines in LINES and not (lines == "oxidized" and _is_document(text, path)):
        return LINES[lines].read(text, path)
    if not named and path.suffix.casefold() not in _DOCUMENT_SUFFIXES:
        found = next((each for each in LINES.values() if each.recognizes(text)), None)
        if found:
            return found.read(text, path)
    root = _document(text, path)
    form = DOCUMENTS[named] if named else next((each for each in DOCUMENTS.values() if each.recognizes(root)), None)
    if form is None:
        remedy = f"name its format: -i FORMAT:{path}, one of {', '.join(FORMATS)}"
        raise InvalidFile([*root.page.faults, Fault(str(path), None, "", "no inventory that is recognized", remedy)])
    root.page.faults.clear()  # what those said of it that it is not for
    return form.read(root, path)


def _is_document(text: str, path: Path) -> bool:
    return path.suffix.casefold() != ".db" and not oxidized.recognizes(text)


def _document(text: str, path: Path) -> Item:
    """JSON where it is so, which is read swiftly, and YAML otherwise."""
    if section := re.search(r"^\[[\w:.-]+\]\s*$", text, re.MULTILINE):
        line = text.count("\n", 0, section.start()) + 1
        remedy = f"ansible-inventory -i {path} --list prints it as JSON, which is read"
        raise InvalidFile([Fault(str(path), line, "", "an INI file", remedy)])
    if path.suffix.casefold() == ".json":
        return open_json(text, path=str(path))
    with suppress(InvalidFile):
        if text.lstrip()[:1] == "{" and path.suffix.casefold() not in _DOCUMENT_SUFFIXES:
            return open_json(text, path=str(path))
    return open_page(text, path=str(path))
