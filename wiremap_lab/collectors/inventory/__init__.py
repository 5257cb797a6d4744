"""The inventory: which devices to read, and what to say to them."""
