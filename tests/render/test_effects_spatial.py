"""Effects that look further than one pixel: against exact arithmetic, and by what they promise."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import cv2
import numpy as np
import pytest
from pydantic import ValidationError

from render_engine.cpu import effects
from render_engine.cpu.compositor import Compositor
from render_engine.cpu.noise import waves
from render_engine.cpu.pictures import Pictures
from render_engine.cpu.texture import Texture
from render_engine.display_list import DisplayList, Effect, Group
from render_engine.errors import DocumentError
from render_engine.text.fonts import FontLibrary
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.scene import Scene
from tests.render.drawing import scene
from tests.render.test_backdrop import MEDIA

WIDTH, HEIGHT = 480, 270
CARD = {"type": "shape", "size": [60, 40], "fill": "#ffc040", "radius": 6}


@cache
def picture(name: str) -> np.ndarray:
    """Premultiplied, opaque but for the letters."""
    canvas = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    if name == "photo":
        canvas[..., :3] = cv2.resize(
            cv2.imread(str(MEDIA / "astronaut.png")), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA
        )
    elif name == "gradient":
        canvas[..., 0], canvas[..., 1] = np.linspace(0, 255, WIDTH)[None], np.linspace(0, 40, HEIGHT)[:, None]
    if name != "letters":
        canvas[..., 3] = 255
        return canvas
    ink = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.putText(ink, "Hard edges", (20, 120), cv2.FONT_HERSHEY_SIMPLEX, 2.2, 255, 12)
    cv2.putText(ink, "and small type as well", (20, 200), cv2.FONT_HERSHEY_SIMPLEX, 0.8, 255, 1)
    return np.repeat(ink[..., None], 4, 2)


def applied(pixels: np.ndarray, name: str, *numbers: float, reach: int = 0, **more: object) -> np.ndarray:
    return effects.apply(Texture(pixels.copy()), Effect(name, numbers, reach, **more), ())  # type: ignore[arg-type]


def pixels(frame: DisplayList) -> np.ndarray:
    return Compositor(frame.width, frame.height, FontLibrary(), Pictures({})).draw(frame)[0].copy()


def shown(found: Scene, at: float) -> np.ndarray:
    return pixels(replace(evaluate(found, Fraction(at)), background=(0, 0, 0, 0)))


def exactly_blurred(pixels: np.ndarray, sigma: float) -> np.ndarray:
    whole = np.exp(-(np.arange(-999, 1000) ** 2) / (2 * sigma**2)).sum()
    down, across = (
        np.exp(-((np.arange(side)[:, None] - np.arange(side)) ** 2) / (2 * sigma**2)) / whole
        for side in (HEIGHT, WIDTH)
    )
    return np.einsum("yh,hwc,wx->yxc", down, pixels.astype(np.float64), across, optimize=True)


def decibels(one: np.ndarray, other: np.ndarray) -> float:
    return 10 * math.log10(255**2 / float(((one.astype(float) - other) ** 2).mean()))


@pytest.mark.parametrize("sigma", [1, 2, 3, 5, 7, 10, 20, 50, 100])
@pytest.mark.parametrize("name", ["photo", "gradient", "letters"])
def test_a_blur_is_45_db_from_the_exact_one(name: str, sigma: float) -> None:
    assert decibels(applied(picture(name), "blur", sigma), exactly_blurred(picture(name), sigma)) > 45


@pytest.mark.parametrize("sigma", [0.25, 1.5, 4, 13, 40, 600, 9000])
def test_a_blurred_colour_never_exceeds_its_alpha(sigma: float) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (90, 70, 4), np.uint8)
    pixels = np.minimum(pixels, pixels[..., 3:])
    blurred = applied(pixels, "blur", sigma)
    assert blurred.shape == pixels.shape
    assert (blurred[..., :3] <= blurred[..., 3:]).all()


def dot(x: int, y: int, color: tuple[int, int, int, int] = (255, 255, 255, 255)) -> np.ndarray:
    """4 px, alone, around (x, y)."""
    canvas = np.zeros((200, 300, 4), np.uint8)
    canvas[y - 1 : y + 1, x - 1 : x + 1] = color
    return canvas


def moments(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The middle of the ink (x, y), in px from the top left corner, and its covariance."""
    ink = pixels[..., 3].astype(float)
    places = np.stack([axis + 0.5 for axis in np.indices(ink.shape)[::-1]])
    middle = (places * ink).sum((1, 2)) / ink.sum()
    off = places - middle[:, None, None]
    return middle, np.einsum("iyx,jyx,yx->ij", off, off, ink) / ink.sum()


