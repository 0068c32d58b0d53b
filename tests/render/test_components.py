"""Components: the reference's figures, and what each does with what it is given."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Any

import pytest

from render_engine.color import parse
from render_engine.components.syntax import STYLE, colored, mixed
from render_engine.display_list import OPAQUE, Glyphs, Gradient, Group, Op, Shape, Solid
from render_engine.errors import BadInput
from render_engine.matrix import map_box
from render_engine.motion.tokens import PALETTES
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.spring import PRESETS
from tests.render.drawing import drawn, scene

CORNER = {"position": [0, 0], "anchor": ["left", "top"]}
EVERY: dict[str, dict[str, Any]] = {
    "animated_characters": {"text": "Hi you"},
    "badge": {"text": "New"},
    "background": {},
    "card": {"layers": [{"type": "text", "text": "Hi", "size": 12}]},
    "count_up": {"to": 99, "size": 20},
    "glow_orb": {"size": 50},
    "grid": {},
    "safe_area": {"layers": [{"type": "badge", "text": "New"}]},
    "terminal": {"lines": ["ls", {"text": "a b", "output": True}], "font_size": 6},
    "typewriter": {"text": "Hi you", "size": 20},
    "vignette": {},
    "bar_chart": {"data": [3, {"value": -1, "label": "b"}], "font_size": 6, "size": [180, 90]},
    "browser": {"size": [100, 80], "url": "a.b", "layers": [{"type": "badge", "text": "New"}]},
    "code_block": {"code": "a = 1", "language": "python", "font_size": 8, "reveal": "typing", "title": "a"},
    "line_chart": {"lines": [{"values": [1, 4, 2], "label": "a"}], "font_size": 6, "size": [180, 90]},
    "lower_third": {"name": "Ada", "title": "Analyst", "font_size": 12},
    "phone": {"size": [None, 90], "layers": [{"type": "badge", "text": "New"}]},
    "progress_bar": {"size": [100, 6], "label": "It", "font_size": 8},
}


def rgba(red: int, green: int, blue: int, alpha: float) -> Solid:
    return Solid((*(channel * 257 for channel in (red, green, blue)), round(alpha * 65535)))


def shapes(ops: tuple[Op, ...]) -> list[Shape]:
    return [op for op in ops if isinstance(op, Shape)]


def glyphs(ops: tuple[Op, ...]) -> int:
    return sum(len(run.glyphs) for op in ops if isinstance(op, Glyphs) for run in op.runs)


def box(op: Op) -> tuple[float, ...]:
    assert isinstance(op, Shape)
    found = map_box(op.matrix, op.path.box)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", EVERY)
def test_what_was_drawn_before_changes_nothing(kind: str) -> None:
    layer = {"type": kind, **EVERY[kind]}
    reused = scene(layer)
    for k in [*range(0, 90, 7), 3, 119, 0]:
        time = Fraction(k, 30)
        assert evaluate(reused, time).digest == evaluate(scene(layer), time).digest


def test_background_fills_the_frame_with_near_black() -> None:
    (op,) = drawn({"type": "background"})
    assert box(op) == (0, 0, 200, 100)
    assert shapes((op,))[0].fill == rgba(10, 10, 10, 1)


def test_background_takes_a_gradient_by_its_css_angle() -> None:
    (op,) = drawn({"type": "background", "fill": {"type": "linear", "angle": 90, "stops": ["red", "blue"]}})
    fill = shapes((op,))[0].fill
    assert isinstance(fill, Gradient)
    assert fill.geometry == (0, 50, 200, 50)


def orb(seconds: float, **fields: Any) -> Group:
    (op,) = drawn({"type": "glow_orb", **fields}, at=seconds, size=[1000, 1000])
    assert isinstance(op, Group)
    return op


@pytest.mark.parametrize("seconds", [0, 0.4, 1, 2.3, 3.9])
def test_orb_drifts_by_its_formula(seconds: float) -> None:
    c = 2 * math.pi * seconds / 4
    x, y = orb(seconds).matrix[4:6]
    assert (x, y) == pytest.approx((300 + math.sin(c) * 30, 300 + math.cos(0.7 * c) * 30), abs=1 / 256)


def test_orb_is_a_faint_blurred_disc() -> None:
    op = orb(0)
    (disc,) = op.items
    assert box(disc) == (0, 0, 400, 400)
    assert shapes((disc,))[0].fill == rgba(99, 102, 241, 0.4 * 0.6)  # its opacity is in its colour
    assert [(effect.name, effect.numbers) for effect in op.effects] == [("blur", (120.0,))]
    assert op.opacity == OPAQUE


def test_an_orb_whose_opacity_moves_fades_as_a_layer() -> None:
    op = orb(1, opacity={"keyframes": [{"at": 0, "value": 0}, {"at": 2, "value": 1}]})
    assert shapes(op.items)[0].fill == rgba(99, 102, 241, 0.4)
    assert op.opacity == OPAQUE // 2


def bars(seconds: float, **fields: Any) -> set[tuple[float, ...]]:
    """The grid's lines as boxes in the frame."""
    found = set[tuple[float, ...]]()
    for op in drawn({"type": "grid", **fields}, at=seconds):
        shape, x = (op.items[0], op.matrix[4]) if isinstance(op, Group) else (op, 0.0)
        assert isinstance(shape, Shape)
        assert shape.fill == rgba(255, 255, 255, 0.03)
        points = shape.path.points
        found |= {(points[k] + x, points[k + 1], points[k + 4] + x, points[k + 5]) for k in range(0, len(points), 8)}
    return found


