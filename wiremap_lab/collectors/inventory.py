"""The inventory: which devices to read, and what to say to them.

The file is YAML::

    profiles:                          # what may be tried; secrets are named by where they are kept
      monitoring:
        version: 3
        user: wiremap
        auth: {protocol: SHA256, password: "env:WIREMAP_AUTH"}
        priv: {protocol: AES128, password: "file:/run/secrets/wiremap-priv"}
      old: {version: 2c, community: "env:WIREMAP_COMMUNITY"}
    defaults:                          # optional; for every host that does not say otherwise
      profiles: [monitoring, old]      # tried in this order
      site: hq
    hosts:
      hq-sw1: {host: 10.1.0.2, role: access, tags: [stack]}
      hq-sw2: {host: 10.1.0.3, port: 1161, profiles: old, platform: cisco-ios}

``inventory.schema.json`` beside this module says the same to an editor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from wiremap_lab.collectors.secrets import Secret
from wiremap_lab.document import Item, open_page
from wiremap_lab.errors import Fault, InvalidValue

VERSIONS = ("1", "2c", "3")
AUTH_PROTOCOLS = ("MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512")
PRIV_PROTOCOLS = ("AES128", "AES192", "AES256", "AES192C", "AES256C")
_ABOUT = ("platform", "site", "role")
_DEFAULTS = ("port", "profiles", *_ABOUT, "tags")
SNMP_PORT = 161


@dataclass(frozen=True, slots=True)
class Profile:
    """One way to be let in: a community (version 1, 2c), or a user with keys (version 3, RFC 3414).

    `auth` and `priv` are a protocol and a password; priv needs auth.
    """

    name: str
    version: str
    community: Secret | None = None
    user: str = ""
    auth: tuple[str, Secret] | None = None
    priv: tuple[str, Secret] | None = None


@dataclass(frozen=True, slots=True)
class Host:
    """A device to read. `profiles` are the names of the ways in, to be tried in order."""

    name: str
    host: str
    port: int = SNMP_PORT
    profiles: tuple[str, ...] = ()
    platform: str = ""
    site: str = ""
    role: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inventory:
    """The devices to read, and the profiles they name. `warnings` are what is unwise, but works."""

    hosts: tuple[Host, ...]
    profiles: Mapping[str, Profile]
    warnings: tuple[Fault, ...] = ()


def load_inventory(text: str, *, path: str) -> Inventory:
    """Read an inventory; `path` is what faults are reported under.

    Raises InvalidFile with every fault of the file: unknown or repeated keys, hosts without a
    profile, profiles nobody defined, versions and protocols that do not exist.
    """
    root = open_page(text, path=path)
    parts = root.fields(("profiles", "defaults", "hosts"), required=("profiles", "hosts"))
    warnings: list[Fault] = []
    known = {name: _profile(name, item, warnings) for name, item in _entries(parts.get("profiles"))}
    defaults = parts["defaults"].fields(_DEFAULTS) if "defaults" in parts else {}
    hosts = tuple(_host(name, item, defaults, known) for name, item in _entries(parts.get("hosts")))
    if "hosts" in parts and not hosts:
        parts["hosts"].blame("no host is named")
    root.page.close()
    return Inventory(hosts, known, tuple(warnings))


def select(hosts: tuple[Host, ...], limit: str) -> tuple[Host, ...]:
    """The hosts that a limit such as ``site:hq,!role:core,hq-sw*`` leaves.

    Terms are separated by commas: ``key:glob`` on site, role, platform or tag, or a glob on the
    name. Terms of one key are alternatives, different keys must all hold, and ``!`` keeps hosts
    out. Raises InvalidValue for a key that does not exist, and where nothing is left.

    >>> hosts = (Host("a", "10.0.0.1", site="hq"), Host("b", "10.0.0.2", site="hq", role="core"))
    >>> [host.name for host in select(hosts, "site:hq,!role:core")]
    ['a']
    """
    wanted: dict[str, list[str]] = {}
    unwanted: dict[str, list[str]] = {}
    for term in filter(None, (term.strip() for term in limit.split(","))):
        key, colon, glob = term.removeprefix("!").partition(":")
        key, glob = (key, glob) if colon else ("name", key)
        if key not in (*_ABOUT, "name", "tag"):
            raise InvalidValue(f"limit {limit!r}: unknown key {key!r}; known are name, {', '.join(_ABOUT)}, tag")
        (unwanted if term.startswith("!") else wanted).setdefault(key, []).append(glob)
    left = tuple(
        host
        for host in hosts
        if all(_fits(host, key, globs) for key, globs in wanted.items())
        and not any(_fits(host, key, globs) for key, globs in unwanted.items())
    )
    if not left:
        raise InvalidValue(f"limit {limit!r} leaves no host")
    return left


def _fits(host: Host, key: str, globs: list[str]) -> bool:
    values = host.tags if key == "tag" else (str(getattr(host, key)),)
    return any(fnmatchcase(value, glob) for value in values for glob in globs)


def _entries(item: Item | None) -> Iterator[tuple[str, Item]]:
    return iter(item.entries().items() if item else ())


def _profile(name: str, item: Item, warnings: list[Fault]) -> Profile:
    fields = item.fields(("version", "community", "user", "auth", "priv"), required=("version",))
    version = (fields["version"].choice(VERSIONS) if "version" in fields else None) or "2c"
    ours, others = (("user",), ("community",)) if version == "3" else (("community",), ("user", "auth", "priv"))
    for key in others:
        if key in fields:
            fields[key].blame(f"version {version} has no {key}")
    for key in ours:
        if key not in fields:
            item.blame(f"version {version} needs key {key!r}")
    if "priv" in fields and "auth" not in fields:
        fields["priv"].blame("privacy needs authentication", "add auth (RFC 3414, 1.4)")
    return Profile(
        name,
        version,
        community=_secret(fields.get("community"), warnings),
        user=_text(fields.get("user")),
        auth=_keyed(fields.get("auth"), AUTH_PROTOCOLS, warnings),
        priv=_keyed(fields.get("priv"), PRIV_PROTOCOLS, warnings),
    )


def _keyed(item: Item | None, protocols: tuple[str, ...], warnings: list[Fault]) -> tuple[str, Secret] | None:
    if item is None:
        return None
    fields = item.fields(("protocol", "password"), required=("protocol", "password"))
    protocol = fields["protocol"].choice(protocols) if "protocol" in fields else None
    secret = _secret(fields.get("password"), warnings)
    if secret and secret.is_literal and len(secret.reveal(str, item.where)) < 8:
        fields["password"].blame("a password has eight characters or more (RFC 3414, 11.2)")
    return (protocol, secret) if protocol and secret else None


def _secret(item: Item | None, warnings: list[Fault]) -> Secret | None:
    text = item.text() if item else None
    if item is None or text is None:
        return None
    secret = Secret.parse(text)
    if secret.is_literal:
        what = "a secret stands in the file"
        warnings.append(Fault(item.page.path, item.line, item.where, what, "env:NAME, file:/path or ask keep it out"))
    return secret


def _host(name: str, item: Item, defaults: Mapping[str, Item], known: Mapping[str, Profile]) -> Host:
    fields = {**defaults, **item.fields(("host", *_DEFAULTS))}
    profiles = _texts(fields.get("profiles"))
    if not profiles:
        item.blame("no profile says how to be let in", "add profiles here or under defaults")
    for profile in profiles:
        if profile not in known:
            fields["profiles"].blame(f"unknown profile {profile!r}", "add it under profiles or correct it")
    return Host(
        name,
        _text(fields["host"]) if "host" in fields else name,
        (fields["port"].integer(1, 65535) if "port" in fields else None) or SNMP_PORT,
        profiles,
        **{key: _text(fields.get(key)) for key in _ABOUT},
        tags=_texts(fields.get("tags")),
    )


def _text(item: Item | None) -> str:
    return (item.text() if item else None) or ""


def _texts(item: Item | None) -> tuple[str, ...]:
    """One text, or a list of them."""
    if item is None:
        return ()
    return tuple(filter(None, (each.text() for each in (item.items() if item.is_list() else [item]))))
