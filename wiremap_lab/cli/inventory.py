"""``wiremap inventory``: what the inventories come to, before anything is asked."""

from __future__ import annotations

from wiremap_lab.cli.gather import InventoryOption, LimitOption, open_inventory
from wiremap_lab.cli.output import Format, FormatOption, JsonOption, chosen, emit
from wiremap_lab.cli.settings import load_settings
from wiremap_lab.reports.model import Sheet

COLUMNS = ("device", "host", "port", "ssh port", "platform", "site", "role", "tags", "profiles")


def command(
    *,
    inventory: InventoryOption = None,
    limit: LimitOption = "",
    how: FormatOption = Format.TABLE,
    as_json: JsonOption = False,
) -> None:
    """Show the devices that the inventories and the limit leave, with what is known of each. No device is asked."""
    _, hosts = open_inventory(load_settings(), inventory, limit)
    rows = tuple(
        (
            host.name,
            host.host,
            host.port,
            host.ssh_port,
            host.platform,
            host.site,
            host.role,
            ", ".join(host.tags),
            ", ".join(host.profiles),
        )
        for host in hosts
    )
    emit([Sheet("hosts", f"{len(rows)} devices", COLUMNS, rows)], chosen(how, as_json=as_json))
