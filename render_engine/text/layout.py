"""Text becomes glyphs at places: wrapped, aligned, in both directions, with the vertical measures of CSS."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from render_engine.text.ellipsis import ended_early
from render_engine.text.fonts import FontLibrary
from render_engine.text.paragraph import Cluster, Direction, Piece, Rules, ShapedLine, Span, SpannedText, Wrap, is_gap
from render_engine.text.placed import Cell, Glyph, Line, TextLayout
from render_engine.text.segments import graphemes, words
from render_engine.text.shaping import FontChooser

__all__ = ["Align", "Cell", "Direction", "Glyph", "Line", "Span", "TextLayout", "Wrap", "fit", "layout", "widest_word"]

Align = Literal["left", "center", "right", "justify", "start", "end"]


def layout(
    spans: Sequence[Span],
    library: FontLibrary,
    *,
    width: float | None = None,
    align: Align = "start",
    line_height: float = 1.2,
    direction: Direction = "auto",
    max_lines: int | None = None,
    ellipsis: bool = False,
    wrap: Wrap = "word",
    fallback: tuple[str, ...] = (),
) -> TextLayout:
    """Lays text out in a box `width` px wide, or as wide as its text. `line_height` is a multiple of the size. A word
    wider than the box is cut between graphemes. `ellipsis` ends a text with … that `max_lines` or, unwrapped,
    `width` cuts."""
    if not spans:
        return TextLayout((), (), (), width or 0.0, 0.0, 0.0, 0, 0, "")
    rules = Rules(FontChooser(library, fallback), width, direction, wrap, inside_words=True)
    return _Setter(SpannedText(spans), rules, align, line_height).lay_out(max_lines, ellipsis)


def widest_word(
    spans: Sequence[Span], library: FontLibrary, *, direction: Direction = "auto", fallback: tuple[str, ...] = ()
) -> float:
    """The least width, in px, at which no word is cut."""
    if not spans:
        return 0.0
    rules = Rules(FontChooser(library, fallback), 0.0, direction, "word", inside_words=False)
    return _Setter(SpannedText(spans), rules, "start", 1.2).lay_out(None, ellipsis=False).content_width


def fit(
    spans: Sequence[Span],
    library: FontLibrary,
    *,
    width: float,
    height: float,
    min_size: float = 1.0,
    max_size: float | None = None,
    align: Align = "start",
    line_height: float = 1.2,
    direction: Direction = "auto",
    max_lines: int | None = None,
    wrap: Wrap = "word",
    fallback: tuple[str, ...] = (),
) -> tuple[float, TextLayout]:
    """The largest text that fits a box with no word cut, as a factor on the spans' sizes and its layout.

    The first span's size is tried in steps of 0.25 px; a text that does not fit at `min_size` is returned at that
    size, and sticks out.
    """
    base = spans[0].size
    rules = Rules(FontChooser(library, fallback), width, direction, wrap, inside_words=False)

    def at(step: int) -> TextLayout:
        factor = step / 4 / base
        scaled = [replace(s, size=s.size * factor, letter_spacing=s.letter_spacing * factor) for s in spans]
        return _Setter(SpannedText(scaled), rules, align, line_height).lay_out(None, ellipsis=False)

    def fits(step: int) -> bool:
        tried = at(step)
        few = max_lines is None or len(tried.lines) <= max_lines
        return few and tried.height <= height + 1e-6 and tried.content_width <= width + 1e-6

    low = max(round(min_size * 4), 1)
    high = max(int((max_size or height / line_height) * 4), low)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low / 4 / base, at(low)


class _Setter:
    """Puts shaped lines under each other, and counts graphemes and words as it goes."""

    def __init__(self, whole: SpannedText, rules: Rules, align: Align, line_height: float) -> None:
        self.whole, self.rules, self.align, self.line_height = whole, rules, align, line_height
        self.text = whole.text
        self.graphemes = graphemes(self.text)
        self.words = words(self.text)
        self.glyphs: list[Glyph] = []
        self.cells: list[Cell] = []
        self.lines: list[Line] = []

    def lay_out(self, max_lines: int | None, ellipsis: bool) -> TextLayout:
        lines = [(paragraph, *line) for paragraph in self.whole.paragraphs(self.rules) for line in paragraph.lines()]
        cut = ended_early(self.whole, lines, max_lines, self.rules) if ellipsis else None
        if cut is not None:
            return _Setter(cut, self.rules, self.align, self.line_height).lay_out(max_lines, ellipsis=False)
        shaped = [paragraph.shape_line(start, end) for paragraph, start, end in lines[:max_lines]]
        content = max(line.width for line in shaped)
        box = content if self.rules.width is None else self.rules.width
        top = 0.0
        for line in shaped:
            top = self._place(line, box, top)
        return TextLayout(
            tuple(self.glyphs), tuple(self.cells), tuple(self.lines), box, top, content,
            len(self.graphemes) - 1, len(self.words), self.text,
        )  # fmt: skip

    def _place(self, line: ShapedLine, box: float, top: float) -> float:
        """Puts a line under those before it, and gives its lower edge."""
        gaps = line.gaps() if self.align == "justify" and not line.last else []
        gap = max(box - line.width, 0.0) / len(gaps) if gaps else 0.0
        width = line.width + gap * len(gaps)
        left = _offset(self.align, line.paragraph.base, box - width)
        ascent, descent, above, below = self._vertical(line)
        baseline = top + above
        start, index, first = line.paragraph.start, len(self.lines), len(self.glyphs)
        for piece in line.pieces:
            self._add_glyph(piece, start, index, left + gap * bisect_left(gaps, piece.x), baseline)
        for cluster in line.clusters:
            self._add_cells(cluster, start, index, left + gap * bisect_left(gaps, cluster.x0), gap)
        self.lines.append(
            Line(start + line.start, start + line.end, left, width, top, baseline, baseline + below, ascent, descent,
                 (first, len(self.glyphs)))
        )  # fmt: skip
        return baseline + below

    def _vertical(self, line: ShapedLine) -> tuple[float, float, float, float]:
        """Ascent and descent of the line's fonts, and how far its box reaches above and below the baseline: each
        span is line_height high, with half of what its font leaves above and half below."""
        start = line.paragraph.start
        first, last = (
            self.whole.index_at(start + line.start),
            self.whole.index_at(start + max(line.end - 1, line.start)),
        )
        measures = []
        for span in self.whole.spans[first : last + 1]:
            font = self.rules.chooser.primary(span.font)
            ascent, descent = (value * span.size / font.units_per_em for value in (font.ascent, font.descent))
            leading = (self.line_height * span.size - ascent - descent) / 2
            measures.append((ascent, descent, ascent + leading, descent + leading))
        ascent, descent, above, below = (max(values) for values in zip(*measures, strict=True))
        return ascent, descent, above, below

    def _add_glyph(self, piece: Piece, start: int, line: int, left: float, baseline: float) -> None:
        font, offset = piece.run.font, start + piece.cluster
        color = font.is_color(piece.gid)
        if not color and not font.outline(piece.gid):
            return  # a space, or what joins others and is not seen
        span = self.whole.span_at(offset)
        self.glyphs.append(
            Glyph(font.hash, piece.gid, span.size, left + piece.x, baseline + piece.y, piece.advance,
                  self._grapheme(offset), self._word(offset), line, span.style, color)
        )  # fmt: skip

    def _add_cells(self, cluster: Cluster, start: int, line: int, left: float, gap: float) -> None:
        """A cluster of several graphemes, a ligature, is shared out evenly."""
        first, last = self._grapheme(start + cluster.start), self._grapheme(start + cluster.end - 1)
        stretched = gap if is_gap(self.text[start + cluster.start]) else 0.0
        step = (cluster.x1 - cluster.x0 - cluster.spacing + stretched) / (last - first + 1)
        order = range(last, first - 1, -1) if cluster.rtl else range(first, last + 1)
        for place, grapheme in enumerate(order):
            x = left + cluster.x0 + place * step
            begin, end = self.graphemes[grapheme : grapheme + 2]
            self.cells.append(Cell(begin, end, line, x, x + step, grapheme, self._word(begin)))

    def _grapheme(self, offset: int) -> int:
        return bisect_right(self.graphemes, offset) - 1

    def _word(self, offset: int) -> int:
        return max(bisect_right(self.words, offset) - 1, 0)


def _offset(align: Align, base: int, room: float) -> float:
    sides = {"start": "right" if base else "left", "end": "left" if base else "right"}
    side = sides.get("start" if align == "justify" else align, align)
    return {"left": 0.0, "center": room / 2, "right": room}[side]
