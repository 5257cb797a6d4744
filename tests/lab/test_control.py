"""A campus as a process: the control socket, the lock of its directory, and the commands over both."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulator.campuses import TOPOLOGIES, campus
from wiremap_lab.collectors.inventory.model import SnmpProfile
from wiremap_lab.collectors.inventory.native import load_inventory
from wiremap_lab.errors import InvalidValue
from wiremap_lab.lab.control import SOCKET, NotRunning, ask
from wiremap_lab.lab.daemon import LOCK, AlreadyRunning, DidNotStart, Settings, is_locked, run, start, stop

ROOMS = TOPOLOGIES / "two-rooms.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    if is_locked(tmp_path):
        stop(tmp_path)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One process for all tests that leave it running: it takes a second or two to start."""
    folder = tmp_path_factory.mktemp("lab")
    start(ROOMS, Settings(folder, port=0))
    yield folder
    stop(folder)


def test_a_campus_tells_its_status_and_moves_devices(running: Path) -> None:
    said = ask(running, {"do": "status"})
    assert said["campus"] == "two-rooms"
    inventory = load_inventory((running / "inventory.yaml").read_text(), path="inventory")
    assert [host.name for host in inventory.hosts] == ["sw-1", "wlc-1"]
    assert inventory.warnings == ()

    moved = ask(running, {"do": "move", "device": "phone-front", "to": "sw-1:7"})["moved"]
    assert isinstance(moved, list)
    assert (moved[0]["from"]["room"], moved[0]["to"]["room"]) == ("shop-1-front", "shop-1-back")
    by_chance = ask(running, {"do": "move", "count": 2, "seed": 1})["moved"]
    assert isinstance(by_chance, list)
    assert len(by_chance) == 2


def test_a_second_one_in_the_same_directory_says_who_runs(running: Path) -> None:
    for another in (
        lambda: start(ROOMS, Settings(running)),
        lambda: run(campus("two-rooms"), ROOMS, Settings(running)),
    ):
        with pytest.raises(AlreadyRunning, match=r"two-rooms runs .* wiremap lab down"):
            another()


def test_what_cannot_be_done_is_told_and_changes_nothing(running: Path) -> None:
    before = ask(running, {"do": "status"})["devices"]
    for request in (
        {"do": "move", "device": "phone-front", "to": "sw-1:8"},
        {"do": "move", "device": "nobody", "count": 1},
        {"do": "move"},
        {"do": "dance"},
        {},
    ):
        with pytest.raises(InvalidValue):
            ask(running, request)
    assert ask(running, {"do": "status"})["devices"] == before


def test_rubbish_on_the_line_does_not_end_the_campus(running: Path) -> None:
    for rubbish in (b"\n", b"[]\n", b"{\n", b"x" * 100_000):
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(running / SOCKET))
            try:
                line.sendall(rubbish)
                line.shutdown(socket.SHUT_WR)
                answer = line.makefile("rb").readline()
            except OSError:
                continue  # it hung up on us, as it may
            assert not answer or "fault" in json.loads(answer)
    assert ask(running, {"do": "status"})["campus"] == "two-rooms"


def test_a_socket_left_by_one_that_was_killed_is_no_obstacle(folder: Path) -> None:
    pid = start(ROOMS, Settings(folder, port=0))["pid"]
    assert isinstance(pid, int)
    os.kill(pid, signal.SIGKILL)
    while is_locked(folder):
        threading.Event().wait(0.02)
    assert (folder / SOCKET).exists()
    with pytest.raises(NotRunning):
        stop(folder)
    assert start(ROOMS, Settings(folder, port=0))["pid"] != pid
    stop(folder)
    assert not is_locked(folder)
    assert sorted(path.name for path in folder.iterdir()) == ["agents.log", LOCK]
    with pytest.raises(NotRunning):
        ask(folder, {"do": "status"})


def test_one_that_cannot_have_its_port_says_so(folder: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.90.0.1", 0))
        port = holder.getsockname()[1]
        with pytest.raises(DidNotStart, match=rf"127\.90\.0\.1:{port}: Address already in use"):
            start(ROOMS, Settings(folder, port=port))
    assert sorted(path.name for path in folder.iterdir()) == ["agents.log", LOCK]


def wiremap(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "wiremap_lab", "lab", *words, "--state-dir", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_commands_do_what_they_say(folder: Path) -> None:
    up = wiremap(folder, "up", "two-rooms", "--port", "0", "--v3")
    assert up.returncode == 0, up.stderr
    assert up.stdout.strip() == f"wiremap collect -i {folder / 'inventory.yaml'}"
    profile = load_inventory((folder / "inventory.yaml").read_text(), path="inventory").profiles["lab"]
    assert isinstance(profile, SnmpProfile)
    assert profile.version == "3"
    assert (folder / "auth-password").stat().st_mode & 0o077 == 0

    again = wiremap(folder, "up", "two-rooms")
    assert (again.returncode, again.stdout) == (2, "")
    moved = wiremap(folder, "move", "handset-1", "off 203.0.113.5", "--room", "shop", "--json")
    assert json.loads(moved.stdout)["moved"][0]["now_room"] == "shop"
    status = json.loads(wiremap(folder, "status", "--json").stdout)
    devices = {device["device"]: device for device in status["devices"]}
    assert devices["handset-1"]["room"] == "shop"
    assert devices["phone-front"]["reports"]["port_id"] == "interface-name:Gi1/0/1"
    assert wiremap(folder, "down").returncode == 0
    assert wiremap(folder, "down").returncode == 2


def test_a_topology_with_faults_is_told_with_lines_and_starts_nothing(folder: Path) -> None:
    broken = folder / "broken.yaml"
    broken.write_text(ROOMS.read_text().replace("psap: hennepin", "psap: henepin").replace('"sw-1:6"', '"sw-1:66"'))
    up = wiremap(folder, "up", str(broken))
    assert up.returncode == 2
    assert f"{broken}:10: buildings.shop.psap: there is no PSAP 'henepin'" in up.stderr
    assert "'66'" in up.stderr
    assert not is_locked(folder)
