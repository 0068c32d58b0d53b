"""What a folder and a bucket promise alike."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import httpx
import pytest

from sync.errors import ObjectMissing, SettingsError, StorageRefused
from sync.settings import Settings
from sync.storage import SourceChanged, Stopped, Storage, open_storage
from sync.storage.collect import DAY, collect
from sync.storage.uploads import LocalUploads
from tests.sync.servers import Seaweed

KEY = "local/job/0abc/Ünïcode film.mp4"
VIDEO = "video/mp4"


@pytest.fixture
def storage(storage_settings: Settings) -> Storage:
    return open_storage(storage_settings)


def film(folder: Path, size: int = 1000) -> tuple[Path, str]:
    path = folder / "film.mp4"
    path.write_bytes(os.urandom(size))
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("size", [0, 1000, 17 << 20])
def test_what_is_put_comes_back(storage: Storage, uploads: LocalUploads, tmp_path: Path, size: int) -> None:
    path, sha256 = film(tmp_path, size)
    told: list[int] = []
    stored = storage.put(KEY, path, sha256=sha256, media_type=VIDEO, uploads=uploads, told=told.append)
    assert (stored.key, stored.size, stored.sha256) == (KEY, size, sha256)
    assert told == sorted(told)
    assert not size or told[-1] == size
    there = storage.head(KEY)
    assert there is not None
    assert there.size == size
    assert storage.get(KEY, tmp_path / "back", most_bytes=size).size == size
    assert (tmp_path / "back").read_bytes() == path.read_bytes()
    assert [each.key for each in storage.list("local/")] == [KEY]


def test_an_object_is_never_written_over(storage: Storage, uploads: LocalUploads, tmp_path: Path) -> None:
    path, sha256 = film(tmp_path)
    first = storage.put(KEY, path, sha256=sha256, media_type=VIDEO, uploads=uploads)
    assert storage.put(KEY, path, sha256=sha256, media_type=VIDEO, uploads=uploads).modified == first.modified
    other = tmp_path / "other"
    other.write_bytes(bytes(1000))
    with pytest.raises(StorageRefused, match="another content"):
        storage.put(KEY, other, sha256=hashlib.sha256(bytes(1000)).hexdigest(), media_type=VIDEO, uploads=uploads)
    with pytest.raises(StorageRefused, match="another content"):
        storage.put_bytes(KEY, b"small", media_type=VIDEO)
    storage.get(KEY, tmp_path / "back", most_bytes=1000)
    assert (tmp_path / "back").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("size", [1000, 17 << 20])
def test_a_file_that_changed_since_its_hash_is_refused(
    storage: Storage, uploads: LocalUploads, tmp_path: Path, size: int
) -> None:
    path, sha256 = film(tmp_path, size)
    with path.open("r+b") as file:
        file.seek(size - 1)
        file.write(bytes([path.read_bytes()[-1] ^ 1]))
    with pytest.raises(SourceChanged, match=r"film\.mp4"):
        storage.put(KEY, path, sha256=sha256, media_type=VIDEO, uploads=uploads)
    path.unlink()
    with pytest.raises(SourceChanged, match="removed"):
        storage.put(KEY, path, sha256=sha256, media_type=VIDEO, uploads=uploads)
    assert storage.head(KEY) is None
    assert list(storage.list("")) == []


def test_an_upload_stops_when_told_to(storage: Storage, uploads: LocalUploads, tmp_path: Path) -> None:
    path, sha256 = film(tmp_path)
    with pytest.raises(Stopped):
        storage.put(KEY, path, sha256=sha256, media_type=VIDEO, uploads=uploads, stop=lambda: True)
    assert storage.head(KEY) is None


def test_what_is_missing_or_too_large_is_said(storage: Storage, tmp_path: Path) -> None:
    storage.put_bytes(KEY, bytes(1000), media_type=VIDEO)
    with pytest.raises(StorageRefused, match="1,000 bytes, and 999 are the most"):
        storage.get(KEY, tmp_path / "back", most_bytes=999)
    with pytest.raises(ObjectMissing, match="local/nothing"):
        storage.get("local/nothing", tmp_path / "back", most_bytes=1000)
    assert storage.head("local/nothing") is None
    assert list(tmp_path.glob("back*")) == list(tmp_path.glob(".back*")) == []


@pytest.mark.parametrize(
    "key", ["../out", "a/../../out", "/etc/passwd", "a//b", "a/./b", "", "a\\b", "a\0b", "k" * 1025]
)
def test_a_key_does_not_leave_its_place(storage: Storage, tmp_path: Path, key: str) -> None:
    for act in (
        lambda: storage.put_bytes(key, b"x", media_type=VIDEO),
        lambda: storage.head(key),
        lambda: storage.get(key, tmp_path / "back", most_bytes=10),
        lambda: storage.delete(key),
        lambda: storage.link(key),
    ):
        with pytest.raises(StorageRefused, match="cannot be a key"):
            act()


def test_deleting_is_quiet_about_what_is_not_there(storage: Storage) -> None:
    storage.put_bytes("local/a/b", b"x", media_type=VIDEO)
    storage.put_bytes("local/c", b"x", media_type=VIDEO)
    storage.delete("local/a/b")
    storage.delete("local/a/b")
    storage.delete("nor/this")
    assert [each.key for each in storage.list("local/")] == ["local/c"]
    assert [each.key for each in storage.list("loc")] == ["local/c"]
    assert list(storage.list("other/")) == []


def test_links_live_for_seven_days_at_most(storage: Storage) -> None:
    assert storage.link(KEY, seconds=7 * 86400)
    for seconds in (0, -1, 7 * 86400 + 1):
        with pytest.raises(StorageRefused, match="7 days"):
            storage.link(KEY, seconds=seconds)


def test_what_nobody_refers_to_is_collected_after_a_week(storage: Storage) -> None:
    for key in ("local/kept", "local/lost", "elsewhere/lost"):
        storage.put_bytes(key, b"12345", media_type=VIDEO)
    now = next(storage.list("local/")).modified
    asked: list[str] = []

    def referenced() -> frozenset[str]:
        asked.append("after the listing")
        storage.put_bytes("local/new", b"x", media_type=VIDEO)  # somebody uploads meanwhile
        return frozenset({"local/kept"})

    assert collect(storage, "local", referenced, now=now + 6 * DAY).objects == 0
    assert asked == []
    gone = collect(storage, "local", referenced, now=now + 8 * DAY)
    assert (gone.objects, gone.bytes) == (1, 5)
    assert sorted(each.key for each in storage.list("")) == ["elsewhere/lost", "local/kept", "local/new"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    storage = open_storage(Settings(home=tmp_path, storage=str(tmp_path / "storage")))
    storage.put_bytes("local/a", b"x", media_type=VIDEO)
    (tmp_path / "secret").write_text("not for anybody")
    (tmp_path / "storage" / "out").symlink_to(tmp_path)
    for act in (
        lambda: storage.head("out/secret"),
        lambda: storage.delete("out/secret"),
        lambda: storage.link("out/secret"),
    ):
        with pytest.raises(StorageRefused, match="leads out of"):
            act()
    assert [each.key for each in storage.list("")] == ["local/a"]
    assert (tmp_path / "secret").exists()


def test_a_copy_that_died_is_removed_after_its_time(tmp_path: Path) -> None:
    storage = open_storage(Settings(home=tmp_path, storage=str(tmp_path / "storage")))
    storage.put_bytes("a", b"x", media_type=VIDEO)
    left = tmp_path / "storage" / ".partial" / "left"
    left.write_bytes(b"half")
    assert storage.discard_unfinished("", before=left.stat().st_mtime) == 0
    assert storage.discard_unfinished("", before=left.stat().st_mtime + 1) == 1
    assert not left.exists()


def test_a_folder_gives_a_link_to_its_file_and_takes_no_uploads(tmp_path: Path) -> None:
    storage = open_storage(Settings(home=tmp_path, storage=str(tmp_path / "storage")))
    storage.put_bytes("a/b c.mp4", b"x", media_type=VIDEO)
    assert storage.link("a/b c.mp4") == (tmp_path / "storage/a/b c.mp4").as_uri()
    with pytest.raises(StorageRefused, match="is a folder"):
        storage.upload_link("a/b", seconds=60)


def test_a_full_disk_is_told_in_words(tmp_path: Path, uploads: LocalUploads) -> None:
    """A limit on a file's size is the full disk that a test can make."""
    import resource
    import signal

    storage = open_storage(Settings(home=tmp_path, storage=str(tmp_path / "storage")))
    path, sha256 = film(tmp_path, 100_000)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, hard))
    try:
        with pytest.raises(Exception, match=r"the disk of .* is full\. Make room"):
            storage.put(KEY, path, sha256=sha256, media_type=VIDEO, uploads=uploads)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, old)
    assert [each for each in (tmp_path / "storage").rglob("*") if each.is_file()] == []


