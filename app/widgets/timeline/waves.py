"""The waveform of a bar: a line a px, drawn of what is in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPolygonF

from app.peaks import RATE
from app.widgets.timeline.row import Row, Sound

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView

GAMMA = 0.7  # what is quiet is seen, too


def draw_wave(painter: QPainter, view: TimelineView, row: Row, box: QRectF, color: QColor) -> None:
    """Until the file is known, a line."""
    assert row.sound
    left = max(box.left(), float(view.header))
    right = min(box.right(), float(view.viewport().width()))
    middle = box.center().y()
    if right - left < 2:
        return
    medium = view.media.get(row.sound.source)
    if medium is None:
        painter.fillRect(QRectF(left, middle - 0.5, right - left, 1), color)
        return
    if not medium.peaks:
        return
    edges = np.arange(int(left), int(right) + 2, dtype=np.float64)
    seconds = (edges - view.x_of(row.start)) / view.scale.px
    heights = _heights(np.frombuffer(medium.peaks, np.uint8), row.sound, seconds) * (box.height() / 2 - 2)
    upper = [QPointF(x, middle - high) for x, high in zip(edges[:-1], heights, strict=True)]
    lower = [QPointF(x, middle + high) for x, high in zip(edges[-2::-1], heights[::-1], strict=True)]
    painter.setPen(color)
    painter.setBrush(color)
    painter.drawPolygon(QPolygonF(upper + lower))


def _heights(peaks: np.ndarray, sound: Sound, seconds: np.ndarray) -> np.ndarray:
    """0…1 between each two of `seconds`, which are of the film since the bar's start; 0 beyond the file."""
    places = (sound.first + seconds * sound.speed) * RATE
    low, high = np.minimum(places[:-1], places[1:]), np.maximum(places[:-1], places[1:])
    if sound.loop and len(peaks):
        low, high = low % len(peaks), low % len(peaks) + (high - low)
    first = np.floor(low).astype(np.int64)
    count = np.maximum(1, np.ceil(high).astype(np.int64) - first)
    inside = (first >= 0) & (first < len(peaks))
    found = np.zeros(len(first))
    padded = np.append(peaks, np.uint8(0))
    starts = np.clip(first, 0, len(peaks))
    ends = np.minimum(starts + count, len(padded))
    pairs = np.stack([starts, np.maximum(ends, starts + 1)], axis=1).ravel()
    whole = np.append(padded, np.uint8(0))  # an end may lie one beyond
    found = np.maximum.reduceat(whole, np.minimum(pairs, len(whole) - 1))[::2] / 255
    return np.where(inside, found**GAMMA, 0.0)
