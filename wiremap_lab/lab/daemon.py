"""A campus as a process of its own, one for each state directory.

The directory holds a lock, which the process has for as long as it lives; the control socket; the
inventory for the collector, and the secrets it names; and what the process had to say.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from wiremap_lab.errors import WiremapError
from wiremap_lab.lab.control import NotRunning, ask, listen
from wiremap_lab.lab.serve import DEFAULT_PORT, serve
from wiremap_lab.lab.virtual import scaled_clock
from wiremap_lab.simulator.campus import Campus
from wiremap_lab.snmp.keys import AuthProtocol, PrivProtocol, User

LOCK, INVENTORY, LOG = "lock", "inventory.yaml", "agents.log"
_COMMUNITY, _AUTH, _PRIV = "community", "auth-password", "priv-password"
_USER = "lab"
_PATIENCE = 20.0
_PAUSE = 0.05


class AlreadyRunning(WiremapError):
    """A campus runs in that state directory already."""


class DidNotStart(WiremapError):
    """The process ended, or said nothing, before its agents answered."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How to run a campus: where its files go, its port, how fast its clock runs, and whether by SNMPv3."""

    folder: Path
    port: int = DEFAULT_PORT
    speed: float = 1.0
    v3: bool = False

    @property
    def inventory(self) -> Path:
        """The inventory file of the running campus."""
        return self.folder / INVENTORY


def run(campus: Campus, topology: Path, settings: Settings, *, ready: Callable[[], None] = lambda: None) -> None:
    """Serve a campus until it is told to stop, by the control socket, SIGTERM or SIGINT.

    `ready` is called once its agents answer. Raises AlreadyRunning, or CannotServe where a port is taken.
    """
    settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _locked(settings.folder):
        asyncio.run(_serve(campus, topology, settings, ready))


async def _serve(campus: Campus, topology: Path, settings: Settings, ready: Callable[[], None]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    facts = {
        "pid": os.getpid(),
        "topology": str(topology.resolve()),
        "inventory": str(settings.inventory.resolve()),
        "speed": settings.speed,
    }
    try:
        community, user, profile = _let_in(settings)
        clock = scaled_clock(settings.speed)
        async with serve(campus, port=settings.port, community=community, user=user, clock=clock) as served:
            settings.inventory.write_text(served.inventory(profile=profile), encoding="utf-8")
            async with listen(served, settings.folder, facts=facts, stop=stop.set):
                ready()
                await stop.wait()
    finally:
        for name in (INVENTORY, _COMMUNITY, _AUTH, _PRIV):
            (settings.folder / name).unlink(missing_ok=True)


def _let_in(settings: Settings) -> tuple[str, User | None, str]:
    """Community and user of the agents, made up anew each time, and what the inventory says of them."""
    kept = {name: settings.folder.resolve() / name for name in (_COMMUNITY, _AUTH, _PRIV)}
    made = {name: secrets.token_urlsafe(12) for name in kept}
    made[_COMMUNITY] = "public"
    for name in (_AUTH, _PRIV) if settings.v3 else (_COMMUNITY,):
        kept[name].touch(mode=0o600)
        kept[name].write_text(made[name], encoding="utf-8")
    if not settings.v3:
        return made[_COMMUNITY], None, f'{{version: 2c, community: "file:{kept[_COMMUNITY]}"}}'
    user = User(_USER, AuthProtocol.SHA256, made[_AUTH], PrivProtocol.AES128, made[_PRIV])
    auth = f'{{protocol: SHA256, password: "file:{kept[_AUTH]}"}}'
    priv = f'{{protocol: AES128, password: "file:{kept[_PRIV]}"}}'
    return secrets.token_urlsafe(12), user, f"{{version: 3, user: {_USER}, auth: {auth}, priv: {priv}}}"


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise AlreadyRunning(_running(folder)) from None
        yield


def _running(folder: Path) -> str:
    try:
        found = ask(folder, {"do": "status"})
    except WiremapError:
        return f"a campus is starting or stopping in {str(folder)!r}"
    return f"{found['campus']} runs in {str(folder)!r} already, as process {found['pid']}; wiremap lab down ends it"


def is_locked(folder: Path) -> bool:
    """Whether a process has the state directory."""
    try:
        with _locked(folder):
            return False
    except AlreadyRunning:
        return True
    except FileNotFoundError:
        return False


def start(topology: Path, settings: Settings) -> Mapping[str, object]:
    """Start a campus as a process that goes on when we end, and give its status once its agents answer.

    Raises AlreadyRunning, and DidNotStart with what the process said.
    """
    settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if is_locked(settings.folder):
        raise AlreadyRunning(_running(settings.folder))
    words = ["--foreground", "--state-dir", str(settings.folder), "--port", str(settings.port)]
    words += ["--speed", str(settings.speed), *(["--v3"] if settings.v3 else []), str(topology)]
    pid = _spawn([sys.executable, "-m", "wiremap_lab", "lab", "up", *words], settings.folder / LOG)
    until = time.monotonic() + _PATIENCE
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        if time.monotonic() > until:
            os.kill(pid, signal.SIGTERM)
            raise DidNotStart(f"no answer in {_PATIENCE:g} s: {_said(settings.folder)}")
        try:
            return ask(settings.folder, {"do": "status"})
        except NotRunning:
            time.sleep(_PAUSE)
    raise DidNotStart(_said(settings.folder))


def _spawn(words: list[str], log: Path) -> int:
    """A process in a session of its own, which outlives us and is nobody's child when it does."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    files = (
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.fspath(log), flags, 0o600),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    )
    return os.posix_spawn(words[0], words, os.environ, file_actions=files, setsid=True)


def _said(folder: Path) -> str:
    return (folder / LOG).read_text(encoding="utf-8", errors="replace").strip().removeprefix("wiremap: ")


def stop(folder: Path) -> Mapping[str, object]:
    """End the campus that runs in a state directory, and that process only; what it said of itself last.

    Raises NotRunning.
    """
    said = ask(folder, {"do": "down"})
    until = time.monotonic() + _PATIENCE
    while is_locked(folder) and time.monotonic() < until:
        time.sleep(_PAUSE)
    return said
