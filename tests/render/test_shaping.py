from __future__ import annotations

import random
from pathlib import Path

import bidi as reference
import pytest
from fontTools.ttLib import TTFont
from uniseg.linebreak import line_break_boundaries

from render_engine.errors import FontError
from render_engine.text.bidi import base_level, levels, visual_order
from render_engine.text.fonts import FontLibrary, FontRequest
from render_engine.text.layout import Span, layout
from render_engine.text.segments import graphemes, line_breaks, shows_emoji, words

ARABIC = Path(__file__).parents[1] / "fonts" / "NotoNaskhArabic-subset.ttf"
LIBRARY = FontLibrary({"Arabic": ARABIC})
INTER = FontRequest("Inter")
DEJAVU = FontRequest("DejaVu Sans", 700)


def set_text(text: str, font: FontRequest = INTER, size: float = 100, **options):
    spacing = options.pop("letter_spacing", 0.0)
    features = options.pop("features", ())
    return layout([Span(text, font, size, spacing, features)], LIBRARY, **options)


def advance(font: FontRequest, text: str) -> float:
    """Unkerned, in em, as fontTools reads it."""
    tables = TTFont(LIBRARY.find(font).path)
    names = [tables.getBestCmap()[ord(char)] for char in text]
    return sum(tables["hmtx"][name][0] for name in names) / tables["head"].unitsPerEm


def kerning(font: FontRequest, left: str, right: str) -> float:
    """What GPOS moves a pair together by, in em, as fontTools reads it."""
    tables = TTFont(LIBRARY.find(font).path)
    first, second = (tables.getBestCmap()[ord(char)] for char in (left, right))
    records = [r for r in tables["GPOS"].table.FeatureList.FeatureRecord if r.FeatureTag == "kern"]
    lookups = tables["GPOS"].table.LookupList.Lookup
    for index in records[0].Feature.LookupListIndex:
        for subtable in lookups[index].SubTable:
            pair = getattr(subtable, "ExtSubTable", subtable)
            if pair.LookupType != 2 or first not in pair.Coverage.glyphs:
                continue
            if pair.Format == 1:
                found = [r for r in pair.PairSet[pair.Coverage.glyphs.index(first)].PairValueRecord
                         if r.SecondGlyph == second]  # fmt: skip
                if found:
                    return found[0].Value1.XAdvance / tables["head"].unitsPerEm
            else:
                row = pair.Class1Record[pair.ClassDef1.classDefs.get(first, 0)]
                value = row.Class2Record[pair.ClassDef2.classDefs.get(second, 0)].Value1
                return (value.XAdvance if value else 0) / tables["head"].unitsPerEm
    return 0.0


@pytest.mark.parametrize("font", [INTER, FontRequest("JetBrains Mono"), FontRequest("Instrument Serif", italic=True)])
def test_advances_are_the_fonts_own(font):
    assert set_text("nnnn", font).width == pytest.approx(100 * advance(font, "nnnn"))


@pytest.mark.parametrize("font", [INTER, FontRequest("DM Sans", 700), FontRequest("Space Grotesk")])
@pytest.mark.parametrize("pair", ["AV", "To", "nn"])
def test_pairs_are_kerned(font, pair):
    assert set_text(pair, font).width == pytest.approx(100 * (advance(font, pair) + kerning(font, *pair)))


def test_kerning_goes_across_a_change_of_style():
    parts = layout([Span("A", INTER, 100, style=0), Span("V", INTER, 100, style=1)], LIBRARY)
    whole = set_text("AV")
    assert [glyph.x for glyph in parts.glyphs] == [glyph.x for glyph in whole.glyphs]
    assert [glyph.style for glyph in parts.glyphs] == [0, 1]
    assert kerning(INTER, "A", "V") < 0


def test_shaping_does_not_depend_on_the_size():
    assert set_text("Wave", size=10).width * 7 == pytest.approx(set_text("Wave", size=70).width)


def test_a_ligature_is_one_glyph_and_spaced_letters_are_not():
    assert len(set_text("fi", DEJAVU).glyphs) == 1
    assert len(set_text("fi", DEJAVU, letter_spacing=2).glyphs) == 2
    assert len(set_text("fi", DEJAVU, features=(("liga", 0),)).glyphs) == 2


def test_a_ligature_shares_its_width_among_its_letters():
    one, two = set_text("fi", DEJAVU).cells
    assert one.x1 == pytest.approx(two.x0)
    assert one.x1 - one.x0 == pytest.approx(two.x1 - two.x0)
    assert (one.start, two.start) == (0, 1)


def test_tabular_figures_are_all_as_wide():
    assert set_text("111").width < set_text("000").width
    tabular = (("tnum", 1),)
    assert set_text("111", features=tabular).width == set_text("000", features=tabular).width


