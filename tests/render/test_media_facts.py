"""Facts of media files are found out once, kept on disk, and never believed of another content."""

import json
import os
import random
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest

from render_engine.cache_folder import VARIABLE
from render_engine.checked import file_hash
from render_engine.media import facts
from render_engine.media.content import content_hash
from render_engine.media.facts import Stamp
from render_engine.media.frame_times import FrameTimes
from render_engine.media.info import MediaInfo
from render_engine.media.probe import probe
from tests.render.clips import numbered, write_clip

MEDIA = Path(__file__).resolve().parents[2] / "resources" / "media"
ASK = """
import json, pickle, sys, time
from pathlib import Path
from render_engine.media.content import content_hash
from render_engine.media.probe import probe
begun = time.process_time()
info, hashed = probe(Path(sys.argv[1])), content_hash(Path(sys.argv[1]))
print(json.dumps([repr(info), hashed, time.process_time() - begun]))
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def asked(path: Path) -> tuple[str, str, float]:
    """What another process finds out, and the seconds it takes."""
    told = json.loads(subprocess.check_output([sys.executable, "-c", ASK, str(path)], text=True))
    return told[0], told[1], told[2]


def settled(path: Path) -> Path:
    """Waits until the file is old enough to be known again."""
    while not Stamp.of(path).is_settled:
        time.sleep(0.1)
    return path


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten minutes at 30 frames a second: 18,000 frames, and 20 MB of them."""
    path = tmp_path_factory.mktemp("long") / "long.mov"
    frame = numbered(7, 128, 16)
    write_clip(path, (frame for _ in range(18_000)), codec="mpeg4", rate=30, options={"qscale": "31"})
    with path.open("ab") as file:
        file.write((20_000_000).to_bytes(4, "big") + b"free" + bytes(19_999_992))
    return settled(path)


def test_a_ten_minute_clip_costs_a_second_process_next_to_nothing(long_clip: Path) -> None:
    first, second = asked(long_clip), asked(long_clip)
    assert second[:2] == first[:2]
    assert second[2] < 0.03 * 3  # measured 0.009 s; the engine's identity is most of it
    assert second[2] < first[2] / 3


@pytest.mark.parametrize("name", ["bigbuckbunny.mp4", "rocket.jpg"])
def test_what_was_kept_is_what_was_found(name: str, cache: Path) -> None:
    path = MEDIA / name
    found = probe(path)
    facts.keep_info(Stamp.of(path), found)
    kept = facts.kept_info(Stamp.of(path), path)
    assert kept == found
    assert isinstance(kept, MediaInfo)
    assert repr(kept) == repr(found)


def test_a_changed_file_of_the_same_size_and_time_is_hashed_again(tmp_path: Path) -> None:
    path = tmp_path / "film.raw"
    path.write_bytes(random.Random(1).randbytes(5_000_000))
    stat = settled(path).stat()
    before = content_hash(path)
    path.write_bytes(random.Random(2).randbytes(5_000_000))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert content_hash(path) != before
    assert content_hash(path) == file_hash(path)


def test_a_file_that_was_just_written_is_not_kept(tmp_path: Path, cache: Path) -> None:
    path = tmp_path / "film.raw"
    path.write_bytes(bytes(5_000_000))
    content_hash(path)
    assert not list(cache.rglob("*-*"))
    assert facts.kept_hash(Stamp.of(path)) is None


def test_damaged_facts_are_found_out_again(long_clip: Path, cache: Path) -> None:
    first = asked(long_clip)
    entries = [path for path in cache.rglob("*-*") if path.is_file()]
    assert len(entries) == 2
    for path in entries:
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert asked(long_clip)[:2] == first[:2]


def test_a_cache_that_cannot_be_written_to_costs_time_only(long_clip: Path, cache: Path) -> None:
    cache.touch()
    assert asked(long_clip)[1] == file_hash(long_clip)


class TestFrameTimes:
    """Ticks that behave as the exact seconds they stand for."""

    ntsc = FrameTimes.of(range(0, 100 * 1001, 1001), Fraction(1, 30_000))

    def test_they_are_exact(self) -> None:
        assert self.ntsc[3] == Fraction(3 * 1001, 30_000)
        assert self.ntsc[-1] == Fraction(99 * 1001, 30_000)
        assert self.ntsc[:2] == (0, Fraction(1001, 30_000))
        assert self.ntsc == tuple(n * Fraction(1001, 30_000) for n in range(100))

    def test_the_frame_at_a_time_is_the_last_one_shown_by_then(self) -> None:
        step, little = Fraction(1001, 30_000), Fraction(1, 10**9)
        assert self.ntsc.at_or_before(5 * step) == 6
        assert self.ntsc.at_or_before(5 * step - little) == 5
        assert self.ntsc.before(5 * step) == 5
        assert self.ntsc.before(5 * step + little) == 6
        assert self.ntsc.at_or_before(Fraction(-1)) == 0

    @pytest.mark.parametrize("origin", [Fraction(0), Fraction(7, 30), Fraction(-1, 44_100), Fraction(1, 3)])
    def test_a_files_own_stamps_come_back(self, origin: Fraction) -> None:
        base, stamps = Fraction(1, 90_000), [3000 * n for n in range(50)]
        times = FrameTimes.of(stamps, base, origin)
        assert times == tuple(stamp * base - origin for stamp in stamps)
        assert times.stamps(base, origin) == stamps

    def test_the_rounding_of_matroska_is_known_from_variable_rates(self) -> None:
        rounded = FrameTimes.of([round(n * 1000 / 30) for n in range(60)], Fraction(1, 1000))
        uneven = FrameTimes.of([0, 100, 150, 350], Fraction(1, 1000))
        assert (rounded.rounding(), rounded.are_variable()) == (Fraction(1, 1000), False)
        assert (uneven.rounding(), uneven.are_variable()) == (0, True)
        assert self.ntsc.rounding() == 0
