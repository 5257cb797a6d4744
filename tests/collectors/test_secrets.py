"""A secret comes from where it is said to be, and where there is none that is told without showing any."""

import logging
import sys
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError

from wiremap_lab.collectors import secrets
from wiremap_lab.collectors.secrets import Secret
from wiremap_lab.errors import InvalidValue

MARKER = "for-nobody-else"


class Ring(KeyringBackend):
    """A keyring of one entry, which may be locked."""

    locked = False

    @classmethod
    def priority(cls) -> float:  # type: ignore[override]  # a property by a decorator of its own
        return 1

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringError("locked")
        return MARKER if (service, username) == ("network/switches", "wiremap") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


@pytest.fixture
def ring() -> Ring:
    ring = Ring()  # type: ignore[no-untyped-call]
    keyring.set_keyring(ring)
    return ring


def revealed(source: str) -> str:
    return Secret.parse(source).reveal(str, "profile 'p'")


def test_the_keyring_is_asked_for_a_service_and_its_user(ring: Ring) -> None:
    assert revealed("keyring:network/switches/wiremap") == MARKER


@pytest.mark.parametrize("source", ["keyring:network/switches/nobody", "keyring:switches", "keyring:/x", "keyring:x/"])
def test_what_the_keyring_has_not_is_told(ring: Ring, source: str) -> None:
    with pytest.raises(InvalidValue, match=r"profile 'p'.*keyring"):
        revealed(source)


def test_a_keyring_that_is_locked_is_told(ring: Ring) -> None:
    ring.locked = True
    with pytest.raises(InvalidValue, match="cannot be read: locked"):
        revealed("keyring:network/switches/wiremap")


def test_a_keyring_that_is_not_installed_is_told_with_what_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(InvalidValue, match=r"wiremap_lab\[keyring\]"):
        revealed("keyring:network/switches/wiremap")


def test_a_command_prints_the_secret_in_its_first_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    kept = tmp_path / "a secret"
    kept.write_text(f"{MARKER}\nlogin: wiremap\n")
    with caplog.at_level(logging.DEBUG):
        assert revealed(f"cmd:cat '{kept}'") == MARKER
    assert MARKER not in caplog.text


def test_no_shell_reads_the_command() -> None:
    assert revealed("cmd:echo $HOME; id | cat") == "$HOME; id | cat"


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("cmd:", "cannot be run"),
        ("cmd:'", "cannot be run"),
        ("cmd:/nowhere/at/all", "cannot be run"),
        ("cmd:true", "printed nothing"),
        (f"cmd:{sys.executable} -c \"print('{MARKER}'); raise SystemExit(3)\"", "ended with 3"),
        (f"cmd:{sys.executable} -c \"import sys; sys.stdout.buffer.write(b'\\xff')\"", "cannot be run"),
    ],
)
def test_a_command_that_fails_is_told_and_what_it_printed_is_not(command: str, what: str) -> None:
    with pytest.raises(InvalidValue, match=what) as fault:
        revealed(command)
    assert MARKER not in str(fault.value)


def test_a_command_that_does_not_end_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_COMMAND_SECONDS", 0.1)
    with pytest.raises(InvalidValue, match="did not end"):
        revealed("cmd:sleep 60")
