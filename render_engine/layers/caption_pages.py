"""Captions become pages: a few lines each, shown from when their first word is said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import pairwise

from render_engine.layers.typeset import Part, around, parts
from render_engine.matrix import Box
from render_engine.text.captions import Caption, Word
from render_engine.text.fonts import FontLibrary, FontRequest
from render_engine.text.layout import Cell, Glyph, Span, TextLayout, layout


@dataclass(frozen=True)
class PageRules:
    max_chars: int
    max_lines: int
    max_width: float  # px
    font: FontRequest
    size: float
    line_height: float
    fallback: tuple[str, ...]


@dataclass(frozen=True, eq=False)  # compared by identity: pages are keys of a cache
class Page:
    """Shown from `start` to before `end`; `boxes` are those of the words, from ascent to descent."""

    start: Fraction
    end: Fraction
    words: tuple[Word, ...]
    layout: TextLayout
    boxes: tuple[Box, ...]
    word_of: tuple[int, ...]  # by grapheme
    fonts: FontLibrary

    @cached_property
    def timed(self) -> tuple[tuple[Word, tuple[float, float]], ...]:
        """The words, each with its start and end in rounded seconds."""
        return tuple((word, (float(word.start), float(word.end))) for word in self.words)

    @cached_property
    def box(self) -> Box:
        lines = self.layout.lines
        return around((line.x, line.top, line.x + line.width, line.bottom) for line in lines)


@lru_cache(maxsize=512)
def part_of(page: Page, words: frozenset[int]) -> Part | None:
    """Some words of a page as one part; None where they have no ink."""

    def key_of(it: Glyph | Cell) -> tuple[int, ...]:
        return (int(page.word_of[it.grapheme] in words),)

    return next((part for part in parts(page.layout, page.fonts, key_of) if part.key == (1,)), None)


def pages_of(captions: Iterable[Caption], rules: PageRules, fonts: FontLibrary) -> tuple[Page, ...]:
    """In the order of time; where two captions overlap, the later one takes over."""
    pages = sorted((p for caption in captions for p in _pages(caption, rules, fonts)), key=lambda page: page.start)
    ends = [min(page.end, after.start) for page, after in pairwise(pages)]
    return tuple(_ending(page, end) for page, end in zip(pages, [*ends, *(p.end for p in pages[-1:])], strict=True))


def _ending(page: Page, end: Fraction) -> Page:
    return Page(page.start, end, page.words, page.layout, page.boxes, page.word_of, page.fonts)


def _pages(caption: Caption, rules: PageRules, fonts: FontLibrary) -> Iterator[Page]:
    words = [word for word in caption.words if word.text.strip()]
    if not words:
        return
    lines = _lines(words, rules, fonts)
    groups = [lines[k : k + rules.max_lines] for k in range(0, len(lines), rules.max_lines)]
    starts = [caption.start, *(group[0][0].start for group in groups[1:]), caption.end]
    for group, (start, end) in zip(groups, pairwise(starts), strict=True):
        yield _page(group, start, end, rules, fonts)


def _lines(words: Sequence[Word], rules: PageRules, fonts: FontLibrary) -> list[list[Word]]:
    """Broken by characters, evenly; by fewer of them until every line is narrow enough."""
    longest = max(len(word.text) for word in words)
    for limit in range(rules.max_chars, longest - 1, -1):
        lines = _even(words, limit)
        if _set(lines, rules, fonts).content_width <= rules.max_width:
            return lines
    return _even(words, min(longest, rules.max_chars))


def _even(words: Sequence[Word], limit: int) -> list[list[Word]]:
    """As few lines as the limit allows, page by page about equally long."""
    lines = _greedy(words, limit)
    while limit > 1 and len(tighter := _greedy(words, limit - 1)) == len(lines):
        lines, limit = tighter, limit - 1
    return lines


def _greedy(words: Sequence[Word], limit: int) -> list[list[Word]]:
    lines: list[list[Word]] = []
    room = 0
    for word in words:
        if not lines or len(word.text) + 1 > room:
            lines.append([])
            room = limit + 1
        lines[-1].append(word)
        room -= len(word.text) + 1
    return lines


def _text(lines: Sequence[Sequence[Word]]) -> str:
    return "\n".join(" ".join(word.text for word in line) for line in lines)


def _set(
    lines: Sequence[Sequence[Word]], rules: PageRules, fonts: FontLibrary, width: float | None = None
) -> TextLayout:
    span = Span(_text(lines), rules.font, rules.size)
    return layout([span], fonts, width=width, align="center", line_height=rules.line_height, fallback=rules.fallback)


def _page(lines: list[list[Word]], start: Fraction, end: Fraction, rules: PageRules, fonts: FontLibrary) -> Page:
    laid = _set(lines, rules, fonts)
    if laid.content_width > rules.max_width:  # one word is wider than the frame: it is cut
        laid = _set(lines, rules, fonts, rules.max_width)
    words = tuple(word for line in lines for word in line)
    word_of, boxes = [-1] * laid.graphemes, []
    at = 0
    for k, word in enumerate(words):
        inside = [cell for cell in laid.cells if at <= cell.start < at + len(word.text)]
        for cell in inside:
            word_of[cell.grapheme] = k
        boxes.append(around(_box(cell, laid) for cell in inside))
        at += len(word.text) + 1
    return Page(start, end, words, laid, tuple(boxes), tuple(word_of), fonts)


def _box(cell: Cell, laid: TextLayout) -> Box:
    line = laid.lines[cell.line]
    return (cell.x0, line.baseline - line.ascent, cell.x1, line.baseline + line.descent)
