"""The keys by which devices are known: a file of our own, in the form of OpenSSH's, and what to do about it.

``strict`` talks to nobody whose key is not in the file. ``tofu`` writes down the key of whom it meets first, and from
then on is strict. ``off`` believes anybody. A key that has changed is refused by the first two, for that is what an
attacker in the middle looks like; the message says which line to delete if the device was replaced.
"""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import threading
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from wiremap_lab.errors import Fault, InvalidFile, Refused

if TYPE_CHECKING:
    from paramiko import PKey

_log = logging.getLogger(__name__)
#: How a hashed name begins, which does not tell who is known.
_HASHED = "|1|"


class Trust(Enum):
    """Whom to believe to be the device."""

    STRICT = "strict"
    TOFU = "tofu"
    OFF = "off"


class KnownHosts:
    """The file of known keys, read once; what is met is added to it at once. Safe to share between threads."""

    def __init__(self, path: Path, trust: Trust) -> None:
        """Read the file. Raises InvalidFile where it cannot be read; one that is not there knows nobody."""
        self.path = path
        self.trust = trust
        self._lock = threading.Lock()
        self._lines = _read(path) if trust is not Trust.OFF else []
        #: Line numbers by name; a hashed name must be asked one by one.
        self._named: dict[str, list[int]] = {}
        self._hashed: list[tuple[str, int]] = []
        for number, line in enumerate(self._lines, 1):
            self._note(number, line)

    def keys(self, host: str, port: int) -> tuple[PKey, ...]:
        """The keys a host is known by."""
        return tuple(key for _, key in self._found(name_of(host, port)))

    def meet(self, host: str, port: int, key: PKey) -> None:
        """Say whether to go on with a host that shows this key. Raises Refused, with the reason and what to do."""
        if self.trust is Trust.OFF:
            return
        name = name_of(host, port)
        with self._lock:
            known = [*self._found(name)]
            if any(each == key for _, each in known):
                return
            if known:
                raise Refused(self.changed(host, port, key))
            if self.trust is Trust.STRICT:
                raise Refused(
                    f"host key of {name} is not known ({fingerprint(key)}): if that is its key, add it to {self.path} "
                    f"(ssh-keyscan -p {port} {host}), or collect once with --host-keys tofu"
                )
            self._add(name, key)

    def changed(self, host: str, port: int, key: PKey | None = None) -> str:
        """What to say of a host that does not show the key it is known by: another, or none of that kind."""
        name = name_of(host, port)
        where = f"{self.path} line {', '.join(str(number) for number, _ in self._found(name))}"
        shown = f"it shows {fingerprint(key)}, and another is" if key else "it shows none of the kind that is"
        return (
            f"host key of {name} has CHANGED: {shown} in {where}. Somebody may be in between. "
            f"If the device was replaced, delete that line"
        )

    def _note(self, number: int, line: str) -> None:
        if not line.strip() or line[0] in "#@":
            return
        for name in line.split(None, 1)[0].split(","):
            if name.startswith(_HASHED):
                self._hashed.append((name, number))
            else:
                self._named.setdefault(name, []).append(number)

    def _found(self, name: str) -> Iterator[tuple[int, PKey]]:
        """The keys of a host with the numbers of their lines. Raises InvalidFile for one that is none."""
        from paramiko import SSHException
        from paramiko.hostkeys import HostKeyEntry, HostKeys, InvalidHostKey

        hashed = (number for each, number in self._hashed if HostKeys.hash_host(name, each) == each)
        for number in (*self._named.get(name, ()), *hashed):
            try:
                entry = HostKeyEntry.from_line(self._lines[number - 1], number)
            except (InvalidHostKey, SSHException):
                raise InvalidFile([Fault(str(self.path), number, "", "not a host key", "delete it")]) from None
            if entry is not None and entry.key is not None:
                yield number, entry.key

    def _add(self, name: str, key: PKey) -> None:
        line = f"{name} {key.get_name()} {key.get_base64()}"
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        whole = not self._lines or self.path.read_bytes().endswith(b"\n")
        with os.fdopen(os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as file:
            file.write(f"{'' if whole else os.linesep}{line}\n")
        self._lines.append(line)
        self._note(len(self._lines), line)
        _log.warning("host key of %s met for the first time, and kept: %s", name, fingerprint(key))


def name_of(host: str, port: int) -> str:
    """A host as OpenSSH names it in such files: the port only where it is not 22."""
    return host if port == 22 else f"[{host}]:{port}"


def fingerprint(key: PKey) -> str:
    """A key as OpenSSH shows it: its kind and SHA-256 in base 64."""
    digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")
    return f"{key.get_name()} SHA256:{digest}"


def _read(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as fault:
        raise InvalidFile([Fault(str(path), None, "", f"cannot be read: {fault}")]) from None
