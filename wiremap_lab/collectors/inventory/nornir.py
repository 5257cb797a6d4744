"""nornir's SimpleInventory, unchanged: ``hosts.yaml`` with ``groups.yaml`` and ``defaults.yaml`` beside it.

A host takes what it does not say from its groups, in their order and each with its own groups behind
it, and then from the defaults. ``port`` is that of SSH. ``data.site`` and ``data.role`` are taken, and
the names of the groups are tags.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from wiremap_lab.collectors.inventory.draft import Draft, Entry, texts_of
from wiremap_lab.collectors.inventory.reading import read_text
from wiremap_lab.document import Item, open_page

_KEYS = ("hostname", "port", "username", "password", "platform", "groups", "data", "connection_options")
#: nornir's key → ours; a login's, and a field's.
_LOGIN = {"username": "user", "password": "password"}
_FIELDS = {"hostname": "host", "port": "ssh_port", "platform": "platform"}
_EXTRAS = {"secret": "enable", "key_file": "key_file", "passphrase": "passphrase"}


def recognizes(root: Item) -> bool:
    """Whether a document is nornir's ``hosts.yaml``: every entry has keys of a host, and one at least has some."""
    hosts = [host for host in root.entries().values() if not host.is_null()] if root.is_mapping() else []
    return bool(hosts) and all(host.is_mapping() and host.entries().keys() <= set(_KEYS) for host in hosts)


def read(root: Item, path: Path) -> Draft:
    """What a ``hosts.yaml`` and the files beside it say."""
    groups = _beside(path, "groups")
    defaults = _beside(path, "defaults")
    draft = Draft(str(path), [root.page, *(each.page for each in (groups, defaults) if each)])
    known = groups.entries() if groups and not groups.is_null() else {}
    last = [defaults.fields(_KEYS)] if defaults and not defaults.is_null() else []
    for name, item in root.entries().items():
        own = item.fields(_KEYS)
        members = dict(_groups(own.get("groups"), known))
        layers = [own, *members.values(), *last]
        draft.add(name, Entry(item, _translated(layers, _FIELDS) | _about(layers), _login(layers), tuple(members)))
    return draft


def _beside(path: Path, stem: str) -> Item | None:
    beside = path.with_name(f"{stem}{path.suffix}")
    return open_page(read_text(beside), path=str(beside)) if beside.exists() else None


def _groups(item: Item | None, known: Mapping[str, Item]) -> Iterator[tuple[str, Mapping[str, Item]]]:
    """The groups of a host, each followed by its own, each once."""
    waiting = [(name, item) for name in texts_of(item)]
    met: set[str] = set()
    while waiting:
        name, at = waiting.pop(0)
        if name in met:
            continue
        met.add(name)
        if name not in known:
            if at:
                at.blame(f"unknown group {name!r}", "add it to groups.yaml or correct it")
            continue
        fields = known[name].fields(_KEYS)
        yield name, fields
        waiting = [*((other, fields["groups"]) for other in texts_of(fields.get("groups"))), *waiting]


def _translated(layers: Sequence[Mapping[str, Item]], names: Mapping[str, str]) -> dict[str, Item]:
    """The first layer that says something of a key is the one that holds."""
    said = {ours: _first(layers, theirs) for theirs, ours in names.items()}
    return {key: item for key, item in said.items() if item}


def _first(layers: Sequence[Mapping[str, Item]], key: str) -> Item | None:
    return next((layer[key] for layer in layers if key in layer and not layer[key].is_null()), None)


def _about(layers: Sequence[Mapping[str, Item]]) -> dict[str, Item]:
    data = [layer["data"].entries() for layer in layers if "data" in layer]
    return _translated(data, {"site": "site", "role": "role"})


def _login(layers: Sequence[Mapping[str, Item]]) -> dict[str, Item]:
    """The login, and what the options of netmiko's connections add to it."""
    options = [layer["connection_options"].entries() for layer in layers if "connection_options" in layer]
    netmiko = [each["netmiko"].entries() for each in options if "netmiko" in each]
    extras = [each["extras"].entries() for each in netmiko if "extras" in each]
    return _translated([*netmiko, *layers], _LOGIN) | _translated(extras, _EXTRAS)
