"""Backdrops: what lies beneath a layer is seen through its effects, within its outline, and never depends on a clip."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from render_engine.cpu.base import Base
from render_engine.cpu.compositor import Compositor
from render_engine.cpu.pictures import Pictures
from render_engine.display_list import Backdrop
from render_engine.timeline.evaluate import draw_each, evaluate
from tests.render.drawing import drawn, scene
from tests.render.test_reuse import assert_the_same_both_ways

MEDIA = Path(__file__).parents[2] / "resources" / "media"
PHOTO = {"type": "image", "source": "rocket.jpg", "size": ["100%", "100%"], "fit": "cover"}
BLUR = [{"type": "blur", "radius": 6}]
GLASS = {"type": "shape", "size": [80, 60], "radius": 12, "fill": "#ffffff22", "backdrop": BLUR}
DOT = {"type": "shape", "shape": "ellipse", "size": [20, 20], "fill": "red"}


def moving(layer: dict[str, Any], start: list[float], end: list[float]) -> dict[str, Any]:
    return {**layer, "position": {"keyframes": [{"at": 0, "value": start}, {"at": 2, "value": end}]}}


def pixels(*layers: dict[str, Any], at: float = 0, **more: Any) -> np.ndarray:
    found = scene(*layers, base=MEDIA, **more)
    canvas, _ = Compositor(found.width, found.height, found.fonts, Pictures(found.media)).draw(
        evaluate(found, Fraction(at))
    )
    return canvas.copy()


ALL = {
    "a dot beneath": [PHOTO, moving(DOT, [20, 20], [190, 80]), GLASS],
    "a dot above": [PHOTO, GLASS, moving(DOT, [20, 20], [190, 80])],
    "the glass": [PHOTO, DOT, moving(GLASS, [30, 40], [170, 60])],
    "a dot beneath two": [
        PHOTO,
        moving(DOT, [10, 50], [60, 50]),
        {**GLASS, "position": [80, 50]},
        {**GLASS, "position": [130, 60]},
    ],
    "a turning photo": [{**PHOTO, "scale": 1.3, "rotation": {"from": 0, "to": 9, "spring": "gentle"}}, GLASS],
    "in a group": [
        PHOTO,
        {"type": "group", "opacity": 0.8, "layers": [moving(DOT, [80, 50], [120, 50]), {**GLASS, "rotation": 9}]},
    ],
    "a video beneath the whole frame's": [
        {"type": "video", "source": "bigbuckbunny.mp4", "size": ["100%", "100%"], "fit": "cover"},
        {"type": "shape", "fill": None, "backdrop": BLUR, "opacity": {"from": 0, "to": 1, "spring": "gentle"}},
    ],
}


@pytest.mark.parametrize("layers", ALL.values(), ids=ALL)
def test_it_is_the_same_drawn_afresh_whatever_moves(layers: list[dict[str, Any]]) -> None:
    assert_the_same_both_ways(scene(*layers, base=MEDIA), "yuv420p", by=3)
    assert_the_same_both_ways(scene(*layers, base=MEDIA), "bgra", by=5)


def test_beneath_the_outline_all_is_seen_through_it_and_beside_it_nothing_is() -> None:
    plain, through = pixels(PHOTO), pixels(PHOTO, {**GLASS, "fill": None})
    changed = (plain != through).any(-1)
    assert changed[30:70, 65:135].mean() > 0.8
    assert not changed[:20].any()
    assert not changed[20:24, 60:63].any(), "the corner is round"


def test_still_it_is_made_once_while_things_move_above() -> None:
    found = scene(PHOTO, GLASS, moving(DOT, [80, 50], [120, 50]), base=MEDIA)
    compositor = Compositor(200, 100, found.fonts, Pictures(found.media))
    made = []
    beneath = compositor._beneath
    compositor._beneath = lambda *each: made.append(1) or beneath(*each)  # type: ignore[method-assign,func-returns-value]
    for k in range(6):
        compositor.draw(evaluate(found, Fraction(k, 30)))
    assert len(made) == 1


def test_it_fades_with_its_layer() -> None:
    glass = {**GLASS, "fill": None}
    clear, half, full = (pixels(PHOTO, {**glass, "opacity": share})[30:70].astype(int) for share in (0, 0.5, 1))
    assert np.abs(half - (clear + full) / 2).max() <= 2
    assert np.abs(full - clear).max() > 20


def test_at_the_frames_edge_there_is_no_dark_seam() -> None:
    assert (pixels({"type": "shape", "fill": None, "backdrop": BLUR}, background="#808080")[..., :3] == 128).all()


def test_a_transparent_canvas_keeps_no_sharp_copy_under_the_glass() -> None:
    blurred = pixels(DOT, {**GLASS, "fill": None}, background="transparent")
    assert blurred[50, 100, 3] < 200


def test_in_a_faded_group_it_sees_what_is_in_the_group_alone() -> None:
    clear = {"type": "shape", "fill": None, "backdrop": BLUR}
    group = {"type": "group", "opacity": 0.9, "layers": [clear]}
    assert np.array_equal(pixels(PHOTO, group), pixels(PHOTO))
    passing = {"type": "group", "layers": [clear]}
    assert np.array_equal(pixels(PHOTO, passing), pixels(PHOTO, clear))


def test_it_lies_under_its_layers_own_ops_and_is_in_sight_though_the_layer_draws_nothing() -> None:
    glass, panel = drawn(GLASS)
    assert isinstance(glass, Backdrop)
    assert glass.path == panel.path  # type: ignore[union-attr]
    (alone,) = drawn({**GLASS, "fill": None})
    assert isinstance(alone, Backdrop)
    assert drawn({**GLASS, "position": [-60, 50]}) == ()


def test_what_is_covered_by_something_opaque_is_not_seen_through_it() -> None:
    cover = {"type": "shape", "fill": "#102030"}
    assert [bool(ops) for ops in draw_each(scene(DOT, cover, GLASS), Fraction(0))] == [False, True, True]


def test_its_blur_is_as_large_as_its_layer_is_seen() -> None:
    (small, *_), (large, *_) = drawn(GLASS), drawn({**GLASS, "scale": 2})
    assert isinstance(small, Backdrop)
    assert isinstance(large, Backdrop)
    assert large.effects[0].numbers[0] == 2 * small.effects[0].numbers[0]


def test_frames_with_a_backdrop_are_made_in_rgb() -> None:
    video = {"type": "video", "source": "bigbuckbunny.mp4", "size": ["100%", "100%"], "fit": "cover"}
    for layers, planes in (([video, DOT], True), ([video, GLASS], False)):
        found = scene(*layers, base=MEDIA)
        base = Base(found.width, found.height, Pictures(found.media))
        assert (base.split(evaluate(found, Fraction(1))) is not None) is planes
