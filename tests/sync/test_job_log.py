"""A job's log: bounded, timed, without secrets, and never a reason for a render to fail."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sync.job_log import LONGEST, JobLog
from sync.secrets import Secrets
from tests.sync.fakes import FakeClock

CLOCK = FakeClock(wall=1_800_000_000.0)
TIME = "2027-01-15T08:00:00Z"


@contextmanager
def log(folder: Path, **bounds: int) -> Iterator[JobLog]:
    made = JobLog(folder / "log", CLOCK.wall, **bounds)
    yield made
    made.close()


def test_each_line_has_its_time(tmp_path: Path) -> None:
    with log(tmp_path) as job:
        job.write("first\nsecond\n")
        job.write("third")
        assert job.path.read_text() == f"{TIME} first\n{TIME} second\n{TIME} third\n"


def test_a_long_log_keeps_its_beginning_and_its_end_and_says_what_is_left_out(tmp_path: Path) -> None:
    with log(tmp_path, most=20_000, first=4_000) as job:
        for number in range(10_000):
            job.write(f"line {number}")
            assert job.path.stat().st_size <= 20_000
        lines = job.path.read_text().splitlines()
    (note,) = (at for at, line in enumerate(lines) if "left out" in line)
    numbers = [int(line.rpartition(" ")[2]) for line in lines if "left out" not in line]
    assert numbers[:note] == list(range(note))
    assert numbers[note:] == list(range(10_000 - len(numbers) + note, 10_000))
    assert lines[note] == f"… {10_000 - len(numbers)} lines are left out here …"
    assert sum(len(line) + 1 for line in lines[:note]) in range(3_900, 4_001)
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


def test_its_tail_is_whole_lines(tmp_path: Path) -> None:
    with log(tmp_path) as job:
        job.write("first\nsecond\nthird")
        line = len(f"{TIME} third\n")
        assert job.tail(line) == f"{TIME} third\n"
        assert job.tail(line + 5) == f"{TIME} third\n"
        assert job.tail(9999) == job.path.read_text()


def test_no_secret_stands_in_it(tmp_path: Path) -> None:
    Secrets(queue_token="a-very-secret-token")
    with log(tmp_path) as job:
        job.write("GET https://r2.example/film.mp4?X-Amz-Signature=0123abcd said a-very-secret-token")
        job.write("x" * (LONGEST - 10) + " a-very-secret-token")
        told = job.path.read_text()
    assert "secret" not in told
    assert "0123abcd" not in told
    assert "film.mp4" in told


def test_it_cannot_command_a_terminal_and_no_line_is_endless(tmp_path: Path) -> None:
    with log(tmp_path) as job:
        job.write("\x1b]0;owned\x07\x1b[2Jred\ttab\x9b31m")
        job.write("y" * 1_000_000)
        first, second = job.path.read_text().splitlines()
    assert first == f"{TIME} ]0;owned[2Jred\ttab31m"
    assert len(second) == len(TIME) + 1 + LONGEST


def test_lines_that_a_full_disk_did_not_take_are_counted(tmp_path: Path) -> None:
    with log(tmp_path) as job:
        job.write("before")
        with no_file_longer_than(job.path.stat().st_size):
            job.write("lost\nlost too")
        job.write("after")
        told = job.path.read_text()
    assert told == f"{TIME} before\n(2 lines before this one could not be written)\n{TIME} after\n"


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_what_is_said_after_the_end_is_dropped(tmp_path: Path) -> None:
    with log(tmp_path) as job:
        job.write("last")
    job.write("too late")
    assert job.path.read_text() == f"{TIME} last\n"


@pytest.mark.parametrize("text", ["", "\n", "\r\n"])
def test_nothing_said_is_no_trouble(tmp_path: Path, text: str) -> None:
    with log(tmp_path) as job:
        job.write(text)
        assert job.path.read_text().strip() in ("", TIME)
