"""Switches of ten years ago, which speak what nothing else should (quirk 92)."""

from pathlib import Path

import paramiko
import pytest

from tests.collectors.ssh.devices import PASSWORD, Device, serving
from wiremap_lab.collectors.inventory.model import Host
from wiremap_lab.collectors.ssh.collect import Way, read_host
from wiremap_lab.collectors.ssh.known_hosts import KnownHosts, Trust
from wiremap_lab.collectors.ssh.terminal import Login, Patience
from wiremap_lab.errors import TransportError

HOST = Host("old-sw1", "127.0.0.1", platform="cisco_ios")


def test_sha_1_and_cbc_are_spoken_only_with_a_profile_that_says_legacy(tmp_path: Path) -> None:
    way = Way(KnownHosts(tmp_path / "known", Trust.TOFU), Patience(connect=10, answer=5, session=20), tmp_path / "logs")
    old = Device(
        host_key=paramiko.RSAKey.generate(1024),
        kex=("diffie-hellman-group14-sha1",),
        ciphers=("aes128-cbc", "3des-cbc"),
    )
    with serving(old):
        with pytest.raises(TransportError, match="legacy: true in its profile"):
            read_host(HOST, {"shell": Login("wm", PASSWORD, port=old.port)}, way)
        session, _ = read_host(HOST, {"shell": Login("wm", PASSWORD, port=old.port, legacy=True)}, way)
    assert "show mac address-table" in session.outputs
