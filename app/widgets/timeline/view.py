"""The area of the timeline: names on the left, bars on the film's clock, the ruler on top. It paints only what is in sight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from app.document_edits import Document, parent_of
from app.preview.player import Player
from app.project import Project
from app.project_state import Moved, follow
from app.selection import Selection
from app.widgets.fields.file import dropped_files
from app.widgets.timeline import edits, paint
from app.widgets.timeline.clock import Mark
from app.widgets.timeline.hits import Hit, hit
from app.widgets.timeline.lines import Line, lines_of
from app.widgets.timeline.media import Medium
from app.widgets.timeline.pointer import Pointer
from app.widgets.timeline.rendered import Span
from app.widgets.timeline.row import Row, Rows
from app.widgets.timeline.scale import LEAST, Scale
from app.widgets.timeline.snap import on_frame
from app.widgets.timeline.tracks import Key
from app.widgets.timeline.words import words

RULER, STRIP = 30, 5  # px
NARROWEST, WIDEST = 120, 480  # px of the names
BEYOND = 1.15  # of the film's length can be scrolled to
MARGIN = 16  # px before 0 and after the end, where all is shown


class TimelineView(QAbstractScrollArea):
    zoomed = Signal(float)  # px a second
    keys_changed = Signal()  # the keyframes that are selected, or the marker
    menu_wanted = Signal(QPoint)  # on the screen
    files_dropped = Signal(object, float)  # paths, and at which second of the film

    def __init__(self, project: Project, player: Player, selection: Selection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.project, self.player, self.selection = project, player, selection
        self.rows = Rows()
        self.lines: list[Line] = []
        self.opened: set[str] = set()
        self.scale = Scale()
        self.header = 220
        self.ruler = RULER
        self.top = RULER + STRIP
        self.keys: set[str] = set()  # paths of keyframes
        self.mark = ""  # path of the marker that is chosen
        self.snaps = True
        self.snap: float | None = None
        self.band: QRectF | None = None  # that selects what it touches
        self.rendered: Sequence[Span] = ()
        self.media: dict[str, Medium] = {}
        self.editable = False
        self.pointer = Pointer(self)
        self._fits = True  # all of the film is shown, until somebody zooms
        self._new = True  # nothing of this film was shown yet
        self.setObjectName("timeline-area")
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Timeline"))
        self.setAcceptDrops(True)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.horizontalScrollBar().valueChanged.connect(self._scrolled_across)
        self.verticalScrollBar().valueChanged.connect(lambda _: self.redraw())
        self.verticalScrollBar().setSingleStep(28)
        player.moved.connect(self._playhead_moved)
        player.range_changed.connect(self.redraw)
        selection.changed.connect(self._selected)
        project.layers_moved.connect(self._layers_moved)
        self._shown_playhead = 0.0

    # --------------------------------------------------------------------------------------------------- what is so

    @property
    def fps(self) -> float:
        return float(Fraction(self.player.film.fps)) if self.player.film else self.rows.fps

    @property
    def playhead(self) -> float:
        return self.player.frame / self.fps

    @property
    def span(self) -> tuple[float, float] | None:
        """In and out, seconds."""
        found = self.player.range
        return None if found is None else (found[0] / self.fps, found[1] / self.fps)

    @property
    def scrolled(self) -> int:
        return self.verticalScrollBar().value()

    def x_of(self, seconds: float) -> float:
        return self.header + self.scale.x(seconds)

    def seconds_at(self, at: QPointF) -> float:
        return self.scale.seconds(at.x() - self.header)

    @property
    def empty_words(self) -> str:
        if self.project.kind in ("template", "python"):
            return self.tr("Its layers appear here in a moment.")
        return self.tr("No layers yet.") if self.project.is_open else ""

    @property
    def chosen_mark(self) -> Mark | None:
        return next((mark for mark in self.rows.marks if mark.path and mark.path == self.mark), None)

    def line_of(self, path: str) -> Line | None:
        return next((line for line in self.lines if line.row.path == path and not line.track), None)

    def selected_rows(self) -> list[Row]:
        """The one chosen last at the end."""
        rows = {row.path: row for row in self.rows.walk()}
        return [rows[path] for path in self.selection.layers if path in rows]

    def free_rows(self) -> list[Row]:
        """Of the selected ones, those that are not locked."""
        return [row for row in self.selected_rows() if not self.project.is_locked(row.path)]

    def selected_keys(self) -> list[tuple[Row, Key]]:
        return [
            (row, key)
            for row in self.rows.walk()
            for track in row.tracks
            for key in track.keys
            if key.path in self.keys
        ]

    # ------------------------------------------------------------------------------------------------------ showing

    def show_rows(self, rows: Rows, *, editable: bool) -> None:
        self.rows, self.editable = rows, editable
        if self._new and rows.rows:
            self._new = False
            self.opened = {row.path for row in rows.rows if row.kind == "sequence"}
        known = {key.path for row in rows.walk() for track in row.tracks for key in track.keys} if self.keys else set()
        self.keys &= known
        self._unfold()
        if self._fits:
            self.fit()

    def show_another(self) -> None:
        """Another film is opened: all of it is shown, its scenes unfolded."""
        self._new = self._fits = True
        self.opened, self.keys = set(), set()
        self.verticalScrollBar().setValue(0)

    def show_rendered(self, spans: Sequence[Span]) -> None:
        self.rendered = spans
        self.viewport().update(0, RULER, self.viewport().width(), STRIP)

    def show_snap(self, at: float | None) -> None:
        if at != self.snap:
            self.snap = at
            self.redraw()

    def show_band(self, band: QRectF | None) -> None:
        self.band = band
        self.redraw()

    def redraw(self) -> None:
        self.viewport().update()

    def _unfold(self) -> None:
        self.lines = lines_of(self.rows.rows, self.opened)
        self._size_bars()
        self.redraw()

    def fold(self, path: str, opened: bool | None = None) -> None:
        opened = path not in self.opened if opened is None else opened
        self.opened = self.opened | {path} if opened else self.opened - {path}
        self._unfold()

    def _layers_moved(self, moved: Moved) -> None:
        self.opened = follow(self.opened, moved)

    def _selected(self) -> None:
        """A layer chosen elsewhere is brought into sight."""
        if self.selection.layers:
            self.mark = ""
        if self.selection.layers and not self.pointer.drag:
            self.reveal(self.selection.layers[-1])
        self.setAccessibleDescription("; ".join(words(self, Hit("name", line)) for line in self._chosen_lines()))
        self.redraw()

    def _chosen_lines(self) -> list[Line]:
        found = (self.line_of(path) for path in self.selection.layers[:3])
        return [line for line in found if line]

    def reveal(self, path: str) -> None:
        above = parent_of(path)
        opened = set(self.opened)
        while above:
            opened.add(above.removesuffix(".composition"))
            above = parent_of(above)
        if opened != self.opened:
            self.opened = opened
            self._unfold()
        if line := self.line_of(path):
            bar, room = self.verticalScrollBar(), self.viewport().height() - self.top
            if line.top < bar.value() or line.bottom > bar.value() + room:
                bar.setValue(line.top - room // 3)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        paint.draw(painter, self, event.rect())
        painter.end()

    # ------------------------------------------------------------------------------------------- zoom and scrolling

    @property
    def width_of_time(self) -> int:
        return max(1, self.viewport().width() - self.header)

    def fit(self) -> None:
        """All of the film."""
        self._fits = True
        duration = self.rows.duration or 10.0
        px = max(LEAST, (self.width_of_time - 2 * MARGIN) / duration)
        self._set_scale(Scale(-MARGIN / px, px))

    def zoom(self, times: float, x: float | None = None) -> None:
        """About what is at `x` of the time; the playhead if left out, or the middle where that is out of sight."""
        self._fits = False
        if x is None:
            x = self.scale.x(self.playhead)
            x = x if 0 <= x <= self.width_of_time else self.width_of_time / 2
        least = max(LEAST, self.width_of_time / (4 * (self.rows.duration or 10.0)))
        self._set_scale(self.scale.zoomed(times, x, least))

    def _set_scale(self, scale: Scale) -> None:
        lowest = -MARGIN / scale.px
        self.scale = scale.scrolled(max(lowest, scale.first))
        self._size_bars()
        self.zoomed.emit(self.scale.px)
        self.redraw()

    def _size_bars(self) -> None:
        """The scroll bars say where we are."""
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        width, scale = self.width_of_time, self.scale
        first = round(scale.first * scale.px)
        whole = round(max(self.rows.duration, 1.0) * BEYOND * scale.px)
        across.blockSignals(True)
        across.setRange(-MARGIN, max(first, 0 if self._fits else whole - width))
        across.setPageStep(width)
        across.setSingleStep(60)
        across.setValue(first)
        across.blockSignals(False)
        room = self.viewport().height() - self.top
        down.setRange(0, max(0, (self.lines[-1].bottom + 12 if self.lines else 0) - room))
        down.setPageStep(max(1, room))

    def _scrolled_across(self, value: int) -> None:
        self._fits = False
        self.scale = self.scale.scrolled(value / self.scale.px)
        self.redraw()

    def scroll_by(self, x: float, y: float) -> None:
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + round(x))
        down.setValue(down.value() + round(y))

    def set_header(self, width: int) -> None:
        self.header = min(max(NARROWEST, width), WIDEST, max(NARROWEST, self.viewport().width() // 2))
        if self._fits:
            self.fit()
        self._size_bars()
        self.redraw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fits:
            self.fit()
        else:
            self._size_bars()

    def wheelEvent(self, event: QWheelEvent) -> None:
        angle, keys = event.angleDelta(), event.modifiers()
        turned = angle.y() or angle.x()
        if keys & Qt.KeyboardModifier.ControlModifier:
            self.zoom(1.2 ** (turned / 120), event.position().x() - self.header)
        elif keys & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier):
            self.scroll_by(-turned, 0)
        else:
            self.scroll_by(-angle.x(), -angle.y() * 0.7)
        event.accept()

    # ----------------------------------------------------------------------------------------------------- playhead

    def seek(self, seconds: float) -> None:
        last = self.player.film.frames - 1 if self.player.film else round(self.rows.duration * self.fps)
        self.player.seek(min(max(0, round(seconds * self.fps)), max(0, last)))

    def _playhead_moved(self, _frame: int) -> None:
        now, before, self._shown_playhead = self.playhead, self._shown_playhead, self.playhead
        if self.player.speed and not self.pointer.drag and not 0 <= self.scale.x(now) <= self.width_of_time - 8:
            self.horizontalScrollBar().setValue(round((now * self.scale.px) - 24))
            return
        for seconds in {before, now}:
            self.viewport().update(QRect(round(self.x_of(seconds)) - 9, 0, 19, self.viewport().height()))

    # ------------------------------------------------------------------------------------------------------ editing

    def edit(self, label: str, change: Callable[[Document], None], merge: str | None = None) -> bool:
        return self.project.edit(label, change, merge)

    def choose_mark(self, path: str) -> None:
        """In place of layers and keyframes: what is deleted then is the marker."""
        self.selection.clear()
        self.select_keys(())
        self.mark = path
        self.keys_changed.emit()

    def select_keys(self, paths: Iterable[str]) -> None:
        self.keys, self.mark = set(paths), ""
        self.keys_changed.emit()
        self.redraw()

    def select_keys_at(self, places: set[tuple[str, float]]) -> None:
        """Keyframes of a field by their time in the layer: after they have changed their order."""
        fields = {field for field, _ in places}
        found = set()
        for row in self.rows.walk():
            for track in row.tracks:
                if track.path in fields:
                    own = ((key, edits.written((key.at - row.start) * row.clock.speed)) for key in track.keys)
                    found |= {
                        key.path
                        for key, at in own
                        if any(abs(at - each) < 2e-5 for f, each in places if f == track.path)
                    }
        self.select_keys(found)

    # ------------------------------------------------------------------------------------------------ mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.pointer.release(event)
        if event.button() == Qt.MouseButton.RightButton:
            self.menu_wanted.emit(event.globalPosition().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.pointer.press_twice(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointer.leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape and self.pointer.drag:
            self.pointer.cancel()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(-1 if key == Qt.Key.Key_Up else 1, event.modifiers())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.selection.layers:
            self.fold(self.selection.layers[-1])
        else:
            super().keyPressEvent(event)

    def _step(self, by: int, keys: Qt.KeyboardModifier) -> None:
        lines = [line for line in self.lines if not line.track]
        if not lines:
            return
        last = self.selection.layers[-1] if self.selection.layers else None
        now = next((k for k, line in enumerate(lines) if line.row.path == last), None)
        k = (0 if by > 0 else len(lines) - 1) if now is None else min(max(0, now + by), len(lines) - 1)
        path = lines[k].row.path
        extends = keys & Qt.KeyboardModifier.ShiftModifier
        self.selection.select((*(each for each in self.selection.layers if each != path), path) if extends else (path,))

    # -------------------------------------------------------------------------------------------------------- files

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.editable and dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """A line shows where they would begin."""
        event.acceptProposedAction()
        self.show_snap(self._second_of_drop(event.position()))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.show_snap(None)

    def dropEvent(self, event: QDropEvent) -> None:
        self.show_snap(None)
        event.acceptProposedAction()
        self.files_dropped.emit(dropped_files(event.mimeData()), self._second_of_drop(event.position()))

    def _second_of_drop(self, at: QPointF) -> float:
        """On a frame of the film; from the playhead on where it is dropped on the names."""
        seconds = self.playhead if at.x() < self.header else self.seconds_at(at)
        return on_frame(min(max(0.0, seconds), max(0.0, self.rows.duration - 1 / self.fps)), self.fps)

    # ----------------------------------------------------------------------------------------------------- tooltips

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            found = hit(self, QPointF(self.viewport().mapFromGlobal(event.globalPos())))  # type: ignore[attr-defined]  # a QHelpEvent
            QToolTip.showText(event.globalPos(), words(self, found), self.viewport())  # type: ignore[attr-defined]
            return True
        return bool(super().viewportEvent(event))
