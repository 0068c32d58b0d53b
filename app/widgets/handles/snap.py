"""Lines of the picture that a drag comes to rest at: its edges and middle, the safe areas, the edges and middles of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF

from app.widgets.canvas_guides import ACTION_SAFE, TITLE_SAFE
from app.widgets.handles.box import Box

REACH = 6.0  # px of the screen
ALIKE = 1.0  # px of the film
SAFE = tuple(edge for part in (ACTION_SAFE, TITLE_SAFE) for edge in ((1 - part) / 2, (1 + part) / 2))


@dataclass(frozen=True)
class Lines:
    """Of the film, px: upright ones by their x, level ones by their y."""

    upright: tuple[float, ...] = ()
    level: tuple[float, ...] = ()


@dataclass(frozen=True)
class Snapped:
    """`by`: px of the film; the lines that were met."""

    by: QPointF
    met: Lines = field(default_factory=Lines)


def lines_of(width: float, height: float, others: Iterable[Box]) -> Lines:
    upright, level = _of_frame(width), _of_frame(height)
    for rect in (box.rect for box in others):
        upright += [rect.left(), rect.center().x(), rect.right()]
        level += [rect.top(), rect.center().y(), rect.bottom()]
    return Lines(tuple(upright), tuple(level))


def _of_frame(length: float) -> list[float]:
    return [length / 2, 0.0, length, *(edge * length for edge in SAFE)]


def snapped(by: QPointF, moving: QRectF, lines: Lines, reach: float) -> Snapped:
    """What moves with its edges and its middle; `reach`: px of the film."""
    rect = moving.translated(by)
    across, upright = _nearest((rect.left(), rect.center().x(), rect.right()), lines.upright, reach)
    down, level = _nearest((rect.top(), rect.center().y(), rect.bottom()), lines.level, reach)
    return Snapped(by + QPointF(across, down), Lines(upright, level))


def snapped_point(point: QPointF, lines: Lines, reach: float) -> tuple[QPointF, Lines]:
    """A single point: the edge that scales."""
    across, upright = _nearest((point.x(),), lines.upright, reach)
    down, level = _nearest((point.y(),), lines.level, reach)
    return point + QPointF(across, down), Lines(upright, level)


def _nearest(edges: Sequence[float], lines: Sequence[float], reach: float) -> tuple[float, tuple[float, ...]]:
    """How far it is to the nearest line, and the line. Of those as near as makes no difference, the first."""
    ways = [(line - edge, line) for line in lines for edge in edges if abs(line - edge) <= reach]
    if not ways:
        return 0.0, ()
    least = min(abs(by) for by, _ in ways)
    by, line = next((by, line) for by, line in ways if abs(by) <= least + ALIKE)
    return by, (line,)