@pytest.mark.parametrize("seconds", [0, 2, 3.5])
def test_grid_has_fine_lines_that_drift(seconds: float) -> None:
    standing = {
        (60 * k + 5 * seconds, 0, 60 * k + 5 * seconds + 1, 100) for k in range(4) if 60 * k + 5 * seconds < 200
    }
    lying = {(0, 60 * k + 5 * seconds, 200, 60 * k + 5 * seconds + 1) for k in range(2)}
    assert bars(seconds) == standing | lying


def test_a_line_that_leaves_the_grid_is_cut_at_its_edge() -> None:
    assert (199.75, 0, 200, 100) in bars(1, cell=100, drift=-0.25)
    assert (0, 0, 0.75, 100) in bars(1, cell=100, drift=-0.25)


def test_vignette_is_clear_in_the_middle_and_dark_in_the_corners() -> None:
    (op,) = shapes(drawn({"type": "vignette"}))
    assert isinstance(op.fill, Gradient)
    assert [at for at, _ in op.fill.stops] == [pytest.approx(0.4, abs=1e-4), 1]
    assert [color for _, color in op.fill.stops] == [(0, 0, 0, 0), (0, 0, 0, round(0.6 * 65535))]


@pytest.mark.parametrize(("area", "inset"), [("title", 0.1), ("action", 0.05)])
def test_safe_area_keeps_layers_from_the_edges(area: str, inset: float) -> None:
    layer = {"type": "safe_area", "area": area, "layers": [{"type": "shape"}]}
    (op,) = drawn(layer, size=[1000, 500])
    assert box(op) == pytest.approx((1000 * inset, 500 * inset, 1000 * (1 - inset), 500 * (1 - inset)))


@pytest.mark.parametrize("seconds", [0.1, 0.2, 0.3])
def test_badge_pops_up_to_its_size(seconds: float) -> None:
    resting = next(op.bounds for op in drawn({"type": "badge", "text": "Brand new"}, at=3))
    moving = next(op.bounds for op in drawn({"type": "badge", "text": "Brand new"}, at=seconds))
    scale = 0.8 + 0.2 * PRESETS["poppy"].at(seconds)
    assert moving[2] - moving[0] == pytest.approx(scale * (resting[2] - resting[0]), abs=4)


def test_badge_is_a_pill_around_its_words() -> None:
    pill, words = drawn({"type": "badge", "text": "New", **CORNER}, at=3)
    assert isinstance(words, Glyphs)
    assert (words.runs[0].size, words.matrix[4:6]) == (16, (20, 8))
    assert box(pill)[3] == pytest.approx(16 * 1.2 + 16, abs=1)


