"""SNMPv3 judged by the vectors of RFC 3414, by pysnmp's keys and by net-snmp's agent and tools."""

import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pysnmp.proto.rfc1902 import OctetString
from pysnmp.proto.secmod.rfc3414.service import aes192, aes256, hmacmd5, hmacsha, hmacsha2

from tests.snmp.conftest import AUTH_NAMES, PRIV_NAMES, USERS, Snmpd, user_of
from wiremap_lab.errors import DecodeError, InvalidValue
from wiremap_lab.snmp import codec
from wiremap_lab.snmp.codec import Pdu, Version, encode_pdu, parse_oid
from wiremap_lab.snmp.keys import AuthProtocol, PrivProtocol, User, localized_key, privacy_key
from wiremap_lab.snmp.usm import AUTH, PRIV, Agent, Client, Report, Request, decode_header, report_of
from wiremap_lab.tables import Row

SYS_DESCR = parse_oid("1.3.6.1.2.1.1.1.0")
SYS_UPTIME = parse_oid("1.3.6.1.2.1.1.3.0")
ENGINE_ID = bytes.fromhex("80001f8880e9630000d61ff449")
BOTH = user_of(AuthProtocol.SHA256, PrivProtocol.AES128)
BIG = tuple((parse_oid(f"1.3.6.1.2.1.2.2.1.2.{port}"), codec.OCTET_STRING, b"Gi1/0/%d" % port) for port in range(1, 51))
NAMES = [user.name for user in USERS]


def get(request_id: int = 7) -> bytes:
    return encode_pdu(Pdu(codec.GET, request_id, 0, 0, ((SYS_DESCR, codec.NULL, None),)))


def reply(agent: Agent, octets: bytes, *, now: float, rows: tuple[Row, ...] = BIG) -> bytes:
    """What the agent sends back for a datagram."""
    asked = agent.open(octets, now=now)
    if isinstance(asked, bytes):
        return asked
    pdu = Pdu(codec.RESPONSE, asked.message.pdu.request_id, 0, 0, rows)
    return agent.answer(asked, encode_pdu(pdu), now=now)


def ask(client: Client, agent: Agent, *, now: float, message_id: int = 1) -> Pdu:
    return client.open(decode_header(reply(agent, client.request(message_id, get(), now=now), now=now)), now=now)


def acquainted(user: User = BOTH, *, now: float = 1000.0) -> tuple[Client, Agent]:
    """A client that knows the agent's engine, and the agent, which booted at second 0."""
    client, agent = Client(user, salt=1), Agent(ENGINE_ID, USERS, started=0.0, boots=3)
    assert report_of(ask(client, agent, now=now)) is Report.UNKNOWN_ENGINE_ID
    return client, agent


# Keys


def test_keys_are_those_of_rfc_3414() -> None:
    engine_id = bytes.fromhex("000000000000000000000002")
    assert localized_key(AuthProtocol.MD5, "maplesyrup", engine_id).hex() == "526f5eed9fcce26f8964c2930787d82b"
    assert localized_key(AuthProtocol.SHA1, "maplesyrup", engine_id).hex() == "6695febc9288e36282235fc7151f128497b38f3f"


SHA2 = hmacsha2.HmacSha2
SERVICES = {
    AuthProtocol.MD5: hmacmd5.HmacMd5.SERVICE_ID,
    AuthProtocol.SHA1: hmacsha.HmacSha.SERVICE_ID,
    AuthProtocol.SHA224: SHA2.SHA224_SERVICE_ID,
    AuthProtocol.SHA256: SHA2.SHA256_SERVICE_ID,
    AuthProtocol.SHA384: SHA2.SAH384_SERVICE_ID,
    AuthProtocol.SHA512: SHA2.SHA512_SERVICE_ID,
}
CIPHERS = {
    PrivProtocol.AES192: aes192.AesBlumenthal192(),
    PrivProtocol.AES256: aes256.AesBlumenthal256(),
    PrivProtocol.AES192C: aes192.Aes192(),
    PrivProtocol.AES256C: aes256.Aes256(),
}


@pytest.mark.parametrize(
    "protocol", [AuthProtocol.SHA224, AuthProtocol.SHA256, AuthProtocol.SHA384, AuthProtocol.SHA512]
)
def test_keys_of_rfc_7860_are_those_of_pysnmp(protocol: AuthProtocol) -> None:
    theirs = SHA2(SERVICES[protocol])
    key = theirs.localize_key(theirs.hash_passphrase("maplesyrup"), OctetString(ENGINE_ID))
    assert localized_key(protocol, "maplesyrup", ENGINE_ID) == bytes(key)
    assert protocol.digest_length == theirs.digest_length


