"""How makers number the BSSIDs of an access point from one of its addresses.

A BSSID is to be read: controllers renumber, and a computed one may be another access point's. Where none can
be read, these rules say what it is likely to be, and whatever comes of them is to be marked derived. Ruckus,
Juniper Mist and the 6 GHz radios of Cisco have no rule that is published, and are not here; nor is Meraki's
for its later models, for which Meraki points to its dashboard.
"""

from __future__ import annotations

from enum import Enum

from wiremap_lab.errors import InvalidValue
from wiremap_lab.ids import Mac

#: Each access point of Cisco, each radio of Aruba has so many addresses for its BSSIDs.
ADDRESSES = 16
#: Each access point of Trapeze has so many.
_TRAPEZE_ADDRESSES = 64
_MOTOROLA_ADDRESSES = 4
_MERAKI_SSIDS = 15
_LOCAL = 0x02


class Band(Enum):
    """The band of a radio, in GHz."""

    TWO = "2.4"
    FIVE = "5"


def cisco(base: Mac, number: int, band: Band) -> Mac:
    """The BSSID of the n-th WLAN of an access point with IOS: base + (n-1) on 2.4 GHz, base + (16-n) on 5 GHz.

    `number` (1-16) is the place of the WLAN on the access point, which is its ID only where no group says otherwise.
    The base radio MAC is the first of sixteen addresses that both radios share.

    >>> str(cisco(Mac.parse("02:00:00:00:a9:10"), 1, Band.FIVE))
    '02:00:00:00:a9:1f'
    """
    _check(number, ADDRESSES)
    return _plus(base, number - 1 if band is Band.TWO else ADDRESSES - number)


def airespace(base: Mac, number: int, band: Band) -> Mac:
    """The same of the first access points, with VxWorks (AP1000), which count the other way round.

    >>> str(airespace(Mac.parse("02:00:00:00:a9:10"), 1, Band.FIVE))
    '02:00:00:00:a9:10'
    """
    return cisco(base, number, Band.TWO if band is Band.FIVE else Band.FIVE)


def aruba(wired: Mac, number: int = 1, block: int = 0) -> Mac:
    """The n-th BSSID (1-16) of a radio of an Aruba access point, from the Ethernet MAC.

    The last three octets move four bits up, and the highest bit of what is left turns. Of two radios, the one on
    2.4 GHz has block 0, the one on 5 GHz block 1.

    >>> str(aruba(Mac.parse("02:00:00:66:0d:a3")))
    '02:00:00:e0:da:30'
    """
    _check(number, ADDRESSES)
    low = (int(wired) << 4 & 0xFFFFFF) ^ 0x800000
    return _plus(Mac(wired.octets[:3] + low.to_bytes(3, "big")), block * ADDRESSES + number - 1)


def meraki(base: Mac, number: int, band: Band) -> Mac:
    """The BSSID of the n-th SSID (1-15) of an early Meraki access point, from its MAC.

    The number goes into the first octet, which becomes local, and the band into the third. Only the first SSID
    on 2.4 GHz has the MAC itself.

    >>> str(meraki(Mac.parse("0c:8d:db:00:00:00"), 12, Band.FIVE))
    '22:8d:cb:00:00:00'
    """
    _check(number, _MERAKI_SSIDS)
    first, third = base.octets[0], base.octets[2]
    if (number, band) != (1, Band.TWO):
        first = (first | _LOCAL) ^ (number - 1) << 2
    if band is Band.FIVE:
        third ^= 0x10
    return Mac(bytes((first, base.octets[1], third)) + base.octets[3:])


def meraki_counting(base: Mac, number: int, band: Band) -> Mac:
    """The same of the models of Meraki that count in the last octet.

    >>> str(meraki_counting(Mac.parse("00:18:0a:31:0a:5e"), 2, Band.TWO))
    '02:18:4a:31:0a:5f'
    """
    _check(number, _MERAKI_SSIDS)
    third = base.octets[2] ^ (0x40 if band is Band.TWO else 0x50)
    return _plus(Mac(bytes((base.octets[0] | _LOCAL, base.octets[1], third)) + base.octets[3:]), number - 1)


def trapeze(base: Mac, number: int, band: Band) -> Mac:
    """The n-th BSSID (1-32) of a radio of Trapeze, 3Com or Nortel: even addresses on 2.4 GHz, odd ones on 5 GHz.

    >>> str(trapeze(Mac.parse("02:00:00:00:00:40"), 2, Band.FIVE))
    '02:00:00:00:00:43'
    """
    _check(number, _TRAPEZE_ADDRESSES // 2)
    return _plus(base, 2 * (number - 1) + (band is Band.FIVE))


def motorola(radio: Mac, number: int) -> Mac:
    """The n-th BSSID (1-4) of a radio of a Motorola AP-51xx, from the MAC of that radio.

    >>> str(motorola(Mac.parse("02:00:00:00:00:10"), 4))
    '02:00:00:00:00:13'
    """
    _check(number, _MOTOROLA_ADDRESSES)
    return _plus(radio, number - 1)


def _check(number: int, most: int) -> None:
    if not 1 <= number <= most:
        raise InvalidValue(f"no BSSID {number}: they are numbered from 1 to {most}")


def _plus(base: Mac, offset: int) -> Mac:
    return Mac(((int(base) + offset) % (1 << 48)).to_bytes(6, "big"))
