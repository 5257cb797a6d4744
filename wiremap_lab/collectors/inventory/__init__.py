"""The inventory: which devices to read, and what to say to them."""

from wiremap_lab.collectors.inventory.formats import FORMATS, open_sources
from wiremap_lab.collectors.inventory.model import (
    SNMP_PORT,
    SSH_PORT,
    Host,
    HttpsProfile,
    Inventory,
    Profile,
    SnmpProfile,
    SshProfile,
)
from wiremap_lab.collectors.inventory.native import AUTH_PROTOCOLS, PRIV_PROTOCOLS, load_inventory
from wiremap_lab.collectors.inventory.selection import select

__all__ = [
    "AUTH_PROTOCOLS",
    "FORMATS",
    "PRIV_PROTOCOLS",
    "SNMP_PORT",
    "SSH_PORT",
    "Host",
    "HttpsProfile",
    "Inventory",
    "Profile",
    "SnmpProfile",
    "SshProfile",
    "load_inventory",
    "open_sources",
    "select",
]
