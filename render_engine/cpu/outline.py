"""Paths and glyph outlines as Qt paths, made once and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainterPath, QTransform

from render_engine.display_list import GlyphRun, Path
from render_engine.text.face import Font

POINTS = {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0}


def _built(commands: Iterable[tuple[str, Sequence[float]]], rule: Qt.FillRule) -> QPainterPath:
    made = QPainterPath()
    made.setFillRule(rule)
    calls: dict[str, Callable[..., None]] = {
        "M": made.moveTo,
        "L": made.lineTo,
        "Q": made.quadTo,
        "C": made.cubicTo,
        "Z": made.closeSubpath,
    }
    for verb, points in commands:
        calls[verb](*points)
    return made


@lru_cache(maxsize=4096)
def qt_path(path: Path) -> QPainterPath:
    def commands() -> Iterator[tuple[str, Sequence[float]]]:
        at = 0
        for verb in path.verbs:
            yield verb, path.points[at : at + POINTS[verb]]
            at += POINTS[verb]

    return _built(commands(), Qt.FillRule.OddEvenFill if path.even_odd else Qt.FillRule.WindingFill)


@lru_cache(maxsize=8192)
def glyph_path(font: Font, glyph: int) -> QPainterPath:
    """In font units, y upwards."""
    commands = ((str(command[0]), [float(number) for number in command[1:]]) for command in font.outline(glyph))
    return _built(commands, Qt.FillRule.WindingFill)


@lru_cache(maxsize=1024)
def run_path(run: GlyphRun, font: Font) -> QPainterPath:
    """A run's outlines in px, y downwards."""
    made = QPainterPath()
    made.setFillRule(Qt.FillRule.WindingFill)
    scale = run.size / font.units_per_em
    for glyph, x, y in run.glyphs:
        made.addPath(QTransform(scale, 0, 0, -scale, x, y).map(glyph_path(font, glyph)))
    return made
