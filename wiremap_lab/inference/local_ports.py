"""Say which interface a neighbor was heard on, and which one a bridge port is; or that it is not known.

lldpRemLocalPortNum is a number without a certain meaning: an ifIndex on one switch, a bridge port on
the next, and sometimes a number of its own that is by chance a valid, wrong ifIndex (quirk 1). A wrong
answer sends help to another room, so nothing is taken for granted: each reading of the numbers is a
hypothesis about the whole device, and what the device says of its ports in words (lldpLocPortId and
lldpLocPortDesc against ifName, ifDescr, ifAlias and ifPhysAddress) is the evidence that decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from wiremap_lab.inference.bridge_ports import place_bridge_ports
from wiremap_lab.inference.port_names import Interfaces, is_number
from wiremap_lab.tables import DeviceTables, Finding, LldpLocalPort, LldpNeighbor

#: How many ports must show the same distance between number and ifIndex before it is believed (quirk 8).
_PROOFS_OF_AN_OFFSET = 3
#: One port may agree by chance: then every neighbor must be on a port with a link too.
_PROOFS_OF_A_READING = 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """The interface a port number means, or None, and why."""

    if_index: int | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A reading of lldpRemLocalPortNum, for the whole device."""

    name: str
    read: Callable[[int], int | None]
    #: Whether it may be believed without a word that speaks for it.
    natural: bool = True


def resolve_local_ports(tables: DeviceTables) -> DeviceTables:
    """Fill in the interfaces of LLDP and CDP neighbors and of the forwarding database, where they are certain."""
    interfaces = Interfaces(tables.interfaces)
    judge = _Judge(tables, interfaces)
    neighbors = tuple(judge.placed(neighbor) for neighbor in tables.lldp_neighbors)
    unresolved = sum(neighbor.local_if_index is None for neighbor in neighbors)
    fdb, odd_fdb = place_bridge_ports(replace(tables, lldp_neighbors=neighbors), interfaces, judge.told)
    findings = [*judge.findings, *odd_fdb]
    if unresolved:
        findings.append(Finding("lldp_neighbors", "local port unresolved", quirk=1, count=unresolved))
    cdp = tuple(replace(each, local_port=interfaces.label(each.local_if_index)) for each in tables.cdp_neighbors)
    return replace(tables, lldp_neighbors=neighbors, cdp_neighbors=cdp, fdb=fdb, findings=(*tables.findings, *findings))


def local_port_interfaces(tables: DeviceTables) -> dict[int, int]:
    """The ifIndex of each row of lldpLocPortTable, by its number, where that is certain."""
    judge = _Judge(tables, Interfaces(tables.interfaces))
    known = {n.local_port_num: n.local_if_index for n in tables.lldp_neighbors}
    verdicts = {port.port_num: judge.verdict(port.port_num).if_index for port in judge.ports}
    found = {number: known.get(number) or if_index for number, if_index in verdicts.items()}
    return {number: if_index for number, if_index in found.items() if if_index is not None}


