"""The cache of inputs: each content brought once, kept within bounds, never taken from under a render."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sync.errors import JobRefused
from sync.inputs.cache import ABANDONED, FRESH, Fetched, InputCache
from sync.inputs.upload import never
from sync.storage import Stopped
from tests.sync.fakes import FakeClock

DATA = b"a picture" * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()


def brings(data: bytes) -> Callable[[Path], None]:
    return lambda partial: partial.write_bytes(data) and None


def fill(cache: InputCache, target: Path, data: bytes) -> str:
    sha256 = hashlib.sha256(data).hexdigest()
    cache.take(sha256, target, brings(data), never)
    return sha256


def test_slots_that_want_the_same_bring_it_once(tmp_path: Path) -> None:
    brought: list[Path] = []
    all_ask = threading.Barrier(4)

    def slot(number: int) -> bytes:
        cache = InputCache(tmp_path / "cache", 1 << 20)  # each its own, as in processes
        all_ask.wait()
        target = tmp_path / f"attempt-{number}" / "a.jpg"

        def bring(partial: Path) -> None:
            brought.append(partial)
            threading.Event().wait(0.05)
            partial.write_bytes(DATA)

        cache.take(SHA256, target, bring, never)
        return target.read_bytes()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(slot, range(4))) == [DATA] * 4
    assert len(brought) == 1


def _hold(folder: Path, begun: object, go_on: object) -> None:
    def bring(partial: Path) -> None:
        begun.set()  # type: ignore[attr-defined]  # an Event of another process
        go_on.wait(30)  # type: ignore[attr-defined]
        partial.write_bytes(DATA)

    InputCache(folder / "cache", 1 << 20).take(SHA256, folder / "theirs", bring, never)


def test_another_process_is_waited_for_and_a_stop_ends_the_wait(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    begun, go_on = spawn.Event(), spawn.Event()
    other = spawn.Process(target=_hold, args=(tmp_path, begun, go_on))
    other.start()
    try:
        assert begun.wait(30)
        cache = InputCache(tmp_path / "cache", 1 << 20)
        with pytest.raises(Stopped):
            cache.take(SHA256, tmp_path / "ours", brings(b""), lambda: True)
        go_on.set()
        cache.take(SHA256, tmp_path / "ours", brings(b"not the same"), never)
        assert (tmp_path / "ours").read_bytes() == DATA
    finally:
        go_on.set()
        other.join(30)
    assert other.exitcode == 0


def test_a_process_that_died_while_it_brought_something_blocks_nobody(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    begun, never_set = spawn.Event(), spawn.Event()
    other = spawn.Process(target=_hold, args=(tmp_path, begun, never_set))
    other.start()
    assert begun.wait(30)
    other.kill()
    other.join(30)
    fill(InputCache(tmp_path / "cache", 1 << 20), tmp_path / "ours", DATA)
    assert (tmp_path / "ours").read_bytes() == DATA


def test_what_is_not_what_its_hash_says_does_not_come_in(tmp_path: Path) -> None:
    cache = InputCache(tmp_path / "cache", 1 << 20)
    with pytest.raises(JobRefused, match="damaged"):
        cache.take(SHA256, tmp_path / "a.jpg", brings(DATA[:-1]), never)
    assert not cache.path(SHA256).exists()
    assert not (tmp_path / "a.jpg").exists()
    assert not list((tmp_path / "cache" / "partial").iterdir())


def test_the_least_recently_used_goes_first_and_what_is_in_use_never(tmp_path: Path) -> None:
    clock = FakeClock()
    cache = InputCache(tmp_path / "cache", 250, clock)
    names = [fill(cache, tmp_path / f"{k}", bytes([k]) * 100) for k in range(5)]
    assert all(cache.path(name).exists() for name in names), "all are in use"
    for k in (1, 2, 3, 4):
        (tmp_path / f"{k}").unlink()
    for k in (1, 3, 4, 2):  # the order of their last use
        clock.wait(10)
        cache.take(names[k], tmp_path / "used", brings(b""), never)
        (tmp_path / "used").unlink()
    cache.trim()
    assert all(cache.path(name).exists() for name in names), "they are fresh"
    clock.wait(FRESH + 1)
    cache.trim()
    assert [k for k in range(5) if cache.path(names[k]).exists()] == [0, 2, 4]
    (tmp_path / "0").unlink()
    os.utime(cache.path(names[2]), (0, 0))
    cache.trim()
    assert [k for k in range(5) if cache.path(names[k]).exists()] == [0, 4]


def test_what_nobody_finished_goes_with_the_notes_of_what_went(tmp_path: Path) -> None:
    clock = FakeClock(wall=time.time())
    cache = InputCache(tmp_path / "cache", 0, clock)

    def bring(partial: Path, _known: Fetched | None) -> Fetched:
        partial.write_bytes(DATA)
        return Fetched(SHA256, None, None)

    cache.take_address("https://films.example/a", tmp_path / "a", bring, never)
    cache.partial().write_bytes(b"half")
    cache.trim()
    kept = [len(list((tmp_path / "cache" / name).iterdir())) for name in ("partial", "addresses")]
    (tmp_path / "a").unlink()
    clock.wait(ABANDONED + 60)
    cache.trim()
    assert kept == [1, 1]
    assert not [*(tmp_path / "cache" / "partial").iterdir(), *(tmp_path / "cache" / "addresses").iterdir()]


def test_use_leaves_a_files_time_of_change_alone(tmp_path: Path) -> None:
    """A render that reads it stops where that moves."""
    clock = FakeClock()
    cache = InputCache(tmp_path / "cache", 1 << 20, clock)
    fill(cache, tmp_path / "first", DATA)
    before = (tmp_path / "first").stat()
    clock.wait(1000)
    fill(cache, tmp_path / "second", DATA)
    after = (tmp_path / "first").stat()
    assert (after.st_mtime_ns, after.st_size, after.st_ino) == (before.st_mtime_ns, before.st_size, before.st_ino)
    assert after.st_atime > before.st_atime


def test_what_was_removed_meanwhile_is_brought_again(tmp_path: Path) -> None:
    cache = InputCache(tmp_path / "cache", 1 << 20)
    fill(cache, tmp_path / "first", DATA)
    cache.path(SHA256).unlink()
    fill(cache, tmp_path / "second", DATA)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes() == DATA
