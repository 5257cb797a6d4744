"""A real agent for the codec to talk to: Debian's snmpd on loopback, with a user for every pair of protocols."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from wiremap_lab.snmp.keys import AuthProtocol, PrivProtocol, User

#: How net-snmp spells them.
AUTH_NAMES = {
    AuthProtocol.MD5: "MD5",
    AuthProtocol.SHA1: "SHA",
    AuthProtocol.SHA224: "SHA-224",
    AuthProtocol.SHA256: "SHA-256",
    AuthProtocol.SHA384: "SHA-384",
    AuthProtocol.SHA512: "SHA-512",
}
PRIV_NAMES = {
    PrivProtocol.AES128: "AES",
    PrivProtocol.AES192: "AES-192",
    PrivProtocol.AES256: "AES-256",
    PrivProtocol.AES192C: "AES-192-C",
    PrivProtocol.AES256C: "AES-256-C",
}


def user_of(auth: AuthProtocol | None, priv: PrivProtocol | None) -> User:
    """The user that both sides know, by its protocols."""
    name = f"{auth or 'no'}-{priv or 'no'}"
    return User(name, auth, "signing password" if auth else "", priv, "hiding password" if priv else "")


USERS = [user_of(None, None)] + [user_of(auth, priv) for auth in AuthProtocol for priv in (None, *PrivProtocol)]


@dataclass(frozen=True, slots=True)
class Snmpd:
    """Where the agent listens; it answers community `public` and all of `USERS`."""

    port: int

    def ask(self, octets: bytes, *, timeout: float = 5.0) -> bytes:
        """The next datagram after one of ours."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
            link.settimeout(timeout)
            link.connect(("127.0.0.1", self.port))
            link.send(octets)
            return link.recv(65535)


def _configuration() -> Iterator[str]:
    yield "rocommunity public 127.0.0.1"
    yield "sysDescr an agent for tests"
    for user in USERS:
        auth = f'{AUTH_NAMES[user.auth_protocol]} "{user.auth_password}"' if user.auth_protocol else ""
        priv = f'{PRIV_NAMES[user.priv_protocol]} "{user.priv_password}"' if user.priv_protocol else ""
        yield f"createUser {user.name} {auth} {priv}"
        yield f"rouser {user.name} {'priv' if priv else 'auth' if auth else 'noauth'}"


@pytest.fixture(scope="session")
def snmpd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snmpd]:
    """Debian's snmpd; skips where it is not installed."""
    program = shutil.which("snmpd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("net-snmp's snmpd is not installed")
    folder = tmp_path_factory.mktemp("snmpd")
    (folder / "snmpd.conf").write_text("\n".join(_configuration()) + "\n")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [program, "-f", "-Lf", str(folder / "log"), "-C", "-c", str(folder / "snmpd.conf"), "-I", "-smux"]
    environment = {**os.environ, "MIBS": "", "SNMP_PERSISTENT_DIR": str(folder / "persistent")}
    with subprocess.Popen([*command, "-x", str(folder / "agentx"), f"udp:127.0.0.1:{port}"], env=environment) as agent:
        try:
            _wait_until_heard(folder / "log", agent)
            yield Snmpd(port)
        finally:
            agent.terminate()


def _wait_until_heard(log: Path, agent: "subprocess.Popen[bytes]") -> None:
    give_up = time.monotonic() + 20
    while not (log.exists() and "NET-SNMP version" in log.read_text()):
        assert agent.poll() is None, log.read_text()
        assert time.monotonic() < give_up, "snmpd does not start"
        time.sleep(0.05)
