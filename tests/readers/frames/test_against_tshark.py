"""Every frame of every capture, and crafted ones, are read as tshark reads them: another implementation of them all."""

import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from tests.readers.frames import crafted
from wiremap_lab.ids import clean_text
from wiremap_lab.inference.civic import CA_TYPES, civic_elements
from wiremap_lab.readers import frames
from wiremap_lab.readers.frames.capture import frames_of
from wiremap_lab.tables import ArpEntry, Bss, CdpNeighbor, DhcpLease, Finding, LldpNeighbor

FIELDS = (
    *("_ws.malformed", "_ws.expert.group", "arp.opcode", "arp.src.hw_mac", "arp.src.proto_ipv4"),
    *("lldp.chassis.subtype", "lldp.chassis.id", "lldp.chassis.id.mac", "lldp.chassis.id.ip4"),
    *("lldp.port.subtype", "lldp.port.id", "lldp.port.id.mac", "lldp.port.id.ip4"),
    *("lldp.time_to_live", "lldp.tlv.system.name", "lldp.port.desc", "lldp.mgn.addr.ip4", "lldp.tlv.enable_system_cap"),
    *("lldp.media.subtype.class", "lldp.media.app_type", "lldp.media.vlan_id", "lldp.media.l2_prio"),
    *("lldp.media.dscp", "lldp.media.tag_flag", "lldp.media.loc.data_format", "lldp.media.civic.country"),
    *("lldp.media.civic.type", "lldp.media.civic.value", "lldp.media.ecs", "lldp.media.model", "lldp.media.sn"),
    *("lldp.media.hardware", "lldp.media.firmware", "lldp.media.software", "lldp.media.asset"),
    *("cdp.deviceid", "cdp.portid", "cdp.platform", "cdp.native_vlan", "cdp.nrgyz.ip_address", "cdp.ttl"),
    *("dhcp.option.dhcp", "dhcp.ip.your", "dhcp.ip.client", "dhcp.hw.mac_addr", "dhcp.ip.relay"),
    "dhcp.option.agent_information_option.agent_circuit_id",
    "dhcp.option.agent_information_option.agent_remote_id",
    *("icmpv6.type", "ipv6.src", "ipv6.hlim", "icmpv6.nd.na.target_address"),
    *("icmpv6.opt.src_linkaddr", "icmpv6.opt.target_linkaddr"),
    *("wlan.fc.type_subtype", "wlan.bssid", "wlan.ssid", "wlan.ds.current_channel"),
)

INVENTORY = ("hardware", "firmware", "software", "sn", "model", "asset")

#: What tshark says of a frame: the values of each field.
Said = Mapping[str, Sequence[str]]
Heard = Sequence[object]


def told(path: Path) -> Iterator[Said]:
    """What tshark says of each frame of a capture."""
    asked = [part for field in FIELDS for part in ("-e", field)]
    shape = ["-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=|"]
    command = ["tshark", "-n", "-r", str(path), "-T", "fields", *shape, *asked]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, errors="replace")
    for line in done.stdout.splitlines():
        values = line.split("\t")
        yield {field: value.split("|") if value else [] for field, value in zip(FIELDS, values, strict=True)}


