"""A text that is laid out: glyphs at places, and the boxes of graphemes and lines.

Everything is in pixels, y downwards, from the top left corner of the text's box. A glyph carries the index of its
grapheme, word and line, in reading order, for animators; a grapheme has a cell, for what is drawn behind or under a
range of text. Positions come from whole shaped lines: a letter that moves keeps its kerning.
"""

from __future__ import annotations

from dataclasses import dataclass


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
