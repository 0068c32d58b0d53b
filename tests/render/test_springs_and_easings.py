"""Springs and easings against values computed independently: by stepping the physics, by bisecting the curve."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render_engine.document.fields import Keyframed, Springing
from render_engine.timeline.easing import EASINGS, cubic_bezier, easing
from render_engine.timeline.spring import PRESETS, Spring
from render_engine.timeline.value import Fixed
from render_engine.timeline.values_of import Values


def stepped(spring: Spring, seconds: float, steps: int = 20_000) -> float:
    """Runge-Kutta over m·x'' = k·(1 − x) − c·x'."""
    x, v, h = 0.0, 0.0, seconds / steps

    def force(x: float, v: float) -> float:
        return (spring.stiffness * (1 - x) - spring.damping * v) / spring.mass

    for _ in range(steps):
        k1x, k1v = v, force(x, v)
        k2x, k2v = v + h / 2 * k1v, force(x + h / 2 * k1x, v + h / 2 * k1v)
        k3x, k3v = v + h / 2 * k2v, force(x + h / 2 * k2x, v + h / 2 * k2v)
        k4x, k4v = v + h * k3v, force(x + h * k3x, v + h * k3v)
        x, v = x + h / 6 * (k1x + 2 * k2x + 2 * k3x + k4x), v + h / 6 * (k1v + 2 * k2v + 2 * k3v + k4v)
    return x


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("seconds", [0.05, 0.2, 0.7])
def test_springs_follow_their_physics(name: str, seconds: float) -> None:
    assert PRESETS[name].at(seconds) == pytest.approx(stepped(PRESETS[name], seconds, 4000), abs=1e-7)


def test_presets_are_those_of_the_motion_reference() -> None:
    figures = {name: (s.mass, s.damping, s.stiffness) for name, s in PRESETS.items()}
    assert figures == {
        "snappy": (1, 30, 400), "bouncy": (1, 15, 300), "gentle": (1, 20, 100), "stiff": (1, 40, 600),
        "wobbly": (1, 10, 200), "smooth": (1, 25, 120), "poppy": (1, 22, 500),
    }  # fmt: skip


@pytest.mark.parametrize("name", PRESETS)
def test_a_settled_spring_stays_within_the_threshold(name: str) -> None:
    spring, threshold = PRESETS[name], 0.005
    settled = spring.settles(threshold)
    assert all(abs(spring.at(settled + k / 500) - 1) <= threshold for k in range(1000))
    assert abs(spring.at(settled - 0.002) - 1) > threshold


@given(
    mass=st.floats(0.1, 20), damping=st.floats(0.5, 200), stiffness=st.floats(5, 2000), seconds=st.floats(0.001, 1.5)
)
@settings(max_examples=25, deadline=None)
def test_any_spring_follows_its_physics(mass: float, damping: float, stiffness: float, seconds: float) -> None:
    spring = Spring(mass, damping, stiffness)
    assert spring.at(seconds) == pytest.approx(stepped(spring, seconds, 6000), abs=1e-5)


@pytest.mark.parametrize("threshold", [0.1, 0.005, 1e-4])
def test_how_long_a_spring_takes_is_told_to_the_millisecond(threshold: float) -> None:
    for spring in PRESETS.values():
        moments = [k / 1000 for k in range(8000)]
        last = max(moment for moment in moments if abs(spring.at(moment) - 1) > threshold)
        assert spring.settles(threshold) == pytest.approx(last + 0.001, abs=1e-9)


def test_springs_wait_for_their_release_and_may_overshoot() -> None:
    assert PRESETS["bouncy"].at(-1) == PRESETS["bouncy"].at(0) == 0
    assert max(PRESETS["wobbly"].at(k / 100) for k in range(200)) > 1.1
    assert max(PRESETS["gentle"].at(k / 100) for k in range(500)) <= 1


def cubic(one: float, two: float, s: float) -> float:
    return 3 * (1 - s) ** 2 * s * one + 3 * (1 - s) * s * s * two + s**3


