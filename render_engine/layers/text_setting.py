"""A laid-out text, asked for what highlights and animators need: ranges, boxes, parts and their centres."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Protocol

from render_engine.layers.animator import Unit
from render_engine.layers.text_content import HighlightAt
from render_engine.layers.typeset import Key, Part, around, parts
from render_engine.matrix import Box
from render_engine.text.fonts import FontLibrary
from render_engine.text.layout import Cell, Glyph, TextLayout

UNDERLINE = 0.08  # thickness of a highlight's line; these four are shares of the size
UNDER = 0.12  # its upper edge below the baseline
PILL = 0.12  # how far a pill reaches beyond its words
LINE = 0.06  # thickness of underlined and struck text


class Decorated(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def size(self) -> float | None: ...
    @property
    def underline(self) -> bool: ...
    @property
    def strike(self) -> bool: ...


@dataclass(frozen=True)
class Setting:
    layout: TextLayout
    spans: tuple[Decorated, ...]
    size: float  # px an em

    def count(self, unit: Unit) -> int:
        return {"character": self.layout.graphemes, "word": self.layout.words, "line": len(self.layout.lines)}[unit]

    def found(self, text: str) -> list[tuple[int, int]]:
        """Every place of a text, as offsets."""
        return [match.span() for match in re.finditer(re.escape(text), self.layout.text)] if text else []

    def words(self, first: int, last: int) -> list[tuple[int, int]]:
        """The offsets of words, their last space left out; none where there are no such words."""
        text = self.layout.text
        inside = [c for c in self.layout.cells if first <= c.word < last and not text[c.start].isspace()]
        return [(min(c.start for c in inside), max(c.end for c in inside))] if inside else []

    def graphemes(self, start: int, end: int) -> tuple[int, int]:
        inside = [cell.grapheme for cell in self.layout.cells if start <= cell.start < end]
        return (min(inside), max(inside) + 1) if inside else (0, 0)

    def boxes(self, mode: str, start: int, end: int) -> list[Box]:
        """What is drawn behind or under a range, line by line."""
        rects = self.layout.range_rects(start, end) if mode != "color" else []
        if mode == "pill":
            return [(x0 - PILL * self.size, y0, x1 + PILL * self.size, y1) for x0, y0, x1, y1 in rects]
        baselines = {line.baseline - line.ascent: line.baseline for line in self.layout.lines}
        lines = ((x0, baselines[y0] + UNDER * self.size, x1) for x0, y0, x1, _ in rects)
        return [(x0, y, x1, y + UNDERLINE * self.size) for x0, y, x1 in lines]

    def centres(self) -> tuple[tuple[tuple[float, float], ...], ...]:
        """Of each grapheme, word and line."""
        kinds: tuple[tuple[Unit, Callable[[Cell], int]], ...] = (
            ("character", lambda cell: cell.grapheme),
            ("word", lambda cell: cell.word),
            ("line", lambda cell: cell.line),
        )
        return tuple(self._centres(self.count(unit), index) for unit, index in kinds)

    def _centres(self, count: int, index: Callable[[Cell], int]) -> tuple[tuple[float, float], ...]:
        boxes: dict[int, list[Box]] = {}
        text = self.layout.text
        for cell in self.layout.cells:
            if not text[cell.start].isspace():
                line = self.layout.lines[cell.line]
                box = (cell.x0, line.baseline - line.ascent, cell.x1, line.baseline + line.descent)
                boxes.setdefault(index(cell), []).append(box)
        found = {unit: around(inside) for unit, inside in boxes.items()}
        nowhere = (0.0, 0.0, 0.0, 0.0)
        return tuple(((b[0] + b[2]) / 2, (b[1] + b[3]) / 2) for b in (found.get(k, nowhere) for k in range(count)))

    def parts(self, fonts: FontLibrary, marks: Sequence[HighlightAt], finest: int | None) -> tuple[Part, ...]:
        """By style and highlights; and by what moves together, from characters (0), words (1) or lines (2) upwards."""

        def key_of(it: Glyph | Cell) -> Key:
            style = it.style if isinstance(it, Glyph) else self._style(it.start)
            indices = (it.grapheme, it.word, it.line)
            units = (-1, -1, -1) if finest is None else tuple(-1 if k < finest else n for k, n in enumerate(indices))
            lit = (k for k, mark in enumerate(marks) if mark.mode == "color" and _inside(it.grapheme, mark.ranges))
            return (style, *units, *lit)

        return parts(self.layout, fonts, key_of, self._lines())

    def _lines(self) -> list[tuple[Cell, Box]]:
        """Under and through the cells of spans that ask for it."""
        if not any(span.underline or span.strike for span in self.spans):
            return []
        return [(cell, box) for cell in self.layout.cells for box in self._lines_of(cell)]

    def _lines_of(self, cell: Cell) -> list[Box]:
        span = self.spans[self._style(cell.start)]
        size = span.size or self.size
        rises = (0.11,) * span.underline + (-0.29,) * span.strike
        baseline = self.layout.lines[cell.line].baseline
        return [(cell.x0, baseline + rise * size, cell.x1, baseline + (rise + LINE) * size) for rise in rises]

    def _style(self, offset: int) -> int:
        return min(bisect_right(self._ends, offset), len(self.spans) - 1)

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(len(span.text) for span in self.spans))


def _inside(grapheme: int, ranges: Sequence[tuple[int, int]]) -> bool:
    return any(first <= grapheme < last for first, last in ranges)
