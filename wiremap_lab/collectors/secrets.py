"""Secrets: where they are kept, and never the secret itself where it could be seen.

A secret is written in a file as where it comes from: ``env:NAME``, ``keyring:SERVICE/USER``,
``file:/path``, ``cmd:COMMAND`` or ``ask``. A bare literal is taken too, and warned of. It is looked up
when it is used, and no `repr` shows it.
"""

from __future__ import annotations

import logging
import os
import shlex
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from wiremap_lab.errors import InvalidValue

#: Asks a person for a secret: the prompt in, the answer out.
Ask = Callable[[str], str]

_log = logging.getLogger(__name__)
_SOURCES = ("env:", "keyring:", "file:", "cmd:")
#: How long a command may take: somebody may have to touch a key.
_COMMAND_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret by its source.

    >>> Secret.parse("env:WIREMAP_COMMUNITY"), Secret.parse("hunter2")
    (Secret('env:WIREMAP_COMMUNITY'), Secret('literal'))
    """

    source: str
    _literal: str = field(default="", repr=False)

    @classmethod
    def parse(cls, text: str) -> Secret:
        """Read what a file says of a secret; what names no source is the secret itself."""
        if text == "ask" or text.startswith(_SOURCES):
            return cls(text)
        return cls("literal", text)

    @property
    def is_literal(self) -> bool:
        """Whether it stands in the file for everybody to see."""
        return self.source == "literal"

    def reveal(self, ask: Ask, what: str) -> str:
        """The secret. `what` names it in a prompt or an error. Raises InvalidValue where there is none."""
        kind, _, rest = self.source.partition(":")
        match kind:
            case "env":
                return _from_environment(rest, what)
            case "keyring":
                return _from_keyring(rest, what)
            case "cmd":
                return _from_command(rest, what)
            case "file":
                return _from_file(Path(rest), what)
            case "ask":
                return ask(what)
            case _:
                return self._literal

    def __repr__(self) -> str:
        return f"Secret({self.source!r})"


def _from_environment(name: str, what: str) -> str:
    try:
        return os.environ[name]
    except KeyError:
        raise InvalidValue(f"{what}: environment variable {name!r} is not set") from None


def _from_file(path: Path, what: str) -> str:
    try:
        if path.stat().st_mode & 0o077:
            _log.warning("%s: others may read %s; chmod 600 keeps them out", what, path)
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as fault:
        raise InvalidValue(f"{what}: {path} cannot be read: {fault}") from None


def _from_keyring(entry: str, what: str) -> str:
    """A password of the system's keyring; the user is what stands behind the last slash."""
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise InvalidValue(f"{what}: no keyring here: pip install 'wiremap_lab[keyring]'") from None
    service, slash, user = entry.rpartition("/")
    if not (service and slash and user):
        raise InvalidValue(f"{what}: not keyring:SERVICE/USER: {entry!r}")
    try:
        password = keyring.get_password(service, user)
    except KeyringError as fault:
        raise InvalidValue(f"{what}: the keyring cannot be read: {fault}") from None
    if password is None:
        raise InvalidValue(f"{what}: the keyring has nothing for {entry!r}: keyring set {service} {user}")
    return password


def _from_command(command: str, what: str) -> str:
    """The first line a command prints. No shell reads the command, and nobody else what it prints."""
    try:
        words = shlex.split(command)
        done = subprocess.run(  # noqa: S603 - the user's own words, in the user's own file
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=_COMMAND_SECONDS, check=False
        )
        printed = done.stdout.decode("utf-8").partition("\n")[0].strip()
    except subprocess.TimeoutExpired:
        raise InvalidValue(f"{what}: {words[0]!r} did not end within {_COMMAND_SECONDS:g} s") from None
    except (OSError, ValueError, IndexError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else "no command, or not UTF-8"
        raise InvalidValue(f"{what}: the command for it cannot be run: {why}") from None
    if done.returncode or not printed:
        ended = f"ended with {done.returncode}" if done.returncode else "printed nothing"
        raise InvalidValue(f"{what}: {words[0]!r} {ended}; run it by hand to see why")
    return printed
