"""Secrets: where they are kept, and never the secret itself where it could be seen.

A secret is written in a file as where it comes from: ``env:NAME``, ``file:/path`` or ``ask``. A
bare literal is taken too, and warned of. It is looked up when it is used, and no `repr` shows it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from wiremap_lab.errors import InvalidValue

#: Asks a person for a secret: the prompt in, the answer out.
Ask = Callable[[str], str]

_log = logging.getLogger(__name__)


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
        if text == "ask" or text.startswith(("env:", "file:")):
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