@pytest.mark.parametrize("auth", AuthProtocol)
@pytest.mark.parametrize("priv", CIPHERS)
def test_a_key_too_short_for_aes_is_stretched_as_pysnmp_does(auth: AuthProtocol, priv: PrivProtocol) -> None:
    user, theirs = user_of(auth, priv), CIPHERS[priv]
    key = theirs.localize_key(
        SERVICES[auth], theirs.hash_passphrase(SERVICES[auth], user.priv_password), OctetString(ENGINE_ID)
    )
    assert privacy_key(user, ENGINE_ID) == bytes(key)


# net-snmp as the agent, and as the client


@pytest.mark.parametrize("user", USERS, ids=NAMES)
def test_snmpd_answers_a_user_of_any_protocols(user: User, snmpd: Snmpd) -> None:
    client = Client(user, salt=99)
    found = []
    for message_id in (1, 2, 3):
        header = decode_header(snmpd.ask(client.request(message_id, get(), now=0.0)))
        assert header.message_id == message_id
        found.append(client.open(header, now=0.0))
    assert report_of(found[0]) is Report.UNKNOWN_ENGINE_ID
    for pdu in found[1:]:
        assert pdu.rows == ((SYS_DESCR, codec.OCTET_STRING, b"an agent for tests"),)


def test_snmpd_answers_a_community(snmpd: Snmpd) -> None:
    for version in (Version.V1, Version.V2C):
        question = codec.wrap_community(version, b"public", get(5))
        pdu = codec.decode_community(snmpd.ask(question))[2]
        assert pdu == Pdu(codec.RESPONSE, 5, 0, 0, ((SYS_DESCR, codec.OCTET_STRING, b"an agent for tests"),))


@pytest.mark.parametrize(
    ("user", "report"),
    [
        (User("nobody", AuthProtocol.SHA1, "signing password"), Report.UNKNOWN_USER_NAME),
        (
            User(BOTH.name, AuthProtocol.SHA256, "another password", PrivProtocol.AES128, "hiding password"),
            Report.WRONG_DIGEST,
        ),
        (
            User(BOTH.name, AuthProtocol.SHA1, "signing password", PrivProtocol.AES128, "hiding password"),
            Report.WRONG_DIGEST,
        ),
    ],
)
def test_both_snmpd_and_our_agent_say_why_they_refuse(user: User, report: Report, snmpd: Snmpd) -> None:
    theirs = Client(user, salt=5)
    for expected in (Report.UNKNOWN_ENGINE_ID, report):
        header = decode_header(snmpd.ask(theirs.request(1, get(), now=0.0)))
        assert report_of(theirs.open(header, now=0.0)) is expected
    ours, agent = acquainted(user)
    assert report_of(ask(ours, agent, now=1000.0)) is report


def test_snmpd_tells_a_client_whose_clock_is_off_and_answers_then(snmpd: Snmpd) -> None:
    client = Client(BOTH, salt=5)
    seen = []
    for now in (0.0, 400.0, 400.0):  # the agent's clock has not gone on by 400 seconds
        pdu = client.open(decode_header(snmpd.ask(client.request(1, get(), now=now))), now=now)
        seen.append(report_of(pdu))
    assert seen == [Report.UNKNOWN_ENGINE_ID, Report.NOT_IN_TIME_WINDOW, None]


