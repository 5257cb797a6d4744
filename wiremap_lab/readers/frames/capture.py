"""Captures, pcap and pcapng: the frames in them and the type of the link each was heard on."""

from __future__ import annotations

import io
import logging
import struct
from collections.abc import Iterator

from wiremap_lab.errors import Fault, InvalidFile
from wiremap_lab.tables import Finding

#: How pcap and pcapng files begin, in either order of octets.
MAGIC = (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x0a\x0d\x0d\x0a")

#: The upper half of the field says whether frames end in their check sum.
_LINK_TYPE = 0xFFFF


def frames_of(name: str, octets: bytes) -> Iterator[tuple[int, bytes] | Finding]:
    """Link type (a LINKTYPE of the pcap registry) and octets of each frame, up to where the file is damaged.

    Raises InvalidFile where there is no capture at all.
    """
    from scapy.error import Scapy_Exception
    from scapy.utils import RawPcapNgReader, RawPcapReader

    complaints = _Complaints()
    damages = (Scapy_Exception, EOFError, ValueError, KeyError, IndexError, struct.error)
    with complaints:
        try:
            reader = RawPcapReader(io.BytesIO(octets))
        except damages as fault:
            raise InvalidFile([Fault(name, None, "", f"not a capture that can be read: {fault}")]) from None
    frames = iter(reader)
    while True:
        try:
            with complaints:
                frame, metadata = next(frames)
        except StopIteration:
            break
        except damages:
            yield Finding("frames", "the capture is damaged: what stands behind cannot be read")
            break
        own = metadata.linktype if isinstance(reader, RawPcapNgReader) else reader.linktype
        yield own & _LINK_TYPE, bytes(frame)
    yield from (Finding("frames", f"the capture is odd: {what}") for what in complaints.told)


class _Complaints(logging.Handler):
    """What scapy says of a capture while it reads, kept from stderr."""

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[str, None] = {}
        self._logger = logging.getLogger("scapy.runtime")
        self._before = dict(vars(self._logger))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what is said, once."""
        self.told[record.getMessage()] = None

    def __enter__(self) -> None:
        """Listen; without scapy's filter, which leaves out what it said of another capture a moment ago."""
        self._before = dict(vars(self._logger))
        vars(self._logger).update(propagate=False, handlers=[self], filters=[])

    def __exit__(self, *_: object) -> None:
        vars(self._logger).update(self._before)
