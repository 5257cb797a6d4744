"""Ask devices by SSH what their platform is asked, in a pool of threads, one session a device."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from platformdirs import user_state_path

from wiremap_lab.collectors.answer import Answer, Session
from wiremap_lab.collectors.collect import Source
from wiremap_lab.collectors.inventory.model import Host, Inventory, SshProfile
from wiremap_lab.collectors.memory import Memory
from wiremap_lab.collectors.secrets import Ask, Secret
from wiremap_lab.collectors.ssh.known_hosts import KnownHosts, Trust
from wiremap_lab.collectors.ssh.terminal import Login, Patience, Transcript, Wire, opened
from wiremap_lab.errors import InvalidValue, Refused, TransportError, Unreachable
from wiremap_lab.readers.commands import not_there, questions

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shells:
    """How sessions are held: whom to believe, the file of known keys, how long we wait, how many sessions at once.

    `log_folder` gets a log of each session. No file means the one in the user's folder of states.
    """

    trust: Trust = Trust.STRICT
    known_hosts: Path | None = None
    patience: Patience = field(default_factory=Patience)
    at_once: int = 50
    log_folder: Path | None = None

    def known(self) -> KnownHosts:
        """The keys that are known. Raises InvalidFile where they cannot be read."""
        return KnownHosts(self.known_hosts or user_state_path("wiremap_lab") / "known_hosts", self.trust)


@dataclass(frozen=True, slots=True)
class Way:
    """What the sessions of one collection share: who is believed, how long we wait, and where their logs go."""

    known: KnownHosts
    patience: Patience = field(default_factory=Patience)
    log_folder: Path | None = None


def login(profile: SshProfile, ask: Ask) -> Login:
    """What to say to be let in. Raises InvalidValue where a secret is not to be had."""
    what = f"profile {profile.name!r}"

    def reveal(name: str, secret: Secret | None) -> str | None:
        return secret.reveal(ask, f"{what}, {name}") if secret else None

    return Login(
        profile.user,
        reveal("password", profile.password) or "",
        str(Path(profile.key_file).expanduser()) if profile.key_file else "",
        reveal("passphrase", profile.passphrase) or "",
        reveal("enable", profile.enable),
        profile.port,
        profile.legacy,
    )


def converse(platform: str, ask: Callable[[str], str], prompt: str = "") -> Session:
    """Ask all questions of a platform; where a device does not know a command it is asked the next for that table.

    A session that breaks keeps what was said, and of each question still open the reason. Raises TransportError
    where nothing was said at all, InvalidValue for a platform we have no questions for.
    """
    outputs = {"": prompt} if prompt else {}
    unread: dict[str, str] = {}
    broken = ""
    for question in questions(platform):
        for command in question.commands:
            if broken:
                unread[command] = broken
                break
            try:
                outputs[command] = ask(command)
            except TransportError as fault:
                unread[command] = broken = str(fault)
                break
            if not not_there(outputs[command]):
                break
    if broken and not outputs.keys() - {""}:
        raise Unreachable(broken)
    return Session(platform, outputs, unread)


def read_host(host: Host, logins: Mapping[str, Login], way: Way, wire: Wire | None = None) -> tuple[Session, str]:
    """What a host says on its command line, and the name of the login that was let in; `wire` is to cut it off.

    Raises InvalidValue where its platform is not known, Unreachable or Refused with what became of each login.
    """
    if not host.platform:
        raise InvalidValue(f"{host.name} has no platform: SSH needs one to know what to ask")
    questions(host.platform)
    failures: list[str] = []
    kind: type[TransportError] = Unreachable
    for name, each in logins.items():
        try:
            return _one_session(host, each, way, wire or Wire()), name
        except TransportError as failure:
            failures.append(f"profile {name!r}: {failure}")
            kind = type(failure)
            if not isinstance(failure, Refused):
                break  # what does not answer does not answer the next profile either
    raise kind("; ".join(failures))


def _one_session(host: Host, each: Login, way: Way, wire: Wire) -> Session:
    begun = time.perf_counter()
    transcript = Transcript(each.secrets)
    try:
        with opened(
            host.host, host.platform, each, known=way.known, patience=way.patience, transcript=transcript, wire=wire
        ) as terminal:
            session = converse(host.platform, terminal.ask, terminal.prompt)
    finally:
        _keep_log(host, transcript, way)
    milliseconds = 1000 * (time.perf_counter() - begun)
    _log.info(
        "device=%s transport=ssh commands=%d unread=%d duration_ms=%.0f",
        host.name, len(session.outputs), len(session.unread), milliseconds,
    )  # fmt: skip
    return session


def _keep_log(host: Host, transcript: Transcript, way: Way) -> None:
    if way.log_folder is None:
        return
    way.log_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = way.log_folder / (re.sub(r"[^\w.-]", "_", host.name) + ".log")
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", errors="replace") as file:
        file.write(transcript.text())


def sources(
    inventory: Inventory, hosts: Iterable[Host], shells: Shells, *, ask: Ask, memory: Memory | None = None
) -> tuple[Source, ...]:
    """How to read each host on its command line, in threads. Secrets are looked up once, before any host is read.

    Raises InvalidValue where one is not to be had, InvalidFile where the known hosts cannot be read.
    """
    hosts, known = tuple(hosts), memory or Memory()
    used = {profile.name: profile for host in hosts for profile in inventory.ssh_profiles(host)}
    logins = {name: login(profile, ask) for name, profile in used.items()}
    way = Way(shells.known(), shells.patience, shells.log_folder)
    pool = ThreadPoolExecutor(shells.at_once, thread_name_prefix="ssh")

    def source(host: Host) -> Source:
        names = known.of(host.name).first(profile.name for profile in inventory.ssh_profiles(host))
        own = {name: replace(logins[name], port=host.ssh_port or logins[name].port) for name in names}

        async def read() -> Answer:
            wire = Wire()
            try:
                session, name = await asyncio.get_running_loop().run_in_executor(pool, read_host, host, own, way, wire)
            finally:
                wire.cut()  # whoever was interrupted does not wait for the device
            known.let_in(host.name, name, among=own)
            return Answer(host.name, session=session)

        return host.name, read

    return tuple(source(host) for host in hosts)
