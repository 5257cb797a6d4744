"""Read recordings in place of devices: files of SNMP's rows and of sessions, folders of a controller's documents."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path

from wiremap_lab.collectors.answer import Answer
from wiremap_lab.collectors.collect import Source
from wiremap_lab.collectors.documents import INDEX_FILE, load_documents
from wiremap_lab.collectors.sessions import SUFFIX as SESSION
from wiremap_lab.collectors.sessions import load_session
from wiremap_lab.errors import Fault, InvalidFile
from wiremap_lab.snmp.recording import load

SUFFIX = ".snmprec"


def sources(paths: Iterable[Path]) -> tuple[Source, ...]:
    """The recordings at `paths`; a folder stands for every recording in it, or is one, of a controller.

    A context's file, ``core-1@20.snmprec``, belongs to its device and is none of its own, and so does a session,
    ``core-1.session.json``, beside SNMP's rows. Raises InvalidFile for what does not exist and for a folder without
    recordings.
    """
    faults: list[Fault] = []
    found = tuple(recording for path in paths for recording in _below(path, faults))
    if faults:
        raise InvalidFile(faults)
    return tuple((_name(path), _reader(path)) for path in found)


def _name(path: Path) -> str:
    return path.resolve().name if path.is_dir() else path.name.removesuffix(SESSION).removesuffix(SUFFIX)


def _below(path: Path, faults: list[Fault]) -> Iterator[Path]:
    if path.is_file() or (path / INDEX_FILE).is_file():
        yield path
        return
    found = [each for each in sorted(path.glob(f"*{SUFFIX}")) if not _is_context(each)]
    rows = {_name(each) for each in found}
    found += [each for each in sorted(path.glob(f"*{SESSION}")) if _name(each) not in rows]
    found += [index.parent for index in sorted(path.glob(f"*/{INDEX_FILE}"))]
    if not found:
        what = f"neither {SUFFIX} or {SESSION} files nor documents in this folder" if path.is_dir() else "no such file"
        faults.append(Fault(str(path), None, "", what))
    yield from found


def _is_context(path: Path) -> bool:
    device, at, _ = path.stem.rpartition("@")
    return bool(at) and path.with_name(device + SUFFIX).exists()


def _reader(path: Path) -> Callable[[], Awaitable[Answer]]:
    async def read() -> Answer:
        if path.is_dir():
            return Answer(path.resolve().name, documents=load_documents(path))
        session = path.with_name(_name(path) + SESSION)
        rows = None if path == session else load(path)
        return Answer(_name(path), rows, load_session(session) if session.is_file() else None)

    return read
