"""Real databases and storages. A test that takes `database_address` or `storage_settings` runs on each."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlite_utils

from sync.secrets import Secrets
from sync.settings import Settings
from sync.storage.uploads import LocalUploads, create_uploads
from tests.sync import servers
from tests.sync.fakes import FakeClock
from tests.sync.s3_faults import FaultyProxy, faulty_proxy

if TYPE_CHECKING:
    from sync.storage.s3 import S3Storage


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


@pytest.fixture
def uploads() -> Iterator[LocalUploads]:
    local = sqlite_utils.Database(memory=True)
    create_uploads(local)
    yield LocalUploads(local)
    local.close()


@pytest.fixture(scope="session")
def _proxy_and_client(seaweed: servers.Seaweed) -> Iterator[tuple[FaultyProxy, Any]]:
    from sync.storage.address import Bucket
    from sync.storage.client import open_client

    with faulty_proxy(seaweed.port) as proxy:
        settings = Settings(storage_endpoint=proxy.endpoint)
        secrets = Secrets(storage_key_id=seaweed.KEY_ID, storage_secret=seaweed.SECRET)
        client = open_client(Bucket("s3", seaweed.BUCKET, ""), settings, secrets)
        yield proxy, client
        client.close()


@pytest.fixture
def proxy(_proxy_and_client: tuple[FaultyProxy, Any]) -> FaultyProxy:
    """Between `small_parts` and the server; nothing is wrong yet."""
    proxy = _proxy_and_client[0]
    proxy.faults = []
    proxy.seen.clear()
    return proxy


@pytest.fixture
def small_parts(proxy: FaultyProxy, _proxy_and_client: tuple[FaultyProxy, Any]) -> S3Storage:
    """An empty prefix behind the proxy; parts as small as a server takes, everything listed two at a time."""
    from sync.storage.address import Bucket
    from sync.storage.s3 import S3Storage

    place = Bucket("s3", servers.Seaweed.BUCKET, f"{uuid.uuid4().hex}/")
    return S3Storage(place, _proxy_and_client[1], clock=FakeClock(time.time()), part_bytes=5 << 20, page=2)
