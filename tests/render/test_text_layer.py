"""What a text layer gives a frame: how many ops, where, in which colours, and when it is at rest."""

from fractions import Fraction
from pathlib import Path

import pytest

from render_engine.color import parse, quantise
from render_engine.display_list import OPAQUE, Glyphs, Gradient, Group, Op, Shape, Solid
from render_engine.document.composition import Composition
from render_engine.errors import FramekilnError
from render_engine.matrix import apply
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.resolve import resolve
from render_engine.timeline.scene import Scene

FADE = {"from": {"opacity": 0, "y": 20}, "stagger": 0.1, "duration": 0.5, "easing": "linear"}


def scene_of(*layers: dict) -> Scene:
    document = {
        "size": [800, 400],
        "duration": 4,
        "layers": [{"type": "text", "size": 50, **layer} for layer in layers],
    }
    return resolve(Composition.model_validate(document), Path())


def ops(layer: dict, time: float = 0) -> tuple[Op, ...]:
    return evaluate(scene_of(layer), Fraction(time).limit_denominator(1000)).items


def rgba(text: str) -> tuple[int, ...]:
    return quantise(parse(text))


def test_plain_text_is_one_op_with_its_first_baseline_where_it_was_put():
    (op,) = ops({"text": "Ship it", "position": [100, 200], "anchor": ["left", "baseline"]})
    assert isinstance(op, Glyphs)
    _, x, y = op.runs[0].glyphs[0]
    assert apply(op.matrix, x, y) == pytest.approx((100, 200), abs=1 / 128)
    assert op.fill == Solid((65535,) * 4)


def test_the_box_holds_all_ink_and_no_more():
    (op,) = ops({"text": "jÅg", "position": [0, 0], "anchor": ["left", "baseline"]})
    x0, y0, x1, y1 = op.bounds
    assert -60 < y0 < -40
    assert 8 < y1 < 16
    assert 50 < x1 - x0 < 90


def test_an_empty_text_shows_nothing():
    assert ops({"text": ""}) == ()


def test_each_colour_of_rich_text_is_one_op():
    spans = [{"text": "one "}, {"text": "two ", "color": "red"}, {"text": "three", "weight": 800}]
    found = ops({"spans": spans})
    assert [op.fill.color for op in found] == [rgba("white"), rgba("red"), rgba("white")]


def test_outlines_of_rich_text_lie_under_all_its_fills():
    spans = [{"text": "on"}, {"text": "ly", "color": "red"}]
    found = ops({"spans": spans, "stroke": {"width": 6}})
    assert [(op.fill is None, op.stroke is None) for op in found] == [(True, False)] * 2 + [(False, True)] * 2
    assert found[0].stroke.width == 6
    assert found[0].stroke.under


def test_a_gradient_runs_over_the_whole_text():
    (op,) = ops({"text": "Two\nlines", "color": {"type": "linear", "angle": 90, "stops": ["red", "blue"]}})
    assert isinstance(op.fill, Gradient)
    (layer,) = scene_of({"text": "Two\nlines"}).nodes
    x0, _, x1, _ = op.fill.geometry
    assert (x0, x1) == pytest.approx((0, layer.content.width), abs=1 / 128)


def test_underlined_and_struck_words_have_a_line_each():
    found = ops({"spans": [{"text": "old", "strike": True}, {"text": " new", "underline": True}]})
    lines = [op for op in found if isinstance(op, Shape)]
    assert len(lines) == 2
    assert lines[0].path.box[1] < lines[1].path.box[1]


def test_a_shadow_is_one_effect_on_the_text_alone():
    box, text = ops({"text": "Hi", "shadows": [{"y": 5, "blur": 3}], "background": {"padding": 10}})
    assert isinstance(box, Shape)
    assert isinstance(text, Group)
    assert text.effects[0].numbers == (0, 5, 3)


def test_a_background_reaches_its_padding_beyond_the_lines():
    (layer,) = scene_of({"text": "Hi"}).nodes
    box, _ = ops({"text": "Hi", "background": {"padding": [12, 6]}, "position": [0, 0], "anchor": ["left", "top"]})
    assert box.path.box == pytest.approx((-12, -6, layer.content.width + 12, 66), abs=1 / 128)


def test_a_text_is_highlighted_where_it_is_found_and_nowhere_else():
    found = ops({"text": "so good, so far", "highlights": [{"range": "so", "color": "lime"}]})
    by_color = {op.fill.color: sum(len(run.glyphs) for run in op.runs) for op in found}
    assert by_color == {rgba("lime"): 4, rgba("white"): 8}


def test_a_highlight_begins_at_its_time_and_is_gone_at_its_end():
    layer = {
        "text": "now or never",
        "highlights": [{"range": [0, 1], "mode": "pill", "start": 1, "end": 2, "transition": 0}],
    }
    count = [len(ops(layer, time)) for time in (0.999, 1, 1.999, 2)]
    assert count == [1, 2, 2, 1]


def test_highlights_of_words_that_are_not_there_are_refused_by_name():
    with pytest.raises(FramekilnError, match=r"layers\[0\]\.highlights\[0\]\.range: “green” is not in the text"):
        scene_of({"text": "red", "highlights": [{"range": "green"}]})
    with pytest.raises(FramekilnError, match="there are 1 words"):
        scene_of({"text": "red", "highlights": [{"range": [3, 4]}]})


