"""The CPU compositor's promises, on display lists made by hand."""

from __future__ import annotations

import random

import numpy as np
import pytest

from render_engine.cpu.blend import NON_SEPARABLE, QT_MODES
from render_engine.cpu.compositor import Compositor
from render_engine.cpu.pictures import Pictures
from render_engine.display_list import (
    OPAQUE,
    DisplayList,
    Effect,
    Gradient,
    Group,
    Matte,
    Op,
    Path,
    Shape,
    Solid,
    Stroke,
    quantise_matrix,
    rectangle,
)
from render_engine.matrix import IDENTITY, multiply, scaling, translation
from render_engine.text.fonts import FontLibrary
from render_engine.timeline.outline import ellipse, star

BLACK = (0, 0, 0, 65535)
WHITE = (65535, 65535, 65535, 65535)
RED = (65535, 0, 0, 65535)


def drawn(*items: Op, size: tuple[int, int] = (200, 200), background: tuple[int, int, int, int] = BLACK) -> np.ndarray:
    compositor = Compositor(*size, FontLibrary(), Pictures({}))
    return compositor.draw(DisplayList(*size, background, items))[0].copy()


def square(x: float, y: float, side: float, color: tuple[int, int, int, int] = WHITE, **changes: object) -> Shape:
    return Shape(rectangle(0, 0, side, side), quantise_matrix(translation(x, y)), Solid(color), **changes)  # type: ignore[arg-type]


def letters(pixels: np.ndarray, words: dict[tuple[int, int, int], str]) -> list[str]:
    """A small picture as rows of letters, by its red, green and blue."""
    return ["".join(words.get(tuple(int(c) for c in pixel[2::-1]), "?") for pixel in row) for row in pixels]


def test_squares_stand_where_they_are_put() -> None:
    picture = drawn(square(1, 1, 3, RED), square(3, 2, 2), size=(16, 16))
    named = {(0, 0, 0): ".", (255, 0, 0): "r", (255, 255, 255): "w"}
    assert letters(picture[:6, :7], named) == [
        ".......",
        ".rrr...",
        ".rrww..",
        ".rrww..",
        ".......",
        ".......",
    ]


def centroid(picture: np.ndarray) -> tuple[float, float]:
    ink = picture[..., 1].astype(float)
    rows, columns = np.indices(ink.shape)
    return float((ink * columns).sum() / ink.sum()), float((ink * rows).sum() / ink.sum())


@pytest.mark.parametrize("as_group", [False, True])
def test_a_slow_drift_follows_within_a_twentieth_of_a_pixel(as_group: bool) -> None:
    for step in range(24):
        x = 60 + step * 0.1
        shape = Shape(ellipse(0, 0, 20, 20), quantise_matrix(translation(0 if as_group else x, 80)), Solid(WHITE))
        op: Op = Group((shape,), (-30, 50, 30, 110), quantise_matrix(translation(x, 0))) if as_group else shape
        assert centroid(drawn(op))[0] == pytest.approx(x - 0.5, abs=0.05)


def moving_scene(time: float) -> DisplayList:
    """Still and moving leaves, a gradient, a turned group, a blurred one, over two frames' damage."""
    backdrop = Shape(rectangle(0, 0, 320, 200), IDENTITY, Gradient("linear", (0, 0, 320, 200), ((0, BLACK), (1, RED))))
    turned = Group(
        (square(0, 0, 60, (0, 65535, 0, 40000)),),
        (-2, -2, 64, 64),
        quantise_matrix((0.9, 0.3 * time, -0.3 * time, 0.9, 40.3 + 7 * time, 60.0, 0.0, 0.0, 1.0)),
    )
    blurred = Group(
        (Shape(star(0, 0, 40, 18, 5), IDENTITY, Solid(WHITE)),), (-80, -80, 80, 80),
        quantise_matrix(translation(220.25, 90 + 11.3 * time)), opacity=3000, effects=(Effect("blur", (6.0,), 18),),
    )  # fmt: skip
    moving = square(100 + 13.7 * time, 20, 30, (0, 0, 65535, 65535), blend="screen")
    hue = square(150, 120 + 5 * time, 40, (65535, 30000, 0, 50000), blend="hue")
    return DisplayList(320, 200, BLACK, (backdrop, turned, blurred, square(5, 5, 20), moving, hue))


def test_reuse_never_changes_a_pixel() -> None:
    going = Compositor(320, 200, FontLibrary(), Pictures({}))
    order = [0, 1, 1, 2, 0, 3, 2]
    for time in order:
        reused, _ = going.draw(moving_scene(time))
        fresh, _ = Compositor(320, 200, FontLibrary(), Pictures({})).draw(moving_scene(time))
        assert np.array_equal(reused, fresh), time


