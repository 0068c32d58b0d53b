"""A file sent to a bucket, and seen to be whole there."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Any

from sync.storage.s3 import S3Storage
from sync.storage.uploads import LocalUploads
from tests.sync.s3_faults import FaultyProxy

KEY = "local/job/0abc/film.mp4"
VIDEO = "video/mp4"
PART = 5 << 20  # the least that an S3 server takes


def film_of(folder: Path, parts: int) -> Path:
    """The last part is a short one."""
    path = folder / "film.mp4"
    path.write_bytes(os.urandom((parts - 1) * PART + 12345))
    return path


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def put(storage: S3Storage, path: Path, uploads: LocalUploads, **more: Any) -> None:
    """And see that it is whole, as somebody else would."""
    sha256 = sha256_of(path)
    stored = storage.put(KEY, path, sha256=sha256, media_type=VIDEO, uploads=uploads, **more)
    assert (stored.size, stored.sha256) == (path.stat().st_size, sha256)
    back = storage.client.get_object(Bucket=storage.place.name, Key=storage.full(KEY))
    assert hashlib.sha256(back["Body"].read()).hexdigest() == sha256
    assert back["ContentType"] == VIDEO
    assert uploads.find(storage.address, KEY) is None


def sent_parts(proxy: FaultyProxy) -> list[int]:
    found = (re.search(r"partNumber=(\d+)", path) for method, path in proxy.seen if method == "PUT")
    return sorted(int(each[1]) for each in found if each)


def stop_after(count: int, *, begun: bool = False) -> Any:
    """`stop` and `told` that end an upload when so many parts have arrived; `begun`: not before it has begun."""
    told: list[int] = []
    return {
        "stop": lambda: (bool(told) or not begun) and len([each for each in told if each]) >= count,
        "told": told.append,
    }
