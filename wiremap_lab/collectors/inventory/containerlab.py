"""containerlab's topology file: the nodes of a lab, by the addresses or the names containerlab gives them.

A node without a management address of its own is reached by the name of its container,
``clab-LAB-NODE``. The lab is the site, a node's group its role, and labels are tags.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from wiremap_lab.collectors.inventory.draft import Draft, Entry, text_of
from wiremap_lab.document import Item

#: Kinds that are no devices, but what links end at.
_NO_DEVICE = frozenset({"bridge", "ovs-bridge", "host", "k8s-kind", "k8s_kind"})
_ADDRESSES = ("mgmt-ipv4", "mgmt_ipv4", "mgmt-ipv6", "mgmt_ipv6")


def recognizes(root: Item) -> bool:
    """Whether a document is containerlab's: it has a topology of nodes."""
    topology = root.entries().get("topology") if root.is_mapping() else None
    return topology is not None and topology.is_mapping() and "nodes" in topology.entries()


def read(root: Item, path: Path) -> Draft:
    """What a topology file says."""
    draft = Draft(str(path), [root.page])
    top = root.entries()
    topology = _entries(top.get("topology"))
    if "nodes" not in topology:
        root.blame("no topology with nodes", "name the *.clab.yml file itself")
    lab = text_of(top.get("name")) or path.name.partition(".")[0]
    prefix = _prefix(top.get("prefix"), lab)
    defaults, kinds, groups = (_entries(topology.get(key)) for key in ("defaults", "kinds", "groups"))
    for name, item in _entries(topology.get("nodes")).items():
        own = _entries(item)
        group = _entries(groups.get(text_of(own.get("group"))))
        kind = text_of(own.get("kind") or group.get("kind") or defaults.get("kind"))
        said = {**defaults, **_entries(kinds.get(kind)), **group, **own}
        if kind in _NO_DEVICE:
            continue
        if not kind:
            item.blame("no kind", "add one here or under defaults")
            continue
        fields = {"platform": said["kind"], **({"role": own["group"]} if "group" in own else {})}
        address = next((own[key] for key in _ADDRESSES if key in own), None)
        fields |= {"host": address} if address else {}
        labels = tuple(f"{key}={text_of(label)}" for key, label in _entries(said.get("labels")).items())
        draft.add(name, Entry(item, fields, {}, labels, {"host": f"{prefix}{name}", "site": lab}))
    return draft


def _prefix(item: Item | None, lab: str) -> str:
    """What the name of a container begins with."""
    if item is None:
        return f"clab-{lab}-"
    told = "" if item.is_null() else text_of(item)
    return {"": "", "__lab-name": f"{lab}-"}.get(told, f"{told}-{lab}-")


def _entries(item: Item | None) -> Mapping[str, Item]:
    return item.entries() if item and not item.is_null() else {}
