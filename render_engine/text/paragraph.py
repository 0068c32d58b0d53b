"""A paragraph: cut into runs, measured, broken into lines, and each line shaped on its own."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise
from typing import Literal, NamedTuple

from render_engine.text import bidi
from render_engine.text.fonts import Font, FontRequest
from render_engine.text.lines import Measured, balance_lines, break_lines
from render_engine.text.segments import graphemes, is_space, line_breaks, paragraphs
from render_engine.text.shaping import Features, FontChooser, Run, runs, shape

Direction = Literal["auto", "ltr", "rtl"]
Wrap = Literal["word", "none", "balance"]
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


@dataclass(frozen=True)
class Rules:
    """How a text is set, whatever it says."""

    chooser: FontChooser
    width: float | None
    direction: Direction
    wrap: Wrap
    inside_words: bool  # whether a word wider than the box is cut, or sticks out


class SpannedText:
    """Spans as one text, and which of them an offset is in."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self.spans = tuple(span for span in spans if span.text) or tuple(spans[:1])
        self.text = "".join(span.text for span in self.spans)
        self.starts = tuple(accumulate((len(span.text) for span in self.spans[:-1]), initial=0))

    def index_at(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def span_at(self, offset: int) -> Span:
        return self.spans[self.index_at(offset)]

    def paragraphs(self, rules: Rules) -> list[Paragraph]:
        return [Paragraph(self, start, end, rules) for start, end in paragraphs(self.text)]


class Piece(NamedTuple):
    """One glyph of a line, in px from the line's left end; `cluster` is an offset in the paragraph."""

    run: Run
    gid: int
    cluster: int
    x: float
    y: float
    advance: float


class Cluster(NamedTuple):
    """The graphemes that one or more glyphs draw together: text[start:end] of the paragraph."""

    start: int
    end: int
    x0: float
    x1: float
    rtl: bool
    spacing: float


@dataclass(frozen=True)
class ShapedLine:
    """A line's glyphs from its left end at x = 0. Offsets are in the paragraph; what hangs is left out."""

    paragraph: Paragraph
    start: int
    end: int
    pieces: list[Piece]
    clusters: list[Cluster]  # from left to right
    width: float
    last: bool  # of its paragraph

    def gaps(self) -> list[float]:
        """Where the spaces are that justifying widens."""
        return [cluster.x0 for cluster in self.clusters if is_gap(self.paragraph.text[cluster.start])]


class Paragraph:
    """Text between two hard breaks."""

    def __init__(self, whole: SpannedText, start: int, end: int, rules: Rules) -> None:
        self.whole, self.start, self.rules = whole, start, rules
        self.text = whole.text[start:end]
        self.base = {"ltr": 0, "rtl": 1}.get(rules.direction, bidi.base_level(self.text))
        self.bounds = graphemes(self.text)
        formats, wanted = _formats(whole, start, end)
        self.runs = runs(self.text, formats, wanted, bidi.levels(self.text, self.base), rules.chooser)

    def span(self, offset: int) -> Span:
        return self.whole.span_at(self.start + offset)

    def lines(self) -> list[tuple[int, int]]:
        """The start and end of each line, in graphemes."""
        rules, count = self.rules, len(self.bounds) - 1
        if rules.width is None or rules.wrap == "none" or not count:
            return [(0, count)]
        break_with = balance_lines if rules.wrap == "balance" else break_lines
        return break_with(self.measured(), rules.width, inside_words=rules.inside_words)

    def measured(self) -> Measured:
        advances = [0.0] * (len(self.bounds) - 1)
        for cluster in self._shaped(0, len(self.text), self.text)[1]:
            inside = self.graphemes_in(cluster.start, cluster.end)
            for grapheme in inside:
                advances[grapheme] = (cluster.x1 - cluster.x0) / len(inside)
        breaks = line_breaks(self.text)
        return Measured(
            list(accumulate(advances, initial=0.0)),
            [self.span(at).letter_spacing for at in self.bounds[:-1]],
            [is_space(self.text[at]) for at in self.bounds[:-1]],
            [end in breaks for end in self.bounds[1:]],
        )

    def graphemes_in(self, start: int, end: int) -> range:
        return range(bisect_right(self.bounds, start) - 1, bisect_right(self.bounds, end - 1))

    def shape_line(self, first: int, last: int) -> ShapedLine:
        """Shapes the visible part of a line on its own: nothing joins or kerns across its ends."""
        start, end = self.bounds[first], self.bounds[last]
        last_of_all = end == len(self.text)
        while end > start and is_space(self.text[end - 1]):
            end -= 1
        text = self.text[start:end]
        if text.endswith(SOFT_HYPHEN) and not last_of_all:
            text = text[:-1] + "-"
        pieces, clusters = self._shaped(start, end, text)
        width = clusters[-1].x1 - clusters[-1].spacing if clusters else 0.0
        return ShapedLine(self, start, end, pieces, clusters, width, last_of_all)

    def _shaped(self, start: int, end: int, text: str) -> tuple[list[Piece], list[Cluster]]:
        """The paragraph's characters from start to end, drawn as `text`, from left to right from x = 0."""
        inside = [
            run._replace(start=max(run.start, start), end=min(run.end, end))
            for run in self.runs
            if max(run.start, start) < min(run.end, end)
        ]
        pieces: list[Piece] = []
        clusters: list[Cluster] = []
        for index in bidi.visual_order([run.level for run in inside]):
            x = clusters[-1].x1 if clusters else 0.0
            self._add_run(inside[index], start, text, x, pieces, clusters)
        return pieces, clusters

    def _add_run(self, run: Run, start: int, text: str, x: float, pieces: list[Piece], clusters: list[Cluster]) -> None:
        span = self.span(run.start)
        features = span.features + (_NO_LIGATURES if span.letter_spacing else ())
        scale = span.size / run.font.units_per_em
        shaped = shape(text, run.start - start, run.end - start, run, features)
        ends = dict(pairwise([*sorted({run.start + glyph.cluster for glyph in shaped}), run.end]))
        for _, group in groupby(shaped, key=lambda glyph: glyph.cluster):
            left = x
            for glyph in group:
                cluster, advance = run.start + glyph.cluster, glyph.advance * scale
                pieces.append(Piece(run, glyph.gid, cluster, x + glyph.x * scale, -glyph.y * scale, advance))
                x += advance
            x += span.letter_spacing * len(self.graphemes_in(cluster, ends[cluster]))
            clusters.append(Cluster(cluster, ends[cluster], left, x, run.level % 2 == 1, span.letter_spacing))


def is_gap(char: str) -> bool:
    return char in " \u00a0"


def _formats(whole: SpannedText, start: int, end: int) -> tuple[list[int], list[FontRequest | Font]]:
    """Each character's format: spans that differ only in style share one, so that they are shaped together."""
    kinds: dict[tuple[FontRequest | Font, float, float, Features], int] = {}
    formats = []
    for offset in range(start, end):
        span = whole.span_at(offset)
        formats.append(kinds.setdefault((span.font, span.size, span.letter_spacing, span.features), len(kinds)))
    return formats, [font for font, *_ in kinds]
