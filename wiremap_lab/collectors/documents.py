"""A controller's documents as files: a folder of JSON, and an index of the paths they were asked for.

The index, ``index.json``, is an object: `vendor`, whose documents they are; `documents`, path → file; and
`unread`, path → why it could not be read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from wiremap_lab.errors import DecodeError, Fault, InvalidFile
from wiremap_lab.readers.controllers import INDEX, VENDORS, index
from wiremap_lab.readers.controllers.documents import Row, inner, parse, text

INDEX_FILE = "index.json"


def load_documents(folder: Path) -> dict[str, str]:
    """The documents of a folder by their paths, as a controller's answer has them.

    Raises InvalidFile for an index that is none, or names a vendor nobody knows or a file outside the folder.
    """
    path = folder / INDEX_FILE
    told = _index(path)
    vendor = text(told, "vendor")
    if vendor not in VENDORS:
        raise _fault(path, "vendor", f"unknown vendor {vendor!r}; known are {', '.join(VENDORS)}")
    unread = {asked: str(reason) for asked, reason in inner(told, "unread").items()}
    documents = {INDEX: index(vendor, unread)}
    for asked, file in inner(told, "documents").items():
        name = Path(str(file))
        if name.name != str(file) or not asked.startswith("/") or asked == INDEX:
            raise _fault(path, asked, f"{file!r} is no file of this folder, or the path is none")
        documents[asked] = _read(folder / name)
    return documents


def dumped(documents: Mapping[str, str]) -> dict[str, str]:
    """The files of a controller's answer, name → text: the index first, then the documents by number."""
    told = _object(documents.get(INDEX, "{}"))
    asked = [path for path in sorted(documents) if path != INDEX]
    files = {path: f"{number:04}.json" for number, path in enumerate(asked, 1)}
    written = {"vendor": text(told, "vendor"), "documents": files, "unread": inner(told, "unread")}
    return {INDEX_FILE: json.dumps(written, indent=2), **{files[path]: documents[path] for path in asked}}


def _object(text_: str) -> Row:
    return inner({"": parse(text_)}, "")


def _index(path: Path) -> Row:
    try:
        return _object(_read(path))
    except DecodeError as fault:
        raise _fault(path, "", str(fault)) from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise _fault(path, "", getattr(fault, "strerror", None) or str(fault)) from None


def _fault(path: Path, where: str, what: str) -> InvalidFile:
    return InvalidFile([Fault(str(path), None, where, what)])
