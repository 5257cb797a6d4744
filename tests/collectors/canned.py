"""An SNMP engine whose agents are recordings, each behind its community or user, and a context where it has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from wiremap_lab.errors import Unreachable
from wiremap_lab.snmp.engine import Batches, CommunityCredentials, Target
from wiremap_lab.snmp.recording import Recording
from wiremap_lab.snmp.walker import Ended, Walked
from wiremap_lab.tables import Oid, Row

OCTETS, INTEGER = 4, 2
SYS_NAME = (1, 3, 6, 1, 2, 1, 1, 5, 0)
DOT1D_TP_FDB_PORT = (1, 3, 6, 1, 2, 1, 17, 4, 3, 1, 2)
DOT1D_BASE_PORT_IF_INDEX = (1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2)
VTP_VLAN_STATE = (1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 3, 1, 1, 2, 1)


def agent(name: str, *rows: Row) -> Recording:
    return Recording(name, sorted([(SYS_NAME, OCTETS, name.encode()), *rows]))


@dataclass
class CannedEngine:
    """`agents` are recordings by host and what lets one in: a community or the name of a user."""

    agents: Mapping[tuple[str, str], Recording]
    broken: frozenset[Oid] = frozenset()
    asked: list[Target] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    async def walk(self, target: Target, roots: Sequence[Oid]) -> list[Walked]:
        self.asked.append(target)
        agent = self._agent(target)
        return [self._walked(agent, root) for root in roots]

    def _walked(self, agent: Recording, root: Oid) -> Walked:
        if root in self.broken:
            return Walked(root, [], Ended.TIMEOUT, "3 requests and no answer")
        return Walked(root, list(agent.walk(root)), Ended.COMPLETE)

    def _agent(self, target: Target) -> Recording:
        credentials = target.credentials
        key = credentials.community.decode() if isinstance(credentials, CommunityCredentials) else credentials.user.name
        agent = self.agents.get((target.host, key))
        if agent and target.context:
            agent = agent.contexts.get(target.context)
        if agent is None:
            raise Unreachable("4 requests and no answer")
        return agent

    async def get(self, target: Target, oids: Sequence[Oid]) -> list[Row]:
        return [row for oid in oids for row in self._agent(target).walk(oid)]

    def walk_batches(self, target: Target, roots: Sequence[Oid]) -> Batches:
        raise NotImplementedError
