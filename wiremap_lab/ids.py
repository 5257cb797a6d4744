"""The identifiers of the field: MAC addresses, chassis IDs, port IDs, telephone numbers.

Text and octets become values here, once. A switch port is named on the wire by the pair of TLVs
its phones hear, chassis ID and port ID (IEEE 802.1AB-2016, 8.5.2 and 8.5.3), each with a subtype
that says how to read the octets. Agents get that wrong often enough that every value here keeps
the octets and the subtype as advertised beside the form they really have.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import ClassVar, Self

from wiremap_lab.errors import InvalidValue

_GROUPED = re.compile(
    r"(?:[0-9A-Fa-f]{1,2}[:\-\s]){5}[0-9A-Fa-f]{1,2}|(?:[0-9A-Fa-f]{1,4}\.){2}[0-9A-Fa-f]{1,4}|(?:[0-9A-Fa-f]{4}-){2}[0-9A-Fa-f]{4}"
)
_BARE = re.compile(r"(?:0[xX])?([0-9A-Fa-f]{12})")
_HALVES = re.compile(r"([0-9A-Fa-f]{6})[\-:]([0-9A-Fa-f]{6})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True, order=True)
class Mac:
    """A 48-bit MAC address: six octets, written ``00:1b:2f:3a:9c:4d``.

    >>> Mac.parse("0123.4567.89AB") == Mac.parse("01-23-45-67-89-ab") == Mac.parse("0x0123456789ab")
    True
    >>> Mac.parse("0123-4567-89ab")
    Mac('01:23:45:67:89:ab')
    >>> Mac.parse("0:f:34:23:dd:f1")
    Mac('00:0f:34:23:dd:f1')
    """

    octets: bytes

    def __post_init__(self) -> None:
        if len(self.octets) != 6:
            raise InvalidValue(f"a MAC address has six octets, not {len(self.octets)}: {self.octets!r}")

    @classmethod
    def parse(cls, text: str) -> Mac:
        """Read any usual spelling: colons, dashes, dots, blanks, bare, ``0x``, leading zeros left out.

        Raises InvalidValue when the text is none of them.
        """
        bare = text.strip(" \t\r\n\0")
        if found := _BARE.fullmatch(bare):
            return cls(bytes.fromhex(found[1]))
        if found := _HALVES.fullmatch(bare):
            return cls(bytes.fromhex(found[1] + found[2]))
        if not _GROUPED.fullmatch(bare):
            raise InvalidValue(f"not a MAC address: {text!r}")
        groups = re.split(r"[:\-.\s]", bare)
        return cls(bytes.fromhex("".join(group.zfill(12 // len(groups)) for group in groups)))

    @classmethod
    def from_octets(cls, octets: bytes) -> Mac:
        r"""Read what an agent sent for a MAC: six octets as they are, or the address spelled in ASCII.

        Six octets are never taken for text, however printable they look (``PkKl%0`` is
        50:6b:4b:6c:25:30). Raises InvalidValue for anything else.

        >>> Mac.from_octets(b"48:A9:8A:BD:B4:7D\0")
        Mac('48:a9:8a:bd:b4:7d')
        """
        if len(octets) == 6:
            return cls(octets)
        try:
            return cls.parse(octets.decode("ascii"))
        except UnicodeDecodeError:
            raise InvalidValue(f"neither six octets nor a MAC address in ASCII: {octets!r}") from None

    def __reduce__(self) -> tuple[Callable[[bytes], Mac], tuple[bytes]]:
        return shared_mac, (self.octets,)

    @property
    def is_group(self) -> bool:
        """Whether it names a group: multicast or broadcast (IEEE 802, I/G bit)."""
        return bool(self.octets[0] & 1)

    @property
    def is_local(self) -> bool:
        """Whether somebody other than a maker chose it, as randomised clients do (IEEE 802, U/L bit)."""
        return bool(self.octets[0] & 2)

    def __hash__(self) -> int:
        return hash(self.octets)  # which keep it, as a dataclass does not

    def __int__(self) -> int:
        return int.from_bytes(self.octets, "big")

    def __str__(self) -> str:
        return self.octets.hex(":")

    def __repr__(self) -> str:
        return f"Mac({str(self)!r})"


@lru_cache(maxsize=2**17)
def shared_mac(octets: bytes) -> Mac:
    """The MAC of six octets, one value for all who ask: in a network each is in the tables of many switches.

    Raises InvalidValue.
    """
    return Mac(octets)


def clean_text(octets: bytes) -> str:
    r"""Text from a device: UTF-8 or else Latin-1, control characters and NULs made blanks, trimmed.

    >>> clean_text(b"Gi1/0/1\x00")
    'Gi1/0/1'
    """
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        text = octets.decode("latin-1")
    return _CONTROL.sub(" ", text).strip()


def _is_text(octets: bytes) -> bool:
    try:
        text = octets.rstrip(b"\0").decode()
    except UnicodeDecodeError:
        return False
    return bool(text) and text.isprintable()


class ChassisSubtype(Enum):
    """How a chassis ID is to be read (IEEE 802.1AB-2016, table 8-2)."""

    CHASSIS_COMPONENT = "chassis-component"
    INTERFACE_ALIAS = "interface-alias"
    PORT_COMPONENT = "port-component"
    MAC = "mac"
    NETWORK_ADDRESS = "network-address"
    INTERFACE_NAME = "interface-name"
    LOCAL = "local"


class PortSubtype(Enum):
    """How a port ID is to be read (IEEE 802.1AB-2016, table 8-3)."""

    INTERFACE_ALIAS = "interface-alias"
    PORT_COMPONENT = "port-component"
    MAC = "mac"
    NETWORK_ADDRESS = "network-address"
    INTERFACE_NAME = "interface-name"
    AGENT_CIRCUIT_ID = "agent-circuit-id"
    LOCAL = "local"


def _network_address(octets: bytes) -> str | None:
    """``[family][address]`` (RFC 3232 family numbers), a bare address, or the address spelled in ASCII."""
    families = {(1, 5): 4, (2, 17): 16}
    if octets and families.get((octets[0], len(octets))):
        return str(ipaddress.ip_address(octets[1:]))
    if len(octets) in (4, 16) and not _is_text(octets):
        return str(ipaddress.ip_address(octets))
    try:
        return str(ipaddress.ip_address(octets.decode("ascii").strip("\0 ")))
    except (UnicodeDecodeError, ValueError):
        return None


@dataclass(frozen=True, slots=True, order=True)
class _LldpId:
    """What ChassisId and PortId share: equal when form and canonical text are."""

    kind: str
    text: str
    octets: bytes = field(compare=False, repr=False)
    advertised: int = field(compare=False, repr=False)

    _kinds: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def read(cls, subtype: int, octets: bytes) -> Self:
        """Read octets under the subtype number that came with them.

        What cannot be of that subtype, or has a number of no table, is local; it is never an error.
        """
        kind = cls._kinds[subtype - 1] if 0 < subtype <= len(cls._kinds) else "local"
        kind, text = _read(kind, octets)
        return cls(kind, text, octets, subtype)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``subtype:text`` as `str` writes it; bare, a MAC address is one and all else a name.

        Raises InvalidValue where the text is not of the subtype named.
        """
        kind, colon, rest = text.partition(":")
        if not colon or kind not in cls._kinds:
            kind, rest = ("mac" if _is_mac(text) else "interface-name"), text
        return cls.read(cls._kinds.index(kind) + 1, _octets(kind, rest))

    @property
    def mac(self) -> Mac | None:
        """The MAC address, when that is what it is."""
        return Mac(bytes.fromhex(self.text.replace(":", ""))) if self.kind == "mac" else None

    def __str__(self) -> str:
        return f"{self.kind}:{self.text}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class ChassisId(_LldpId):
    r"""A chassis ID TLV (IEEE 802.1AB-2016, 8.5.2).

    >>> ChassisId.read(4, b"PkKl%0")  # subtype 4 is a MAC address, however printable its octets
    ChassisId('mac:50:6b:4b:6c:25:30')
    >>> ChassisId.read(4, b"core-1") == ChassisId.read(7, b"core-1")
    False
    >>> ChassisId.read(5, b"\x01\x0a\x09\x00\x01").text
    '10.9.0.1'
    >>> ChassisId.parse("02:00:00:00:01:01") == ChassisId.parse("mac:0200.0000.0101")
    True
    """

    __slots__ = ()
    _kinds = tuple(subtype.value for subtype in ChassisSubtype)

    @property
    def subtype(self) -> ChassisSubtype:
        """How the octets really read, whatever was advertised."""
        return ChassisSubtype(self.kind)


