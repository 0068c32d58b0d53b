"""Payloads: in the row where they are small, in the storage where they are not, refused where they are absurd."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sync.errors import InputUnavailable, JobRefused
from sync.inputs.payload import MOST_IN_A_ROW, read, stored
from sync.inputs.upload import input_key
from sync.settings import Settings
from sync.storage import open_storage
from sync.storage.folder import FolderStorage


def payload(size: int) -> dict[str, object]:
    return {"source": None, "document": {"title": "ü" * (size // 2)}, "files": {}, "props": {}}


def test_a_small_payload_stays_in_the_row(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    assert stored(payload(1000), storage, "local") is None
    assert read(json.dumps(payload(1000)), None, storage, "local") == payload(1000)
    assert not list(storage.list(""))


def test_a_long_payload_lies_in_the_storage_by_its_hash(storage_settings: Settings) -> None:
    storage = open_storage(storage_settings)
    long = payload(MOST_IN_A_ROW)
    sha256 = stored(long, storage, "local")
    assert sha256
    assert stored(long, storage, "local") == sha256
    assert [each.key for each in storage.list("")] == [input_key("local", sha256)]
    assert read(None, sha256, storage, "local") == long


def test_a_payload_of_100_mb_is_refused_with_words(tmp_path: Path) -> None:
    with pytest.raises(JobRefused, match=r"have 95 MiB; 64 MiB is the most\. Media belong into files"):
        stored(payload(100_000_000), FolderStorage(tmp_path), "local")


def test_a_payload_that_is_not_there_or_damaged_is_told(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    with pytest.raises(InputUnavailable, match="does not hold the job's payload"):
        read(None, "ab" * 32, storage, "local")
    sha256 = stored(payload(MOST_IN_A_ROW), storage, "local")
    assert sha256
    (tmp_path / input_key("local", sha256)).write_bytes(b"{}")
    with pytest.raises(JobRefused, match="damaged"):
        read(None, sha256, storage, "local")


@pytest.mark.parametrize("text", ["", "[1]", "{", "7", "[" * 100_000])
def test_nonsense_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(JobRefused, match="payload"):
        read(text, None, FolderStorage(tmp_path), "local")