def bezier_by_bisection(x1: float, y1: float, x2: float, y2: float, t: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if cubic(x1, x2, middle) < t else (low, middle)
    return cubic(y1, y2, low)


@pytest.mark.parametrize(
    "points", [(0.16, 1, 0.3, 1), (0.4, 0, 0.2, 1), (0.95, 0, 0.05, 1), (0, 1, 1, 0), (0.9, -0.6, 0.1, 1.6)]
)
def test_beziers_are_solved_exactly(points: tuple[float, float, float, float]) -> None:
    for k in range(1, 100):
        assert cubic_bezier(*points)(k / 100) == pytest.approx(bezier_by_bisection(*points, k / 100), abs=1e-6)


@given(
    points=st.tuples(st.floats(0, 1), st.floats(-3, 3), st.floats(0, 1), st.floats(-3, 3)), t=st.floats(0.001, 0.999)
)
def test_any_bezier_passes_through_the_points_of_its_curve(points: tuple[float, float, float, float], t: float) -> None:
    """Asked for x of a point on the curve it gives its y; where the curve stands upright, any y of that x will do."""
    x1, y1, x2, y2 = points
    x, steep = cubic(x1, x2, t), abs(cubic(x1, x2, t + 1e-4) - cubic(x1, x2, t - 1e-4)) < 1e-6
    assert steep or cubic_bezier(*points)(x) == pytest.approx(cubic(y1, y2, t), abs=1e-5)


def test_the_easings_are_those_of_the_motion_reference() -> None:
    families = ("Quad", "Cubic", "Quart", "Quint", "Sine", "Circ", "Expo", "Back", "Elastic", "Bounce")
    own = {"linear", "hold", "easeOut", "easeInOut", "circOut", "backOut", "expoOut"}
    assert set(EASINGS) == own | {way + family for way in ("in", "out", "inOut") for family in families}


@pytest.mark.parametrize(
    "family", ["Quad", "Cubic", "Quart", "Quint", "Sine", "Circ", "Expo", "Back", "Elastic", "Bounce"]
)
def test_out_is_in_turned_about_and_in_out_is_both(family: str) -> None:
    into, out, both = (EASINGS[way + family] for way in ("in", "out", "inOut"))
    for t in (k / 40 for k in range(41)):
        assert out(t) == pytest.approx(1 - into(1 - t), abs=1e-12)
        assert both(t) == pytest.approx(into(2 * t) / 2 if t < 0.5 else 0.5 + out(2 * t - 1) / 2, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("circOut", lambda t: 1 - (1 - math.sqrt(1 - (1 - t) ** 2))),
        ("backOut", lambda t: 1 - (1 - t) ** 2 * (2.7 * (1 - t) - 1.7)),
        ("expoOut", lambda t: 1 - 2 ** (-10 * t)),
        ("inOutCubic", lambda t: 4 * t**3 if t < 0.5 else 1 - (2 - 2 * t) ** 3 / 2),
        ("outSine", lambda t: math.sin(t * math.pi / 2)),
        ("inQuint", lambda t: t**5),
        ("easeOut", lambda t: bezier_by_bisection(0.16, 1, 0.3, 1, t)),
        ("easeInOut", lambda t: bezier_by_bisection(0.4, 0, 0.2, 1, t)),
    ],
)
def test_named_easings_follow_their_formulas(name: str, formula) -> None:
    for k in range(1, 50):
        assert EASINGS[name](k / 50) == pytest.approx(formula(k / 50), abs=1e-6)


@pytest.mark.parametrize("name", EASINGS)
def test_every_easing_goes_from_0_to_1(name: str) -> None:
    assert EASINGS[name](0) == pytest.approx(0, abs=1e-9)
    assert EASINGS[name](1) == pytest.approx(1, abs=1e-9)


def test_steps_hold() -> None:
    step = easing("step(4)")
    assert [step(t) for t in (0, 0.24, 0.26, 0.99, 1)] == [0, 0, 0.25, 0.75, 1]


def test_keyframes_hold_before_and_after_and_ease_between() -> None:
    field = Keyframed[float].model_validate(
        {
            "keyframes": [
                {"at": 1, "value": 0, "easing": "inQuad"},
                {"at": 3, "value": 8, "easing": "hold"},
                {"at": 4, "value": 20},
            ]
        }
    )
    value = Values(Fraction(30)).number(field)
    assert [value.at(t) for t in (0, 1, 2, 3, 3.9, 4, 9)] == [0, 0, 2, 8, 8, 20, 20]


def test_a_springs_delay_is_a_whole_number_of_frames() -> None:
    field = Springing[float].model_validate({"spring": "snappy", "from": 10, "to": 20, "delay": 0.25})
    value = Values(Fraction(30)).number(field)  # 0.25 s is 7.5 frames, rounded to the even 8
    assert value.at(8 / 30) == 10
    assert value.at(9 / 30) == pytest.approx(10 + 10 * PRESETS["snappy"].at(1 / 30))


def test_a_single_keyframe_is_a_fixed_value() -> None:
    field = Keyframed[float].model_validate({"keyframes": [{"at": 2, "value": 5}]})
    assert Values(Fraction(25)).number(field) == Fixed(5.0)
