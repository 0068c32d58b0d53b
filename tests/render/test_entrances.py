"""Layers come and go by springs, by the figures of the reference; at rest nobody can tell that they did."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest

from render_engine.display_list import OPAQUE, Effect, Group, Shape, quantise_opacity
from render_engine.document.load import load_document
from render_engine.errors import DocumentError
from render_engine.matrix import apply
from render_engine.motion.entrance import EntranceName
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.spring import PRESETS
from tests.render.drawing import drawn, scene

NAMES = get_args(EntranceName)
CARD: dict[str, Any] = {"type": "shape", "size": [40, 20], "position": [100, 50], "fill": "red"}
SPRINGS = dict.fromkeys(NAMES, "snappy") | {
    "popIn": "bouncy",
    "blurIn": "smooth",
    "elasticScale": "wobbly",
    "perspectiveRotateIn": "smooth",
}
TOP_LEFT = (80, 40)


def p_of(name: str, frames: int) -> float:
    return PRESETS[SPRINGS[name]].at(frames / 30)


def corner(op: Any) -> tuple[float, float]:
    return apply(op.matrix, 0, 0) if isinstance(op, Shape) else corner(op.items[0])


def tilted(p: float) -> tuple[float, float]:
    """The card's top left, 20 px over the axis, turned about it and seen from 1000 px."""
    angle = math.radians(-60 * (1 - p))
    y, z = -20 * math.cos(angle), -20 * math.sin(angle)
    closer = 1000 / (1000 - z)
    return (100 - 20 * closer, 60 + y * closer)


