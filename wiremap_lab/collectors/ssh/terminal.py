"""A session with one device over netmiko: a question in, its whole answer out.

netmiko knows how each platform greets, prompts and stops paging. What it does not do stands here: every line is asked
of the list of what may be sent; the device has so many seconds for all of it, however it spends them; a connection
that the far end closed is seen at once; and an answer is what lies between the echo of the command and the prompt, so
that a prompt that comes late is not taken for the end of the next answer.
"""

from __future__ import annotations

import logging
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from wiremap_lab.collectors.ssh import allowed
from wiremap_lab.errors import InvalidFile, InvalidValue, Refused, Unreachable

if TYPE_CHECKING:
    from paramiko import PKey

    from wiremap_lab.collectors.ssh.known_hosts import KnownHosts

#: What paramiko calls errors are refusals and our own hanging up, with tracebacks; what matters of them is raised.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)

#: SHA-1, MD5, CBC and 3DES: what switches of ten years ago have, and nothing else should speak.
_LEGACY = {
    "kex": ["diffie-hellman-group-exchange-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"],
    "keys": ["ssh-rsa"],
    "ciphers": ["aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"],
    "macs": ["hmac-sha1", "hmac-md5", "hmac-sha1-96", "hmac-md5-96"],
}
#: An RSA key is shown under several names.
_RSA = ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")
_KEY_KINDS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", *_RSA)
#: More than any switch prints; an endless table must not fill the memory.
_MOST = 64 * 2**20
#: How often a silent channel is looked at.
_PAUSE = 0.01
#: Without an echo, a prompt counts when nothing has followed it for so long.
_QUIET = 1.0
_PAGER = re.compile(r"(?i)(?:-+ ?\(?more\)?[^\n]{0,60}|<-+ ?more ?-+>|press any key to continue[^\n]{0,40})\s*\Z")
_PAGED = re.compile(r"(?i)[ \t]*(?:-+ ?\(?more\)?[^\n\x08\r]{0,60}|<-+ ?more ?-+>)(?:[\x08\r]+[ ]*[\x08\r]*)?")
_ASKS_WHO = re.compile(r"(?i)(?:password|secret|passcode|user(?: ?name)?|login(?: as)?)\s*:?\s*\Z")
#: Junos' line above its prompt, and the sign EXOS puts before its own for what is not saved.
_ABOVE_PROMPT = re.compile(r"(?:\n\{[\w:-]+\}|\n\* ?)?\s*\Z")
_ENDS = "#>$%]"


@dataclass(frozen=True, slots=True)
class Login:
    """A way into a device: who, and how. `legacy` allows the algorithms of old switches, SHA-1 among them."""

    user: str
    password: str = field(default="", repr=False)
    key_file: str = ""
    passphrase: str = field(default="", repr=False)
    enable: str | None = field(default=None, repr=False)
    port: int = 22
    legacy: bool = False

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must be seen nowhere."""
        return tuple(filter(None, (self.password, self.passphrase, self.enable)))


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: to connect and be let in, for one answer, and for the whole session."""

    connect: float = 15.0
    answer: float = 60.0
    session: float = 300.0


class Wire:
    """The connections of one host's sessions, one after the other, to be cut from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._is_cut = False

    def connect(self, host: str, port: int, seconds: float) -> socket.socket:
        """Connect, unless it was cut before. Raises OSError."""
        found = socket.create_connection((host, port), timeout=seconds)
        with self._lock:
            self._socket = found
        if self._is_cut:
            self.hang_up()
        return found

    def cut(self) -> None:
        """End it, now and for good: whoever waits for it wakes up."""
        self._is_cut = True
        self.hang_up()

    def hang_up(self) -> None:
        """End this connection; there may be another one, with the next profile."""
        with self._lock:
            if self._socket is not None:
                with suppress(OSError):
                    self._socket.shutdown(socket.SHUT_RDWR)


class Transcript:
    """All that a device said in a session, the echo of our commands with it; secrets are made asterisks."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        self._secrets = sorted(secrets, key=len, reverse=True)
        self._parts: list[str] = []

    def add(self, text: str) -> None:
        """Note what was received."""
        self._parts.append(text)

    def text(self) -> str:
        """All of it; scrubbed as a whole, for a secret may come in parts."""
        whole = "".join(self._parts)
        for secret in self._secrets:
            whole = whole.replace(secret, "***")
        return whole


class _Channel(Protocol):
    """A channel of netmiko's."""

    remote_conn: _Remote

    def read_channel(self) -> str: ...
    def write_channel(self, out_data: str) -> None: ...


class _Remote(Protocol):
    closed: bool
    eof_received: bool

    def recv_ready(self) -> bool: ...