class _Judge:
    """The evidence of one device, weighed once for all its ports."""

    def __init__(self, tables: DeviceTables, interfaces: Interfaces) -> None:
        self._interfaces = interfaces
        self._ports = {port.port_num: port for port in (tables.lldp_local.ports if tables.lldp_local else ())}
        self._used = sorted({n.local_port_num for n in tables.lldp_neighbors if n.local_port_num is not None})
        self._words = {number: interfaces.named_by(port) for number, port in self._ports.items()}
        self.told = {number: word.if_index for number, word in self._words.items() if word.if_index is not None}
        strong = {number: if_index for number, if_index in self.told.items() if not self._words[number].weak}
        self._witnesses = strong or self.told
        self.findings: list[Finding] = []
        self._accepted = self._accept([*self._hypotheses(dict(tables.base_ports))])

    def _hypotheses(self, base_ports: Mapping[int, int]) -> Iterator[Hypothesis]:
        known = self._interfaces
        yield Hypothesis("ifIndex", lambda number: number if number in known else None)
        if base_ports:
            yield Hypothesis("bridge port", base_ports.get)
        digits = {number: port.port_id.text for number, port in self._ports.items() if is_number(port.port_id.text)}
        if digits:
            yield Hypothesis("ifIndex in lldpLocPortId", lambda n: _known(digits.get(n), known), natural=False)
            yield Hypothesis(
                "bridge port in lldpLocPortId", lambda n: base_ports.get(int(digits.get(n, -1))), natural=False
            )
        offsets = {if_index - number for number, if_index in self._witnesses.items()}
        if len(offsets) == 1 and len(self._witnesses) >= _PROOFS_OF_AN_OFFSET and offsets != {0}:
            offset = offsets.pop()
            yield Hypothesis(
                f"ifIndex - {offset}", lambda n: n + offset if n + offset in known else None, natural=False
            )

    def _accept(self, hypotheses: list[Hypothesis]) -> list[tuple[Hypothesis, str]]:
        """The hypotheses that explain every port the device names in words; where it names none, the possible ones."""
        if not self._witnesses:
            return self._accept_without_words([hypothesis for hypothesis in hypotheses if hypothesis.natural])
        accepted = []
        for hypothesis in hypotheses:
            right = sum(hypothesis.read(number) == told for number, told in self._witnesses.items())
            sure = right >= _PROOFS_OF_A_READING or self._is_possible(hypothesis)
            if right == len(self._witnesses) and sure:
                accepted.append((hypothesis, f"{right} of {right} named ports agree"))
        if not accepted:
            self.findings.append(Finding("lldp_neighbors", "port numbers are neither ifIndex nor bridge port", quirk=1))
        return accepted

    def _accept_without_words(self, natural: list[Hypothesis]) -> list[tuple[Hypothesis, str]]:
        """Readings that say the same of every port; else those by which every neighbor is on a port with a link."""
        readings = {tuple(map(hypothesis.read, self._used)) for hypothesis in natural}
        if len(natural) > 1 and len(readings) == 1 and None not in next(iter(readings)):
            return [(hypothesis, "all readings say the same") for hypothesis in natural]
        possible = [hypothesis for hypothesis in natural if self._is_possible(hypothesis)]
        return [(hypothesis, "the port has a link; no port has a name") for hypothesis in possible]

    def _is_possible(self, hypothesis: Hypothesis) -> bool:
        """Whether every port with a neighbor is then a port that can have one: of a kind with links, and up."""
        return all(self._interfaces.can_have_neighbor(hypothesis.read(number)) for number in self._used)

    def placed(self, neighbor: LldpNeighbor) -> LldpNeighbor:
        """The neighbor with its local interface, or with the reason why that is not known."""
        if neighbor.local_if_index is not None:
            return replace(neighbor, local_port=self._interfaces.label(neighbor.local_if_index))
        verdict = self.verdict(neighbor.local_port_num)
        return replace(
            neighbor,
            local_if_index=verdict.if_index,
            local_port=self._interfaces.label(verdict.if_index),
            local_evidence=verdict.evidence,
        )

    @property
    def ports(self) -> tuple[LldpLocalPort, ...]:
        """The ports the device advertises."""
        return tuple(self._ports.values())

    def verdict(self, number: int | None) -> Verdict:
        """The interface a port number means."""
        if number is None:
            return Verdict(None, "unresolved: the row has no port number")
        readings = {hypothesis.name: hypothesis.read(number) for hypothesis, _ in self._accepted}
        found = {if_index for if_index in readings.values() if if_index is not None}
        word = self._words.get(number)
        if word is not None and word.if_index is not None:
            if word.weak and found and word.if_index not in found:
                return Verdict(None, f"unresolved: {word.evidence}, but as {_listed(readings)}")
            return Verdict(word.if_index, word.evidence)
        if word is not None and word.candidates:
            found &= word.candidates
        if len(found) == 1:
            why = "; ".join(f"{hypothesis.name}: {why}" for hypothesis, why in self._accepted)
            return Verdict(found.pop(), f"port number {number} read as {why}")
        if not found:
            return Verdict(None, f"unresolved: no reading of port number {number} is proven")
        return Verdict(None, f"unresolved: port number {number} could be {_listed(readings)}")


def _listed(readings: Mapping[str, int | None]) -> str:
    return ", ".join(f"{name} → {if_index}" for name, if_index in readings.items())


def _known(digits: str | None, known: Interfaces) -> int | None:
    return int(digits) if digits is not None and int(digits) in known else None
