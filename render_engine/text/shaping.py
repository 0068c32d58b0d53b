"""From characters to glyphs: which font draws each grapheme, and where HarfBuzz puts the glyphs.

Shaping happens in font units, so one result serves every size and is kept. Fallback is only ever to the fonts that
the document lists, and to the bundled colour emoji for emoji: a character that none of them has is an error.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import uharfbuzz as hb

from render_engine.errors import FontError
from render_engine.text.face import Font, hb_font
from render_engine.text.fonts import EMOJI, FontLibrary, FontRequest
from render_engine.text.segments import graphemes, may_be_emoji, script, shows_emoji

Features = tuple[tuple[str, int], ...]
_CONTEXT = 5  # characters either side that HarfBuzz looks at to join letters
_DRAWN_AS = {"\u2011": "\u2010"}  # HarfBuzz draws a non-breaking hyphen as a hyphen where a font has only that


class ShapedGlyph(NamedTuple):
    """In font units, y upwards. `cluster` is the offset of its first character in the text that was shaped."""

    gid: int
    cluster: int
    advance: int
    x: int
    y: int


class Run(NamedTuple):
    """A stretch of a paragraph that is shaped whole: one font, one direction, one script, one format."""

    start: int
    end: int
    font: Font
    level: int
    script: str
    format: int


class FontChooser:
    """Chooses among a span's font, the document's fallbacks and colour emoji, for a grapheme at a time."""

    def __init__(self, library: FontLibrary, fallback: Sequence[str]) -> None:
        self._library = library
        self._fallback = tuple(fallback)
        self._chosen: dict[tuple[str, FontRequest | Font], Font] = {}

    def choose(self, grapheme: str, wanted: FontRequest | Font) -> Font:
        key = (grapheme, wanted)
        if key not in self._chosen:
            self._chosen[key] = self._choose(grapheme, wanted)
        return self._chosen[key]

    def primary(self, wanted: FontRequest | Font) -> Font:
        return wanted if isinstance(wanted, Font) else self._library.find(wanted)

    def _choose(self, grapheme: str, wanted: FontRequest | Font) -> Font:
        primary = self.primary(wanted)
        request = FontRequest(primary.family, primary.weight, primary.italic)
        fonts = [primary, *(self._library.fallback(family, request) for family in self._fallback)]
        if shows_emoji(grapheme):
            fonts = [self._library.fallback(EMOJI, request), *fonts]
        elif may_be_emoji(grapheme):
            fonts = [*fonts, self._library.fallback(EMOJI, request)]
        for font in fonts:
            if _draws(font, grapheme):
                return font
        raise FontError(_no_glyph(grapheme, fonts))


def runs(
    text: str, formats: Sequence[int], wanted: Sequence[FontRequest | Font], levels: Sequence[int], chooser: FontChooser
) -> list[Run]:
    """Cuts a paragraph into what can be shaped whole. `formats` gives each character's format, an index into
    `wanted`."""
    scripts = _scripts(text)
    found: list[Run] = []
    bounds = graphemes(text)
    for start, end in pairwise(bounds):
        font = chooser.choose(text[start:end], wanted[formats[start]])
        run = Run(start, end, font, levels[start], scripts[start], formats[start])
        if found and found[-1][2:] == run[2:]:
            found[-1] = found[-1]._replace(end=end)
        else:
            found.append(run)
    return found


def shape(text: str, start: int, end: int, run: Run, features: Features) -> tuple[ShapedGlyph, ...]:
    """The glyphs of text[start:end] from left to right, letters joined to their neighbours in `text`; clusters
    count from `start`."""
    before, after = text[max(start - _CONTEXT, 0) : start], text[end : end + _CONTEXT]
    return _shape(run.font, before, text[start:end], after, run.script, run.level % 2 == 1, features)


@lru_cache(maxsize=4096)
def _shape(font: Font, before: str, text: str, after: str, script: str, rtl: bool, features: Features
           ) -> tuple[ShapedGlyph, ...]:  # fmt: skip
    buffer = hb.Buffer()
    buffer.add_str((before + text + after).replace("\t", " "), len(before), len(text))
    buffer.direction = "rtl" if rtl else "ltr"
    buffer.script = script
    buffer.language = "und"  # guessing would take it from the machine's locale
    hb.shape(hb_font(font), buffer, dict(features))
    shaped = tuple(
        ShapedGlyph(info.codepoint, info.cluster - len(before), at.x_advance, at.x_offset, at.y_offset)
        for info, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
    )
    for glyph in shaped:
        if glyph.gid == 0:
            raise FontError(_no_glyph(text[glyph.cluster :][:1], [font]))
    return shaped


def _scripts(text: str) -> list[str]:
    """Each character's script; what belongs to every script goes with what stands before it, or after it."""
    own = [script(char) for char in text]
    last = next((code for code in own if code), "Zyyy")
    scripts = []
    for code in own:
        last = code or last
        scripts.append(last)
    return scripts


def _draws(font: Font, grapheme: str) -> bool:
    return _has_all(font, grapheme) or _has_all(font, unicodedata.normalize("NFC", grapheme))


def _has_all(font: Font, grapheme: str) -> bool:
    return all(_has(font, char) for char in grapheme)


def _has(font: Font, char: str) -> bool:
    if font.has(ord(char)):
        return True
    kind = unicodedata.category(char)
    if kind == "Zs" or char == "\t":
        return font.has(0x20)
    if kind == "Cf" or unicodedata.name(char, "").startswith("VARIATION SELECTOR"):
        return True  # drawn as nothing
    return char in _DRAWN_AS and font.has(ord(_DRAWN_AS[char]))


def _no_glyph(grapheme: str, fonts: Sequence[Font]) -> str:
    missing = next((char for char in grapheme if not any(_has(font, char) for font in fonts)), grapheme[0])
    name = unicodedata.name(missing, "a control character")
    shown = f" “{missing}”" if missing.isprintable() else ""
    tried = ", ".join(dict.fromkeys(f"“{font.family}”" for font in fonts))
    return (
        f"No font here can draw{shown} U+{ord(missing):04X} ({name}); tried {tried}. "
        "Name a font file that has it in the document's fonts, and use it as the family or as a fallback."
    )
