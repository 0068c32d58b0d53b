"""Effects of colour, each beside a slow formula in double precision; what they leave alone; tables that are refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from render_engine.cpu import effects
from render_engine.cpu.texture import Texture
from render_engine.display_list import Effect, Group
from render_engine.effects.curves import curve_through
from render_engine.errors import DocumentError
from render_engine.timeline.evaluate import evaluate
from tests.render.drawing import drawn, scene

Floats = NDArray[np.float64]
BOX = (60, 40)  # of the layer, px
KEY = np.array([0.0, 0.6, 0.2])


@cache
def picture(height: int = 40, width: int = 60, *, opaque: bool = False) -> NDArray[np.uint8]:
    """Random premultiplied BGRA: smooth enough to be a picture, of every transparency."""
    random = np.random.default_rng(5)
    rough = random.uniform(0, 1, (height // 4 + 1, width // 4 + 1, 4)).repeat(4, axis=0).repeat(4, axis=1)
    pixels = np.clip(rough[:height, :width] + random.normal(0, 0.05, (height, width, 4)), 0, 1)
    pixels[..., 3] = 1 if opaque else np.clip(pixels[..., 3] * 1.6 - 0.3, 0, 1)
    pixels[..., :3] *= pixels[..., 3:]
    return np.rint(pixels * 255).astype(np.uint8)


def effects_of(effect: dict[str, Any], at: float | Fraction = 0, base: Path = Path()) -> tuple[Effect, ...]:
    (op,) = drawn({"type": "shape", "size": list(BOX), "effects": [effect]}, at=at, base=base)
    assert isinstance(op, Group)
    return op.effects


def applied(
    effect: dict[str, Any], pixels: NDArray[np.uint8], at: float = 0, base: Path = Path(), x: int = 0, y: int = 0
) -> NDArray[np.uint8]:
    (step,) = effects_of(effect, at, base)
    before = pixels.copy()
    changed = effects.apply(Texture(before, x, y), step, ())
    assert changed.shape == pixels.shape
    assert changed.dtype == np.uint8
    return changed


# ------------------------------------------------------------------------------------------------ the slow formulas


def by_straight(change: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    """`change` over straight red, green, blue in 0…1, of premultiplied blue, green, red, alpha in 0…1."""

    def whole(pixels: Floats) -> Floats:
        alpha = pixels[..., 3:]
        straight = np.minimum(pixels[..., :3] / np.maximum(alpha, 1e-9), 1)[..., ::-1]
        return np.concatenate([np.clip(change(straight), 0, 1)[..., ::-1] * alpha, alpha], axis=-1)

    return whole


def adjusted(colors: Floats) -> Floats:
    """Exposure 0.5, temperature 0.5, tint −0.4, contrast 0.9, saturation 0.7, hue 40."""
    light = np.where(colors <= 0.04045, colors / 12.92, ((colors + 0.055) / 1.055) ** 2.4)
    gains = np.array([2**0.25, 2**0.2, 2**-0.25])
    light = np.clip(light * 2**0.5 * gains / (0.213 * gains[0] + 0.715 * gains[1] + 0.072 * gains[2]), 0, 1)
    encoded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    toned = np.clip((encoded - 0.5) * 0.9 + 0.5, 0, 1)
    grey = toned @ [0.213, 0.715, 0.072]
    cos, sin = math.cos(math.radians(40)), math.sin(math.radians(40))
    quarter = toned @ np.array([[-0.213, -0.715, 0.928], [0.143, 0.14, -0.283], [-0.787, 0.715, 0.072]]).T
    return grey[..., None] + 0.7 * (cos * (toned - grey[..., None]) + sin * quarter)


def duotoned(colors: Floats) -> Floats:
    luminance = colors @ [0.2126, 0.7152, 0.0722]
    shadow, highlight = np.array([0x20, 0x10, 0x60]) / 255, np.array([0xFF, 0xE0, 0x80]) / 255
    return 0.25 * colors + 0.75 * (shadow + (highlight - shadow) * luminance[..., None])


def curved(colors: Floats) -> Floats:
    """Halves everything, then lifts by a tenth: both ends of straight curves."""
    return 0.1 + 0.8 * (colors * [1, 1, 0.5])


def vignetted(pixels: Floats) -> Floats:
    height, width = pixels.shape[:2]
    out = pixels.copy()
    for y in range(height):
        for x in range(width):
            dx, dy = (x + 0.5 - BOX[0] / 2) / (BOX[0] / 2), (y + 0.5 - BOX[1] / 2) / (BOX[1] / 2)
            share = 0.8 * min(1, max(0, (math.hypot(dx, dy) / math.sqrt(2) - 0.3) / 0.7))
            for k, tint in enumerate((0.4, 0.2, 0.6)):
                out[y, x, k] += (tint * pixels[y, x, 3] - pixels[y, x, k]) * share
    return out


def pixelated(pixels: Floats) -> Floats:
    out = np.empty_like(pixels)
    for top in range(0, BOX[1], 7):
        for left in range(0, BOX[0], 7):
            out[top : top + 7, left : left + 7] = pixels[top : top + 7, left : left + 7].mean(axis=(0, 1))
    return out


def sharpened(pixels: Floats) -> Floats:
    """Amount 0.8, radius 1.2: what differs from the mean of what is shown nearby, by weights of a Gaussian."""
    kernel = np.exp(-((np.arange(-8, 9) / 1.2) ** 2) / 2)
    kernel /= kernel.sum()
    height, width = pixels.shape[:2]
    wide = np.pad(pixels, ((8, 8), (8, 8), (0, 0)))
    rows = sum(kernel[k] * wide[k : k + height] for k in range(17))
    mean = sum(kernel[k] * rows[:, k : k + width] for k in range(17))
    alpha = pixels[..., 3:]
    share = np.divide(alpha, mean[..., 3:], where=mean[..., 3:] > 0, out=np.zeros_like(alpha))
    fine = np.clip(pixels + 0.8 * (pixels - mean * share), 0, alpha)
    fine[..., 3:] = alpha
    return fine


def keyed(pixels: Floats) -> Floats:
    """Tolerance 0.1, softness 0.25, spill 0.5."""
    out = np.zeros_like(pixels)

    def chroma(color: Floats) -> Floats:
        luma = color @ [0.2126, 0.7152, 0.0722]
        return np.array([(color[2] - luma) / 1.8556, (color[0] - luma) / 1.5748])

    for place in np.ndindex(pixels.shape[:2]):
        alpha = pixels[place][3]
        color = pixels[place][2::-1] / max(alpha, 1e-9)
        distance = float(np.hypot(*(chroma(color) - chroma(KEY))))
        kept = min(1, max(0, (distance - 0.1) / 0.25))
        subject = min(1, distance / 0.35)
        if kept == 0:
            continue
        clean = (color - (1 - subject) * KEY) / subject
        clean[1] -= 0.5 * max(0, clean[1] - max(clean[0], clean[2]))
        out[place] = [*np.clip(clean[::-1], 0, 1) * kept * alpha, kept * alpha]
    return out


FORMULAS: dict[str, tuple[dict[str, Any], Callable[[Floats], Floats]]] = {
    "color_adjust": (
        {"exposure": 0.5, "temperature": 0.5, "tint": -0.4, "contrast": 0.9, "saturation": 0.7, "hue": 40},
        by_straight(adjusted),
    ),
    "duotone": ({"shadow": "#201060", "highlight": "#ffe080", "strength": 0.75}, by_straight(duotoned)),
    "curves": ({"master": [[0, 0.1], [1, 0.9]], "blue": [[0, 0], [1, 0.5]]}, by_straight(curved)),
    "vignette": ({"amount": 0.8, "clear": 0.3, "color": "#993366"}, vignetted),
    "pixelate": ({"size": 7}, pixelated),
    "sharpen": ({"amount": 0.8, "radius": 1.2}, sharpened),
    "chroma_key": ({"color": "#009933", "tolerance": 0.1, "softness": 0.25, "spill": 0.5}, keyed),
}


RECOLOURING = ("color_adjust", "duotone", "curves")


@pytest.mark.parametrize("opaque", [True, False], ids=["opaque", "of every transparency"])
@pytest.mark.parametrize("name", FORMULAS)
def test_an_effect_is_within_a_level_of_its_formula(name: str, opaque: bool) -> None:
    fields, formula = FORMULAS[name]
    pixels = picture(opaque=opaque)
    found = applied({"type": name, **fields}, pixels).astype(float)
    expected = formula(pixels / 255.0) * 255
    rounded_first = name in RECOLOURING and not opaque  # to straight colours of 8 bits
    assert np.abs(found - expected).max() <= (2 if rounded_first else 1)


# ------------------------------------------------------------------------------------------------- what stays as it is

STRONG = {
    "color_adjust": {"exposure": 2, "saturation": 3, "hue": 200},
    "curves": {"master": [[0, 1], [1, 0]]},
    "duotone": {"shadow": "white", "highlight": "red"},
    "vignette": {"amount": 1, "clear": 0, "color": "white"},
    "grain": {"amount": 1, "monochrome": False},
    "sharpen": {"amount": 10, "radius": 6},
    "pixelate": {"size": 5.3},
    "chroma_key": {"color": "#4080a0", "softness": 0, "spill": 1},
}


@pytest.mark.parametrize("name", STRONG)
def test_nothing_is_brighter_than_its_alpha(name: str) -> None:
    found = applied({"type": name, **STRONG[name]}, picture())
    assert (found[..., :3] <= found[..., 3:]).all()


@pytest.mark.parametrize("name", sorted(STRONG.keys() - {"pixelate", "chroma_key"}))
def test_alpha_stays(name: str) -> None:
    assert (applied({"type": name, **STRONG[name]}, picture())[..., 3] == picture()[..., 3]).all()


@pytest.mark.parametrize(
    "effect",
    [
        {"type": "color_adjust"}, {"type": "color_adjust", "hue": 720}, {"type": "curves"},
        {"type": "curves", "red": [[0, 0], [0.5, 0.5], [1, 1]]}, {"type": "duotone", "strength": 0},
        {"type": "vignette", "amount": 0}, {"type": "vignette", "color": "transparent"}, {"type": "grain", "amount": 0},
        {"type": "pixelate", "size": 1}, {"type": "sharpen", "amount": 0}, {"type": "sharpen", "radius": 0},
    ],
    ids=str,
)  # fmt: skip
def test_what_changes_nothing_is_not_done(effect: dict[str, Any]) -> None:
    assert effects_of(effect) == ()


@pytest.mark.parametrize("name", ["color_adjust", "curves", "duotone", "vignette", "grain", "pixelate", "chroma_key"])
def test_a_part_of_a_texture_shows_what_the_whole_shows_there(name: str) -> None:
    fields = {**STRONG[name], "size": 5} if name == "pixelate" else STRONG[name]  # the part holds whole squares
    whole = applied({"type": name, **fields}, picture(), x=-20, y=-10)
    part = applied({"type": name, **fields}, picture()[15:35, 10:50], x=-10, y=5)
    assert (whole[15:35, 10:50] == part).all()


def test_squares_are_cut_at_the_layers_edge() -> None:
    """40 px in squares of 15: the last is 10 wide, and no more of it is transparent."""
    found = applied(
        {"type": "pixelate", "size": 25}, np.pad(picture(opaque=True), ((9, 9), (9, 9), (0, 0))), x=-9, y=-9
    )
    assert (found[9:-9, 9:-9, 3] == 255).all()
    assert (found[..., 3] == np.pad(np.full((40, 60), 255), 9)).all()


# --------------------------------------------------------------------------------------------------------------- grain


def grey(level: int = 128) -> NDArray[np.uint8]:
    return np.dstack([np.full((200, 200, 3), level, np.uint8), np.full((200, 200), 255, np.uint8)])


@pytest.mark.parametrize("size", [1, 3])
def test_grain_has_the_strength_it_is_given(size: float) -> None:
    noise = applied({"type": "grain", "amount": 0.25, "size": size}, grey()).astype(float)[..., :3] - 128
    assert abs(noise.mean()) < 1
    assert 15 < noise.std() < 17
    assert (noise == noise[..., :1]).all(), "in one colour by itself"


def test_grain_changes_at_its_own_rate_and_comes_again() -> None:
    grain = {"type": "grain", "amount": 0.2, "fps": 10}
    shown = scene({"type": "shape", "size": list(BOX), "effects": [grain]})
    first, same, next_, again = (evaluate(shown, Fraction(time)).digest for time in ("0", "0.09", "0.1", "0"))
    assert first == same == again
    assert next_ != first
    assert (applied(grain, grey(), 0.1) != applied(grain, grey(), 0)).any()


def test_another_seed_is_another_grain() -> None:
    one, other = (applied({"type": "grain", "seed": seed}, grey()) for seed in (1, 2))
    assert (one != other).mean() > 0.3


# --------------------------------------------------------------------------------------------------------------- curves


def test_a_curve_goes_through_its_points_and_never_turns_back_between_them() -> None:
    points = [(0.1, 0.0), (0.2, 0.02), (0.25, 0.8), (0.7, 0.8), (0.9, 1.0)]
    curve = curve_through(points)
    assert [curve(x) for x, _ in points] == pytest.approx([y for _, y in points])
    values = [curve(k / 1000) for k in range(1001)]
    assert all(late >= early - 1e-12 for early, late in pairwise(values))
    assert (values[0], values[-1]) == (0.0, 1.0)


def test_points_out_of_order_are_refused() -> None:
    from pydantic import ValidationError

    with pytest.raises(ValidationError, match="left to right"):
        effects_of({"type": "curves", "red": [[0, 0], [0.5, 1], [0.5, 0]]})


# --------------------------------------------------------------------------------------------------------------- tables


def cube(size: int, change: Callable[[Floats], Floats] = lambda color: color, head: str = "") -> str:
    steps = np.linspace(0, 1, size)
    rows = [change(np.array([red, green, blue])) for blue in steps for green in steps for red in steps]
    return f"{head}LUT_3D_SIZE {size}\n" + "\n".join("{:.7f} {:.7f} {:.7f}".format(*row) for row in rows) + "\n"


def looked_up(text: str, folder: Path, pixels: NDArray[np.uint8], **more: Any) -> NDArray[np.uint8]:
    (folder / "look.cube").write_text(text)
    return applied({"type": "lut", "source": "look.cube", **more}, pixels, base=folder)


@pytest.mark.parametrize("text", [cube(2), cube(17), cube(33), "LUT_1D_SIZE 2\n0 0 0\n1 1 1\n"], ids=[2, 17, 33, "1D"])
@pytest.mark.parametrize("opaque", [True, False], ids=["opaque", "of every transparency"])
def test_an_identity_changes_nothing(text: str, opaque: bool, tmp_path: Path) -> None:
    pixels = picture(opaque=opaque)
    assert np.abs(looked_up(text, tmp_path, pixels).astype(int) - pixels).max() <= (0 if opaque else 1)


def tetrahedral(table: Floats, color: Floats) -> Floats:
    """`table`: by red, green, blue. From corner to corner along the edges of the cell, the largest fraction first."""
    place = color * (len(table) - 1)
    corner = np.minimum(place.astype(int), len(table) - 2)
    fractions = place - corner
    value = table[tuple(corner)].copy()
    for axis in np.argsort(-fractions, kind="stable"):
        before = table[tuple(corner)]
        corner[axis] += 1
        value += fractions[axis] * (table[tuple(corner)] - before)
    return value


@pytest.mark.parametrize("strength", [1, 0.4])
def test_a_cube_is_read_by_tetrahedra(strength: float, tmp_path: Path) -> None:
    table = np.random.default_rng(2).uniform(0, 1, (6, 6, 6, 3))
    text = cube(6, lambda color: table[tuple(np.rint(color * 5).astype(int))], head='# words\nTITLE "A grade"\n\n')
    pixels = picture(opaque=True)
    found = looked_up(text, tmp_path, pixels, strength=strength)
    straight = pixels[..., 2::-1] / 255.0
    graded = np.array([[tetrahedral(table, color) for color in row] for row in straight])
    expected = strength * graded + (1 - strength) * straight
    assert np.abs(found[..., 2::-1] - expected * 255).max() <= 1


def test_a_domain_stretches_the_table_and_a_value_beyond_white_is_white(tmp_path: Path) -> None:
    text = "DOMAIN_MIN 0 0 0.5\nDOMAIN_MAX 1 2 1\nLUT_1D_SIZE 2\n0 0 0\n1 1 1.2\n"
    levels = np.array([[[255, 200, 100, 255], [130, 100, 0, 255]]], np.uint8)
    assert looked_up(text, tmp_path, levels).tolist() == [[[255, 100, 100, 255], [6, 50, 0, 255]]]


def test_a_file_and_its_contents_are_known_to_the_render(tmp_path: Path) -> None:
    layer = {"type": "shape", "effects": [{"type": "lut", "source": "look.cube"}]}
    digests = []
    for size in (2, 3):
        (tmp_path / "look.cube").write_text(cube(size))
        shown = scene(layer, base=tmp_path)
        assert tmp_path / "look.cube" in shown.inputs
        digests.append(evaluate(shown, Fraction(0)).digest)
    assert digests[0] != digests[1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0 0 0\n1 1 1\n", "neither LUT_1D_SIZE nor LUT_3D_SIZE"),
        ("LUT_1D_SIZE 2\nLUT_3D_SIZE 2\n0 0 0\n", "both LUT_1D_SIZE and LUT_3D_SIZE"),
        ("LUT_3D_SIZE 2\n0 0 0\n1 1 1\n", "2 rows of numbers where LUT_3D_SIZE 2 needs 8"),
        (cube(2) + "1 1 1\n", "9 rows of numbers where LUT_3D_SIZE 2 needs 8"),
        ("LUT_3D_SIZE 1\n0 0 0\n", "line 1: LUT_3D_SIZE is one whole number from 2 to 256, not “1”"),
        ("LUT_3D_SIZE 257\n", "from 2 to 256, not “257”"),
        ("LUT_3D_SIZE 2.5\n", "not “2.5”"),
        ("# a grade\nLUT_1D_SIZE 2\n0 0 0\n1 x 1\n", "line 4: 3 numbers are expected, not “1 x 1”"),
        ("LUT_1D_SIZE 2\n0 0\n1 1\n", "line 2: 3 numbers are expected, not “0 0”"),
        ("LUT_1D_SIZE 2\n0 0 0\n1 1 nan\n", "line 3"),
        ("LUT_1D_SIZE 2\n0 0 0\n1 1 1e99\n", "line 3: the numbers are too large"),
        ("LUT_1D_SIZE 2\nGAMMA 2.2\n0 0 0\n1 1 1\n", "line 2: “GAMMA 2.2” is neither a keyword"),
        ("LUT_1D_SIZE 2\nLUT_1D_SIZE 3\n", "line 2: LUT_1D_SIZE stands here a second time"),
        ("DOMAIN_MIN 1 0 0\nLUT_1D_SIZE 2\n0 0 0\n1 1 1\n", "its domain is empty"),
        ("DOMAIN_MIN 0 0\nLUT_1D_SIZE 2\n0 0 0\n1 1 1\n", "line 1: 3 numbers are expected"),
        ("", "is empty"),
    ],
)  # fmt: skip
def test_a_table_that_is_wrong_is_refused_with_its_line(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as refused:
        looked_up(text, tmp_path, picture())
    (problem,) = refused.value.problems
    assert problem.path == "layers[0].effects[0].source"
    assert "look.cube" in problem.message
    assert words in problem.message


def test_a_table_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "look.cube").write_bytes(b"\x89PNG\xff\xfe")
    with pytest.raises(DocumentError, match="not a text"):
        effects_of({"type": "lut", "source": "look.cube"}, base=tmp_path)


# ------------------------------------------------------------------------------------------------------- a green screen


def test_the_edge_of_a_keyed_subject_has_the_subjects_colour() -> None:
    """A white and a grey subject whose edge is a mixture with the screen: over its own colour no rim can be seen."""
    screen = np.array([0x00, 0xB1, 0x40])
    coverage = np.linspace(0, 1, 41)[:, None]
    for level in (230, 120):
        rows = coverage * level + (1 - coverage) * screen
        pixels = np.rint(np.concatenate([rows[:, ::-1], np.full((41, 1), 255)], axis=1)).astype(np.uint8)[None]
        found = applied({"type": "chroma_key"}, pixels).astype(float)[0]
        over_itself = found[:, :3] + (255 - found[:, 3:]) / 255 * level
        assert found[0, 3] == 0
        assert found[-1, 3] == 255
        assert np.abs(over_itself - level).max() < 0.1 * 255
        assert (found[:, 1] <= np.maximum(found[:, 0], found[:, 2]) + 1).all(), "no green is left"
