from __future__ import annotations

from pathlib import Path

import pytest

from render_engine.text.fonts import FontLibrary, FontRequest
from render_engine.text.layout import Span, TextLayout, fit, layout

FONTS = Path(__file__).parents[1] / "fonts"
LIBRARY = FontLibrary({"Arabic": FONTS / "NotoNaskhArabic-subset.ttf", "Japanese": FONTS / "NotoSansCJKjp-subset.otf"})
MONO = FontRequest("JetBrains Mono")  # every letter is 0.6 em wide
INTER = FontRequest("Inter")


def mono(text: str, **options) -> TextLayout:
    """Ten pixels a letter."""
    return layout([Span(text, MONO, 100 / 6, options.pop("letter_spacing", 0.0))], LIBRARY, **options)


def shown(placed: TextLayout) -> list[str]:
    return [placed.text[line.start : line.end] for line in placed.lines]


def test_a_line_is_line_height_high_with_the_letters_in_the_middle():
    placed = layout([Span("Hp", INTER, 100)], LIBRARY, line_height=1.5)
    font = LIBRARY.find(INTER)
    ascent, descent = (100 * value / font.units_per_em for value in (font.ascent, font.descent))
    assert placed.height == pytest.approx(150)
    assert placed.lines[0].baseline == pytest.approx((150 - ascent - descent) / 2 + ascent)
    assert placed.glyphs[0].y == placed.lines[0].baseline


def test_lines_stand_one_line_height_apart():
    placed = layout([Span("a\nb\nc", INTER, 50)], LIBRARY, line_height=1.2)
    assert [line.baseline - placed.lines[0].baseline for line in placed.lines] == pytest.approx([0, 60, 120])


def test_the_largest_size_makes_the_line():
    placed = layout([Span("a", INTER, 20), Span("B", INTER, 80)], LIBRARY, line_height=1)
    assert placed.height == pytest.approx(80)
    assert len({glyph.y for glyph in placed.glyphs}) == 1


def test_an_emoji_leaves_the_line_as_high():
    assert mono("a😀").height == mono("aa").height


def test_lines_wrap_at_words_and_trailing_spaces_hang():
    placed = mono("aaa bbb   cc dd", width=70)
    assert shown(placed) == ["aaa bbb", "cc dd"]
    assert [line.width for line in placed.lines] == pytest.approx([70, 50])


def test_text_does_not_wrap_at_its_own_width():
    text = [Span("Pack my box with five dozen liquor jugs", INTER, 37.3)]
    assert len(layout(text, LIBRARY, width=layout(text, LIBRARY).width).lines) == 1


def test_a_word_wider_than_the_box_is_cut_between_graphemes():
    assert shown(mono("ab cdefghij k", width=40)) == ["ab", "cdef", "ghij", "k"]


def test_no_box_is_too_narrow():
    assert shown(mono("ab c", width=1)) == ["a", "b", "c"]


def test_a_soft_hyphen_is_seen_only_where_the_line_breaks():
    assert len(mono("ab\u00adcd").glyphs) == 4
    placed = mono("ab\u00adcd", width=30)
    assert [len(range(*line.glyphs)) for line in placed.lines] == [3, 2]


def test_hard_breaks_make_lines_and_empty_lines():
    assert shown(mono("a\n\nb\r\nc\n")) == ["a", "", "b", "c", ""]


def test_empty_text_is_one_empty_line():
    placed = mono("")
    assert (len(placed.lines), placed.width, placed.glyphs) == (1, 0, ())
    assert placed.height == pytest.approx(1.2 * 100 / 6)
    assert layout([], LIBRARY).height == 0


def test_japanese_breaks_between_characters_but_not_before_a_comma():
    placed = layout([Span("日本語、日本語", FontRequest("Japanese"), 10)], LIBRARY, width=30)
    assert shown(placed) == ["日本", "語、日", "本語"]


@pytest.mark.parametrize(("align", "x"), [("left", 0), ("start", 0), ("center", 35), ("right", 70), ("end", 70)])
def test_lines_are_aligned_in_their_box(align, x):
    placed = mono("abc", width=100, align=align)
    assert placed.lines[0].x == pytest.approx(x)
    assert placed.glyphs[0].x == pytest.approx(x)


