"""A bucket behind a network that fails: an object is whole or not there, and nothing is sent again in vain."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sync.errors import StorageRefused, StorageUnreachable
from sync.storage import Stopped
from sync.storage.s3 import S3Storage
from sync.storage.uploads import LocalUploads
from tests.sync.s3_faults import Fault, FaultyProxy
from tests.sync.sending import KEY, VIDEO, film_of, put, sent_parts, stop_after


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film_of(tmp_path_factory.mktemp("film"), parts=3)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("refused", "PUT", "partNumber=2", status=500),
        Fault("refused", "PUT", "partNumber=2", status=503, times=2),
        Fault("refused", "PUT", "partNumber=3", status=429),
        Fault("cut", "PUT", "partNumber=3"),
        Fault("lost", "PUT", "partNumber=3"),
        Fault("refused", "POST", "uploads", status=503),
        Fault("lost", "POST", "uploads"),
        Fault("half", "POST", "uploads"),
        Fault("half", "GET", "uploadId"),
        Fault("refused", "GET", "uploadId", status=500),
        Fault("error inside", "POST", "uploadId"),
        Fault("refused", "POST", "uploadId", status=500),
        Fault("lost", "POST", "uploadId"),
        Fault("half", "POST", "uploadId"),
        Fault("lost", "HEAD"),
        Fault("refused", "HEAD", status=503, after=1),
    ],
    ids=lambda fault: f"{fault.kind} {fault.method} {fault.contains} {fault.status}".replace(" ", "-"),
)
def test_one_failure_in_the_middle_does_not_matter(
    small_parts: S3Storage, proxy: FaultyProxy, uploads: LocalUploads, film: Path, fault: Fault
) -> None:
    proxy.faults = [replace(fault)]
    put(small_parts, film, uploads)
    assert proxy.faults[0].times == 0  # it did happen
    assert small_parts.clock.now() > 0  # and was waited for


@pytest.mark.parametrize("kind", ["cut", "lost", "refused", "error inside"])
def test_a_small_file_goes_through_the_same_weather(
    small_parts: S3Storage, proxy: FaultyProxy, uploads: LocalUploads, tmp_path: Path, kind: Any
) -> None:
    path = tmp_path / "small.mp4"
    path.write_bytes(os.urandom(200_000))
    proxy.faults = [Fault(kind, "PUT", "film.mp4", status=503)]
    put(small_parts, path, uploads)
    assert proxy.faults[0].times == 0


def test_minutes_of_failure_end_in_an_error_and_the_next_put_goes_on(
    small_parts: S3Storage, proxy: FaultyProxy, uploads: LocalUploads, film: Path
) -> None:
    proxy.faults = [Fault("refused", "PUT", "partNumber", status=503, after=2, times=1000)]
    for _ in range(3):
        with pytest.raises(StorageUnreachable, match="503"):
            put(small_parts, film, uploads)
    proxy.faults = []
    proxy.seen.clear()
    put(small_parts, film, uploads)
    assert len(sent_parts(proxy)) == 3 - 2


def test_a_completion_that_says_200_with_an_error_has_failed(
    small_parts: S3Storage, proxy: FaultyProxy, uploads: LocalUploads, film: Path
) -> None:
    proxy.faults = [Fault("error inside", "POST", "uploadId", times=99)]
    with pytest.raises(StorageUnreachable, match="InternalError: no luck"):
        put(small_parts, film, uploads)
    assert small_parts.head(KEY) is None
    assert uploads.find(small_parts.address, KEY) is not None


def test_what_the_storage_says_of_the_object_is_compared_with_what_was_sent(
    small_parts: S3Storage, proxy: FaultyProxy, uploads: LocalUploads, film: Path, tmp_path: Path
) -> None:
    small = tmp_path / "small"
    small.write_bytes(b"x" * 1000)
    for path, method, word in ((film, "HEAD", "film.mp4"), (small, "HEAD", "film.mp4"), (film, "PUT", "partNumber")):
        proxy.faults = [Fault("forged", method, word, times=99)]
        with pytest.raises(StorageRefused, match=r"SSE-KMS|encrypted bucket"):
            put(small_parts, path, uploads)
        proxy.faults = []
        assert small_parts.head(KEY) is None


def test_an_object_that_came_meanwhile_is_not_written_over(
    small_parts: S3Storage, proxy: FaultyProxy, uploads: LocalUploads, film: Path, tmp_path: Path
) -> None:
    """Between our look and our writing somebody else wrote."""
    small = tmp_path / "small"
    small.write_bytes(b"x" * 1000)
    for path in (small, film):
        small_parts.client.put_object(Bucket=small_parts.place.name, Key=small_parts.full(KEY), Body=b"theirs")
        proxy.faults = [Fault("refused", "HEAD", status=404)]
        with pytest.raises(StorageRefused, match="another content"):
            put(small_parts, path, uploads)
        assert (
            small_parts.client.get_object(Bucket=small_parts.place.name, Key=small_parts.full(KEY))["Body"].read()
            == b"theirs"
        )
        small_parts.delete(KEY)


def test_a_download_that_is_cut_is_fetched_again_and_never_half(
    small_parts: S3Storage, proxy: FaultyProxy, uploads: LocalUploads, film: Path, tmp_path: Path
) -> None:
    put(small_parts, film, uploads)
    proxy.faults = [Fault("half", "GET", "film.mp4")]
    small_parts.get(KEY, tmp_path / "back", most_bytes=film.stat().st_size)
    assert (tmp_path / "back").read_bytes() == film.read_bytes()
    proxy.faults = [Fault("half", "GET", "film.mp4", times=99)]
    with pytest.raises(StorageUnreachable, match="closed the connection"):
        small_parts.get(KEY, tmp_path / "again", most_bytes=film.stat().st_size)
    assert list(tmp_path.glob("*again*")) == []


def test_unfinished_uploads_are_given_up_after_their_time_only(
    small_parts: S3Storage, uploads: LocalUploads, film: Path
) -> None:
    with pytest.raises(Stopped):
        put(small_parts, film, uploads, **stop_after(1))
    assert small_parts.discard_unfinished("local/", before=time.time() - 3600) == 0
    assert small_parts.discard_unfinished("other/", before=time.time() + 3600) == 0
    assert small_parts.discard_unfinished("local/", before=time.time() + 3600) == 1


def test_long_listings_are_read_to_their_end(small_parts: S3Storage) -> None:
    for number in range(5):
        small_parts.put_bytes(f"local/{number}", b"x", media_type=VIDEO)
    assert [each.key for each in small_parts.list("local/")] == [f"local/{number}" for number in range(5)]
