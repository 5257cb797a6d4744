"""Sessions with devices that answer as makers do, and with devices that misbehave."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import paramiko
import pytest

from tests.collectors.ssh.devices import PASSWORD, Device, serving
from tests.readers.test_printed import IOS
from wiremap_lab.collectors.answer import Answer, understood
from wiremap_lab.collectors.inventory.model import Host
from wiremap_lab.collectors.ssh.collect import Way, converse, read_host
from wiremap_lab.collectors.ssh.known_hosts import KnownHosts, Trust
from wiremap_lab.collectors.ssh.terminal import Login, Patience, Terminal, Transcript, Wire, opened
from wiremap_lab.errors import InvalidValue, Refused, Unreachable
from wiremap_lab.tables import DeviceTables

KEY, RSA = paramiko.ECDSAKey.generate(), paramiko.RSAKey.generate(2048)
HOST = Host("hq-sw1", "127.0.0.1", platform="cisco_ios")
QUICK = Patience(connect=10, answer=3, session=15)


def device(**how: object) -> Device:
    return replace(Device(host_key=KEY), **how)  # type: ignore[arg-type]  # of whatever field


@pytest.fixture
def way(tmp_path: Path) -> Way:
    return Way(KnownHosts(tmp_path / "known", Trust.TOFU), QUICK, tmp_path / "logs")


def read(served: Device, way: Way, *, password: str = PASSWORD) -> DeviceTables:
    session, name = read_host(HOST, {"shell": Login("wm", password, port=served.port)}, way)
    assert name == "shell"
    (tables,) = understood(Answer(HOST.name, session=session))
    return tables


@pytest.mark.parametrize(
    "how",
    [{}, {"wrap": 30}, {"slow": 0.1}, {"page": 3}, {"chatty": True}, {"prompt": "hq-sw1>"}, {"banner": "#\r\n>\r\n"}],
    ids=str,
)
def test_however_a_switch_prints_its_tables_are_the_same(how: dict[str, object], way: Way) -> None:
    with serving(served := device(**how)):
        tables = read(served, way)
    (told,) = understood(Answer(HOST.name, session=converse("cisco_ios", _asked_of(IOS), "hq-sw1#")))
    assert tables == told
    assert len(tables.fdb) == 4
    assert not tables.incomplete


def test_a_session_sends_nothing_that_does_not_only_show(way: Way) -> None:
    with serving(served := device()):
        read(served, way)
    assert {line for line in served.heard if not line.startswith("show ")} == {
        "",
        "terminal width 511",
        "terminal length 0",
    }


def test_a_command_that_would_change_something_is_refused_before_it_is_sent(way: Way) -> None:
    with serving(served := device()):
        with opening(served, way) as terminal, pytest.raises(InvalidValue, match="'configure terminal'"):
            terminal.ask("configure terminal")
        with opening(served, way) as terminal, pytest.raises(InvalidValue, match="'reload'"):
            terminal._connection.write_channel("reload\n")  # whoever of netmiko's would write it
    assert not {"configure terminal", "reload"} & set(served.heard)


def opening(served: Device, way: Way) -> AbstractContextManager[Terminal]:
    login, said = Login("wm", PASSWORD, port=served.port), Transcript((PASSWORD,))
    return opened("127.0.0.1", "cisco_ios", login, known=way.known, patience=QUICK, transcript=said, wire=Wire())


def test_a_device_that_hangs_up_leaves_what_it_said_and_word_of_the_rest(way: Way) -> None:
    with serving(served := device(drops_at="show mac address-table")):
        tables = read(served, way)
    assert len(tables.lldp_neighbors) == 1
    assert tables.fdb == ()
    reasons = [gap.reason for gap in tables.incomplete]
    assert len(reasons) == 2
    assert "'show mac address-table': 127.0.0.1" not in reasons
    assert all("closed the session" in reason for reason in reasons)


def test_a_device_that_stops_in_the_middle_is_partial_when_its_answer_is_due(way: Way) -> None:
    with serving(served := device(stalls_at="show ip arp")):
        tables = read(served, way)
    assert len(tables.fdb) == 4
    assert [gap.reason for gap in tables.incomplete] == ["'show ip arp': no prompt within 3 s"]


@pytest.mark.parametrize("how", [{"silent": True}, {"trickles": True}], ids=str)
def test_a_session_that_never_prompts_ends_when_its_time_is_over(how: dict[str, object], tmp_path: Path) -> None:
    way = Way(KnownHosts(tmp_path / "known", Trust.TOFU), Patience(connect=5, answer=3, session=2))
    begun = time.monotonic()
    with serving(served := device(**how)), pytest.raises(Unreachable, match=r"not done within|no prompt"):
        read(served, way)
    assert time.monotonic() - begun < 8


def test_a_server_that_does_not_even_greet_is_not_waited_for(tmp_path: Path) -> None:
    way = Way(KnownHosts(tmp_path / "known", Trust.TOFU), Patience(connect=1, answer=1, session=2))
    begun = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(Unreachable):
        read(mute := device(port=listener.getsockname()[1]), way)
    assert time.monotonic() - begun < 6
    with pytest.raises(Unreachable, match="refused"):
        read(mute, way)


def test_a_wrong_password_is_a_refusal_and_the_next_profile_is_tried(way: Way) -> None:
    with serving(served := device()):
        with pytest.raises(Refused, match="'wm' was not let in"):
            read(served, way, password="wrong")
        logins = {"old": Login("wm", "wrong", port=served.port), "new": Login("wm", PASSWORD, port=served.port)}
        _, name = read_host(HOST, logins, way)
    assert name == "new"


def test_a_key_that_changed_is_refused_and_nothing_is_said_to_who_shows_it(way: Way, tmp_path: Path) -> None:
    with serving(served := device()):
        read(served, way)
        port = served.port
        for key in (paramiko.ECDSAKey.generate(), RSA):  # of the same kind, and of another
            served.host_key = key
            with pytest.raises(Refused, match=rf"\[127.0.0.1\]:{port} has CHANGED.*known line 1"):
                read(served, Way(KnownHosts(tmp_path / "known", Trust.STRICT), QUICK))
    assert served.heard.count("show version") == 1


def test_a_host_nobody_knows_is_refused_unless_told_otherwise(tmp_path: Path) -> None:
    with serving(served := device(host_key=RSA)):
        with pytest.raises(Refused, match="is not known"):
            read(served, Way(KnownHosts(tmp_path / "known", Trust.STRICT), QUICK))
        assert len(read(served, Way(KnownHosts(tmp_path / "known", Trust.TOFU), QUICK)).fdb) == 4
        assert len(read(served, Way(KnownHosts(tmp_path / "known", Trust.STRICT), QUICK)).fdb) == 4


def test_no_secret_is_in_a_log_or_in_what_is_kept(way: Way, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    caplog.set_level(logging.DEBUG)
    echoed = {**IOS, "show ip arp": f"who typed {PASSWORD} where everybody sees it?\n"}
    with serving(served := device(outputs=echoed)):
        login = Login("wm", PASSWORD, enable="the-Enable-of-a-test", port=served.port)
        served.prompt = "hq-sw1#"
        read_host(HOST, {"shell": login}, way)
    log = (tmp_path / "logs" / "hq-sw1.log").read_text()
    assert "who typed *** where" in log
    assert "show mac address-table" in log
    assert (tmp_path / "logs" / "hq-sw1.log").stat().st_mode & 0o777 == 0o600
    for text in (log, repr(login), (tmp_path / "known").read_text()):
        assert PASSWORD not in text
        assert "the-Enable-of-a-test" not in text
    assert not any(PASSWORD in record.getMessage() for record in caplog.records)
    assert not [record for record in caplog.records if record.name.startswith("paramiko")]  # it shouts at hanging up


def test_a_host_without_a_platform_is_not_asked(way: Way) -> None:
    with pytest.raises(InvalidValue, match="has no platform"):
        read_host(replace(HOST, platform=""), {}, way)


def test_a_session_that_says_nothing_at_all_is_no_session() -> None:
    def ask(command: str) -> str:
        raise Unreachable("it hung up")

    with pytest.raises(Unreachable, match="it hung up"):
        converse("cisco_ios", ask, "sw#")


def _asked_of(outputs: dict[str, str]) -> Callable[[str], str]:
    return lambda command: outputs.get(command, "% Invalid input detected at '^' marker.\n")
