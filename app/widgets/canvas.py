"""The picture as it will be in the file, and what helps to look at it: zoom, guides, the pixel under the pointer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app import theme
from app.preview.messages import Failed, Opened
from app.preview.player import Player
from app.preview.reel import Shown
from app.widgets.canvas_guides import GUIDES, paint_guides
from app.widgets.canvas_notes import INSET, TALL, ProblemCard, paint_pill, paint_pixel
from app.widgets.canvas_picture import paint_picture
from app.widgets.canvas_view import View

LONG = 400  # ms of opening, from which it is said
DIMMED = 0.6  # of the light that is taken from a picture which is no longer true
NOTCH = 120  # of a wheel
A_NOTCH = 1.2  # times larger


class Overlay(Protocol):
    """Painted over the picture, and first to hear of the mouse: handles of what is selected."""

    def paint(self, painter: QPainter, canvas: Canvas) -> None:
        """In px of the canvas: `canvas.to_view` takes the film's px there."""

    def mouse(self, event: QMouseEvent, canvas: Canvas) -> bool:
        """A press, move, release or double click (`event.type()`); True where the canvas has no more to do with it."""


@runtime_checkable
class KeyOverlay(Protocol):
    """An overlay that wants keys while the canvas has the focus: arrows that nudge what is selected."""

    def takes(self, event: QKeyEvent) -> bool:
        """Whether the key is its own; then it is no shortcut."""

    def key(self, event: QKeyEvent, canvas: Canvas) -> bool:
        """A key was pressed; True where the canvas has no more to do with it."""


@dataclass(frozen=True)
class Pixel:
    """Under the pointer: of the film; its colour is straight, as it is drawn at the present resolution."""

    x: int
    y: int
    color: QColor