def test_start_is_right_where_text_runs_to_the_left():
    placed = layout([Span("مرحبا", FontRequest("Arabic"), 20)], LIBRARY, width=200)
    assert placed.lines[0].x == pytest.approx(200 - placed.lines[0].width)


def test_spacing_does_not_shift_what_is_centred():
    placed = mono("abc", width=100, align="center", letter_spacing=5)
    left, right = placed.cells[0].x0, 100 - placed.cells[-1].x1
    assert left == pytest.approx(right)


def test_justified_lines_fill_the_box_but_the_last():
    placed = mono("aa bb cc dd", width=90, align="justify")
    assert [line.width for line in placed.lines] == pytest.approx([90, 20])
    assert [cell.x0 for cell in placed.cells if cell.line == 0 and cell.start in (0, 3, 6)] == pytest.approx(
        [0, 35, 70]
    )


def test_balanced_lines_are_as_many_and_more_even():
    text = "one two three four five"
    plain, balanced = mono(text, width=190), mono(text, width=190, wrap="balance")
    assert shown(plain) == ["one two three four", "five"]
    assert shown(balanced) == ["one two three", "four five"]


def test_unwrapped_text_stays_on_its_line():
    assert len(mono("aaa bbb ccc", width=20, wrap="none").lines) == 1


def test_too_many_lines_are_left_out_or_end_with_an_ellipsis():
    text = "aaa bbb ccc ddd"
    assert shown(mono(text, width=70, max_lines=1)) == ["aaa bbb"]
    assert shown(mono(text, width=70, max_lines=1, ellipsis=True)) == ["aaa bb…"]
    assert shown(mono(text, width=75, max_lines=2, ellipsis=True)) == ["aaa bbb", "ccc ddd"]


def test_an_unwrapped_line_is_cut_with_an_ellipsis():
    assert shown(mono("aaaa bbbb", width=60, wrap="none", ellipsis=True)) == ["aaaa…"]


def test_glyphs_know_their_grapheme_word_and_line():
    placed = mono("Hi you\nme", width=40)
    assert [(g.grapheme, g.word, g.line) for g in placed.glyphs] == [
        (0, 0, 0), (1, 0, 0), (3, 1, 1), (4, 1, 1), (5, 1, 1), (7, 2, 2), (8, 2, 2),
    ]  # fmt: skip
    assert (placed.graphemes, placed.words) == (9, 3)
    assert [range(*line.glyphs) for line in placed.lines] == [range(2), range(2, 5), range(5, 7)]


def test_a_range_has_one_box_a_line():
    placed = mono("aaa bbb ccc", width=70)
    boxes = placed.range_rects(2, 10)
    assert [(x0, x1) for x0, _, x1, _ in boxes] == [pytest.approx((20, 70)), pytest.approx((0, 20))]
    for (_, y0, _, y1), line in zip(boxes, placed.lines, strict=True):
        assert (y0, y1) == (line.baseline - line.ascent, line.baseline + line.descent)


def test_a_range_in_both_directions_has_a_box_for_each_part():
    placed = layout([Span("ab مر cd", INTER, 20)], LIBRARY, fallback=("Arabic",))
    assert len(placed.range_rects(0, 4)) == 2
    assert len(placed.range_rects(0, 8)) == 1


def test_the_largest_text_that_fits_is_found():
    spans = [Span("one two three", MONO, 10)]
    factor, placed = fit(spans, LIBRARY, width=78, height=60, line_height=1)
    # "three" is 5 × 0.6 em: 26 px wide letters fill 78 px; three lines of 20 px fill 60.
    assert factor == pytest.approx(2.0)
    assert shown(placed) == ["one", "two", "three"]


def test_fit_cuts_no_word_and_keeps_to_its_limits():
    word = [Span("incomprehensible", MONO, 10)]
    factor, placed = fit(word, LIBRARY, width=96, height=500)
    assert (factor, shown(placed)) == (pytest.approx(1.0), ["incomprehensible"])
    assert fit([Span("a", MONO, 10)], LIBRARY, width=500, height=500, max_size=30)[0] == pytest.approx(3)
    assert fit(word, LIBRARY, width=5, height=5, min_size=8)[0] == pytest.approx(0.8)


def test_a_long_text_is_cut_in_reasonable_steps():
    placed = mono("word " * 2000, width=500, wrap="none", ellipsis=True)
    assert placed.content_width <= 500
    assert placed.text.endswith("…")
