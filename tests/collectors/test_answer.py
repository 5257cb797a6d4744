"""Laws of answers: what is kept of one is all of it."""

from __future__ import annotations

from tests.collectors.canned import agent
from wiremap_lab.collectors.answer import Answer, Session, understood
from wiremap_lab.snmp.recording import Recording

ROW = ((1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 2, 2, 0, 0, 0, 0, 1), 2, 7)


def test_an_answer_kept_as_texts_is_the_same_answer_again() -> None:
    switch = agent("sw1")
    switch = Recording("sw1", switch.rows, {"20": Recording("sw1", [ROW])})
    session = Session(
        "cisco_ios",
        {"show lldp neighbors detail": "nothing", "show version": "IOS 15", "": "sw1#"},
        {"show arp": "it hung up"},
    )
    answer = Answer("sw1", switch, session, {"/api/v1/devices?page=2": "[]"})
    assert Answer.of("sw1", answer.texts()) == answer


def test_a_source_that_was_asked_nothing_by_snmp_still_has_tables_of_its_name() -> None:
    (tables,) = understood(Answer("cloud", documents={"/api": "{}"}))
    assert tables.name == "cloud"
    assert tables.fdb == ()


def test_a_device_that_was_only_asked_on_its_command_line_has_tables_too() -> None:
    row = '{"mac":"02:00:00:00:00:01","ifname":"swp1","vlan":10}'
    session = Session(
        "linux", {"": "wm@host:~$ ", "bridge -j fdb show": f"[{row}]"}, {"ip -j neigh show": "it hung up"}
    )
    (tables,) = understood(Answer("host", session=session))
    assert tables.system is not None
    assert tables.system.name == "host"
    assert [(entry.vlan, str(entry.mac)) for entry in tables.fdb] == [(10, "02:00:00:00:00:01")]
    assert [gap.reason for gap in tables.incomplete] == ["'ip -j neigh show': it hung up"]


def test_two_transports_of_a_device_are_read_as_one() -> None:
    both = Answer("sw1", agent("sw1"), Session("linux", {"": "wm@elsewhere:~$ "}))
    (alone,), (tables,) = understood(Answer("sw1", agent("sw1"))), understood(both)
    assert tables.fdb == alone.fdb
    assert tables.system == alone.system