class Line:
    """What netmiko writes to and reads from, in place of its own channel: guarded, timed, and written down."""

    def __init__(self, channel: _Channel, login: Login, until: float, transcript: Transcript) -> None:
        self.remote_conn = channel.remote_conn
        self._channel = channel
        self._login = login
        self._until = until
        self._transcript = transcript
        self._tail = ""
        self._received = 0

    def write_channel(self, out_data: str) -> None:
        """Send what may be sent. Raises InvalidValue for anything else."""
        answers = {self._login.user, self._login.password, self._login.enable or ""}
        if not (_ASKS_WHO.search(self._tail) and out_data.rstrip("\r\n") in answers):
            allowed.check(out_data, enable=self._login.enable is not None)
        self._in_time()
        self._channel.write_channel(out_data)

    def read_channel(self) -> str:
        """What has come since; empty where nothing has. Raises Unreachable when the time is over or it hung up."""
        self._in_time()
        text = self._channel.read_channel()
        remote = self.remote_conn
        if not text and (remote.closed or remote.eof_received) and not remote.recv_ready():
            raise Unreachable("the device closed the session")
        if text:
            self._transcript.add(text)
            self._tail = (self._tail + text)[-80:]
            self._received += len(text)
        if self._received > _MOST:
            raise Unreachable(f"the device sent more than {_MOST >> 20} MiB")
        return text

    read_buffer = read_channel

    def _in_time(self) -> None:
        if time.monotonic() > self._until:
            raise Unreachable("the time for this device is over")


class Terminal:
    """An open session. `ask` is the seam: a command in, what it printed out."""

    def __init__(self, connection: _Connection, patience: Patience) -> None:
        self._connection = connection
        self._answer = patience.answer
        self.prompt = connection.find_prompt().strip()
        base = str(connection.base_prompt).strip()
        between = "" if base in _ENDS else rf"[^\r\n]{{0,24}}?[{re.escape(_ENDS)}]"
        self._end = re.compile(rf"(?m:{re.escape(base)}{between}[ \t]*\r?$)")

    def ask(self, command: str) -> str:
        """What a command prints. Raises InvalidValue where it may not be sent, Unreachable where no answer ends."""
        if not allowed.is_read_only(command):
            raise InvalidValue(f"not sent, for it is no command that only shows: {command!r}")
        connection = self._connection
        echo = re.compile(r"[\s\x08]*".join(map(re.escape, command.replace(" ", ""))))
        connection.clear_buffer()
        connection.write_channel(connection.normalize_cmd(command))
        text, turned, until, heard = "", 0, time.monotonic() + self._answer, time.monotonic()
        while time.monotonic() < until:
            new = connection.read_channel()
            if new:
                text, heard = text + new, time.monotonic()
            elif len(text) > turned and _PAGER.search(text[-120:]):
                connection.write_channel(" ")
                turned, heard = len(text), time.monotonic()
            if (answer := self._between(text, echo, quiet=time.monotonic() - heard > _QUIET)) is not None:
                return answer
            if not new:
                time.sleep(_PAUSE)
        raise Unreachable(f"no prompt within {self._answer:g} s")

    def _between(self, text: str, echo: re.Pattern[str], *, quiet: bool) -> str | None:
        """What stands between the echo of the command and the prompt; None while it is not all there."""
        begun = echo.search(text)
        if begun is None and not quiet:
            return None
        rest = text[begun.end() if begun else 0 :]
        end = self._end.search(rest)
        if end is None:
            return None
        printed = _unpaged(rest[: end.start()]).replace("\r\n", "\n").lstrip("\r\n")
        return _ABOVE_PROMPT.sub("\n", "\n" + printed).removeprefix("\n")


def _unpaged(text: str) -> str:
    """A text without the pager's prompts and what it wiped them out with."""
    return re.sub(r"\x08+ *\x08*", "", _PAGED.sub("", text))


class _Connection(Protocol):
    """What is needed of netmiko's connections."""

    base_prompt: object
    channel: _Channel
    key_policy: object
    special_login_handler: Callable[..., None]

    def _open(self) -> None: ...
    def check_enable_mode(self) -> bool: ...
    def enable(self) -> str: ...
    def find_prompt(self) -> str: ...
    def clear_buffer(self) -> str: ...
    def normalize_cmd(self, command: str) -> str: ...
    def read_channel(self) -> str: ...
    def write_channel(self, out_data: str) -> None: ...
    def disconnect(self) -> None: ...


@contextmanager
def opened(
    host: str,
    platform: str,
    login: Login,
    *,
    known: KnownHosts,
    patience: Patience,
    transcript: Transcript,
    wire: Wire,
) -> Iterator[Terminal]:
    """A session with a device, closed at the end, and cut off when its time is over.

    Raises Refused where we are not let in or the device is not who it should be, Unreachable for the rest.
    """
    until = time.monotonic() + patience.session
    with _translated(host, login, known, until):
        line = wire.connect(host, login.port, min(patience.connect, patience.session))
    end = threading.Timer(patience.session, wire.hang_up)
    end.daemon = True
    end.start()
    connection: _Connection | None = None
    try:
        with _translated(host, login, known, until):
            connection = _connection(host, platform, login, known, patience, line)
            _guard(connection, host, login, known, until, transcript)
            connection._open()
            if login.enable is not None and not connection.check_enable_mode():
                connection.enable()
            terminal = Terminal(connection, patience)
        with _translated(host, login, known, until):
            yield terminal
    finally:
        end.cancel()
        wire.hang_up()  # a device that does not care to say goodbye is not waited for
        if connection is not None:
            connection.disconnect()
        line.close()


