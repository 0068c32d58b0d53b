"""Real databases and storages. A test that takes `database_address` or `storage_settings` runs on each."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.settings import Settings
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


@pytest.fixture(scope="session")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Seaweed]:
    """One for all tests, as it takes seconds to start; a test that ends or restarts it makes its own."""
    with servers.seaweed_in(tmp_path_factory.mktemp("seaweed") / "s3") as server:
        yield server


@pytest.fixture
def s3_settings(seaweed: servers.Seaweed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An empty prefix in a bucket; its credentials are in the environment."""
    monkeypatch.setenv("FRAMEKILN_STORAGE_KEY_ID", seaweed.KEY_ID)
    monkeypatch.setenv("FRAMEKILN_STORAGE_SECRET", seaweed.SECRET)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")  # never that of who runs the tests
    address = f"s3://{seaweed.BUCKET}/{uuid.uuid4().hex}"
    return Settings(home=tmp_path / "home", storage=address, storage_endpoint=seaweed.endpoint)


@pytest.fixture(params=["folder", "s3"])
def storage_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Of an empty storage."""
    if request.param == "folder":
        return Settings(home=tmp_path / "home", storage=str(tmp_path / "storage"))
    settings: Settings = request.getfixturevalue("s3_settings")
    return settings
