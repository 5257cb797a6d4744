"""Which hosts of an inventory a limit such as ``site:hq,!role:core`` leaves."""

from __future__ import annotations

from fnmatch import fnmatchcase

from wiremap_lab.collectors.inventory.model import Host
from wiremap_lab.errors import InvalidValue

_KEYS = ("name", "platform", "site", "role", "tag")


def select(hosts: tuple[Host, ...], limit: str) -> tuple[Host, ...]:
    """The hosts that a limit such as ``site:hq,!role:core,hq-sw*`` leaves.

    Terms are separated by commas: ``key:glob`` on site, role, platform or tag, or a glob on the
    name. Terms of one key are alternatives, different keys must all hold, and ``!`` keeps hosts
    out. Raises InvalidValue for a key that does not exist, and where nothing is left.

    >>> hosts = (Host("a", "10.0.0.1", site="hq"), Host("b", "10.0.0.2", site="hq", role="core"))
    >>> [host.name for host in select(hosts, "site:hq,!role:core")]
    ['a']
    """
    wanted: dict[str, list[str]] = {}
    unwanted: dict[str, list[str]] = {}
    for term in filter(None, (term.strip() for term in limit.split(","))):
        key, colon, glob = term.removeprefix("!").partition(":")
        key, glob = (key, glob) if colon else ("name", key)
        if key not in _KEYS:
            raise InvalidValue(f"limit {limit!r}: unknown key {key!r}; known are {', '.join(_KEYS)}")
        (unwanted if term.startswith("!") else wanted).setdefault(key, []).append(glob)
    left = tuple(
        host
        for host in hosts
        if all(_fits(host, key, globs) for key, globs in wanted.items())
        and not any(_fits(host, key, globs) for key, globs in unwanted.items())
    )
    if not left:
        raise InvalidValue(f"limit {limit!r} leaves no host")
    return left


def _fits(host: Host, key: str, globs: list[str]) -> bool:
    values = host.tags if key == "tag" else (str(getattr(host, key)),)
    return any(fnmatchcase(value, glob) for value in values for glob in globs)
