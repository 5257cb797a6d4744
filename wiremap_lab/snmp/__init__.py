"""SNMP: octets to PDUs and back, walks that end, engines that carry them, recordings that replay them."""
