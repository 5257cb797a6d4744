"""What follows from the tables, each conclusion with its evidence: local ports, edge ports, topology, elements."""