def test_nothing_is_drawn_when_nothing_changes() -> None:
    compositor = Compositor(320, 200, FontLibrary(), Pictures({}))
    compositor.draw(moving_scene(1))
    assert compositor.draw(moving_scene(1))[1] == ()


def test_only_what_moved_is_drawn_again() -> None:
    def frame(x: float) -> DisplayList:
        return DisplayList(640, 640, BLACK, (square(300, 10, 20), square(x, 400, 20)))

    compositor = Compositor(640, 640, FontLibrary(), Pictures({}))
    compositor.draw(frame(100))
    _, changed = compositor.draw(frame(110))
    assert changed == ((64, 384, 192, 448),)


def test_random_scenes_are_the_same_by_damage_as_from_nothing() -> None:
    draw = random.Random(7)

    def random_op(k: int) -> Op:
        place = quantise_matrix(
            multiply(
                translation(draw.uniform(-20, 180), draw.uniform(-20, 180)), scaling(draw.choice([1, 1, 0.4, 1.7]), 1)
            )
        )
        color = tuple(draw.randrange(65536) for _ in range(4))
        if k % 2:
            return Group((square(0, 0, 30, color),), (0, 0, 30, 30), place, opacity=draw.randrange(1, OPAQUE))
        return Shape(ellipse(15, 15, 15, 9), place, Solid(color), Stroke(Solid(WHITE), draw.uniform(0.5, 4)))

    pool = [random_op(k) for k in range(12)]
    going = Compositor(200, 200, FontLibrary(), Pictures({}))
    for _ in range(25):
        frame = DisplayList(200, 200, BLACK, tuple(draw.sample(pool, 6)))
        assert np.array_equal(going.draw(frame)[0], Compositor(200, 200, FontLibrary(), Pictures({})).draw(frame)[0])


def test_a_faint_glow_on_black_shows_no_steps() -> None:
    """3 % of white falling to nothing over 400 px: 8 levels, 50 px each. Dithered, its local means fall smoothly."""
    glow = Gradient("radial", (400, 400, 400, 400), ((0, (65535, 65535, 65535, 1966)), (1, (65535, 65535, 65535, 0))))
    row = drawn(Shape(rectangle(0, 0, 800, 800), IDENTITY, glow), size=(800, 800))[392:408, 400:800, 1].astype(float)
    means = row.reshape(16, 25, 16).mean((0, 2))
    expected = 255 * 0.03 * (1 - (np.arange(25) * 16 + 8) / 400)
    assert np.abs(means - expected).max() < 0.15
    assert np.abs(np.diff(means)).max() < 0.5


def test_a_blurred_edge_has_the_asked_sigma() -> None:
    for sigma in (1.5, 6.0, 20.0):
        reach = int(3 * sigma) + 1
        group = Group(
            (square(0, 0, 400),),
            (-reach, -reach, 400 + reach, 400 + reach),
            IDENTITY,
            effects=(Effect("blur", (sigma,), reach),),
        )
        row = drawn(Group((group,), (0, 0, 600, 600), quantise_matrix(translation(-200, -100))), size=(300, 200))
        slope = -np.diff(row[100, :, 1].astype(float))
        across = np.arange(len(slope))
        mean = (slope * across).sum() / slope.sum()
        spread = np.sqrt(max(0.0, (slope * (across - mean) ** 2).sum() / slope.sum()))
        assert spread == pytest.approx(sigma, rel=0.08)
        assert mean == pytest.approx(199, abs=0.5)


W3C = {
    "normal": lambda b, s: s,
    "multiply": lambda b, s: b * s,
    "screen": lambda b, s: b + s - b * s,
    "overlay": lambda b, s: W3C["hard-light"](s, b),
    "darken": min,
    "lighten": max,
    "color-dodge": lambda b, s: 0 if b == 0 else 1 if s >= 1 else min(1, b / (1 - s)),
    "color-burn": lambda b, s: 1 if b >= 1 else 0 if s <= 0 else 1 - min(1, (1 - b) / s),
    "hard-light": lambda b, s: 2 * b * s if s <= 0.5 else 1 - 2 * (1 - b) * (1 - s),
    "soft-light": lambda b, s: (
        b - (1 - 2 * s) * b * (1 - b)
        if s <= 0.5
        else b + (2 * s - 1) * ((((16 * b - 12) * b + 4) * b if b <= 0.25 else b**0.5) - b)
    ),
    "difference": lambda b, s: abs(b - s),
    "exclusion": lambda b, s: b + s - 2 * b * s,
}


@pytest.mark.parametrize("mode", W3C)
def test_separable_modes_follow_the_w3c(mode: str) -> None:
    under, over = (51 / 255, 140 / 255, 230 / 255), (178 / 255, 89 / 255, 26 / 255)
    backdrop = (*(round(c * 65535) for c in under), 65535)
    source = (*(round(c * 65535) for c in over), 65535)
    pixel = drawn(square(0, 0, 20, source, blend=mode), size=(20, 20), background=backdrop)[10, 10, 2::-1] / 255
    assert pixel == pytest.approx([W3C[mode](b, s) for b, s in zip(under, over, strict=True)], abs=2.5 / 255)


