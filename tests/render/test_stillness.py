"""What does not move is drawn once; and nobody can tell, whatever times are asked for, in whatever order."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from render_engine.display_list import DisplayList, Group
from render_engine.timeline.evaluate import draw_each, evaluate
from render_engine.timeline.motion import STILL, merged, shifted, still_around, within
from render_engine.timeline.scene import Scene
from render_engine.timeline.spring import PRESETS, Spring
from render_engine.timeline.value import Keyframes, Sprung
from tests.render.drawing import scene

MEDIA = Path(__file__).parent.parent.parent / "resources" / "media"
SECONDS = 4


def keys(*pairs: tuple[float, Any], easing: Any = "easeOut") -> dict[str, Any]:
    return {"keyframes": [{"at": at, "value": value, "easing": easing} for at, value in pairs]}


def sprung(start: Any, end: Any, delay: float = 0.5) -> dict[str, Any]:
    return {"from": start, "to": end, "spring": "bouncy", "delay": delay}


def layers() -> list[dict[str, Any]]:
    """One of everything that moves, and of what it can be inside."""
    dot = {"type": "shape", "shape": "ellipse", "size": [20, 20], "position": keys((1, [20, 20]), (2, [60, 20]))}
    square = {"type": "shape", "size": keys((0.5, [10, 10]), (1.5, [40, 40])), "fill": keys((1, "red"), (3, "blue"))}
    sized = {"type": "shape", "size": [30, 10], "fill": "white"}
    words = [
        {"word": w, "start_ms": 500 * k, "end_ms": 500 * k + 450}
        for k, w in enumerate(["so", "it", "is", "said", "now"])
    ]
    said = [{"start_ms": 0, "end_ms": 2450, "text": "so it is said now", "words": words}]
    inner = {"size": [80, 80], "duration": 4, "fps": 25, "layers": [dot, {**square, "end": 3}]}
    return [
        {"type": "gradient", "fill": {"type": "linear", "angle": keys((1, 0), (2, 90)), "stops": ["#123", "#456"]}},
        {**dot, "opacity": sprung(0, 1), "scale": keys((0, 1), (1, 2), easing="hold"), "rotation": sprung(0, 30, 1)},
        {**square, "stroke": {"width": keys((2, 1), (3, 4))}, "trim": {"end": keys((0, 0), (1, 1))}, "start": 0.7},
        {
            "type": "text",
            "text": "One two",
            "size": 20,
            "animators": [{"from": {"opacity": 0, "blur": 4}, "delay": 0.4}],
        },
        {"type": "text", "text": "One two", "size": 20, "shadows": [{"blur": 3}], "rotation": keys((0, 0), (4, 90))},
        {"type": "text", "text": "a b c", "highlights": [{"range": [1, 2], "start": 1, "end": 2, "mode": "pill"}]},
        {"type": "captions", "segments": said, "font_size": 12, "highlight_mode": "fill"},
        {"type": "captions", "segments": said, "font_size": 12, "word_entry_animation": "pop"},
        {"type": "group", "layers": [dot, square], "effects": [{"type": "blur", "radius": keys((1, 0), (2, 6))}]},
        {
            "type": "group",
            "layers": [dot],
            "opacity": 0.5,
            "position": sprung([50, 50], [90, 40]),
            "start": 1,
            "end": 3,
        },
        {
            "type": "group",
            "layers": [dot],
            "masks": [{"feather": keys((1, 0), (2, 5))}],
            "time_remap": keys((1, 0), (3, 2)),
        },
        {**dot, "entrance": {"type": "popIn", "delay": 0.4}, "exit": "blurIn", "start": 0.3, "end": 3.3},
        {"type": "group", "layers": [{**square, "entrance": "elasticScale"}, {**dot, "exit": "fadeUp"}], "stagger": 1},
        {"type": "group", "layers": [dot, square], "rotation": keys((1, 0), (2, 90)), "motion_blur": {"samples": 4}},
        {"type": "stack", "fill": "#333", "layers": [{**square, "position": keys((1, [0, 0]), (2, [9, 0]))}, dot]},
        {
            "type": "stack",
            "fill": "#333",
            "reflow": "poppy",
            "layers": [square, {**sized, "start": 1, "end": 2.5}, sized],
        },
        {"type": "composition", "composition": inner, "speed": 1.5, "rotation": 5, "scale": sprung(0.5, 1)},
        {**dot, "id": "hole", "start": 0.3, "end": 3.3},
        {**square, "matte": {"layer": "hole", "inverted": True}, "blend": "screen"},
        {"type": "image", "source": "rocket.jpg", "size": [30, 20], "opacity": keys((1, 0), (2, 1)), "radius": 4},
        {"type": "video", "source": "bigbuckbunny.mp4", "size": [40, 30], "trim": [0, 1], "when_over": "hold"},
        {"type": "video", "source": "bigbuckbunny.mp4", "size": [40, 30], "trim": [0, 1], "when_over": "loop"},
    ]


def fresh() -> Scene:
    return scene(*layers(), base=MEDIA, duration=SECONDS)


@cache
def expected(time: Fraction) -> DisplayList:
    return evaluate(fresh(), time)


# frames, and the moments at which something begins or ends, with a hair before and after
MOMENTS = [Fraction(k, 30) for k in range(0, SECONDS * 30, 7)]
EDGES = [Fraction(k, 20) + near for k in (6, 10, 14, 20, 30, 40, 49, 60, 66) for near in (0, Fraction(1, 10**12))]
KEPT = fresh()


@given(times=st.lists(st.sampled_from(MOMENTS + EDGES), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_times_in_any_order_give_what_a_fresh_scene_gives(times: list[Fraction]) -> None:
    for time in times:
        found = evaluate(KEPT, time)
        assert found == expected(time)
        assert found.digest == expected(time).digest


def test_threads_that_ask_for_different_times_do_not_disturb_each_other() -> None:
    shared, times = fresh(), [random.Random(3).choice(MOMENTS) for _ in range(120)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda time: evaluate(shared, time), times))
    assert [each.digest for each in found] == [expected(time).digest for time in times]


ends = st.floats(-100, 100, allow_nan=False)
easings = st.sampled_from(["linear", "hold", "easeOut", "step(3)", "inOutBack", (0.3, -0.5, 0.7, 1.5)])


@st.composite
def moving(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> Any:
    """A fixed value, keyframes or a spring."""
    kind = draw(st.sampled_from(["fixed", "keyframes", "spring"]))
    if kind == "fixed":
        return draw(values)
    if kind == "spring":
        name = draw(st.sampled_from(sorted(PRESETS)))
        return {"from": draw(values), "to": draw(values), "spring": name, "delay": draw(st.floats(0, 2))}
    times = sorted(draw(st.sets(st.integers(0, 80), min_size=1, max_size=4)))
    return {"keyframes": [{"at": t / 20, "value": draw(values), "easing": draw(easings)} for t in times]}


points = st.tuples(ends, ends).map(list)


@given(
    place=moving(points), turn=moving(ends), opacity=moving(st.floats(0, 1)), start=st.sampled_from([0, 0.1, 1 / 3]),
    size=moving(st.tuples(st.floats(0, 50), st.floats(0, 50)).map(list)), fill=moving(st.sampled_from(["red", "#00f8"])),
    times=st.lists(st.integers(0, 119), min_size=2, max_size=8),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_any_motion_is_seen_as_a_fresh_scene_sees_it(
    place: Any, turn: Any, opacity: Any, size: Any, fill: Any, start: float, times: list[int]
) -> None:
    inner = {"type": "shape", "shape": "star", "size": size, "fill": fill, "position": place}
    turned = {
        "type": "group",
        "size": [50, 50],
        "layers": [inner],
        "rotation": turn,
        "opacity": opacity,
        "start": start,
    }
    kept = scene(turned, inner)
    for k in times:
        assert evaluate(kept, Fraction(k, 30)) == evaluate(scene(turned, inner), Fraction(k, 30))


@given(
    values=st.lists(st.sampled_from([0.0, 1.0, 2.5]), min_size=2, max_size=5),
    at=st.floats(-1, 6),
    share=st.floats(0, 1),
)
def test_a_value_is_the_same_all_through_the_time_it_calls_still(values: list[float], at: float, share: float) -> None:
    eases = [lambda t: t] * (len(values) - 1)
    for value in (
        Keyframes(tuple(map(float, range(len(values)))), tuple(values), tuple(eases)),
        Sprung(values[0], values[1], PRESETS["wobbly"], 0.5),
    ):
        low, high = (max(-9.0, min(9.0, edge)) for edge in still_around(value.motion, at))
        if low < high:
            assert value.at(low + (high - low) * share) == value.at(at)


def test_what_stands_still_is_the_same_ops() -> None:
    still = {"type": "shape", "size": [10, 10], "start": 1}
    settled = {
        "type": "text",
        "text": "Hi",
        "size": 20,
        "opacity": sprung(0, 0.5),
        "position": sprung([0, 0], [50, 50]),
    }
    moved = {"type": "shape", "size": [10, 10], "position": keys((0, [0, 0]), (4, [99, 99]))}
    found = scene(still, settled, moved)
    early, late = draw_each(found, Fraction(2)), draw_each(found, Fraction(3))
    assert early[0][0] is late[0][0]
    assert early[1][0] is not late[1][0]  # a bouncy spring is not quite at rest after 1.5 s
    assert draw_each(found, Fraction(7, 2))[1][0] is draw_each(found, Fraction(39, 10))[1][0]
    assert early[2] != late[2]


def test_a_group_that_moves_keeps_what_is_in_it() -> None:
    dot = {"type": "shape", "shape": "ellipse", "size": [20, 20]}
    glow = {"type": "group", "layers": [dot], "effects": [{"type": "blur", "radius": 5}]}
    found = scene({**glow, "position": keys((0, [60, 50]), (4, [110, 50]))})
    (one,), (other,) = evaluate(found, Fraction(1)).items, evaluate(found, Fraction(2)).items
    assert isinstance(one, Group)
    assert isinstance(other, Group)
    assert one.items is other.items
    assert one.content_digest == other.content_digest
    assert one.digest != other.digest


def test_a_spring_rests_at_its_end_and_not_a_hair_beside_it() -> None:
    for spring in [*PRESETS.values(), Spring(1, 1, 400), Spring(1, 900, 50)]:
        assert spring.at(spring.rest) == 1.0
        assert abs(spring.at(spring.rest - 1e-6) - 1) < 1e-6
    assert PRESETS["gentle"].rest < 4


def test_motions_join_come_and_go_and_run_on_other_clocks() -> None:
    assert merged([((3.0, 4.0),), ((0.0, 1.0), (1.0, 2.0))]) == ((0.0, 2.0), (3.0, 4.0))
    assert merged([STILL, STILL]) == STILL
    assert within(((0.0, 9.0),), 2.0, 3.0) == ((2.0, 3.0),)
    assert within(STILL, 2.0, 3.0) == ((2.0, 2.0), (3.0, 3.0))
    assert shifted(((0.0, 4.0),), 10.0, 2.0) == ((10.0, 12.0),)
    low, high = still_around(((0.0, 1.0), (3.0, 4.0)), 2.0)
    assert (round(low, 6), round(high, 6)) == (1.0, 3.0)
    assert still_around(((0.0, 1.0),), 0.5) == (0.5, 0.5)


def test_pictures_of_a_sequence_are_still_once_the_last_is_shown(tmp_path: Path) -> None:
    for k in range(3):
        Image.new("RGB", (8, 8), (80 * k, 0, 0)).save(tmp_path / f"{k:02}.png")
    film = {"type": "image_sequence", "source": "*.png", "fps": 10, "when_over": "hold"}
    found = scene(film, base=tmp_path)
    shown = [draw_each(found, Fraction(k, 30))[0][0] for k in (0, 3, 7, 8, 60)]
    assert shown[0] != shown[1] != shown[2]
    assert shown[2] == shown[3] == shown[4]