STEPPED = [
    ("blur", (3.3,)),
    ("glow", (5.0, 1.0, 0.5)),
    ("directional_blur", (17.0, 9.5)),
    ("directional_blur", (-3.0, 60.0)),
    ("zoom_blur", (90.0, 70.0, 0.3, 400.0)),
    ("corner_pin", (480.0, 270.0, 20.0, 10.0, 400.0, 0.0, 480.0, 270.0, 0.0, 200.0)),
    ("displacement", (9.0, 40.0, 0.3, 1.0)),
]


@pytest.mark.parametrize(("name", "numbers"), STEPPED)
def test_no_colour_exceeds_its_alpha(name: str, numbers: tuple[float, ...]) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (101, 173, 4)).astype(np.uint8)
    found = applied(np.minimum(pixels, pixels[..., 3:]), name, *numbers)
    assert found.shape == pixels.shape
    assert (found[..., :3] <= found[..., 3:]).all()


@pytest.mark.parametrize(("name", "numbers"), STEPPED)
def test_where_nothing_is_nothing_comes(name: str, numbers: tuple[float, ...]) -> None:
    assert not applied(np.zeros((64, 80, 4), np.uint8), name, *numbers).any()


def test_a_glow_is_added_and_spreads_over_what_was_empty() -> None:
    plain = np.zeros((200, 300, 4), np.uint8)
    plain[80:120, 100:200] = (60, 120, 180, 255)
    found = applied(plain, "glow", 12.0, 1.0, 0.0).astype(int)
    assert (found >= plain).all()
    assert found[66, 150, 3] > 10
    assert found[66, 150, 2] == found[66, 150, 3] > found[66, 150, 1] > found[66, 150, 0], "light of the layer's colour"


def test_only_what_is_bright_enough_glows() -> None:
    dark, bright = (np.full((60, 60, 4), level, np.uint8) for level in (120, 240))
    dark[..., 3] = bright[..., 3] = 255
    assert np.array_equal(applied(dark, "glow", 6.0, 1.0, 0.8), dark)
    assert (applied(bright, "glow", 6.0, 1.0, 0.8)[30, 30] == 255).all()


def test_a_glow_takes_the_colour_it_is_given() -> None:
    plain = np.zeros((100, 100, 4), np.uint8)
    plain[40:60, 40:60] = 255
    blue, green, red, alpha = applied(plain, "glow", 6.0, 1.0, 0.0, colors=((65535, 0, 0, 65535),))[36, 50].tolist()
    assert red == alpha > 20
    assert blue == green == 0


@pytest.mark.parametrize("degrees", [0, 20, 45, 70, 90, 135, 200])
@pytest.mark.parametrize("length", [9.0, 40.3, 90.0])
def test_a_directional_blur_is_as_long_and_as_thin_as_a_line(length: float, degrees: float) -> None:
    along = np.array([math.cos(math.radians(degrees)), math.sin(math.radians(degrees))])
    before, square = moments(dot(150, 100))
    after, spread = moments(applied(dot(150, 100), "directional_blur", *(length * along)))
    assert after == pytest.approx(before, abs=0.3)
    assert along @ spread @ along == pytest.approx(length**2 / 12 + square[0, 0], rel=0.06, abs=0.5)
    across = np.array([-along[1], along[0]])
    assert across @ spread @ across < 1.2  # px²: of the dot 0.25, of sampling twice between px the rest


def test_a_level_directional_blur_is_the_mean_along_the_row() -> None:
    found = applied(picture("letters"), "directional_blur", 21.0, 0.0)
    expected = cv2.blur(picture("letters").astype(float), (21, 1), borderType=cv2.BORDER_CONSTANT)
    assert np.abs(found - expected).max() < 1.01


