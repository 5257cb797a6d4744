"""No secret shows: not in what commands say and log, not in what they write, not in a repr, not where they crash.

Every kind of source has a secret of its own, and all that came out of a run is searched for each.
"""

import base64
import json
import random
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import keyring
import paramiko
import pytest
import typer
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from tests.cli.conftest import Ran, Wiremap
from tests.collectors.inventory.test_netbox import served as api
from tests.collectors.ssh import devices
from tests.collectors.ssh.devices import Device, serving
from tests.collectors.test_secrets import Ring
from tests.reference import commands
from wiremap_lab.cli.gather import open_inventory, remembered
from wiremap_lab.cli.settings import load_settings
from wiremap_lab.cli.topologies import topology_path
from wiremap_lab.collectors.collect import collect
from wiremap_lab.collectors.secrets import Secret
from wiremap_lab.collectors.snmp import credentials, sources
from wiremap_lab.lab.serve import Served, serve_in_thread
from wiremap_lab.simulator.campus import load_campus
from wiremap_lab.snmp.keys import AuthProtocol, PrivProtocol, User
from wiremap_lab.snmp.udp import UdpEngine
from wiremap_lab.snmp.walker import Limits

CAMPUS = topology_path("two-rooms")
KINDS = ("env", "file", "cmd", "keyring", "ask", "literal", "ssh", "passphrase", "enable", "wrong", "token")
MARKERS = {kind: f"Marker-of-{kind}-0451" for kind in KINDS}
INVENTORY = """\
profiles:
  open: {version: 2c, community: "env:M_ENV"}
  ring: {version: 2c, community: "keyring:network/switches/wiremap"}
  asked: {version: 1, community: ask}
  plain: {version: 2c, community: "LITERAL"}
  keyed:
    version: 3
    user: wiremap
    auth: {protocol: SHA256, password: "file:FOLDER/auth"}
    priv: {protocol: AES128, password: "cmd:cat FOLDER/priv"}
  wrong: {version: 3, user: wiremap, auth: {protocol: SHA256, password: "env:M_WRONG"}}
  key: {transport: ssh, user: wiremap, key_file: FOLDER/key, passphrase: "env:M_PASSPHRASE"}
  shell: {transport: ssh, user: wiremap, password: "env:M_SSH", enable: "env:M_ENABLE"}
hosts:
"""


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    user = User("wiremap", AuthProtocol.SHA256, MARKERS["file"], PrivProtocol.AES128, MARKERS["cmd"])
    campus = load_campus(CAMPUS.read_text(), path=str(CAMPUS))
    with serve_in_thread(campus, port=0, community=MARKERS["env"], user=user) as served:
        yield served


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[Device]:
    """A switch that is read on its command line, and lets in by password only."""
    monkeypatch.setattr(devices, "PASSWORD", MARKERS["ssh"])
    with serving(device := Device(host_key=paramiko.ECDSAKey.generate())):
        yield device


def write_key(path: Path) -> None:
    """A private key under the passphrase, as ssh-keygen writes it."""
    cipher = BestAvailableEncryption(MARKERS["passphrase"].encode())
    key = ec.generate_private_key(ec.SECP256R1())
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, cipher))


