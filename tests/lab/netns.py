"""A network of real daemons in network namespaces, laid by ``shared/lab/netns-lab.sh``, and the wires in it.

Two Linux bridges run lldpd and snmpd, three phones speak LLDP-MED, and a patch panel joins them, so that a
phone can be plugged into another jack and both ends see the carrier go, as with a cable.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STATION = "wm-nms"
PATCH = "wm-patch"


def ip(words: str) -> str:
    """Run ``ip`` with these words, none of which has a blank in it."""
    return subprocess.run(["ip", *words.split()], check=True, capture_output=True, text=True, timeout=20).stdout


def why_not(shared: Path) -> str | None:
    """What keeps the lab from being laid here, if anything does."""
    if os.geteuid() != 0:
        return "needs root"
    missing = [tool for tool in ("ip", "bridge", "snmpd", "lldpd", "lldpcli") if not shutil.which(tool)]
    if missing:
        return f"not installed: {', '.join(missing)}"
    if not (shared / "lab" / "netns-lab.sh").exists():
        return "the script of the lab is not here"
    try:
        ip("netns add wm-try")
        ip("netns del wm-try")
    except subprocess.CalledProcessError as fault:
        return f"no network namespaces here: {fault.stderr.strip()}"
    return None


def unplug(end: str) -> None:
    """Take the wire at an end of the patch panel away (``ph1e``, ``sw1p1``); both ends lose carrier."""
    wire = json.loads(ip(f"-n {PATCH} -j link show {end}"))[0]["master"]
    for each in json.loads(ip(f"-n {PATCH} -j link show master {wire}")):
        ip(f"-n {PATCH} link set {each['ifname']} down")
    ip(f"-n {PATCH} link del {wire}")


def plug(one: str, other: str) -> None:
    """Lay a wire between two ends: a bridge that passes LLDP on and learns nothing."""
    ip(f"-n {PATCH} link add w{one} type bridge stp_state 0 group_fwd_mask 0x4000 ageing_time 0")
    for end in (one, other):
        ip(f"-n {PATCH} link set {end} master w{one} up")
    ip(f"-n {PATCH} link set w{one} up")


def talk(host: str) -> None:
    """Have a host send a frame, so that the switches learn its MAC."""
    words = ["ip", "netns", "exec", f"wm-{host}", "bash", "-c", "echo x >/dev/udp/10.9.0.99/9"]
    subprocess.run(words, check=False, capture_output=True, timeout=20)


def heard_by(host: str, folder: Path) -> tuple[str, str] | None:
    """The chassis ID and port ID a host hears on its wire, as its own lldpd tells, once it hears any."""
    words = ["ip", "netns", "exec", f"wm-{host}", "lldpcli", "-u", str(folder / f"{host}.sock")]
    said = subprocess.run([*words, "-f", "json0", "show", "neighbors"], check=True, capture_output=True, timeout=20)
    heard = json.loads(said.stdout)["lldp"][0].get("interface")
    if not heard:
        return None
    chassis, port = (heard[0][tlv][0]["id"][0]["value"] for tlv in ("chassis", "port"))
    return chassis, port


@contextmanager
def laid(shared: Path) -> Iterator[Path]:
    """The network, from the moment it is up until it is taken away again; gives the folder of its sockets."""
    # Not below pytest's folder, which only root may enter: lldpd gives up its rights before it opens its socket.
    folder = tempfile.mkdtemp(prefix="wmlab-", dir="/var/tmp")
    environment = {**os.environ, "LAB": folder, "TXINT": "5"}

    def lab(word: str) -> None:
        words = ["bash", str(shared / "lab" / "netns-lab.sh"), word]
        subprocess.run(words, check=True, capture_output=True, env=environment, timeout=60)

    try:
        lab("up")
        yield Path(folder)
    finally:
        lab("down")
        shutil.rmtree(folder, ignore_errors=True)
