"""How a running campus is spoken to: a Unix socket in its state directory, one JSON document a line each way.

A request is ``{"do": "status"}``, ``{"do": "move", "device": "...", "to": "..."}``,
``{"do": "move", "count": 25, "seed": 1}`` or ``{"do": "down"}``. The answer has ``"fault"`` where the
request could not be met.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from wiremap_lab.errors import InvalidValue, WiremapError
from wiremap_lab.lab.serve import Served
from wiremap_lab.measurements import Measurements
from wiremap_lab.simulator.parts import Campus
from wiremap_lab.simulator.state import Attachment

_LOG = logging.getLogger(__name__)
SOCKET = "control.sock"
#: A request is short; what is longer is none.
_LONGEST_REQUEST = 4096
#: Seconds within which a request has to come once somebody is on the line.
_SOON = 5.0

Document = Mapping[str, object]


class NotRunning(WiremapError):
    """No campus runs in that state directory."""


@asynccontextmanager
async def listen(served: Served, folder: Path, *, facts: Document, stop: Callable[[], None]) -> AsyncIterator[None]:
    """Answer requests about a campus until the context is left; `facts` go into every status.

    Raises InvalidValue where the folder's name is too long for a socket in it.
    """
    path = folder / SOCKET
    path.unlink(missing_ok=True)  # whoever holds the lock of the folder is alone: this one is stale

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            answer = _answer(served, await asyncio.wait_for(reader.readline(), _SOON), facts, stop)
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        except (OSError, ValueError) as fault:
            _LOG.warning("a request was left without an answer: %s", fault)
        finally:
            writer.close()

    try:
        server = await asyncio.start_unix_server(meet, str(path), limit=_LONGEST_REQUEST)
    except OSError as fault:
        raise InvalidValue(f"no control socket at {str(path)!r}: {fault}") from None
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()
        path.unlink(missing_ok=True)


def _answer(served: Served, line: bytes, facts: Document, stop: Callable[[], None]) -> Document:
    try:
        request = json.loads(line)
    except ValueError:
        return {"fault": "a request is one line of JSON"}
    if not isinstance(request, dict):
        return {"fault": "a request is a JSON object"}
    try:
        match request.get("do"):
            case "status":
                return {**facts, **status(served)}
            case "move":
                return {"moved": _move(served, request)}
            case "down":
                stop()
                return {**facts}
            case unknown:
                return {"fault": f"cannot do {unknown!r}"}
    except WiremapError as fault:
        return {"fault": str(fault)}


def status(served: Served) -> Document:
    """The clock, every agent, every device: where it is, in truth, and what it would report."""
    virtual = served.virtual
    told = virtual.measurements()
    agents = [
        {"name": name, "host": host, "port": port, "requests": served.agents[name].requests}
        for name, (host, port) in served.addresses.items()
    ]
    devices = [_device(virtual.campus, there, told.get(id_)) for id_, there in virtual.state.current.items()]
    return {
        "campus": virtual.campus.name,
        "now": virtual.clock().isoformat(),
        "moves": virtual.state.version,
        "agents": agents,
        "devices": devices,
    }


def _device(campus: Campus, there: Attachment, told: Measurements | None) -> Document:
    kind = campus.devices[there.device].kind.name
    return {"device": there.device, "kind": kind, **_place(campus, there), "reports": _reports(told)}


def _place(campus: Campus, there: Attachment) -> Document:
    at, since = campus.name_of(there.point), there.since.isoformat()
    return {"at": at, "room": there.room, "ip": str(there.ip), "since": since}


def _reports(told: Measurements | None) -> Document | None:
    if told is None:
        return None
    return {
        "chassis_id": None if told.lldp is None else str(told.lldp.chassis_id),
        "port_id": None if told.lldp is None or told.lldp.port_id is None else str(told.lldp.port_id),
        "bssid": None if told.bssid is None else str(told.bssid),
        "ip": None if told.ip is None else str(told.ip),
        "gateway_mac": None if told.gateway_mac is None else str(told.gateway_mac),
        "mac": None if told.mac is None else str(told.mac),
    }


def _move(served: Served, request: Mapping[str, object]) -> list[Document]:
    """Move one device to a place, or some to wherever chance has it."""
    virtual, before = served.virtual, served.virtual.state
    device, to, count, seed = (request.get(key) for key in ("device", "to", "count", "seed"))
    if isinstance(device, str) and isinstance(to, str):
        room = request.get("room")
        virtual.move(device, to, room=room if isinstance(room, str) else None)
        moved: tuple[str, ...] = (device,)
    elif isinstance(count, int) and count >= 0 and isinstance(seed, int | None):
        import numpy

        among = (device,) if isinstance(device, str) else None
        moved = virtual.move_some(count, rng=numpy.random.default_rng(seed), among=among)
    else:
        raise InvalidValue("a move names a device and a place, or how many")
    was, now = before.current, virtual.state.current
    return [
        {"device": id_, "from": _place(virtual.campus, was[id_]), "to": _place(virtual.campus, now[id_])}
        for id_ in moved
    ]


def ask(folder: Path, request: Document, *, timeout: float = 10.0) -> Mapping[str, object]:
    """Speak to the campus that runs in a state directory, and give its answer.

    Raises NotRunning where none does, InvalidValue with what it says where it cannot do as asked.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(timeout)
            line.connect(os.fspath(folder / SOCKET))
            line.sendall(json.dumps(request).encode() + b"\n")
            with line.makefile("rb") as answers:
                answer = json.loads(answers.readline() or b"{}")
    except FileNotFoundError:
        raise NotRunning(f"no campus runs in {str(folder)!r}; wiremap lab up starts one") from None
    except (OSError, ValueError) as fault:
        raise NotRunning(f"no campus answers in {str(folder)!r} ({fault}); wiremap lab up starts one") from None
    if "fault" in answer:
        raise InvalidValue(str(answer["fault"]))
    found: Mapping[str, object] = answer
    return found