@pytest.fixture
def project(tmp_path: Path, served: Served, shell: Device, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose switches let in by their last profiles, its controller by its first, and a fourth by none."""
    folder, kept = tmp_path / "project", tmp_path / "kept"
    for path in (folder, kept):
        path.mkdir()
    for name, kind in (("auth", "file"), ("priv", "cmd")):
        (kept / name).write_text(MARKERS[kind] + "\n")
        (kept / name).chmod(0o600)
    write_key(kept / "key")
    at = {name: f"host: {host}, port: {port}" for name, (host, port) in served.addresses.items()}
    hosts = (
        f"  sw-1: {{{at['sw-1']}, profiles: [wrong, ring, asked, plain, keyed]}}\n"
        f"  wlc-1: {{{at['wlc-1']}, profiles: open}}\n"
        f"  cli-sw: {{host: 127.0.0.1, ssh_port: {shell.port}, profiles: [key, shell], platform: cisco_ios}}\n"
        "  deaf: {host: 127.0.0.1, port: 9, ssh_port: 9, profiles: [open, ring, keyed, shell], platform: linux}\n"
    )
    text = INVENTORY.replace("LITERAL", MARKERS["literal"]).replace("FOLDER", str(kept)) + hosts
    (kept / "inventory.yaml").write_text(text)
    (folder / "wiremap.toml").write_text(
        f"inventory = '{kept}/inventory.yaml'\n[snmp]\ntimeout = 0.3\nretries = 1\n"
        f"[ssh]\nhost_keys = 'tofu'\nknown_hosts = '{folder}/known'\nlog = '{folder}/sessions'\n"
        "[netbox]\ntoken = 'env:M_TOKEN'\n"
    )
    (folder / "rules.yaml").write_text(
        "rules: [{name: jacks, match: {ifAlias: '(?P<room>shop-1-\\w+) J\\d+'}, erl: '{room}'}]"
    )
    (folder / "places.yaml").write_text(CAMPUS.read_text())
    for kind in ("env", "wrong", "ssh", "passphrase", "enable", "token"):
        monkeypatch.setenv(f"M_{kind.upper()}", MARKERS[kind])
    monkeypatch.setattr("tests.collectors.test_secrets.MARKER", MARKERS["keyring"])
    monkeypatch.setattr(typer, "prompt", lambda *_, **__: MARKERS["ask"])
    keyring.set_keyring(Ring())  # type: ignore[no-untyped-call]
    monkeypatch.chdir(folder)
    return folder


def assert_none_shows(*texts: str | bytes) -> None:
    for kind, marker in MARKERS.items():
        octets = marker.encode()
        forms = (octets, octets.hex().encode(), base64.b64encode(octets).rstrip(b"="))
        for text in texts:
            searched = text if isinstance(text, bytes) else text.encode()
            assert not [form for form in forms if form in searched], f"{kind}: {searched[:2000]!r}"


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_nothing_that_a_run_says_logs_or_writes_has_a_secret_in_it(project: Path, wiremap: Wiremap) -> None:
    said: list[Ran] = [
        wiremap("-vv", *words)
        for words in (
            ("collect", "--json"),
            ("collect",),
            ("doctor",),
            ("record", "sw-1", "wlc-1", "-o", "recordings"),
            ("record", "sw-1", "-o", "redacted", "--redact"),
            ("crawl", "sw-1", "--allow", "127.0.0.0/8", "-o", "found.yaml"),
            ("config", "show", "--origin"),
            ("infer", "--json"),
        )
    ]
    assert [each.code for each in said[:2]] == [3, 3]
    outcomes = {each["device"]: each["outcome"] for each in json.loads(said[0].out)["devices"]}
    assert [name for name, outcome in outcomes.items() if outcome == "skipped"] == ["deaf"]
    files = written(project)
    let_in = json.loads(files["wiremap-memory.json"])["devices"]
    assert {name: told["profiles"] for name, told in let_in.items()} == {
        "sw-1": ["keyed"],
        "wlc-1": ["open"],
        "cli-sw": ["shell"],
    }
    assert {"wiremap.db", "wiremap-memory.json", "sw-1.snmprec", "cli-sw.log", "found.yaml"} <= files.keys()
    assert_none_shows(*files.values(), *(each.out + each.err for each in said))


def test_no_api_that_refuses_the_token_makes_it_show(project: Path, wiremap: Wiremap) -> None:
    for status in (401, 200):
        with api(lambda *_, status=status: (status, b"{}", {})) as server:
            said = wiremap("-vv", "collect", "-i", server.source(), "--timeout", "0.1")
        assert said.code in (2, 4)
        assert server.asked[0][2] == f"Token {MARKERS['token']}"
        assert_none_shows(said.out, said.err)


def test_no_repr_and_no_error_shows_a_secret(project: Path) -> None:
    settings = load_settings()
    inventory, hosts = open_inventory(settings, None, "")
    known = [credentials(each, lambda _: MARKERS["ask"]) for host in hosts for each in inventory.snmp_profiles(host)]
    shell = inventory.profiles["shell"]
    assert_none_shows(repr((settings, inventory, hosts, known, shell, remembered(settings), [*map(str, known)])))
    assert_none_shows("\n".join(str(warning) for warning in inventory.warnings))
    assert repr(Secret.parse(MARKERS["literal"])) == "Secret('literal')"


@pytest.mark.parametrize("step", ["wiremap_lab.collectors.snmp.recording", "wiremap_lab.collectors.collect.understood"])
def test_no_traceback_shows_a_secret_even_with_the_values_of_all_variables(
    project: Path, wiremap: Wiremap, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(step, crash)
    with pytest.raises(RuntimeError) as fault:
        wiremap("-vv", "collect")
    told = traceback.TracebackException.from_exception(fault.value, capture_locals=True)
    assert_none_shows("".join(told.format()))


async def test_no_traceback_of_an_engine_shows_a_secret(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def crash(*_: object, **__: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(UdpEngine, "walk", crash)
    inventory, hosts = open_inventory(load_settings(), None, "")
    async with UdpEngine(Limits(), rng=random.Random(1)) as engine:
        told = sources(engine, inventory, hosts, ask=lambda _: MARKERS["ask"])
        with pytest.raises(RuntimeError) as fault:
            await collect(told, at_once=9)
    shown = traceback.TracebackException.from_exception(fault.value, capture_locals=True)
    assert_none_shows("".join(shown.format()))


def test_no_command_takes_a_secret_from_the_command_line() -> None:
    options = {
        name for shown in commands() for param in shown.command.params for name in (*param.opts, param.name or "")
    }
    words = ("password", "passphrase", "community", "secret", "token", "credential")
    assert [option for option in options if any(word in option for word in words)] == []
    assert not any(marker in argument for argument in sys.argv for marker in MARKERS.values())
