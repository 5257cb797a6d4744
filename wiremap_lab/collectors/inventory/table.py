"""An inventory as a table: CSV with a line of column names, as a spreadsheet or NetBox writes it."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from wiremap_lab.collectors.inventory.draft import Draft, Entry
from wiremap_lab.document import Item, Page, line_of
from wiremap_lab.errors import Fault, InvalidFile

#: What a column may be called, in small letters; by what it says.
_CALLED = {
    "name": "name hostname device node",
    "host": "host ip address ip_address ip_addr mgmt_ip management_ip primary_ip primary_ip4",
    "port": "port snmp_port",
    "ssh_port": "ssh_port",
    "profiles": "profiles profile",
    "platform": "platform os device_type network_os",
    "site": "site location building",
    "role": "role device_role",
    "tags": "tags tag",
    "user": "user username",
    "password": "password",
    "enable": "enable enable_password secret",
    "key_file": "key_file keyfile",
    "passphrase": "passphrase",
}
_COLUMNS = {called: column for column, names in _CALLED.items() for called in names.split()}
_LISTS = ("profiles", "tags")
_LOGIN = ("user", "password", "enable", "key_file", "passphrase")


def recognizes(text: str) -> bool:
    """Whether a text is such a table: its first line names hosts or addresses among other columns."""
    columns = _columns(text)
    return len(columns) > 1 and bool({"name", "host"} & {_COLUMNS.get(column) for column in columns})


def read(text: str, path: Path) -> Draft:
    """What a table says. Several profiles or tags of a host are separated by blanks, bars or semicolons."""
    page = Page(str(path))
    draft = Draft(str(path), [page])
    columns = [_COLUMNS.get(column, "") for column in _columns(text)]
    if not {"name", "host"} & set(columns):
        raise InvalidFile([Fault(str(path), 1, "", "no column 'name' or 'host'", "the first line names the columns")])
    for column, called in zip(columns, _columns(text), strict=True):
        if not column:
            draft.warnings.append(Fault(str(path), 1, called, "no column we know, and passed over"))
    lines = csv.reader(text.splitlines(), delimiter=_delimiter(text), skipinitialspace=True)
    next(lines)
    for cells in lines:
        if any(cell.strip() for cell in cells):
            _add(draft, lines.line_num, columns, cells)
    return draft


def _add(draft: Draft, number: int, columns: list[str], cells: list[str]) -> None:
    page = draft.pages[0]
    if len(cells) != len(columns):
        line_of(page, number, {}).blame(
            f"{len(cells)} cells below {len(columns)} columns", "quote a cell that has the separator in it"
        )
        return
    item = line_of(page, number, {key: cell.strip() for key, cell in zip(columns, cells, strict=True) if key})
    said = item.entries()
    name = said.pop("name", None) or said.get("host")
    if name is None:
        item.blame("neither name nor host", "fill in one of them")
        return
    fields = {key: each for key, each in said.items() if key not in _LOGIN}
    fields |= {key: _listed(said[key]) for key in _LISTS if key in said}
    if "host" in fields and (address := re.fullmatch(r"([\da-fA-F.:]+)/\d+", fields["host"].text() or "")):
        fields["host"] = line_of(page, number, {"host": address[1]}).entries()["host"]  # NetBox: with its length
    draft.add(name.text() or "", Entry(item, fields, {key: said[key] for key in _LOGIN if key in said}))


def _listed(item: Item) -> Item:
    """A cell of several texts as a list of them."""
    from yaml.nodes import ScalarNode, SequenceNode

    node = item.node
    texts = [text for text in re.split(r"[\s;|,]+", item.text() or "") if text]
    parts = [ScalarNode(node.tag, text, node.start_mark) for text in texts]
    return Item(item.page, SequenceNode("tag:yaml.org,2002:seq", parts, node.start_mark), item.where)


def _columns(text: str) -> list[str]:
    first = next(csv.reader(text.splitlines()[:1], delimiter=_delimiter(text)), [])
    return [re.sub(r"\W+", "_", column.strip().casefold()) for column in first]


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max((",", ";", "\t"), key=head.count)
