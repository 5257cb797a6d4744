"""An inventory while it is read: what each source says, and how several of them become one.

Every format comes down to the same: hosts whose fields have the names that our own file gives them,
and logins. What is wrong is blamed where it stands, whatever the file is written in. What a later
source says of a host wins, and the defaults of one hold for the hosts of all.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from wiremap_lab.collectors.inventory.model import SNMP_PORT, Host, HttpsProfile, Inventory, Profile, SshProfile
from wiremap_lab.collectors.inventory.platforms import CONTROLLERS, PLATFORMS, canonical
from wiremap_lab.collectors.secrets import Secret
from wiremap_lab.document import Item, Page
from wiremap_lab.errors import Fault, InvalidFile

#: What a source may say of a host, and of the login of SSH.
FIELDS = ("host", "port", "ssh_port", "profiles", "platform", "site", "role", "tags")
LOGIN = ("user", "password", "key_file", "passphrase", "enable")


@dataclass(frozen=True, slots=True)
class Entry:
    """A host as a source has it: where, its fields, and how to log in to it, if the source says."""

    item: Item
    fields: Mapping[str, Item]
    login: Mapping[str, Item] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    #: What stands for fields that are not spelled in the source.
    also: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Draft:
    """What one source says. `own` is whether it is written in our words, and held to our vocabulary."""

    name: str
    pages: list[Page] = field(default_factory=list)
    own: bool = False
    entries: dict[str, Entry] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)
    defaults: Mapping[str, Item] = field(default_factory=dict)
    warnings: list[Fault] = field(default_factory=list)

    def add(self, name: str, entry: Entry) -> None:
        """Take a host in; a second of its name is blamed."""
        if name in self.entries:
            entry.item.blame(f"host {name!r} is there twice", "rename one or take it out")
        else:
            self.entries[name] = entry

    def warn(self, item: Item, what: str, remedy: str = "") -> None:
        """Note something that is unwise or left out, and keeps nobody from going on."""
        self.warnings.append(item.fault(what, remedy))


def secret_of(item: Item | None, warnings: list[Fault]) -> Secret | None:
    """A secret by its source; one that stands in the file is warned of."""
    text = item.text() if item else None
    if item is None or text is None:
        return None
    secret = Secret.parse(text)
    if secret.is_literal:
        remedy = "env:NAME, keyring:SERVICE/USER, cmd:COMMAND, file:/PATH or ask keep it out"
        warnings.append(item.fault("a secret stands in the file", remedy))
    return secret


def text_of(item: Item | None) -> str:
    """A text; empty where there is none."""
    return (item.text() if item else None) or ""


def texts_of(item: Item | None) -> tuple[str, ...]:
    """One text, or a list of them."""
    if item is None:
        return ()
    return tuple(filter(None, (each.text() for each in (item.items() if item.is_list() else [item]))))


def port_of(item: Item | None) -> int | None:
    """A port number."""
    return item.integer(1, 65535) if item else None


def joined(drafts: Sequence[Draft]) -> Inventory:
    """The inventory that sources come to together.

    Raises InvalidFile with every fault of every source: no host, hosts without a way in, profiles
    nobody defined or two sources define differently.
    """
    union = _Union(drafts)
    hosts = tuple(union.host(name) for name in dict.fromkeys(name for draft in drafts for name in draft.entries))
    if not hosts and not union.faults():
        where = ", ".join(draft.name for draft in drafts)
        union.lost.append(Fault(where, None, "", "no host is named", "name one, or a filter that leaves some"))
    if faults := union.faults():
        raise InvalidFile(faults)
    warnings = dict.fromkeys(warning for draft in drafts for warning in draft.warnings)
    return Inventory(hosts, union.profiles, (*warnings, *_asked_twice(drafts, hosts)))


def _asked_twice(drafts: Sequence[Draft], hosts: Iterable[Host]) -> Iterator[Fault]:
    """What is asked in the same way at the same address under two names."""
    asked: dict[Host, Host] = {}
    items = {name: entry.item for draft in drafts for name, entry in draft.entries.items()}
    for host in hosts:
        way = Host("", host.host, host.port, host.profiles, ssh_port=host.ssh_port)
        first = asked.setdefault(way, host)
        if first is not host:
            what = f"{host.name!r} has the address of {first.name!r}, and is asked twice"
            yield items[host.name].fault(what, "take one of them out")


class _Union:
    """Sources together, while hosts are made of them."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self.drafts = drafts
        self.lost: list[Fault] = []
        self.profiles: dict[str, Profile] = {}
        self.defaults: dict[str, Item] = {}
        self._logins: dict[SshProfile, str] = {}
        for draft in drafts:
            self.defaults |= draft.defaults
            for name, profile in draft.profiles.items():
                if self.profiles.setdefault(name, profile) != profile:
                    what = "another source defines it otherwise"
                    self.lost.append(Fault(draft.name, None, f"profiles.{name}", what, "rename one"))

    def faults(self) -> dict[Fault, None]:
        """Everything found wrong so far, each once."""
        found = (fault for draft in self.drafts for page in draft.pages for fault in page.faults)
        return dict.fromkeys([*found, *self.lost])

    def host(self, name: str) -> Host:
        """A host, as all sources together have it."""
        said = [(draft, draft.entries[name]) for draft in self.drafts if name in draft.entries]
        draft, entry = said[-1]
        fields = {**self.defaults, **{key: item for _, each in said for key, item in each.fields.items()}}
        login = {key: item for _, each in said for key, item in each.login.items()}
        also = {key: text for _, each in said for key, text in each.also.items()}
        named = dict.fromkeys([*self._named(entry, fields), *self._login(draft, login)])
        if not named:
            entry.item.blame("no profile says how to be let in", "add profiles here, or defaults with profiles")
        platform = self._platform(fields.get("platform"))
        self._check_controller(entry, named, platform)
        return Host(
            name,
            text_of(fields.get("host")) or also.get("host", name),
            port_of(fields.get("port")) or SNMP_PORT,
            tuple(named),
            platform=platform,
            site=text_of(fields.get("site")) or also.get("site", ""),
            role=text_of(fields.get("role")) or also.get("role", ""),
            tags=tuple(dict.fromkeys([*texts_of(fields.get("tags")), *(tag for _, each in said for tag in each.tags)])),
            ssh_port=port_of(fields.get("ssh_port")),
        )

    def _named(self, entry: Entry, fields: Mapping[str, Item]) -> tuple[str, ...]:
        named = texts_of(fields.get("profiles"))
        for profile in named:
            if profile not in self.profiles:
                (fields.get("profiles") or entry.item).blame(
                    f"unknown profile {profile!r}", "add it under profiles or correct it"
                )
        return named

    def _check_controller(self, entry: Entry, named: Iterable[str], platform: str) -> None:
        """Who is entered by HTTPS is a controller of a vendor we know, and has no other transport."""
        kinds = {type(self.profiles[name]) for name in named if name in self.profiles}
        if HttpsProfile not in kinds:
            return
        if platform not in CONTROLLERS:
            known = ", ".join(sorted(CONTROLLERS))
            entry.item.blame("a controller whose vendor is not told", f"platform says which, one of {known}")
        if len(kinds) > 1:
            entry.item.blame(
                "a controller is read by HTTPS, and what is read by SNMP or SSH too is another host",
                "make two hosts of it",
            )

    def _login(self, draft: Draft, login: Mapping[str, Item]) -> tuple[str, ...]:
        """The profile of a login: one for all hosts that share it."""
        if "user" not in login:
            return ()
        warnings: list[Fault] = []
        profile = SshProfile(
            "",
            text_of(login["user"]),
            password=secret_of(login.get("password"), warnings),
            key_file=text_of(login.get("key_file")),
            passphrase=secret_of(login.get("passphrase"), warnings),
            enable=secret_of(login.get("enable"), warnings),
        )
        if profile not in self._logins:
            draft.warnings += warnings
            name = self._free(f"{profile.user}@{Path(draft.name).name}")
            self._logins[profile] = name
            self.profiles[name] = replace(profile, name=name)
        return (self._logins[profile],)

    def _free(self, name: str) -> str:
        numbered = (f"{name}#{number}" for number in range(2, len(self.profiles) + 3))
        return next(each for each in (name, *numbered) if each not in self.profiles)

    def _platform(self, item: Item | None) -> str:
        """The platform in our vocabulary. A file of ours is held to it; what another tool says may be its own."""
        told = text_of(item)
        name = canonical(told)
        if item and told and not name:
            near = difflib.get_close_matches(told, PLATFORMS, 1)
            remedy = f"{near[0]!r}?" if near else "it is one of netmiko's device types"
            draft = next(draft for draft in self.drafts if any(page is item.page for page in draft.pages))
            if draft.own:
                item.blame(f"unknown platform {told!r}", remedy)
            else:
                draft.warn(item, f"unknown platform {told!r}: the host has none", remedy)
        return name
