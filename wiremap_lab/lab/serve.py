"""Agents of a virtual campus on loopback: one UDP socket each, one event loop for all."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial

from wiremap_lab.errors import WiremapError
from wiremap_lab.lab.agent import ONE_FRAME, Agent
from wiremap_lab.lab.virtual import Clock, VirtualCampus, scaled_clock
from wiremap_lab.simulator.parts import Campus
from wiremap_lab.snmp import usm
from wiremap_lab.snmp.keys import User

_LOG = logging.getLogger(__name__)
#: Not 161, which takes root.
DEFAULT_PORT = 10161
DEFAULT_COMMUNITY = "public"
_ENGINE_ID = bytes.fromhex("80001f8805")


class CannotServe(WiremapError):
    """The agents cannot have the addresses and ports they were to answer at."""


@dataclass(frozen=True, slots=True)
class Served:
    """A campus that answers: its agents, and the host and port of each."""

    virtual: VirtualCampus
    agents: Mapping[str, Agent]
    addresses: Mapping[str, tuple[str, int]]
    community: str = field(repr=False)

    def inventory(self, *, profile: str = "") -> str:
        """The inventory file for the collector, as YAML.

        `profile` is what it says of the way in, where that is not the community in plain text.
        """
        hosts = "".join(
            f"  {name}: {{host: {host}, port: {port}, profiles: lab}}\n"
            for name, (host, port) in self.addresses.items()
        )
        way_in = profile or f"{{version: 2c, community: {self.community}}}"
        return f"# The virtual campus {self.virtual.campus.name}.\nprofiles:\n  lab: {way_in}\nhosts:\n{hosts}"


def _engine(number: int, user: User | None) -> usm.Agent | None:
    """An SNMPv3 engine of its own for each box; its ID is net-snmp's, in octets of our choice (RFC 3411, 5)."""
    if user is None:
        return None
    return usm.Agent(_ENGINE_ID + number.to_bytes(4, "big"), [user], started=time.monotonic())


def _listen(host: str, port: int) -> socket.socket:
    """A socket with a port of its own. Raises CannotServe."""
    ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        ear.bind((host, port))
    except OSError as fault:
        ear.close()
        raise CannotServe(f"cannot answer at {host}:{port}: {fault.strerror}") from None
    ear.setblocking(False)
    return ear


def _answer_waiting(ear: socket.socket, agent: Agent) -> None:
    """Answer a datagram from where it was sent to; what finds no room on the wire is lost, as UDP has it."""
    with contextlib.suppress(BlockingIOError, ConnectionError):
        datagram, sender = ear.recvfrom(65535)
        try:
            answer = agent.answer(datagram, now=time.monotonic())
        except Exception:  # an agent that dies of one request would take the campus with it
            _LOG.exception("no answer to a datagram from %s", sender)
            return
        if answer is not None:
            ear.sendto(answer, sender)


@asynccontextmanager
async def serve(
    campus: Campus,
    *,
    port: int = DEFAULT_PORT,
    community: str = DEFAULT_COMMUNITY,
    user: User | None = None,
    clock: Clock | None = None,
    max_octets: int = ONE_FRAME,
) -> AsyncIterator[Served]:
    """Let every box of a campus answer at its loopback address until the context is left.

    Port 0 gives each agent a free one; a `user` is let in by SNMPv3. Raises CannotServe when a port is taken.
    """
    virtual = VirtualCampus(campus, clock=clock or scaled_clock())
    agents = {
        box: Agent(community.encode(), partial(virtual.mib, box), virtual.uptime, max_octets, _engine(number, user))
        for number, box in enumerate(virtual.boxes, 1)
    }
    addresses: dict[str, tuple[str, int]] = {}
    loop = asyncio.get_running_loop()
    with contextlib.ExitStack() as stack:
        for box, agent in agents.items():
            ear = stack.enter_context(_listen(virtual.address(box), port))
            loop.add_reader(ear, _answer_waiting, ear, agent)
            stack.callback(loop.remove_reader, ear)
            addresses[box] = ear.getsockname()
        yield Served(virtual, agents, addresses, community)


@contextmanager
def serve_in_thread(
    campus: Campus,
    *,
    port: int = DEFAULT_PORT,
    community: str = DEFAULT_COMMUNITY,
    user: User | None = None,
    clock: Clock | None = None,
    max_octets: int = ONE_FRAME,
) -> Iterator[Served]:
    """The same for callers without an event loop: the agents answer from a thread of their own."""
    started = threading.Event()
    outcome: list[Served | BaseException] = []
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def run() -> None:
        try:
            async with serve(
                campus, port=port, community=community, user=user, clock=clock, max_octets=max_octets
            ) as served:
                outcome.append(served)
                started.set()
                await stop.wait()
        except WiremapError as fault:
            outcome.append(fault)
            started.set()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),), name="virtual campus", daemon=True)
    thread.start()
    started.wait()
    try:
        first = outcome[0]
        if isinstance(first, BaseException):
            raise first
        yield first
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
