"""Oxidized's ``router.db``, and its ``config``, which says what stands in which column of it.

Without the config the columns are name, model, user name, password; or name, address, model, user
name, password, enable secret, where the second is an address.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path

from wiremap_lab.collectors.inventory.draft import Draft, Entry
from wiremap_lab.collectors.inventory.reading import read_text
from wiremap_lab.document import Item, Page, line_of

_PLAIN = {"name": 0, "model": 1, "username": 2, "password": 3}
_ADDRESSED = {"name": 0, "ip": 1, "model": 2, "username": 3, "password": 4, "enable": 5}
#: Oxidized's name → ours.
_FIELDS = {"ip": "host", "model": "platform", "group": "site", "ssh_port": "ssh_port"}
_LOGIN = {"username": "user", "password": "password", "enable": "enable"}
_MOST = 99


def recognizes_config(root: Item) -> bool:
    """Whether a document is Oxidized's config with a file of devices."""
    if not root.is_mapping() or "source" not in (keys := root.entries()):
        return False
    return keys["source"].is_mapping() and "csv" in keys["source"].entries()


def recognizes(text: str) -> bool:
    """Whether a text may be a ``router.db``: every line has colons with no blank behind the first."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return bool(lines) and all(re.fullmatch(r"[^\s:,]+:\S.*", line) for line in lines)


def read_config(root: Item, path: Path) -> Draft:
    """What the devices' file says that a config names, by the columns it gives."""
    keys = root.entries()
    told = _entries(_entries(keys.get("source")).get("csv"))
    page = root.page
    if "map" not in told:
        root.blame("no source.csv.map", "it says what stands in which column: {name: 0, model: 1}")
    file = told["file"].text() if "file" in told else None
    columns = {name: _column(item) for part in ("map", "vars_map") for name, item in _entries(told.get(part)).items()}
    delimiter = (told["delimiter"].text() if "delimiter" in told else None) or ":"
    if "gpg" in told and told["gpg"].text() == "true":
        told["gpg"].blame("an encrypted file of devices", "decrypt it, and name it by -i oxidized:router.db")
    beside = path.parent / Path(file or "router.db").expanduser()
    models = {name: item.text() or "" for name, item in _entries(keys.get("model_map")).items()}
    draft = Draft(str(path), [page])
    if not page.faults:
        usual = {key: item for key, item in keys.items() if key in ("username", "password", "model")}
        _read(draft, read_text(beside), beside, columns, delimiter, usual, models)
    return draft


def read(text: str, path: Path) -> Draft:
    """What a ``router.db`` says by itself."""
    draft = Draft(str(path))
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "").split(":")
    _read(draft, text, path, _ADDRESSED if len(first) > 1 and _is_address(first[1]) else _PLAIN, ":", {}, {})
    return draft


def _read(
    draft: Draft,
    text: str,
    path: Path,
    columns: Mapping[str, int],
    delimiter: str,
    usual: Mapping[str, Item],
    models: Mapping[str, str],
) -> None:
    page = Page(str(path))
    draft.pages.append(page)
    split = re.compile(delimiter[1:-1] if re.fullmatch(r"/.+/", delimiter) else re.escape(delimiter))
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        cells = split.split(line.rstrip())
        said = {name: cells[column] for name, column in columns.items() if column < len(cells)}
        if "model" in said:
            said["model"] = models.get(said["model"], said["model"])
        item = line_of(page, number, said)
        found = {**usual, **item.entries()}
        fields = {ours: found[theirs] for theirs, ours in _FIELDS.items() if theirs in found}
        login = {ours: found[theirs] for theirs, ours in _LOGIN.items() if theirs in found}
        name = said.get("name") or said.get("ip")
        if name:
            draft.add(name, Entry(item, fields, login))
        else:
            item.blame("neither name nor address", "does source.csv.map say where they stand?")


def _entries(item: Item | None) -> Mapping[str, Item]:
    return item.entries() if item and not item.is_null() else {}


def _column(item: Item) -> int:
    return item.integer(0, _MOST) or 0


def _is_address(text: str) -> bool:
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return False
