"""Octets nobody meant: whatever comes, a decoder answers with a value or DecodeError, soon and in little memory."""

import time
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.snmp.messages import pdus
from wiremap_lab.errors import DecodeError
from wiremap_lab.snmp import ber, codec
from wiremap_lab.snmp.codec import Pdu, Version, decode_community, encode_community
from wiremap_lab.snmp.keys import AuthProtocol, PrivProtocol, User
from wiremap_lab.snmp.usm import Agent, Client, decode_header

USERS = [
    User("nobody"),
    User("signer", AuthProtocol.SHA1, "signing password"),
    User("hider", AuthProtocol.SHA256, "signing password", PrivProtocol.AES256, "hiding password"),
]
ENGINE_ID = b"\x80engine"
AGENT = Agent(ENGINE_ID, USERS, started=0.0)


def client_of(user: User) -> Client:
    """A client that has met the agent."""
    client = Client(user, salt=7)
    report = AGENT.open(client.request(1, b"", now=0.0), now=0.0)
    assert isinstance(report, bytes)
    client.open(decode_header(report), now=0.0)
    return client


def read_every_way(octets: bytes) -> None:
    """Let every decoder see the octets; nothing but DecodeError may come out."""

    def opened(user: User) -> Callable[[bytes], object]:
        return lambda octets: client_of(user).open(decode_header(octets), now=0.0)

    def served(octets: bytes) -> object:
        return AGENT.open(octets, now=0.0)

    readers: list[Callable[[bytes], object]] = [decode_community, codec.message_version, decode_header, served]
    for read in [*readers, *map(opened, USERS)]:
        try:
            read(octets)
        except DecodeError:
            continue


@st.composite
def v3_messages(draw: st.DrawFn) -> bytes:
    """A question to the agent, or an answer of it, of a user of any level."""
    client = client_of(draw(st.sampled_from(USERS)))
    question = client.request(draw(st.integers(0, 2**31 - 1)), codec.encode_pdu(draw(pdus)), now=0.0)
    asked = AGENT.open(question, now=0.0)
    assert not isinstance(asked, bytes)
    return draw(st.sampled_from([question, AGENT.answer(asked, codec.encode_pdu(draw(pdus)), now=0.0)]))


messages = st.one_of(
    st.builds(encode_community, st.sampled_from([Version.V1, Version.V2C]), st.binary(max_size=12), pdus), v3_messages()
)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A message with some octets changed, lost, doubled or put in."""
    octets = bytearray(draw(messages))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(octets)))
        stop = draw(st.integers(at, min(at + 4, len(octets))))
        octets[at:stop] = draw(st.one_of(st.binary(max_size=5), st.just(bytes(octets[at:stop]) * 2)))
    return bytes(octets)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=120))
def test_octets_of_chance_are_no_message_and_do_no_harm(octets: bytes) -> None:
    read_every_way(octets)
    read_every_way(ber.encode(ber.SEQUENCE, octets))


@settings(max_examples=400, deadline=None)
@given(mutated())
def test_a_mutated_message_decodes_or_does_not_and_does_no_harm(octets: bytes) -> None:
    read_every_way(octets)


@settings(max_examples=60, deadline=None)
@given(pdus)
def test_no_part_of_a_message_decodes_to_something_else(pdu: Pdu) -> None:
    octets = encode_community(Version.V2C, b"public", pdu)
    for length in range(len(octets)):
        with pytest.raises(DecodeError):
            decode_community(octets[:length])


@settings(max_examples=200, deadline=None)
@given(mutated())
def test_what_decodes_is_what_its_encoding_decodes_to(octets: bytes) -> None:
    try:
        message = decode_community(octets)
    except DecodeError:
        return
    assert decode_community(encode_community(*message)) == message


def _response(rows: bytes) -> bytes:
    return codec.wrap_community(Version.V2C, b"public", codec.join_pdu(codec.RESPONSE, 1, 0, 0, [rows]))


SHORT = codec.encode_row(((1, 3, 6, 1, 2, 1, 1, 3, 0), codec.NULL, None))
LONG = bytes.fromhex("30810d 068108 2b06010201010300 0500")
HOSTILE: dict[str, Callable[[int], bytes]] = {
    "short rows": lambda size: SHORT * (size // len(SHORT)),
    "long forms of length": lambda size: LONG * (size // len(LONG)),
    "one long form after each short": lambda size: (SHORT + LONG) * (size // (len(SHORT) + len(LONG))),
    "one OID": lambda size: ber.encode(0x30, ber.encode(6, b"\x2b" + b"\x81\x00" * (size // 2)) + b"\x05\x00"),
    "one arc": lambda size: ber.encode(0x30, ber.encode(6, b"\xff" * size + b"\x01") + b"\x05\x00"),
    "one number": lambda size: ber.encode(0x30, ber.encode(6, b"\x2b\x06\x01") + ber.encode(2, b"\x7f" * size)),
    "one string": lambda size: ber.encode(0x30, ber.encode(6, b"\x2b\x06\x01") + ber.encode(4, b"\x7f" * size)),
    "sequences in sequences": lambda size: b"\x30\x80" * (size // 2),
    "heads of tables": lambda size: b"".join(
        codec.encode_row(((1, 3, 6, 1, *divmod(table, 128), 1, 1, 1), codec.NULL, None)) for table in range(size // 16)
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_messages_cost_time_and_memory_by_their_length_only(kind: str) -> None:
    def cost(size: int) -> float:
        octets = _response(HOSTILE[kind](size))
        best = 1.0
        for _ in range(5):
            started = time.process_time()
            read_every_way(octets)
            best = min(best, time.process_time() - started)
        return best

    read_every_way(_response(HOSTILE[kind](1000)))
    assert cost(60_000) < 0.25
    assert cost(60_000) < 25 * cost(6_000) + 0.002
    tracemalloc.start()
    try:
        read_every_way(_response(HOSTILE[kind](60_000)))
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()
