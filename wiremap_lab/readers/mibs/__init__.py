"""What a device answers by SNMP, made into tables: one module a group of MIB tables, put together in `device`."""
