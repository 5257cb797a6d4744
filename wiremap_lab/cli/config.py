"""``wiremap config``: the settings, and where each comes from."""

from __future__ import annotations

from typing import Annotated

import typer

from wiremap_lab.cli.output import Format, FormatOption, JsonOption, chosen, emit
from wiremap_lab.cli.settings import DEFAULTS, load_settings
from wiremap_lab.reports.model import Sheet

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def config() -> None:
    """Show the settings. They come from the environment, ./wiremap.toml, the user's wiremap.toml, or a default."""


@app.command()
def show(
    *,
    origin: Annotated[bool, typer.Option("--origin", help="Say where each value comes from.")] = False,
    how: FormatOption = Format.TABLE,
    as_json: JsonOption = False,
) -> None:
    """Print every setting with the value that holds here."""
    settings = load_settings()
    columns = ("setting", "value", "origin") if origin else ("setting", "value")
    rows = ((name, settings.shown(name), settings.origins.get(name, "default")) for name in DEFAULTS)
    emit(
        [Sheet("settings", "Settings", columns, tuple(row[: len(columns)] for row in rows))],
        chosen(how, as_json=as_json),
    )
