"""The film's picture where it stands in the canvas: sharp when it is large, on a checkerboard where light passes."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QImage, QPainter, QPixmap

from app import theme
from app.widgets.canvas_view import View

SHARP = 2.0  # zoom from which each pixel is a square
SQUARE = 8  # px, of the checkerboard


def paint_picture(painter: QPainter, view: View, image: QImage) -> None:
    area = view.picture
    if image.hasAlphaChannel():
        painter.save()
        painter.setClipRect(area)
        painter.setBrushOrigin(area.topLeft())
        painter.fillRect(area, _checkerboard(theme.scheme()))
        painter.restore()
    else:
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, view.zoom <= SHARP)
    painter.drawImage(area, image)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)


@cache
def _checkerboard(_scheme: str) -> QPixmap:
    tile = QPixmap(2 * SQUARE, 2 * SQUARE)
    tile.fill(theme.color("hover"))
    painter = QPainter(tile)
    for x, y in ((0, 0), (SQUARE, SQUARE)):
        painter.fillRect(x, y, SQUARE, SQUARE, theme.color("line-strong"))
    painter.end()
    return tile
