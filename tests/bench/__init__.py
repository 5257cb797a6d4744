"""What a walk costs, beside what net-snmp and pysnmp need for it: `python -m tests.bench`, or `make bench`."""
