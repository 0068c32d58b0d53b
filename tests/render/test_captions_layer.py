"""Captions: pages, the word that is said, and how words come; all by exact times."""

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

WHITE, LIT = quantise(parse("white")), quantise(parse("#ffd54a"))
AT_ONCE = {"highlight_transition_ms": 0, "caption_transition_ms": 0, "stroke_width": 0}
SEGMENT = {
    "startMs": 1000,
    "endMs": 4000,
    "text": "one two three",
    "words": [
        {"startMs": 1000, "endMs": 2000, "word": "one"},
        {"startMs": 2000, "endMs": 3000, "word": "two"},
        {"startMs": 3000, "endMs": 4000, "word": "three"},
    ],
}


def scene_of(size: tuple[int, int] = (640, 360), **layer: object) -> Scene:
    layers = [{"type": "captions", **({} if "source" in layer else {"segments": [SEGMENT]}), **layer}]
    document = {"size": size, "duration": 10, "layers": layers}
    return resolve(Composition.model_validate(document), Path())


def ops(time: str, **layer: object) -> tuple[Op, ...]:
    return evaluate(scene_of(**{**AT_ONCE, **layer}), Fraction(time)).items


def letters(found: tuple[Op, ...]) -> dict[tuple[int, ...], int]:
    """How many glyphs are painted in which colour."""
    return {op.fill.color: sum(len(run.glyphs) for run in op.runs) for op in found if isinstance(op.fill, Solid)}


def test_a_caption_is_shown_from_its_start_to_before_its_end():
    assert [len(ops(time)) > 0 for time in ("0.999", "1", "3.999", "4")] == [False, True, True, False]


def test_a_word_is_said_from_its_start_to_before_its_end():
    assert letters(ops("1999/1000")) == {LIT: 3, WHITE: 8}
    assert letters(ops("2")) == {LIT: 3, WHITE: 8}
    assert letters(ops("3")) == {LIT: 5, WHITE: 6}
    before, after = (min(op.bounds[0] for op in ops(t) if op.fill == Solid(LIT)) for t in ("1999/1000", "2"))
    assert before < after


def test_the_still_words_of_a_page_are_one_op_and_the_said_one_stands_by_itself():
    assert [type(op) for op in ops("2.5")] == [Glyphs, Glyphs]


def test_the_said_word_grows_about_its_own_centre():
    (plain,) = [op for op in ops("2.5", highlight_scale=1) if op.fill == Solid(LIT)]
    (grown,) = [op for op in ops("2.5", highlight_scale=1.5) if op.fill == Solid(LIT)]
    assert (grown.matrix[0], grown.matrix[3]) == (1.5, 1.5)
    x0, y0, x1, y1 = grown.box
    middle = [(a + b) / 2 for a, b in zip(apply(grown.matrix, x0, y0), apply(grown.matrix, x1, y1), strict=True)]
    was = [(a + b) / 2 for a, b in zip(apply(plain.matrix, x0, y0), apply(plain.matrix, x1, y1), strict=True)]
    assert middle[0] == pytest.approx(was[0], abs=1)


def test_a_highlight_comes_and_goes_over_its_transition():
    found = letters(ops("2.05", highlight_transition_ms=100))
    half = tuple(round((a + b) / 2) for a, b in zip(WHITE, LIT, strict=True))
    assert half in [tuple(color) for color in found]
    assert found[tuple(WHITE)] == 5  # “one” is on its way back, “two” on its way in


def test_a_pill_and_a_line_lie_behind_the_said_word_alone():
    for mode in ("pill", "underline"):
        shape, *rest = ops("2.5", highlight_mode=mode)
        assert isinstance(shape, Shape)
        assert letters(tuple(rest)).keys() == {WHITE}
        word = next(op for op in ops("2.5") if op.fill == Solid(LIT))
        assert abs((shape.bounds[0] + shape.bounds[2]) - (word.bounds[0] + word.bounds[2])) <= 6


def test_a_glow_is_a_blurred_copy_behind():
    glow = ops("2.5", highlight_mode="glow")[0]
    assert isinstance(glow, Group)
    assert glow.effects[0].name == "blur"


def test_fill_colours_a_word_as_far_as_it_is_said():
    found = ops("2.25", highlight_mode="fill", highlight_scale=1)
    gradient = next(op.fill for op in found if isinstance(op.fill, Gradient))
    assert [offset for offset, _ in gradient.stops] == [0, 0.25, 0.25, 1]
    assert letters(found) == {LIT: 3, WHITE: 5}


