"""Transitions: their figures, their ends, and what must never be seen between them."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from render_engine.display_list import Group
from render_engine.document.composition import Composition
from render_engine.matrix import IDENTITY, apply
from render_engine.timeline.evaluate import evaluate
from render_engine.transitions import TRANSITIONS
from render_engine.transitions.look import PLAIN, Look, Stage
from tests.render.drawing import scene

NAMES = list(TRANSITIONS)
STAGE = Stage(160, 90, "left", (0, 0, 0, 65535), 0)
DOT = {"type": "shape", "shape": "ellipse", "size": [40, 40], "position": [95, 20], "fill": "#e2e8f0"}
STAR = {"type": "shape", "shape": "star", "size": [50, 50], "position": [4, 40], "fill": "#fde68a"}
WAVE = {"type": "linear", "angle": 60, "stops": ["#0ea5e9", "#1e1b4b"]}


def document(transition: Any, *, background: Any = WAVE, entering: Any = "#f97316", **more: Any) -> dict[str, Any]:
    """Two scenes of two seconds at 20 frames a second; the transition lasts the second from 1 to 2."""
    scenes = [
        {"duration": 2, "background": background, "layers": [DOT]},
        {"duration": 2, "background": entering, "layers": [STAR], "transition": transition},
    ]
    return {"size": [100, 64], "fps": 20, "layers": [{"type": "sequence", "scenes": scenes, **more}]}


def linear(name: str, **more: Any) -> dict[str, Any]:
    return {"type": name, "duration": 1, "easing": "linear", **more}


def frame(document: dict[str, Any], at: float) -> np.ndarray:
    return Composition.model_validate(document).frame(at)


def alone(layer: dict[str, Any], background: Any) -> dict[str, Any]:
    whole = {"type": "gradient", "fill": background} if isinstance(background, dict) else None
    fill = whole or {"type": "shape", "fill": background}
    return {"size": [100, 64], "fps": 20, "duration": 4, "layers": [fill, layer]}


PLACES: list[dict[str, Any]] = [{}, {"size": [80, 50]}, {"size": [80, 50], "opacity": 0.6, "rotation": 20}]


@pytest.mark.parametrize("place", PLACES, ids=["full", "smaller", "turned"])
@pytest.mark.parametrize("name", NAMES)
def test_both_ends_are_the_scenes_as_they_are(name: str, place: dict[str, Any]) -> None:
    passing, cut = document(linear(name), **place), document("cut", **place)
    first, last = frame(passing, 1), frame(passing, 2)
    assert np.array_equal(first, frame(cut, 1))
    assert np.array_equal(last, frame(cut, 3))


def test_a_scene_is_what_its_layers_are_without_a_sequence() -> None:
    assert np.array_equal(frame(document("fadeBlur"), 0.5), frame(alone(DOT, WAVE), 0.5))
    assert np.array_equal(frame(document("fadeBlur"), 3), frame(alone(STAR, "#f97316"), 0.5))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_pops_at_either_end(name: str) -> None:
    passing, cut = ({**document(each), "fps": 240} for each in (linear(name), "cut"))
    for step, plain in ((1, 1), (239, 3)):
        change = np.abs(frame(passing, 1 + step / 240).astype(int) - frame(cut, plain))
        assert change.mean() < 4


@pytest.mark.parametrize("name", NAMES)
def test_a_swinging_spring_can_be_drawn_all_through(name: str) -> None:
    spring = {"mass": 1, "damping": 3, "stiffness": 300}
    passing = document({"type": name, "spring": spring, "duration": 2})
    pictures = {frame(passing, k / 20).tobytes() for k in range(40)}
    assert len(pictures) > 8


@pytest.mark.parametrize("name", ["crossfade", "wipe", "clockWipe", "iris", "dissolve", "push", "slide", "pushRight"])
@pytest.mark.parametrize("at", [1.05, 1.35, 1.5, 1.85])
def test_no_seam_shows_between_two_white_scenes(name: str, at: float) -> None:
    white = {"duration": 2, "background": "white"}
    scenes = [white, {**white, "transition": linear(name)}]
    shown = frame({"size": [101, 67], "fps": 20, "layers": [{"type": "sequence", "scenes": scenes}]}, at)
    assert shown.min() >= 254


def test_a_crossfade_mixes_what_lets_light_through_too() -> None:
    layer = document(linear("crossfade"), background=None, entering="rgba(255, 0, 0, 0.5)")
    layer["layers"][0]["scenes"][1]["layers"] = layer["layers"][0]["scenes"][0]["layers"] = []
    shown = frame({**layer, "background": "#00000000"}, 1.5)
    assert np.abs(shown.astype(int) - [255, 0, 0, 64]).max() <= 3


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_a_dissolve_has_replaced_as_much_as_its_share(share: float) -> None:
    scenes = [
        {"duration": 2, "background": "black"},
        {"duration": 2, "background": "white", "transition": linear("dissolve")},
    ]
    shown = frame({"size": [160, 90], "fps": 20, "layers": [{"type": "sequence", "scenes": scenes}]}, 1 + share)
    assert shown[..., 0].mean() / 255 == pytest.approx(share, abs=0.06)


def test_the_seed_of_a_dissolve_changes_its_patches() -> None:
    one, other = (frame(document(linear("dissolve", seed=seed)), 1.5) for seed in (1, 2))
    assert not np.array_equal(one, other)


def test_what_stands_still_is_drawn_once_for_a_whole_transition() -> None:
    for name in ("scaleFade", "push", "crossfade", "clipCircle", "perspectiveFlip"):
        layer = document(linear(name))["layers"][0]
        drawn = scene(layer, size=[100, 64], fps=20, duration=3)
        textures = {
            group.content_digest
            for k in range(21, 40)
            for item in evaluate(drawn, Fraction(k, 20)).items
            for group in _innermost(item)
        }
        assert len(textures) == 2, name


def _innermost(op: Any) -> list[Group]:
    """Groups that hold layers' own ops."""
    if not isinstance(op, Group):
        return []
    others = (item for effect in op.effects for items in effect.inputs for item in items)
    found = [group for item in (*op.items, *others) for group in _innermost(item)]
    return found or [op]