def test_a_length_that_grows_changes_without_steps() -> None:
    lengths = [applied(picture("letters"), "directional_blur", 20 + k / 8, 3.0).astype(float) for k in range(25)]
    changes = [np.abs(one - other).mean() for one, other in pairwise(lengths)]
    assert max(changes) < 1.5


@pytest.mark.parametrize("share", [0.004, 0.1, 0.6])
def test_a_zoom_blur_smears_by_a_share_of_the_way_from_the_centre(share: float) -> None:
    found = applied(dot(220, 100), "zoom_blur", 20.0, 100.0, share, 300.0)
    row = np.flatnonzero(found[98:102, :, 3].max(0))
    near, far = 20 + 200 / (1 + share / 2), 20 + 200 / (1 - share / 2)
    assert row[0] == pytest.approx(near, abs=5)
    assert row[-1] == pytest.approx(min(299, far), abs=5)


def test_a_zoom_blur_leaves_its_centre_sharp() -> None:
    found = applied(dot(150, 100), "zoom_blur", 150.0, 100.0, 0.2, 180.0)
    assert np.abs(found[90:110, 140:160].astype(int) - dot(150, 100)[90:110, 140:160]).max() <= 2


def test_a_corner_pin_takes_the_corners_where_it_says() -> None:
    box, corners = (200.0, 100.0), [(20.0, 30.0), (250.0, 10.0), (280.0, 180.0), (40.0, 150.0)]
    numbers = (*box, *(each for corner in corners for each in corner))
    perspective = cv2.getPerspectiveTransform(
        np.array([(0, 0), (200, 0), (200, 100), (0, 100)], np.float32), np.array(corners, np.float32)
    )
    for x, y in ((20, 20), (180, 30), (100, 50), (150, 90)):
        expected = perspective @ (x, y, 1)
        middle, _ = moments(applied(dot(x, y), "corner_pin", *numbers))
        assert middle == pytest.approx(expected[:2] / expected[2], abs=0.1)


def test_a_pattern_that_is_pinned_small_is_grey_and_shows_no_moire() -> None:
    checks = np.zeros((256, 256, 4), np.uint8)
    checks[..., :3] = ((np.indices((256, 256)).sum(0) % 2) * 255)[..., None]
    checks[..., 3] = 255
    found = applied(checks, "corner_pin", 256.0, 256.0, 5.0, 5.0, 65.0, 5.0, 65.0, 65.0, 5.0, 65.0)
    assert np.abs(found[8:62, 8:62, 0].astype(int) - 128).max() <= 1


def test_corners_in_no_convex_shape_are_refused_and_hidden_while_they_pass_through_one() -> None:
    crossed = {"type": "corner_pin", "top_left": ["100%", 0], "top_right": [0, 0]}
    with pytest.raises(DocumentError, match=r"layers\[0\].effects\[0\].top_left: the four corners"):
        scene({**CARD, "effects": [crossed]})
    moved = {"keyframes": [{"at": 0, "value": [0, 0]}, {"at": 2, "value": [100, 100]}]}
    passing = scene({**CARD, "effects": [{"type": "corner_pin", "top_left": moved}]})
    assert shown(passing, 0.25)[..., 0].any()
    assert not shown(passing, 2)[..., 0].any()


def test_displaced_places_stay_within_their_amount_and_are_all_moved_differently() -> None:
    right, down = waves(0, 0, 400, 300, 60.0, 0.4, 7)
    for plane in (right, down):
        assert -1 <= plane.min() < -0.5
        assert 0.5 < plane.max() <= 1
        assert np.abs(np.diff(plane, axis=1)).max() < 0.2
    assert abs(np.corrcoef(right.ravel(), down.ravel())[0, 1]) < 0.2
    assert not np.array_equal(right, waves(0, 0, 400, 300, 60.0, 0.4, 8)[0])


@pytest.mark.parametrize("scale", [5.0, 12.5, 60.0, 333.0])
def test_the_waves_are_the_same_whatever_part_of_them_is_drawn(scale: float) -> None:
    whole = waves(-50, -20, 400, 300, scale, 1.3, 2)[0]
    part = waves(37, 11, 60, 40, scale, 1.3, 2)[0]
    assert np.abs(whole[31:71, 87:147] - part).max() < 1e-4


