"""Outlines, their fills, strokes and trims, as ops."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from pydantic import ValidationError

from render_engine.display_list import Gradient, Path, Shape, Solid
from render_engine.document.gradient import LinearGradient
from render_engine.errors import DocumentError
from render_engine.matrix import map_box
from render_engine.timeline.outline import ellipse, rounded, svg_path, tight_box
from render_engine.timeline.paint import spread_offsets
from render_engine.timeline.trim import trimmed
from tests.render.drawing import drawn

RED = (65535, 0, 0, 65535)


def shape(**fields: object) -> Shape:
    (op,) = drawn({"type": "shape", **fields})
    assert isinstance(op, Shape)
    return op


def placed(op: Shape) -> tuple[float, float, float, float]:
    box = map_box(op.matrix, op.path.box)
    assert box is not None
    return box


def length(path: Path) -> float:
    """Measured by many chords, independent of the code that trims."""
    points = flat(path)
    return sum(math.dist(p, q) for p, q in pairwise(points))


def flat(path: Path) -> list[tuple[float, float]]:
    spots = list(zip(path.points[0::2], path.points[1::2], strict=True))
    result = [spots.pop(0)]
    for verb in path.verbs[1:]:
        if verb == "L":
            result.append(spots.pop(0))
        elif verb == "C":
            a, (b, c, d) = result[-1], (spots.pop(0) for _ in range(3))
            for k in range(1, 201):
                t = k / 200
                weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
                result.append(
                    (
                        sum(w * p[0] for w, p in zip(weights, (a, b, c, d), strict=True)),
                        sum(w * p[1] for w, p in zip(weights, (a, b, c, d), strict=True)),
                    )
                )
    return result


def test_rect_fills_its_parent_unless_it_has_a_size() -> None:
    assert placed(shape()) == (0, 0, 200, 100)
    assert placed(shape(size=[40, 20])) == (80, 40, 120, 60)
    assert placed(shape(size=["50%", 20])) == (50, 40, 150, 60)


def test_plain_rect_is_known_as_one() -> None:
    assert shape(size=[40, 20]).path.is_rectangle
    assert not shape(size=[40, 20], radius=4).path.is_rectangle


def test_four_radii_shrink_together_where_they_do_not_fit() -> None:
    path = shape(size=[40, 20], radius=[20, 0, 0, 20]).path
    assert path.box == (0, 0, 40, 20)
    assert path.points[0] == 10  # 20 + 20 on a side of 20


def test_ellipse_stands_in_its_box() -> None:
    assert placed(shape(shape="ellipse", size=[60, 40])) == (70, 30, 130, 70)


def test_star_has_its_first_tip_up() -> None:
    path = shape(shape="star", size=[100, 100], points=5, inner=0.5).path
    assert path.verbs == "M" + "L" * 9 + "Z"
    assert path.points[:2] == (50, 0)
    assert math.dist(path.points[2:4], (50, 50)) == pytest.approx(25, abs=0.01)


def test_polygon_has_its_sides() -> None:
    assert shape(shape="polygon", size=[100, 50], sides=3).path.verbs == "MLLZ"


def test_size_grows_about_the_anchor() -> None:
    size = {"keyframes": [{"at": 0, "value": [0, 20]}, {"at": 2, "value": [100, 20]}]}
    layer = {"type": "shape", "size": size, "position": [10, 50]}
    (op,) = drawn({**layer, "anchor": ["left", "center"]}, at=1)
    assert placed(op) == (10, 40, 60, 60)
    (op,) = drawn({**layer, "anchor": ["center", "center"], "position": [100, 50]}, at=1)
    assert placed(op) == (75, 40, 125, 60)
    assert drawn({**layer, "anchor": ["left", "center"]}, at=0) == ()


def test_path_is_moved_to_its_own_corner_and_stretched_to_a_size() -> None:
    assert placed(shape(shape="path", path="M10 10 H50 V30 H10 Z")) == (80, 40, 120, 60)
    assert shape(shape="path", path="M10 10 H50 V30 H10 Z", size=[80, 20]).path.box == (0, 0, 80, 20)


@pytest.mark.parametrize("data", ["M 1 what", "", "M0 0 L 1e400 0", "L 1 1"])
def test_path_that_is_none_is_refused_with_its_place(data: str) -> None:
    with pytest.raises(DocumentError, match=r"layers\[0\].path"):
        shape(shape="path", path=data)


def test_box_of_a_curve_is_that_of_its_ink() -> None:
    assert tight_box(svg_path("M0 0 C 0 100 100 100 100 0")) == pytest.approx((0, 0, 100, 75))
    assert tight_box(svg_path("M0 0 Q 50 100 100 0")) == pytest.approx((0, 0, 100, 50))


def test_no_fill_and_no_stroke_draws_nothing() -> None:
    assert drawn({"type": "shape", "fill": None}) == ()


def test_stroke_carries_its_dashes_an_odd_number_twice() -> None:
    stroke = shape(stroke={"color": "red", "width": 3, "dashes": [5], "dash_offset": 2, "cap": "round"}).stroke
    assert stroke is not None
    assert (stroke.width, stroke.dashes, stroke.dash_offset, stroke.cap) == (3, (5, 5), 2, "round")
    assert stroke.paint == Solid(RED)


@pytest.mark.parametrize(
    "wrong",
    [
        {"size": [-1, 10]},
        {"size": [float("nan"), 10]},
        {"radius": [-1, 0, 0, 0]},
        {"stroke": {"dashes": [0, 0.1]}},
        {"shape": "path"},
        {"path": "M0 0"},
        {"sides": 2},
        {"fill": {"type": "linear", "stops": ["red"]}},
        {"fill": {"type": "linear", "stops": ["red", "blue"], "from": [0, 0]}},
    ],
)
def test_nonsense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        drawn({"type": "shape", **wrong})


# ----------------------------------------------------------------------------------------------------------- trim


def test_trim_of_a_line_is_exact() -> None:
    line = svg_path("M0 0 L100 0 L100 100")
    assert trimmed(line, 0.25, 0.75).points == (50, 0, 100, 0, 100, 50)


def test_trim_goes_around_a_closed_outline_without_a_break() -> None:
    square = shape(size=[20, 20], trim={"start": 0, "end": 0.5, "offset": 0.75}).path
    assert square.verbs == "MLL"
    assert square.points == (0, 20, 0, 0, 20, 0)


@pytest.mark.parametrize(("start", "end"), [(0, 0.1), (0.13, 0.4), (0.5, 0.99)])
def test_trimmed_curve_has_its_share_of_the_length(start: float, end: float) -> None:
    circle = ellipse(100, 100, 100, 60)
    whole = length(trimmed(circle, 0, 0.999999))
    assert length(trimmed(circle, start, end)) == pytest.approx((end - start) * whole, abs=0.05)


def test_whole_trim_changes_nothing_and_none_draws_nothing() -> None:
    path = rounded(0, 0, 30, 20, 5)
    assert trimmed(path, 0, 1, 0.3) is path
    assert trimmed(path, 0.5, 0.5).points == ()
    assert drawn({"type": "shape", "trim": {"end": 0}}) == ()


def test_trim_moves_in_time() -> None:
    end = {"keyframes": [{"at": 0, "value": 0}, {"at": 2, "value": 1}]}
    layer = {"type": "shape", "shape": "path", "path": "M0 0 H100", "stroke": {}, "trim": {"end": end}}
    (op,) = drawn(layer, at=1)
    assert isinstance(op, Shape)
    assert op.path.points == (0, 0, 50, 0)


# ------------------------------------------------------------------------------------------------------- gradients


def gradient(**fields: object) -> Gradient:
    (op,) = drawn({"type": "gradient", "fill": {"stops": ["red", "blue"], **fields}})
    assert isinstance(op, Shape)
    assert isinstance(op.fill, Gradient)
    return op.fill


def test_angle_runs_from_corner_to_corner_as_in_css() -> None:
    assert gradient(type="linear").geometry == (100, 0, 100, 100)
    assert gradient(type="linear", angle=90).geometry == (0, 50, 200, 50)
    x0, y0, x1, y1 = gradient(type="linear", angle=45).geometry
    assert (x1 - x0, y0 - y1) == pytest.approx((150, 150), abs=0.01)  # |200 sin| + |100 cos| long


def test_points_are_px_or_percent_of_the_box() -> None:
    assert gradient(type="linear", **{"from": [0, 0], "to": ["100%", "100%"]}).geometry == (0, 0, 200, 100)


def test_radial_reaches_the_farthest_corner() -> None:
    cx, cy, rx, ry = gradient(type="radial").geometry
    assert (cx, cy) == (100, 50)
    assert ((200 - cx) / rx) ** 2 + ((100 - cy) / ry) ** 2 == pytest.approx(1, abs=1e-3)
    assert rx / ry == pytest.approx(2, abs=1e-3)
    assert gradient(type="radial", shape="circle").geometry[2] == pytest.approx(math.hypot(100, 50), abs=0.01)


def test_radius_as_written() -> None:
    assert gradient(type="radial", radius=75).geometry == (100, 50, 75, 75)
    assert gradient(type="radial", radius=["50%", 20], center=[0, 0]).geometry == (0, 0, 100, 20)


def test_conic_starts_at_its_angle() -> None:
    assert gradient(type="conic", angle=30).geometry == (100, 50, 30)


def test_stops_without_offsets_spread_evenly() -> None:
    assert spread_offsets([None, None, 0.75, None, None]) == [0, 0.375, 0.75, 0.875, 1]
    assert spread_offsets([0.5, 0.25, None]) == [0.5, 0.5, 1]


def test_vignette_of_the_benchmark_can_be_written() -> None:
    stops = [{"offset": 0.5, "color": "rgba(0,0,0,0)"}, {"offset": 1, "color": "rgba(0,0,0,0.7)"}]
    fill = gradient(type="radial", radius=1101.45, stops=stops)
    assert fill.stops == ((0.5, (0, 0, 0, 0)), (1.0, (0, 0, 0, round(0.7 * 65535))))
    assert fill.geometry[2] == pytest.approx(1101.45, abs=1 / 512)


def test_colours_of_stops_move() -> None:
    moving = {"keyframes": [{"at": 0, "value": "black"}, {"at": 2, "value": "white"}]}
    (op,) = drawn({"type": "gradient", "fill": {"type": "linear", "stops": [moving, "red"]}}, at=1)
    assert isinstance(op.fill, Gradient)
    assert op.fill.stops[0][1] == (32768, 32768, 32768, 65535)


def test_gradient_of_python_is_the_gradient_of_json() -> None:
    fill = LinearGradient(stops=["red", "blue"])
    assert drawn({"type": "gradient", "fill": fill}) == drawn(
        {"type": "gradient", "fill": {"type": "linear", "stops": ["red", "blue"]}}
    )
