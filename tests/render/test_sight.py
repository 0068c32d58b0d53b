"""What cannot be seen stands in no display list: changing it changes no digest. And no pixel is lost by that."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from render_engine.cpu.compositor import Compositor
from render_engine.cpu.pictures import Pictures
from render_engine.timeline.evaluate import draw_each, draw_nodes, evaluate
from render_engine.timeline.scene import Scene
from tests.render.drawing import scene

MEDIA = Path(__file__).parent.parent.parent / "resources" / "media"
DOT = {"type": "shape", "shape": "ellipse", "size": [20, 20], "fill": "red"}
PANEL = {"type": "shape", "fill": "#102030"}  # as large as the canvas, 200 × 100
TEXT = {"type": "text", "text": "Hello", "size": 20}
VIDEO = {"type": "video", "source": "bigbuckbunny.mp4", "size": ["100%", "100%"]}


def shown(*layers: dict[str, Any], at: float = 0.5) -> list[bool]:
    """Of each layer, whether it is in the display list; and that all pixels are as if every one were."""
    found = scene(*layers, base=MEDIA)
    time = Fraction(at)
    assert np.array_equal(pixels(found, time, culled=True), pixels(found, time, culled=False))
    return [bool(ops) for ops in draw_each(found, time)]


def pixels(found: Scene, time: Fraction, *, culled: bool) -> np.ndarray:
    frame = evaluate(found, time)
    if not culled:
        frame = replace(frame, items=draw_nodes(found.nodes, time, found.root, found.view))
    pictures = Pictures(found.media)
    canvas, _ = Compositor(found.width, found.height, found.fonts, pictures).draw(frame)
    copy = canvas.copy()
    pictures.close()
    return copy


@pytest.mark.parametrize(
    "layer",
    [
        {**DOT, "position": [-11, 50]},
        {**DOT, "position": [50, 111.5]},
        {**DOT, "opacity": 0},
        {**DOT, "opacity": {"keyframes": [{"at": 0, "value": 0}, {"at": 9, "value": 0.0001}]}},
        {**DOT, "fill": "#ff000000"},
        {**DOT, "fill": None},
        {**DOT, "scale": 0},
        {**DOT, "fill": None, "stroke": {}, "trim": {"end": 0}},
        {**TEXT, "text": "  "},
        {**TEXT, "color": "transparent"},
        {**TEXT, "position": [300, 50], "shadows": [{"blur": 4}]},
        {"type": "group", "layers": [{**DOT, "position": [-40, -40]}]},
        {"type": "group", "layers": [{**DOT, "fill": None}], "effects": [{"type": "blur", "radius": 5}]},
    ],
)
def test_what_leaves_no_trace_is_not_in_the_list(layer: dict[str, Any]) -> None:
    assert shown(layer, DOT) == [False, True]


@pytest.mark.parametrize(
    "layer",
    [
        {**DOT, "position": [-9, 50]},
        {**DOT, "fill": None, "stroke": {"color": "white"}},
        {**DOT, "position": [-30, 50], "effects": [{"type": "blur", "radius": 10}]},
        {**TEXT, "position": [-50, 50], "shadows": [{"x": 60, "y": 0, "blur": 2}]},
        {**DOT, "opacity": 0.01, "blend": "add"},
    ],
)
def test_what_is_seen_a_little_stays(layer: dict[str, Any]) -> None:
    assert shown(DOT, layer) == [True, True]


@pytest.mark.parametrize(
    "cover",
    [
        PANEL,
        {**PANEL, "size": [220, 140], "position": [95, 45]},
        {"type": "gradient", "fill": {"type": "linear", "stops": ["red", "blue"]}},
        {"type": "gradient", "fill": {"type": "conic", "stops": ["red", "blue"]}},
        {"type": "group", "layers": [DOT, PANEL]},
        VIDEO,
    ],
    ids=["panel", "larger", "linear", "conic", "in a group", "video"],
)
def test_what_lies_under_something_opaque_is_not_in_the_list(cover: dict[str, Any]) -> None:
    assert shown(DOT, {**TEXT, "rotation": 10}, cover, TEXT) == [False, False, True, True]


@pytest.mark.parametrize(
    "cover",
    [
        {**PANEL, "fill": "#102030fe"},
        {**PANEL, "opacity": 0.999},
        {**PANEL, "blend": "multiply"},
        {**PANEL, "radius": 1},
        {**PANEL, "rotation": 0.1},
        {**PANEL, "size": [199, 100]},
        {**PANEL, "position": [100.5, 50]},
        {**PANEL, "masks": [{"box": [0, 0, 100, 100]}]},
        {**PANEL, "effects": [{"type": "blur", "radius": 2}]},
        {"type": "gradient", "fill": {"type": "linear", "stops": ["red", "#00f8"]}},
        {**VIDEO, "fit": "contain"},
        {"type": "image", "source": "coffee.png", "size": ["100%", "100%"]},  # it may have holes
    ],
)
def test_what_lets_anything_through_hides_nothing(cover: dict[str, Any]) -> None:
    assert shown(DOT, cover) == [True, True]


def test_a_cover_hides_only_while_it_is_there() -> None:
    layers = [DOT, {**PANEL, "start": 1, "end": 2}]
    assert [shown(*layers, at=at)[0] for at in (0.5, 1.0, 1.9, 2.0)] == [True, False, False, True]


def test_a_change_out_of_sight_changes_no_digest() -> None:
    for before, after in (({"fill": "red"}, {"fill": "blue"}), ({"size": [20, 20]}, {"size": [30, 30]})):
        one, other = (scene({**DOT, **change}, PANEL, TEXT) for change in (before, after))
        assert evaluate(one, Fraction(1)).digest == evaluate(other, Fraction(1)).digest


def test_at_another_size_only_what_fills_that_canvas_hides(tmp_path: Path) -> None:
    from render_engine.document.composition import Composition
    from render_engine.timeline.resolve import resolve

    square = {**DOT, "position": [100, 50]}
    composition = Composition.model_validate({"size": [200, 100], "duration": 1, "layers": [square, PANEL]})
    assert bool(draw_each(resolve(composition, tmp_path, size=(400, 200)), Fraction(0))[0]) is False
    assert bool(draw_each(resolve(composition, tmp_path, size=(400, 400)), Fraction(0))[0]) is True
