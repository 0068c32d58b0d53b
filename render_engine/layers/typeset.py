"""From laid-out glyphs to the runs and ink boxes that display lists carry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from render_engine import color
from render_engine.display_list import GlyphRun, Glyphs, Op, Solid, quantise_matrix
from render_engine.matrix import Box, Matrix
from render_engine.text.fonts import FontLibrary
from render_engine.text.layout import Glyph, TextLayout
from render_engine.timeline.scene import View
from render_engine.timeline.value import Vectorial


@dataclass(frozen=True)
class Inked:
    """Glyphs that are painted together, and the box that holds all their ink."""

    runs: tuple[GlyphRun, ...]
    box: Box


@dataclass(frozen=True)
class TextContent:
    layout: TextLayout
    fonts: FontLibrary
    color: Vectorial

    @property
    def width(self) -> float:
        return self.layout.width

    @property
    def height(self) -> float:
        return self.layout.height

    @property
    def baseline(self) -> float:
        return self.layout.lines[0].baseline if self.layout.lines else 0.0

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        glyphs = self.layout.glyphs
        if not glyphs:
            return ()
        ink = inked(glyphs, self.fonts)
        paint = Solid(color.quantise(self.color.at(float(time))))
        return (Glyphs(ink.runs, ink.box, quantise_matrix(matrix), paint),)


def inked(glyphs: Iterable[Glyph], fonts: FontLibrary) -> Inked:
    """Runs of one font and size in their order, positions rounded to 1/256 px; the box errs on the large side."""
    runs: list[GlyphRun] = []
    boxes: list[Box] = []
    for (font, size, colored), group in groupby(glyphs, key=lambda g: (g.font, g.size, g.color)):
        placed = tuple((g.gid, round(g.x * 256) / 256, round(g.y * 256) / 256) for g in group)
        runs.append(GlyphRun(font, size, placed, colored))
        boxes.extend(_ink(font, size, placed, fonts))
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return Inked(tuple(runs), (min(x0), min(y0), max(x1), max(y1)))


def _ink(font_hash: str, size: float, placed: tuple[tuple[int, float, float], ...], fonts: FontLibrary) -> list[Box]:
    font = fonts.get(font_hash)
    em = size / font.units_per_em
    boxes = []
    for gid, x, y in placed:
        box = font.extents(gid)
        left, top = x + box.x_bearing * em, y - box.y_bearing * em
        boxes.append((left, top, left + box.width * em, top + box.height * em))
    return boxes
