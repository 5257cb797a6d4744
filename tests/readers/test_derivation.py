"""BSSIDs computed from an address are those of the makers' published examples (shared/vectors)."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiremap_lab.errors import InvalidValue
from wiremap_lab.ids import Mac
from wiremap_lab.readers.derivation import ADDRESSES, Band, airespace, aruba, cisco, meraki, motorola, trapeze

MACS = st.binary(min_size=6, max_size=6).map(Mac)
NUMBERS = st.integers(1, ADDRESSES)
BANDS = st.sampled_from(Band)


#: Part → key → text, or a mapping of texts.
Vectors = dict[str, dict[str, dict[str, str]]]


def read(shared: Path) -> Vectors:
    found: Vectors = json.loads((shared / "vectors" / "bssid-derivation.json").read_text())
    return found


def test_the_first_access_points_of_cisco_count_as_published(shared: Path) -> None:
    vector = read(shared)["cisco_airespace_vxworks"]
    base = Mac.parse("00:0b:85:23:d0:50")
    for band in Band:
        for number, expected in vector[band.value].items():
            assert str(airespace(base, int(number), band)) == expected


def test_access_points_of_cisco_with_ios_count_as_published(shared: Path) -> None:
    base = Mac.parse("02:00:00:00:a9:10")
    for band in Band:
        for number, expected in read(shared)["cisco_ios_ap"][band.value].items():
            assert str(cisco(base, int(number), band)).endswith(expected)


def test_access_points_of_aruba_count_as_published(shared: Path) -> None:
    for wired, base in read(shared)["aruba"]["examples"].items():
        assert str(aruba(Mac.parse(wired))) == base


def test_an_access_point_of_meraki_counts_as_published(shared: Path) -> None:
    published = json.loads((shared / "vectors" / "bssid-derivation.json").read_text())["meraki"]["examples"]
    computed = {band.value: str(meraki(Mac.parse("0c:8d:db:00:00:00"), 12, band)) for band in Band}
    assert computed == published["MR53 0c:8d:db:00:00:00 ssid12"]


def test_what_a_recorded_cluster_of_aruba_instant_answers_is_what_the_rule_computes(shared: Path) -> None:
    """Real BSSIDs beside a real Ethernet MAC: an independent proof of the rule, radios included."""
    from wiremap_lab.readers.mibs import instant
    from wiremap_lab.snmp.recording import load

    walk = load(shared / "recordings" / "snmp" / "aruba" / "lnms.aruba-instant" / "recording.snmprec").walk
    wired = {point.name: point.ethernet_mac for point in instant.access_points(walk)}
    for bss in instant.bss(walk):
        mac = wired[bss.ap_name]
        assert mac is not None
        assert bss.bssid in {aruba(mac, 1, block) for block in (0, 1)}


@given(MACS, NUMBERS, NUMBERS, BANDS)
def test_no_two_of_one_radio_are_the_same(base: Mac, one: int, other: int, band: Band) -> None:
    for rule in (cisco, airespace, trapeze):
        assert (rule(base, one, band) == rule(base, other, band)) == (one == other)
    assert (aruba(base, one) == aruba(base, other)) == (one == other)


@pytest.mark.parametrize("number", [0, 17])
def test_a_number_no_radio_has_is_refused(number: int) -> None:
    with pytest.raises(InvalidValue, match=f"no BSSID {number}"):
        cisco(Mac(bytes(6)), number, Band.TWO)
    with pytest.raises(InvalidValue, match=f"no BSSID {number}"):
        motorola(Mac(bytes(6)), number)
