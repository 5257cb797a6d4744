"""Agents that err, each in one way: what real ones do on bad days (quirks 66-79), and what an attacker could."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.agents import GEN_ERR, TOO_BIG, Answer, Mib, Reply, Respond, community, error, table
from wiremap_lab.snmp.codec import GETBULK, INTEGER, RESPONSE, Pdu, decode_community, encode_community
from wiremap_lab.tables import Oid, Row

ROOT: Oid = (1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2)
ROWS = table(ROOT, 2, 100)
COLUMNS = [(*ROOT, 1, 1), (*ROOT, 1, 2)]
MIB = Mib(ROWS)
#: Where the agents that go wrong in mid-walk do so.
TURN = 40


def _size(asked: Pdu) -> int:
    return max(1, asked.error_index) if asked.kind == GETBULK else 1


def _past_the_turn(asked: Pdu) -> bool:
    return any(row[0][-1] >= TURN for row in asked.rows if len(row[0]) > len(COLUMNS[0]))


def _then(strange: Callable[[Pdu], Pdu | None]) -> Respond:
    """Answer well up to the turn, strangely from there."""
    return lambda asked: strange(asked) if _past_the_turn(asked) else MIB.answer(asked)


def repeats(asked: Pdu) -> Pdu:
    return Pdu(RESPONSE, asked.request_id, 0, 0, list(asked.rows) * _size(asked))


def cycles(asked: Pdu) -> Pdu:
    first = [((*root, 1 + step % 3), INTEGER, 1) for step in range(_size(asked)) for root in COLUMNS]
    return Pdu(RESPONSE, asked.request_id, 0, 0, first[: _size(asked) * len(asked.rows)])


def jumps_back(asked: Pdu) -> Pdu:
    return Pdu(RESPONSE, asked.request_id, 0, 0, [((1, 3, 6, 1, 1, 1), INTEGER, 1)] * len(asked.rows))


def is_endless(asked: Pdu) -> Pdu:
    rows: list[Row] = [
        ((*oid, step), INTEGER, 1) if len(oid) < 14 else ((*oid[:-1], oid[-1] + step), INTEGER, 1)
        for step in range(1, _size(asked) + 1)
        for oid, _, _ in asked.rows
    ]
    return Pdu(RESPONSE, asked.request_id, 0, 0, rows)


def is_empty(asked: Pdu) -> Pdu:
    return Pdu(RESPONSE, asked.request_id, 0, 0, ())


def errs(asked: Pdu) -> Pdu:
    return error(asked, GEN_ERR, 1 if asked.kind != GETBULK else 0)


def finds_it_too_big(asked: Pdu) -> Pdu:
    given = MIB.answer(asked)
    return given if len(given.rows) == 1 else error(asked, TOO_BIG)


def falls_silent(_: Pdu) -> None:
    return None


def mistakes_the_request_id(asked: Pdu) -> Pdu:
    return replace(MIB.answer(asked), request_id=asked.request_id % 1000 + 1)


mid_walk: dict[str, Respond] = {
    "repeated OID": _then(repeats),
    "cycle": _then(cycles),
    "backward jump": _then(jumps_back),
    "endless table": is_endless,
    "empty varbind list": _then(is_empty),
    "genErr": _then(errs),
    "silence": _then(falls_silent),
}


def _forged(octets: bytes) -> bytes:
    """Make the answer somebody else would like us to believe."""
    version, name, asked = decode_community(octets)
    lies = [((*row[0], 66, step), INTEGER, 666) for step in range(_size(asked)) for row in asked.rows]
    return encode_community(version, name, Pdu(RESPONSE, asked.request_id, 0, 0, lies))


def garbage(chance: random.Random, good: bytes) -> Iterator[bytes]:
    """Make datagrams that are no answer, some of them almost."""
    yield b""
    yield chance.randbytes(chance.randrange(1, 200))
    yield good[: chance.randrange(1, len(good))]
    yield b"\x30\x84\x7f\xff\xff\xff" + good[2:]
    yield b"\x30\x80" * 500
    yield good[:4] + b"\x00" + good[5:]


def with_garbage(answer: Answer, chance: random.Random) -> Answer:
    """Send garbage before, and from a foreign address a forged answer before every good one."""

    def answers(octets: bytes) -> Iterator[Reply]:
        for reply in answer(octets):
            yield from map(Reply, garbage(chance, reply.octets))
            yield Reply(_forged(octets), foreign=True)
            yield replace(reply, after=0.001)

    return answers


def only_garbage(octets: bytes) -> Iterator[Reply]:
    chance = random.Random(3)
    for reply in community(MIB.answer)(octets):
        yield from map(Reply, garbage(chance, reply.octets))


def only_foreign(octets: bytes) -> Iterator[Reply]:
    yield Reply(_forged(octets), foreign=True)


def lossy(answer: Answer, chance: random.Random, share: float) -> Answer:
    """Lose this share of the requests, and of the answers."""

    def answers(octets: bytes) -> Iterator[Reply]:
        if chance.random() >= share:
            yield from (reply for reply in answer(octets) if chance.random() >= share)

    return answers


def late(answer: Answer, chance: random.Random, most: float) -> Answer:
    """Delay each answer by chance, which also puts them out of order."""

    def answers(octets: bytes) -> Iterator[Reply]:
        for reply in answer(octets):
            yield replace(reply, after=chance.random() * most)

    return answers


def doubled(answer: Answer) -> Answer:
    def answers(octets: bytes) -> Iterator[Reply]:
        for reply in answer(octets):
            yield from (reply, reply, replace(reply, after=0.02))

    return answers


def with_v3_garbage(answer: Answer, chance: random.Random) -> Answer:
    """Send each v3 message also cut, and if it is long enough to be a signed one flipped, before the good one."""

    def answers(octets: bytes) -> Iterator[Reply]:
        for reply in answer(octets):
            good = reply.octets
            at = chance.randrange(len(good))
            yield Reply(good[: chance.randrange(1, len(good))])
            yield Reply(chance.randbytes(80))
            if len(good) > 200:
                yield Reply(good[:at] + bytes([good[at] ^ 1 << chance.randrange(8)]) + good[at + 1 :])
            yield replace(reply, after=0.001)

    return answers
