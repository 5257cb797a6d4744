"""Octets taken one after the other, never past the end."""

from __future__ import annotations

from wiremap_lab.errors import DecodeError


class Octets:
    r"""What is left of some octets. Taking more than that raises DecodeError.

    >>> octets = Octets(b"\x00\x02hi")
    >>> octets.take(octets.uint(2)), octets.left
    (b'hi', 0)
    """

    __slots__ = ("_at", "_octets", "_what")

    def __init__(self, octets: bytes, *, what: str = "octets that are cut short") -> None:
        """Begin at the first of `octets`; `what` is said where they do not suffice."""
        self._octets, self._at, self._what = octets, 0, what

    @property
    def left(self) -> int:
        """How many are left."""
        return len(self._octets) - self._at

    def take(self, count: int) -> bytes:
        """The next `count` octets. Raises DecodeError where there are fewer."""
        if count > self.left:
            raise DecodeError(self._what)
        begin, self._at = self._at, self._at + count
        return self._octets[begin : self._at]

    def uint(self, count: int) -> int:
        """The next `count` octets as a number, the first one counting most. Raises DecodeError."""
        return int.from_bytes(self.take(count), "big")

    def rest(self) -> bytes:
        """All that are left."""
        return self.take(self.left)