CORNERS: dict[str, Any] = {
    "fadeUp": lambda p: (80, 40 + 20 * (1 - p)),
    "fadeDown": lambda p: (80, 40 - 20 * (1 - p)),
    "slideInLeft": lambda p: (80 - 30 * (1 - p), 40),
    "slideInRight": lambda p: (80 + 30 * (1 - p), 40),
    "popIn": lambda p: (100 - 20 * (0.5 + p / 2), 50 - 10 * (0.5 + p / 2)),
    "blurIn": lambda p: (80, 40),
    "elasticScale": lambda p: (100 - 20 * p, 50 - 10 * p),
    "perspectiveRotateIn": tilted,
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("frame", [1, 4, 9, 30])
def test_an_entrance_has_the_figures_of_the_reference(name: str, frame: int) -> None:
    (op,) = drawn({**CARD, "entrance": {"type": name, "delay": 0.2}}, at=Fraction(6 + frame, 30))
    p = p_of(name, frame)
    assert op.opacity == (OPAQUE if name == "elasticScale" else quantise_opacity(p))
    assert corner(op) == pytest.approx(CORNERS[name](p), abs=1 / 128)
    if name == "blurIn":
        assert isinstance(op, Group)
        assert op.effects[0].numbers == (round(20 * (1 - p) * 64) / 64,)


@pytest.mark.parametrize("name", NAMES)
def test_before_its_delay_a_layer_is_away(name: str) -> None:
    entering = {**CARD, "entrance": {"type": name, "delay": 0.2}}
    assert drawn(entering, at=Fraction(6, 30)) == ()
    assert drawn(entering, at=Fraction(7, 30)) != ()


def test_a_delay_is_a_whole_number_of_frames() -> None:
    rounded, written = ({**CARD, "entrance": {"type": "popIn", "delay": delay}} for delay in (0.1, 0.11))
    assert drawn(rounded, at=0.3) == drawn(written, at=0.3)


@pytest.mark.parametrize("name", NAMES)
def test_at_rest_nothing_is_left_of_it(name: str) -> None:
    """A text of several ops, turned and half transparent, with a blend mode: the same to the last bit."""
    text = {"type": "text", "text": "One *two*", "size": 20, "rotation": 20, "shadows": [{"blur": 3}]}
    for layer in (CARD, {**CARD, "opacity": 0.5, "blend": "screen"}, text):
        passing = {**layer, "entrance": name, "exit": {"type": name, "spring": "stiff"}}
        later = scene(passing, duration=9)
        assert evaluate(later, Fraction(5)).digest == evaluate(scene(layer, duration=9), Fraction(5)).digest


@pytest.mark.parametrize("name", NAMES)
def test_an_exit_is_the_entrance_backwards_and_over_at_the_layers_end(name: str) -> None:
    long = scene({**CARD, "start": 1, "end": 9, "exit": name}, duration=10)
    coming = scene({**CARD, "entrance": name}, duration=10)
    for k in range(1, 40):
        assert evaluate(long, 9 - Fraction(k, 30)).items == evaluate(coming, Fraction(k, 30)).items
    early = scene({**CARD, "exit": {"type": name, "delay": 1}}, duration=5)
    assert evaluate(early, Fraction(4) - Fraction(3, 30)).items == evaluate(coming, Fraction(3, 30)).items
    assert evaluate(early, Fraction(4)).items == ()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_pops_where_there_is_no_time_to_rest(name: str) -> None:
    """From frame to frame of half a second no corner jumps further than the spring at its fastest."""
    hurried = scene({**CARD, "entrance": name, "exit": name}, duration=0.5, fps=240)
    ops = [evaluate(hurried, Fraction(k, 240)).items for k in range(1, 120)]
    corners = [corner(op) for (op,) in ops]
    assert max(math.dist(one, other) for one, other in pairwise(corners)) < 3
    opacities = [op.opacity for (op,) in ops]
    assert max(abs(one - other) for one, other in pairwise(opacities)) < OPAQUE / 12


def test_it_acts_in_the_parents_axes_about_the_layers_centre() -> None:
    turned = {**CARD, "rotation": 90, "scale": 2, "anchor": ["left", "top"]}
    for name, dx, dy in (("fadeUp", 0, 20), ("slideInRight", 30, 0)):
        away = 1 - p_of(name, 3)
        (still,), (op,) = drawn(turned), drawn({**turned, "entrance": name}, at=0.1)
        assert corner(op) == pytest.approx((corner(still)[0] + dx * away, corner(still)[1] + dy * away), abs=1 / 64)
    (grown,) = drawn({**turned, "entrance": "elasticScale"}, at=0.1)
    (still,) = drawn(turned)
    assert apply(grown.matrix, 20, 10) == pytest.approx(apply(still.matrix, 20, 10), abs=1 / 64)


def test_a_blur_is_in_px_of_the_parent_however_large_the_layer_is_shown() -> None:
    def effects(**more: Any) -> tuple[Effect, ...]:
        (op,) = drawn({**CARD, **more, "entrance": "blurIn"}, at=0.1)
        assert isinstance(op, Group)
        return op.effects

    assert effects(scale=[3, 0.5]) == effects()


def test_distance_and_spring_may_be_given() -> None:
    p = PRESETS["wobbly"].at(0.1)
    (op,) = drawn({**CARD, "entrance": {"type": "fadeUp", "spring": "wobbly", "distance": 80}}, at=0.1)
    assert corner(op) == pytest.approx((80, 40 + 80 * (1 - p)), abs=1 / 128)
    own = {"mass": 2, "damping": 9, "stiffness": 150}
    assert drawn({**CARD, "entrance": {"type": "popIn", "spring": own}}, at=0.1) != ()


def test_a_layer_of_several_ops_fades_as_one() -> None:
    pair = {"type": "group", "layers": [CARD, {**CARD, "fill": "blue", "position": [110, 50]}], "entrance": "fadeUp"}
    (op,) = drawn(pair, at=0.1)
    assert isinstance(op, Group)
    assert op.opacity == quantise_opacity(p_of("fadeUp", 3))
    assert [type(each) for each in drawn(pair, at=3.9)] == [Shape, Shape]


def test_a_matte_stands_still_while_its_layer_rises_behind_it() -> None:
    hole = {"type": "shape", "id": "hole", "size": [60, 20], "position": [100, 50]}
    shown = [{**CARD, "matte": {"layer": "hole"}}, hole]
    (rest,) = drawn(*shown)
    (rising,) = drawn({**shown[0], "entrance": "fadeUp"}, hole, at=0.1)
    assert isinstance(rest, Group)
    assert isinstance(rising, Group)
    assert rising.mattes == rest.mattes
    assert rising.items != rest.items


@pytest.mark.parametrize("kind", ["group", "stack"])
def test_stagger_lets_one_layer_in_after_another(kind: str) -> None:
    """What is hidden or has no entrance is not counted; a delay of its own comes on top."""

    def card(k: int, **more: Any) -> dict[str, Any]:
        return {**CARD, "fill": ["red", "lime", "blue"][k], "entrance": "popIn", **more}

    plain = {**CARD, "fill": "white"}
    layers = [card(0), plain, card(1), card(2, hidden=True), card(2, entrance={"type": "fadeUp", "delay": 0.1})]
    together = scene({"type": kind, "layers": layers, "stagger": 0.2})
    apart = [card(0), plain, card(1, entrance={"type": "popIn", "delay": 0.2})]
    apart += [card(2, entrance={"type": "fadeUp", "delay": 0.5})]
    expected = scene({"type": kind, "layers": apart})
    for k in range(0, 40, 3):
        assert evaluate(together, Fraction(k, 30)).items == evaluate(expected, Fraction(k, 30)).items


def test_stagger_adds_up_to_what_was_written() -> None:
    """Three times 0.05 is 0.15, four and a half frames: as if it stood there."""
    cards = [{**CARD, "entrance": "fadeUp"} for _ in range(4)]
    third = drawn({"type": "group", "layers": cards, "stagger": 0.05}, at=Fraction(5, 30))
    written = drawn({**CARD, "entrance": {"type": "fadeUp", "delay": 0.15}}, at=Fraction(5, 30))
    assert third[-1:] == written


@pytest.mark.parametrize(
    ("entrance", "where", "said"),
    [
        ("fadeup", "layers[0].entrance", "fadeUp"),
        ({"type": "popIn", "distance": 3}, "layers[0].entrance", "popIn has no distance"),
        ({"type": "fadeUp", "spring": "bounzy"}, "layers[0].entrance.spring", "bouncy"),
        ({"type": "fadeUp", "delai": 1}, "layers[0].entrance.delai", "delay"),
        (3, "layers[0].entrance", "fadeUp"),
    ],
)
def test_a_wrong_entrance_is_refused_with_what_to_write(tmp_path: Path, entrance: Any, where: str, said: str) -> None:
    file = tmp_path / "a.json"
    file.write_text(json.dumps({"framekiln": 1, "duration": 1, "layers": [{**CARD, "entrance": entrance}]}))
    with pytest.raises(DocumentError) as refused:
        load_document(file, {})
    (problem,) = refused.value.problems
    assert problem.path.startswith(where)
    assert said in str(refused.value)
