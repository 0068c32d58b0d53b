"""One shape or one run of text, drawn alone: how every leaf but plain rectangles and pictures reaches the frame.

Drawing it apart first makes what is kept and what is new the same to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from operator import itemgetter

import cv2
import numpy as np
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QPen,
    QPolygonF,
    QRgba64,
    QTransform,
)

from render_engine.cpu.gradient import gradient_pixels
from render_engine.cpu.outline import glyph_path, qt_path, run_path
from render_engine.cpu.pictures import Pictures
from render_engine.cpu.place import new_painter, place
from render_engine.cpu.texture import Texture, blank
from render_engine.display_list import GlyphRun, Glyphs, Gradient, Paint, Picture, Rect, Rgba, Shape, Solid, Stroke
from render_engine.matrix import Matrix, multiply, scale_of, scaling, translation
from render_engine.text.face import Font, Fonts

CAPS = {"butt": Qt.PenCapStyle.FlatCap, "round": Qt.PenCapStyle.RoundCap, "square": Qt.PenCapStyle.SquareCap}
JOINS = {"miter": Qt.PenJoinStyle.MiterJoin, "round": Qt.PenJoinStyle.RoundJoin, "bevel": Qt.PenJoinStyle.BevelJoin}
FINE = 8  # how many times closer than Qt's own curves are followed


def qcolor(color: Rgba) -> QColor:
    return QColor.fromRgba64(QRgba64.fromRgba64(*color))


class Sprites:
    """Draws leaves with the fonts and media of one scene."""

    def __init__(self, fonts: Fonts, pictures: Pictures) -> None:
        self._fonts = fonts
        self._pictures = pictures

    def draw(self, op: Shape | Glyphs, area: Rect) -> Texture:
        """The op without its opacity and blend mode, over `area` of its target."""
        texture = blank(area[2] - area[0], area[3] - area[1], area[0], area[1])
        matrix = multiply(translation(-area[0], -area[1]), op.matrix)
        with new_painter(texture.image) as painter:  # Qt aborts when pixels go while a painter is on them
            for path, color_run in self._outlines(op):
                self._fill_and_stroke(painter, op, path, matrix, texture)
                if color_run:
                    self._color_glyphs(painter, color_run, matrix, op.fill, texture)
        return texture

    def _outlines(self, op: Shape | Glyphs) -> list[tuple[QPainterPath, GlyphRun | None]]:
        if isinstance(op, Shape):
            return [(qt_path(op.path), None)]
        plain = [run for run in op.runs if not run.color]
        whole = QPainterPath()
        whole.setFillRule(Qt.FillRule.WindingFill)
        for run in plain:
            whole.addPath(run_path(run, self._font(run)))
        return [(whole, None), *((QPainterPath(), run) for run in op.runs if run.color)]

    def _font(self, run: GlyphRun) -> Font:
        font = self._fonts.get(run.font)
        assert font, f"the font {run.font} was not sent along"
        return font

    def _fill_and_stroke(
        self, painter: QPainter, op: Shape | Glyphs, path: QPainterPath, matrix: Matrix, texture: Texture
    ) -> None:
        if path.isEmpty():
            return
        if op.stroke and op.stroke.under:
            self._stroke(painter, op.stroke, path, matrix, texture)
        if op.fill:
            self._fill(painter, op.fill, path, matrix, texture)
        if op.stroke and not op.stroke.under:
            self._stroke(painter, op.stroke, path, matrix, texture)

    def _fill(self, painter: QPainter, paint: Paint, path: QPainterPath, matrix: Matrix, texture: Texture) -> None:
        painter.resetTransform()
        brush = self._brush(paint, matrix, texture)
        for part in _flat(path, matrix):
            painter.fillPath(part, brush)

    def _stroke(self, painter: QPainter, stroke: Stroke, path: QPainterPath, matrix: Matrix, texture: Texture) -> None:
        if stroke.width <= 0:
            return
        pen = QPen(QColor(0, 0, 0), stroke.width, Qt.PenStyle.SolidLine, CAPS[stroke.cap], JOINS[stroke.join])
        if stroke.dashes:
            pen.setDashPattern([length / stroke.width for length in stroke.dashes])
            pen.setDashOffset(stroke.dash_offset / stroke.width)
        # The brush stands in target px, the pen in the path's: a stroke's outline is filled like any other path.
        outline = _stroked(path, pen, scale_of(matrix))
        self._fill(painter, stroke.paint, outline, matrix, texture)

    def _brush(self, paint: Paint, matrix: Matrix, texture: Texture) -> QBrush:
        if isinstance(paint, Solid):
            return QBrush(qcolor(paint.color))
        if isinstance(paint, Gradient):
            pixels = gradient_pixels(paint, matrix, (0, 0, texture.width, texture.height))
            return QBrush(Texture(pixels).image.copy())
        return QBrush(self._picture(paint, matrix, texture).image.copy())

    def _picture(self, paint: Picture, matrix: Matrix, texture: Texture) -> Texture:
        """The picture where the texture will show it, so that a brush need not sample it."""
        target = blank(texture.width, texture.height)
        whole = multiply(matrix, paint.matrix)
        source = self._pictures.scaled(paint, whole)
        fit = scaling(paint.width / source.width, paint.height / source.height)
        with new_painter(target.image) as painter:
            place(painter, source, multiply(whole, fit), smooth=paint.smooth)
        return target

    def _color_glyphs(
        self, painter: QPainter, run: GlyphRun, matrix: Matrix, ink: Paint | None, texture: Texture
    ) -> None:
        """Emoji: pictures or coloured layers that the font carries."""
        font = self._font(run)
        scale = run.size / font.units_per_em
        for glyph, x, y in run.glyphs:
            bitmap = font.color_bitmap(glyph)
            if bitmap is None:
                upright = multiply(matrix, (scale, 0.0, 0.0, -scale, x, y, 0.0, 0.0, 1.0))
                for layer, rgba in font.color_layers(glyph):
                    paint = ink if rgba is None else Solid(_deep(rgba))
                    if paint:
                        self._fill(painter, paint, glyph_path(font, layer), upright, texture)
            else:
                png, extents = bitmap
                pixels = _decoded(png)
                width, height = abs(extents.width) * scale, abs(extents.height) * scale
                left, top = x + extents.x_bearing * scale, y - extents.y_bearing * scale
                fit = multiply(translation(left, top), scaling(width / pixels.width, height / pixels.height))
                place(painter, pixels, multiply(matrix, fit))


def _deep(rgba: tuple[int, int, int, int]) -> Rgba:
    """8-bit channels as 16-bit ones."""
    red, green, blue, alpha = (channel * 257 for channel in rgba)
    return red, green, blue, alpha


def _decoded(png: bytes) -> Texture:
    straight = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    assert straight is not None
    image = QImage(straight.data, straight.shape[1], straight.shape[0], QImage.Format.Format_ARGB32)
    texture = blank(straight.shape[1], straight.shape[0])
    painter = QPainter(texture.image)
    painter.drawImage(QPoint(0, 0), image)
    painter.end()
    return texture


def _stroked(path: QPainterPath, pen: QPen, scale: float) -> QPainterPath:
    stroker = QPainterPathStroker(pen)
    stroker.setCurveThreshold(0.25 / max(scale, 1e-6))
    return stroker.createStroke(path)


def _flat(path: QPainterPath, matrix: Matrix) -> Iterator[QPainterPath]:
    """The path in target px, of straight lines: Qt's own leave a curve by up to 0.15 px, or by more in small type.

    In parts that share no pixel, mostly a glyph each: Qt works through all of a path again for each few of its pixels.
    """
    fine = _qt(multiply(scaling(FINE, FINE), matrix)).map(path)  # culls what lies behind the eye
    back = QTransform.fromScale(1 / FINE, 1 / FINE)
    polygons = [back.map(polygon) for polygon in fine.toSubpathPolygons()]
    for line in _apart(polygons, lambda box: (box.top(), box.bottom())):
        for glyph in _apart(line, lambda box: (box.left(), box.right())):
            part = QPainterPath()
            part.setFillRule(path.fillRule())
            for polygon in glyph:
                part.addPolygon(polygon)
            yield part


def _apart(polygons: list[QPolygonF], span: Callable[[QRectF], tuple[float, float]]) -> list[list[QPolygonF]]:
    """Those whose spans share a pixel, together."""
    found: list[list[QPolygonF]] = []
    end = -math.inf
    for (low, high), polygon in sorted(((span(each.boundingRect()), each) for each in polygons), key=itemgetter(0)):
        if math.floor(low) >= end:
            found.append([])
        found[-1].append(polygon)
        end = max(end, math.ceil(high))
    return found


def _qt(m: Matrix) -> QTransform:
    a, b, c, d, e, f, g, h, i = m
    return QTransform(a, b, g, c, d, h, e, f, i)
