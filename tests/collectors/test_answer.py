"""Laws of answers: what is kept of one is all of it."""

from __future__ import annotations

from tests.collectors.canned import agent
from wiremap_lab.collectors.answer import Answer, Session, understood
from wiremap_lab.snmp.recording import Recording

ROW = ((1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 2, 2, 0, 0, 0, 0, 1), 2, 7)


def test_an_answer_kept_as_texts_is_the_same_answer_again() -> None:
    switch = agent("sw1")
    switch = Recording("sw1", switch.rows, {"20": Recording("sw1", [ROW])})
    session = Session("cisco_ios", {"show lldp neighbors detail": "nothing", "show version": "IOS 15"})
    answer = Answer("sw1", switch, session, {"/api/v1/devices?page=2": "[]"})
    assert Answer.of("sw1", answer.texts()) == answer


def test_a_source_that_was_asked_nothing_by_snmp_still_has_tables_of_its_name() -> None:
    (tables,) = understood(Answer("cloud", documents={"/api": "{}"}))
    assert tables.name == "cloud"
    assert tables.fdb == ()
