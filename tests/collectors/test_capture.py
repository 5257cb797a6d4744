"""Listening on an interface: what the kernel passes on, what is kept, and what is said where it cannot be done."""

import io
import json
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.lab.netns import ip
from tests.readers.frames import crafted
from wiremap_lab.collectors.capture import FILTER, Frame, Instruction, Pcapng, listen
from wiremap_lab.errors import InvalidValue, Refused
from wiremap_lab.readers import frames
from wiremap_lab.tables import Finding

READ = [frame for link_type, frame in crafted.frames().values() if link_type == crafted.ETHERNET]


def untagged(frame: bytes) -> bytes:
    """As the kernel has it: the tag beside the frame."""
    return frame[:12] + frame[16:] if frame[12:14] == b"\x81\0" else frame


def passes(program: Sequence[Instruction], frame: bytes) -> bool:
    """Run a filter as BSD's paper has it (McCanne and Jacobson, 1993); a load past the end drops the frame."""
    accumulator = index = at = 0
    while True:
        code, holds, else_, operand = program[at]
        at += 1
        if code == 0x06:
            return operand > 0
        if code in (0x28, 0x20, 0x30, 0x48, 0xB1):
            place, size = operand + (index if code == 0x48 else 0), {0x20: 4, 0x30: 1, 0xB1: 1}.get(code, 2)
            if place + size > len(frame):
                return False
            loaded = int.from_bytes(frame[place : place + size], "big")
            accumulator, index = (accumulator, 4 * (loaded & 0xF)) if code == 0xB1 else (loaded, index)
            continue
        true = {0x15: accumulator == operand, 0x25: accumulator > operand, 0x45: bool(accumulator & operand)}[code]
        at += holds if true else else_


@pytest.mark.parametrize("frame", READ)
def test_every_kind_of_frame_that_is_read_passes_the_filter(frame: bytes) -> None:
    assert passes(FILTER, untagged(frame))


def talk() -> list[bytes]:
    """What people say to each other."""
    from scapy.layers.dns import DNS, DNSQR
    from scapy.layers.inet import ICMP, IP, TCP, UDP
    from scapy.layers.inet6 import ICMPv6EchoRequest, IPv6
    from scapy.layers.l2 import LLC, STP, Dot3, Ether

    link = Ether(src="02:00:00:aa:00:01", dst="02:00:00:00:00:01")
    inside = [TCP(dport=443), UDP(dport=5060, sport=5060), UDP() / DNS(qd=DNSQR(qname="acme.example")), ICMP()]
    four = [link / IP(src="10.9.1.21", dst="10.9.1.1") / each for each in inside]
    six = [link / IPv6(src="fd00::21", dst="fd00::1") / each for each in (TCP(dport=443), ICMPv6EchoRequest())]
    other = [Dot3(dst="01:80:c2:00:00:00", src="02:00:00:00:00:09") / LLC() / STP()]
    return [bytes(each) for each in (*four, *six, *other)]


def test_nothing_that_people_say_to_each_other_passes_the_filter() -> None:
    assert [frame for frame in talk() if passes(FILTER, frame)] == []


@given(st.binary(max_size=80))
def test_what_says_something_passes_and_the_filter_ends_on_any_octets(octets: bytes) -> None:
    row = any(not isinstance(each, Finding) for each in frames.read_frame(1, octets))
    assert passes(FILTER, octets) or not row


def captured(heard: Sequence[Frame]) -> bytes:
    file = io.BytesIO()
    writer = Pcapng(file)
    for frame in heard:
        writer.write(frame)
    return file.getvalue()


def test_what_is_kept_is_read_again_to_the_same_tables(tmp_path: Path) -> None:
    heard = [Frame(1763850000.25 + number, *each) for number, each in enumerate(crafted.frames().values())]
    octets = captured(heard)
    assert frames.tables("desk", octets) == frames.heard("desk", ((each.link_type, each.octets) for each in heard))
    if shutil.which("tshark"):
        path = tmp_path / "desk.pcapng"
        path.write_bytes(octets)
        words = ["tshark", "-n", "-r", str(path), "-T", "fields", "-e", "frame.time_epoch", "-e", "frame.len"]
        said = subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout.split()
        assert [round(float(time_), 2) for time_ in said[::2]] == [each.at for each in heard]
        assert [int(length) for length in said[1::2]] == [len(each.octets) for each in heard]


def test_an_interface_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(InvalidValue, match=r"there are .*lo"):
        listen("nowhere9", seconds=1, count=1)


def test_who_may_not_listen_is_told_what_would_help(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> socket.socket:
        raise PermissionError

    monkeypatch.setattr(socket, "socket", forbidden)
    with pytest.raises(Refused, match="CAP_NET_RAW"):
        listen("lo", seconds=1, count=1)


@pytest.fixture
def wire() -> Iterator[tuple[str, str]]:
    """Two interfaces with a cable between them."""
    try:
        ip("link add wmcap0 type veth peer name wmcap1")
    except (subprocess.CalledProcessError, FileNotFoundError) as fault:
        pytest.skip(f"no pair of interfaces here: {fault}")
    ip("link set wmcap0 up")
    ip("link set wmcap1 up")
    yield "wmcap0", "wmcap1"
    ip("link del wmcap0")


def say_again_and_again(interface: str, said: Sequence[bytes], end: threading.Event) -> None:
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as mouth:
        mouth.bind((interface, 0))
        while not end.is_set():
            for frame in said:
                mouth.send(frame)
            time.sleep(0.02)


@pytest.mark.root
def test_on_a_wire_the_frames_that_are_read_are_heard_tags_and_all_and_no_others(wire: tuple[str, str]) -> None:
    near, far = wire
    end = threading.Event()
    speaker = threading.Thread(target=say_again_and_again, args=(far, [*talk(), *READ], end))
    speaker.start()
    try:
        heard = [each.octets for each in listen(near, seconds=5, count=3 * len(READ))]
        own = [each.octets for each in listen(far, seconds=0.5, count=10) if each.octets in READ]
    finally:
        end.set()
        speaker.join()
    assert {frame for frame in heard if frame in READ} == set(READ)
    assert not set(talk()) & set(heard)
    assert own == [], "what this end says itself was not heard"


@pytest.mark.root
def test_listening_ends_in_time_where_nothing_is_said(wire: tuple[str, str], tmp_path: Path) -> None:
    kept = tmp_path / "quiet.pcapng"
    command = [sys.executable, "-m", "wiremap_lab", "capture", wire[0], "--seconds", "0.5", "--json"]
    said = subprocess.run([*command, "-o", kept], capture_output=True, text=True, check=True, timeout=30)
    assert json.loads(said.stdout)["tables"]["lldp_neighbors"] == []
    assert kept.stat().st_mode & 0o077 == 0, "who is where is nobody else's business"
    ip(f"link set {wire[0]} down")
    refused = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert refused.returncode == 4
    assert "down" in refused.stderr
