"""Keep what runs read and what came of it: SQLite by default, PostgreSQL by URL."""

from wiremap_lab.store.repository import Store
from wiremap_lab.store.values import (
    Attached,
    Changed,
    DeviceRun,
    KnownElement,
    Link,
    Moved,
    NewRun,
    Run,
    RunDiff,
    Status,
)

__all__ = [
    "Attached",
    "Changed",
    "DeviceRun",
    "KnownElement",
    "Link",
    "Moved",
    "NewRun",
    "Run",
    "RunDiff",
    "Status",
    "Store",
]
