"""Lines over the picture that help to place things; in px of the film, so that they stand where its pixels do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QPen, QTransform

from app import theme

ACTION_SAFE, TITLE_SAFE = 0.93, 0.90  # SMPTE ST 2046-1
CROSS = 0.05  # of the shorter side: the arms of the centre's cross
FORMATS = {"9:16": 9 / 16, "1:1": 1.0, "4:5": 4 / 5}

Mark = QRectF | QLineF


def _part(film: QRectF, share: float) -> QRectF:
    width, height = film.width() * share, film.height() * share
    return QRectF(film.center().x() - width / 2, film.center().y() - height / 2, width, height)


def _centre(film: QRectF) -> Iterator[Mark]:
    middle, arm = film.center(), CROSS * min(film.width(), film.height())
    yield QLineF(middle.x() - arm, middle.y(), middle.x() + arm, middle.y())
    yield QLineF(middle.x(), middle.y() - arm, middle.x(), middle.y() + arm)


def _thirds(film: QRectF) -> Iterator[Mark]:
    for k in (1, 2):
        x, y = film.width() * k / 3, film.height() * k / 3
        yield QLineF(x, 0, x, film.height())
        yield QLineF(0, y, film.width(), y)


def _frame(aspect: float) -> Callable[[QRectF], Iterator[Mark]]:
    return lambda film: iter([framed(film, aspect)])


def framed(film: QRectF, aspect: float) -> QRectF:
    """The largest part of that width by height in the film's middle."""
    width = min(film.width(), film.height() * aspect)
    height = width / aspect
    return QRectF(film.center().x() - width / 2, film.center().y() - height / 2, width, height)


GUIDES: Mapping[str, Callable[[QRectF], Iterator[Mark]]] = {
    "title-safe": lambda film: iter([_part(film, TITLE_SAFE)]),
    "action-safe": lambda film: iter([_part(film, ACTION_SAFE)]),
    "centre": _centre,
    "thirds": _thirds,
    **{name: _frame(aspect) for name, aspect in FORMATS.items()},
}


def paint_guides(painter: QPainter, names: frozenset[str], film: QRectF, to_view: QTransform) -> None:
    """`film` is (0, 0, width, height) in px of the film; the painter is in the canvas's."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for name in GUIDES:
        if name in names and name in FORMATS:
            _shade_outside(painter, to_view.mapRect(film), to_view.mapRect(framed(film, FORMATS[name])))
    for under in (True, False):  # a dark line beside a light one is seen on any picture
        pen = QPen(theme.color("canvas", 0.55) if under else theme.color("accent", 0.9), 0)
        pen.setCosmetic(True)
        painter.setPen(pen)
        for name in GUIDES:
            if name in names:
                _lines(painter, name, film, to_view, 1 if under else 0)


def _lines(painter: QPainter, name: str, film: QRectF, to_view: QTransform, aside: int) -> None:
    for mark in GUIDES[name](film):
        if isinstance(mark, QLineF):
            painter.drawLine(to_view.map(mark).translated(aside, aside))
        else:
            painter.drawRect(to_view.mapRect(mark).adjusted(aside, aside, -aside, -aside))


def _shade_outside(painter: QPainter, whole: QRectF, kept: QRectF) -> None:
    path = QPainterPath()
    path.addRect(whole)
    path.addRect(kept)
    painter.fillPath(path, theme.color("shadow", 0.35))
