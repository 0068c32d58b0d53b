"""Text that is typed, that counts, that comes character by character."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import Any

import pytest

from render_engine.display_list import Glyphs, Op
from render_engine.document.composition import Composition
from render_engine.layers.count_up import CountUp, CountUpContent, written
from render_engine.timeline.spring import PRESETS
from tests.render.drawing import drawn, scene

CORNER = {"position": [0, 0], "anchor": ["left", "top"]}


def places(ops: tuple[Op, ...]) -> list[tuple[int, float]]:
    """(glyph id, x) of all glyphs."""
    return [(gid, x) for op in ops if isinstance(op, Glyphs) for run in op.runs for gid, x, _ in run.glyphs]


def typed(seconds: float | Fraction, text: str, **fields: Any) -> list[tuple[int, float]]:
    layer = {"type": "typewriter", "text": text, "size": 12, "cursor": "", **CORNER, **fields}
    return places(drawn(layer, at=seconds))


@pytest.mark.parametrize("frame", [0, 1, 2, 3, 10, 59, 60, 119])
def test_twenty_characters_are_typed_a_second(frame: int) -> None:
    assert len(typed(Fraction(frame, 60), "abcdefghijklmnopqrst")) == min(20, frame * 20 // 60)


def test_a_character_is_what_a_reader_calls_one() -> None:
    combined = "e\u0301" * 4
    assert [len(typed(k / 20, combined)) for k in range(5)] == [0, 1, 2, 3, 4]


def test_letters_stand_where_they_will_stand_in_the_end() -> None:
    text, box = "AVATAR goes over two lines", {"width": 90, "align": "center"}
    whole = typed(3, text, **box)
    assert all(typed(k / 20, text, **box) == whole[: len(typed(k / 20, text, **box))] for k in range(28))


def cursor(seconds: float, text: str, **fields: Any) -> tuple[float, float] | None:
    """Where the cursor stands, if it is seen."""
    layer = {"type": "typewriter", "text": text, "size": 20, "cursor_color": "red", **CORNER, **fields}
    marks = [op for op in drawn(layer, at=seconds) if isinstance(op, Glyphs) and op.fill.color[1] == 0]  # type: ignore[union-attr]
    return (marks[0].matrix[4], marks[0].matrix[5]) if marks else None


def test_cursor_blinks_every_half_second() -> None:
    seen = [cursor(at, "a") is not None for at in (0, 0.4, 0.5, 0.9, 1, 1.4, 1.5, 3.2)]
    assert seen == [True, True, False, False, True, True, False, True]


def test_cursor_follows_what_is_written_and_goes_to_the_next_line() -> None:
    first, second, third = (cursor(k / 20, "ab\ncd") for k in (1, 2, 3))
    assert first
    assert second
    assert third
    assert (first[0] < second[0], first[1] == second[1]) == (True, True)
    assert (third[0], third[1] > second[1]) == (0, True)


def test_typewriter_refuses_animators() -> None:
    layer = {"type": "typewriter", "text": "a", "animators": [{"from": {"y": 4}}]}
    with pytest.raises(ValueError, match="as they are typed"):
        Composition.model_validate({"duration": 1, "layers": [layer]})


def counted(seconds: float | Fraction, **fields: Any) -> list[tuple[int, float]]:
    return places(drawn({"type": "count_up", "size": 20, **CORNER, **fields}, at=seconds))


def content(**fields: Any) -> CountUpContent:
    found = scene({"type": "count_up", **fields}).nodes[0].content
    assert isinstance(found, CountUpContent)
    return found


@pytest.mark.parametrize("seconds", [0, 0.2, 0.5, 0.9, 1, 2])
def test_it_counts_by_an_ease_out_cubic_in_a_second(seconds: float) -> None:
    share = 1 - (1 - min(1, seconds)) ** 3
    assert content(to=1000, locale="none").written(seconds) == f"{1000 * share:.0f}"


@pytest.mark.parametrize("font", ["Inter", "Instrument Serif", "JetBrains Mono"])
def test_digits_never_stand_beside_their_slots(font: str) -> None:
    fields = {"to": 98765, "locale": "none", "font": font}
    ones = {gid: x for at in range(120) for gid, x in counted(Fraction(at, 60), **fields)[-1:]}
    centres = {round(x, 2) for x in ones.values()}
    assert len(ones) >= 8
    if font != "Instrument Serif":  # whose figures differ in width: each is in the middle of its slot
        assert len(centres) == 1
    final = [x for _, x in counted(2, **fields)]
    steps = [b - a for a, b in itertools.pairwise(final)]
    assert font == "Instrument Serif" or max(steps) - min(steps) < 1 / 64


def test_its_box_is_as_wide_as_its_widest_value_all_the_time() -> None:
    small, wide = content(to=9), content(**{"from": 0, "to": 12345})
    assert wide.width > 4 * small.width
    right = [max(x for _, x in counted(at, to=12345)) for at in (0, 0.05, 0.3, 2)]
    assert max(right) - min(right) < 1 / 64


@pytest.mark.parametrize(
    ("value", "fields", "expected"),
    [
        (1234567.891, {"to": 1, "decimals": 2}, "1,234,567.89"),
        (1234567.891, {"to": 1, "decimals": 2, "locale": "de"}, "1.234.567,89"),
        (1234.5, {"to": 1, "decimals": 1, "locale": "fr"}, "1\u202f234,5"),
        (1234.5, {"to": 1, "decimals": 0, "locale": "none"}, "1234"),
        (-42, {"to": 1}, "\u221242"),
        (-0.2, {"to": 1}, "0"),
        (4.2, {"to": 4.2}, "4.2"),
        (1, {"to": 4.25}, "1.00"),
    ],
)
def test_numbers_are_written_as_the_locale_writes_them(value: float, fields: dict[str, Any], expected: str) -> None:
    assert written(value, CountUp.model_validate(fields)) == expected


@pytest.mark.parametrize("easing", ["outCubic", "backOut", "outElastic", "linear"])
def test_the_number_at_the_end_is_exactly_the_one_asked_for(easing: str) -> None:
    it = content(**{"from": -17, "to": 8451.37, "easing": easing, "delay": 0.5, "duration": 0.7})
    assert it.written(0.5) == "\u221217.00"
    assert it.written(1.2) == "8,451.37"


def test_characters_tilt_into_place_one_after_another() -> None:
    ops = drawn({"type": "animated_characters", "text": "abc", "size": 40, **CORNER}, at=Fraction(1, 20))
    assert len(ops) == 2  # the third starts at 0.06 s
    shares = [PRESETS["snappy"].at(0.05), PRESETS["snappy"].at(0.05 - 1 / 30)]  # delays are whole frames
    assert [op.opacity / 4096 for op in ops] == pytest.approx(shares, abs=1e-3)
    first = ops[0]
    assert isinstance(first, Glyphs)
    p, (cx, cy) = shares[0], _centre(first)
    tilt = math.radians(-40 * (1 - p))
    a = first.matrix
    w = a[6] * cx + a[7] * cy + a[8]
    assert (a[1] * cx + a[3] * cy + a[5]) / w == pytest.approx(cy + 20 * (1 - p), abs=0.02)
    assert a[7] / w == pytest.approx(-math.sin(tilt) / 800, abs=2e-5)


def _centre(op: Glyphs) -> tuple[float, float]:
    """Of the letter's cell: where perspective and rotation turn about."""
    content_ = scene({"type": "animated_characters", "text": "abc", "size": 40}).nodes[0].content
    return content_.centres[0][0]  # type: ignore[attr-defined,no-any-return]