class PortId(_LldpId):
    r"""A port ID TLV (IEEE 802.1AB-2016, 8.5.3).

    >>> PortId.read(5, b"Gi1/0/1\0")
    PortId('interface-name:Gi1/0/1')
    """

    __slots__ = ()
    _kinds = tuple(subtype.value for subtype in PortSubtype)

    @property
    def subtype(self) -> PortSubtype:
        """How the octets really read, whatever was advertised."""
        return PortSubtype(self.kind)


def _read(kind: str, octets: bytes) -> tuple[str, str]:
    """The form the octets really have, and its canonical text."""
    if kind == "mac":
        try:
            return kind, str(Mac.from_octets(octets))
        except InvalidValue:
            kind = "local"
    if kind == "network-address":
        if address := _network_address(octets):
            return kind, address
        kind = "local"
    if not octets or _is_text(octets):
        return kind, clean_text(octets)
    return kind, "0x" + octets.hex()


def _is_mac(text: str) -> bool:
    try:
        Mac.parse(text)
    except InvalidValue:
        return False
    return True


def _octets(kind: str, text: str) -> bytes:
    if kind == "mac":
        return Mac.parse(text).octets
    if kind == "network-address":
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            raise InvalidValue(f"not an IP address: {text!r}") from None
        return bytes([1 if address.version == 4 else 2]) + address.packed
    if re.fullmatch(r"0x(?:[0-9a-f]{2})+", text):
        return bytes.fromhex(text[2:])
    return text.encode()


@dataclass(frozen=True, slots=True, order=True)
class E164:
    """A telephone number in international form (ITU-T E.164): ``+`` and 7 to 15 digits.

    >>> E164.parse("+1 (612) 555-0100")
    E164(number='+16125550100')
    """

    number: str

    @classmethod
    def parse(cls, text: str) -> E164:
        """Read a number with or without separators; ten digits are taken for North America.

        Raises InvalidValue.
        """
        digits = re.sub(r"[\s().\-]", "", text)
        if re.fullmatch(r"[2-9]\d{9}", digits):
            digits = "+1" + digits
        if not re.fullmatch(r"\+[1-9]\d{6,14}", digits):
            raise InvalidValue(f"not a telephone number of E.164: {text!r}")
        return cls(digits)

    def __str__(self) -> str:
        return self.number