class Canvas(QWidget):
    pointed = Signal(object)  # Pixel, or None where the pointer is elsewhere
    zoomed = Signal(float, bool)  # pixels of the screen for one of the film; whether it is fitted
    guides_changed = Signal(frozenset)

    def __init__(self, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.player = player
        self.guides: frozenset[str] = frozenset()
        self._view = View(QSizeF(1920, 1080), QSizeF(self.size()))
        self._shown: Shown | None = None
        self._overlay: Overlay | None = None
        self._pace: tuple[float, int] | None = None
        self._grabbed: QPointF | None = None
        self._space, self._panned = False, False
        self._pixel: Pixel | None = None
        self.words_area = QRectF()  # where they lie over the picture
        self._opening = QTimer(self, singleShot=True, interval=LONG)
        self._opening.timeout.connect(self.update)
        self.card = ProblemCard(self)
        self.setAccessibleName(self.tr("Preview"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(160, 120)
        self._listen(player)

    def _listen(self, player: Player) -> None:
        player.opening.connect(self._opening.start)
        player.opened.connect(self._opened)
        player.failed.connect(self._failed)
        player.shown.connect(self._show)
        player.pace.connect(self._paced)
        player.playing_changed.connect(self._played)
        player.resolution_changed.connect(self.update)
        player.drawn_by.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(960, 540)

    # ------------------------------------------------------------------------------------------------- the player

    def _opened(self, film: Opened) -> None:
        self.card.hide()
        if self._view.film != QSizeF(film.width, film.height):
            self._look(replace(self._view, film=QSizeF(film.width, film.height), centre=None))
        self.update()

    def _failed(self, failed: Failed) -> None:
        count = len(failed.problems)
        title = self.tr("%n problems keep this from being shown", "", count)
        self.card.tell(self.tr("This cannot be shown") if count == 1 else title, failed.problems)
        self.update()

    def _show(self, shown: Shown) -> None:
        self._shown = shown
        self.update()
        if not self.player.speed and self.underMouse():
            self._point(QPointF(self.mapFromGlobal(self.cursor().pos())))

    def _paced(self, fps: float, skipped: int) -> None:
        self._pace = (fps, skipped)
        self.update()

    def _played(self, speed: float) -> None:
        self._pace = None
        self.update()

    # ------------------------------------------------------------------------------------------------- for others

    def set_overlay(self, overlay: Overlay | None) -> None:
        self._overlay = overlay
        self.update()

    def to_film(self, point: QPointF) -> QPointF:
        """From px of the canvas to px of the film."""
        return self._view.to_film(point)

    def to_view(self, point: QPointF) -> QPointF:
        """From px of the film to px of the canvas."""
        return self._view.to_view(point)

    @property
    def transform(self) -> QTransform:
        """From px of the film to px of the canvas."""
        return self._view.transform

    @property
    def film_size(self) -> QSizeF:
        return self._view.film

    @property
    def zoom(self) -> float:
        return self._view.zoom

    @property
    def is_fitted(self) -> bool:
        return self._view.fixed is None

    def fit(self) -> None:
        self._look(self._view.fitted())

    def set_zoom(self, zoom: float) -> None:
        self._look(self._view.zoomed(zoom))

    def zoom_in(self) -> None:
        self._look(self._view.stepped(1))

    def zoom_out(self) -> None:
        self._look(self._view.stepped(-1))

    def set_guides(self, names: Iterable[str]) -> None:
        names = frozenset(names) & GUIDES.keys()
        if names != self.guides:
            self.guides = frozenset(names)
            self.guides_changed.emit(self.guides)
            self.update()

    def toggle_guide(self, name: str) -> None:
        self.set_guides(self.guides ^ {name})

    def pixel_at(self, point: QPointF) -> Pixel | None:
        """What lies under a point of the canvas."""
        film, image = self._view.to_film(point), self._shown.image if self._shown else None
        if image is None or image.isNull() or not QRectF(QPointF(), self._view.film).contains(film):
            return None
        x = min(image.width() - 1, int(film.x() * image.width() / self._view.film.width()))
        y = min(image.height() - 1, int(film.y() * image.height() / self._view.film.height()))
        return Pixel(int(film.x()), int(film.y()), image.pixelColor(x, y))

    def words(self) -> str:
        """How the picture is shown: its resolution, who draws it; while it plays, frames a second, and how many were left out."""
        said = [words for words in (self.player.resolution_words, self.player.drawn_by.words) if words]
        if self.player.speed:
            if self.player.speed != 1:
                said.append(f"{self.player.speed:g}×")
            fps, skipped = self._pace or (0.0, self.player.skipped)
            said += [self.tr("{0} fps").format(f"{fps:.1f}")] if fps else []
            said += [self.tr("{0} skipped").format(skipped)]
        return "  ·  ".join(said)

    # --------------------------------------------------------------------------------------------------- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.color("canvas"))
        if self._shown:
            paint_picture(painter, self._view, self._shown.image)
        if self.card.isVisible():
            painter.fillRect(self.rect(), theme.color("canvas", DIMMED))
        elif self._shown:
            paint_guides(painter, self.guides, QRectF(QPointF(), self._view.film), self._view.transform)
            if self._overlay:
                painter.save()
                self._overlay.paint(painter, self)
                painter.restore()
        self._paint_notes(painter)
        painter.end()

    def _paint_notes(self, painter: QPainter) -> None:
        corner = QPointF(INSET, INSET)
        if self.player.is_opening and not self._opening.isActive():
            paint_pill(painter, self.tr("Opening…"), corner)
        elif self._shown and not self._shown.exact and not self.player.speed:
            paint_pill(painter, self.tr("nearest keyframe · exact frame coming"), corner, tint="warn")
        self.words_area = QRectF()
        if self.player.film:
            self.words_area = paint_pill(painter, self.words(), QPointF(self.width() - INSET, INSET), right=True)
        if self._pixel:
            paint_pixel(painter, self._pixel.x, self._pixel.y, self._pixel.color, self._pixel_area.topLeft())

    @property
    def _pixel_area(self) -> QRectF:
        """In the corner, out of the pointer's way."""
        return QRectF(INSET, self.height() - INSET - TALL, 240, TALL)

    # ----------------------------------------------------------------------------------------------------- moving

    def _look(self, view: View) -> None:
        before, self._view = self._view, view
        if (before.zoom, before.fixed is None) != (view.zoom, view.fixed is None):
            self.zoomed.emit(view.zoom, view.fixed is None)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._look(replace(self._view, size=QSizeF(event.size()), ratio=self.devicePixelRatioF()))
        self.card.place()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            space = event.key() == Qt.Key.Key_Space and not event.modifiers()
            if space or (isinstance(self._overlay, KeyOverlay) and self._overlay.takes(event)):
                event.accept()  # held, it moves the picture; let go at once, it plays
                return True
        elif event.type() == QEvent.Type.DevicePixelRatioChange:
            self._look(replace(self._view, ratio=self.devicePixelRatioF()))
        elif isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self._look(self._view.zoomed(self._view.zoom * (1 + event.value()), event.position()))
            return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() or event.angleDelta().x()
        self._look(self._view.zoomed(self._view.zoom * A_NOTCH ** (turned / NOTCH), event.position()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if isinstance(self._overlay, KeyOverlay) and self._overlay.key(event, self):
            return
        if event.key() != Qt.Key.Key_Space:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self._space, self._panned = True, False
            self.setCursor(Qt.CursorShape.OpenHandCursor)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Space:
            super().keyReleaseEvent(event)
        elif not event.isAutoRepeat() and self._space:
            self._let_go()
            if not self._panned:
                self.player.toggle()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._let_go()
        super().focusOutEvent(event)

    def _let_go(self) -> None:
        self._space = False
        if self._grabbed is None:
            self.unsetCursor()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        middle = event.button() == Qt.MouseButton.MiddleButton
        if middle or (self._space and event.button() == Qt.MouseButton.LeftButton):
            self._grabbed, self._panned = event.position(), True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            self._offered(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self._look(self._view.panned(event.position() - self._grabbed))
            self._grabbed = event.position()
        elif not self._space:
            self._offered(event)
        self._point(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is None:
            self._offered(event)
            return
        self._grabbed = None
        if self._space:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            self.fit()
        else:
            self._offered(event)

    def _offered(self, event: QMouseEvent) -> None:
        taken = self._overlay is not None and not self.card.isVisible() and self._overlay.mouse(event, self)
        event.setAccepted(taken)

    def leaveEvent(self, event: QEvent) -> None:
        self._tell_pixel(None)
        super().leaveEvent(event)

    def _point(self, at: QPointF) -> None:
        self._tell_pixel(None if self._pixel_area.contains(at) else self.pixel_at(at))

    def _tell_pixel(self, pixel: Pixel | None) -> None:
        if pixel != self._pixel:
            self._pixel = pixel
            self.pointed.emit(pixel)
            self.update(self._pixel_area.toAlignedRect())
