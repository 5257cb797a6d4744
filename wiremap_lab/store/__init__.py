"""Keep what runs read and what came of it: SQLite by default, PostgreSQL by URL."""
