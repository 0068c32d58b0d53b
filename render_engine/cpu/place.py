"""Draws a texture through a transform: whole pixels are copied, fractions and scales are sampled."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QImage, QPainter, QTransform

from render_engine.cpu.blend import QT_MODES
from render_engine.cpu.texture import Texture
from render_engine.display_list import OPAQUE, Rect
from render_engine.matrix import Box, Matrix, scale_of, scale_within

# Qt moves a picture by whole pixels unless its transform also scales: a scale too near to 1 to move any sample.
NUDGE = 1 + 2.0**-34
# Qt samples between pixels in sixteenths, rounding down: rounded here to the nearest, so that slow drifts do not jitter.
SIXTEENTH = 16


def is_whole(m: Matrix) -> bool:
    """Whether the transform only moves, by whole pixels."""
    return m[0] == m[3] == 1.0 and m[1] == m[2] == m[6] == m[7] == 0.0 and m[4] % 1 == 0 and m[5] % 1 == 0


def only_moves(m: Matrix) -> bool:
    return m[0] == m[3] == 1.0 and m[1] == m[2] == m[6] == m[7] == 0.0


def place(
    painter: QPainter,
    texture: Texture,
    m: Matrix,
    opacity: int = OPAQUE,
    blend: str = "normal",
    smooth: bool = True,
    part: Box | None = None,
) -> None:
    """Draws `texture` through `m`, which takes its space (where its first pixel is texture.x, texture.y) to the target.

    `part`: the rectangle of its pixels that is drawn; all of them if left out.
    """
    painter.setCompositionMode(QT_MODES[blend])
    painter.setOpacity(opacity / OPAQUE)
    if is_whole(m) and part is None:
        painter.resetTransform()
        painter.drawImage(QPoint(int(m[4]) + texture.x, int(m[5]) + texture.y), texture.image)
        return
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    level = texture.halved(halvings(m, texture.area) if smooth else 0)
    painter.setTransform(nudged(m))
    if part is None:
        painter.drawImage(texture.placed, level.image, level.whole)
    else:
        x0, y0, x1, y1 = part
        across, down = level.width / texture.width, level.height / texture.height
        source = QRectF(x0 * across, y0 * down, (x1 - x0) * across, (y1 - y0) * down)
        painter.drawImage(QRectF(texture.x + x0, texture.y + y0, x1 - x0, y1 - y0), level.image, source)
    painter.resetTransform()


def is_upright(m: Matrix) -> bool:
    """Whether the transform neither turns, nor mirrors, nor sees from aside."""
    return m[1] == m[2] == m[6] == m[7] == 0.0 and m[0] > 0 and m[3] > 0


def halvings(m: Matrix, area: Rect) -> int:
    """How often the pixels of `area` are halved before they are sampled through `m`."""
    in_space = m[6] != 0.0 or m[7] != 0.0
    if not in_space and m[0] * m[0] + m[1] * m[1] >= 0.25:  # already the x axis is stretched as much
        return 0
    scale = scale_within(m, area) if in_space else scale_of(m)
    times = 0
    while scale < 0.5 and times < 12:
        scale *= 2
        times += 1
    return times


def nudged(m: Matrix) -> QTransform:
    """As Qt's transform; never one that only moves."""
    a, b, c, d, e, f, g, h, i = m
    if only_moves(m):
        a = NUDGE
        e, f = round(e * SIXTEENTH) / SIXTEENTH, round(f * SIXTEENTH) / SIXTEENTH
    return QTransform(a, b, g, c, d, h, e, f, i)


def new_painter(image: QImage) -> QPainter:
    painter = QPainter(image)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    return painter