def test_add_adds() -> None:
    pixel = drawn(
        square(0, 0, 20, (20000, 30000, 60000, 65535), blend="add"),
        size=(20, 20),
        background=(20000, 10000, 30000, 65535),
    )
    assert pixel[10, 10, 2::-1] == pytest.approx([155.6, 155.6, 255], abs=1.5)


def lum(color: tuple[float, ...]) -> float:
    return 0.3 * color[0] + 0.59 * color[1] + 0.11 * color[2]


@pytest.mark.parametrize("mode", NON_SEPARABLE)
def test_whole_colour_modes_keep_what_they_name(mode: str) -> None:
    under, over = (0.25, 0.5, 0.6), (0.7, 0.4, 0.3)
    as_ints = [tuple(round(c * 65535) for c in (*color, 1)) for color in (under, over)]
    result = drawn(square(0, 0, 20, as_ints[1], blend=mode), size=(20, 20), background=as_ints[0])[10, 10, 2::-1] / 255
    luminous = over if mode == "luminosity" else under
    assert lum(result) == pytest.approx(lum(luminous), abs=0.01)
    if mode in ("hue", "color"):
        assert np.argmax(result) == 0  # red leads, as in the source
    if mode in ("saturation", "luminosity"):
        assert np.argmax(result) == 2


def test_every_mode_of_the_display_list_is_drawn() -> None:
    assert len({*QT_MODES, *NON_SEPARABLE}) == 17


def test_a_matte_keeps_what_it_covers_and_inverted_the_rest() -> None:
    disc = Shape(ellipse(50, 50, 30, 30), IDENTITY, Solid(WHITE))
    for inverted, middle, corner in ((False, 255, 0), (True, 0, 255)):
        group = Group((square(0, 0, 100),), (0, 0, 100, 100), IDENTITY, mattes=(Matte((disc,), "alpha", inverted),))
        picture = drawn(group, size=(100, 100))
        assert (picture[50, 50, 1], picture[3, 3, 1]) == (middle, corner)


def test_a_luminance_matte_weighs_colours_as_bt709() -> None:
    green = square(0, 0, 100, (0, 65535, 0, 65535))
    group = Group((square(0, 0, 100),), (0, 0, 100, 100), IDENTITY, mattes=(Matte((green,), "luminance"),))
    assert drawn(group, size=(100, 100))[50, 50, 1] == pytest.approx(255 * 0.7152, abs=1.5)


def test_group_opacity_fades_overlapping_shapes_as_one() -> None:
    group = Group((square(0, 0, 60), square(30, 30, 60)), (0, 0, 100, 100), IDENTITY, opacity=OPAQUE // 2)
    picture = drawn(group, size=(100, 100))
    assert picture[45, 45, 1] == picture[10, 10, 1] == pytest.approx(128, abs=1)


def test_a_perspective_seen_edge_on_draws_nothing_and_raises_nothing() -> None:
    edge_on = multiply(translation(100, 100), (0.0, 0.0, 0.0, 1.0, 0.0, 0.0, -0.001, 0.0, 1.0))
    for op in (
        Shape(rectangle(-50, -50, 100, 100), edge_on, Solid(WHITE)),
        Group((square(-50, -50, 100),), (-50, -50, 50, 50), edge_on),
    ):
        assert drawn(op)[..., 1].max() == 0


def test_a_plane_through_the_eye_is_clipped() -> None:
    deep = (1.0, 0.0, 0.0, 1.0, 100.0, 100.0, -0.02, 0.0, 1.0)  # w is 0 at x = 50
    picture = drawn(Shape(Path("MLLLZ", (-90, -10, 90, -10, 90, 10, -90, 10)), deep, Solid(WHITE)))
    assert picture[100, 100, 1] == 255


def test_a_half_white_edge_stays_white_in_straight_alpha() -> None:
    from render_engine.cpu.convert import to_rgba

    rgba = to_rgba(drawn(square(10.5, 10, 20), size=(40, 40), background=(0, 0, 0, 0)))
    assert tuple(rgba[20, 10]) in {(255, 255, 255, 127), (255, 255, 255, 128)}


def test_a_hundred_thousand_calls_leave_the_interpreter_sound() -> None:
    """PySide6 6.12.0 on Python 3.11 takes a reference from None at each void call, and dies after some thousands."""
    from PySide6.QtGui import QImage, QPainter

    image = QImage(8, 8, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    for _ in range(100_000):
        painter.setOpacity(0.5)
        painter.drawImage(0, 0, image.copy(0, 0, 1, 1))
    painter.end()
