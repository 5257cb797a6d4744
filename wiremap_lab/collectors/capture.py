"""Listen on an interface: the frames that say where things are, as they come, and no others.

Linux only, with a packet socket. On Ethernet the kernel passes on the kinds of frames that are read (LLDP, CDP,
ARP, DHCP, Neighbor Discovery) and nothing that people say to each other. An interface in monitor mode hears
beacons and probe responses; to put it there is for the system's own tools: ``iw dev wlan0 set type monitor``.
"""

from __future__ import annotations

import ctypes
import socket
import struct
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from wiremap_lab.errors import InvalidValue, Refused, Unreachable
from wiremap_lab.readers.frames import read_frame

_ETH_P_ALL, _SOL_PACKET, _SO_ATTACH_FILTER = 0x0003, 263, 26
_PACKET_ADD_MEMBERSHIP, _PACKET_AUXDATA = 1, 8
_PROMISCUOUS, _ALL_MULTICAST = 1, 2
_VLAN_VALID, _VLAN_TPID_VALID, _VLAN_TPID = 0x10, 0x40, 0x8100
_LONGEST_FRAME = 65_535
#: ARPHRD of an interface (if_arp.h) → LINKTYPE of the frames it hears: Ethernet, loopback, and the three of Wi-Fi.
_LINK_TYPE = {1: 1, 772: 1, 801: 105, 802: 119, 803: 127}
_ETHERNET, _OUTGOING = 1, 4
_SYS = Path("/sys/class/net")


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame as it was heard: when, in seconds since 1970, the LINKTYPE of its link, and its octets."""

    at: float
    link_type: int
    octets: bytes


def listen(interface: str, *, seconds: float, count: int, promiscuous: bool = False) -> Iterator[Frame]:
    """The frames heard on an interface for so many seconds, and at most so many.

    A `promiscuous` interface takes in what is addressed to others, too. Raises Refused where listening is not
    allowed, InvalidValue where there is no such interface, Unreachable where it goes down.
    """
    ear, link_type = _opened(interface), _link_type(interface)
    try:
        _begin(ear, interface, promiscuous=promiscuous, filtered=link_type == _ETHERNET)
    except OSError as fault:
        ear.close()
        raise Unreachable(f"{interface}: {fault.strerror}") from None
    return _heard(ear, interface, link_type, seconds, count)


def _heard(ear: socket.socket, interface: str, link_type: int, seconds: float, count: int) -> Iterator[Frame]:
    until, heard = time.monotonic() + seconds, 0
    with closing(ear):
        while heard < count and (octets := _next(ear, interface, until)) is not None:
            if link_type == _ETHERNET or any(read_frame(link_type, octets)):
                heard += 1
                yield Frame(time.time(), link_type, octets)


def _opened(interface: str) -> socket.socket:
    """A packet socket that hears nothing yet."""
    if not hasattr(socket, "AF_PACKET"):
        raise Refused("only Linux lets a program listen so; read a capture of another with wiremap read")
    names = [name for _, name in socket.if_nameindex()]
    if interface not in names:
        raise InvalidValue(f"no interface {interface!r}; there are {', '.join(names)}")
    try:
        return socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    except PermissionError:
        what = f"listening on {interface} needs the capability CAP_NET_RAW: run it with sudo, or as root"
        raise Refused(what) from None


def _link_type(interface: str) -> int:
    try:
        hardware = int((_SYS / interface / "type").read_text())
    except (OSError, ValueError) as fault:
        raise InvalidValue(f"{interface}: what kind of link it is cannot be read: {fault}") from None
    if hardware not in _LINK_TYPE:
        raise InvalidValue(f"{interface} is a link of a kind that is not read (ARPHRD {hardware})")
    return _LINK_TYPE[hardware]


def _begin(ear: socket.socket, interface: str, *, promiscuous: bool, filtered: bool) -> None:
    """Bind the socket when its filter is in place, so that nothing else is ever heard."""
    if filtered:
        _attach(ear, FILTER)
    membership = _PROMISCUOUS if promiscuous else _ALL_MULTICAST
    request = struct.pack("@iHH8s", socket.if_nametoindex(interface), membership, 0, b"")
    ear.setsockopt(_SOL_PACKET, _PACKET_ADD_MEMBERSHIP, request)
    ear.setsockopt(_SOL_PACKET, _PACKET_AUXDATA, 1)
    ear.bind((interface, _ETH_P_ALL))


def _next(ear: socket.socket, interface: str, until: float) -> bytes | None:
    """The next frame that came in, its VLAN tag put back; None when time is up."""
    while (left := until - time.monotonic()) > 0:
        ear.settimeout(left)
        try:
            octets, beside, _, (_, _, direction, *_) = ear.recvmsg(_LONGEST_FRAME, 64)
        except TimeoutError:
            return None
        except OSError as fault:
            raise Unreachable(f"{interface}: {fault.strerror}") from None
        if direction != _OUTGOING:  # what this machine says of itself was not heard
            return _tagged(octets, beside)
    return None


def _tagged(octets: bytes, beside: Sequence[tuple[int, int, bytes]]) -> bytes:
    """A frame with the VLAN tag that the kernel took out of it (struct tpacket_auxdata)."""
    for level, kind, data in beside:
        if (level, kind) == (_SOL_PACKET, _PACKET_AUXDATA) and len(data) >= 20:
            status, _, _, _, _, tci, tpid = struct.unpack("=IIIHHHH", data[:20])
            tag = struct.pack(">HH", tpid if status & _VLAN_TPID_VALID else _VLAN_TPID, tci)
            return octets[:12] + tag + octets[12:] if status & _VLAN_VALID else octets
    return octets


#: An instruction of the classic Berkeley Packet Filter: code, steps where it holds, steps where it does not, operand.
Instruction = tuple[int, int, int, int]

_LD_HALF, _LD_WORD, _LD_BYTE, _LDX_HEADER, _LD_HALF_AT = 0x28, 0x20, 0x30, 0xB1, 0x48
_EQUAL, _GREATER, _ANY_BIT, _RETURN = 0x15, 0x25, 0x45, 0x06


#: Label, code, operand, where to go if it holds and if not; the next one, where nothing is said. Offsets count from
#: the destination address: the kernel has taken tags out already.
_STEPS: Sequence[tuple[str, int, int, str, str]] = (
    ("", _LD_HALF, 12, "", ""),
    ("", _EQUAL, 0x88CC, "take", ""),
    ("", _EQUAL, 0x0806, "take", ""),
    ("", _EQUAL, 0x0800, "ipv4", ""),
    ("", _EQUAL, 0x86DD, "ipv6", ""),
    ("", _GREATER, 1500, "drop", ""),
    ("", _LD_WORD, 14, "", ""),
    ("", _EQUAL, 0xAAAA0300, "", "drop"),
    ("", _LD_WORD, 18, "", ""),
    ("", _EQUAL, 0x000C2000, "take", "drop"),
    ("ipv4", _LD_BYTE, 23, "", ""),
    ("", _EQUAL, 17, "", "drop"),
    ("", _LD_HALF, 20, "", ""),
    ("", _ANY_BIT, 0x1FFF, "drop", ""),
    ("", _LDX_HEADER, 14, "", ""),
    ("", _LD_HALF_AT, 14, "", ""),
    ("", _EQUAL, 67, "take", ""),
    ("", _EQUAL, 68, "take", "drop"),
    ("ipv6", _LD_BYTE, 20, "", ""),
    ("", _EQUAL, 58, "", "drop"),
    ("", _LD_BYTE, 54, "", ""),
    ("", _GREATER, 136, "drop", ""),
    ("", _GREATER, 132, "take", "drop"),
    ("drop", _RETURN, 0, "", ""),
    ("take", _RETURN, _LONGEST_FRAME, "", ""),
)


def _program() -> Iterator[Instruction]:
    """The steps with their labels made into how many steps are passed over."""
    places = {label: at for at, (label, *_) in enumerate(_STEPS) if label}
    for at, (_, code, operand, holds, else_) in enumerate(_STEPS):
        yield code, places.get(holds, at + 1) - at - 1, places.get(else_, at + 1) - at - 1, operand


FILTER = tuple(_program())


def _attach(ear: socket.socket, program: Sequence[Instruction]) -> None:
    """Give the kernel a filter (struct sock_fprog, whose pointer needs the instructions to stay until it has them)."""
    octets = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
    kept = ctypes.create_string_buffer(octets)
    ear.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HL", len(program), ctypes.addressof(kept)))


class Pcapng:
    """A capture file while it is written (draft-ietf-opsawg-pcapng): a section, an interface a type of link, frames."""

    def __init__(self, file: BinaryIO) -> None:
        """Begin the file."""
        self._file = file
        self._interfaces: dict[int, int] = {}
        file.write(_block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))

    def write(self, frame: Frame) -> None:
        """Add a frame."""
        if frame.link_type not in self._interfaces:
            self._interfaces[frame.link_type] = len(self._interfaces)
            self._file.write(_block(1, struct.pack("<HHI", frame.link_type, 0, 0)))
        microseconds, length = int(frame.at * 1_000_000), len(frame.octets)
        number = self._interfaces[frame.link_type]
        head = struct.pack("<IIIII", number, microseconds >> 32, microseconds & 0xFFFFFFFF, length, length)
        self._file.write(_block(6, head + frame.octets + bytes(-length % 4)))


def _block(kind: int, body: bytes) -> bytes:
    length = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + length + body + length
