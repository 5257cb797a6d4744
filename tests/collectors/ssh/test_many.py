"""Many sessions at once, and one among them that misbehaves."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import paramiko

from tests.collectors.ssh.devices import PASSWORD, Device, serving
from wiremap_lab.collectors.collect import Collected, Skipped, split
from wiremap_lab.collectors.inventory.model import Host, Inventory, SshProfile
from wiremap_lab.collectors.network import collect_hosts
from wiremap_lab.collectors.secrets import Secret
from wiremap_lab.collectors.ssh.collect import Shells
from wiremap_lab.collectors.ssh.known_hosts import Trust
from wiremap_lab.collectors.ssh.terminal import Patience
from wiremap_lab.snmp.walker import Limits

ROOT = Path(__file__).parents[3]
KEY = paramiko.ECDSAKey.generate()
#: What 200 sessions may take on two processors that do other things too; alone they take some 15 s.
ENOUGH = 100


@contextmanager
def estate(count: int) -> Iterator[list[int]]:
    """The ports of so many devices, served by a process of their own."""
    command = [sys.executable, "-m", "tests.collectors.ssh.devices", str(count)]
    served = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert served.stdout is not None
        yield [int(port) for port in served.stdout.readline().split()]
    finally:
        served.communicate()


async def read(
    ports: Sequence[int], known: Path, *, patience: Patience, at_once: int = 50
) -> tuple[Collected | Skipped, ...]:
    profile = SshProfile("shell", "wm", password=Secret.parse(PASSWORD))
    hosts = [
        Host(f"sw{number}", "127.0.0.1", profiles=("shell",), platform="cisco_ios", ssh_port=port)
        for number, port in enumerate(ports)
    ]
    return await collect_hosts(
        Inventory(tuple(hosts), {"shell": profile}),
        hosts,
        engine="udp",
        limits=Limits(),
        at_once=1,
        ask=str,
        rng=random.Random(1),
        shells=Shells(Trust.TOFU, known, patience, at_once),
    )


async def test_two_hundred_devices_are_read_by_fifty_workers_without_a_failed_session(tmp_path: Path) -> None:
    with estate(200) as ports:
        begun = time.monotonic()
        results = await read(ports, tmp_path / "known", patience=Patience(connect=60, answer=60, session=90))
        took = time.monotonic() - begun
    found, skipped = split(results)
    assert skipped == ()
    assert [each.name for each in found] == [f"sw{number}" for number in range(200)]
    assert {(len(each.tables.fdb), len(each.tables.lldp_neighbors)) for each in found} == {(4, 1)}
    assert not any(each.tables.incomplete for each in found)
    assert len((tmp_path / "known").read_text().splitlines()) == 200
    assert took < ENOUGH


async def test_a_session_that_never_prompts_changes_not_an_octet_of_the_others(tmp_path: Path) -> None:
    good = [Device(host_key=KEY, heard=[], prompt=f"sw{number}#") for number in range(3)]
    bad = [Device(host_key=KEY, silent=True), Device(host_key=KEY, trickles=True)]
    patience = Patience(connect=10, answer=3, session=4)
    with serving(*good, *bad):
        ports = [device.port for device in good]
        alone = await read(ports, tmp_path / "known", patience=patience)
        among = await read([*ports, *(device.port for device in bad)], tmp_path / "known", patience=patience)
    assert [_kept(each) for each in among[:3]] == [_kept(each) for each in alone]
    for each in among[3:]:
        assert isinstance(each, Skipped)
        assert "not done within the time" in each.reason or "no prompt" in each.reason


def _kept(result: Collected | Skipped) -> object:
    assert isinstance(result, Collected)
    assert result.answer is not None
    return result.name, result.tables, result.answer.texts()
