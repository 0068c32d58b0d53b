"""Text becomes glyphs at places: wrapped, aligned, in both directions, with the vertical measures of CSS.

A layout is in pixels, y downwards, from the top left corner of its box. Every glyph carries the index of its
grapheme, word and line, in reading order, for animators; every grapheme has a cell, for what is drawn behind or under
a range of text. Positions come from whole shaped lines: moving a letter keeps its kerning.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Literal, NamedTuple

from render_engine.text import bidi
from render_engine.text.fonts import Font, FontLibrary, FontRequest
from render_engine.text.lines import Measured, balance_lines, break_lines
from render_engine.text.segments import graphemes, is_space, line_breaks, paragraphs, words
from render_engine.text.shaping import Features, FontChooser, Run, runs, shape

Align = Literal["left", "center", "right", "justify", "start", "end"]
Direction = Literal["auto", "ltr", "rtl"]
Wrap = Literal["word", "none", "balance"]
ELLIPSIS = "…"
SOFT_HYPHEN = "\u00ad"
_NO_LIGATURES: Features = (("liga", 0), ("clig", 0))  # letters that are spaced apart are not drawn as one


@dataclass(frozen=True)
class Span:
    text: str
    font: FontRequest | Font
    size: float  # px an em
    letter_spacing: float = 0.0  # px after each grapheme but a line's last
    features: Features = ()  # (("tnum", 1),)
    style: int = 0  # carried through to the glyphs: the caller's index of colours, strokes, …


@dataclass(frozen=True, slots=True)
class Glyph:
    font: str  # the font's hash
    gid: int
    size: float
    x: float  # the glyph's origin; y is on the baseline
    y: float
    advance: float
    grapheme: int
    word: int
    line: int
    style: int
    color: bool  # drawn with its own colours: Font.color_bitmap or Font.color_layers


@dataclass(frozen=True, slots=True)
class Cell:
    """The place of one grapheme in its line; those of a line stand from left to right."""

    start: int  # offsets in the text
    end: int
    line: int
    x0: float
    x1: float
    grapheme: int
    word: int


@dataclass(frozen=True)
class Line:
    start: int  # offsets in the text; what hangs or breaks the line lies between one line's end and the next's start
    end: int
    x: float
    width: float
    top: float  # of the line's box, which is line_height high
    baseline: float
    bottom: float
    ascent: float  # of the fonts, from the baseline
    descent: float
    glyphs: tuple[int, int]  # the range of its glyphs


@dataclass(frozen=True)
class TextLayout:
    glyphs: tuple[Glyph, ...]
    cells: tuple[Cell, ...]
    lines: tuple[Line, ...]
    width: float  # the box: what was asked, else the widest line
    height: float
    content_width: float  # the widest line
    graphemes: int
    words: int
    text: str

    def range_rects(self, start: int, end: int) -> list[tuple[float, float, float, float]]:
        """The boxes (x0, y0, x1, y1) around text[start:end], from ascent to descent, left to right, line by line;
        several in a line where both directions meet in the range."""
        rects: list[tuple[float, float, float, float]] = []
        previous = -2
        for at, cell in enumerate(self.cells):
            if cell.end <= start or cell.start >= end:
                continue
            line = self.lines[cell.line]
            if previous == at - 1 and self.cells[previous].line == cell.line:
                rects[-1] = (*rects[-1][:2], cell.x1, rects[-1][3])
            else:
                rects.append((cell.x0, line.baseline - line.ascent, cell.x1, line.baseline + line.descent))
            previous = at
        return rects


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
    rules = _Rules(width, align, line_height, direction, wrap, inside_words=True)
    return _Setter(spans, library, fallback, rules).lay_out(max_lines, ellipsis)


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
    rules = _Rules(width, align, line_height, direction, wrap, inside_words=False)

    def at(step: int) -> TextLayout:
        factor = step / 4 / base
        scaled = [replace(s, size=s.size * factor, letter_spacing=s.letter_spacing * factor) for s in spans]
        return _Setter(scaled, library, fallback, rules).lay_out(None, ellipsis=False)

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


@dataclass(frozen=True)
class _Rules:
    width: float | None
    align: Align
    line_height: float
    direction: Direction
    wrap: Wrap
    inside_words: bool


class _Piece(NamedTuple):
    """One glyph of a line, in px from the line's left end; `cluster` is an offset in the paragraph."""

    run: Run
    gid: int
    cluster: int
    x: float
    y: float
    advance: float


