"""What the network said, made into tables: SNMP rows, CLI text and frames each have their reader."""
