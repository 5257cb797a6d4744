"""``wiremap lab``: a virtual campus whose switches and wireless controller answer SNMP on loopback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from wiremap_lab.cli.output import Format, FormatOption, JsonOption, chosen, emit, read_text, say
from wiremap_lab.cli.topologies import topology_path
from wiremap_lab.lab.control import ask
from wiremap_lab.lab.daemon import Settings, run, start, stop
from wiremap_lab.lab.serve import DEFAULT_PORT
from wiremap_lab.reports.model import Cell, Sheet
from wiremap_lab.simulator.campus import load_campus

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def _default_folder() -> Path:
    import platformdirs

    return platformdirs.user_state_path("wiremap_lab") / "lab"


StateDir = Annotated[
    Path,
    typer.Option("--state-dir", envvar="WIREMAP_LAB_DIR", default_factory=_default_folder, show_default=False,
                 help="Where a campus keeps its socket and its inventory: one campus a directory."),
]  # fmt: skip


@app.callback()
def lab() -> None:
    """Run a virtual campus, and move devices on it. Its agents answer on 127.0.0.0/8, and need no root."""


@app.command()
def up(
    topology: Annotated[str, typer.Argument(help="A campus: a file, or the name of one of ours.")] = "small-office",
    *,
    folder: StateDir,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="UDP port; 0: a free one each.")] = DEFAULT_PORT,
    speed: Annotated[
        float, typer.Option("--speed", min=0.001, help="How fast its clock runs; 60: a minute a second.")
    ] = 1,
    v3: Annotated[
        bool, typer.Option("--v3", help="Answer SNMPv3 with authentication and privacy, not a community.")
    ] = False,
    foreground: Annotated[bool, typer.Option("--foreground", help="Stay, and end with Ctrl-C.")] = False,
) -> None:
    """Start a campus, and write the inventory that collects it."""
    path = topology_path(topology)
    settings = Settings(folder, port, speed, v3)
    campus = load_campus(read_text(path), path=str(path))
    if foreground:
        told = f"{campus.name} answers until Ctrl-C; its inventory is {settings.inventory}"
        run(campus, path, settings, ready=lambda: say(told))
        return
    found = start(path, settings)
    say(f"{found['campus']} runs as process {found['pid']}, {len(_list(found, 'agents'))} agents. Collect it with:")
    typer.echo(f"wiremap collect -i {found['inventory']}")


@app.command()
def status(*, folder: StateDir, how: FormatOption = Format.TABLE, as_json: JsonOption = False) -> None:
    """Show the agents, and where every device really is."""
    found = ask(folder, {"do": "status"})
    facts = {key: found[key] for key in ("campus", "pid", "topology", "inventory", "now", "speed", "moves")}
    form = chosen(how, as_json=as_json)
    if form is Format.JSON:
        from wiremap_lab.cli.output import emit_json

        emit_json(found)
        return
    agents = _sheet("agents", "Agents", ("name", "host", "port", "requests"), _list(found, "agents"))
    columns = ("device", "kind", "at", "room", "ip", "since")
    emit([agents, _sheet("devices", "Devices, in truth", columns, _list(found, "devices"))], form, facts=facts)


@app.command()
def move(
    device: Annotated[str | None, typer.Argument(help="A device; without one, chance picks.")] = None,
    to: Annotated[str | None, typer.Argument(help="switch:port, an access point, a hub, a phone, off ADDRESS.")] = None,
    *,
    folder: StateDir,
    room: Annotated[str | None, typer.Option("--room", help="Where it is then, if TO does not tell.")] = None,
    count: Annotated[int, typer.Option("--count", min=1, help="How many devices chance moves.")] = 1,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="What chance follows from.")] = None,
    how: FormatOption = Format.TABLE,
    as_json: JsonOption = False,
) -> None:
    """Move one device to a place, or some to wherever chance has it."""
    request: dict[str, object] = {"do": "move", "device": device, "to": to, "room": room}
    if to is None:
        request = {"do": "move", "device": device, "count": count, "seed": seed}
    moved = _list(ask(folder, request), "moved")
    rows = [{"device": each["device"], **_ends(each, "from", "was"), **_ends(each, "to", "now")} for each in moved]
    columns = ("device", "was_at", "was_room", "now_at", "now_room")
    emit([_sheet("moved", "Moved", columns, rows)], chosen(how, as_json=as_json))


@app.command()
def down(*, folder: StateDir) -> None:
    """End the campus of the state directory, and nothing else."""
    found = stop(folder)
    say(f"process {found['pid']} has ended")


def _list(document: Mapping[str, object], key: str) -> Sequence[Mapping[str, object]]:
    found = document.get(key)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _ends(moved: Mapping[str, object], end: str, name: str) -> Mapping[str, object]:
    place = moved[end]
    return {f"{name}_{key}": place[key] for key in ("at", "room")} if isinstance(place, dict) else {}


def _sheet(name: str, title: str, columns: tuple[str, ...], rows: Sequence[Mapping[str, object]]) -> Sheet:
    return Sheet(name, title, columns, tuple(tuple(_cell(row.get(column)) for column in columns) for row in rows))


def _cell(value: object) -> Cell:
    return value if isinstance(value, str | int | float) else "" if value is None else str(value)
