"""net-snmp's snmptrap and snmpinform send, pysnmp is what we hear with: neither shares code with our reader."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from wiremap_lab.collectors.traps import MOST_A_SECOND, Fate, Sender, TrapReceiver
from wiremap_lab.errors import Unreachable
from wiremap_lab.readers.traps import Event, LinkChanged
from wiremap_lab.snmp.codec import OBJECT_IDENTIFIER, TRAP2, Pdu, Version, encode_community
from wiremap_lab.snmp.keys import AuthProtocol, PrivProtocol, User
from wiremap_lab.tables import Row

pytestmark = pytest.mark.skipif(shutil.which("snmptrap") is None, reason="net-snmp's snmptrap is not here")

HERE = "127.0.0.1"
COMMUNITY = "s3cret"
USER = User("wiremap", AuthProtocol.SHA1, "authentic-pass", PrivProtocol.AES128, "private-pass")
V3 = ["-v3", "-u", "wiremap", "-a", "SHA", "-A", "authentic-pass", "-x", "AES", "-X", "private-pass"]
AUTH_PRIV = [*V3, "-l", "authPriv"]
ENGINE = "0x8000000001020304"
LINK_UP = ["", "1.3.6.1.6.3.1.1.5.4", "1.3.6.1.2.1.2.2.1.1.7", "i", "7"]
LINK_UP_V1 = ["1.3.6.1.4.1.9.1.1", HERE, "3", "0", "", "1.3.6.1.2.1.2.2.1.1.7", "i", "7"]
COLD_NOTICE = ["", "1.3.6.1.6.3.1.1.5.5"]


@dataclass
class Ear:
    receiver: TrapReceiver
    events: list[tuple[str, Event]] = field(default_factory=list)
    overwhelmed: list[str] = field(default_factory=list)

    async def until(self, count: int) -> list[tuple[str, Event]]:
        for _ in range(200):
            if sum(self.receiver.fates.values()) >= count:
                break
            await asyncio.sleep(0.01)
        return self.events


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    told: list[tuple[str, Event]] = []
    overwhelmed: list[str] = []
    sender = Sender("sw-1", frozenset({HERE}), frozenset({COMMUNITY.encode()}), (USER,))
    other = Sender("sw-2", frozenset({"10.0.0.2"}), frozenset({b"another"}))

    def hear(name: str, events: tuple[Event, ...]) -> None:
        told.extend((name, event) for event in events)

    receiver = TrapReceiver([sender, other], hear, overwhelmed=overwhelmed.append, host=HERE, port=0)
    async with receiver:
        yield Ear(receiver, told, overwhelmed)


async def send(ear: Ear, *words: str, program: str = "snmptrap") -> int:
    """What net-snmp said of it: 0 where an inform was answered."""
    where = f"{HERE}:{ear.receiver.address[1]}"
    flags = [word for word in words if word != "@"]
    at = words.index("@")
    flags[at:at] = [where]
    process = await asyncio.create_subprocess_exec(
        program,
        "-r",
        "2" if program == "snmpinform" else "0",
        "-t",
        "1",
        *flags,
        stderr=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
    )
    return await process.wait()


@pytest.mark.parametrize(
    "words",
    [
        ["-v1", "-c", COMMUNITY, "@", *LINK_UP_V1],
        ["-v2c", "-c", COMMUNITY, "@", *LINK_UP],
        ["-e", ENGINE, *AUTH_PRIV, "@", *LINK_UP],
    ],
    ids=["v1", "v2c", "v3"],
)
async def test_a_trap_of_each_version_is_heard(ear: Ear, words: list[str]) -> None:
    await send(ear, *words)
    assert await ear.until(1) == [("sw-1", LinkChanged(7, up=True))]


@pytest.mark.parametrize("words", [["-v2c", "-c", COMMUNITY], AUTH_PRIV], ids=["v2c", "v3"])
async def test_an_inform_is_heard_and_answered(ear: Ear, words: list[str]) -> None:
    assert await send(ear, *words, "@", *LINK_UP, program="snmpinform") == 0
    assert set(await ear.until(1)) == {("sw-1", LinkChanged(7, up=True))}


async def test_several_traps_of_one_engine_are_heard(ear: Ear) -> None:
    for _ in range(2):
        await send(ear, "-e", ENGINE, *AUTH_PRIV, "@", *LINK_UP)
    assert len(await ear.until(2)) == 2


async def test_an_engine_is_known_again_at_another_address(ear: Ear) -> None:
    elsewhere = ["-e", ENGINE, "--clientaddr=127.0.0.77", *AUTH_PRIV, "@", *LINK_UP]
    await send(ear, *elsewhere)
    assert await ear.until(1) == []
    await send(ear, "-e", ENGINE, *AUTH_PRIV, "@", *LINK_UP)
    await send(ear, *elsewhere)
    assert await ear.until(3) == [("sw-1", LinkChanged(7, up=True))] * 2


@pytest.mark.parametrize(
    "words",
    [
        ["-v2c", "-c", "public", "@", *LINK_UP],
        ["-v2c", "-c", "another", "@", *LINK_UP],
        ["-v1", "-c", "public", "@", *LINK_UP_V1],
        ["-e", ENGINE, "-v3", "-u", "nobody", "-l", "noAuthNoPriv", "@", *LINK_UP],
        ["-e", ENGINE, *V3, "-l", "authNoPriv", "@", *LINK_UP],
        ["-e", ENGINE, "-v3", "-u", "wiremap", "-l", "noAuthNoPriv", "@", *LINK_UP],
    ],
    ids=["community", "another-devices-community", "v1", "user", "no-privacy", "no-authentication"],
)
async def test_who_is_not_let_in_is_counted_and_not_heard(ear: Ear, words: list[str]) -> None:
    await send(ear, *words)
    assert await ear.until(1) == []
    assert ear.receiver.fates == {Fate.REFUSED: 1}


async def test_a_wrong_key_is_not_heard(ear: Ear) -> None:
    wrong = [word.replace("authentic-pass", "another-pass") for word in AUTH_PRIV]
    await send(ear, "-e", ENGINE, *wrong, "@", *LINK_UP)
    assert await ear.until(1) == []
    assert ear.receiver.fates == {Fate.UNREAD: 1}


async def test_an_inform_under_a_wrong_community_is_not_answered(ear: Ear) -> None:
    assert await send(ear, "-r", "0", "-v2c", "-c", "public", "@", *LINK_UP, program="snmpinform") != 0


async def test_a_notification_of_no_use_is_counted(ear: Ear) -> None:
    await send(ear, "-v2c", "-c", COMMUNITY, "@", *COLD_NOTICE)
    assert await ear.until(1) == []
    assert ear.receiver.fates == {Fate.UNUSED: 1}


def say(ear: Ear, *datagrams: bytes, source: str = HERE) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mouth:
        mouth.bind((source, 0))
        for datagram in datagrams:
            mouth.sendto(datagram, ear.receiver.address)


async def test_a_source_that_is_no_device_is_counted_and_not_heard(ear: Ear) -> None:
    say(ear, bytes.fromhex("3003020101"), b"garbage", source="127.0.0.77")
    assert await ear.until(2) == []
    assert ear.receiver.fates == {Fate.UNKNOWN_SOURCE: 2}


async def test_octets_that_are_no_message_end_nothing(ear: Ear) -> None:
    community = b"\x04" + bytes((len(COMMUNITY),)) + COMMUNITY.encode()
    begun = b"\x02\x01\x01" + community
    cut_short = b"\x30" + bytes((len(begun) + 2,)) + begun + b"\xa7\x00"
    say(ear, b"\x30", b"garbage", cut_short, b"\x30\x80\x02\x01\x03")
    await ear.until(4)
    await send(ear, "-v2c", "-c", COMMUNITY, "@", *LINK_UP)
    assert (await ear.until(5)) == [("sw-1", LinkChanged(7, up=True))]


async def test_a_flood_is_read_in_part_and_told_of(ear: Ear) -> None:
    rows: list[Row] = [((1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0), OBJECT_IDENTIFIER, (1, 3, 6, 1, 6, 3, 1, 1, 5, 1))]
    datagram = encode_community(Version.V2C, COMMUNITY.encode(), Pdu(TRAP2, 1, 0, 0, rows))
    say(ear, *[datagram] * (3 * MOST_A_SECOND))
    await ear.until(MOST_A_SECOND + 9)
    assert ear.receiver.fates[Fate.FLOOD] > 0
    assert ear.overwhelmed[:1] == ["sw-1"]


async def test_a_port_that_is_taken_is_told_of(ear: Ear) -> None:
    with pytest.raises(Unreachable, match="no traps can be heard"):
        async with TrapReceiver([], lambda *_: None, host=HERE, port=ear.receiver.address[1]):
            pass
