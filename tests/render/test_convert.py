"""Canvas to encoder picture: right to the rounding, and the same however it is cut."""

import numpy as np
import pytest

from render_engine.cpu.convert import Converter, to_rgba, to_straight

FORMATS = ["yuv420p", "yuv420p10le", "yuva420p", "yuv422p10le", "yuva444p10le", "bgr0", "bgra"]


def premultiplied(height, width, seed=1):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 4), dtype=np.uint8)
    pixels[..., 3][pixels[..., 3] < 80] = 0
    pixels[..., :3] = np.minimum(pixels[..., :3], pixels[..., 3:])
    return pixels


def flat(color_bgra, height=66, width=34):
    return np.full((height, width, 4), color_bgra, np.uint8)


def bt709(blue, green, red):
    """Limited-range BT.709, computed apart from the engine."""
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return (
        16 + 219 / 255 * luma,
        128 + 224 / 255 * (blue - luma) / 1.8556,
        128 + 224 / 255 * (red - luma) / 1.5748,
    )


@pytest.mark.parametrize("pix_fmt", FORMATS)
@pytest.mark.parametrize("size", [(64, 700), (198, 114), (16, 2)])
def test_changed_rectangles_give_the_bytes_of_a_full_conversion(pix_fmt, size):
    width, height = size
    before, after = premultiplied(height, width), premultiplied(height, width)
    rng = np.random.default_rng(2)
    kept = Converter(width, height, pix_fmt)
    kept.convert(before)
    for _ in range(6):
        top, left = int(rng.integers(0, height)), int(rng.integers(0, width))
        bottom, right = int(rng.integers(top, height)) + 1, int(rng.integers(left, width)) + 1
        after[top:bottom, left:right] = rng.permutation(after[top:bottom, left:right])
        kept.convert(after, [(left, top, right, bottom)])
        fresh = Converter(width, height, pix_fmt)
        fresh.convert(after)
        assert all(np.array_equal(a, b) for a, b in zip(kept.planes, fresh.planes, strict=True))


def test_rows_that_did_not_change_are_left_alone():
    converter = Converter(64, 256, "yuv420p")
    converter.convert(flat((0, 0, 0, 255), 256, 64))
    converter.convert(flat((255, 255, 255, 255), 256, 64), [(0, 70, 64, 80)])
    assert [int(converter.planes[0][row, 5]) for row in (63, 64, 127, 128)] == [16, 235, 235, 16]


def test_every_sample_is_bt709_rounded_right():
    canvas = np.random.default_rng(3).integers(0, 256, (64, 512, 4), dtype=np.uint8)
    canvas = np.repeat(np.repeat(canvas, 2, 0), 4, 1)  # chroma samples at even columns see one colour
    converter = Converter(2048, 128, "yuv420p")
    converter.convert(canvas)
    expected = bt709(*(canvas[..., k].astype(float) for k in range(3)))
    assert np.abs(converter.planes[0] - expected[0]).max() <= 0.501
    for plane, want in zip(converter.planes[1:], expected[1:], strict=True):
        assert np.abs(plane[:, 1::2] - want[::2, 2::4]).max() <= 0.501


def test_every_sample_of_10_bits_is_bt709_rounded_right():
    """Means too: 1 2 1 of three columns, in two rows, before they are rounded."""
    canvas = np.random.default_rng(3).integers(0, 256, (128, 2048, 4), dtype=np.uint8)
    converter = Converter(2048, 128, "yuv420p10le")
    converter.convert(canvas)
    luma, *chroma = (4 * plane for plane in bt709(*(canvas[..., k].astype(float) for k in range(3))))
    assert np.abs(converter.planes[0] - luma).max() <= 0.51
    for plane, full in zip(converter.planes[1:], chroma, strict=True):
        rows = (full[::2] + full[1::2]) / 2
        means = (rows[:, 1:-2:2] + 2 * rows[:, 2::2] + rows[:, 3::2]) / 4
        assert np.abs(plane[:, 1:] - means).max() <= 0.53


@pytest.mark.parametrize("level", [0, 1, 64, 127, 128, 200, 255])
def test_greys_are_flat_and_have_no_colour(level):
    converter = Converter(34, 66, "yuv420p")
    converter.convert(flat((level, level, level, 255)))
    assert set(np.unique(converter.planes[0])) == {round(16 + 219 / 255 * level)}
    assert set(np.unique(converter.planes[1])) == set(np.unique(converter.planes[2])) == {128}


def test_chroma_sits_on_the_left_column():
    canvas = flat((0, 0, 0, 255), 2, 32)
    canvas[:, 16] = (0, 0, 255, 255)  # one red column, on a chroma sample
    converter = Converter(32, 2, "yuv420p")
    converter.convert(canvas)
    red = converter.planes[2][0].astype(int) - 128
    assert red[8] > 50
    assert red[7] == red[9] == 0


def test_all_four_colour_tags_are_set():
    frame = Converter(64, 64, "yuv420p").convert(flat((1, 2, 3, 255), 64, 64))
    assert (frame.color_range, frame.colorspace, frame.color_primaries, frame.color_trc) == (1, 1, 1, 1)


def test_half_white_is_white_at_half_alpha():
    canvas = flat((128, 128, 128, 128))
    assert (to_straight(canvas) == (255, 255, 255, 128)).all()
    assert (to_rgba(canvas) == (255, 255, 255, 128)).all()
    yuva = Converter(34, 66, "yuva420p")
    yuva.convert(canvas)
    assert [set(np.unique(plane)) for plane in yuva.planes] == [{235}, {128}, {128}, {128}]
    deep = Converter(34, 66, "yuva444p10le")
    deep.convert(canvas)
    assert [set(np.unique(plane)) for plane in deep.planes] == [{940}, {512}, {512}, {514}]


def test_unpremultiplying_rounds_exactly():
    alpha, color = np.meshgrid(np.arange(256), np.arange(256), indexing="ij")
    color = np.minimum(color, alpha)
    straight = to_straight(np.dstack([color, color, color, alpha]).astype(np.uint8))
    exact = np.where(alpha > 0, (color * 255 + alpha // 2) // np.maximum(alpha, 1), 0)
    assert (straight[..., 0] == exact).all()


def test_stills_are_in_rgba_order():
    assert (to_rgba(flat((10, 20, 30, 255))) == (30, 20, 10, 255)).all()


def test_colour_reaches_under_what_is_transparent():
    canvas = np.zeros((64, 64, 4), np.uint8)
    canvas[:, 32:] = (0, 0, 255, 255)
    converter = Converter(64, 64, "yuva444p10le")
    converter.convert(canvas)
    luma, _, red, alpha = converter.planes
    assert (alpha[:, :32] == 0).all()
    assert (luma[:, 26:32] == luma[0, 40]).all()
    assert (red[:, 26:32] == red[0, 40]).all()
