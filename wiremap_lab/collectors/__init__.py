"""Bring in what devices say: over the network by SNMP, or from recordings."""
