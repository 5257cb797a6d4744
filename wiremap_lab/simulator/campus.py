"""A campus: places, network and devices of one topology file.

`load_campus` reads the file; every fault in it is reported with its line, and nothing is read unless all is
right. ``campus.schema.json`` beside this module is the form of the file as a JSON Schema. What a campus becomes
over time is `wiremap_lab.simulator.state`.
"""

from __future__ import annotations

from wiremap_lab.places import Places
from wiremap_lab.simulator.node import open_node
from wiremap_lab.simulator.parts import Campus
from wiremap_lab.simulator.read_devices import read_devices
from wiremap_lab.simulator.read_network import read_network
from wiremap_lab.simulator.read_places import read_places

__all__ = ["Campus", "load_campus", "load_places"]


_REQUIRED = ("name", "psaps", "buildings", "management", "subnets", "switches")
_KNOWN = (*_REQUIRED, "seed", "fdb_ageing", "arp_ageing", "pruned", "links", "hubs", "wireless", "devices")


def load_campus(text: str, *, path: str) -> Campus:
    """Read a campus from the text of a topology file; `path` is for the messages.

    Raises InvalidFile with every fault of the file, each with its line.
    """
    root = open_node(text, path=path).expect(_KNOWN, _REQUIRED)
    places = read_places(root)
    campus = read_network(root, places)
    campus = read_devices(root, campus)
    root.around.page.close()
    return campus


def load_places(text: str, *, path: str) -> Places:
    """Read only the places of a file: a topology, or one that has nothing but PSAPs and buildings.

    Raises InvalidFile with every fault of the two.
    """
    root = open_node(text, path=path)
    whole = set(dict(root.entries()))
    places = read_places(root.expect(whole | {"psaps", "buildings"}, ("psaps", "buildings")))
    root.around.page.close()
    return places