def test_an_entrance_of_ones_own_takes_the_place_of_the_badges() -> None:
    layer = {"type": "badge", "text": "New", "entrance": "fadeDown"}
    (group,) = drawn(layer, at=Fraction(1, 30))
    assert isinstance(group, Group)
    assert all(op.matrix[0] == 1 for op in group.items if isinstance(op, Shape | Glyphs))


def test_card_fades_in_from_below() -> None:
    layer = {"type": "card", "layers": [{"type": "shape", "size": [40, 20]}], "backdrop": [], **CORNER}
    seconds = Fraction(1, 10)
    p = PRESETS["snappy"].at(0.1)
    (group,) = drawn(layer, at=seconds)
    assert isinstance(group, Group)
    assert group.matrix[5] == pytest.approx(20 * (1 - p), abs=1 / 128)
    assert group.opacity / 4096 == pytest.approx(p, abs=1e-3)


def test_card_is_a_see_through_panel_with_a_border_inside_its_edge() -> None:
    layer = {"type": "card", "layers": [{"type": "shape", "size": [40, 20]}], "backdrop": [], **CORNER}
    panel, child = shapes(drawn(layer, at=3))
    assert box(child) == (32, 32, 72, 52)
    assert box(panel) == (0.5, 0.5, 103.5, 83.5)  # a line of 1 px about it fills whole pixels
    assert panel.path.points[0] == 16
    assert panel.fill == rgba(255, 255, 255, 0.05)
    assert panel.stroke is not None
    assert (panel.stroke.paint, panel.stroke.width) == (rgba(255, 255, 255, 0.1), 1)


