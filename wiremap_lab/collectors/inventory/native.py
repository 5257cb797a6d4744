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
      cloud: {transport: https, token: "env:WIREMAP_MERAKI"}
    defaults:                          # optional; for every host that does not say otherwise
      profiles: [monitoring, old]      # tried in this order
      site: hq
    hosts:
      hq-sw1: {host: 10.1.0.2, role: access, tags: [stack]}
      hq-sw2: {host: 10.1.0.3, port: 1161, profiles: [old, shell], platform: cisco_ios}
      dashboard: {host: api.meraki.com, profiles: cloud, platform: meraki}

``inventory.schema.json`` beside this module says the same to an editor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from wiremap_lab.collectors.inventory.draft import FIELDS, LOGIN, Draft, Entry, joined, port_of, secret_of, text_of
from wiremap_lab.collectors.inventory.model import SSH_PORT, HttpsProfile, Inventory, Profile, SnmpProfile, SshProfile
from wiremap_lab.collectors.secrets import Secret
from wiremap_lab.document import Item, open_page
from wiremap_lab.errors import Fault

VERSIONS = ("1", "2c", "3")
AUTH_PROTOCOLS = ("MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512")
PRIV_PROTOCOLS = ("AES128", "AES192", "AES256", "AES192C", "AES256C")
TRANSPORTS = ("snmp", "ssh", "https")
_PARTS = ("profiles", "defaults", "hosts")


def load_inventory(text: str, *, path: str) -> Inventory:
    """Read an inventory; `path` is what faults are reported under.

    Raises InvalidFile with every fault of the file: unknown or repeated keys, hosts without a
    profile, profiles nobody defined, versions and protocols that do not exist.
    """
    root = open_page(text, path=path)
    draft = read(root, ("profiles", "hosts"))
    parts = root.entries()
    if "hosts" in parts and not draft.entries:
        parts["hosts"].blame("no host is named")
    return joined([draft])


def recognizes(root: Item) -> bool:
    """Whether a document is one of ours: by its keys."""
    return root.is_mapping() and bool(root.entries().keys() & set(_PARTS))


def read(root: Item, required: Sequence[str] = ()) -> Draft:
    """What a file of ours says. Beside other sources it may have profiles and defaults only."""
    draft = Draft(root.page.path, [root.page], own=True)
    parts = root.fields(_PARTS, required=required)
    for name, item in _entries(parts.get("profiles")):
        draft.profiles[name] = _profile(name, item, draft.warnings)
    if "defaults" in parts:
        draft.defaults = parts["defaults"].fields(FIELDS[1:])
    for name, item in _entries(parts.get("hosts")):
        draft.add(name, Entry(item, item.fields(FIELDS)))
    return draft


def _entries(item: Item | None) -> Iterator[tuple[str, Item]]:
    return iter(item.entries().items() if item else ())


def _profile(name: str, item: Item, warnings: list[Fault]) -> Profile:
    told = item.entries().get("transport")
    transport = (told.choice(TRANSPORTS) if told else None) or "snmp"
    return _READERS[transport](name, item, warnings)


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
        community=secret_of(fields.get("community"), warnings),
        user=text_of(fields.get("user")),
        auth=_keyed(fields.get("auth"), AUTH_PROTOCOLS, warnings),
        priv=_keyed(fields.get("priv"), PRIV_PROTOCOLS, warnings),
    )


def _ssh(name: str, item: Item, warnings: list[Fault]) -> SshProfile:
    fields = item.fields(("transport", *LOGIN, "port", "legacy"), required=("user",))
    if "passphrase" in fields and "key_file" not in fields:
        fields["passphrase"].blame("a passphrase opens a key file", "add key_file")
    return SshProfile(
        name,
        text_of(fields.get("user")),
        password=secret_of(fields.get("password"), warnings),
        key_file=text_of(fields.get("key_file")),
        passphrase=secret_of(fields.get("passphrase"), warnings),
        enable=secret_of(fields.get("enable"), warnings),
        port=port_of(fields.get("port")) or SSH_PORT,
        legacy="legacy" in fields and fields["legacy"].choice(("true", "false")) == "true",
    )


def _https(name: str, item: Item, warnings: list[Fault]) -> HttpsProfile:
    fields = item.fields(("transport", "token", "user", "password", "ca_file"))
    if ("token" in fields) == ("user" in fields) or ("user" in fields) != ("password" in fields):
        item.blame("a controller is entered with a token, or with a user and a password")
    return HttpsProfile(
        name,
        token=secret_of(fields.get("token"), warnings),
        user=text_of(fields.get("user")),
        password=secret_of(fields.get("password"), warnings),
        ca_file=text_of(fields.get("ca_file")),
    )


_READERS: Mapping[str, Callable[[str, Item, list[Fault]], Profile]] = {"snmp": _snmp, "ssh": _ssh, "https": _https}


def _keyed(item: Item | None, protocols: tuple[str, ...], warnings: list[Fault]) -> tuple[str, Secret] | None:
    if item is None:
        return None
    fields = item.fields(("protocol", "password"), required=("protocol", "password"))
    protocol = fields["protocol"].choice(protocols) if "protocol" in fields else None
    secret = secret_of(fields.get("password"), warnings)
    if secret and secret.is_literal and len(secret.reveal(str, item.where)) < 8:
        fields["password"].blame("a password has eight characters or more (RFC 3414, 11.2)")
    return (protocol, secret) if protocol and secret else None