def test_words_that_come_when_said_are_not_there_before():
    assert sum(letters(ops("1.9", word_entry_animation="pop")).values()) == 3
    assert sum(letters(ops("3.9", word_entry_animation="pop")).values()) == 11


def test_a_word_that_slides_up_stands_lower_and_fainter_at_first():
    early = ops("2.05", word_entry_animation="slideUp", highlight_scale=1)
    word = next(op for op in early if op.fill == Solid(LIT))
    there = next(op for op in ops("2.9", word_entry_animation="slideUp", highlight_scale=1) if op.fill == Solid(LIT))
    assert word.opacity < OPAQUE
    assert word.bounds[1] > there.bounds[1]


def test_long_captions_become_pages_by_the_times_of_their_words():
    text = " ".join(["word"] * 20)
    layer = {"segments": [{"startMs": 0, "endMs": 10000, "text": text}], "max_chars_per_line": 19, "max_lines": 2}
    (node,) = scene_of(**layer).nodes
    pages = node.content.pages
    assert [len(page.layout.lines) for page in pages] == [2, 2, 1]
    assert [(page.start, page.words[0].start) for page in pages] == [(page.start, page.start) for page in pages]
    assert [page.end for page in pages[:-1]] == [page.start for page in pages[1:]]
    assert sum(len(page.words) for page in pages) == 20


def test_no_line_is_longer_than_asked():
    text = "The quick brown fox jumps over the lazy dog again and again until night"
    (node,) = scene_of(segments=[{"startMs": 0, "endMs": 9000, "text": text}], max_chars_per_line=20).nodes
    lines = [line for page in node.content.pages for line in page.layout.text.split("\n")]
    assert max(map(len, lines)) <= 20
    assert " ".join(lines) == text


@pytest.mark.parametrize("size", [(640, 360), (360, 640), (360, 360)])
@pytest.mark.parametrize("text", ["Donaudampfschifffahrtsgesellschaftskapitän", "so many words that they fill it " * 4])
def test_captions_stay_in_the_frame(size, text):
    segments = [{"startMs": 0, "endMs": 9000, "text": text}]
    scene = scene_of(size, segments=segments, font_size=40, max_chars_per_line=80, highlight_scale=1.2)
    for second in range(9):
        for op in evaluate(scene, Fraction(second) + Fraction(1, 2)).items:
            x0, y0, x1, y1 = op.bounds
            assert 0 <= x0 < x1 <= size[0]
            assert 0 <= y0 < y1 <= size[1]


def test_pages_that_follow_each_other_are_cut_and_the_others_fade():
    segments = [
        {"startMs": 0, "endMs": 1000, "text": "first"},
        {"startMs": 1000, "endMs": 2000, "text": "second"},
    ]
    soft = {"segments": segments, "caption_transition_ms": 200}
    assert ops("0.1", **soft)[0].opacity == OPAQUE // 2
    assert {op.opacity for op in ops("0.99", **soft)} == {OPAQUE}
    assert {op.opacity for op in ops("1", **soft)} == {OPAQUE}
    assert ops("1.9", **soft)[0].opacity == OPAQUE // 2


def test_the_outline_of_the_said_word_does_not_cover_its_neighbours():
    found = ops("2.5", stroke_width=6)
    assert [op.fill is None for op in found] == [True, True, False, False]


def test_a_background_lies_around_the_page():
    box, *rest = ops("2.5", background_opacity=0.5, padding_x=20, padding_y=8)
    assert box.fill.color[3] == round(0.5 * 65535)
    assert all(box.bounds[0] < op.bounds[0] and op.bounds[2] < box.bounds[2] for op in rest)


def test_captions_come_from_a_subtitle_file(tmp_path):
    file = tmp_path / "film.srt"
    file.write_text("1\n00:00:01,000 --> 00:00:02,000\nHello there\n", "utf-8")
    assert sum(letters(ops("1.5", source=str(file))).values()) == 10


def test_a_missing_file_and_a_wrong_segment_are_told_with_their_place():
    with pytest.raises(FramekilnError, match=r"layers\[0\]\.source: .*gone\.srt does not exist"):
        scene_of(source="gone.srt")
    with pytest.raises(ValueError, match="ends before it begins"):
        scene_of(segments=[{"startMs": 5, "endMs": 4, "text": "x"}])


def test_a_word_without_ink_is_no_trouble():
    words = [{"startMs": 0, "endMs": 1000, "word": "\u200b"}, {"startMs": 1000, "endMs": 2000, "word": "seen"}]
    segments = [{"startMs": 0, "endMs": 2000, "words": words}]
    assert sum(letters(ops("0.5", segments=segments, font_family="DejaVu Sans")).values()) == 4
