"""What a device printed, kept as a file beside the recording of its SNMP: ``core-1.session.json``.

It is JSON: the platform, each command with its text, and the commands that have none with the reason. A session in
it reads as it did when the device printed it.
"""

from __future__ import annotations

import json
from pathlib import Path

from wiremap_lab.collectors.answer import Session
from wiremap_lab.errors import Fault, InvalidFile

SUFFIX = ".session.json"
SCHEMA_VERSION = 1


def dump_session(session: Session) -> str:
    """A session as the text of a file."""
    told = {"platform": session.platform, "outputs": dict(session.outputs), "unread": dict(session.unread)}
    return json.dumps({"schema_version": SCHEMA_VERSION, **told}, indent=1, ensure_ascii=False) + "\n"


def load_session(path: Path) -> Session:
    """Read a session from its file. Raises InvalidFile where it is none."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return Session(str(told["platform"]), _texts(told["outputs"]), _texts(told.get("unread", {})))
    except OSError as fault:
        raise InvalidFile([Fault(str(path), None, "", f"cannot be read: {fault.strerror}")]) from None
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise InvalidFile([Fault(str(path), None, "", f"not a session: {fault!r}")]) from None


def _texts(told: dict[str, str]) -> dict[str, str]:
    if not all(isinstance(text, str) for text in told.values()):
        raise TypeError("commands have texts")
    return {**told}
