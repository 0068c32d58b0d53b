"""Blending and scaling in YUV give what they give in RGB, and reuse never changes it."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from render_engine.cpu.base import Base
from render_engine.cpu.compositor import Compositor
from render_engine.cpu.convert import Converter
from render_engine.cpu.frames import Frames
from render_engine.cpu.over_video import OverVideo
from render_engine.cpu.pictures import Pictures
from render_engine.display_list import (
    IDENTITY,
    OPAQUE,
    DisplayList,
    Gradient,
    Op,
    Picture,
    Shape,
    Solid,
    quantise_matrix,
    rectangle,
)
from render_engine.matrix import scaling, translation
from render_engine.media.content import content_hash
from render_engine.media.medium import Medium
from render_engine.media.probe import probe
from render_engine.text.fonts import FontLibrary
from render_engine.timeline.outline import ellipse

MEDIA = Path(__file__).parents[2] / "resources" / "media"
CLIP, PHOTO, OTHER = MEDIA / "bigbuckbunny.mp4", MEDIA / "rocket.jpg", MEDIA / "coffee.png"
SIZE = (1280, 720)


@pytest.fixture(scope="module")
def media() -> dict[str, Medium]:
    images = {content_hash(path): Medium(path, "image") for path in (PHOTO, OTHER)}
    return {content_hash(CLIP): Medium(CLIP, "video", probe(CLIP).video), **images}


def photo(path: Path, size: tuple[int, int], zoom: float, opacity: int = OPAQUE) -> Shape:
    """Larger than the frame by `zoom`, moved by fractions of a pixel."""
    width, height = size
    scale = max(SIZE[0] / width, SIZE[1] / height) * zoom
    matrix = quantise_matrix((scale, 0, 0, scale, -2.3 * zoom, -1.7 * zoom, 0, 0, 1))
    return Shape(rectangle(0, 0, *size), matrix, Picture(content_hash(path), -1, width, height), opacity=opacity)


def both_ways(media: dict[str, Medium], *items: Op) -> tuple[np.ndarray, np.ndarray]:
    frame = DisplayList(*SIZE, (0, 0, 0, 65535), items)
    made = OverVideo(*SIZE, FontLibrary(), Pictures(media)).draw(frame)
    assert made, "drawn through RGB"
    canvas, _ = Compositor(*SIZE, FontLibrary(), Pictures(media)).draw(frame)
    return planes(made), planes(Converter(*SIZE, "yuv420p").convert(canvas))


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
    base = Base(*SIZE, Pictures(media))
    assert base.split(DisplayList(*SIZE, (0, 0, 0, 65535), (video(media, 0), over))) is None
    assert base.split(DisplayList(*SIZE, (0, 0, 0, 65535), (video(media, 0),))) is not None


@pytest.mark.parametrize("zoom", [1.02, 1.3, 2.5])
def test_a_photo_in_motion_is_the_same_picture_as_through_rgb(media: dict[str, Medium], zoom: float) -> None:
    made, through_rgb = both_ways(media, photo(PHOTO, (640, 427), zoom), *overlays(400))
    apart = np.abs(made - through_rgb)
    assert np.percentile(apart[:720], 99.9) <= 3
    assert np.percentile(apart, 99.9) <= 5  # chroma is rounded once more
    assert abs((made - through_rgb).mean()) < 0.5


def test_photos_and_videos_fade_into_each_other_in_yuv(media: dict[str, Medium]) -> None:
    fading = (video(media, 30), photo(OTHER, (600, 400), 1.1, 2500), photo(PHOTO, (640, 427), 1.2, 1400))
    made, through_rgb = both_ways(media, *fading)
    assert np.percentile(np.abs(made - through_rgb), 99.9) <= 4
    assert abs((made - through_rgb).mean()) < 0.5


def test_a_photo_that_stands_still_is_drawn_once_and_only_what_moves_over_it_again(media: dict[str, Medium]) -> None:
    still = Shape(rectangle(0, 0, *SIZE), IDENTITY, Picture(content_hash(PHOTO), -1, *map(float, SIZE)))
    assert Base(*SIZE, Pictures(media)).split(DisplayList(*SIZE, (0, 0, 0, 65535), (still, *overlays(40)))) is None


def test_a_picture_that_lets_light_through_lies_over_the_video(media: dict[str, Medium], tmp_path: Path) -> None:
    path = tmp_path / "shade.png"
    Image.new("RGBA", (320, 180), (0, 0, 0, 90)).save(path)
    shade = Shape(
        rectangle(0, 0, 320, 180), quantise_matrix(scaling(4.1, 4.1)), Picture(content_hash(path), -1, 320, 180)
    )
    more = {**media, content_hash(path): Medium(path, "image")}
    found = Base(*SIZE, Pictures(more)).split(DisplayList(*SIZE, (0, 0, 0, 65535), (video(media, 0), shade)))
    assert found == ((video(media, 0),), (shade,))
