"""Platforms are called as netmiko calls them: judged by netmiko, and by what each tool's documents call them."""

import pytest
from netmiko.ssh_dispatcher import CLASS_MAPPER

from wiremap_lab.collectors.inventory import platforms
from wiremap_lab.collectors.inventory.platforms import PLATFORMS, canonical

#: What the issue asks to be read by SSH.
WANTED = """cisco_ios cisco_xe cisco_nxos cisco_xr cisco_wlc_ssh arista_eos juniper_junos hp_procurve hp_comware
aruba_os aruba_aoscx extreme_exos dell_os10 dell_os6 huawei_vrp brocade_fastiron alcatel_aos mikrotik_routeros
ubiquiti_edge linux"""


def test_every_platform_is_one_that_netmiko_logs_in_to() -> None:
    assert set(PLATFORMS) <= set(CLASS_MAPPER)
    assert set(WANTED.split()) <= PLATFORMS
    assert set(platforms._CALLED) <= PLATFORMS


def test_no_other_name_stands_for_two_platforms_or_hides_one() -> None:
    others = [other for names in platforms._CALLED.values() for other in names.split()]
    assert len(others) == len(set(others))
    assert not set(others) & PLATFORMS


@pytest.mark.parametrize("name", sorted(PLATFORMS))
def test_a_platform_is_called_by_its_own_name(name: str) -> None:
    assert canonical(name) == name


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("cisco.ios.ios", "cisco_ios"),
        ("cisco.nxos.nxos", "cisco_nxos"),
        ("cisco.iosxr.iosxr", "cisco_xr"),
        ("arista.eos.eos", "arista_eos"),
        ("junipernetworks.junos.junos", "juniper_junos"),
        ("arubanetworks.aoscx.aoscx", "aruba_aoscx"),
        ("dellemc.os10.os10", "dell_os10"),
        ("community.routeros.routeros", "mikrotik_routeros"),
        ("community.network.ce", "huawei_vrp"),
        ("community.network.icx", "brocade_fastiron"),
        ("vyos.vyos.vyos", "vyos"),
        ("cisco-ios", "cisco_ios"),
        ("ios-xe", "cisco_xe"),
        ("Cisco IOS-XE", "cisco_xe"),
        ("juniper-junos", "juniper_junos"),
        ("aruba-aos-cx", "aruba_aoscx"),
        ("nxos_ssh", "cisco_nxos"),
        ("cisco_ios_ssh", "cisco_ios"),
        ("iosxe", "cisco_xe"),
        ("junos-qfx10k", "juniper_junos"),
        ("junos-mx", "juniper_junos"),
        ("cumulus", "cumulus_linux"),
        ("procurve", "hp_procurve"),
        ("xos", "extreme_exos"),
        ("arista_ceos", "arista_eos"),
        ("ceos", "arista_eos"),
        ("nokia_srlinux", "nokia_srl"),
        ("juniper_vjunosswitch", "juniper_junos"),
        ("juniper_crpd", "juniper_junos"),
        ("vr-xrv9k", "cisco_xr"),
        ("vr-vjunosswitch", "juniper_junos"),
        ("cisco_n9kv", "cisco_nxos"),
        ("", ""),
        ("toaster", ""),
    ],
)
def test_what_other_tools_call_a_platform_is_known(called: str, name: str) -> None:
    assert canonical(called) == name