def test_a_bucket_links_give_the_object_without_credentials_and_expire(s3_settings: Settings) -> None:
    storage = open_storage(s3_settings)
    storage.put_bytes(KEY, b"12345", media_type=VIDEO)
    answer = httpx.get(storage.link(KEY, seconds=60, name='Größe "1".mp4'))
    assert (answer.content, answer.headers["content-type"]) == (b"12345", VIDEO)
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.mp4"
    assert "X-Amz-Expires=86400&" in storage.link(KEY)
    past = storage.link(KEY, seconds=60).replace("X-Amz-Expires=60", "X-Amz-Expires=6000")
    assert httpx.get(past).status_code == 403  # nobody makes it live longer


def test_an_upload_link_takes_only_what_it_was_made_for(s3_settings: Settings) -> None:
    storage = open_storage(s3_settings)
    sha256 = hashlib.sha256(b"12345").hexdigest()
    link = storage.upload_link(KEY, seconds=60, size=5, sha256=sha256, media_type=VIDEO)
    headers = {"content-type": VIDEO, "x-amz-meta-sha256": sha256}
    assert httpx.put(link, content=b"123456", headers=headers).status_code == 403
    assert httpx.put(link, content=b"12345", headers={"content-type": VIDEO}).status_code == 403
    assert storage.head(KEY) is None
    assert httpx.put(link, content=b"12345", headers=headers).status_code == 200
    there = storage.head(KEY)
    assert there is not None
    assert (there.size, there.sha256) == (5, sha256)
    with pytest.raises(StorageRefused, match="7 days"):
        storage.upload_link(KEY, seconds=7 * 86400 + 1)


