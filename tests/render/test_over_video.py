"""Blending in YUV gives what blending in RGB gives, and reuse never changes it."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from render_engine.cpu.compositor import Compositor
from render_engine.cpu.convert import Converter
from render_engine.cpu.frames import Frames
from render_engine.cpu.over_video import split
from render_engine.cpu.pictures import Pictures
from render_engine.display_list import (
    IDENTITY,
    DisplayList,
    Gradient,
    Op,
    Picture,
    Shape,
    Solid,
    quantise_matrix,
    rectangle,
)
from render_engine.matrix import translation
from render_engine.media.content import content_hash
from render_engine.media.medium import Medium
from render_engine.media.probe import probe
from render_engine.text.fonts import FontLibrary
from render_engine.timeline.outline import ellipse

CLIP = Path(__file__).parents[2] / "resources" / "media" / "bigbuckbunny.mp4"
SIZE = (1280, 720)


@pytest.fixture(scope="module")
def media() -> dict[str, Medium]:
    return {content_hash(CLIP): Medium(CLIP, "video", probe(CLIP).video)}


def video(media: dict[str, Medium], frame: int) -> Shape:
    source = Picture(next(iter(media)), frame, *map(float, SIZE))
    return Shape(rectangle(0, 0, *SIZE), IDENTITY, source)


def overlays(x: float) -> tuple[Op, ...]:
    shade = Gradient("radial", (640, 360, 734, 734), ((0, (0, 0, 0, 0)), (0.5, (0, 0, 0, 0)), (1, (0, 0, 0, 45000))))
    disc = Shape(
        ellipse(0, 0, 70, 70), quantise_matrix(translation(x, 300)), Solid((65535, 55000, 9000, 65535)), opacity=3000
    )
    return (Shape(rectangle(0, 0, *SIZE), IDENTITY, shade), disc)


def planes(frame: av.VideoFrame) -> np.ndarray:
    return frame.to_ndarray().astype(int)


def test_the_same_picture_as_through_rgb(media: dict[str, Medium]) -> None:
    frame = DisplayList(*SIZE, (0, 0, 0, 65535), (video(media, 10), *overlays(400)))
    made = Frames(*SIZE, "yuv420p", FontLibrary(), media)
    blended = planes(made.draw(frame))
    canvas, _ = Compositor(*SIZE, FontLibrary(), Pictures(media)).draw(frame)
    through_rgb = planes(Converter(*SIZE, "yuv420p").convert(canvas))
    apart = np.abs(blended - through_rgb)
    assert apart[:720].max() <= 5  # luma: saturated colours are clipped on the way through RGB
    assert np.percentile(apart, 99.9) <= 2
    assert apart.mean() < 0.4


def test_without_overlays_the_video_comes_through_untouched(media: dict[str, Medium]) -> None:
    made = Frames(*SIZE, "yuv420p", FontLibrary(), media)
    frame = made.draw(DisplayList(*SIZE, (0, 0, 0, 65535), (video(media, 7),)))
    with av.open(str(CLIP)) as container:
        decoded = [frame for _, frame in zip(range(8), container.decode(video=0), strict=False)][7]
        assert np.array_equal(planes(frame), decoded.to_ndarray().astype(int))


def test_what_is_kept_of_the_overlay_never_changes_a_sample(media: dict[str, Medium]) -> None:
    going = Frames(*SIZE, "yuv420p", FontLibrary(), media)
    for number, x in enumerate((400, 413.5, 413.5, 39, 1250)):
        frame = DisplayList(*SIZE, (0, 0, 0, 65535), (video(media, number), *overlays(x)))
        reused = planes(going.draw(frame))
        fresh = Frames(*SIZE, "yuv420p", FontLibrary(), media)
        assert np.array_equal(reused, planes(fresh.draw(frame))), x


def test_other_blend_modes_go_through_rgb(media: dict[str, Medium]) -> None:
    over = Shape(rectangle(0, 0, 9, 9), IDENTITY, Solid((1, 2, 3, 65535)), blend="screen")
    assert split(DisplayList(*SIZE, (0, 0, 0, 65535), (video(media, 0), over))) is None
    assert split(DisplayList(*SIZE, (0, 0, 0, 65535), (video(media, 0),))) is not None
