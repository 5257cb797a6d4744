"""Ansible's inventory: what ``ansible-inventory --list`` prints, as JSON or YAML, and inventories in YAML.

Variables of a group hold for its hosts, those of a child for more than those of its parent, and a
host's own win (Ansible's order of precedence). The names of the groups are tags. What is encrypted or
a template is not known before Ansible runs, and is left out with a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from wiremap_lab.collectors.inventory.draft import Draft, Entry
from wiremap_lab.document import Item

_GROUP = frozenset({"hosts", "vars", "children"})
#: Ansible's variable → ours; of several for one, the last that is there holds.
_FIELDS = {
    "ansible_host": "host",
    "ansible_ssh_host": "host",
    "ansible_port": "ssh_port",
    "ansible_ssh_port": "ssh_port",
    "ansible_network_os": "platform",
    "site": "site",
    "role": "role",
    "wiremap_port": "port",
    "wiremap_profiles": "profiles",
}
_LOGIN = {
    "ansible_user": "user",
    "ansible_ssh_user": "user",
    "ansible_password": "password",
    "ansible_ssh_pass": "password",
    "ansible_ssh_password": "password",
    "ansible_ssh_private_key_file": "key_file",
    "ansible_ssh_passphrase": "passphrase",
    "ansible_become_pass": "enable",
    "ansible_become_password": "enable",
}
_EVERYBODY = frozenset({"all", "ungrouped"})
_RANGE = re.compile(r"\[(\w+):(\w+)(?::(\d+))?\]")
_MOST_HOSTS = 65_536
_NO_CIRCLE = "a group cannot be below one of its own children"


@dataclass(slots=True)
class _Group:
    hosts: dict[str, Item] = field(default_factory=dict)
    variables: dict[str, Item] = field(default_factory=dict)
    parents: set[str] = field(default_factory=set)


def recognizes(root: Item) -> bool:
    """Whether a document is Ansible's: it has ``_meta``, or groups with hosts, children or variables."""
    if not root.is_mapping():
        return False
    found = root.entries()
    groups = [each for each in found.values() if not each.is_null()]
    return "_meta" in found or (bool(groups) and all(_is_group(each) for each in groups))


def _is_group(item: Item) -> bool:
    return item.is_mapping() and bool(keys := item.entries().keys()) and keys <= _GROUP


def read(root: Item) -> Draft:
    """What an inventory of Ansible's says."""
    draft = Draft(root.page.path, [root.page])
    groups: dict[str, _Group] = {}
    found = root.entries()
    told = found.pop("_meta").entries().get("hostvars") if "_meta" in found else None
    for name, item in found.items():
        _take_in(name, item, groups)
    own = told.entries() if told else {}
    ranks = _ranks(groups, root)
    hosts = {host: item for group in groups.values() for host, item in group.hosts.items()}
    for name, item in {**hosts, **own}.items():
        member = sorted(_member(name, groups), key=lambda group: (ranks[group], group))
        layers: list[Mapping[str, Item]] = [groups[group].variables for group in member]
        layers += [_variables(groups[group].hosts[name]) for group in member if name in groups[group].hosts]
        layers.append(_variables(own[name]) if name in own else {})
        _add(draft, name, item, layers, tuple(group for group in member if group not in _EVERYBODY))
    return draft


def _add(draft: Draft, name: str, item: Item, layers: list[Mapping[str, Item]], tags: tuple[str, ...]) -> None:
    said = {key: each for layer in layers for key, each in layer.items() if key in _NAMES}
    known = {key: each for key, each in said.items() if _is_plain(each, draft)}
    connection = next(
        (layer["ansible_connection"] for layer in reversed(layers) if "ansible_connection" in layer), None
    )
    if connection and connection.text() == "local":
        draft.warn(item, f"{name!r} is the machine Ansible runs on, and is left out")
        return
    fields = {_FIELDS[key]: known[key] for key in _FIELDS if key in known}
    login = {_LOGIN[key]: known[key] for key in _LOGIN if key in known}
    draft.add(name, Entry(item, fields, login, tags))