@pytest.fixture(scope="module")
def compared(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Sequence[tuple[Said, Heard]]:
    """What tshark says and what we hear of each frame: all captures made one for each type of link."""
    if shutil.which("tshark") is None:
        pytest.skip("no tshark here")
    by_link: defaultdict[int, list[bytes]] = defaultdict(list)
    for path in sorted((shared / "recordings" / "pcap").glob("*.pcap")):
        for each in frames_of(path.stem, path.read_bytes()):
            if not isinstance(each, Finding):
                by_link[each[0]].append(each[1])
    for link_type, frame in crafted.frames().values():
        by_link[link_type].append(frame)
    pairs: list[tuple[Said, Heard]] = []
    for link_type, captured in by_link.items():
        path = tmp_path_factory.mktemp("captures") / f"{link_type}.pcap"
        path.write_bytes(crafted.capture(link_type, captured))
        heard = [list(frames.read_frame(link_type, frame)) for frame in captured]
        pairs += zip(told(path), heard, strict=True)
    return pairs


def first(said: Said, *fields: str) -> str:
    return next((said[field][0] for field in fields if said[field]), "")


def test_lldp_names_the_same_neighbors(compared: Sequence[tuple[Said, Heard]]) -> None:
    count = 0
    for said, heard in compared:
        rows = [row for row in heard if isinstance(row, LldpNeighbor)]
        if not said["lldp.time_to_live"] or said["lldp.time_to_live"] == ["0"]:
            assert not rows
            continue
        [row] = rows
        count += 1
        chassis = first(said, "lldp.chassis.id.mac", "lldp.chassis.id.ip4", "lldp.chassis.id")
        port = first(said, "lldp.port.id.mac", "lldp.port.id.ip4", "lldp.port.id")
        assert (row.chassis_id.text.removeprefix("0x"), row.port_id.text) == (chassis, port)
        assert str(row.chassis_id.advertised) == first(said, "lldp.chassis.subtype")
        assert str(row.port_id.advertised) == first(said, "lldp.port.subtype")
        if said["_ws.malformed"]:
            continue  # tshark stops there; we leave the TLV out
        assert row.system_name == first(said, "lldp.tlv.system.name")
        assert row.port_description == first(said, "lldp.port.desc")
        assert [str(each) for each in row.management_addresses if each.version == 4] == said["lldp.mgn.addr.ip4"]
    assert count >= 8


def sound_neighbors(compared: Sequence[tuple[Said, Heard]]) -> Iterator[tuple[Said, LldpNeighbor]]:
    for said, heard in compared:
        if not said["_ws.malformed"]:
            yield from ((said, row) for row in heard if isinstance(row, LldpNeighbor))


def test_lldp_med_says_the_same_of_what_a_device_is(compared: Sequence[tuple[Said, Heard]]) -> None:
    count = 0
    for said, row in sound_neighbors(compared):
        assert (row.med is None) is not bool(said["lldp.media.subtype.class"])
        if (med := row.med) is None:
            continue
        assert str(med.device_class) == first(said, "lldp.media.subtype.class")
        texts = [clean_text(first(said, f"lldp.media.{name}").encode()) for name in INVENTORY]
        assert [med.hardware, med.firmware, med.software, med.serial, med.model, med.asset] == texts
        count += 1
    assert count >= 3


def test_lldp_med_says_the_same_of_voice_vlans(compared: Sequence[tuple[Said, Heard]]) -> None:
    count = 0
    for said, row in sound_neighbors(compared):
        policies = [said[f"lldp.media.{field}"] for field in ("app_type", "vlan_id", "l2_prio", "dscp")]
        ours = [(each.application, each.vlan, each.priority, each.dscp) for each in row.med_policies]
        assert ours == [tuple(map(int, policy)) for policy in zip(*policies, strict=True)]
        count += len(ours)
    assert count >= 1


def test_lldp_med_says_the_same_of_places(compared: Sequence[tuple[Said, Heard]]) -> None:
    formats = []
    for said, row in sound_neighbors(compared):
        assert [str(each.format - 1) for each in row.med_locations] == said["lldp.media.loc.data_format"]
        formats += [each.format for each in row.med_locations]
        for each in (each for each in row.med_locations if each.format == 3):
            kinds = [CA_TYPES[int(kind)] for kind in said["lldp.media.civic.type"]]
            address = dict(zip(kinds, said["lldp.media.civic.value"], strict=True))
            assert civic_elements(each.octets) == {"country": said["lldp.media.civic.country"][0], **address}
    assert {3, 4} <= set(formats)


def test_cdp_names_the_same_switches(compared: Sequence[tuple[Said, Heard]]) -> None:
    count = 0
    for said, heard in compared:
        rows = [row for row in heard if isinstance(row, CdpNeighbor)]
        assert [row.device_id for row in rows] == said["cdp.deviceid"]
        for row in rows:
            assert row.port_id == first(said, "cdp.portid")
            assert row.platform == first(said, "cdp.platform")
            assert str(row.native_vlan or "") == first(said, "cdp.native_vlan")
            assert {str(each) for each in row.addresses if each.version == 4} == set(said["cdp.nrgyz.ip_address"])
            count += 1
    assert count >= 5


def test_arp_binds_the_same_addresses(compared: Sequence[tuple[Said, Heard]]) -> None:
    count = 0
    for said, heard in compared:
        if len(said["arp.opcode"]) > 1:
            continue  # tshark takes the padding of one frame for a second packet
        binds = said["arp.opcode"] in (["1"], ["2"]) and said["arp.src.hw_mac"] and said["arp.src.proto_ipv4"]
        wanted = list(zip(said["arp.src.proto_ipv4"], said["arp.src.hw_mac"], strict=True)) if binds else []
        ours = [(str(row.ip), str(row.mac)) for row in heard if isinstance(row, ArpEntry) and row.ip.version == 4]
        assert ours == [pair for pair in wanted if pair[0] != "0.0.0.0"]
        count += len(ours)
    assert count > 1900


def test_neighbor_discovery_binds_the_same_addresses(compared: Sequence[tuple[Said, Heard]]) -> None:
    count = 0
    for said, heard in compared:
        rows = [(str(row.ip), str(row.mac)) for row in heard if isinstance(row, ArpEntry) and row.ip.version == 6]
        kind = first(said, "icmpv6.type")
        sender = ("ipv6.src", "icmpv6.opt.src_linkaddr")
        told = {"136": ("icmpv6.nd.na.target_address", "icmpv6.opt.target_linkaddr")}
        address, link = told.get(kind, sender) if kind in ("133", "134", "135", "136") else ("", "")
        bound = address and said[link] and first(said, address) != "::" and not said["_ws.malformed"]
        assert rows == ([(first(said, address), first(said, link))] if bound else [])
        count += len(rows)
    assert count > 0


def test_dhcp_grants_the_same_leases(compared: Sequence[tuple[Said, Heard]]) -> None:
    count = 0
    for said, heard in compared:
        address = {"5": "dhcp.ip.your", "13": "dhcp.ip.client"}.get(first(said, "dhcp.option.dhcp"))
        wanted = [(first(said, address), first(said, "dhcp.hw.mac_addr"))] if address else []
        rows = [row for row in heard if isinstance(row, DhcpLease)]
        assert [(str(row.ip), str(row.mac)) for row in rows] == wanted
        for row in rows:
            assert str(row.relay or "0.0.0.0") == first(said, "dhcp.ip.relay")
            agent = "dhcp.option.agent_information_option.agent_"
            assert row.circuit_id.hex() == first(said, agent + "circuit_id").replace(":", "")
            assert row.remote_id.hex() == first(said, agent + "remote_id").replace(":", "")
            count += 1
    assert count >= 14


def test_beacons_announce_the_same_bsss(compared: Sequence[tuple[Said, Heard]]) -> None:
    count = derived = 0
    for said, heard in compared:
        announces = first(said, "wlan.fc.type_subtype") in ("0x0005", "0x0008", "5", "8")
        rows = [row for row in heard if isinstance(row, Bss)]
        assert [str(row.bssid) for row in rows if not row.derived] == (said["wlan.bssid"][:1] if announces else [])
        names = [bytes.fromhex(name) if name != "<MISSING>" else b"" for name in said["wlan.ssid"]]
        for row, name in zip(rows, names, strict=False):
            shown = name.decode(errors="replace")
            assert row.ssid == ("hex:" + name.hex() if "\ufffd" in shown else shown)
        if rows and said["wlan.ds.current_channel"]:
            assert str(rows[0].channel) == said["wlan.ds.current_channel"][0]
        count += len(rows)
        derived += sum(row.derived for row in rows)
    assert count > 200
    assert derived == 2
