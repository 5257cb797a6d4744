"""LLDPDUs made into rows (IEEE 802.1AB-2016, clauses 8 and 9.2.7.7)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from wiremap_lab.errors import DecodeError
from wiremap_lab.ids import ChassisId, PortId, clean_text
from wiremap_lab.readers.frames.med import Med
from wiremap_lab.readers.frames.octets import Octets
from wiremap_lab.readers.mibs.columns import before_nul, spelled
from wiremap_lab.tables import Capability, Finding, IpAddress, LldpNeighbor

_END, _CHASSIS_ID, _PORT_ID, _TIME_TO_LIVE, _PORT_DESCRIPTION, _SYSTEM_NAME, _SYSTEM_DESCRIPTION = range(7)
_TIA = bytes.fromhex("0012bb")
_ADDRESS_LENGTH = {1: 4, 2: 16}  # by IANA's number of the family
_ORDER = "an LLDPDU that does not begin with chassis ID, port ID and time to live"


def lldp_neighbors(octets: bytes) -> Iterator[LldpNeighbor | Finding]:
    """The sender of an LLDPDU, and the TLVs that had to be left out.

    Raises DecodeError where the LLDPDU is to be discarded: it does not begin with the three TLVs it must.
    """
    lldpdu = Octets(octets, what="an LLDPDU with a TLV that is cut short")
    chassis, port = _mandatory(lldpdu, _CHASSIS_ID), _mandatory(lldpdu, _PORT_ID)
    if not any(_mandatory(lldpdu, _TIME_TO_LIVE)[:2]):
        return  # it says that it leaves
    told = _Told()
    try:
        for kind, value in _tlvs(lldpdu):
            yield from told.take(kind, value)
    except DecodeError as fault:
        yield Finding("lldp_neighbors", str(fault))
    yield told.by(ChassisId.read(chassis[0], chassis[1:]), PortId.read(port[0], port[1:]))


def _tlvs(lldpdu: Octets) -> Iterator[tuple[int, bytes]]:
    """Type and value of each TLV up to the end; padding of Ethernet may follow."""
    while lldpdu.left:
        header = lldpdu.uint(2)
        if header >> 9 == _END:
            return
        yield header >> 9, lldpdu.take(header & 0x1FF)


def _mandatory(lldpdu: Octets, kind: int) -> bytes:
    found, value = next(_tlvs(lldpdu), (_END, b""))
    if found != kind or len(value) < 2:
        raise DecodeError(_ORDER)
    return value


class _Told:
    """What the optional TLVs of one LLDPDU said so far."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}
        self._capabilities: frozenset[Capability] = frozenset()
        self._addresses: dict[IpAddress, None] = {}
        self._med = Med()

    def take(self, kind: int, value: bytes) -> Iterator[Finding]:
        """Take one TLV, or say why it is left out."""
        try:
            self._take(kind, Octets(value, what=f"a TLV of type {kind} that is too short for what it says"))
        except DecodeError as fault:
            yield Finding("lldp_neighbors", f"{fault}: left out")

    def _take(self, kind: int, value: Octets) -> None:
        match kind:
            case 1 | 2 | 3:
                raise DecodeError("a second chassis ID, port ID or time to live")
            case 4 | 5 | 6:
                text = value.rest()
                self._texts.setdefault(kind, spelled(text) if kind == _SYSTEM_NAME else clean_text(before_nul(text)))
            case 7:
                value.take(2)  # what it could be; what it is follows
                word = value.uint(2)
                self._capabilities = frozenset(each for place, each in enumerate(Capability) if word >> place & 1)
            case 8:
                self._take_address(Octets(value.take(value.uint(1)), what="a management address that is cut short"))
            case 127 if value.take(3) == _TIA:
                self._med.take(value.uint(1), value.rest())

    def _take_address(self, value: Octets) -> None:
        family, octets = value.uint(1), value.rest()
        if _ADDRESS_LENGTH.get(family, len(octets)) != len(octets):
            raise DecodeError("a management address of the wrong length")
        if family in _ADDRESS_LENGTH:
            self._addresses[ipaddress.ip_address(octets)] = None

    def by(self, chassis_id: ChassisId, port_id: PortId) -> LldpNeighbor:
        """The neighbor that told it."""
        return LldpNeighbor(
            None,
            chassis_id,
            port_id,
            self._texts.get(_PORT_DESCRIPTION, ""),
            self._texts.get(_SYSTEM_NAME, ""),
            self._texts.get(_SYSTEM_DESCRIPTION, ""),
            self._capabilities,
            tuple(self._addresses),
            self._med.inventory(),
            tuple(self._med.locations),
            local_evidence="captured: whoever captured heard it",
            med_policies=tuple(self._med.policies),
        )