_NAMES = {**_FIELDS, **_LOGIN}


def _variables(item: Item) -> Mapping[str, Item]:
    return item.entries() if item.is_mapping() else {}


def _is_plain(item: Item, draft: Draft) -> bool:
    """Whether a value is there to be read, and neither encrypted nor a template."""
    if item.is_null():
        return False
    hidden = item.node.tag == "!vault" or (item.is_mapping() and "__ansible_vault" in item.entries())
    if hidden:
        remedy = "ansible-inventory --list with the vault's password prints it; better, name an own profile"
        draft.warn(item, "encrypted, and left out", remedy)
        return False
    if not item.is_list() and not item.is_mapping() and "{{" in str(item.node.value):
        draft.warn(item, "a template, and left out", "write its value, or name an own profile")
        return False
    return True


def _take_in(name: str, item: Item, groups: dict[str, _Group], depth: int = 0) -> None:
    """One group and those below it; a group may be told of in several places."""
    group = groups.setdefault(name, _Group())
    if depth > len(groups) + 1:
        item.blame("groups within themselves", _NO_CIRCLE)
        return
    parts = item.fields(sorted(_GROUP)) if not item.is_null() else {}
    if "vars" in parts:
        group.variables |= parts["vars"].entries()
    if "hosts" in parts:
        group.hosts |= dict(_hosts(parts["hosts"]))
    for child, below in _named(parts.get("children")):
        groups.setdefault(child, _Group()).parents.add(name)
        if below.is_mapping():
            _take_in(child, below, groups, depth + 1)


def _named(item: Item | None) -> Iterator[tuple[str, Item]]:
    """The names in a mapping, or in a list as JSON has them."""
    if item is None or item.is_null():
        return
    if item.is_list():
        yield from ((name, each) for each in item.items() if (name := each.text()))
    else:
        yield from item.entries().items()


def _hosts(item: Item) -> Iterator[tuple[str, Item]]:
    for pattern, each in _named(item):
        yield from ((name, each) for name in _expanded(pattern, each))


def _expanded(pattern: str, item: Item) -> Iterator[str]:
    """The hosts of ``sw[01:20].example.com``; a width in the first number is kept, and letters count too."""
    texts, ranges = _RANGE.split(pattern)[::4], [match.groups() for match in _RANGE.finditer(pattern)]
    spread = [_spread(first, last, int(step or 1)) for first, last, step in ranges]
    count = 1
    for values in spread:
        count *= len(values)
    if not 1 <= count <= _MOST_HOSTS:
        item.blame(f"{pattern!r} stands for {count} hosts", f"1 to {_MOST_HOSTS} are possible")
        return
    for chosen in product(*spread):
        yield "".join(part for pair in zip(texts, (*chosen, ""), strict=True) for part in pair)


def _spread(first: str, last: str, step: int) -> list[str]:
    if first.isdigit() and last.isdigit() and len(last) < 7 and step:
        return [str(number).zfill(len(first)) for number in range(int(first), int(last) + 1, step)]
    if len(first) == len(last) == 1 and first.isalpha() and last.isalpha() and step:
        return [chr(number) for number in range(ord(first), ord(last) + 1, step)]
    return []


def _ranks(groups: Mapping[str, _Group], root: Item) -> dict[str, int]:
    """How deep each group lies below ``all``; the variables of a deeper one win."""
    ranks = dict.fromkeys(groups, 0)
    for _ in groups:
        deeper = {name: max((ranks[up] + 1 for up in group.parents), default=0) for name, group in groups.items()}
        deeper = {name: rank if name == "all" else max(rank, 1) for name, rank in deeper.items()}
        if deeper == ranks:
            return ranks
        ranks = deeper
    if any(rank > len(groups) for rank in ranks.values()):
        root.blame("groups within themselves", _NO_CIRCLE)
    return ranks


def _member(host: str, groups: Mapping[str, _Group]) -> set[str]:
    """The groups a host is in, with those above them."""
    found = {"all"} & groups.keys()
    waiting = [name for name, group in groups.items() if host in group.hosts]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += groups[name].parents
    return found
