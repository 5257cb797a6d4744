"""The steps by which a database comes to the tables of `wiremap_lab.store.schema` (alembic)."""