@contextmanager
def served(agent: Agent) -> Iterator[int]:
    """A port on loopback where the agent answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.bind(("127.0.0.1", 0))
        link.settimeout(10)
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                octets, peer = link.recvfrom(65535)
                if octets:
                    link.sendto(reply(agent, octets, now=1000.0, rows=((SYS_DESCR, 4, b"ours"),)), peer)

        server = threading.Thread(target=serve)
        server.start()
        try:
            yield link.getsockname()[1]
        finally:
            stop.set()
            link.sendto(b"", link.getsockname())
            server.join()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with served(Agent(ENGINE_ID, USERS, started=0.0, boots=3)) as port:
        yield port


@pytest.mark.parametrize("user", USERS, ids=NAMES)
def test_snmpget_reads_from_our_agent_as_a_user_of_any_protocols(user: User, port: int) -> None:
    if shutil.which("snmpget") is None:
        pytest.skip("net-snmp's tools are not installed")
    options = [
        "-v3",
        "-u",
        user.name,
        "-l",
        "authPriv" if user.level & PRIV else "authNoPriv" if user.level & AUTH else "noAuthNoPriv",
    ]
    if user.auth_protocol:
        options += ["-a", AUTH_NAMES[user.auth_protocol], "-A", user.auth_password]
    if user.priv_protocol:
        options += ["-x", PRIV_NAMES[user.priv_protocol], "-X", user.priv_password]
    command = [
        "snmpget",
        "-m",
        "",
        "-t",
        "3",
        "-r",
        "0",
        "-Oqv",
        *options,
        f"127.0.0.1:{port}",
        codec.format_oid(SYS_DESCR),
    ]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ('"ours"\n', "")


# A client and an agent of ours


@pytest.mark.parametrize("user", USERS, ids=NAMES)
def test_what_an_agent_answers_its_client_reads(user: User) -> None:
    client, agent = acquainted(user)
    for now in (1000.0, 1000.0, 1500.5):
        assert ask(client, agent, now=now).rows == BIG


def test_an_agent_sees_who_asks_what_in_which_context() -> None:
    client, agent = acquainted()
    asked = agent.open(client.request(9, get(77), context=b"vlan-10", now=1000.0), now=1000.0)
    assert isinstance(asked, Request)
    assert (asked.header.message_id, asked.user, asked.message.context) == (9, BOTH, b"vlan-10")
    assert asked.message.pdu == Pdu(codec.GET, 77, 0, 0, ((SYS_DESCR, codec.NULL, None),))
    report = client.open(decode_header(agent.report(asked, Report.UNKNOWN_CONTEXT, now=1000.0)), now=1000.0)
    assert report_of(report) is Report.UNKNOWN_CONTEXT


def test_no_two_messages_of_a_user_are_encrypted_with_the_same_salt() -> None:
    client, agent = acquainted()
    messages = [client.request(1, get(), now=1000.0) for _ in range(20)]
    messages += [reply(agent, message, now=1000.0) for message in messages]
    assert len({decode_header(message).salt for message in messages[:20]}) == 20
    assert len({decode_header(message).salt for message in messages[20:]}) == 20
    assert all(b"Gi1/0/1" not in message for message in messages)


def test_after_a_reboot_a_walk_goes_on_with_the_new_clock() -> None:
    client, agent = acquainted()
    ask(client, agent, now=1000.0)
    agent.boots, agent.started = 4, 1010.0
    assert report_of(ask(client, agent, now=1020.0)) is Report.NOT_IN_TIME_WINDOW
    assert ask(client, agent, now=1021.0).rows == BIG
    assert client.engine is not None
    assert (client.engine.boots, client.engine.clock(1030.0)) == (4, 20)


def test_an_agent_that_lost_count_of_its_boots_is_still_read() -> None:
    client, agent = acquainted()
    agent.boots, agent.started = 1, 1010.0
    assert report_of(ask(client, agent, now=1020.0)) is Report.NOT_IN_TIME_WINDOW
    assert ask(client, agent, now=1021.0).rows == BIG


def test_an_agent_whose_clock_stands_still_is_read_with_a_report_now_and_then() -> None:
    client, agent = acquainted()
    now, answers = 1000.0, 0
    for _ in range(40):
        now += 20.0
        octets = client.request(1, get(), now=now)
        answers += client.open(decode_header(reply(agent, octets, now=1000.0)), now=now).kind == codec.RESPONSE
    assert answers > 30


def test_an_agent_with_a_new_engine_id_is_met_anew() -> None:
    client, agent = acquainted()
    agent.engine_id = ENGINE_ID + b"x"
    assert report_of(ask(client, agent, now=1000.0)) is Report.UNKNOWN_ENGINE_ID
    assert ask(client, agent, now=1000.0).rows == BIG


def test_a_replay_from_before_the_time_window_is_refused() -> None:
    client, agent = acquainted()
    old = reply(agent, client.request(1, get(), now=1000.0), now=1000.0)
    ask(client, agent, now=1200.0)
    with pytest.raises(DecodeError, match="time window"):
        client.open(decode_header(old), now=1200.0)


def test_an_engine_out_of_boots_is_refused() -> None:
    client, agent = acquainted()
    agent.boots = 2**31 - 1
    assert report_of(ask(client, agent, now=1000.0)) is Report.NOT_IN_TIME_WINDOW
    assert report_of(ask(client, agent, now=1000.0)) is Report.NOT_IN_TIME_WINDOW


@pytest.mark.parametrize(
    "stranger",
    [user_of(None, None), user_of(AuthProtocol.SHA256, None), user_of(AuthProtocol.SHA1, PrivProtocol.AES128)],
)
def test_an_answer_below_or_beside_the_level_asked_is_refused(stranger: User) -> None:
    client, agent = acquainted()
    other = Client(stranger, salt=9)
    other.engine, other._keys = client.engine, stranger.keys(ENGINE_ID)
    forged = reply(agent, other.request(1, get(), now=1000.0), now=1000.0)
    with pytest.raises(DecodeError):
        client.open(decode_header(forged), now=1000.0)


def test_an_unsigned_report_cannot_move_the_clock() -> None:
    client, _ = acquainted()
    before = client.engine
    pdu = encode_pdu(Pdu(codec.REPORT, 7, 0, 0, ((Report.NOT_IN_TIME_WINDOW.oid, codec.COUNTER32, 1),)))
    forger = Agent(ENGINE_ID, [user_of(None, None)], started=0.0, boots=77)
    stranger = Client(user_of(None, None), salt=0)
    stranger.engine = before
    asked = forger.open(stranger.request(1, get(), now=1000.0), now=1000.0)
    assert isinstance(asked, Request)
    client.open(decode_header(forger.answer(asked, pdu, now=1000.0)), now=1000.0)
    assert client.engine == before


def test_no_octet_of_a_signed_answer_can_be_changed() -> None:
    client, agent = acquainted()
    octets = reply(agent, client.request(1, get(), now=1000.0), now=1000.0, rows=BIG[:2])
    for at in range(len(octets)):
        for change in (0x01, 0x80):
            forged = octets[:at] + bytes([octets[at] ^ change]) + octets[at + 1 :]
            with pytest.raises(DecodeError):
                client.open(decode_header(forged), now=1000.0)
    assert client.open(decode_header(octets), now=1000.0).rows == BIG[:2]


@pytest.mark.parametrize("user", [BOTH, user_of(None, None)], ids=["signed", "bare"])
def test_a_message_cut_short_never_opens(user: User) -> None:
    client, agent = acquainted(user)
    octets = reply(agent, client.request(1, get(), now=1000.0), now=1000.0, rows=BIG[:2])
    for length in range(len(octets)):
        with pytest.raises(DecodeError):
            client.open(decode_header(octets[:length]), now=1000.0)


def test_what_asks_for_no_report_gets_none() -> None:
    client, agent = acquainted()
    octets = bytearray(client.request(1, get(), now=1000.0))
    octets[octets.index(b"\x04\x01\x07") + 2] = 0x03
    with pytest.raises(DecodeError, match="WRONG_DIGEST"):
        agent.open(bytes(octets), now=1000.0)


def test_what_is_encrypted_with_another_key_gets_a_decryption_error() -> None:
    client, agent = acquainted()
    client._keys = User(
        BOTH.name, BOTH.auth_protocol, BOTH.auth_password, BOTH.priv_protocol, "some other password"
    ).keys(ENGINE_ID)
    asked = agent.open(client.request(1, get(), now=1000.0), now=1000.0)
    assert isinstance(asked, bytes)
    assert report_of(client.open(decode_header(asked), now=1000.0)) is Report.DECRYPTION_ERROR


def test_no_repr_shows_a_password_or_a_key() -> None:
    shown = repr(BOTH) + repr(BOTH.keys(ENGINE_ID)) + str(BOTH)
    assert "password" not in shown.replace("auth_password", "").replace("priv_password", "")
    assert BOTH.keys(ENGINE_ID).auth_key.hex() not in shown
    assert "key=" not in shown


@pytest.mark.parametrize(
    ("name", "auth", "auth_password", "priv", "priv_password"),
    [
        ("x" * 33, None, "", None, ""),
        ("x", None, "", PrivProtocol.AES128, "hiding password"),
        ("x", AuthProtocol.SHA1, "seven..", None, ""),
        ("x", AuthProtocol.SHA1, "signing password", PrivProtocol.AES128, ""),
    ],
)
def test_a_user_who_cannot_be_is_refused_without_showing_a_password(
    name: str, auth: AuthProtocol | None, auth_password: str, priv: PrivProtocol | None, priv_password: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        User(name, auth, auth_password, priv, priv_password)
    assert "seven" not in str(refused.value)
