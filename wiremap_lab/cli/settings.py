"""The settings of `wiremap`: defaults, then the user's file, the project's file, the environment; the last one wins.

The files are TOML: ``wiremap.toml`` in the current folder, and ``wiremap.toml`` in the user's
configuration folder. A setting in the environment is ``WIREMAP_`` and its name; one of a table has
two underscores: ``WIREMAP_SNMP__TIMEOUT=3``. An option on the command line wins over all of them.
``settings.schema.json`` beside this module says the same to an editor.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from wiremap_lab.collectors.secrets import Secret
from wiremap_lab.errors import Fault, InvalidFile

FILE_NAME = "wiremap.toml"
ENGINES = ("udp", "pysnmp")
#: Which BSSIDs count: those that were read, or also those derived from an address of the access point.
BSSIDS = ("read", "derived")
HOST_KEYS = ("strict", "tofu", "off")
Value = str | int | float


@dataclass(frozen=True, slots=True)
class Snmp:
    """How agents are read: seconds to wait for a reply and for a device, tries after the first, devices at once."""

    engine: str = "udp"
    timeout: float = 1.5
    retries: int = 3
    seconds: float = 300.0
    workers: int = 32
    max_repetitions: int = 256

    def but(self, *, engine: str | None, timeout: float | None) -> Snmp:
        """These settings with what the command line says otherwise."""
        return replace(self, engine=engine or self.engine, timeout=timeout or self.timeout)


@dataclass(frozen=True, slots=True)
class Ssh:
    """How command lines are read: whom to believe, seconds to connect, for an answer and a session, sessions at once.

    `known_hosts` is a file, by default one of our own in the user's folder of states; `log` a folder that keeps
    what each session showed.
    """

    host_keys: str = "strict"
    known_hosts: str = ""
    timeout: float = 15.0
    answer: float = 60.0
    seconds: float = 300.0
    workers: int = 50
    log: str = ""

    def but(self, *, host_keys: Enum | None) -> Ssh:
        """These settings with what the command line says otherwise."""
        return replace(self, host_keys=str(host_keys.value)) if host_keys else self


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, and where each one that is no default came from."""

    inventory: str
    database: str
    places: str
    rules: str
    profile: str
    memory: str
    bssids: str
    snmp: Snmp
    ssh: Ssh
    tokens: Mapping[str, Secret]
    origins: Mapping[str, str]

    @property
    def derived_bssids(self) -> bool:
        """Whether BSSIDs count that were derived from an address."""
        return self.bssids == "derived"

    def shown(self, name: str) -> Value:
        """A setting by its dotted name, as it may be shown: no password of a database, of a token its source."""
        holder, _, leaf = name.rpartition(".")
        if holder in self.tokens:
            return self.tokens[holder].source
        value: Value = getattr(getattr(self, holder) if holder else self, leaf)
        return without_password(value) if isinstance(value, str) else value


def without_password(url: str) -> str:
    """A URL as it may be shown.

    >>> without_password("postgresql://wiremap:s3cret@db/wiremap"), without_password("wiremap.db")
    ('postgresql://wiremap:***@db/wiremap', 'wiremap.db')
    """
    return re.sub(r"(?<=://)([^/:@]*):[^/@]*@", r"\1:***@", url)


DEFAULTS: Mapping[str, Value] = {
    "inventory": "inventory.yaml",
    "database": "wiremap.db",
    "places": "places.yaml",
    "rules": "rules.yaml",
    "profile": "cautious",
    "memory": "wiremap-memory.json",
    "bssids": "read",
    **{f"snmp.{name}": getattr(Snmp(), name) for name in Snmp.__slots__},
    **{f"ssh.{name}": getattr(Ssh(), name) for name in Ssh.__slots__},
    "netbox.token": "env:NETBOX_TOKEN",
    "nautobot.token": "env:NAUTOBOT_TOKEN",
}
_CHOICES: Mapping[str, tuple[str, ...]] = {"snmp.engine": ENGINES, "ssh.host_keys": HOST_KEYS, "bssids": BSSIDS}
#: Where nothing is too little.
_LEAST: Mapping[str, int] = {"snmp.workers": 1, "snmp.max_repetitions": 1, "ssh.workers": 1}