@pytest.mark.parametrize("kind", ["card", "terminal"])
def test_glass_softens_what_lies_beneath(kind: str) -> None:
    ops = drawn({"type": "background", "fill": "#345"}, {"type": kind, **EVERY[kind]}, at=3)
    (behind,) = [op for op in ops if type(op).__name__ == "Backdrop"]
    assert [(effect.name, effect.numbers[0]) for effect in behind.effects] == [("blur", 20)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("seconds", [0, 0.1, 0.25, 0.5, 1])
def test_terminal_types_thirty_characters_a_second(seconds: float) -> None:
    layer = {"type": "terminal", "lines": ["abcdefghij", "klmnopqrstuvwxyz"], "prompt": "", "cursor": "", "title": ""}
    ops = drawn(layer, at=seconds, size=[1000, 500])
    assert glyphs(ops) == min(26, math.floor(30 * seconds + 1e-9))


def test_terminal_keeps_its_size_while_it_is_typed() -> None:
    layer = {"type": "terminal", "lines": ["one", "two and more of it"], "title": "zsh"}
    sizes = {box(shapes(drawn(layer, at=at, size=[1000, 500]))[0]) for at in (0, 0.3, 3)}
    assert len(sizes) == 1


def test_terminal_has_three_lights_and_round_corners() -> None:
    ops = shapes(drawn({"type": "terminal", "lines": ["ls"], **CORNER}, at=3, size=[1000, 500]))
    fills = [op.fill for op in ops]
    assert [rgba(255, 95, 87, 1), rgba(254, 188, 46, 1), rgba(40, 200, 64, 1)] == fills[2:5]
    assert ops[0].path.points[0] == 12
    words = [
        op for op in drawn({"type": "terminal", "lines": ["ls"]}, at=3, size=[1000, 500]) if isinstance(op, Glyphs)
    ]
    assert {run.size for op in words for run in op.runs} == {18}


def test_what_a_program_says_comes_at_once() -> None:
    lines = ["ab", {"text": "twelve chars", "output": True, "pause": 0.5}]
    layer = {"type": "terminal", "lines": lines, "prompt": "", "cursor": ""}
    seen = [glyphs(drawn(layer, at=at, size=[1000, 500])) for at in (Fraction(2, 30), 0.5, 0.6)]
    assert seen == [2, 2, 13]


@pytest.mark.parametrize(
    ("layer", "told"),
    [
        ({"type": "terminal", "lines": ["a", "b", "c"], "size": [400, 90]}, "px of height"),
        ({"type": "badge", "text": "\U00012000"}, "No font here"),
        ({"type": "grid", "cell": 0.01}, "lines"),
        ({"type": "code_block", "code": "a", "language": "pythn"}, "did you mean python"),
        ({"type": "code_block", "code": "a\nb", "highlights": [3]}, "1 to 2"),
        ({"type": "line_chart", "lines": [{"values": [1, 2]}], "labels": ["a"]}, "one for each"),
        ({"type": "bar_chart", "data": [1], "size": [30, 30]}, "no room"),
        ({"type": "browser", "size": [100, 20]}, "higher than that"),
        ({"type": "phone", "size": [None, None]}, "a width or a height"),
    ],
)
def test_problems_are_told_of_the_component(layer: dict[str, Any], told: str) -> None:
    with pytest.raises(BadInput, match=told) as error:
        scene(layer)
    where = str(error.value).partition(": ")[0]
    assert re.fullmatch(r"layers\[0\](\.[a-z]+(\[0\])?)?", where)
    assert "layers[0].layers" not in where


@pytest.mark.parametrize("kind", ["card", "safe_area", "browser", "phone"])
def test_problems_in_a_components_layers_are_told_of_them(kind: str) -> None:
    missing = {"type": "image", "source": "missing.png"}
    with pytest.raises(BadInput) as error:
        scene({"type": kind, "layers": [{"type": "shape"}, missing]})
    assert error.value.where == "layers[0].layers[1].source"


def test_a_page_fills_the_window_under_its_bar() -> None:
    layer = {"type": "browser", "size": [400, 300], "bar": 40, "shadow": False, **CORNER}
    ops = drawn({**layer, "layers": [{"type": "shape", "fill": "red"}]}, size=[400, 300])
    (page,) = [op for op in ops if isinstance(op, Group)]
    assert page.bounds == pytest.approx((0, 40, 400, 300), abs=2)


@pytest.mark.parametrize(
    ("size", "expected"), [([None, 390], (180, 390)), ([90, None], (90, 195)), ([200, 100], (200, 100))]
)
def test_a_phone_keeps_its_shape(size: list[float | None], expected: tuple[float, float]) -> None:
    content = scene({"type": "phone", "size": size}, size=[400, 400]).nodes[0].content
    assert (content.width, content.height) == pytest.approx(expected)


@pytest.mark.parametrize("seconds", [4, 1.2])
def test_a_lower_third_comes_and_goes(seconds: float) -> None:
    layer = {"type": "lower_third", "name": "Ada Lovelace", "title": "Analyst", "font_size": 12, "end": seconds}
    last = Fraction(round(seconds * 120) - 1, 120)
    ends = [drawn(layer, at=at, duration=seconds) for at in (Fraction(0), last)]
    assert ends == [(), ()]
    resting = drawn(layer, at=seconds / 2, duration=seconds)
    assert [type(op) for op in resting] == [Shape, Shape, Glyphs, Glyphs]


def test_a_long_name_is_set_smaller() -> None:
    node = scene(
        {"type": "lower_third", "name": "A name that is much too long " * 4, "title": "b"}, size=[400, 300]
    ).nodes[0]
    assert node.content.width < 400


def test_code_keeps_its_text_and_gets_colours() -> None:
    code = 'def f(x):\n    """Says."""\n    return x + 1  # more\n'
    found = colored(code, "python", PALETTES["dark"])
    assert "".join(text for text, _ in found) == code
    assert len({color for _, color in found}) >= 5


@pytest.mark.parametrize("palette", PALETTES)
def test_every_token_can_be_read(palette: str) -> None:
    it = PALETTES[palette]
    for role, share, other in STYLE.values():
        ink = mixed(getattr(it, role), share, getattr(it, other))
        assert contrast(ink, it.bg_alt) >= 3


def contrast(one: str, other: str) -> float:
    """WCAG 2.1."""
    light = sorted(_luminance(color) + 0.05 for color in (one, other))
    return light[1] / light[0]


def _luminance(color: str) -> float:
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parse(color)[:3])
    return sum(weight * channel for weight, channel in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_code_is_typed_letter_by_letter() -> None:
    layer = {"type": "code_block", "code": "abcdefgh", "reveal": "typing", "speed": 10, "font_size": 8}
    assert [glyphs(drawn(layer, at=at)) for at in (0.55, 0.8)] == [5, 8]  # the cursor is not seen then
