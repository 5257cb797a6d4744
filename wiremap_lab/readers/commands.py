"""What to ask a device on its command line: for each platform the commands that only show, and the table each fills.

Platforms go by netmiko's names. A question has several commands where makers changed their mind between
releases: a device that does not know the first is asked the next. To read a further platform is to write its
questions here, and a template under ``templates/`` where ntc-templates has none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wiremap_lab.errors import InvalidValue


@dataclass(frozen=True, slots=True)
class Question:
    """A table, and the commands that may fill it, the best first."""

    table: str
    commands: tuple[str, ...]


def _questions(**tables: str | tuple[str, ...]) -> tuple[Question, ...]:
    asked = ((table, (told,) if isinstance(told, str) else told) for table, told in tables.items())
    return tuple(Question(table, commands) for table, commands in asked)


_IOS = _questions(
    version="show version",
    interface_status="show interfaces status",
    lag="show etherchannel summary",
    vlans="show vlan brief",
    lldp_neighbors="show lldp neighbors detail",
    cdp_neighbors="show cdp neighbors detail",
    fdb=("show mac address-table", "show mac-address-table"),
    arp=("show ip arp", "show arp"),
)
_COMWARE = _questions(
    interface_status="display interface brief",
    lag="display link-aggregation member-port",
    vlans="display vlan brief",
    lldp_neighbors=("display lldp neighbor-information verbose", "display lldp neighbor-information list"),
    fdb="display mac-address",
    arp="display arp",
)
_FASTIRON = _questions(
    lldp_neighbors="show lldp neighbors detail",
    fdb="show mac-address",
    arp="show arp",
)

#: By netmiko's name of the platform. Version, interfaces and aggregates come first: the others name ports.
PLATFORMS: Mapping[str, Sequence[Question]] = {
    "alcatel_aos": _questions(
        version="show system",
        lldp_neighbors="show lldp remote-system",
        fdb=("show mac-learning", "show mac-address-table"),
        arp="show arp",
    ),
    "arista_eos": _questions(
        version="show version",
        interface_status="show interfaces status",
        lag="show port-channel summary",
        vlans="show vlan",
        lldp_neighbors=("show lldp neighbors detail | json", "show lldp neighbors detail"),
        fdb=("show mac address-table | json", "show mac address-table"),
        arp=("show arp vrf all | json", "show ip arp"),
    ),
    "aruba_aoscx": _questions(
        version="show system",
        vlans="show vlan",
        lldp_neighbors=("show lldp neighbor-info detail", "show lldp neighbors-info detail"),
        fdb="show mac-address-table",
        arp="show arp all-vrfs",
    ),
    "aruba_os": _questions(
        lldp_neighbors="show lldp neighbor",
        arp="show arp",
        access_points=("show ap database long", "show aps"),
        bss=("show ap bss-table details", "show ap bss-table"),
        wireless_clients=("show user-table", "show clients"),
    ),
    "brocade_fastiron": _FASTIRON,
    "cisco_ios": _IOS,
    "cisco_nxos": _questions(
        version="show version",
        interface_status="show interface status",
        lag="show port-channel summary",
        vlans="show vlan",
        lldp_neighbors="show lldp neighbors detail",
        cdp_neighbors="show cdp neighbors detail",
        fdb="show mac address-table",
        arp=("show ip arp vrf all", "show ip arp"),
    ),
    "cisco_wlc_ssh": _questions(
        cdp_neighbors="show cdp neighbors detail",
        access_points="show ap summary",
        wireless_clients="show client summary",
    ),
    "cisco_xe": (
        *_IOS,
        *_questions(
            access_points="show ap summary",
            ap_neighbors="show ap cdp neighbors",
            wireless_clients="show wireless client summary",
        ),
    ),
    "cisco_xr": _questions(
        lldp_neighbors="show lldp neighbors detail",
        cdp_neighbors="show cdp neighbors detail",
        fdb="show l2vpn mac-learning mac all location 0/0/CPU0",
        arp="show arp",
    ),
    "dell_os10": _questions(
        lldp_neighbors="show lldp neighbors detail",
        fdb="show mac address-table",
        arp="show ip arp",
    ),
    "dell_os6": _questions(
        lldp_neighbors="show lldp remote-device all",
        cdp_neighbors="show isdp neighbors",
        fdb="show mac address-table",
        arp="show arp",
    ),
    "extreme_exos": _questions(
        lldp_neighbors="show lldp neighbors detailed",
        fdb="show fdb",
        arp="show iparp",
    ),
    "hp_comware": _COMWARE,
    "hp_procurve": _questions(
        version="show system",
        interface_status="show interfaces status",
        lag="show trunks",
        vlans="show vlans",
        lldp_local="show lldp info local-device",
        lldp_neighbors=("show lldp info remote-device detail", "show lldp info remote-device"),
        cdp_neighbors="show cdp neighbors detail",
        fdb="show mac-address",
        arp="show arp",
    ),
    "huawei_vrp": _questions(
        interface_status="display interface brief",
        lag="display eth-trunk",
        vlans="display vlan brief",
        lldp_neighbors="display lldp neighbor",
        fdb="display mac-address",
        arp="display arp all",
    ),
    "juniper_junos": _questions(
        version="show version",
        lag="show lacp interfaces",
        vlans="show vlans",
        lldp_neighbors=("show lldp neighbors | display json", "show lldp neighbors"),
        fdb=("show ethernet-switching table | display json", "show ethernet-switching table"),
        arp="show arp no-resolve",
    ),
    "linux": _questions(
        interface_status="ip -j -d link show",
        lldp_local="lldpcli -f json show interfaces details",
        lldp_neighbors="lldpcli -f json show neighbors details",
        fdb="bridge -j fdb show",
        arp="ip -j neigh show",
    ),
    "mikrotik_routeros": _questions(
        version="/system identity print",
        interface_status="/interface print terse without-paging",
        lldp_neighbors="/ip neighbor print detail without-paging",
        fdb="/interface bridge host print terse without-paging",
        arp="/ip arp print terse without-paging",
    ),
    "ubiquiti_edge": _questions(
        version="show version",
        lldp_neighbors="show lldp remote-device all",
        cdp_neighbors="show isdp neighbors",
        fdb=("show mac-addr-table", "show mac-addr-table all"),
        arp="show arp",
    ),
}

#: ntc-templates' name of a platform, where it has another.
_TEMPLATES: Mapping[str, str] = {"cisco_xe": "cisco_ios", "ubiquiti_edge": "ubiquiti_edgeswitch"}

#: The device has no such command, or the protocol is off.
_NOT_THERE = re.compile(
    r"(?im)^\W*(?:invalid (?:input|command|parameter)|unknown command|unrecognized command|incomplete command|ambiguous"
    r"|wrong parameter|error: (?:unrecognized|wrong|invalid entry)|incorrect usage|syntax error"
    r"|bad command name|no such (?:command|item)"
    r"|expected end of command|cmd not found|command not found"
    r"|(?:lldp|cdp|isdp)\b.{0,40}\bis not (?:enabled|running|active|configured)"
    r"|(?:lldp|cdp|isdp)\b.{0,40}\b(?:is disabled|not enabled))"
    r"|command not found|no such file or directory"
)
#: The device has it, and will not show it to us.
_REFUSED = re.compile(
    r"(?i)authorization fail|not authorized|permission denied|operation not permitted|insufficient privilege"
)
#: Such a text is short: what stands in the middle of a table is no refusal.
_LINES = 12


def questions(platform: str) -> Sequence[Question]:
    """What to ask a device of the platform. Raises InvalidValue for one we know no commands of."""
    try:
        return PLATFORMS[platform]
    except KeyError:
        known = ", ".join(sorted(PLATFORMS))
        raise InvalidValue(f"no commands known for platform {platform!r}; known are {known}") from None


def template_platform(platform: str) -> str:
    """The name under which ntc-templates keeps the platform's templates."""
    return _TEMPLATES.get(platform, platform)


def not_there(text: str) -> str | None:
    r"""The line by which a device says that it has no such command or table; None where it says none such.

    >>> not_there("            ^\n% Invalid input detected at '^' marker.")
    "% Invalid input detected at '^' marker."
    """
    return _line(_NOT_THERE, text)


def refused(text: str) -> str | None:
    """The line by which a device says that it will not show us that; None where it says none such."""
    return _line(_REFUSED, text)


def _line(words: re.Pattern[str], text: str) -> str | None:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if words.search(line)), None) if len(lines) <= _LINES else None
