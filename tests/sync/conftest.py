"""Real databases and storages. A test that takes `database_address` runs on each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync import servers


@pytest.fixture
def sqld(tmp_path: Path) -> Iterator[servers.Sqld]:
    with servers.sqld_in(tmp_path / "sqld") as server:
        yield server


@pytest.fixture(params=["sqlite", "libsql"])
def database_address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of an empty database."""
    if request.param == "sqlite":
        return str(tmp_path / "queue.db")
    server: servers.Sqld = request.getfixturevalue("sqld")
    return server.address


@pytest.fixture
def queue_token() -> str:
    """Opens a libSQL queue; SQLite wants none."""
    return servers.queue_token()
