"""A virtual campus that really answers: agents on loopback whose MIBs follow from a campus and its state."""
