"""Frames that scapy crafts, of each kind that is read, and captures to put them in."""

import struct
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

ETHERNET, IEEE80211, RADIOTAP = 1, 105, 127
CIRCUIT_ID, REMOTE_ID = bytes.fromhex("00040014010e"), bytes.fromhex("0006020000000101")


def capture(link_type: int, frames: Iterable[bytes]) -> bytes:
    """A pcap file."""
    header = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, link_type)
    return header + b"".join(struct.pack("<IIII", 1, 0, len(frame), len(frame)) + frame for frame in frames)


def civic(country: str, elements: Sequence[tuple[int, str]], *, what: int = 1) -> bytes:
    """A civic address as RFC 4776 has it, from what it is the address of on."""
    texts = [(kind, text.encode()) for kind, text in elements]
    return bytes([what]) + country.encode() + b"".join(bytes([kind, len(text)]) + text for kind, text in texts)


def phone() -> bytes:
    """An LLDPDU of a telephone."""
    from scapy.contrib import lldp
    from scapy.layers.l2 import Ether

    frame = (
        Ether(src="02:00:00:aa:00:01", dst="01:80:c2:00:00:0e")
        / lldp.LLDPDUChassisID(subtype=5, family=1, id="10.9.1.21")
        / lldp.LLDPDUPortID(subtype=3, id="02:00:00:aa:00:01")
        / lldp.LLDPDUTimeToLive(ttl=120)
        / lldp.LLDPDUPortDescription(description=b"SW PORT")
        / lldp.LLDPDUSystemName(system_name=b"SEP020000AA0001")
        / lldp.LLDPDUSystemDescription(description=b"A phone of no make")
        / lldp.LLDPDUSystemCapabilities(
            mac_bridge_available=1, telephone_available=1, mac_bridge_enabled=1, telephone_enabled=1
        )
        / lldp.LLDPDUManagementAddress(management_address_subtype=1, management_address=b"\x0a\x09\x01\x15")
        / lldp.LLDPDUGenericOrganisationSpecific(org_code=0x12BB, subtype=1, data=b"\x00\x37\x03")
        / lldp.LLDPDUGenericOrganisationSpecific(org_code=0x12BB, subtype=2, data=bytes.fromhex("0140296e"))
        / lldp.LLDPDUGenericOrganisationSpecific(org_code=0x12BB, subtype=3, data=b"\x0316125550100")
        / lldp.LLDPDUGenericOrganisationSpecific(org_code=0x12BB, subtype=10, data=b"Phone 9")
        / lldp.LLDPDUEndOfLLDPDU()
    )
    return bytes(frame)


def switch() -> bytes:
    """A CDP packet of a switch."""
    from scapy.contrib import cdp
    from scapy.layers.l2 import LLC, SNAP, Dot3

    addresses = [cdp.CDPAddrRecordIPv4(addr="10.9.0.9"), cdp.CDPAddrRecordIPv6(addr="fd00::9")]
    told = [
        cdp.CDPMsgDeviceID(val=b"access-1"),
        cdp.CDPMsgAddr(addr=addresses),
        cdp.CDPMsgPortID(iface=b"GigabitEthernet1/0/1"),
        cdp.CDPMsgCapabilities(cap=0x28),
        cdp.CDPMsgSoftwareVersion(val=b"15.2"),
        cdp.CDPMsgPlatform(val=b"WS-C2960X"),
        cdp.CDPMsgNativeVLAN(vlan=20),
    ]
    link = Dot3(dst="01:00:0c:cc:cc:cc", src="02:00:00:00:00:09") / LLC(dsap=0xAA, ssap=0xAA, ctrl=3)
    return bytes(link / SNAP(OUI=0xC, code=0x2000) / cdp.CDPv2_HDR(msg=told))


def grant(civic_address: bytes = b"", *, vlan: int | None = None) -> bytes:
    """A DHCPACK through a relay that says on which circuit the client is."""
    from scapy.layers.dhcp import BOOTP, DHCP
    from scapy.layers.inet import IP, UDP
    from scapy.layers.l2 import Dot1Q, Ether

    agent = b"\x01" + bytes([len(CIRCUIT_ID)]) + CIRCUIT_ID + b"\x02" + bytes([len(REMOTE_ID)]) + REMOTE_ID
    located = [(99, civic_address)] if civic_address else []
    link = Ether(src="02:00:00:00:00:01", dst="02:00:00:aa:00:01")
    return bytes(
        (link / Dot1Q(vlan=vlan) if vlan else link)
        / IP(src="10.9.0.1", dst="10.9.1.1")
        / UDP(sport=67, dport=67)
        / BOOTP(op=2, yiaddr="10.9.1.21", giaddr="10.9.1.1", chaddr=bytes.fromhex("020000aa0001"))
        / DHCP(options=[("message-type", "ack"), (82, agent), *located, "end"])
    )


def asker(operation: int = 1) -> bytes:
    """An ARP packet."""
    from scapy.layers.l2 import ARP, Ether

    link = Ether(src="02:00:00:aa:00:01", dst="ff:ff:ff:ff:ff:ff")
    return bytes(link / ARP(op=operation, hwsrc="02:00:00:aa:00:01", psrc="10.9.1.21", pdst="10.9.1.1"))


def discovering() -> bytes:
    """A neighbor advertisement of IPv6."""
    from scapy.layers.inet6 import ICMPv6ND_NA, ICMPv6NDOptDstLLAddr, IPv6
    from scapy.layers.l2 import Ether

    packet = IPv6(src="fe80::1", dst="ff02::1", hlim=255) / ICMPv6ND_NA(tgt="2001:db8::21", R=0, S=0)
    link = Ether(src="02:00:00:aa:00:01", dst="33:33:00:00:00:01")
    return bytes(link / packet / ICMPv6NDOptDstLLAddr(lladdr="02:00:00:aa:00:01"))


def profile(index: int, ssid: bytes) -> bytes:
    """The profile of a nontransmitted BSSID: capabilities, SSID, place in the set."""
    return b"\x53\x02\x01\x00" + bytes([0, len(ssid)]) + ssid + bytes([85, 3, index, 3, 0])


def beacon(bssid: str, *parts: tuple[int, bytes]) -> bytes:
    """A beacon with elements, behind a radiotap header and before its check sum."""
    from scapy.layers.dot11 import Dot11Beacon, Dot11Elt, Dot11FCS, RadioTap

    frame = RadioTap(present="TSFT+Flags", Flags="FCS", mac_timestamp=77) / Dot11FCS(
        type=0, subtype=8, addr1="ff:ff:ff:ff:ff:ff", addr2=bssid, addr3=bssid
    )
    frame = frame / Dot11Beacon(cap="ESS")
    for kind, value in parts:
        frame = frame / Dot11Elt(ID=kind, info=value)
    return bytes(frame)


def crowd() -> bytes:
    """A beacon that announces two BSSs more than its own."""
    others = b"".join(bytes([0, len(each)]) + each for each in (profile(1, b"guest"), profile(4, b"voice")))
    return beacon("8c:fd:0f:7f:1e:f5", (0, b"corp"), (3, b"\x06"), (71, b"\x03" + others))


@cache
def frames() -> Mapping[str, tuple[int, bytes]]:
    """One frame of each kind, with the type of its link."""
    ethernet = {"LLDP": phone(), "CDP": switch(), "DHCP": grant(vlan=20), "ARP": asker(), "ND": discovering()}
    return {**{kind: (ETHERNET, frame) for kind, frame in ethernet.items()}, "802.11": (RADIOTAP, crowd())}