def test_letter_spacing_is_not_counted_after_the_last_letter():
    assert set_text("nnn", letter_spacing=10).width == pytest.approx(set_text("nnn").width + 20)


def test_accents_compose():
    assert [g.gid for g in set_text("e\u0301").glyphs] == [g.gid for g in set_text("é").glyphs]


def test_arabic_runs_right_to_left_and_joins():
    arabic = FontRequest("Arabic")
    glyphs = set_text("مرحبا", arabic).glyphs
    assert [glyph.grapheme for glyph in glyphs] == [4, 3, 2, 1, 0]
    alone = {set_text(letter, arabic).glyphs[0].gid for letter in "مرحبا"}
    assert sum(glyph.gid in alone for glyph in glyphs) < len(glyphs)


def test_arabic_joins_across_a_change_of_size():
    arabic = FontRequest("Arabic")
    parts = layout([Span("مر", arabic, 100), Span("حبا", arabic, 120)], LIBRARY)
    whole = set_text("مرحبا", arabic)
    assert [glyph.gid for glyph in parts.glyphs] == [glyph.gid for glyph in whole.glyphs]


def test_directions_mix_in_a_line():
    text = "abc مرحبا def"
    placed = sorted(set_text(text, fallback=("Arabic",)).cells, key=lambda cell: cell.x0)
    assert "".join(text[cell.start] for cell in placed) == "abc ابحرم def"


def test_brackets_are_mirrored_in_right_to_left_text():
    arabic = FontRequest("Arabic")
    left, right = (
        min(set_text("(مرحبا)", arabic, fallback=("Inter",)).glyphs, key=lambda g: sign * g.x) for sign in (1, -1)
    )
    opening, closing = set_text("()", direction="ltr").glyphs
    assert (left.gid, right.gid) == (opening.gid, closing.gid)
    assert left.grapheme == 6  # the closing bracket, drawn as an opening one


def test_levels_agree_with_another_implementation():
    pick = random.Random(7)
    for alphabet in ("ab אב 12", "ab אב 12()[],.-+%", "ab عب 12 ١٢ ()"):
        for _ in range(500):
            text = "".join(pick.choice(alphabet) for _ in range(pick.randint(1, 14))).rstrip()
            order = visual_order(levels(text, base_level(text)))
            assert "".join(text[at] for at in order) == reference.get_display(text), repr(text)


def test_an_isolate_keeps_what_it_holds_together():
    text = "a \u2067אב 12\u2069 b"
    assert levels(text, 0)[3:8] == (1, 1, 1, 2, 2)


def test_plain_words_break_where_uax_14_says():
    pick = random.Random(3)
    for _ in range(500):
        text = "".join(pick.choice("ab1éλЯ'' ,.;:!?") for _ in range(pick.randint(1, 20)))
        assert line_breaks(text) == {*line_break_boundaries(text), len(text)}, repr(text)


def test_european_letters_break_where_uax_14_says():
    for letter in map(chr, range(0xC0, 0x500, 5)):
        text = f"a{letter}b 1{letter}2 {letter}, {letter}.{letter} '{letter}! {letter}"
        assert line_breaks(text) == {*line_break_boundaries(text), len(text)}, hex(ord(letter))


def test_a_grapheme_is_what_a_reader_calls_a_character():
    assert len(graphemes("é👨‍👩‍👧🇫🇷1️⃣👍🏽")) - 1 == 5


def test_words_keep_their_punctuation_and_unspaced_scripts_break():
    assert words("Hello, it's  well-known.") == (0, 7, 13)
    assert words("日本語 ok") == (0, 1, 2, 4)


@pytest.mark.parametrize("text", ["😀", "👍🏽", "👨‍👩‍👧", "🇫🇷", "1️⃣", "❤️"])
def test_an_emoji_is_one_coloured_glyph(text):
    (glyph,) = set_text(text).glyphs
    assert glyph.color
    assert glyph.font == LIBRARY.find(FontRequest("Noto Color Emoji")).hash


@pytest.mark.parametrize("text", ["1", "#", "©", "😀\ufe0e"])
def test_what_is_text_asks_for_no_colour(text):
    assert not shows_emoji(text)


def test_digits_stay_text_beside_an_emoji():
    assert [glyph.color for glyph in set_text("1😀2").glyphs] == [False, True, False]


def test_a_missing_glyph_is_an_error_that_names_it():
    with pytest.raises(FontError) as told:
        set_text("ok 猫")
    for part in ("U+732B", "CJK UNIFIED IDEOGRAPH", "“Inter”", "fallback"):
        assert part in str(told.value)


def test_fallback_is_only_to_what_is_listed():
    glyphs = set_text("a م", fallback=("Arabic",)).glyphs
    assert [glyph.font for glyph in glyphs] == [LIBRARY.find(INTER).hash, LIBRARY.find(FontRequest("Arabic")).hash]
