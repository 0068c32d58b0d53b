"""An upload in parts survives what may happen to the program and to the storage."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sync.errors import StorageRefused
from sync.local import open_local
from sync.settings import Settings
from sync.storage import Stopped, Upload, open_storage
from sync.storage.multipart import MIB, MOST_PARTS, part_size
from sync.storage.s3 import S3Storage
from sync.storage.uploads import LocalUploads
from tests.sync.s3_faults import Fault, FaultyProxy, faulty_proxy
from tests.sync.sending import KEY, PART, film_of, put, sent_parts, sha256_of, stop_after
from tests.sync.servers import Seaweed


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return film_of(tmp_path_factory.mktemp("film"), parts=5)


def test_parts_are_equal_and_their_size_is_kept_before_the_first_is_sent(
    small_parts: S3Storage, proxy: FaultyProxy, uploads: LocalUploads, film: Path
) -> None:
    proxy.faults = [Fault("refused", "PUT", "partNumber", status=403, times=99)]
    with pytest.raises(StorageRefused):
        put(small_parts, film, uploads)
    kept = uploads.find(small_parts.address, KEY)
    assert kept is not None
    assert (kept.part_size, kept.size, kept.sha256) == (PART, film.stat().st_size, sha256_of(film))
    proxy.faults = []
    with pytest.raises(Stopped):
        put(small_parts, film, uploads, **stop_after(4))
    listed = small_parts.client.list_parts(
        Bucket=small_parts.place.name, Key=small_parts.full(KEY), UploadId=kept.upload_id, MaxParts=100
    )
    assert {part["Size"] for part in listed["Parts"] if part["PartNumber"] < 5} == {PART}


@pytest.mark.parametrize(
    ("size", "wanted"), [(1, 16 * MIB), (MOST_PARTS * 16 * MIB, 16 * MIB), (MOST_PARTS * 16 * MIB + 1, 17 * MIB)]
)
def test_no_upload_has_more_than_ten_thousand_parts(size: int, wanted: int) -> None:
    assert part_size(size, 16 * MIB) == wanted
    assert -(-size // part_size(size, 16 * MIB)) <= MOST_PARTS
    with pytest.raises(StorageRefused, match="10,000 parts"):
        part_size((5 << 30) * MOST_PARTS + 1, 16 * MIB)


def test_an_upload_goes_on_from_every_page_of_its_parts(
    small_parts: S3Storage, proxy: FaultyProxy, uploads: LocalUploads, film: Path
) -> None:
    with pytest.raises(Stopped):
        put(small_parts, film, uploads, **stop_after(4))
    before = sent_parts(proxy)
    assert 4 <= len(before) < 6
    told: list[int] = []
    proxy.seen.clear()
    put(small_parts, film, uploads, told=told.append)
    assert sorted(before + sent_parts(proxy)) == [1, 2, 3, 4, 5]  # none twice
    assert proxy.count("GET", "part-number-marker") >= 2  # pages
    assert told[0] >= 4 * PART - PART + 12345
    assert told[-1] == film.stat().st_size


def test_a_part_of_another_size_or_content_is_sent_again(
    small_parts: S3Storage, proxy: FaultyProxy, uploads: LocalUploads, film: Path
) -> None:
    with pytest.raises(Stopped):
        put(small_parts, film, uploads, **stop_after(0, begun=True))
    kept = uploads.find(small_parts.address, KEY)
    assert kept is not None
    there = {"Bucket": small_parts.place.name, "Key": small_parts.full(KEY), "UploadId": kept.upload_id}
    for number, body in ((1, bytes(PART)), (2, bytes(PART + 1)), (3, film.read_bytes()[2 * PART : 3 * PART])):
        small_parts.client.upload_part(**there, PartNumber=number, Body=body)
    proxy.seen.clear()
    put(small_parts, film, uploads)
    assert sent_parts(proxy) == [1, 2, 4, 5]


def test_an_upload_of_another_content_is_not_gone_on_with(
    small_parts: S3Storage, uploads: LocalUploads, film: Path, tmp_path: Path
) -> None:
    with pytest.raises(Stopped):
        put(small_parts, film, uploads, **stop_after(2))
    other = tmp_path / "film.mp4"
    other.write_bytes(os.urandom(film.stat().st_size))
    put(small_parts, other, uploads)


def test_an_upload_survives_kill_9(
    s3_settings: Settings, seaweed: Seaweed, film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real process, whose second part never gets its answer, is killed; another goes on with what it wrote down."""
    program = tmp_path / "send.py"
    program.write_text(_SEND)
    with faulty_proxy(seaweed.port) as proxy:
        proxy.faults = [Fault("held", "PUT", "partNumber", after=2, times=99)]
        monkeypatch.setenv("FRAMEKILN_STORAGE", s3_settings.storage)
        monkeypatch.setenv("FRAMEKILN_STORAGE_ENDPOINT", proxy.endpoint)
        monkeypatch.setenv("FRAMEKILN_HOME", str(tmp_path / "home"))
        command = [sys.executable, str(program), str(film), sha256_of(film), KEY, str(PART)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            while (line := process.stdout.readline()) and int(line) < 2 * PART:
                pass
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        arrived = {part for part in range(1, 6) if part in sent_parts(proxy)}
        proxy.faults = []
        proxy.release()
        proxy.seen.clear()
        ended = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
        assert int(ended.stdout.split()[0]) >= 2 * PART  # there already
        assert len(sent_parts(proxy)) == 5 - 2
        assert arrived
    stored = open_storage(s3_settings)
    stored.get(KEY, tmp_path / "back", most_bytes=film.stat().st_size)
    assert (tmp_path / "back").read_bytes() == film.read_bytes()
    local = open_local(tmp_path / "home")
    assert list(local["uploads"].rows) == []
    local.close()


_SEND = """
import sys
from pathlib import Path
from sync.local import open_local
from sync.settings import read_settings
from sync.storage import open_storage
from sync.storage.uploads import LocalUploads

film, sha256, key, part = sys.argv[1:]
settings = read_settings()
local = open_local(settings.home)
storage = open_storage(settings)
storage.part_bytes = int(part)
storage.put(key, Path(film), sha256=sha256, media_type="video/mp4", uploads=LocalUploads(local),
            told=lambda sent: print(sent, flush=True))
local.close()
"""


def test_an_upload_that_is_gone_begins_anew(
    small_parts: S3Storage, proxy: FaultyProxy, uploads: LocalUploads, film: Path
) -> None:
    with pytest.raises(Stopped):
        put(small_parts, film, uploads, **stop_after(3))
    assert small_parts.discard_unfinished("local/", before=time.time() + 60) == 1
    proxy.seen.clear()
    put(small_parts, film, uploads)
    assert sent_parts(proxy) == [1, 2, 3, 4, 5]


def test_an_upload_that_was_completed_is_done(
    small_parts: S3Storage, proxy: FaultyProxy, uploads: LocalUploads, film: Path
) -> None:
    """It died between the completion and the note of it."""
    put(small_parts, film, uploads)
    uploads.save(Upload(small_parts.address, KEY, "0" * 40 + "_gone", PART, film.stat().st_size, sha256_of(film), 0.0))
    proxy.seen.clear()
    put(small_parts, film, uploads)
    assert sent_parts(proxy) == []
    assert proxy.count("POST", "") == 0


def test_a_completed_object_that_is_not_what_was_sent_is_not_taken_for_done(
    small_parts: S3Storage, uploads: LocalUploads, film: Path
) -> None:
    """Size and sha256 are as they were said when the upload began; only the ETag tells of the bytes."""
    small_parts.client.put_object(
        Bucket=small_parts.place.name,
        Key=small_parts.full(KEY),
        Body=bytes(film.stat().st_size),
        Metadata={"sha256": sha256_of(film)},
    )
    uploads.save(Upload(small_parts.address, KEY, "0" * 40 + "_gone", PART, film.stat().st_size, sha256_of(film), 0.0))
    with pytest.raises(StorageRefused, match="another content"):
        put(small_parts, film, uploads)
