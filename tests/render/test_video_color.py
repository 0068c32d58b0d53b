"""Colours come out as they were meant, whatever the file stored them as."""

import numpy as np
import pytest
from PIL import Image

from render_engine.media.color_conversion import to_sdr
from render_engine.media.images import load_image
from render_engine.media.probe import probe
from render_engine.media.video import VideoReader
from tests.render.clips import LOSSLESS, flat, write_clip

# Kr and Kb as the standards give them; H.273 numbers for range, matrix, primaries, transfer.
WEIGHTS = {1: (0.2126, 0.0722), 6: (0.299, 0.114), 9: (0.2627, 0.0593)}
COLORS = [(255, 255, 255), (0, 0, 0), (128, 128, 128), (200, 30, 40), (20, 180, 60), (30, 60, 220), (250, 200, 30)]

HDR_COLORS = [(0, 0, 0), (110, 110, 110), (148, 148, 148), (190, 191, 192), (160, 130, 120), (60, 80, 90)]


def codes(rgb, matrix: int, full: bool, bits: int = 8) -> tuple[int, int, int]:
    """What a file stores for R'G'B' in 0..255."""
    red, green, blue = (value / 255 for value in rgb)
    kr, kb = WEIGHTS[matrix]
    luma = kr * red + (1 - kr - kb) * green + kb * blue
    chroma = (blue - luma) / (2 - 2 * kb), (red - luma) / (2 - 2 * kr)
    if full:
        return round(luma * 255), *(round(128 + 255 * value) for value in chroma)
    step = 2 ** (bits - 8)
    return round((16 + 219 * luma) * step), *(round((128 + 224 * value) * step) for value in chroma)


def shown(path, **size) -> np.ndarray:
    info = probe(path).video
    reader = VideoReader(path, info)
    picture = reader.bgra(0, **size)
    return picture[picture.shape[0] // 2, picture.shape[1] // 2, 2::-1].astype(int)


@pytest.mark.parametrize("rgb", COLORS)
@pytest.mark.parametrize(("matrix", "full"), [(1, False), (1, True), (6, False), (6, True)])
def test_a_tagged_patch_is_within_two_levels(matrix, full, rgb, tmp_path):
    tags = (2 if full else 1, matrix, 1, 1)
    frame = flat(codes(rgb, matrix, full))
    path = write_clip(tmp_path / "a.mp4", [frame], options=LOSSLESS, tags=tags)
    info = probe(path).video
    assert (info.matrix, info.color_range) == ("bt709" if matrix == 1 else "bt601", "full" if full else "limited")
    assert np.abs(shown(path) - rgb).max() <= 2
    assert np.abs(shown(path, width=20, height=24) - rgb).max() <= 2


@pytest.mark.parametrize("rgb", COLORS)
@pytest.mark.parametrize(("matrix", "full"), [(1, False), (1, True), (6, False)])
def test_the_planar_way_out_is_bt709_limited(matrix, full, rgb, tmp_path):
    tags = (2 if full else 1, matrix, 1, 1)
    path = write_clip(tmp_path / "a.mp4", [flat(codes(rgb, matrix, full))], options=LOSSLESS, tags=tags)
    frame = VideoReader(path, probe(path).video).yuv420(0)
    assert frame.format.name == "yuv420p"
    assert (frame.color_range, frame.colorspace, frame.color_primaries, frame.color_trc) == (1, 1, 1, 1)
    got = [int(np.asarray(memoryview(plane))[0]) for plane in frame.planes]
    assert np.abs(np.subtract(got, codes(rgb, 1, False))).max() <= 1


@pytest.mark.parametrize(("height", "matrix"), [(576, 6), (720, 1)])
def test_untagged_colours_go_by_size(height, matrix, tmp_path):
    path = write_clip(tmp_path / "a.mp4", [flat(codes((200, 30, 40), matrix, False), height=height)], options=LOSSLESS)
    assert np.abs(shown(path) - (200, 30, 40)).max() <= 2


def test_sdr_bt2020_keeps_its_greys_and_gains_its_reds(tmp_path):
    for rgb, expected in (((128, 128, 128), (128, 128, 128)), ((200, 60, 60), to_8(to_sdr, (200, 60, 60), "sdr"))):
        frame = flat(codes(rgb, 9, False, bits=10), "yuv420p10le")
        path = write_clip(tmp_path / "a.mkv", [frame], "ffv1", "yuv420p10le", tags=(1, 9, 9, 14))
        assert np.abs(shown(path) - expected).max() <= 2
    assert expected[0] > 210  # the same light needs a stronger signal among BT.709's weaker primaries


def to_8(function, rgb, transfer: str) -> np.ndarray:
    return np.round(np.clip(function(np.array(rgb) / 255, transfer, "bt2020"), 0, 1) * 255)


@pytest.mark.parametrize(("transfer", "number"), [("pq", 16), ("hlg", 18)])
@pytest.mark.parametrize("rgb", HDR_COLORS)
def test_hdr_is_tone_mapped_as_the_formula_says(transfer, number, rgb, tmp_path):
    frame = flat(codes(rgb, 9, False, bits=10), "yuv420p10le")
    path = write_clip(tmp_path / "a.mkv", [frame], "ffv1", "yuv420p10le", tags=(1, 9, 9, number))
    info = probe(path)
    assert info.video.hdr == transfer
    assert any("tone-mapped to SDR" in line for line in info.lines())
    assert np.abs(shown(path) - to_8(to_sdr, rgb, transfer)).max() <= 3
    assert VideoReader(path, info.video).yuv420(0) is None


@pytest.mark.parametrize("transfer", ["pq", "hlg"])
def test_tone_mapping_is_even_and_ends_in_white(transfer):
    ramp = np.repeat(np.linspace(0, 1, 500)[:, None], 3, axis=1)
    shades = to_sdr(ramp, transfer, "bt2020")
    assert np.ptp(shades, axis=1).max() < 1e-3  # greys stay grey
    assert (np.diff(shades[:, 1]) >= -1e-9).all()
    assert shades[0, 1] < 0.005
    assert shades[-1, 1] == pytest.approx(1, abs=1e-3)


def test_hdr_reference_white_stays_bright():
    for transfer, signal in (("pq", 0.58), ("hlg", 0.75)):  # 203 cd/m² in both (BT.2408)
        white = to_sdr(np.full(3, signal), transfer, "bt2020")[1]
        assert 0.75 < white < 0.95


def test_a_grey_picture_is_grey(tmp_path):
    Image.new("L", (32, 32), 77).save(tmp_path / "a.png")
    assert load_image(tmp_path / "a.png")[5, 5].tolist() == [77, 77, 77, 255]


def test_chroma_edges_are_smooth_when_scaled(tmp_path):
    """No ringing: a red half beside a grey half never leaves the range between them by more than a few levels."""
    frame = flat(codes((120, 120, 120), 1, False))
    red = codes((220, 20, 20), 1, False)
    for plane, value in zip(frame.planes, red, strict=True):
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
        rows[:, : plane.width // 2] = value
    path = write_clip(tmp_path / "a.mp4", [frame], options=LOSSLESS, tags=(1, 1, 1, 1))
    picture = VideoReader(path, probe(path).video).bgra(0).astype(int)
    assert picture[32, 0, 2] == pytest.approx(220, abs=2)
    assert picture[32, 63, 2] == pytest.approx(120, abs=2)
