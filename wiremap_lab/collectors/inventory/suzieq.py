"""SuzieQ's inventory: sources of hosts, what holds for their devices, logins, and namespaces that join the three.

A namespace is a site here. Hosts are named by their addresses, for SuzieQ learns their names from
themselves.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from wiremap_lab.collectors.inventory import ansible
from wiremap_lab.collectors.inventory.draft import Draft, Entry, text_of
from wiremap_lab.collectors.inventory.reading import read_text
from wiremap_lab.document import Item, line_of, open_json

_KEYS = frozenset({"sources", "devices", "auths", "namespaces"})
_LOGIN = {
    "username": "user",
    "password": "password",
    "keyfile": "key_file",
    "key-passphrase": "passphrase",
    "passphrase": "passphrase",
    "enable-password": "enable",
}
_ELSEWHERE = {"netbox": "netbox+https://HOST", "nautobot": "nautobot+https://HOST"}


def recognizes(root: Item) -> bool:
    """Whether a document is SuzieQ's: it has sources and namespaces."""
    return root.is_mapping() and {"sources", "namespaces"} <= root.entries().keys() <= _KEYS


def read(root: Item, path: Path) -> Draft:
    """What an inventory of SuzieQ's says."""
    draft = Draft(str(path), [root.page])
    parts = root.fields(sorted(_KEYS))
    sources, devices, auths = (_named(parts.get(part)) for part in ("sources", "devices", "auths"))
    for item in parts["namespaces"].items() if "namespaces" in parts else ():
        told = item.entries()
        source = _found(told.get("source"), sources, item, "source")
        device = _found(told.get("device"), devices, item, "device") or {}
        auth = _found(told.get("auth"), auths, item, "auth") or {}
        if "type" in auth and auth["type"].text() == "cred-file":
            draft.warn(auth["type"], "a file of credentials is not read", "name profiles, and defaults with them")
            auth = {}
        if source:
            _take(draft, path, source, _usual(told, device), _login(auth))
    return draft


def _usual(namespace: Mapping[str, Item], device: Mapping[str, Item]) -> dict[str, Item]:
    named = {"site": namespace.get("name"), "platform": device.get("devtype"), "ssh_port": device.get("port")}
    return {key: item for key, item in named.items() if item}


def _login(said: Mapping[str, Item]) -> dict[str, Item]:
    return {_LOGIN[key]: _bare(item) for key, item in said.items() if key in _LOGIN}


def _bare(item: Item) -> Item:
    """A secret without SuzieQ's word for one that stands there."""
    text = text_of(item)
    if not text.startswith("plain:"):
        return item
    return next(iter(line_of(item.page, item.line or 1, {item.where: text.removeprefix("plain:")}).entries().values()))


def _named(item: Item | None) -> dict[str, Mapping[str, Item]]:
    """The entries of a list by name; one that copies another takes what it does not say from it."""
    found: dict[str, Mapping[str, Item]] = {}
    for each in item.items() if item else ():
        said: Mapping[str, Item] = each.entries()
        if "copy" in said:
            original = said["copy"].text() or ""
            if original not in found:
                said["copy"].blame(f"nothing before it is called {original!r}", "what is copied stands first")
            said = {**found.get(original, {}), **said}
        if "name" in said:
            found[text_of(said["name"])] = said
        else:
            each.blame("key 'name' is missing", "namespaces refer to it by that")
    return found


def _found(
    item: Item | None, among: Mapping[str, Mapping[str, Item]], namespace: Item, what: str
) -> Mapping[str, Item] | None:
    if item is None:
        if what == "source":
            namespace.blame("key 'source' is missing", "name one of sources")
        return None
    name = text_of(item)
    if name not in among:
        item.blame(f"unknown {what} {name!r}", f"known are {', '.join(among) or 'none'}")
    return among.get(name)


def _take(
    draft: Draft, path: Path, source: Mapping[str, Item], usual: Mapping[str, Item], login: Mapping[str, Item]
) -> None:
    kind = text_of(source.get("type")) or "native"
    match kind:
        case "native":
            for host in source["hosts"].items() if "hosts" in source else ():
                _add(draft, host, usual, login)
        case "ansible" if "path" in source:
            beside = path.parent / Path(text_of(source["path"])).expanduser()
            theirs = ansible.read(open_json(read_text(beside), path=str(beside)))
            draft.pages += theirs.pages
            draft.warnings += theirs.warnings
            for name, entry in theirs.entries.items():
                fields = {**usual, **entry.fields}
                draft.add(name, Entry(entry.item, fields, {**login, **entry.login}, entry.tags))
        case _:
            remedy = f"-i {_ELSEWHERE[kind]} reads it" if kind in _ELSEWHERE else "known are native, ansible"
            draft.warn(source.get("type") or source["name"], f"a source of type {kind!r} is left out", remedy)


def _add(draft: Draft, host: Item, usual: Mapping[str, Item], login: Mapping[str, Item]) -> None:
    told = host.entries()
    if "url" not in told:
        host.blame("key 'url' is missing", "- url: ssh://user@host")
        return
    said, url = _of_url(told["url"])
    if not url or not url.hostname:
        told["url"].blame("must be a URL as in ssh://user@host:22 keyfile=path")
        return
    own = {key: item for key, item in _login(said).items() if url.scheme == "ssh"}
    fields = {**usual, **{ours: said[theirs] for theirs, ours in _SAID.items() if theirs in said}}
    if url.scheme != "ssh":
        login = {}
        fields.pop("ssh_port", None)
    draft.add(url.hostname, Entry(told["url"], fields, {**login, **own}))


_SAID = {"host": "host", "port": "ssh_port", "devtype": "platform"}


def _of_url(item: Item) -> tuple[dict[str, Item], SplitResult | None]:
    """What a URL and the words behind it say, each as a value of its line."""
    try:
        first, *words = shlex.split(text_of(item))
        url = urlsplit(first)
        parts = dict(_parts(url))
    except ValueError:
        return {}, None
    pairs = dict(word.partition("=")[::2] for word in words)
    return {key: _bare(each) for key, each in line_of(item.page, item.line, parts | pairs).entries().items()}, url


def _parts(url: SplitResult) -> Iterator[tuple[str, str]]:
    yield "host", url.hostname or ""
    yield "username", unquote(url.username or "")
    yield "password", unquote(url.password or "")
    if url.port and url.scheme == "ssh":
        yield "port", str(url.port)
