"""Charts: every bar as high as its value, every number true while it moves, curves that do not overshoot."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from render_engine.components.chart import round_steps
from render_engine.components.curve import SAMPLES, path_data, reached, through
from render_engine.components.line_chart import _apart
from render_engine.display_list import Gradient, Op, Shape
from render_engine.layers.count_up import CountUpContent
from render_engine.matrix import map_box
from render_engine.timeline.bezier import point_at
from render_engine.timeline.spring import PRESETS
from tests.render.drawing import drawn, scene

WHOLE = {"position": [0, 0], "anchor": ["left", "top"], "size": [900, 500]}
numbers = st.floats(-1e9, 1e9, allow_nan=False)


@given(numbers, numbers)
@example(0.0, 5e-324)
@example(0.0, 0.0)
def test_steps_are_round_and_enclose_the_data(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    ticks = round_steps(low, high)
    steps = [b - a for a, b in pairwise(ticks)]
    tiny = 1e-6 * max(1.0, abs(low), abs(high))
    assert ticks[0] <= low + tiny
    assert ticks[-1] >= high - tiny
    assert 1 <= len(steps) <= 5
    assert max(steps) - min(steps) <= tiny
    if high - low > 1e-3:
        digits = steps[0] / 10 ** math.floor(math.log10(steps[0]) + 1e-9)
        assert min(abs(digits - step) for step in (1, 2, 2.5, 5, 10)) < 1e-3


def test_steps_are_those_a_person_would_take() -> None:
    assert round_steps(0, 310) == (0, 100, 200, 300, 400)
    assert round_steps(0, 0) == pytest.approx((0, 0.2, 0.4, 0.6, 0.8, 1))
    assert round_steps(-1.2, 4.8) == (-2, 0, 2, 4, 6)


def bars(seconds: float, **fields: Any) -> list[tuple[float, ...]]:
    """Boxes of the bars, from the left."""
    ops = drawn({"type": "bar_chart", **WHOLE, **fields}, at=seconds, size=[900, 500])
    shapes = [op for op in ops if isinstance(op, Shape) and isinstance(op.fill, Gradient)]
    return [box for op in shapes if (box := map_box(op.matrix, op.path.box))]


def test_bars_are_as_high_as_their_values() -> None:
    found = bars(3.9, data=[10, 20, -5])
    assert [box[3] - box[1] for box in found] == pytest.approx(
        [(found[1][3] - found[1][1]) / 20 * value for value in (10, 20, 5)], abs=0.02
    )
    assert found[0][3] == found[1][3] == found[2][1]  # all of them stand on zero


@pytest.mark.parametrize("seconds", [0.2, 0.5, 0.9])
def test_bars_grow_one_after_another_and_their_numbers_with_them(seconds: float) -> None:
    grown, rest = bars(seconds, data=[100, 100]), bars(3.9, data=[100, 100])
    shares = [(a[3] - a[1]) / (b[3] - b[1]) for a, b in zip(grown, rest, strict=True)]
    spring = PRESETS["smooth"]
    delay = round(0.08 * 30) / 30  # whole frames
    assert shares == pytest.approx([spring.at(seconds), spring.at(seconds - delay)], abs=2e-3)
    nodes = scene({"type": "bar_chart", **WHOLE, "data": [100, 100]}).nodes[0].content.nodes  # type: ignore[attr-defined]
    said = [node.content.written(seconds) for node in nodes if isinstance(node.content, CountUpContent)]
    assert said == [f"{100 * share:.0f}" for share in (spring.at(seconds), spring.at(seconds - delay))]


def test_values_with_no_room_are_left_out() -> None:
    nodes = scene({"type": "bar_chart", **WHOLE, "data": [123456.5] * 60}).nodes[0].content.nodes  # type: ignore[attr-defined]
    assert not [node for node in nodes if isinstance(node.content, CountUpContent)]


@given(st.lists(numbers, min_size=2, max_size=12))
def test_a_curve_never_leaves_the_two_values_it_lies_between(values: list[float]) -> None:
    points = [(10.0 * k, value) for k, value in enumerate(values)]
    for piece in through(points, smooth=True):
        low, high = sorted((piece[0][1], piece[3][1]))
        room = 1e-9 * max(1.0, abs(low), abs(high))
        assert all(low - room <= point_at(piece, k / 10)[1] <= high + room for k in range(11))


def test_a_straight_line_is_reached_evenly() -> None:
    pieces = through([(0, 0), (10, 10), (30, 30)], smooth=True)
    way = reached(pieces)
    assert [share for share, _ in way[::SAMPLES]] == pytest.approx([0, 1 / 3, 1])
    assert way[-1][1] == pytest.approx((30, 30))
    assert path_data(pieces).startswith("M0.000 0.000C")


def line_ops(seconds: float, **fields: Any) -> tuple[Op, ...]:
    layer = {"type": "line_chart", **WHOLE, "lines": [{"values": [1, 5, 2, 8]}], "dots": False, "axis": False, **fields}
    return drawn(layer, at=seconds, size=[900, 500])


@pytest.mark.parametrize("seconds", [0.3, 0.7, 1.1, 1.4])
def test_the_light_beneath_goes_as_far_as_the_line(seconds: float) -> None:
    (line,) = [op for op in line_ops(seconds, area=False) if isinstance(op, Shape) and op.stroke]
    head = line.matrix[4] + line.path.points[-2]
    group = next(op for op in line_ops(seconds) if not isinstance(op, Shape))
    seen = group.mattes[0].items[0]  # type: ignore[attr-defined]
    box = map_box(seen.matrix, seen.path.box)
    assert box
    left = line.matrix[4] + line.path.points[0]
    assert box[2] - box[0] == pytest.approx(head - left, abs=1.5)


def test_labels_at_the_lines_ends_do_not_lie_over_each_other() -> None:
    places = _apart([10, 12, 14, 95], [20, 20, 20, 20], 100)
    assert all(b - a >= 20 - 1e-9 for a, b in pairwise(places))
    assert places[-1] <= 90


@pytest.mark.parametrize("seconds", [0, 0.5, 1, 3])
def test_progress_fills_and_says_how_far(seconds: float) -> None:
    value = {"keyframes": [{"at": 0, "value": 0}, {"at": 2, "value": 0.8}]}
    layer = {"type": "progress_bar", "size": [200, 10], "value": value}
    share = 0.4 * min(2, seconds)
    filled = [op for op in drawn(layer, at=seconds, size=[400, 200]) if isinstance(op, Shape)][1:]
    widths = [box[2] - box[0] for op in filled if (box := map_box(op.matrix, op.path.box))]
    assert sum(widths) == pytest.approx(200 * share, abs=0.01)
    number = next(n for n in scene(layer).nodes[0].content.nodes if isinstance(n.content, CountUpContent))  # type: ignore[attr-defined]
    assert number.content.written(seconds) == f"{100 * share:.0f}"
