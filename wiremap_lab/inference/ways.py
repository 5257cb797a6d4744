"""By which ports of one device another is reached, as far as that is known or follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from wiremap_lab.inference.ports import Port

#: Devices whose surroundings are kept: in a large network those of one are most of it.
_MOST_REMEMBERED = 512
_NOWHERE: frozenset[Port] = frozenset()


class Ways:
    """What lies beyond the ports that are known to lead somewhere.

    If a port leads to a second device, and that one knows its way back and reaches a third by
    another port, the first port leads to the third as well. It is worked out for one device at a
    time, when asked for: of most devices nobody asks.
    """

    def __init__(self, leads_to: Iterable[tuple[Port, frozenset[str]]]) -> None:
        self._ends: dict[str, dict[Port, frozenset[str]]] = defaultdict(dict)
        self._back: dict[str, dict[str, set[Port]]] = defaultdict(lambda: defaultdict(set))
        for port, devices in leads_to:
            if devices:
                self._ends[port.device][port] = devices
                for device in devices:
                    self._back[port.device][device].add(port)
        self.of = lru_cache(maxsize=_MOST_REMEMBERED)(self._of)

    def toward(self, here: str, there: str) -> frozenset[Port]:
        """The ports of one device by which another is reached; none where that is not known."""
        return self.of(here).get(there, _NOWHERE)

    def _of(self, here: str) -> Mapping[str, frozenset[Port]]:
        """All devices that are known to be beyond a port of this one, and beyond which."""
        found: dict[str, set[Port]] = defaultdict(set)
        for port, devices in self._ends.get(here, {}).items():
            for device in self._beyond(here, devices):
                found[device].add(port)
        return {device: frozenset(ports) for device, ports in found.items()}

    def devices(self) -> Iterator[str]:
        """The devices that know the way to any other."""
        return iter(self._ends)

    def _beyond(self, here: str, devices: Iterable[str]) -> set[str]:
        """All devices on the far side of a port, given those known to be there."""
        found = {here, *devices}
        border = [(here, device) for device in devices if device != here]
        while border:
            before, device = border.pop()
            back = self._back.get(device, {}).get(before)
            for port, ends in self._ends[device].items() if back else ():
                if back is not None and port not in back and (new := ends - found):
                    found |= new
                    border += [(device, end) for end in new]
        return found - {here}
