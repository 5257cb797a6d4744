"""Debian's snmpd, started for real: both engines and snmpbulkwalk read the same rows from it."""

import asyncio
import contextlib
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from wiremap_lab.snmp.codec import Community, Version
from wiremap_lab.snmp.engine import Credentials, Target, UsmCredentials
from wiremap_lab.snmp.keys import AuthProtocol, PrivProtocol, User
from wiremap_lab.snmp.pysnmp_engine import PysnmpEngine
from wiremap_lab.snmp.udp import UdpEngine
from wiremap_lab.snmp.walker import Limits
from wiremap_lab.tables import Oid, Row

pytestmark = pytest.mark.skipif(
    not (shutil.which("snmpd") and shutil.which("snmpbulkwalk")), reason="needs Debian's snmpd and snmp"
)

LIMITS = Limits(timeout=2.0, requests_per_second=10_000.0)
USER = User("wiremap", AuthProtocol.SHA256, "auth password", PrivProtocol.AES128, "priv password")
#: What changes little while it is read, of several types: system, interfaces, ip, snmp, host resources.
ROOTS: list[Oid] = [
    (1, 3, 6, 1, 2, 1, 1),
    (1, 3, 6, 1, 2, 1, 2),
    (1, 3, 6, 1, 2, 1, 4),
    (1, 3, 6, 1, 2, 1, 25, 2),
    (1, 3, 6, 1, 2, 1, 31),
    (1, 3, 6, 1, 6, 3, 10),
]
CONF = f"""
rocommunity public 127.0.0.1
createUser {USER.name} SHA-256 "{USER.auth_password}" AES "{USER.priv_password}"
rouser {USER.name} priv
sysName core-1
sysLocation "building 1, closet 2.17"
sysContact nobody
"""
CREDENTIALS: dict[str, Credentials] = {
    "v2c": Community(Version.V2C, b"public"),
    "v3": UsmCredentials(USER),
}
OPTIONS = {
    "v2c": ["-v2c", "-cpublic"],
    "v3": [
        *("-v3", "-lauthPriv", f"-u{USER.name}"),
        *("-aSHA-256", f"-A{USER.auth_password}", "-xAES", f"-X{USER.priv_password}"),
    ],
}


@pytest.fixture(scope="module")
def snmpd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """Start snmpd on a free port of loopback, and say where."""
    folder = tmp_path_factory.mktemp("snmpd")
    (folder / "snmpd.conf").write_text(CONF)
    with contextlib.closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
    environment = {"SNMP_PERSISTENT_DIR": str(folder), "MIBS": "", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    command = ["snmpd", "-f", "-Lf", str(folder / "log"), "-C", "-c", str(folder / "snmpd.conf")]
    with subprocess.Popen([*command, "-I-smux", f"udp:127.0.0.1:{port}"], env=environment) as process:
        try:
            _wait_for(port, folder / "log")
            yield "127.0.0.1", port
        finally:
            process.terminate()


def _wait_for(port: int, log: Path) -> None:
    for _ in range(100):
        if subprocess.run(_bulkwalk("v2c", port, (1, 3, 6, 1, 2, 1, 1)), capture_output=True, check=False).stdout:
            return
        time.sleep(0.1)
    pytest.fail(f"snmpd does not answer: {log.read_text()}")


def _bulkwalk(way: str, port: int, root: Oid) -> list[str]:
    options = [*OPTIONS[way], "-m", "", "-Onext", "-Cr20", "-t2", "-r3"]
    return ["snmpbulkwalk", *options, f"127.0.0.1:{port}", ".".join(map(str, root))]


async def _read(engine: UdpEngine | PysnmpEngine, target: Target) -> list[Row]:
    walked = await engine.walk(target, ROOTS)
    assert [each.ended for each in walked] == ["complete"] * len(ROOTS)
    return [row for each in walked for row in each.rows]


@pytest.mark.parametrize("way", CREDENTIALS)
async def test_both_engines_and_snmpbulkwalk_read_the_same(snmpd: tuple[str, int], way: str) -> None:
    target = Target(*snmpd, CREDENTIALS[way])
    async with UdpEngine(LIMITS) as udp, PysnmpEngine(LIMITS) as pysnmp:
        before = await _read(udp, target)
        theirs = await _read(pysnmp, target)
        printed = await asyncio.to_thread(_printed, way, snmpd[1])
        after = await _read(udp, target)
    assert len(before) > 150
    assert [row[:2] for row in before] == [row[:2] for row in theirs]
    assert [row[0] for row in before] == list(printed)
    still = set(before) & set(after)  # what no counter moved
    assert len(still) > len(before) * 2 / 3
    assert still <= set(theirs)
    for oid, tag, value in still:
        assert _as_printed(tag, value) == printed[oid], oid


def _printed(way: str, port: int) -> dict[Oid, str]:
    """What snmpbulkwalk prints, by OID: the type and the value as `_as_printed` writes them."""
    lines: list[str] = []
    for root in ROOTS:
        output = subprocess.run(_bulkwalk(way, port, root), capture_output=True, text=True, check=True).stdout
        lines += [line for line in re.split(r"\n(?=\.)", output.strip()) if " = " in line]
    pairs = (line.split(" = ", 1) for line in lines)
    return {tuple(map(int, oid.lstrip(".").split("."))): re.sub(r"\s+", " ", text).strip() for oid, text in pairs}


def _as_printed(tag: int, value: object) -> str:
    match tag, value:
        case 0x04, bytes():
            return f"Hex-STRING: {value.hex(' ').upper()}" if value else '""'
        case 0x06, tuple():
            return "OID: ." + ".".join(map(str, value))
        case 0x40, bytes():
            return "IpAddress: " + ".".join(map(str, value))
        case 0x43, int():
            return str(value)
    names = {0x02: "INTEGER", 0x41: "Counter32", 0x42: "Gauge32", 0x46: "Counter64"}
    return f"{names[tag]}: {value}"
