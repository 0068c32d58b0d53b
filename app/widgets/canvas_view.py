"""Where the film stands in the canvas: which of its pixels lies under which point.

Zoom is in pixels of the screen for one of the film: at 1, the film's pixels are the screen's, on any display.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF, QSizeF
from PySide6.QtGui import QTransform

LEAST, MOST = 0.1, 16.0
STOPS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0, 8.0, 16.0)
MARGIN = 24.0  # logical px around a film that is fitted


@dataclass(frozen=True)
class View:
    """`zoom` is None while the film is fitted; `centre` is the film's point in the middle of the canvas."""

    film: QSizeF
    size: QSizeF  # of the canvas, logical px
    ratio: float = 1.0  # pixels of the screen for a logical one
    fixed: float | None = None
    centre: QPointF | None = None

    @property
    def zoom(self) -> float:
        return self._fitted if self.fixed is None else self.fixed

    @property
    def scale(self) -> float:
        """Logical px for one of the film."""
        return self.zoom / self.ratio

    @property
    def _fitted(self) -> float:
        across = max(16.0, self.size.width() - 2 * MARGIN) / max(1.0, self.film.width())
        down = max(16.0, self.size.height() - 2 * MARGIN) / max(1.0, self.film.height())
        return min(MOST, min(across, down) * self.ratio)

    @property
    def picture(self) -> QRectF:
        """Where the film is, on whole pixels of the screen, so that 100 % is sharp."""
        middle = self.centre if self.centre and self.fixed is not None else self._film_middle
        left = self.size.width() / 2 - middle.x() * self.scale
        top = self.size.height() / 2 - middle.y() * self.scale
        left, top = round(left * self.ratio) / self.ratio, round(top * self.ratio) / self.ratio
        return QRectF(left, top, self.film.width() * self.scale, self.film.height() * self.scale)

    @property
    def _film_middle(self) -> QPointF:
        return QPointF(self.film.width() / 2, self.film.height() / 2)

    @property
    def transform(self) -> QTransform:
        """From the film's px to the canvas's."""
        corner = self.picture.topLeft()
        return QTransform(self.scale, 0, 0, self.scale, corner.x(), corner.y())

    def to_film(self, point: QPointF) -> QPointF:
        return (point - self.picture.topLeft()) / self.scale

    def to_view(self, point: QPointF) -> QPointF:
        return point * self.scale + self.picture.topLeft()

    def fitted(self) -> View:
        return replace(self, fixed=None, centre=None)

    def zoomed(self, zoom: float, at: QPointF | None = None) -> View:
        """What lies under `at` stays there; without, the middle does."""
        zoom = max(LEAST, min(MOST, zoom))
        at = at or QPointF(self.size.width() / 2, self.size.height() / 2)
        under = self.to_film(at)
        away = QPointF(self.size.width() / 2, self.size.height() / 2) - at
        return replace(self, fixed=zoom, centre=under + away * (self.ratio / zoom))._held()

    def stepped(self, direction: int, at: QPointF | None = None) -> View:
        """To the next round number."""
        near = 1 + 1e-6 * direction
        if direction > 0:
            return self.zoomed(next((stop for stop in STOPS if stop > self.zoom * near), MOST), at)
        return self.zoomed(next((stop for stop in reversed(STOPS) if stop < self.zoom * near), LEAST), at)

    def panned(self, by: QPointF) -> View:
        """By so many logical px; a fitted film keeps its zoom."""
        middle = self.to_film(QPointF(self.size.width() / 2, self.size.height() / 2))
        return replace(self, fixed=self.zoom, centre=middle - by / self.scale)._held()

    def _held(self) -> View:
        """The middle of the canvas stays on the film: it is never lost out of sight."""
        assert self.centre is not None
        x = max(0.0, min(self.film.width(), self.centre.x()))
        y = max(0.0, min(self.film.height(), self.centre.y()))
        return replace(self, centre=QPointF(x, y))
