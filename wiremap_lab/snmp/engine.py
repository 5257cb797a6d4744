"""What every SNMP engine is: it reads targets, and can be exchanged for another without a row changing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from wiremap_lab.snmp.codec import Community, Version
from wiremap_lab.snmp.keys import User
from wiremap_lab.snmp.walker import Walked
from wiremap_lab.tables import Oid, Row

#: v1 and v2c: the version and the community, which its repr does not show.
CommunityCredentials = Community


@dataclass(frozen=True, slots=True)
class UsmCredentials:
    """SNMPv3: a user, who brings the protocols and the keys (RFC 3414)."""

    user: User


Credentials = CommunityCredentials | UsmCredentials


@dataclass(frozen=True, slots=True)
class Target:
    """An agent and how to be let in.

    `context` is the contextName of SNMPv3; under v1 and v2c it is put behind the community and an
    at sign, which is where Cisco's agents look for it.
    """

    host: str
    port: int
    credentials: Credentials
    context: str = ""

    @property
    def version(self) -> Version:
        """The version of SNMP its credentials are for."""
        return self.credentials.version if isinstance(self.credentials, Community) else Version.V3

    def __str__(self) -> str:
        return f"{self.host} port {self.port}"


class Batches(Protocol):
    """The rows of a walk as they come, one list a PDU; `walked` tells how the walk ended, its rows left out."""

    walked: list[Walked]

    def __aiter__(self) -> AsyncIterator[list[Row]]:
        """Give what came, PDU by PDU; raise at the end what a walk would raise."""


class Engine(Protocol):
    """Reads agents. Each call raises Unreachable where nothing answers, Refused where the answer is no."""

    async def walk(self, target: Target, roots: Sequence[Oid]) -> list[Walked]:
        """Walk these subtrees, several at once, and say of each what was read and how it ended."""

    def walk_batches(self, target: Target, roots: Sequence[Oid]) -> Batches:
        """Walk them and keep nothing: the rows are given as they come."""

    async def get(self, target: Target, oids: Sequence[Oid]) -> list[Row]:
        """Read these objects; one that is not there comes with the tag of its exception."""