@pytest.mark.parametrize("place", [{"size": [0, 40]}, {"scale": 0}, {"rotation_y": 90}, {"scale": [-1, 1]}])
@pytest.mark.parametrize("name", NAMES)
def test_a_frame_without_an_area_or_seen_from_behind_breaks_nothing(
    name: str, place: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    assert frame(document(linear(name), **place), 1.4).shape == (64, 100, 4)
    assert "QPainter" not in capfd.readouterr().err


def test_a_plane_wider_than_the_eyes_distance_is_cut_before_the_eye() -> None:
    layer = {**document(linear("perspectiveFlip"))["layers"][0], "size": [6000, 64]}
    for k in range(1, 20):
        shown = frame({"size": [100, 64], "fps": 20, "layers": [layer]}, 1 + k / 20)
        assert shown.shape == (64, 100, 4)


# ------------------------------------------------------------------------------------------------- figures


def looks(name: str, p: float, stage: Stage = STAGE) -> tuple[Look, Look]:
    both = TRANSITIONS[name](p, stage)
    assert both.entering
    assert both.leaving
    return both.entering, both.leaving


def scale(look: Look) -> float:
    """Of its width; its centre stays."""
    assert apply(look.matrix, 80, 45) == pytest.approx((80, 45))
    return look.matrix[0]


@pytest.mark.parametrize(
    ("name", "p", "entering", "leaving"),
    [
        ("scaleFade", 0.5, (0.5, 0.975), (0.5, 0.975)),
        ("scaleFade", 0.2, (0.2, 0.96), (0.8, 0.99)),
        ("zoomThrough", 0.2, (0.2, 0.6), (0.8, 1.2)),
        ("morphExpand", 0.5, (0.5, 0.65), (0.5, 0.65)),
        ("morphExpand", 0.1, (0.1, 0.37), (0.9, 0.93)),
    ],
)
def test_opacity_and_scale(name: str, p: float, entering: tuple[float, float], leaving: tuple[float, float]) -> None:
    found = [(look.opacity, scale(look)) for look in looks(name, p)]
    assert found == [pytest.approx(entering), pytest.approx(leaving)]


def test_a_fade_blur_blurs_by_ten_px() -> None:
    entering, leaving = looks("fadeBlur", 0.25)
    assert (entering.opacity, leaving.opacity) == (0.25, 0.75)
    sigmas = [at.numbers[0] for look in (entering, leaving) if (at := look.effects[0](2.0))]
    assert sigmas == [15.0, 5.0]  # px of a texture twice as large


@pytest.mark.parametrize("at", [1.1, 1.5, 1.9])
def test_no_darkness_comes_in_over_the_edges_of_scenes_that_fade_blurred(at: float) -> None:
    white = {"duration": 2, "background": "white"}
    scenes = [white, {**white, "transition": linear("fadeBlur")}]
    shown = frame({"size": [101, 67], "fps": 20, "layers": [{"type": "sequence", "scenes": scenes}]}, at)
    assert np.abs(shown.astype(int) - shown[33, 50]).max() <= 1


def box(look: Look) -> tuple[float, ...]:
    assert look.clip
    return tuple(round(side, 3) for side in look.clip.box)


@pytest.mark.parametrize(
    ("name", "direction", "entering", "leaving"),
    [
        ("clipPolygon", "left", (60, 33.75, 100, 56.25), (20, 11.25, 140, 78.75)),
        ("splitHorizontal", "left", (0, 33.75, 160, 56.25), (0, 11.25, 160, 78.75)),
        ("splitVertical", "left", (60, 0, 100, 90), (20, 0, 140, 90)),
        ("wipe", "left", (0, 0, 40, 90), (40, 0, 160, 90)),
        ("wipe", "right", (120, 0, 160, 90), (0, 0, 120, 90)),
        ("wipe", "up", (0, 0, 160, 22.5), (0, 22.5, 160, 90)),
        ("wipe", "down", (0, 67.5, 160, 90), (0, 0, 160, 67.5)),
    ],
)
def test_clips_at_a_quarter(name: str, direction: Any, entering: Any, leaving: Any) -> None:
    stage = Stage(160, 90, direction, (0, 0, 0, 0), 0)
    assert tuple(map(box, looks(name, 0.25, stage))) == (entering, leaving)


def test_a_clip_circle_grows_to_three_quarters_of_the_reference_diagonal() -> None:
    whole = 0.75 * math.hypot(160, 90) / math.sqrt(2)
    radii = [(box(look)[2] - box(look)[0]) / 2 for look in looks("clipCircle", 0.4)]
    assert radii == [pytest.approx(whole * 0.4, abs=0.01), pytest.approx(whole * 0.6, abs=0.01)]


def test_a_perspective_flip_turns_each_scene_by_a_quarter() -> None:
    for look, turned in zip(looks("perspectiveFlip", 1 / 3), (60, -30), strict=True):
        x, _ = apply(look.matrix, 160, 45)
        depth = -80 * math.sin(math.radians(turned))
        assert x - 80 == pytest.approx(80 * math.cos(math.radians(turned)) / (1 - depth / 1200))


@pytest.mark.parametrize(
    ("name", "direction", "entering", "leaving"),
    [
        ("pushLeft", "up", (120, 0), (-40, 0)),
        ("pushRight", "up", (-120, 0), (40, 0)),
        ("slideLeft", "up", (120, 0), (0, 0)),
        ("slideRight", "up", (-120, 0), (0, 0)),
        ("push", "up", (0, 67.5), (0, -22.5)),
        ("slide", "down", (0, -67.5), (0, 0)),
    ],
)
def test_moves_at_a_quarter(name: str, direction: Any, entering: Any, leaving: Any) -> None:
    stage = Stage(160, 90, direction, (0, 0, 0, 0), 0)
    assert tuple(look.matrix[4:6] for look in looks(name, 0.25, stage)) == (entering, leaving)


def test_a_cube_turns_about_an_edge_as_high_as_the_frame() -> None:
    for p in (0.2, 0.5, 0.8):
        both = TRANSITIONS["cube"](p, STAGE)
        edges = [
            apply(look.matrix, x, y) for look, x in ((both.leaving, 160), (both.entering, 0)) if look for y in (0, 90)
        ]
        assert {round(y, 6) for _, y in edges} == {0, 90}
        assert len({round(x, 6) for x, _ in edges}) == 1


def test_a_slide_leaves_the_other_scene_as_it_is() -> None:
    assert looks("slideLeft", 0.5)[1] is PLAIN
    assert PLAIN.matrix == IDENTITY
