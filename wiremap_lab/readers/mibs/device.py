"""Everything a device answers by SNMP, put together from the modules that read a group of MIB tables each.

`read_device` reads a live agent, a recording and a virtual switch alike, for each is a `Walk`. `ROOTS` is what
a collector has to walk for it, and nothing more (quirk 71); what it has to walk then, `wireless.further_roots`
tells from what came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wiremap_lab.readers.mibs import (
    arp,
    bridge,
    cdp,
    entity,
    interfaces,
    lag,
    lldp,
    med,
    system,
    tplink,
    wireless,
)
from wiremap_lab.tables import DeviceTables, Incomplete, Oid, Walk

_MODULES = (system, interfaces, entity, lag, lldp, med, tplink, cdp, bridge, arp, wireless)
#: The columns a collector must walk of every device.
ROOTS: tuple[Oid, ...] = tuple(dict.fromkeys(root for module in _MODULES for root in module.ROOTS))
#: All it may walk of any, by the module that reads them.
GROUPS: Mapping[str, tuple[Oid, ...]] = {
    **{module.__name__.rpartition(".")[2]: module.ROOTS for module in _MODULES},
    "wireless": wireless.EVERY_ROOT,
}
EVERY_ROOT: tuple[Oid, ...] = tuple(dict.fromkeys(root for roots in GROUPS.values() for root in roots))


def read_device(
    name: str,
    walk: Walk,
    *,
    contexts: Mapping[str, Walk] | None = None,
    incomplete: Sequence[Incomplete] = (),
) -> DeviceTables:
    """Everything one device answered, as tables.

    `contexts` are walks of the same agent under other contexts, by VLAN (`"20"` or `"vlan-20"`).
    Which interface a neighbor's port number means is for `inference.local_ports` to say.
    """
    neighbors, odd_neighbors = lldp.lldp_neighbors(walk)
    forwarding = bridge.database(walk, contexts)
    return DeviceTables(
        name=name,
        system=system.system(walk),
        interfaces=tuple(interfaces.interfaces(walk)),
        stack_members=tuple(entity.stack_members(walk)),
        lag_members=tuple(lag.lag_members(walk)),
        bridge_address=bridge.bridge_address(walk),
        lldp_local=lldp.lldp_local(walk),
        lldp_neighbors=neighbors,
        cdp_neighbors=tuple(cdp.cdp_neighbors(walk)),
        fdb=forwarding.entries,
        arp=tuple(arp.arp(walk)),
        subnets=tuple(interfaces.subnets(walk)),
        access_points=tuple(wireless.access_points(walk)),
        bss=tuple(wireless.bss(walk)),
        wireless_clients=tuple(wireless.clients(walk)),
        vlans=tuple(bridge.vlans(walk).items()),
        base_ports=tuple(sorted(bridge.base_ports(walk).items())),
        fdb_ageing=bridge.ageing(walk),
        findings=(*odd_neighbors, *forwarding.findings, *arp.unread(walk)),
        incomplete=tuple(incomplete),
    )
