"""Which frame of a video is on screen when."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from render_engine.display_list import Picture, Shape
from tests.render.clips import numbered_clip
from tests.render.drawing import drawn


def frames(folder: Path, name: str, times: list[Fraction], **fields: object) -> list[int]:
    layer = {"type": "video", "source": name, "muted": True, **fields}
    found = []
    for time in times:
        (op,) = drawn(layer, at=time, base=folder)
        assert isinstance(op, Shape)
        assert isinstance(op.fill, Picture)
        found.append(op.fill.frame)
    return found


@pytest.mark.parametrize("rate", [Fraction(30), Fraction(30000, 1001), Fraction(24000, 1001), Fraction(60000, 1001)])
@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv"])
def test_every_frame_is_shown_once_though_a_container_rounds_its_times(
    name: str, rate: Fraction, tmp_path: Path
) -> None:
    numbered_clip(tmp_path / name, 24, rate=rate)
    times = [n / rate for n in range(24)]
    assert frames(tmp_path, name, times) == list(range(24))


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv"])
def test_backwards_shows_every_frame_once_too(name: str, tmp_path: Path) -> None:
    numbered_clip(tmp_path / name, 12, rate=30)
    assert frames(tmp_path, name, [Fraction(n, 30) for n in range(12)], speed=-1) == list(range(11, -1, -1))


def test_speed_skips_and_repeats(tmp_path: Path) -> None:
    numbered_clip(tmp_path / "clip.mp4", 12, rate=10)
    times = [Fraction(n, 10) for n in range(4)]
    assert frames(tmp_path, "clip.mp4", times, speed=2.5) == [0, 2, 5, 7]
    assert frames(tmp_path, "clip.mp4", times, speed=0.5) == [0, 0, 1, 1]


def test_end_is_held_looped_or_nothing(tmp_path: Path) -> None:
    numbered_clip(tmp_path / "clip.mp4", 10, rate=10)
    assert frames(tmp_path, "clip.mp4", [Fraction(1), Fraction(3)], when_over="hold") == [9, 9]
    assert frames(tmp_path, "clip.mp4", [Fraction(1), Fraction(13, 10)], when_over="loop") == [0, 3]
    assert frames(tmp_path, "clip.mp4", [Fraction(1), Fraction(13, 10)], when_over="loop", speed=-1) == [9, 6]
    assert drawn({"type": "video", "source": "clip.mp4"}, at=1, base=tmp_path) == ()


def test_trim_keeps_to_its_part(tmp_path: Path) -> None:
    numbered_clip(tmp_path / "clip.mp4", 10, rate=10)
    how = {"trim": [0.2, 0.5], "when_over": "hold"}
    assert frames(tmp_path, "clip.mp4", [Fraction(n, 10) for n in range(5)], **how) == [2, 3, 4, 4, 4]
    assert frames(tmp_path, "clip.mp4", [Fraction(n, 10) for n in range(5)], **how, speed=-1) == [4, 3, 2, 2, 2]


def test_remapped_time_is_the_content_s_own(tmp_path: Path) -> None:
    numbered_clip(tmp_path / "clip.mp4", 10, rate=10)
    remap = {"keyframes": [{"at": 0, "value": 0.95}, {"at": 1, "value": 0.05}]}
    assert frames(tmp_path, "clip.mp4", [Fraction(0), Fraction(1, 2), Fraction(2)], time_remap=remap) == [9, 5, 0]
