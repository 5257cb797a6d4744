"""What alembic runs to bring a database up to date, over the connection it is handed."""

from alembic import context
from sqlalchemy import Connection

from wiremap_lab.store.schema import METADATA, VERSION_TABLE

_connection = context.config.attributes["connection"]
assert isinstance(_connection, Connection)
context.configure(connection=_connection, target_metadata=METADATA, version_table=VERSION_TABLE, render_as_batch=True)
context.run_migrations()
