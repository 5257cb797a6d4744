"""What may be sent to a device: commands that show, and the few that make a session readable. Nothing else leaves us.

The list is asked for every line that is written, whoever wrote it: also for what netmiko sends on its own to stop
paging. A command that would change a device is an error of ours and ends the session before it is sent.
"""

from __future__ import annotations

import re

from wiremap_lab.errors import InvalidValue

#: What a pipe may lead to; ``| redirect``, ``| tee`` and ``| append`` would write files.
_PIPES = r"(?: ?\| ?(?:json|xml|display json|display xml|no-more|(?:include|exclude|begin|match|count) [\w .:/-]+))?"

_COMMANDS = re.compile(
    "|".join(
        (
            rf"(?:show|display)(?: [\w.:/,-]+)+{_PIPES}",
            r"/[a-z][a-z /-]* print(?: (?:terse|detail|brief|without-paging))*",
            r"lldpcli(?: -f (?:json0?|keyvalue))? show [a-z -]+",
            r"ip(?: -[a-z0-9]+)* (?:link|neigh|addr|route) show",
            r"bridge(?: -[a-z0-9]+)* (?:fdb|link|vlan) show",
        )
    )
)
#: What netmiko sends before the first question: wide lines, no paging, no completion. It ends with the session.
_PREPARATION = frozenset(
    {
        "cli",
        "config paging disable",
        "disable cli prompting",
        "disable clipaging",
        "no page",
        "no paging",
        "screen-length 0 temporary",
        "screen-length disable",
        "set cli complete-on-space off",
        "set cli screen-length 0",
        "set cli screen-width 511",
        "skip-page-display",
        "terminal length 0",
        "terminal pager 0",
        "terminal width 511",
        "terminal width 512",
    }
)
#: To turn a page, to decline, to interrupt.
_KEYS = frozenset({"", " ", "n", "\x03"})
#: Privileged mode, for those whose profile has a password for it.
ENABLE = frozenset({"enable", "en"})


def check(written: str, *, enable: bool) -> None:
    r"""Raise InvalidValue for anything but what shows; `enable` says whether privileged mode may be asked for.

    >>> check("show mac address-table\n", enable=False)
    >>> check("configure terminal\n", enable=True)
    Traceback (most recent call last):
    ...
    wiremap_lab.errors.InvalidValue: not sent, for it is no command that only shows: 'configure terminal'
    """
    for line in re.split(r"[\r\n]+", written):
        if not (line in _KEYS or line in _PREPARATION or (enable and line in ENABLE) or is_read_only(line)):
            raise InvalidValue(f"not sent, for it is no command that only shows: {line!r}")


def is_read_only(command: str) -> bool:
    """Whether a command can do no more than show.

    >>> [is_read_only(line) for line in ("show version", "show run | redirect tftp://x", "ip -j neigh show; reboot")]
    [True, False, False]
    """
    return _COMMANDS.fullmatch(command) is not None
