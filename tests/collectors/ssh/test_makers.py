"""Every platform's session begins, asks and ends, with the prompts and the manners of its maker."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import paramiko
import pytest

from tests.collectors.ssh.devices import EOS, PASSWORD, Device, serving
from tests.readers.test_platforms import OS6, OS10
from tests.readers.test_printed import IOS
from wiremap_lab.collectors.answer import Answer, Session, understood
from wiremap_lab.collectors.inventory.model import Host
from wiremap_lab.collectors.ssh.allowed import check
from wiremap_lab.collectors.ssh.collect import Way, read_host
from wiremap_lab.collectors.ssh.known_hosts import KnownHosts, Trust
from wiremap_lab.collectors.ssh.terminal import Login, Patience
from wiremap_lab.readers.commands import PLATFORMS

KEY = paramiko.ECDSAKey.generate()
#: How makers refuse, where it is not as Cisco does.
REFUSALS = {
    "huawei_vrp": "            ^\r\nError: Unrecognized command found at '^' position.\r\n",
    "hp_comware": "            ^\r\n % Unrecognized command found at '^' position.\r\n",
    "juniper_junos": "            ^\r\nunknown command.\r\n",
    "mikrotik_routeros": "bad command name lldp (line 1 column 2)\r\n",
    "hp_procurve": "Invalid input: lldp\r\n",
    "cisco_wlc_ssh": "Incorrect usage.  Use the '?' or <TAB> key to list commands.\r\n",
    "alcatel_aos": 'ERROR: Invalid entry: "lldp"\r\n',
}
PROMPTS = {
    "alcatel_aos": "-> ",
    "arista_eos": "eos1#",
    "aruba_aoscx": "cx1# ",
    "aruba_os": "(mc1) *#",
    "brocade_fastiron": "SSH@icx1#",
    "cisco_ios": "ios1#",
    "cisco_nxos": "nx1# ",
    "cisco_wlc_ssh": "(Cisco Controller) >",
    "cisco_xe": "xe1#",
    "cisco_xr": "RP/0/RP0/CPU0:xr1#",
    "dell_os10": "os10# ",
    "dell_os6": "os6#",
    "extreme_exos": "x440.1 # ",
    "hp_comware": "<h3c>",
    "hp_procurve": "aruba1# ",
    "huawei_vrp": "<hw1>",
    "juniper_junos": "wm@ex1> ",
    "linux": "wm@edge1:~$ ",
    "mikrotik_routeros": "[wm@roof] > ",
    "ubiquiti_edge": "(es1) #",
}
#: What some of them answer; the others know no command at all, and say so.
ANSWERS = {"cisco_ios": IOS, "cisco_xe": IOS, "dell_os10": OS10, "dell_os6": OS6, "arista_eos": EOS}


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[Device, Session]]:
    """A device of each platform, and what it said, read all at once: some of netmiko's greetings take seconds."""
    path = tmp_path_factory.mktemp("makers") / "known"
    way = Way(KnownHosts(path, Trust.TOFU), Patience(connect=30, answer=20, session=90))
    served = {platform: _device(platform) for platform in PLATFORMS}

    def read(platform: str) -> tuple[Device, Session]:
        host = Host(platform, "127.0.0.1", platform=platform)
        login = Login("wm", PASSWORD, port=served[platform].port)
        return served[platform], read_host(host, {"shell": login}, way)[0]

    with serving(*served.values()), ThreadPoolExecutor(len(served)) as pool:
        return dict(zip(served, pool.map(read, served), strict=True))


def _device(platform: str) -> Device:
    device = Device(host_key=KEY, prompt=PROMPTS[platform], outputs=ANSWERS.get(platform, {}), banner="\r\n")
    return replace(device, refusal=REFUSALS.get(platform, device.refusal), heard=[])


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_a_session_of_each_platform_asks_all_and_sends_only_what_shows(
    platform: str, sessions: Mapping[str, tuple[Device, Session]]
) -> None:
    served, session = sessions[platform]
    assert not session.unread
    assert session.outputs[""] == PROMPTS[platform].strip()
    for line in served.heard:
        check(line, enable=False)
    asked = [line for line in served.heard if line in session.outputs and line]
    assert asked == [command for command in session.outputs if command]
    (tables,) = understood(Answer(platform, session=session))
    assert not tables.incomplete
    if platform in ("cisco_ios", "cisco_xe", "dell_os10", "dell_os6"):
        assert tables.lldp_neighbors
        assert tables.fdb
    else:
        assert len({finding.table for finding in tables.findings}) == len(PLATFORMS[platform])
