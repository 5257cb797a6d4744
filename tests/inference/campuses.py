"""Campuses made by rule, with what is wrong with them, and what a method makes of their tables, held against the truth.

A device counts as attached where its frames come in by a wired switch port: on a jack, behind a phone, an
unmanaged switch or the host of virtual machines; clients of access points do not. It is *in evidence* where, at the
moment of reading, the switch it is on has its MAC in the forwarding database or hears it on that port.
The right port is that switch's port; for a host on a pair of switches, the one or the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

import numpy

from tests.simulator.campuses import NOON
from wiremap_lab.ids import Mac
from wiremap_lab.inference.edge_ports import Attachment, attach
from wiremap_lab.inference.local_ports import resolve_local_ports
from wiremap_lab.inference.ports import Port
from wiremap_lab.lab.agent import Mib
from wiremap_lab.lab.mib import boxes, cells, contexts
from wiremap_lab.readers.mibs.device import read_device
from wiremap_lab.simulator import faults
from wiremap_lab.simulator.campus import Campus, load_campus
from wiremap_lab.simulator.forwarding import forwarding_database, heard_devices, ports_of
from wiremap_lab.simulator.generate import generate
from wiremap_lab.simulator.parts import OnBss
from wiremap_lab.simulator.state import State, initial_state, random_moves
from wiremap_lab.snmp.recording import Recording
from wiremap_lab.tables import DeviceTables

#: A place: the name of a switch and an ifIndex; the aggregate where the port is in one.
Place = tuple[str, int | None]
#: Tables of a network → for each MAC the places a method says it is at.
Method = Callable[[Sequence[DeviceTables]], Mapping[Mac, frozenset[Place]]]


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares of what is wrong; `moved` is the share of devices that moved half a minute ago."""

    lldp_off: float = 0.30
    unmanaged: float = 0.02
    silent: float = 0.02
    out_of_band: float = 0.0
    moved: float = 0.0


#: What issue 3 lists. MLAG pairs, stacks, phones with PCs and odd agents are in the campuses themselves.
LISTED = Faults()
#: And worse: no switch ever sees the MAC of another, and one device in a hundred has just moved.
HARSH = Faults(lldp_off=0.5, out_of_band=1.0, moved=0.01)


@dataclass(frozen=True, slots=True)
class Judged:
    """How many devices a method put where, of those in evidence and of all that are attached."""

    attached: int
    in_evidence: int
    right: int
    wrong: int
    on_uplink: int
    untold: int
    mistakes: tuple[str, ...]

    def __add__(self, other: Judged) -> Judged:
        """Both together."""
        mine, others = astuple(self), astuple(other)
        return Judged(*(one + another for one, another in zip(mine, others, strict=True)))

    @property
    def share(self) -> float:
        """The share of devices in evidence that are on their right port."""
        return self.right / self.in_evidence

    @property
    def share_of_all(self) -> float:
        """The share of all attached devices, silent ones too."""
        return self.right / self.attached


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A campus with its faults at one moment, and what its boxes told."""

    campus: Campus
    state: State
    now: datetime
    devices: tuple[DeviceTables, ...]


def snapshot(name: str, seed: int, wrong: Faults = LISTED) -> Snapshot:
    """A campus made, broken, and read by the ordinary readers."""
    campus = broken(load_campus(generate(name, rng=numpy.random.default_rng(seed)), path=name), seed, wrong)
    state, now = initial_state(campus, NOON), NOON + timedelta(seconds=30)
    count = round(wrong.moved * len(campus.devices))
    state, _ = random_moves(campus, state, count, at=NOON, rng=numpy.random.default_rng([seed, 9]))
    return Snapshot(campus, state, now, tuple(read(campus, state, box, now) for box in boxes(campus)))


def broken(campus: Campus, seed: int, wrong: Faults) -> Campus:
    """Each fault draws from a stream of its own: more of one leaves the others as they were."""
    campus = faults.unmanaged_switches(campus, wrong.unmanaged, rng=numpy.random.default_rng([seed, 1]))
    campus = faults.silent_devices(campus, wrong.silent, rng=numpy.random.default_rng([seed, 2]))
    campus = faults.lldp_off(campus, wrong.lldp_off, rng=numpy.random.default_rng([seed, 3]))
    return faults.out_of_band(campus, wrong.out_of_band, rng=numpy.random.default_rng([seed, 4]))


def read(campus: Campus, state: State, box: str, now: datetime) -> DeviceTables:
    """What a box tells over SNMP, read as a recording of it would be."""
    walks = {name: _recording(campus, state, box, name, now).walk for name in ("", *contexts(campus, box))}
    own = walks.pop("")
    return resolve_local_ports(read_device(box, own, contexts=walks))


def _recording(campus: Campus, state: State, box: str, context: str, now: datetime) -> Recording:
    return Recording("", tuple(Mib(cells(campus, state, box, context, now=now)).rows()))


def ours(devices: Sequence[DeviceTables]) -> Mapping[Mac, frozenset[Place]]:
    """What `attach` says."""
    return {
        answer.mac: frozenset(_place(port) for port in (answer.port, *answer.also_at))
        for answer in attach(devices)
        if isinstance(answer, Attachment)
    }


def _place(port: Port) -> Place:
    return port.device, port.if_index


def judge(seen: Snapshot, answers: Mapping[Mac, frozenset[Place]]) -> Judged:
    """Hold a method's answers against where the devices are."""
    campus, evident = seen.campus, in_evidence(seen)
    uplinks = {_place_of(campus, key) for link in campus.links for key in (*link.near, *link.far)}
    found = {"right": 0, "wrong": 0, "on_uplink": 0, "untold": 0, "silent": 0}
    mistakes = []
    for id_, there in seen.state.current.items():
        if there.port is None or isinstance(there.point, OnBss):
            continue
        said = answers.get(campus.devices[id_].mac, frozenset())
        true = {_place_of(campus, key) for key in ports_of(campus, there)}
        verdict = "right" if said & true else "on_uplink" if said & uplinks else "wrong" if said else "untold"
        verdict = "silent" if id_ not in evident and verdict == "untold" else verdict
        found[verdict] += 1
        if verdict not in ("right", "silent"):
            mistakes.append(f"{id_} {campus.devices[id_].mac} is at {sorted(true)}, {verdict}: {sorted(said)}")
    silent = found.pop("silent")
    return Judged(sum(found.values()) + silent, sum(found.values()), **found, mistakes=tuple(mistakes))


def in_evidence(seen: Snapshot) -> frozenset[str]:
    """The devices that the switch they are on tells of."""
    campus, state = seen.campus, seen.state
    found = {
        there.device
        for port, there in heard_devices(campus, state, now=seen.now)
        if there.until is None and _announces(campus, there.device, port.switch)
    }
    for switch in campus.switches.values():
        own = {there.device for there in state.current.values() if _is_on(campus, there.port, switch.name)}
        found |= own & {entry.device for entry in forwarding_database(campus, state, switch.name, now=seen.now)}
    return frozenset(found)


def _announces(campus: Campus, device: str, switch: str) -> bool:
    kind = campus.devices[device].kind
    return kind.speaks_lldp or (kind.speaks_cdp and campus.switches[switch].model.speaks_cdp)


def _is_on(campus: Campus, port: str | None, switch: str) -> bool:
    return port is not None and campus.ports[port].switch == switch


def _place_of(campus: Campus, key: str) -> Place:
    return campus.ports[key].switch, campus.bridge_port[key].if_index
