"""Every test of the store runs on SQLite and on PostgreSQL.

PostgreSQL is the server that WIREMAP_TEST_POSTGRES names (a URL whose user may create databases), or else
Debian's, started for the tests alone on a Unix socket; where there is neither, those tests are skipped.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url
from sqlalchemy.engine import URL

_VERSIONS = Path("/usr/lib/postgresql")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """A PostgreSQL server to make databases on."""
    if named := os.environ.get("WIREMAP_TEST_POSTGRES"):
        yield make_url(named).set(drivername="postgresql")
        return
    programs = sorted(_VERSIONS.glob("*/bin/initdb"))
    if not programs:
        pytest.skip("no PostgreSQL: set WIREMAP_TEST_POSTGRES, or install Debian's postgresql")
    home = Path(tempfile.mkdtemp(prefix="wiremap-pg-"))
    owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())  # it will not run as root
    os.chown(home, owner.pw_uid, owner.pw_gid)

    def run(*step: str | Path) -> None:
        quiet = subprocess.DEVNULL
        subprocess.run(step, check=True, stdout=quiet, cwd=home, user=owner.pw_uid, group=owner.pw_gid)

    initdb, control = programs[-1], programs[-1].with_name("pg_ctl")
    data, log = home / "data", home / "log"
    settings = f"-c listen_addresses= -c unix_socket_directories={home} -c fsync=off"
    steps = (
        (initdb, "--no-sync", "-U", "wiremap", "-A", "trust", "-E", "UTF8", "-D", data),
        (control, "-D", data, "-l", log, "-w", "-o", settings, "start"),
    )
    try:
        for step in steps:
            run(*step)
        yield URL.create("postgresql", username="wiremap", database="postgres", query={"host": str(home)})
    finally:
        if (data / "postmaster.pid").exists():
            run(control, "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'wiremap.db'}"
        return
    server: URL = request.getfixturevalue("postgres_server")
    name = f"wiremap_{uuid4().hex}"
    with psycopg.connect(server.render_as_string(hide_password=False), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
        yield server.set(database=name).render_as_string(hide_password=False)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
