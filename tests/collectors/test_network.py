"""A device that has two transports is one answer, and one that fails leaves the other's."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.collectors.canned import agent
from tests.readers.test_printed import IOS
from wiremap_lab.collectors.answer import Answer, Session, understood
from wiremap_lab.collectors.files import sources
from wiremap_lab.collectors.inventory.model import Host
from wiremap_lab.collectors.network import both
from wiremap_lab.collectors.sessions import dump_session, load_session
from wiremap_lab.errors import InvalidFile, Refused, Unreachable
from wiremap_lab.snmp.recording import dump

HOST = Host("sw1", "192.0.2.1", platform="cisco_ios")
SESSION = Session("cisco_ios", IOS, {"show vlan brief": "it hung up"})


def says(answer: Answer) -> Callable[[], Awaitable[Answer]]:
    async def read() -> Answer:
        return answer

    return read


def fails(fault: Exception) -> Callable[[], Awaitable[Answer]]:
    async def read() -> Answer:
        raise fault

    return read


async def test_both_transports_make_one_answer() -> None:
    rows = Answer("sw1", agent("sw1"))
    answer = await both(HOST, says(rows), says(Answer("sw1", session=SESSION)))()
    assert answer.recording == rows.recording
    assert answer.session == SESSION


async def test_without_ssh_what_snmp_says_stands_and_says_what_is_missing() -> None:
    rows = Answer("sw1", agent("sw1"))
    (alone,) = understood(rows)
    (tables,) = understood(await both(HOST, says(rows), fails(Refused("the key has CHANGED")))())
    assert tables.fdb == alone.fdb
    assert len(tables.incomplete) == len(alone.incomplete) + 8
    assert all("the key has CHANGED" in gap.reason for gap in tables.incomplete[len(alone.incomplete) :])


async def test_without_snmp_what_was_printed_stands_and_the_rest_is_not_taken_for_empty() -> None:
    answer = await both(HOST, fails(Unreachable("no reply")), says(Answer("sw1", session=Session("cisco_ios", IOS))))()
    (tables,) = understood(answer)
    assert len(tables.fdb) == 4
    assert {gap.reason for gap in tables.incomplete} == {"by SNMP: no reply"}
    assert understood(Answer.of("sw1", answer.texts())) == (tables,)


async def test_a_device_that_answers_by_neither_is_skipped_with_both_reasons() -> None:
    with pytest.raises(Unreachable, match="by SNMP: no reply; by SSH: not let in"):
        await both(HOST, fails(Unreachable("no reply")), fails(Refused("not let in")))()


def test_a_session_is_the_same_in_its_file(tmp_path: Path) -> None:
    (tmp_path / "sw1.session.json").write_text(dump_session(SESSION))
    assert load_session(tmp_path / "sw1.session.json") == SESSION


@pytest.mark.parametrize("text", ["", "[]", '{"platform": "x"}', '{"platform": "x", "outputs": {"show": 1}}'])
def test_what_is_no_session_is_a_fault_of_the_file(text: str, tmp_path: Path) -> None:
    (tmp_path / "sw1.session.json").write_text(text)
    with pytest.raises(InvalidFile, match="not a session"):
        load_session(tmp_path / "sw1.session.json")


async def test_recordings_of_both_transports_are_one_device(tmp_path: Path) -> None:
    (tmp_path / "sw1.snmprec").write_text(dump(agent("sw1").rows))
    (tmp_path / "sw1.session.json").write_text(dump_session(SESSION))
    (tmp_path / "sw2.session.json").write_text(dump_session(SESSION))
    found = dict(sources([tmp_path]))
    assert sorted(found) == ["sw1", "sw2"]
    one, two = await found["sw1"](), await found["sw2"]()
    assert (one.session, two.session) == (SESSION, SESSION)
    assert one.recording is not None
    assert two.recording is None
