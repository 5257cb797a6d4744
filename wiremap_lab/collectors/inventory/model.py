"""What an inventory is, whatever it was written in: devices, and the ways to be let in by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wiremap_lab.collectors.secrets import Secret
from wiremap_lab.errors import Fault

SNMP_PORT = 161
SSH_PORT = 22


@dataclass(frozen=True, slots=True)
class SnmpProfile:
    """A way in by SNMP: a community (version 1, 2c), or a user with keys (version 3, RFC 3414).

    `auth` and `priv` are a protocol and a password; priv needs auth.
    """

    name: str
    version: str
    community: Secret | None = None
    user: str = ""
    auth: tuple[str, Secret] | None = None
    priv: tuple[str, Secret] | None = None


@dataclass(frozen=True, slots=True)
class SshProfile:
    """A way in by SSH: a user with a password, a key file, or both; `enable` is what privileged mode asks for.

    Without a password or a key file, the keys of the user's agent are tried. `legacy` allows the algorithms
    of old switches, SHA-1 among them.
    """

    name: str
    user: str
    password: Secret | None = None
    key_file: str = ""
    passphrase: Secret | None = None
    enable: Secret | None = None
    port: int = SSH_PORT
    legacy: bool = False


@dataclass(frozen=True, slots=True)
class HttpsProfile:
    """A way into a controller: a token, or a user with a password. `ca_file` has who signed its certificate."""

    name: str
    token: Secret | None = None
    user: str = ""
    password: Secret | None = None
    ca_file: str = ""


Profile = SnmpProfile | SshProfile | HttpsProfile


@dataclass(frozen=True, slots=True)
class Host:
    """A device to read. `profiles` are the names of the ways in, to be tried in order.

    `port` is that of its SNMP agent; `ssh_port` wins over the one of an SSH profile. `platform` is a
    name of `platforms.PLATFORMS`, or empty where none is known; of a controller it is its vendor, and `host`
    may be a URL.
    """

    name: str
    host: str
    port: int = SNMP_PORT
    profiles: tuple[str, ...] = ()
    platform: str = ""
    site: str = ""
    role: str = ""
    tags: tuple[str, ...] = ()
    ssh_port: int | None = None


@dataclass(frozen=True, slots=True)
class Inventory:
    """The devices to read, and the profiles they name. `warnings` are what is unwise, but works."""

    hosts: tuple[Host, ...]
    profiles: Mapping[str, Profile]
    warnings: tuple[Fault, ...] = ()

    def snmp_profiles(self, host: Host) -> tuple[SnmpProfile, ...]:
        """The ways into a host by SNMP, in the order to try them."""
        named = (self.profiles[name] for name in host.profiles)
        return tuple(profile for profile in named if isinstance(profile, SnmpProfile))

    def ssh_profiles(self, host: Host) -> tuple[SshProfile, ...]:
        """The ways into a host by SSH, in the order to try them."""
        named = (self.profiles[name] for name in host.profiles)
        return tuple(profile for profile in named if isinstance(profile, SshProfile))

    def https_profiles(self, host: Host) -> tuple[HttpsProfile, ...]:
        """The ways into a controller, in the order to try them; none for what is no controller."""
        named = (self.profiles[name] for name in host.profiles)
        return tuple(profile for profile in named if isinstance(profile, HttpsProfile))