def test_waves_that_move_are_never_taken_for_still() -> None:
    moving = {**CARD, "effects": [{"type": "displacement", "speed": 0.5}]}
    found = scene(moving)
    assert len({evaluate(found, Fraction(k, 30)).digest for k in range(12)}) == 12
    still = scene({**CARD, "effects": [{"type": "displacement"}]})
    assert len({evaluate(still, Fraction(k, 30)).digest for k in range(12)}) == 1


RAMP = {"type": "gradient", "id": "ramp", "fill": {"type": "linear", "angle": 90, "stops": ["#008000", "#ff8000"]}}
MAPPED = {**CARD, "effects": [{"type": "displacement", "amount": 20, "map": "ramp"}]}


def test_a_map_moves_what_is_in_the_layers_box_to_the_right_by_its_red_and_is_not_shown() -> None:
    to_the_right = {"type": "shape", "id": "ramp", "fill": "#ff8000"}
    plain, moved = (shown(scene(*layers), 0)[..., 3] for layers in ((CARD,), (to_the_right, MAPPED)))
    assert not moved[:25].any()
    (left, right), (by, edge) = (np.flatnonzero(row[50] > 128)[[0, -1]] for row in (plain, moved))
    assert by - left == 20
    assert abs(edge - right) <= 1, "where there is no map, nothing moves"


def test_a_map_that_is_grey_or_gone_moves_nothing() -> None:
    for grey in ({**RAMP, "fill": "#808080"}, {**RAMP, "end": 1}):
        still = scene({"type": "shape", **{k: v for k, v in grey.items() if k != "type"}}, MAPPED)
        assert np.abs(shown(still, 2).astype(int) - shown(scene(CARD), 2)).max() <= 32  # 20/255 px of an edge


def test_a_map_that_moves_is_never_taken_for_still() -> None:
    turning = {
        **RAMP,
        "fill": {**RAMP["fill"], "angle": {"keyframes": [{"at": 1, "value": 0}, {"at": 2, "value": 90}]}},
    }
    found = scene(turning, {**MAPPED, "start": 0.5})
    assert len({evaluate(found, Fraction(k, 10)).digest for k in range(11, 19)}) == 8
    assert len({evaluate(found, Fraction(k, 10)).digest for k in range(22, 30)}) == 1


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([MAPPED], r"layers\[0\].effects\[0\].map: no layer “ramp” stands beside this one"),
        ([RAMP, {**MAPPED, "id": "second"}, {**CARD, "backdrop": [{"type": "displacement", "map": "second"}]}],
         r"layers\[2\].backdrop\[0\].map: “second” has a map of its own"),
        ([RAMP, {"type": "stack", "layers": [MAPPED]}], "a layer of a stack has no map"),
    ],
    ids=["nowhere", "in a chain", "in a stack"],
)  # fmt: skip
def test_a_map_that_cannot_be_is_refused(layers: list[dict[str, Any]], message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        scene(*layers)


def test_waves_and_a_map_are_not_mixed() -> None:
    with pytest.raises(ValidationError, match="which a “map” takes the place of"):
        scene(RAMP, {**CARD, "effects": [{"type": "displacement", "map": "ramp", "scale": 20}]})


@pytest.mark.parametrize(
    "effect",
    [
        {"type": "glow", "radius": 9},
        {"type": "directional_blur", "length": 50, "angle": 30},
        {"type": "zoom_blur", "amount": 0.8, "center": [0, 0]},
        {"type": "corner_pin", "bottom_right": ["130%", "125%"]},
        {"type": "displacement", "amount": 15},
    ],
    ids=lambda effect: effect["type"],
)
def test_what_goes_beyond_the_layer_is_not_cut(effect: dict[str, Any]) -> None:
    """Drawn with a reach of its own, and again with far more room around it."""
    (group,) = evaluate(scene({**CARD, "effects": [effect]}), Fraction(0)).items
    assert isinstance(group, Group)
    (step,) = group.effects
    wide = replace(group, area=(-100, -100, 200, 200), effects=(step,))
    one, other = (pixels(DisplayList(300, 300, (0, 0, 0, 0), (each,))) for each in (group, wide))
    assert np.abs(one.astype(int) - other).max() <= 3
