# ruff: noqa: E501  (devices print wider)
"""What wireless controllers print: judged by Genie's answers where it has them, else by texts of the makers' shape.

Genie has outputs of IOS-XE. For AireOS, ArubaOS and Instant there is no independent answer but that of ntc-templates,
whose own templates read `show ap summary` and `show ap database long`; the other texts here are made by hand.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from wiremap_lab.errors import InvalidFile
from wiremap_lab.ids import Mac
from wiremap_lab.readers.as_json import Json
from wiremap_lab.readers.cli import rows
from wiremap_lab.readers.printed import read_session

Row = Mapping[str, Json]

BSS_TABLE_OF_INSTANT = """
Aruba AP BSS Table
------------------
bss                ess          port  ip         band/ht-mode/bandwidth  ch/EIRP/max-EIRP  type  cur-cl  ap name  in-t(s)  tot-t      flags
---                ---          ----  --         ----------------------  ----------------  ----  ------  -------  -------  -----      -----
02:00:00:00:0b:01  Staff Voice  ?/?   192.0.2.5  2.4GHz/HT/20MHz         11/19.0/19.5      ap    0       ap east  0        34d:18h    Kr
02:00:00:00:0b:11  Staff Voice  ?/?   192.0.2.5  5GHz/VHT/80MHz          128E/30.0/30.0    ap    2       ap east  0        34d:18h    K
Channel followed by "*" indicates channel selected due to unsupported configured channel.
Num APs:2
Num Associations:2
Flags:       K = 802.11K Enabled; r = 802.11r Enabled;
"""
BSS_TABLE_OF_A_CONTROLLER = """
Aruba AP BSS Table
------------------
bss                ess    port  ip         phy    type  ch/EIRP/max-EIRP  cur-cl  ap name  in-t(s)  tot-t  mtu   acl-state  acl  fm
---                ---    ----  --         ---    ----  ----------------  ------  -------  -------  -----  ----  ---------  ---  --
02:00:00:00:0b:01  voice  N/A   192.0.2.5  g-HE   ap    1/14.0/24.7       2       ap-1     0        9d:1h  1500  -          2    T
"""
APS = """
2 Access Points
---------------
Name               IP Address  Mode    Spectrum  Clients  Type          IPv6 Address  Mesh Role  Zone  Serial #    radio0 Channel
----               ----------  ----    --------  -------  ----          ------------  ---------  ----  --------    --------------
ap east            192.0.2.5*  access  disable   3        315(indoor)   --            Portal     N/A   CNC2J0T5XH  128E
02:00:00:00:0a:02  192.0.2.6   access  disable   0        515           --            Point      N/A   CNC2J0T5XJ  36
"""
CLIENTS_OF_INSTANT = """
Client List
-----------
Name    IP Address  MAC Address        OS       ESSID        Access Point  Channel  Type  Role   IPv6 Address  Signal    Speed (mbps)
----    ----------  -----------        --       -----        ------------  -------  ----  ----   ------------  ------    ------------
phone7  192.0.2.77  02:00:00:00:0c:01  Android  Staff Voice  ap east       128E     AC    staff  --            45(good)  866(good)
Number of Clients   :1
Info timestamp      :4812
"""
USERS = """
Users
-----
    IP             MAC            Name     Role   Age(d:h:m)  Auth    VPN link  AP name  Roaming   Essid/Bssid/Phy                    Profile  Forward mode  Type
----------    ------------       ------    ----   ----------  ----    --------  -------  -------   ---------------                    -------  ------------  ----
192.0.2.77    02:00:00:00:0c:01  phone7    voice  00:01:12    802.1x            ap-1     Wireless  voice/02:00:00:00:0b:01/g-HE       voice    tunnel        Android
192.0.2.78    02:00:00:00:0c:02            wired  00:00:02                                                                            default  tunnel
User Entries: 2/2
"""
AP_WLAN = """
Site Name........................................ default-group
Site Description................................. <none>

WLAN ID          Interface          BSSID                             ATF Override
-------         -----------        --------------------------       --------------
1               management          02:00:00:00:0b:0f                      n/a
3               voice               02:00:00:00:0b:0d                      n/a
"""
CLIENT_SUMMARY = """
Number of Clients................................ 2
                                                                          RLAN/
