"""A controller over HTTP, from a server that behaves to ones that do not; the judge is what the server was asked."""

import base64
import datetime
import ipaddress
import json
import logging
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.collectors.served import TOKEN, Reply, Served, bearer, refused, serving
from tests.readers.controllers.told import documents
from wiremap_lab.collectors.controllers import Limits, Way, base_url, read_controller
from wiremap_lab.errors import InvalidValue, Refused, TransportError, Unreachable
from wiremap_lab.readers.controllers import INDEX, tables

QUICK = Limits(timeout=0.5, document=0.6, longest_wait=0.3, seconds=5, tries=2, first_wait=0.01)
MERAKI = documents("meraki")
ROOT = "/api/v1/organizations"
DEVICES = f"{ROOT}/4411/devices?perPage=1000"
CLIENTS = "/api/v1/networks/N_700/clients?timespan=3600&perPage=1000"


@pytest.fixture
def meraki() -> Iterator[Served]:
    with serving({path: Reply(text) for path, text in MERAKI.items() if path != INDEX}) as served:
        served.allowed = bearer
        served.replies["/circle"] = refused(302, Location="/circle")
        yield served


async def read(served: Served, *, token: str = TOKEN, limits: Limits = QUICK) -> dict[str, str]:
    return await read_controller("meraki", served.url, Way(token=token), limits=limits)


def unread(found: dict[str, str]) -> dict[str, str]:
    reasons: dict[str, str] = json.loads(found[INDEX])["unread"]
    return reasons


async def test_all_that_is_wanted_is_asked_for_once_and_read(meraki: Served) -> None:
    found = await read(meraki)
    assert sorted(request.path for request in meraki.asked) == sorted(MERAKI.keys() - {INDEX})
    assert {path: json.loads(text) for path, text in found.items()} == {
        path: json.loads(text) for path, text in MERAKI.items()
    }
    assert tables("cloud", found) == tables("cloud", MERAKI)


async def test_pages_are_followed_where_the_link_header_names_them_on_the_server_that_was_asked(meraki: Served) -> None:
    first, *rest = json.loads(MERAKI[DEVICES])
    link = f"<https://elsewhere.example{DEVICES}&startingAfter=1>; rel=next, <https://x.example/?a=b>; rel=first"
    meraki.replies[DEVICES] = Reply(json.dumps([first]), headers={"Link": link})
    meraki.replies[f"{DEVICES}&startingAfter=1"] = Reply(json.dumps(rest))
    found = await read(meraki)
    assert unread(found) == {}
    assert tables("cloud", found) == tables("cloud", MERAKI)


async def test_a_page_that_cannot_be_read_is_told_by_its_own_path(meraki: Served) -> None:
    meraki.replies[DEVICES] = Reply(MERAKI[DEVICES], headers={"Link": f"<{DEVICES}&startingAfter=1>; rel=next"})
    assert unread(await read(meraki)) == {f"{DEVICES}&startingAfter=1": "it answered 404 Not Found"}


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_who_is_told_to_come_back_later_does_and_not_before(meraki: Served, status: int) -> None:
    meraki.replies[DEVICES] = [refused(status, Retry_After="0.2"), Reply(MERAKI[DEVICES])]
    assert unread(await read(meraki)) == {}
    first, second = meraki.times(DEVICES)
    assert second - first >= 0.2


async def test_a_controller_that_says_later_on_one_path_is_left_alone_on_all(meraki: Served) -> None:
    meraki.replies[DEVICES] = [refused(429, Retry_After="0.8"), Reply(MERAKI[DEVICES])]
    assert unread(await read(meraki, limits=Limits(longest_wait=1))) == {}
    (first, _) = meraki.times(DEVICES)
    assert [request.path for request in meraki.asked if first + 0.4 < request.at < first + 0.8] == []


async def test_who_is_told_to_come_back_in_an_hour_comes_sooner_and_gives_up(meraki: Served) -> None:
    meraki.replies[DEVICES] = refused(429, Retry_After="3600")
    assert unread(await read(meraki)) == {DEVICES: "it answered 429 Too Many Requests, 2 times"}


