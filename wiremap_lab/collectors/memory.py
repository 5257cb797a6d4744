"""What worked when a device was read last, so that the next run begins with it: a hint, never a fact to rely on.

It is one JSON file, and may be deleted at any time: what that costs is tries. It names profiles and
holds no secret.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

_log = logging.getLogger(__name__)
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class DeviceMemory:
    """What worked on one device, by its name in the inventory; what is empty or None is not known.

    `profiles` were let in, one for each transport at most. `max_repetitions` is the most varbinds a
    reply brought, `timeout` the seconds that were long enough for one, `contexts` the VLANs that
    answered in a context of their own.
    """

    name: str
    profiles: tuple[str, ...] = ()
    max_repetitions: int | None = None
    timeout: float | None = None
    contexts: tuple[str, ...] = ()

    def first(self, profiles: Iterable[str]) -> tuple[str, ...]:
        """The names of profiles in the order to try them: the ones that were let in before the others.

        >>> DeviceMemory("sw1", profiles=("old",)).first(["new", "old", "older"])
        ('old', 'new', 'older')
        """
        return tuple(sorted(profiles, key=lambda name: name not in self.profiles))


class Memory:
    """What is remembered of devices while they are read, and what is learned meanwhile."""

    def __init__(self, known: Mapping[str, DeviceMemory] | None = None) -> None:
        self._known = dict(known or {})
        self.learned: dict[str, DeviceMemory] = {}

    def of(self, name: str) -> DeviceMemory:
        """What is known of a device, which may be nothing."""
        return self.learned.get(name) or self._known.get(name) or DeviceMemory(name)

    def learn(self, device: DeviceMemory) -> None:
        """Take in what is known of a device now, in place of what was."""
        self.learned[device.name] = device

    def learn_all(self, devices: Mapping[str, DeviceMemory]) -> None:
        """Take in what another memory learned."""
        self.learned.update(devices)

    def let_in(self, name: str, profile: str, *, among: Iterable[str]) -> None:
        """Take in which profile a device let in, of those of one transport."""
        known = self.of(name)
        others = (other for other in known.profiles if other not in among)
        self.learn(replace(known, profiles=(profile, *others)))


def load_memory(path: Path) -> dict[str, DeviceMemory]:
    """What is remembered, by device. A file that is not there or makes no sense is no memory, and is logged."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return {name: _device(name, told) for name, told in document["devices"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        _log.warning("%s is not what is remembered of devices, and is not used: %r", path, fault)
        return {}


def save_memory(path: Path, learned: Mapping[str, DeviceMemory]) -> None:
    """Keep what was learned beside what is remembered of other devices; the old file or the new one is there, whole."""
    if not learned:
        return
    devices = {**load_memory(path), **learned}
    told = {name: _told(devices[name]) for name in sorted(devices)}
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(json.dumps({"schema_version": SCHEMA_VERSION, "devices": told}, indent=1) + "\n")
        unfinished.replace(path)
    except OSError as fault:
        _log.warning("what worked is not remembered: %s: %s", path, fault.strerror)
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _told(device: DeviceMemory) -> dict[str, object]:
    return {key: value for key, value in asdict(device).items() if key != "name" and value not in (None, ())}


def _device(name: str, told: Mapping[str, object]) -> DeviceMemory:
    """One device of the file; keys of a later version are passed over. Raises ValueError or TypeError."""
    known = {key: told[key] for key in (each.name for each in fields(DeviceMemory)) if key in told}
    repetitions, timeout = known.get("max_repetitions"), known.get("timeout")
    return DeviceMemory(
        name,
        profiles=_texts(known.get("profiles")),
        max_repetitions=None if repetitions is None else int(str(repetitions)),
        timeout=None if timeout is None else float(str(timeout)),
        contexts=_texts(known.get("contexts")),
    )


def _texts(told: object) -> tuple[str, ...]:
    return tuple(str(each) for each in told) if isinstance(told, list) else ()
