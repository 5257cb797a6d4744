"""What `wiremap capture` shows of what it heard."""

from tests.readers.frames import crafted
from wiremap_lab.cli.capture import sheets
from wiremap_lab.readers import frames


def test_who_announced_itself_is_shown_with_the_number_it_tells() -> None:
    heard = frames.heard("desk", crafted.frames().values())
    shown = {sheet.name: [*sheet.rows] for sheet in sheets(heard)}
    assert shown["neighbors"] == [
        ("LLDP", "SEP020000AA0001", "network-address:10.9.1.21", "mac:02:00:00:aa:00:01", "SW PORT", "16125550100"),
        ("CDP", "access-1", None, "GigabitEthernet1/0/1", "WS-C2960X", None),
    ]
    assert shown["bss"][0] == ("8c:fd:0f:7f:1e:f5", "corp", 6, "read")
    assert shown["addresses"] == [("10.9.1.21", "02:00:00:aa:00:01"), ("2001:db8::21", "02:00:00:aa:00:01")]
    assert shown["leases"] == [("10.9.1.21", "02:00:00:aa:00:01", "10.9.1.1")]
    assert shown["findings"] == []