FAULTS = {
    "500": refused(500),
    "403": refused(403),
    "404": refused(404),
    "418": refused(418),
    "a page of a proxy": Reply("<html>Sign in</html>"),
    "cut short": Reply(MERAKI[DEVICES][:100]),
    "less than promised": Reply("[", headers={"Content-Length": "5000"}),
    "no gzip": Reply("[]", headers={"Content-Encoding": "gzip"}),
    "a plain value": Reply("7"),
    "no end": Reply(MERAKI[DEVICES], trickle=0.05),
    "no such number": refused(999),
    "a circle": refused(302, Location="/circle"),
    "too far": refused(302, Location="http://127.0.0.2:1/"),
    "nonsense": refused(302, Location="http://[:::/"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_path_that_is_not_answered_well_is_left_out_and_the_others_are_read(meraki: Served, fault: str) -> None:
    meraki.replies[CLIENTS] = FAULTS[fault]
    found = await read(meraki)
    assert list(unread(found)) == [CLIENTS]
    assert found.keys() == MERAKI.keys() - {CLIENTS}
    assert all(any(CLIENTS in gap.reason for gap in each.incomplete) for each in tables("cloud", found))


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_controller_that_answers_nothing_well_is_not_read_at_all(meraki: Served, fault: str) -> None:
    meraki.replies[ROOT] = FAULTS[fault]
    with pytest.raises(TransportError):
        await read(meraki)


async def test_a_controller_that_is_not_there_is_told_so() -> None:
    with serving({}) as served:
        pass
    with pytest.raises(Unreachable, match="2 times"):
        await read(served)


async def test_a_wrong_token_is_refused_once_and_shown_nowhere(
    meraki: Served, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with pytest.raises(Refused, match="401") as fault:
        await read(meraki, token="wr0ng-secret")
    assert len(meraki.asked) == 1
    assert "wr0ng" not in f"{fault.value!r} {caplog.text} {Way(token='wr0ng-secret')!r}"


@pytest.mark.parametrize("token", ["", "two\nlines", "naïve"])
async def test_a_token_that_fits_no_header_is_told_without_it(meraki: Served, token: str) -> None:
    with pytest.raises(InvalidValue) as fault:
        await read(meraki, token=token)
    assert not token or token not in str(fault.value)
    assert meraki.asked == []


async def test_a_redirection_to_another_server_never_takes_the_token_there(meraki: Served) -> None:
    with serving({DEVICES: Reply(MERAKI[DEVICES])}) as other:
        meraki.replies[DEVICES] = refused(307, Location=other.url.replace("127.0.0.1", "localhost") + DEVICES)
        found = await read(meraki)
        assert other.asked == []
    assert "localhost" in unread(found)[DEVICES]


async def test_a_redirection_within_the_server_is_followed(meraki: Served) -> None:
    meraki.replies[DEVICES] = refused(308, Location="/elsewhere")
    meraki.replies["/elsewhere"] = Reply(MERAKI[DEVICES])
    assert unread(await read(meraki)) == {}


async def test_when_time_is_up_what_was_not_asked_is_told_and_what_was_read_counts(meraki: Served) -> None:
    meraki.replies[DEVICES] = refused(429, Retry_After="60")
    begun = time.monotonic()
    limits = Limits(seconds=0.5, longest_wait=60, tries=3)
    found = await read(meraki, limits=limits)
    assert time.monotonic() - begun < 2
    assert "429" in unread(found)[DEVICES]
    assert ROOT in found


async def test_an_answer_that_is_too_long_is_not_read_to_its_end(meraki: Served) -> None:
    meraki.replies[CLIENTS] = Reply(json.dumps(["x" * 5000]))
    limits = Limits(octets=max(map(len, MERAKI.values())), tries=1)
    meraki.replies[CLIENTS] = Reply(json.dumps(["x" * limits.octets]))
    assert "octets" in unread(await read(meraki, limits=limits))[CLIENTS]


async def test_more_documents_than_may_be_are_told(meraki: Served) -> None:
    found = await read(meraki, limits=Limits(documents=3))
    assert len(found) == 4
    assert set(unread(found).values()) == {"there are too many documents"}


def certificate(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1 that nobody but itself has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "lab")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "lab.pem"
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path.write_bytes(made.public_bytes(pem) + key.private_bytes(pem, pkcs8, serialization.NoEncryption()))
    return path


async def test_a_certificate_nobody_vouches_for_is_refused_before_the_token_is_sent(tmp_path: Path) -> None:
    path = certificate(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(path)
    with serving({ROOT: Reply()}, tls=tls) as served:
        with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
            await read(served)
        assert served.asked == []
        found = await read_controller("meraki", served.url, Way(token=TOKEN, ca_file=str(path)), limits=QUICK)
        assert unread(found) == {}


@pytest.mark.parametrize(
    "url", ["http://cloud.example", "ftp://cloud", "", "https://", "https://u:p@h", "h:x", "h/api"]
)
def test_what_is_no_address_of_a_controller_is_not_asked(url: str) -> None:
    with pytest.raises(InvalidValue):
        base_url(url)


def served_as(vendor: str) -> dict[str, Reply | list[Reply]]:
    return {path: Reply(text) for path, text in documents(vendor).items() if path != INDEX}


@pytest.mark.parametrize(
    ("vendor", "header", "value"),
    [
        ("mist", "authorization", f"Token {TOKEN}"),
        ("aruba_central", "authorization", f"Bearer {TOKEN}"),
        ("unifi", "x-api-key", TOKEN),
    ],
)
async def test_each_cloud_is_shown_the_token_in_its_own_header(vendor: str, header: str, value: str) -> None:
    with serving(served_as(vendor)) as served:
        found = await read_controller(vendor, served.url, Way(token=TOKEN), limits=QUICK)
        assert {request.headers[header] for request in served.asked} == {value}
    assert tables("cloud", found) == tables("cloud", documents(vendor))


async def test_a_unifi_console_is_entered_by_a_local_user_whose_session_is_a_cookie() -> None:
    with serving(served_as("unifi")) as served:
        served.replies["/api/auth/login"] = Reply("{}", headers={"Set-Cookie": "TOKEN=session; Path=/; HttpOnly"})
        served.allowed = lambda headers: headers.get("cookie") == "TOKEN=session"
        found = await read_controller("unifi", served.url, Way(user="reader", password="pass"), limits=QUICK)
        login = served.asked[0]
    assert (login.method, json.loads(login.body)) == ("POST", {"username": "reader", "password": "pass"})
    assert tables("cloud", found) == tables("cloud", documents("unifi"))
    assert "0badc0de" not in "".join(found.values())


async def test_a_catalyst_center_gives_a_token_for_a_user_and_a_password() -> None:
    with serving(served_as("catalyst_center")) as served:
        served.replies["/dna/system/api/v1/auth/token"] = Reply('{"Token": "given"}')
        served.allowed = lambda headers: headers.get("x-auth-token") == "given"
        way = Way(user="reader", password="pass")
        found = await read_controller("catalyst_center", served.url, way, limits=QUICK)
        login = served.asked[0]
    assert login.headers["authorization"] == "Basic " + base64.b64encode(b"reader:pass").decode()
    assert not any("authorization" in request.headers for request in served.asked[1:])
    assert tables("cloud", found) == tables("cloud", documents("catalyst_center"))


@pytest.mark.parametrize("vendor", ["unifi", "catalyst_center"])
@pytest.mark.parametrize("reply", [refused(401), refused(500), Reply("<html>")], ids=["401", "500", "garbage"])
async def test_who_is_not_let_in_reads_nothing(vendor: str, reply: Reply) -> None:
    logins = dict.fromkeys(("/api/auth/login", "/dna/system/api/v1/auth/token"), reply)
    with serving(logins) as served:
        with pytest.raises((TransportError, InvalidValue)) as fault:
            await read_controller(vendor, served.url, Way(user="reader", password="hush-hush"), limits=QUICK)
        assert "hush" not in str(fault.value)


async def test_a_unifi_console_that_refuses_with_status_200_is_refused() -> None:
    reply = Reply('{"meta": {"rc": "error", "msg": "api.err.LoginRequired"}, "data": []}')
    with serving({"/proxy/network/api/self/sites": reply}) as served, pytest.raises(Refused, match="LoginRequired"):
        await read_controller("unifi", served.url, Way(token=TOKEN), limits=QUICK)
