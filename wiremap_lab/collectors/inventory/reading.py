"""Texts of files, or the fault that one cannot be read."""

from __future__ import annotations

from pathlib import Path

from wiremap_lab.errors import Fault, InvalidFile


def read_text(path: Path) -> str:
    """The text of a file, without a mark of byte order. Raises InvalidFile where it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        what = fault.strerror if isinstance(fault, OSError) else "not UTF-8"
        raise InvalidFile([Fault(str(path), None, "", f"cannot be read: {what}", "-i names another")]) from None