class _Cluster(NamedTuple):
    """The graphemes that one or more glyphs draw together: text[start:end] of the paragraph."""

    start: int
    end: int
    x0: float
    x1: float
    rtl: bool
    spacing: float


class _Setter:
    """Lays out one text; it holds what each step looks up: spans by offset, indices of graphemes and words."""

    def __init__(self, spans: Sequence[Span], library: FontLibrary, fallback: tuple[str, ...], rules: _Rules) -> None:
        self.spans = [span for span in spans if span.text] or list(spans[:1])
        self.text = "".join(span.text for span in self.spans)
        self.starts = list(accumulate((len(span.text) for span in self.spans[:-1]), initial=0))
        self.chooser = FontChooser(library, fallback)
        self.library, self.fallback, self.rules = library, fallback, rules
        self.graphemes = graphemes(self.text)
        self.words = words(self.text)
        self.glyphs: list[Glyph] = []
        self.cells: list[Cell] = []
        self.lines: list[Line] = []

    def lay_out(self, max_lines: int | None, ellipsis: bool) -> TextLayout:
        if not self.spans:
            return TextLayout((), (), (), self.rules.width or 0.0, 0.0, 0.0, 0, 0, "")
        texts = [_Paragraph(self, start, end) for start, end in paragraphs(self.text)]
        lines = [(paragraph, *line) for paragraph in texts for line in paragraph.lines()]
        if ellipsis and (cut := _cut_for_ellipsis(lines, max_lines, self)) is not None:
            return _Setter(cut, self.library, self.fallback, self.rules).lay_out(max_lines, ellipsis=False)
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

    def span_at(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def _place(self, line: _ShapedLine, box: float, top: float) -> float:
        """Puts a line under those before it, and gives its lower edge."""
        gap = self._gap(line, box)
        width = line.width + gap * line.gaps
        left = _offset(self.rules.align, line.paragraph.base, box - width)
        ascent, descent, above, below = self._vertical(line)
        baseline = top + above
        start, index, first = line.paragraph.start, len(self.lines), len(self.glyphs)
        for piece in line.pieces:
            self._add_glyph(piece, start, index, left + gap * line.gaps_before(piece.x), baseline)
        for cluster in line.clusters:
            self._add_cells(cluster, start, index, left + gap * line.gaps_before(cluster.x0), gap)
        self.lines.append(
            Line(start + line.start, start + line.end, left, width, top, baseline, baseline + below, ascent, descent,
                 (first, len(self.glyphs)))
        )  # fmt: skip
        return baseline + below

    def _gap(self, line: _ShapedLine, box: float) -> float:
        justified = self.rules.align == "justify" and not line.last and line.gaps
        return max(box - line.width, 0.0) / line.gaps if justified else 0.0

    def _vertical(self, line: _ShapedLine) -> tuple[float, float, float, float]:
        """Ascent and descent of the line's fonts, and how far its box reaches above and below the baseline: each
        span is line_height high, with half of what its font leaves above and half below."""
        first = self.span_at(line.paragraph.start + line.start)
        last = self.span_at(max(line.paragraph.start + line.end - 1, 0)) if line.end > line.start else first
        measures = []
        for span in self.spans[first : last + 1]:
            font = self.chooser.primary(span.font)
            ascent, descent = (value * span.size / font.units_per_em for value in (font.ascent, font.descent))
            leading = (self.rules.line_height * span.size - ascent - descent) / 2
            measures.append((ascent, descent, ascent + leading, descent + leading))
        ascent, descent, above, below = (max(values) for values in zip(*measures, strict=True))
        return ascent, descent, above, below

    def _add_glyph(self, piece: _Piece, start: int, line: int, left: float, baseline: float) -> None:
        offset = start + piece.cluster
        if self.text[offset].isspace():
            return
        span = self.spans[self.span_at(offset)]
        font = piece.run.font
        self.glyphs.append(
            Glyph(font.hash, piece.gid, span.size, left + piece.x, baseline + piece.y, piece.advance,
                  self._grapheme(offset), self._word(offset), line, span.style, font.is_color(piece.gid))
        )  # fmt: skip

    def _add_cells(self, cluster: _Cluster, start: int, line: int, left: float, gap: float) -> None:
        """A cluster of several graphemes, a ligature, is shared out evenly."""
        first, last = self._grapheme(start + cluster.start), self._grapheme(start + cluster.end - 1)
        stretched = gap if _is_gap(self.text[start + cluster.start]) else 0.0
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


class _Paragraph:
    """Text between two hard breaks: its runs, and how wide its graphemes are."""

    def __init__(self, setter: _Setter, start: int, end: int) -> None:
        self.setter, self.start = setter, start
        self.text = setter.text[start:end]
        given = {"ltr": 0, "rtl": 1}
        self.base = given.get(setter.rules.direction, bidi.base_level(self.text))
        self.formats, wanted = _formats(setter, start, end)
        levels = bidi.levels(self.text, self.base)
        self.runs = runs(self.text, self.formats, wanted, levels, setter.chooser)
        self.bounds = graphemes(self.text)

    def lines(self) -> list[tuple[int, int]]:
        """The start and end of each line, in graphemes."""
        rules, count = self.setter.rules, len(self.bounds) - 1
        if rules.width is None or rules.wrap == "none" or not count:
            return [(0, count)]
        break_with = balance_lines if rules.wrap == "balance" else break_lines
        return break_with(self.measured(), rules.width, inside_words=rules.inside_words)

    def measured(self) -> Measured:
        advances = [0.0] * (len(self.bounds) - 1)
        for cluster in _shape_pieces(self, 0, len(self.text), self.text)[1]:
            inside = range(bisect_right(self.bounds, cluster.start) - 1, bisect_right(self.bounds, cluster.end - 1))
            for grapheme in inside:
                advances[grapheme] = (cluster.x1 - cluster.x0) / len(inside)
        breaks = line_breaks(self.text)
        return Measured(
            advances,
            [self.span(at).letter_spacing for at in self.bounds[:-1]],
            [is_space(self.text[at]) for at in self.bounds[:-1]],
            [end in breaks for end in self.bounds[1:]],
        )

    def shape_line(self, first: int, last: int) -> _ShapedLine:
        """Shapes the visible part of a line on its own: nothing joins or kerns across its ends."""
        start, end = self.bounds[first], self.bounds[last]
        last_of_all = end == len(self.text)
        while end > start and is_space(self.text[end - 1]):
            end -= 1
        text = self.text[:end]
        if text.endswith(SOFT_HYPHEN) and not last_of_all:
            text = text[:-1] + "-"
        pieces, clusters = _shape_pieces(self, start, end, text)
        width = clusters[-1].x1 - clusters[-1].spacing if clusters else 0.0
        gaps = [cluster.x0 for cluster in clusters if _is_gap(self.text[cluster.start])]
        return _ShapedLine(self, start, end, pieces, clusters, width, gaps, last_of_all)

    def span(self, offset: int) -> Span:
        return self.setter.spans[self.setter.span_at(self.start + offset)]


@dataclass(frozen=True)
class _ShapedLine:
    paragraph: _Paragraph
    start: int  # offsets in the paragraph, of what is seen
    end: int
    pieces: list[_Piece]
    clusters: list[_Cluster]  # from left to right
    width: float
    gap_places: list[float]
    last: bool

    @property
    def gaps(self) -> int:
        return len(self.gap_places)

    def gaps_before(self, x: float) -> int:
        return sum(place < x for place in self.gap_places) if self.gap_places else 0


def _formats(setter: _Setter, start: int, end: int) -> tuple[list[int], list[FontRequest | Font]]:
    """Each character's format: spans that differ only in style share one, so that they are shaped together."""
    kinds: dict[tuple[FontRequest | Font, float, float, Features], int] = {}
    formats = []
    for offset in range(start, end):
        span = setter.spans[setter.span_at(offset)]
        key = (span.font, span.size, span.letter_spacing, span.features)
        formats.append(kinds.setdefault(key, len(kinds)))
    return formats, [font for font, *_ in kinds]


def _shape_pieces(paragraph: _Paragraph, start: int, end: int, text: str) -> tuple[list[_Piece], list[_Cluster]]:
    """text[start:end] as glyphs and clusters from left to right, starting at x = 0."""
    inside = [
        run._replace(start=max(run.start, start), end=min(run.end, end))
        for run in paragraph.runs
        if run.start < end and run.end > start
    ]
    pieces: list[_Piece] = []
    clusters: list[_Cluster] = []
    x = 0.0
    for index in bidi.visual_order([run.level for run in inside]):
        run = inside[index]
        span = paragraph.span(run.start)
        features = span.features + (_NO_LIGATURES if span.letter_spacing else ())
        scale = span.size / run.font.units_per_em
        shaped = shape(text, run.start, run.end, run, features)
        ends = _cluster_ends(run, [glyph.cluster for glyph in shaped])
        for at, glyph in enumerate(shaped):
            cluster = run.start + glyph.cluster
            last_of_cluster = at + 1 == len(shaped) or shaped[at + 1].cluster != glyph.cluster
            spacing = span.letter_spacing * paragraph_graphemes(paragraph, cluster, ends[cluster])
            advance = glyph.advance * scale + (spacing if last_of_cluster else 0.0)
            pieces.append(_Piece(run, glyph.gid, cluster, x + glyph.x * scale, -glyph.y * scale, advance))
            if at and shaped[at - 1].cluster == glyph.cluster:
                clusters[-1] = clusters[-1]._replace(x1=x + advance)
            else:
                rtl = run.level % 2 == 1
                clusters.append(_Cluster(cluster, ends[cluster], x, x + advance, rtl, span.letter_spacing))
            x += advance
    return pieces, clusters


def paragraph_graphemes(paragraph: _Paragraph, start: int, end: int) -> int:
    return bisect_right(paragraph.bounds, end - 1) - bisect_right(paragraph.bounds, start) + 1


def _cluster_ends(run: Run, starts: Sequence[int]) -> dict[int, int]:
    bounds = [*sorted({run.start + start for start in starts}), run.end]
    return dict(pairwise(bounds))


def _is_gap(char: str) -> bool:
    return char in " \u00a0"


def _offset(align: Align, base: int, room: float) -> float:
    sides = {"start": "right" if base else "left", "end": "left" if base else "right"}
    side = sides.get("start" if align == "justify" else align, align)
    return {"left": 0.0, "center": room / 2, "right": room}[side]


def _cut_for_ellipsis(
    lines: Sequence[tuple[_Paragraph, int, int]], max_lines: int | None, setter: _Setter
) -> list[Span] | None:
    """The spans that end with … where lines are too many, or one that may not wrap is too long."""
    width = setter.rules.width
    if max_lines is not None and len(lines) > max_lines:
        paragraph, start, end = lines[max_lines - 1]
    elif width is not None and setter.rules.wrap == "none" and lines[-1][0].shape_line(*lines[-1][1:]).width > width:
        paragraph, start, end = lines[-1]
    else:
        return None
    for cut in range(end, start - 1, -1):
        spans = _ended_at(setter, paragraph.start + paragraph.bounds[cut])
        tail = _Setter(spans, setter.library, setter.fallback, replace(setter.rules, wrap="none"))
        *_, last = paragraphs(tail.text)
        line = _Paragraph(tail, max(last[0], paragraph.start + paragraph.bounds[start]), last[1])
        if width is None or line.shape_line(0, len(line.bounds) - 1).width <= width:
            break
    return spans


def _ended_at(setter: _Setter, offset: int) -> list[Span]:
    kept = list(_until(setter, offset))
    last = kept[-1] if kept else replace(setter.spans[0], text="")
    return [*kept[:-1], replace(last, text=last.text.rstrip() + ELLIPSIS)]


def _until(setter: _Setter, offset: int) -> Iterator[Span]:
    for start, span in zip(setter.starts, setter.spans, strict=True):
        if start < offset:
            yield replace(span, text=span.text[: offset - start])