def test_an_object_that_is_not_its_hash_is_not_taken(s3_settings: Settings, tmp_path: Path) -> None:
    storage = open_storage(s3_settings)
    link = storage.upload_link(KEY, seconds=60, sha256="0" * 64)
    assert httpx.put(link, content=b"12345", headers={"x-amz-meta-sha256": "0" * 64}).status_code == 200
    with pytest.raises(Exception, match="damaged"):
        storage.get(KEY, tmp_path / "back", most_bytes=100)
    assert list(tmp_path.glob("*back*")) == []


def test_two_prefixes_do_not_see_each_other(s3_settings: Settings, seaweed: Seaweed) -> None:
    one = open_storage(s3_settings)
    other = open_storage(s3_settings, s3_settings.storage + "/inner")
    one.put_bytes("a", b"1", media_type=VIDEO)
    other.put_bytes("a", b"22", media_type=VIDEO)
    assert sorted(each.key for each in one.list("")) == ["a", "inner/a"]
    assert [(each.key, each.size) for each in other.list("")] == [("a", 2)]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("ftp://x", "is not a storage"),
        ("s3://", "does not name a bucket"),
        ("s3://A_B/x", "does not name a bucket"),
        ("s3://films/a//b", "cannot be a prefix"),
        ("s3://films/../b", "cannot be a prefix"),
        ("r2://films", "FRAMEKILN_STORAGE_ENDPOINT"),
        ("s3://films", "FRAMEKILN_STORAGE_REGION"),
        ("s3://id:hunter22@films", "secrets do not belong in an address"),
        ("s3://films?token=hunter22", "secrets do not belong in an address"),
    ],
)
def test_an_address_that_cannot_be_is_refused(tmp_path: Path, address: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told) as caught:
        open_storage(Settings(home=tmp_path), address)
    assert "hunter22" not in str(caught.value)
