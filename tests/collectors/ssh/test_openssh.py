"""A host that runs OpenSSH and Linux is read over both, with its own shell, by password-less keys."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.readers.test_platforms import LINUX
from wiremap_lab.collectors.answer import Answer, understood
from wiremap_lab.collectors.inventory.model import Host
from wiremap_lab.collectors.ssh.collect import Way, read_host
from wiremap_lab.collectors.ssh.known_hosts import KnownHosts, Trust
from wiremap_lab.collectors.ssh.terminal import Login, Patience
from wiremap_lab.errors import Refused
from wiremap_lab.tables import DeviceTables

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
HOST = Host("edge-1", "127.0.0.1", platform="linux")
pytestmark = pytest.mark.skipif(SSHD is None or shutil.which("ssh-keygen") is None, reason="needs openssh-server")


@dataclass(frozen=True, slots=True)
class Served:
    """A server of OpenSSH and what it takes to be let in."""

    folder: Path
    port: int
    key_file: Path

    def read(self, known: Path, trust: Trust, *, key_file: Path | None = None) -> DeviceTables:
        login = Login(getpass.getuser(), key_file=str(key_file or self.key_file), port=self.port)
        way = Way(KnownHosts(known, trust), Patience(connect=15, answer=15, session=40))
        session, _ = read_host(HOST, {"keys": login}, way)
        (tables,) = understood(Answer(HOST.name, session=session))
        return tables


def _key(path: Path, kind: str = "ed25519") -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", str(path)], check=True)
    return path


def _commands(folder: Path) -> None:
    """Programs that answer as lldpd's and iproute2's do, found before them."""
    for name in ("lldpcli", "ip", "bridge"):
        cases = "".join(
            f"  '{command}') cat <<'THE_END'\n{text}\nTHE_END\n  ;;\n"
            for command, text in LINUX.items()
            if command.split(" ")[0] == name
        )
        script = folder / name
        script.write_text(f"#!/bin/sh\ncase \"{name} $*\" in\n{cases}  *) echo '{name}: command not found' ;;\nesac\n")
        script.chmod(0o755)


@pytest.fixture(scope="module")
def openssh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server as whoever runs the tests, with its own keys and settings, on loopback."""
    folder = tmp_path_factory.mktemp("openssh")
    host_key, key = _key(folder / "host"), _key(folder / "user")
    (folder / "bin").mkdir()
    _commands(folder / "bin")
    (folder / "authorized_keys").write_text((folder / "user.pub").read_text())
    (folder / "authorized_keys").chmod(0o600)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "config").write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {host_key}\nPidFile none\nUsePAM no\nStrictModes no\n"
        f"AuthorizedKeysFile {folder}/authorized_keys\nPasswordAuthentication no\nPermitRootLogin prohibit-password\n"
        f"PrintMotd no\nPrintLastLog no\nSetEnv PATH={folder}/bin:/usr/bin:/bin\n"
        'ForceCommand exec env PS1="edge-1:~$ " sh -i\n'
    )
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where the server of a superuser is locked in
    assert SSHD is not None
    with (folder / "log").open("w") as log:
        server = subprocess.Popen([SSHD, "-D", "-e", "-f", str(folder / "config")], stderr=log)
    try:
        _await(port, server, folder / "log")
        yield Served(folder, port, key)
    finally:
        server.terminate()
        server.wait(10)


def _await(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 15
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"sshd does not serve: {log.read_text()}")


def test_a_linux_switch_is_read_over_openssh(openssh: Served, tmp_path: Path) -> None:
    tables = openssh.read(tmp_path / "known", Trust.TOFU)
    assert not tables.incomplete
    assert not tables.findings
    assert tables.system is not None
    assert tables.system.name == "edge-1"
    assert [each.name for each in tables.interfaces] == ["lo", "swp1", "swp2", "bond0"]
    assert [each.local_if_index for each in tables.lldp_neighbors] == [7]
    assert len(tables.fdb) == 2
    assert len(tables.arp) == 1
    assert tables.lldp_local is not None


def test_the_key_that_openssh_scans_is_enough_to_be_strict(openssh: Served, tmp_path: Path) -> None:
    known = tmp_path / "known"
    with pytest.raises(Refused, match="is not known"):
        openssh.read(known, Trust.STRICT)
    scan = ["ssh-keyscan", "-p", str(openssh.port), "127.0.0.1"]
    known.write_text(subprocess.run(scan, capture_output=True, text=True, check=True).stdout)
    assert len(openssh.read(known, Trust.STRICT).fdb) == 2


def test_openssh_with_another_key_than_before_is_refused(openssh: Served, tmp_path: Path) -> None:
    _, kind, key = (_key(tmp_path / "other"), *(tmp_path / "other.pub").read_text().split()[:2])
    (tmp_path / "known").write_text(f"[127.0.0.1]:{openssh.port} {kind} {key}\n")
    with pytest.raises(Refused, match=r"has CHANGED.*known line 1\."):
        openssh.read(tmp_path / "known", Trust.TOFU)


def test_a_user_openssh_does_not_know_is_refused(openssh: Served, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="was not let in"):
        openssh.read(tmp_path / "known", Trust.TOFU, key_file=_key(tmp_path / "stranger"))
