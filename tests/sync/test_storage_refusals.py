"""What a person is told when a storage refuses, and who has to look at what."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import httpx
import pytest

from sync.errors import NodeError, StorageRefused, StorageUnreachable
from sync.secrets import VARIABLES, Secrets
from sync.settings import Settings
from sync.storage import open_storage
from tests.sync.fakes import FakeClock
from tests.sync.sending import KEY, VIDEO
from tests.sync.servers import Seaweed


@pytest.mark.parametrize(
    ("change", "kind", "told"),
    [
        ({"storage_secret": "not-the-secret-at-all"}, StorageRefused, "FRAMEKILN_STORAGE_SECRET"),
        ({"storage_key_id": "nobody"}, StorageRefused, "FRAMEKILN_STORAGE_KEY_ID"),
        (
            {"storage_key_id": Seaweed.READER_ID, "storage_secret": Seaweed.READER_SECRET},
            StorageRefused,
            "the key may not do this",
        ),
        ({"storage_secret": None}, StorageRefused, "wants credentials: set FRAMEKILN_STORAGE_KEY_ID"),
        ({"storage": "s3://nosuchbucket"}, StorageRefused, "there is no such bucket"),
        ({"storage_endpoint": "http://127.0.0.1:1"}, StorageUnreachable, r"127\.0\.0\.1:1 cannot be reached"),
        ({"storage_endpoint": "tls"}, StorageUnreachable, "does not speak TLS"),
    ],
)
def test_a_refusal_says_what_to_look_at(
    s3_settings: Settings, seaweed: Seaweed, change: dict[str, Any], kind: type[NodeError], told: str
) -> None:
    if change.get("storage_endpoint") == "tls":
        change = {"storage_endpoint": seaweed.endpoint.replace("http", "https")}
    secrets = Secrets(storage_key_id=seaweed.KEY_ID, storage_secret=seaweed.SECRET)
    secret = {name: value for name, value in change.items() if name in VARIABLES}
    settings = s3_settings.model_copy(update={name: value for name, value in change.items() if name not in secret})
    with pytest.raises(kind, match=told) as caught:
        open_storage(settings, secrets=replace(secrets, **secret), clock=FakeClock(time.time())).put_bytes(
            KEY, b"x", media_type=VIDEO
        )
    for hidden in (seaweed.SECRET, "not-the-secret-at-all", "Signature="):
        assert hidden not in str(caught.value)


def test_a_wrong_clock_is_named(s3_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """botocore's own clock is turned back by an hour: the server refuses for that, and we say so."""
    import datetime

    import botocore.auth

    real = botocore.auth.get_current_datetime
    monkeypatch.setattr(
        botocore.auth, "get_current_datetime", lambda **some: real(**some) - datetime.timedelta(hours=1)
    )
    storage = open_storage(s3_settings, clock=FakeClock(time.time() - 3600))
    with pytest.raises(StorageRefused, match=r"clock is 60 minutes behind .*: set it"):
        storage.put_bytes(KEY, b"x", media_type=VIDEO)


def test_a_link_dies_when_its_time_is_over(s3_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    import datetime

    import botocore.auth

    storage = open_storage(s3_settings)
    storage.put_bytes(KEY, b"12345", media_type=VIDEO)
    real = botocore.auth.get_current_datetime
    ago = datetime.timedelta(minutes=2)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda **some: real(**some) - ago)
    assert httpx.get(storage.link(KEY, seconds=180)).content == b"12345"
    assert httpx.get(storage.link(KEY, seconds=60)).status_code == 403