def _key(login: Login) -> PKey | None:
    """The private key of a login. Raises Refused where its file or the passphrase for it is of no use.

    Left to find out its kind itself, paramiko would take a key the device refuses for one that is none.
    """
    if not login.key_file:
        return None
    from paramiko import PKey, SSHException
    from paramiko.pkey import UnknownKeyType

    try:
        key: PKey = PKey.from_path(login.key_file, login.passphrase.encode() or None)
    except (OSError, ValueError, TypeError, SSHException, UnknownKeyType) as fault:
        why = fault.strerror if isinstance(fault, OSError) else "it is none, or its passphrase is another one"
        raise Refused(f"key file {login.key_file}: {why}") from None
    return key


def _connection(
    host: str, platform: str, login: Login, known: KnownHosts, patience: Patience, line: socket.socket
) -> _Connection:
    """A connection of netmiko's, not yet open."""
    from netmiko import ConnectHandler

    seconds = min(patience.connect, patience.session)
    connection: _Connection = ConnectHandler(
        device_type=platform,
        host=host,
        port=login.port,
        username=login.user,
        password=login.password or None,
        secret=login.enable or "",
        pkey=_key(login),
        allow_agent=not (login.password or login.key_file),
        disabled_algorithms=_disabled(login, [key.get_name() for key in known.keys(host, login.port)]),
        ssh_strict=True,
        conn_timeout=seconds,
        auth_timeout=seconds,
        banner_timeout=seconds,
        sock=line,
        auto_connect=False,
    )
    return connection


def _disabled(login: Login, known: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """The algorithms not to speak: old ones, and kinds of host keys that are not the known one's."""
    kinds = {kind for name in known for kind in (_RSA if name == "ssh-rsa" else (name,))}
    others = [kind for kind in _KEY_KINDS if kinds and kind not in kinds]
    old: Mapping[str, Sequence[str]] = {} if login.legacy else _LEGACY
    return {**old, "keys": [*old.get("keys", ()), *others]}


@dataclass(frozen=True, slots=True)
class _Policy:
    """What paramiko asks of a key it does not know: our file. It was given no other, so it asks of every key."""

    known: KnownHosts
    host: str
    port: int

    def missing_host_key(self, _client: object, _name: str, key: PKey) -> None:
        self.known.meet(self.host, self.port, key)


def _guard(
    connection: _Connection, host: str, login: Login, known: KnownHosts, until: float, transcript: Transcript
) -> None:
    """Put our file of keys, and our channel, in the place of netmiko's."""
    greet = connection.special_login_handler

    def guarded(*args: object, **kwargs: object) -> None:
        connection.channel = Line(connection.channel, login, until, transcript)
        greet(*args, **kwargs)

    connection.key_policy = _Policy(known, host, login.port)
    connection.special_login_handler = guarded


@contextmanager
def _translated(host: str, login: Login, known: KnownHosts, until: float) -> Iterator[None]:
    """Errors of netmiko, paramiko and sockets as ours, in one line; all are one when the time is over."""
    from netmiko.exceptions import NetmikoAuthenticationException, NetmikoBaseException
    from paramiko import SSHException

    where = f"{host} port {login.port}"
    try:
        yield
    except (InvalidValue, InvalidFile, Refused):
        raise
    except NetmikoAuthenticationException:
        raise Refused(f"{where}: {login.user!r} was not let in") from None
    except (NetmikoBaseException, SSHException, OSError, EOFError, ValueError, Unreachable) as fault:
        if time.monotonic() > until:
            raise Unreachable(f"{where}: not done within the time for a device") from None
        told = _told(fault)
        if "no acceptable host key" in told and known.keys(host, login.port):
            raise Refused(known.changed(host, login.port)) from None
        remedy = "; legacy: true in its profile allows the old ones" if "no acceptable" in told else ""
        raise Unreachable(f"{where}: {told}{remedy}") from None


def _told(fault: Exception) -> str:
    """What went wrong, in a line. netmiko wraps what paramiko says, and waits for prompts by patterns."""
    cause = fault.__context__ if isinstance(fault.__context__, Exception) else fault
    lines = [line.strip() for line in str(cause).splitlines() if line.strip()]
    text = lines[0] if lines else type(cause).__name__
    return (
        "no prompt came" if text.startswith(("Pattern not detected", "Timed out waiting", "Unable to find")) else text
    )
