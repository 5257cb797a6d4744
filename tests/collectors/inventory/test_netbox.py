"""NetBox and Nautobot, by a server on loopback that speaks the JSON their documents show."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from wiremap_lab.collectors.inventory import netbox as reader
from wiremap_lab.collectors.inventory.formats import open_sources
from wiremap_lab.collectors.inventory.model import Host, Inventory
from wiremap_lab.collectors.secrets import Secret
from wiremap_lab.errors import InvalidFile, InvalidValue, Refused, Unreachable

TOKEN = "0123456789abcdef-only-for-the-api"
WAYS = "profiles: {old: {version: 2c, community: 'env:C'}}\ndefaults: {profiles: old}\n"
Reply = tuple[int, bytes, Mapping[str, str]]


@dataclass
class Server:
    """What it was asked, and how it answers: path and question in, a reply out."""

    answer: Callable[[str, Mapping[str, list[str]]], Reply]
    asked: list[tuple[str, Mapping[str, list[str]], str]] = field(default_factory=list)
    port: int = 0

    def source(self, name: str = "netbox", query: str = "") -> str:
        return f"{name}+http://127.0.0.1:{self.port}{query}"


@contextmanager
def served(
    answer: Callable[[str, Mapping[str, list[str]]], Reply], context: ssl.SSLContext | None = None
) -> Iterator[Server]:
    server = Server(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            question = parse_qs(url.query)
            server.asked.append((url.path, question, self.headers["Authorization"]))
            status, body, headers = server.answer(url.path, question)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        server.port = listening.server_address[1]
        if context:
            listening.socket = context.wrap_socket(listening.socket, server_side=True)
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()


def device(name: str | None, **more: object) -> dict[str, object]:
    """A device as NetBox 4 lists one."""
    return {
        "id": 1,
        "display": name or "cisco ws-c2960 (1)",
        "name": name,
        "device_type": {"id": 3, "model": "WS-C2960X", "slug": "ws-c2960x", "manufacturer": {"slug": "cisco"}},
        "role": {"id": 2, "name": "Access switch", "slug": "access"},
        "platform": {"id": 1, "name": "Cisco IOS", "slug": "cisco-ios"},
        "site": {"id": 1, "name": "Headquarters", "slug": "hq"},
        "location": {"id": 7, "name": "Closet 2", "slug": "closet-2"},
        "status": {"value": "active", "label": "Active"},
        "primary_ip": {"id": 9, "family": {"value": 4, "label": "IPv4"}, "address": "10.1.0.2/24"},
        "tags": [{"id": 1, "name": "Stack", "slug": "stack"}],
        "custom_fields": {},
        **more,
    }


def paged(devices: list[dict[str, object]], most: int = 1000) -> Callable[[str, Mapping[str, list[str]]], Reply]:
    """Answer by limit and offset as both do; `most` is what the server allows a page."""

    def answer(path: str, question: Mapping[str, list[str]]) -> Reply:
        if path != "/api/dcim/devices/":
            return 404, b"not here", {}
        limit, offset = min(int(question["limit"][0]), most), int(question["offset"][0])
        page = devices[offset : offset + limit]
        # As a server behind a proxy does, this one gives an address that is not its own.
        more = f"http://10.255.255.1/elsewhere?offset={offset + limit}" if offset + limit < len(devices) else None
        return 200, json.dumps({"count": len(devices), "next": more, "previous": None, "results": page}).encode(), {}

    return answer


@pytest.fixture
def read(tmp_path: Path) -> Callable[[str], Inventory]:
    (tmp_path / "ways.yaml").write_text(WAYS)
    tokens = dict.fromkeys(("netbox", "nautobot"), Secret.parse(TOKEN))

    def run(source: str) -> Inventory:
        return open_sources([source, str(tmp_path / "ways.yaml")], tokens=tokens, ask=str, pause=lambda _: None)

    return run


Read = Callable[[str], Inventory]


def test_the_devices_of_netbox_are_read_page_by_page_from_the_server_that_was_named(read: Read) -> None:
    devices = [device(f"sw{number}", primary_ip={"address": f"10.1.0.{number}/24"}) for number in range(1, 8)]
    with served(paged(devices, most=3)) as server:
        found = read(server.source(query="/?site=hq&role=access&role=core"))
    assert found.hosts[0] == Host("sw1", "10.1.0.1", 161, ("old",), "cisco_ios", "hq", "access", ("stack",))
    assert [host.name for host in found.hosts] == [f"sw{number}" for number in range(1, 8)]
    assert [question["offset"] for _, question, _ in server.asked] == [["0"], ["3"], ["6"]]
    path, question, authorization = server.asked[0]
    assert (path, authorization) == ("/api/dcim/devices/", f"Token {TOKEN}")
    assert question == {
        "exclude": ["config_context"],
        "status": ["active"],
        "site": ["hq"],
        "role": ["access", "core"],
        "limit": [str(reader.PAGE)],
        "offset": ["0"],
    }


def test_the_devices_of_nautobot_are_read_with_what_is_nested_in_them(read: Read) -> None:
    told: dict[str, object] = {
        "id": "6a522ebb-5739-4c5c-922f-ab4a2dc12eb0",
        "object_type": "dcim.device",
        "display": "sw1",
        "name": "sw1",
        "role": {"object_type": "extras.role", "name": "Access"},
        "platform": {"name": "Cisco NX-OS made by us", "network_driver": "cisco_nxos"},
        "location": {"name": "Headquarters", "location_type": {"object_type": "dcim.locationtype"}},
        "status": {"name": "Active"},
        "primary_ip4": None,
        "primary_ip6": {"address": "2001:db8::2/64", "host": "2001:db8::2", "mask_length": 64},
        "tags": [{"name": "stack"}],
    }
    with served(paged([told])) as server:
        found = read(server.source("nautobot"))
    assert found.hosts == (
        Host("sw1", "2001:db8::2", 161, ("old",), "cisco_nxos", "Headquarters", "Access", ("stack",)),
    )
    _, question, authorization = server.asked[0]
    assert (question["depth"], question["status"], authorization) == (["1"], ["Active"], f"Token {TOKEN}")


def test_what_has_no_address_is_left_out_and_told_and_names_that_come_twice_stay_apart(read: Read) -> None:
    annex = {"site": {"slug": "annex"}, "device_role": {"slug": "core"}, "role": None}
    devices = [device("sw1"), device("sw1", **annex), device(None, primary_ip=None), device("sw3", primary_ip=None)]
    with served(paged(devices)) as server:
        found = read(server.source())
    assert [(host.name, host.role) for host in found.hosts] == [("sw1", "access"), ("sw1@annex", "core")]
    told = " ".join(fault.what for fault in found.warnings)
    assert "2 devices have no primary IP address and are left out: cisco ws-c2960 (1), sw3" in told
    assert "the token is sent unencrypted" in told
    assert TOKEN not in repr(found) + told


def test_a_token_of_the_newer_kind_is_presented_as_a_bearer(tmp_path: Path) -> None:
    with served(paged([device("sw1")])) as server:
        reader.read(server.source(), token="nbt_key.token")
    assert server.asked[0][2] == "Bearer nbt_key.token"


def test_a_site_may_have_no_device_yet_but_then_there_is_nothing_to_read(read: Read) -> None:
    with served(paged([])) as server, pytest.raises(InvalidFile, match="no host is named"):
        read(server.source())


REFUSALS: list[tuple[Reply, type[Exception], str, int]] = [
    ((401, b"{}", {}), Refused, "HTTP 401: the token is refused", 1),
    ((403, b'{"detail": "Invalid token"}', {}), Refused, "HTTP 403: the token is refused", 1),
    ((400, b'{"color": ["Unknown filter field"]}', {}), Refused, "HTTP 400: .*Unknown filter field", 1),
    ((302, b"", {"Location": "http://127.0.0.1:1/"}), Refused, "HTTP 302: it wants to be asked elsewhere", 1),
    ((404, b"<h1>not here</h1>", {}), Refused, "HTTP 404", 1),
    ((500, b"oops", {}), Unreachable, "HTTP 500, 3 times", 3),
    ((503, b"", {}), Unreachable, "HTTP 503, 3 times", 3),
    ((429, b"", {"Retry-After": "1"}), Unreachable, "HTTP 429, 3 times", 3),
    ((200, b"<html>hello</html>", {}), InvalidFile, "not JSON", 1),
    ((200, b"[1, 2]", {}), InvalidFile, "not a list of devices", 1),
    ((200, b'{"results": {}}', {}), InvalidFile, "not a list of devices", 1),
    ((200, b'{"results": [1], "next": null}', {}), InvalidFile, "must be a mapping", 1),
    ((200, b'{"results": [{"name": "x", "primary_ip": {"address": []}}]}', {}), InvalidFile, "must be a text", 1),
]


@pytest.mark.parametrize(("reply", "kind", "what", "times"), REFUSALS, ids=[str(reply[:2]) for reply, *_ in REFUSALS])
def test_an_api_that_refuses_errs_or_talks_nonsense_is_told_by_what_it_did(
    read: Read, reply: Reply, kind: type[Exception], what: str, times: int
) -> None:
    with served(lambda *_: reply) as server:
        with pytest.raises(kind, match=what) as fault:
            read(server.source())
        assert len(server.asked) == times
    assert TOKEN not in str(fault.value)


def test_an_api_that_errs_once_is_asked_again(read: Read) -> None:
    good = paged([device("sw1")])
    replies: Iterator[Reply] = iter([(500, b"", {}), (429, b"", {})])
    with served(lambda path, question: next(replies, None) or good(path, question)) as server:
        assert [host.name for host in read(server.source()).hosts] == ["sw1"]


def test_nobody_listening_is_told(read: Read) -> None:
    with served(paged([])) as server:
        gone = server.source()
    with pytest.raises(Unreachable, match="ConnectError"):
        read(gone)


def test_a_page_without_end_is_not_read(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_OCTETS", 1000)
    with (
        served(lambda *_: (200, b" " * 100_000, {})) as server,
        pytest.raises(InvalidFile, match="more than 1000 octets"),
    ):
        read(server.source())


def test_pages_without_end_are_not_read(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_DEVICES", 10)
    page = json.dumps({"next": "there", "results": [device("sw1")] * 5}).encode()
    with served(lambda *_: (200, page, {})) as server, pytest.raises(InvalidFile, match="more than 10 devices"):
        read(server.source())


@pytest.mark.parametrize(
    "source",
    [
        "netbox+https://user:secret@netbox",
        "netbox+https://netbox?token=secret",
        "netbox+https://",
        "netbox+https://netbox:0",
        "netbox+https://netbox:x",
    ],
)
def test_an_address_with_a_secret_in_it_or_none_at_all_is_refused(read: Read, source: str) -> None:
    with pytest.raises(InvalidValue, match=r"a secret has no place|not an address") as fault:
        read(source)
    assert "secret@" not in str(fault.value)
    assert "=secret" not in str(fault.value)


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that vouches for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "netbox")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "netbox.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    return file


def test_a_certificate_is_believed_only_where_somebody_vouches_for_it(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with served(paged([device("sw1")]), context) as server:
        source = server.source().replace("+http:", "+https:")
        with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
            read(source)
        assert server.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
        assert [host.name for host in read(source).hosts] == ["sw1"]
