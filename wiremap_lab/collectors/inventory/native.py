"""The inventory in our own words: which devices to read, and what to say to them.

The file is YAML::

    profiles:                          # what may be tried; secrets are named by where they are kept
      monitoring:
        version: 3
        user: wiremap
        auth: {protocol: SHA256, password: "env:WIREMAP_AUTH"}
        priv: {protocol: AES128, password: "file:/run/secrets/wiremap-priv"}
      old: {version: 2c, community: "env:WIREMAP_COMMUNITY"}
      shell: {transport: ssh, user: wiremap, password: "env:WIREMAP_SSH", enable: ask}
    defaults:                          # optional; for every host that does not say otherwise
      profiles: [monitoring, old]      # tried in this order
      site: hq
    hosts:
      hq-sw1: {host: 10.1.0.2, role: access, tags: [stack]}
      hq-sw2: {host: 10.1.0.3, port: 1161, profiles: [old, shell], platform: cisco_ios}

``inventory.schema.json`` beside this module says the same to an editor.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from wiremap_lab.collectors.inventory.model import (
    SNMP_PORT,
    SSH_PORT,
    Host,
    Inventory,
    Profile,
    SnmpProfile,
    SshProfile,
)
from wiremap_lab.collectors.inventory.platforms import PLATFORMS, canonical
from wiremap_lab.collectors.secrets import Secret
from wiremap_lab.document import Item, open_page
from wiremap_lab.errors import Fault

VERSIONS = ("1", "2c", "3")
AUTH_PROTOCOLS = ("MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512")
PRIV_PROTOCOLS = ("AES128", "AES192", "AES256", "AES192C", "AES256C")
TRANSPORTS = ("snmp", "ssh")
_DEFAULTS = ("port", "ssh_port", "profiles", "platform", "site", "role", "tags")


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


def _entries(item: Item | None) -> Iterator[tuple[str, Item]]:
    return iter(item.entries().items() if item else ())


def _profile(name: str, item: Item, warnings: list[Fault]) -> Profile:
    told = item.entries().get("transport")
    transport = (told.choice(TRANSPORTS) if told else None) or "snmp"
    return (_ssh if transport == "ssh" else _snmp)(name, item, warnings)


def _snmp(name: str, item: Item, warnings: list[Fault]) -> SnmpProfile:
    fields = item.fields(("transport", "version", "community", "user", "auth", "priv"), required=("version",))
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
    return SnmpProfile(
        name,
        version,
        community=_secret(fields.get("community"), warnings),
        user=_text(fields.get("user")),
        auth=_keyed(fields.get("auth"), AUTH_PROTOCOLS, warnings),
        priv=_keyed(fields.get("priv"), PRIV_PROTOCOLS, warnings),
    )


def _ssh(name: str, item: Item, warnings: list[Fault]) -> SshProfile:
    known = ("transport", "user", "password", "key_file", "passphrase", "enable", "port")
    fields = item.fields(known, required=("user",))
    if "passphrase" in fields and "key_file" not in fields:
        fields["passphrase"].blame("a passphrase opens a key file", "add key_file")
    return SshProfile(
        name,
        _text(fields.get("user")),
        password=_secret(fields.get("password"), warnings),
        key_file=_text(fields.get("key_file")),
        passphrase=_secret(fields.get("passphrase"), warnings),
        enable=_secret(fields.get("enable"), warnings),
        port=_port(fields.get("port")) or SSH_PORT,
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
        _port(fields.get("port")) or SNMP_PORT,
        profiles,
        platform=_platform(fields.get("platform")),
        site=_text(fields.get("site")),
        role=_text(fields.get("role")),
        tags=_texts(fields.get("tags")),
        ssh_port=_port(fields.get("ssh_port")),
    )


def _platform(item: Item | None) -> str:
    told = _text(item)
    name = canonical(told)
    if item and told and not name:
        near = difflib.get_close_matches(told, PLATFORMS, 1)
        item.blame(f"unknown platform {told!r}", f"{near[0]!r}?" if near else "it is one of netmiko's device types")
    return name


def _port(item: Item | None) -> int | None:
    return item.integer(1, 65535) if item else None


def _text(item: Item | None) -> str:
    return (item.text() if item else None) or ""


def _texts(item: Item | None) -> tuple[str, ...]:
    """One text, or a list of them."""
    if item is None:
        return ()
    return tuple(filter(None, (each.text() for each in (item.items() if item.is_list() else [item]))))
