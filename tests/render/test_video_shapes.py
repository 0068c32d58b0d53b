"""Alpha, rotation, sample aspect and interlacing."""

from fractions import Fraction

import numpy as np
import pytest

from render_engine.media.probe import probe
from render_engine.media.video import VideoReader
from tests.render.clips import LOSSLESS, flat, number_of, numbered, packed, planar, write_clip


def first(path, **size) -> np.ndarray:
    return VideoReader(path, probe(path).video).bgra(0, **size)


def half_clear(width: int = 64, height: int = 64) -> np.ndarray:
    """Straight RGBA: opaque red on the left, 50 % white on the right."""
    pixels = np.full((height, width, 4), (255, 255, 255, 128), np.uint8)
    pixels[:, : width // 2] = (255, 0, 0, 255)
    return pixels


ALPHA = {
    "QTRLE": ("a.mov", "qtrle", "argb", {}),
    "PNG in MOV": ("a.mov", "png", "rgba", {}),
    "ProRes 4444": ("a.mov", "prores_ks", "yuva444p10le", {"profile": "4444", "alpha_bits": "16"}),
    "FFV1": ("a.mkv", "ffv1", "bgra", {}),
}


@pytest.mark.parametrize("kind", ALPHA)
def test_alpha_comes_out_premultiplied(kind, tmp_path):
    name, codec, pix_fmt, options = ALPHA[kind]
    path = write_clip(tmp_path / name, [packed(half_clear()).reformat(format=pix_fmt)], codec, pix_fmt, options=options)
    info = probe(path).video
    assert info.has_alpha
    picture = first(path).astype(int)
    assert np.abs(picture[32, 8] - (0, 0, 255, 255)).max() <= 3
    assert np.abs(picture[32, 56] - (128, 128, 128, 128)).max() <= 3
    assert VideoReader(path, info).yuv420(0) is None


def test_vp9_alpha_is_not_dropped(tmp_path):
    """PyAV's VP9 encoder writes alpha as a second layer that only libvpx's decoder reads."""
    luma = [np.full((64, 64), 235, np.uint8), *(np.full((32, 32), 128, np.uint8) for _ in range(2))]
    clear = np.zeros((64, 64), np.uint8)
    clear[:, 32:] = 128
    frames = [planar([*luma, clear], "yuva420p") for _ in range(4)]
    options = {"crf": "10", "b": "0", "cpu-used": "8", "auto-alt-ref": "0"}
    path = write_clip(
        tmp_path / "a.webm", frames, "libvpx-vp9", "yuva420p", options=options, metadata={"alpha_mode": "1"}
    )
    info = probe(path).video
    assert info.has_alpha
    reader = VideoReader(path, info)
    for index in (0, 3, 1):
        picture = reader.bgra(index).astype(int)
        assert np.abs(picture[32, 8] - (0, 0, 0, 0)).max() <= 3
        assert np.abs(picture[32, 56] - (128, 128, 128, 128)).max() <= 3


def test_scaled_alpha_edges_take_no_colour_from_what_is_invisible(tmp_path):
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels[...] = (0, 255, 0, 0)
    pixels[16:48, 17:47] = (255, 255, 255, 255)
    path = write_clip(tmp_path / "a.mov", [packed(pixels)], "png", "rgba")
    small = first(path, width=23, height=23)
    assert np.ptp(small, axis=2).max() <= 1


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_rotation_is_applied(degrees, tmp_path):
    """A white quarter at the top left of the stored picture goes where ffmpeg's own players put it."""
    luma = np.full((32, 64), 16, np.uint8)
    luma[:16, :32] = 235
    frame = planar([luma, *(np.full((16, 32), 128, np.uint8) for _ in range(2))])
    path = write_clip(tmp_path / "a.mp4", [frame], options=LOSSLESS, rotation=degrees)
    info = probe(path).video
    stored = 360 - degrees  # the display matrix counts counter-clockwise
    assert info.rotation == stored
    assert (info.width, info.height) == ((64, 32) if stored == 180 else (32, 64))
    corners = {90: (0, -1), 180: (-1, -1), 270: (-1, 0)}
    picture = first(path)
    assert picture.shape == (info.height, info.width, 4)
    assert picture[corners[stored]].tolist() == [255, 255, 255, 255]
    assert (picture[..., 0] > 128).mean() == pytest.approx(0.25, abs=0.02)
    planes = VideoReader(path, info).yuv420(0)
    assert (planes.width, planes.height) == (info.width, info.height)
    rows = np.asarray(memoryview(planes.planes[0])).reshape(-1, planes.planes[0].line_size)
    assert rows[: info.height, : info.width][corners[stored]] == 235


def test_sample_aspect_widens_the_picture(tmp_path):
    frames = [flat((120, 128, 128), width=72, height=58)]
    path = write_clip(tmp_path / "dv.mp4", frames, options=LOSSLESS, aspect=Fraction(16, 11))
    info = probe(path)
    assert (info.video.width, info.video.height) == (105, 58)
    assert first(path).shape == (58, 105, 4)
    assert VideoReader(path, info.video).yuv420(0).width == 105
    assert any("not square" in line for line in info.lines())


def combed(number: int) -> np.ndarray:
    """Two fields of different moments: a bar that moves 8 pixels between them."""
    luma = np.full((64, 128), 60, np.uint8)
    for field in (0, 1):
        x = 8 + number * 8 + field * 4
        luma[field::2, x : x + 24] = 200
    return luma


def interlaced_clip(path, count: int = 12):
    chroma = [np.full((32, 64), 128, np.uint8)] * 2
    options = {"flags": "+ilme+ildct", "top": "1", "g": "4", "qmax": "2"}
    return write_clip(path, [planar([combed(n), *chroma]) for n in range(count)], "mpeg2video", options=options)


def test_interlaced_video_is_deinterlaced_and_probe_says_so(tmp_path):
    path = interlaced_clip(tmp_path / "a.ts")
    info = probe(path)
    assert info.video.interlaced
    assert "interlaced: will be deinterlaced" in info.warnings
    picture = VideoReader(path, info.video).bgra(5)[..., 1].astype(int)
    combs = np.abs(2 * picture[1:-1:2] - picture[:-2:2] - picture[2::2])[2:-2]
    assert combs.mean() < 2  # the stored frame has 12


def test_a_seek_changes_no_deinterlaced_pixel(tmp_path):
    path = interlaced_clip(tmp_path / "a.ts")
    info = probe(path).video
    forwards, random = VideoReader(path, info), VideoReader(path, info)
    pictures = [forwards.bgra(n) for n in range(12)]
    for index in (11, 8, 4, 5, 9, 0, 7):
        assert np.array_equal(random.bgra(index), pictures[index])


def test_a_progressive_file_is_left_alone(tmp_path):
    path = write_clip(tmp_path / "a.mp4", map(numbered, range(3)), options=LOSSLESS)
    info = probe(path)
    assert not info.video.interlaced
    assert not info.warnings
    assert number_of(first(path)) == 0