def load_settings(
    *, environment: Mapping[str, str] | None = None, project: Path | None = None, user: Path | None = None
) -> Settings:
    """Read the settings that hold here; the places looked in can be named, for tests.

    Raises InvalidFile with every fault of every source.
    """
    environment = os.environ if environment is None else environment
    faults: list[Fault] = []
    values, origins = dict(DEFAULTS), {}
    sources = (
        *_from_file(_user_file() if user is None else user, faults),
        *_from_file(Path(FILE_NAME) if project is None else project, faults),
        *_from_environment(environment, faults),
    )
    for name, value, origin in sources:
        values[name], origins[name] = value, origin
    if faults:
        raise InvalidFile(faults)
    return _settings(values, origins)


def _settings(values: Mapping[str, Value], origins: Mapping[str, str]) -> Settings:
    text = {name: str(value) for name, value in values.items()}
    snmp = Snmp(
        engine=text["snmp.engine"],
        timeout=float(text["snmp.timeout"]),
        retries=int(text["snmp.retries"]),
        seconds=float(text["snmp.seconds"]),
        workers=int(text["snmp.workers"]),
        max_repetitions=int(text["snmp.max_repetitions"]),
    )
    ssh = Ssh(
        host_keys=text["ssh.host_keys"],
        known_hosts=text["ssh.known_hosts"],
        timeout=float(text["ssh.timeout"]),
        answer=float(text["ssh.answer"]),
        seconds=float(text["ssh.seconds"]),
        workers=int(text["ssh.workers"]),
        log=text["ssh.log"],
    )
    plain = {name: value for name, value in text.items() if "." not in name}
    tokens = {api: Secret.parse(text[f"{api}.token"]) for api in ("netbox", "nautobot")}
    return Settings(**plain, snmp=snmp, ssh=ssh, tokens=tokens, origins=origins)


def _user_file() -> Path:
    from platformdirs import user_config_path

    return user_config_path("wiremap_lab") / FILE_NAME


_Found = tuple[str, Value, str]


def _from_file(path: Path, faults: list[Fault]) -> Iterator[_Found]:
    try:
        text = path.read_text(encoding="utf-8")
        document = tomllib.loads(text)
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        line = re.search(r"\(at line (\d+)", str(fault))
        faults.append(Fault(str(path), int(line[1]) if line else None, "", f"cannot be read: {fault}"))
        return
    for name, value in _flat(document):
        line_number = _line_of(name, text)
        if (taken := _checked(name, value, Fault(str(path), line_number, name, ""), faults)) is not None:
            yield name, taken, f"{path}:{line_number}"


def _flat(document: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in document.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _line_of(name: str, text: str) -> int | None:
    """The first line that sets the last part of a name: near enough to find it by."""
    leaf = re.compile(rf"\s*(?:[\w.]+\.)?{re.escape(name.rpartition('.')[2])}\s*=")
    return next((number for number, line in enumerate(text.splitlines(), 1) if leaf.match(line)), None)


def _from_environment(environment: Mapping[str, str], faults: list[Fault]) -> Iterator[_Found]:
    for name in DEFAULTS:
        variable = "WIREMAP_" + name.replace(".", "__").upper()
        if variable not in environment:
            continue
        value = _checked(name, environment[variable], Fault(variable, None, "", ""), faults)
        if value is not None:
            yield name, value, f"environment {variable}"


def _checked(name: str, value: object, at: Fault, faults: list[Fault]) -> Value | None:
    """The value as a setting of its type; what is wrong with it is noted."""
    if name not in DEFAULTS:
        near = difflib.get_close_matches(name, DEFAULTS, 1)
        remedy = f"{near[0]!r}?" if near else f"known are {', '.join(DEFAULTS)}"
        faults.append(Fault(at.path, at.line, at.where, "unknown setting", remedy))
        return None
    kind = type(DEFAULTS[name])
    try:
        taken = kind(str(value))
    except ValueError:
        faults.append(Fault(at.path, at.line, at.where, f"must be a number, not {value!r}"))
        return None
    if isinstance(taken, int | float) and not taken >= _LEAST.get(name, 0):
        faults.append(Fault(at.path, at.line, at.where, f"must not be less than {_LEAST.get(name, 0)}: {value!r}"))
    if (known := _CHOICES.get(name)) and taken not in known:
        what = f"unknown {name.partition('.')[2] or 'value'} {taken!r}"
        faults.append(Fault(at.path, at.line, at.where, what, f"known are {', '.join(known)}"))
    return taken