def test_text_shrinks_into_its_box_and_is_no_wider_than_its_lines():
    (layer,) = scene_of({"text": "far too long for its box", "size": 90, "fit": [300, 100]}).nodes
    assert layer.content.width <= 300
    assert layer.content.height <= 100
    (short,) = scene_of({"text": "ok", "size": 40, "fit": [300, 100]}).nodes
    assert short.content.width < 60
    assert short.content.layout.glyphs[0].size == 40


def test_a_line_with_animators_that_have_arrived_is_the_plain_line_to_the_last_digit():
    plain = ops({"text": "Kerning: AVATAR"})
    settled = ops({"text": "Kerning: AVATAR", "animators": [FADE, {"from": {"blur": 9}, "by": "word"}]}, 3.9)
    assert settled == plain
    assert settled[0].digest == plain[0].digest


def test_a_spring_settles_too():
    animators = [{"from": {"opacity": 0, "y": 20, "rotation_x": -40}, "spring": "wobbly"}]
    assert ops({"text": "Hi", "animators": animators}, 3.9) == ops({"text": "Hi"})


def test_letters_that_move_keep_the_places_of_the_shaped_line():
    (whole,) = ops({"text": "AVA"})
    moving = ops({"text": "AVA", "animators": [FADE]}, 0.3)
    placed = [glyph for op in moving for glyph in op.runs[0].glyphs]
    assert placed == list(whole.runs[0].glyphs)


def test_letters_enter_one_after_another_by_the_stagger():
    moving = ops({"text": "abc", "animators": [FADE]}, 0.25)
    assert [op.opacity / OPAQUE for op in moving] == pytest.approx([0.5, 0.3, 0.1], abs=1e-3)
    (still,) = ops({"text": "abc"})
    lower = [op.matrix[5] - still.matrix[5] for op in moving]
    assert lower == pytest.approx([10, 14, 18], abs=1 / 128)


def test_a_character_that_has_not_come_is_not_drawn():
    assert len(ops({"text": "abc", "animators": [FADE]}, 0.15)) == 2
    assert ops({"text": "abc", "animators": [FADE]}, 0) == ()


@pytest.mark.parametrize(
    ("order", "opacities"), [("forward", [0.5, 0.3, 0.1]), ("backward", [0.1, 0.3, 0.5]), ("center", [0.3, 0.5, 0.3])]
)
def test_the_order_decides_who_comes_first(order, opacities):
    moving = ops({"text": "abc", "animators": [{**FADE, "order": order}]}, 0.25)
    assert [op.opacity / OPAQUE for op in moving] == pytest.approx(opacities, abs=1e-3)


def test_a_random_order_is_the_same_for_the_same_seed():
    layer = {"text": "abcdefgh", "animators": [{**FADE, "order": "random", "seed": 4}]}
    other = {"text": "abcdefgh", "animators": [{**FADE, "order": "random", "seed": 5}]}
    assert ops(layer, 0.4) == ops(layer, 0.4)
    assert ops(layer, 0.4) != ops(other, 0.4)


def test_words_and_lines_move_whole():
    assert len(ops({"text": "one two three", "animators": [{**FADE, "by": "word"}]}, 0.25)) == 3
    assert len(ops({"text": "one two\nthree", "animators": [{**FADE, "by": "line"}]}, 0.25)) == 2


def test_a_family_of_emoji_is_one_character():
    assert len(ops({"text": "👩‍👩‍👧a", "animators": [FADE]}, 0.25)) == 2


def test_leaving_text_is_whole_before_and_gone_at_the_end():
    layer = {"text": "bye", "end": 2, "animators": [{**FADE, "out": True}]}
    assert ops(layer, 1.2) == ops({"text": "bye"})
    assert len(ops(layer, 1.6)) == 3
    assert [op.opacity for op in ops(layer, 1.995)] == pytest.approx([0.01 * OPAQUE], abs=2)


def test_a_blurred_letter_is_a_group_with_the_blur_and_its_reach():
    (op,) = ops({"text": "a", "animators": [{**FADE, "from": {"blur": 8}}]}, 0.25)
    assert isinstance(op, Group)
    assert op.effects[0].numbers == (4,)
    assert op.effects[0].reach == 12


def test_a_tilting_letter_matches_css_about_its_own_centre():
    (op,) = ops({"text": "o", "animators": [{**FADE, "from": {"rotation_x": -40}}]}, 0.25)
    assert op.matrix[7] != 0
    (still,) = ops({"text": "o"})
    middle = still.runs[0].glyphs[0][1]
    assert apply(op.matrix, middle, 30)[1] == pytest.approx(apply(still.matrix, middle, 30)[1], abs=0.5)


def test_a_change_of_one_word_changes_its_own_op_alone():
    def digests(word: str) -> list[bytes]:
        scene = scene_of({"text": "stays", "position": [400, 100]}, {"text": word, "position": [400, 300]})
        return [op.digest for op in evaluate(scene, Fraction(0)).items]

    assert [a == b for a, b in zip(digests("before"), digests("after"), strict=True)] == [True, False]


def test_text_and_spans_together_are_refused():
    with pytest.raises(ValueError, match="not both"):
        scene_of({"text": "a", "spans": [{"text": "b"}]})


def test_text_that_runs_from_the_right_starts_there():
    found = {
        align: ops({"text": "ab", "width": 300, "align": align, "direction": "rtl"}) for align in ("start", "right")
    }
    assert found["start"] == found["right"]
