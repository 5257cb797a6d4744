"""Texts of a command line become rows by the templates of ntc-templates, or are refused."""

from pathlib import Path

import pytest

from wiremap_lab.errors import InvalidFile, InvalidValue
from wiremap_lab.readers.cli import kind_of, rows

MAC_TABLE = """          Mac Address Table
-------------------------------------------

Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
  10    0200.00aa.0071    STATIC      Gi1/0/1
  20    0200.00aa.0072    DYNAMIC     Gi1/0/2
Total Mac Addresses for this criterion: 2
"""


def test_a_table_is_read_by_its_template() -> None:
    found = rows("sw", MAC_TABLE, platform="cisco_ios", command="show mac address-table")
    assert found == {
        "fdb": [
            {
                "vlan": vlan,
                "mac": f"02:00:00:aa:00:{last}",
                "if_index": None,
                "port": port,
                "bridge_port": None,
                "status": status,
            }
            for vlan, last, port, status in ((10, "71", "Gi1/0/1", "STATIC"), (20, "72", "Gi1/0/2", "DYNAMIC"))
        ]
    }


def test_a_text_that_no_template_fits_is_a_fault_and_no_empty_table() -> None:
    with pytest.raises(InvalidFile, match="does not fit"):
        rows("sw", "% Invalid input detected\n", platform="cisco_ios", command="show ip arp")


def test_a_platform_nobody_wrote_a_template_for_is_a_fault() -> None:
    with pytest.raises(InvalidFile, match="acme_os"):
        rows("sw", MAC_TABLE, platform="acme_os", command="show mac address-table")


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("show lldp neighbors detail", "lldp_neighbors"),
        ("show mac address-table", "fdb"),
        ("show ap bss-table", "bss"),
        ("show ip arp", "arp"),
        ("show interfaces status", "interface_status"),
    ],
)
def test_a_command_fills_one_table(command: str, kind: str) -> None:
    assert kind_of(command) == kind


def test_a_command_that_fills_none_is_refused() -> None:
    with pytest.raises(InvalidValue):
        kind_of("show clock")


def test_interfaces_status_of_real_devices_is_read_in_full(shared: Path) -> None:
    path = shared / "recordings/cli/ntc-templates/hp_procurve/show_interfaces_status/show_interfaces_status/raw.txt"
    if not path.exists():
        pytest.skip(f"no such recording: {path}")
    found = rows("sw", path.read_text(), platform="hp_procurve", command="show interfaces status")
    assert len(found["interface_status"]) == 14