MAC Address       AP Name           Slot Status        WLAN  Auth Protocol         Port Wired Tunnel  Role
----------------- ----------------- ---- ------------- ----- ---- ---------------- ---- ----- ------- ----------------
02:00:00:00:0c:01 ap-1              1    Associated     3    Yes   802.11ac         13   No    No      Local
02:00:00:00:0c:02 ap-2              0    Probing        N/A  No    802.11n(2.4 GHz) 13   No    No      Local
"""
AP_NAME_WLAN = """
Slot : 1
WLAN ID           BSSID
-------------------------
17                0200.0000.0b01
"""


def read(text: str, command: str, *, platform: str) -> list[Row]:
    (found,) = rows("box", text, platform=platform, command=command).values()
    return [row for row in found if isinstance(row, dict)]


def said(found: list[Row], *names: str) -> list[tuple[Json, ...]]:
    return [tuple(row[name] for name in names) for row in found]


def test_a_bss_table_is_read_whichever_columns_it_has() -> None:
    found = read(BSS_TABLE_OF_INSTANT, "show ap bss-table", platform="aruba_os")
    assert said(found, "bssid", "ssid", "ap_name", "channel") == [
        ("02:00:00:00:0b:01", "Staff Voice", "ap east", "11"),
        ("02:00:00:00:0b:11", "Staff Voice", "ap east", "128"),
    ]
    found = read(BSS_TABLE_OF_A_CONTROLLER, "show ap bss-table", platform="aruba_os")
    assert said(found, "bssid", "ssid", "ap_name", "channel") == [("02:00:00:00:0b:01", "voice", "ap-1", "1")]


def test_access_points_of_instant_are_listed() -> None:
    found = read(APS, "show aps", platform="aruba_os")
    assert said(found, "name", "ip", "model", "serial") == [
        ("ap east", "192.0.2.5", "315(indoor)", "CNC2J0T5XH"),
        ("02:00:00:00:0a:02", "192.0.2.6", "515", "CNC2J0T5XJ"),
    ]


def test_a_client_of_instant_has_an_access_point_and_no_bssid() -> None:
    found = read(CLIENTS_OF_INSTANT, "show clients", platform="aruba_os")
    assert said(found, "mac", "ip", "ssid", "ap_name", "channel", "bssid") == [
        ("02:00:00:00:0c:01", "192.0.2.77", "Staff Voice", "ap east", "128", None)
    ]


def test_a_user_of_a_controller_has_a_bssid_unless_wired() -> None:
    found = read(USERS, "show user-table", platform="aruba_os")
    assert said(found, "mac", "ip", "ssid", "bssid", "ap_name") == [
        ("02:00:00:00:0c:01", "192.0.2.77", "voice", "02:00:00:00:0b:01", "ap-1")
    ]


@pytest.mark.parametrize(
    ("text", "command", "platform", "expected"),
    [
        (AP_WLAN, "show ap wlan 802.11a ap-1", "cisco_wlc_ssh", [("0f", "1"), ("0d", "3")]),
        (AP_NAME_WLAN, "show ap name ap-1 wlan dot11 5ghz", "cisco_ios", [("01", "17")]),
    ],
)
def test_the_bssids_of_one_access_point_bear_its_name(
    text: str, command: str, platform: str, expected: list[tuple[str, str]]
) -> None:
    found = read(text, command, platform=platform)
    assert said(found, "bssid", "wlan", "ap_name") == [
        (f"02:00:00:00:0b:{last}", wlan, "ap-1") for last, wlan in expected
    ]


def test_the_clients_of_airos_are_those_that_are_associated() -> None:
    session = read_session("wlc", "cisco_wlc_ssh", {"show client summary": CLIENT_SUMMARY})
    assert session.incomplete == ()
    assert [(str(each.mac), each.ap_name, each.slot) for each in session.wireless_clients] == [
        ("02:00:00:00:0c:01", "ap-1", 1)
    ]


def test_a_session_with_a_cluster_of_instant_tells_access_points_bssids_and_clients() -> None:
    printed = {"show aps": APS, "show ap bss-table": BSS_TABLE_OF_INSTANT, "show clients": CLIENTS_OF_INSTANT}
    session = read_session("iap", "aruba_os", printed)
    assert session.incomplete == ()
    assert (len(session.access_points), len(session.bss), len(session.wireless_clients)) == (2, 2, 1)


def test_a_table_with_a_line_nobody_knows_is_refused() -> None:
    with pytest.raises(InvalidFile, match="does not fit"):
        rows("wlc", AP_WLAN + "what is this\n", platform="cisco_wlc_ssh", command="show ap wlan 802.11a ap-1")


def genie(shared: Path, command: str, case: str) -> tuple[str, dict[str, dict[str, dict[str, Json]]]]:
    folder = shared / "recordings" / "cli" / "genie" / "iosxe" / command / case
    answer: dict[str, dict[str, dict[str, dict[str, Json]]]] = json.loads((folder / "expected.json").read_text())
    return (folder / "raw.txt").read_text(), answer["upstream"]


@pytest.mark.parametrize("case", ["golden_output", "golden_output2", "golden_output3"])
def test_clients_of_a_c9800_are_those_genie_finds(shared: Path, case: str) -> None:
    text, upstream = genie(shared, "ShowWirelessClientSummary", case)
    found = read(text, "show wireless client summary", platform="cisco_ios")
    expected = upstream["wireless_client_summary"]["included_clients"].values()
    assert {(row["mac"], row["ap_name"], row["wlan"]) for row in found} == {
        (str(Mac.parse(str(each["mac_address"]))), each["ap_name"], str(each["id"]))
        for each in expected
        if isinstance(each, dict)
    }
    assert len(found) == len(expected)


def test_what_access_points_of_a_c9800_hear_is_what_genie_finds(shared: Path) -> None:
    text, upstream = genie(shared, "ShowApCdpNeighbor", "golden_output")
    found = read(text, "show ap cdp neighbors", platform="cisco_ios")
    assert {str(row["ap_name"]): (row["ip"], row["name"], row["port"]) for row in found} == {
        name: (each["ap_ip"], each["neighbor_name"], each["neighbor_port"])
        for name, each in upstream["ap_name"].items()
    }


def test_a_session_joins_access_points_with_the_switches_they_hear(shared: Path) -> None:
    heard, _ = genie(shared, "ShowApCdpNeighbor", "golden_output")
    summary = (shared / "recordings/cli/genie/iosxe/ShowApSummary/golden_output2/raw.txt").read_text()
    name = "AP002C.C862.E708"
    session = read_session(
        "wlc", "cisco_xe", {"show ap summary": summary, "show ap cdp neighbors": heard.replace("0221-cap22", name)}
    )
    assert session.incomplete == ()
    point = next(each for each in session.access_points if each.name == name)
    assert [(each.name, each.port) for each in point.neighbors] == [
        ("a02-21-sd-sw1.cisco.com", "TenGigabitEthernet3/0/47")
    ]
