"""A private key lets in where the device knows it; where not, the next profile is tried."""

from __future__ import annotations

from pathlib import Path

import paramiko
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from tests.collectors.ssh import devices
from tests.collectors.ssh.devices import LET_IN, NOT_LET_IN, PASSWORD, Device, serving
from wiremap_lab.collectors.inventory.model import Host
from wiremap_lab.collectors.ssh.collect import Way, read_host
from wiremap_lab.collectors.ssh.known_hosts import KnownHosts, Trust
from wiremap_lab.collectors.ssh.terminal import Login, Patience, Wire
from wiremap_lab.errors import Refused

PASSPHRASE = "the-Phrase-of-a-test"
HOST = Host("hq-sw1", "127.0.0.1", platform="cisco_ios")


def written(path: Path, key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey, passphrase: str = "") -> str:
    cipher = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, cipher))
    return str(path)


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Files of keys: one that the device knows, under a passphrase, one it does not know, and one that is none."""
    ours = written(tmp_path / "ours", ec.generate_private_key(ec.SECP256R1()), PASSPHRASE)
    other = written(tmp_path / "other", ed25519.Ed25519PrivateKey.generate())
    (tmp_path / "none").write_text("hello\n")
    known = paramiko.PKey.from_path(ours, PASSPHRASE.encode())

    def check(_: object, _username: str, key: paramiko.PKey) -> int:
        return LET_IN if key == known else NOT_LET_IN

    monkeypatch.setattr(devices._Server, "check_auth_publickey", check, raising=False)
    monkeypatch.setattr(devices._Server, "get_allowed_auths", lambda *_: "publickey,password")
    return {"ours": ours, "other": other, "none": str(tmp_path / "none"), "gone": str(tmp_path / "gone")}


def let_in(tmp_path: Path, *logins: Login) -> str:
    way = Way(KnownHosts(tmp_path / "known", Trust.TOFU), Patience(connect=10, answer=5, session=20))
    with serving(device := Device(host_key=paramiko.ECDSAKey.generate())):
        named = {
            str(number): Login(each.user, each.password, each.key_file, each.passphrase, port=device.port)
            for number, each in enumerate(logins)
        }
        return read_host(HOST, named, way, Wire())[1]


def test_a_key_that_the_device_knows_lets_in(tmp_path: Path, keys: dict[str, str]) -> None:
    assert let_in(tmp_path, Login("wm", key_file=keys["ours"], passphrase=PASSPHRASE)) == "0"


@pytest.mark.parametrize("name", ["other", "none", "gone"])
def test_where_a_key_is_of_no_use_the_next_profile_is_tried(tmp_path: Path, keys: dict[str, str], name: str) -> None:
    assert let_in(tmp_path, Login("wm", key_file=keys[name]), Login("wm", PASSWORD)) == "1"


@pytest.mark.parametrize(
    ("name", "passphrase", "what"),
    [
        ("other", "", "'wm' was not let in"),
        ("ours", "", "its passphrase is another one"),
        ("ours", "a-wrong-one", "its passphrase is another one"),
        ("none", "", "it is none"),
        ("gone", "", "No such file"),
    ],
)
def test_what_is_wrong_with_a_key_is_told_without_its_passphrase(
    tmp_path: Path, keys: dict[str, str], name: str, passphrase: str, what: str
) -> None:
    with pytest.raises(Refused, match=what) as fault:
        let_in(tmp_path, Login("wm", key_file=keys[name], passphrase=passphrase))
    assert not passphrase or passphrase not in str(fault.value)
