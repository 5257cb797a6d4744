"""One vocabulary for what a device runs: netmiko's names of device types, whatever an inventory calls it.

Ansible has ``cisco.ios.ios``, NetBox a slug such as ``cisco-ios-xe``, NAPALM ``nxos_ssh``, Oxidized
``ironware``, SuzieQ ``junos-qfx``, containerlab ``arista_ceos``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from wiremap_lab.readers.controllers import VENDORS

#: netmiko's device types by SSH, without the variants of one that differ by transport only.
_NETMIKO = """
a10 accedian adtran_os alcatel_aos alcatel_sros allied_telesis_awplus apresia_aeos arista_eos arris_cer
aruba_aoscx aruba_os aruba_osswitch asterfusion_asternos avaya_ers avaya_vsp broadcom_icos brocade_fastiron
brocade_fos brocade_netiron brocade_nos brocade_vdx brocade_vyos calix_b6 casa_cmts centec_os checkpoint_gaia
ciena_saos cisco_ap cisco_apic cisco_asa cisco_ftd cisco_ios cisco_nxos cisco_s200 cisco_s300 cisco_s500
cisco_viptela cisco_wlc_ssh cisco_xe cisco_xr cumulus_linux dell_force10 dell_os10 dell_os6 dell_os9
dell_powerconnect dell_sonic digi_transport dlink_ds edgecore_sonic eltex eltex_esr enterasys ericsson_ipos
extreme_ers extreme_exos extreme_netiron extreme_nos extreme_slx extreme_vdx extreme_vsp extreme_wing f5_tmsh
fiberstore_fsos fiberstore_fsosv2 fortinet h3c_comware hirschmann_hios hp_comware hp_procurve huawei_smartax
huawei_vrp huawei_vrpv8 ipinfusion_ocnos juniper_junos juniper_screenos keymile lancom_lcossx5 linux maipu
mellanox_mlnxos mikrotik_routeros mikrotik_switchos moxa_nos netgear_prosafe nokia_srl nokia_sros oneaccess_oneos
paloalto_panos pluribus quanta_mesh raisecom_ros ruckus_fastiron ruijie_os silverpeak_vxoa sixwind_os sophos_sfos
supermicro_smis teldat_cit tplink_jetstream ubiquiti_edge ubiquiti_edgerouter ubiquiti_edgeswitch
ubiquiti_unifiswitch vyos watchguard_fireware yamaha zte_zxros zyxel_os
"""
PLATFORMS = frozenset(_NETMIKO.split())

#: Makers of controllers, by the names of their readers.
CONTROLLERS = frozenset(VENDORS)

#: What others call them, in small letters with underscores; by the name that is ours.
_CALLED: Mapping[str, str] = {
    "alcatel_aos": "aos aos6 aos7",
    "allied_telesis_awplus": "awplus",
    "arista_eos": "eos ceos veos arista_ceos arista_veos",
    "aruba_aoscx": "aoscx aos_cx aruba_cx aruba_aos_cx arubaos_cx hpe_aos_cx arubanetworks_aoscx",
    "aruba_os": "aosw arubaos aruba_wlc",
    "aruba_osswitch": "aos_s aruba_aos_s arubaos_s arubaos_switch aruba_procurve arubanetworks_aos_switch",
    "avaya_ers": "boss",
    "brocade_fastiron": "ironware fastiron icx",
    "checkpoint_gaia": "gaia checkpoint_cloudguard",
    "cisco_asa": "asa",
    "cisco_ios": "ios vios cisco_vios iol cisco_iol",
    "cisco_nxos": "nxos nxos_ssh nx_os cisco_nx_os cisco_n9kv n9kv",
    "cisco_s300": "ciscosmb cisco_smb cbs350",
    "cisco_wlc_ssh": "cisco_wlc aireos cisco_aireos",
    "cisco_xe": "iosxe ios_xe cisco_iosxe cisco_ios_xe cisco_cat9kv cisco_c8000v cisco_csr1000v csr cat9kv c8000v",
    "cisco_xr": "iosxr ios_xr iosxr_netconf cisco_iosxr cisco_ios_xr cisco_xrd cisco_xrv cisco_xrv9k xrd xrv xrv9k",
    "cumulus_linux": "cumulus cumulus_cvx cvx",
    "dell_os10": "os10 dell_emc_os10 dellemc_os10 smartfabric_os10",
    "dell_os6": "os6 dell_emc_os6 dellemc_os6",
    "dell_os9": "os9 dnos dell_dnos9 dell_ftosv dellemc_os9",
    "dell_powerconnect": "powerconnect",
    "dell_sonic": "enterprise_sonic",
    "dlink_ds": "dlink",
    "edgecore_sonic": "sonic sonic_vs sonic_vm",
    "extreme_exos": "exos xos extreme_xos switch_engine",
    "extreme_slx": "slxos",
    "extreme_vsp": "voss fabric_engine",
    "fortinet": "fortios fortinet_fortigate",
    "hp_comware": "comware hpe_comware",
    "hp_procurve": "procurve hpe_procurve",
    "huawei_vrp": "vrp ce huawei_ce cloudengine huawei",
    "ipinfusion_ocnos": "ocnos",
    "juniper_junos": "junos junos_evo juniper",
    "linux": "linuxgeneric debian ubuntu openwrt",
    "mikrotik_routeros": "routeros mikrotik_ros ros",
    "netgear_prosafe": "netgear",
    "nokia_srl": "srl srlinux nokia_srlinux",
    "nokia_sros": "sros timos nokia_srsim",
    "paloalto_panos": "panos",
    "tplink_jetstream": "tplink",
    "ubiquiti_edgerouter": "edgeos",
    "ubiquiti_edge": "edgeswitch",
    "vyos": "vyosnetworks_vyos",
}
_NAMES: Mapping[str, str] = {
    **{name: name for name in PLATFORMS | CONTROLLERS},
    **{other: name for name, others in _CALLED.items() for other in others.split()},
}


def canonical(called: str) -> str:
    """The name of a platform in netmiko's vocabulary; empty where it is not known.

    >>> [canonical(called) for called in ("cisco.ios.ios", "arista-eos", "nxos_ssh", "junos-qfx", "toaster")]
    ['cisco_ios', 'arista_eos', 'cisco_nxos', 'juniper_junos', '']
    """
    name = re.sub(r"[^a-z0-9]+", "_", called.casefold()).strip("_")
    return next((_NAMES[form] for form in _forms(name) if form in _NAMES), "")


def _forms(name: str) -> tuple[str, ...]:
    """A name, and what is left of it without its variant, its collection, or the family it was derived from."""
    head, _, last = name.rpartition("_")
    module = head.rpartition("_")[2]
    repeated = (head, last) if module == last else ()  # cisco.ios.ios, arista.eos.eos
    junos = ("juniper_junos",) if re.match(r"(vr_)?(juniper_v?\w*(junos|mx|qfx|srx|crpd)|v?junos)", name) else ()
    shared = (last,) if name.startswith(("community_", "ansible_netcommon_")) else ()
    return (name, name.removesuffix("_ssh"), name.removeprefix("vr_"), *repeated, *shared, *junos)
