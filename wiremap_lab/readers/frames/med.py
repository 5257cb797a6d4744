"""The TLVs of LLDP-MED in one LLDPDU made into values (ANSI/TIA-1057, 10.2)."""

from __future__ import annotations

from wiremap_lab.errors import DecodeError
from wiremap_lab.ids import clean_text
from wiremap_lab.readers.frames.octets import Octets
from wiremap_lab.readers.mibs.columns import before_nul
from wiremap_lab.tables import MedInventory, MedLocation, MedPolicy

_INVENTORY = range(5, 12)
_COORDINATE_OCTETS = 16
_LAST_WHAT = 2  # DHCP server, network element, client
_CUT = "a TLV of LLDP-MED that is cut short"


class Med:
    """What the TLVs of one LLDPDU said so far."""

    def __init__(self) -> None:
        """Nothing was said yet."""
        self._texts: dict[int, str] = {}
        self._device_class: int | None = None
        self.locations: list[MedLocation] = []
        self.policies: list[MedPolicy] = []

    def take(self, subtype: int, octets: bytes) -> None:
        """Take one TLV, from behind its subtype on. Raises DecodeError where it contradicts itself."""
        content = Octets(octets, what=_CUT)
        match subtype:
            case 1:
                content.take(2)
                self._device_class = content.uint(1)
            case 2:
                self.policies.append(_policy(content))
            case 3:
                self.locations.append(_location(content))
            case _ if subtype in _INVENTORY:
                self._texts[subtype] = clean_text(before_nul(octets))

    def inventory(self) -> MedInventory | None:
        """What the device says it is; None where it does not."""
        if self._device_class is None and not self._texts:
            return None
        return MedInventory(self._device_class, *(self._texts.get(number, "") for number in _INVENTORY))


def _policy(content: Octets) -> MedPolicy:
    """Application, then the bits unknown, tagged and reserved, VLAN, priority, DSCP (10.2.3)."""
    application, word = content.uint(1), content.uint(3)
    return MedPolicy(
        application,
        vlan=word >> 9 & 0xFFF,
        priority=word >> 6 & 7,
        dscp=word & 0x3F,
        tagged=bool(word >> 22 & 1),
        defined=not word >> 23,
    )


def _location(content: Octets) -> MedLocation:
    """A location as the MIB has it: its formats are the ones on the wire and one (LLDP-EXT-MED-MIB)."""
    kind = content.uint(1)
    match kind:
        case 1:
            octets = content.take(_COORDINATE_OCTETS)
        case 2:
            civic = content.take(content.uint(1))
            check_civic(civic)
            octets = bytes([len(civic)]) + civic
        case 3:
            octets = content.rest()
            if not octets.isdigit():
                raise DecodeError("an ELIN that is no number")
        case _:
            raise DecodeError("a location of LLDP-MED in an unknown format")
    return MedLocation(kind + 1, octets)


def check_civic(octets: bytes) -> None:
    """See that a civic address is whole, from what it is the address of on (RFC 4776, 3.1). Raises DecodeError."""
    civic = Octets(octets, what="a civic address that is cut short")
    what, country = civic.uint(1), civic.take(2)
    if what > _LAST_WHAT or not country.isalpha():
        raise DecodeError("a civic address without a country")
    while civic.left:
        civic.take(1)
        civic.take(civic.uint(1))
