"""The area of the timeline: names on the left, bars on the film's clock, the ruler on top. It paints only what is in sight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QLineEdit, QToolTip, QWidget

from app.document_edits import Document, parent_of
from app.preview.player import Player
from app.project import Project
from app.project_state import Moved, follow
from app.selection import Selection
from app.widgets.timecode import timecode
from app.widgets.timeline import drags, edits, paint
from app.widgets.timeline.clock import Mark
from app.widgets.timeline.hits import Hit, hit
from app.widgets.timeline.lines import Line, lines_of
from app.widgets.timeline.media import Medium
from app.widgets.timeline.rendered import Span
from app.widgets.timeline.rows import Row, Rows
from app.widgets.timeline.scale import LEAST, Scale
from app.widgets.timeline.tracks import Key

RULER, STRIP = 30, 5  # px
NARROWEST, WIDEST = 120, 480  # px of the names
BEYOND = 1.15  # of the film's length can be scrolled to
MARGIN = 16  # px before 0 and after the end, where all is shown
SHAPES = {
    "start": Qt.CursorShape.SizeHorCursor,
    "end": Qt.CursorShape.SizeHorCursor,
    "in": Qt.CursorShape.SizeHorCursor,
    "out": Qt.CursorShape.SizeHorCursor,
    "edge": Qt.CursorShape.SplitHCursor,
    "key": Qt.CursorShape.PointingHandCursor,
    "marker": Qt.CursorShape.PointingHandCursor,
    "fold": Qt.CursorShape.PointingHandCursor,
}


class TimelineView(QAbstractScrollArea):
    zoomed = Signal(float)  # px a second
    keys_changed = Signal()  # the keyframes that are selected
    menu_wanted = Signal(QPoint)  # on the screen

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
        self.hovered: Hit = Hit("nothing")
        self.snaps = True
        self.snap: float | None = None
        self.band: QRectF | None = None  # that selects what it touches
        self.rendered: Sequence[Span] = ()
        self.media: dict[str, Medium] = {}
        self.editable = False
        self._drag: drags.Drag | None = None
        self._fits = True  # all of the film is shown, until somebody zooms
        self._naming: tuple[QLineEdit, Mark] | None = None
        self._new = True  # nothing of this film was shown yet
        self._anchor = ""  # where a selection with shift begins
        self.setObjectName("timeline-area")
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Timeline"))
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.horizontalScrollBar().valueChanged.connect(self._scrolled_across)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._redraw())
        self.verticalScrollBar().setSingleStep(28)
        player.moved.connect(self._playhead_moved)
        player.range_changed.connect(self._redraw)
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

    def line_of(self, path: str) -> Line | None:
        return next((line for line in self.lines if line.row.path == path and not line.track), None)

    def selected_rows(self) -> list[Row]:
        """The one chosen last at the end."""
        rows = {row.path: row for row in self.rows.walk()}
        return [rows[path] for path in self.selection.layers if path in rows]

    def free_rows(self) -> list[Row]:
        """Of the selected ones, those that are not locked."""
        return [row for row in self.selected_rows() if not self.is_locked(row.path)]

    def is_locked(self, path: str) -> bool:
        """By itself, or with what it lies in."""
        return any(path == locked or path.startswith(f"{locked}.") for locked in self.project.locked)

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
            self._redraw()

    def show_band(self, band: QRectF | None) -> None:
        self.band = band
        self._redraw()

    def _redraw(self) -> None:
        self.viewport().update()

    def _unfold(self) -> None:
        self.lines = lines_of(self.rows.rows, self.opened)
        self._size_bars()
        self._redraw()

    def fold(self, path: str, opened: bool | None = None) -> None:
        opened = path not in self.opened if opened is None else opened
        self.opened = self.opened | {path} if opened else self.opened - {path}
        self._unfold()

    def _layers_moved(self, moved: Moved) -> None:
        self.opened = follow(self.opened, moved)

    def _selected(self) -> None:
        """A layer chosen elsewhere is brought into sight."""
        if self.selection.layers and not self._drag:
            self.reveal(self.selection.layers[-1])
        self.setAccessibleDescription("; ".join(self._words(Hit("name", line)) for line in self._chosen_lines()))
        self._redraw()

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
        self._redraw()

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
        self._redraw()

    def scroll_by(self, x: float, y: float) -> None:
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        across.setValue(across.value() + round(x))
        down.setValue(down.value() + round(y))

    def set_header(self, width: int) -> None:
        self.header = min(max(NARROWEST, width), WIDEST, max(NARROWEST, self.viewport().width() // 2))
        if self._fits:
            self.fit()
        self._size_bars()
        self._redraw()

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
        if self.player.speed and not self._drag and not 0 <= self.scale.x(now) <= self.width_of_time - 8:
            self.horizontalScrollBar().setValue(round((now * self.scale.px) - 24))
            return
        for seconds in {before, now}:
            self.viewport().update(QRect(round(self.x_of(seconds)) - 9, 0, 19, self.viewport().height()))

    # ------------------------------------------------------------------------------------------------------ editing

    def edit(self, label: str, change: Callable[[Document], None], merge: str | None = None) -> bool:
        return self.project.edit(label, change, merge)

    def select_keys(self, paths: Iterable[str]) -> None:
        self.keys = set(paths)
        self.keys_changed.emit()
        self._redraw()

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

    def rename_marker(self, mark: Mark) -> None:
        """In its place, with the keyboard."""
        self._end_naming()
        editor = QLineEdit(mark.name, self.viewport())
        editor.setAccessibleName(self.tr("Name of the marker"))
        editor.setGeometry(round(self.x_of(mark.at)), 2, 160, RULER - 4)
        editor.selectAll()
        editor.editingFinished.connect(self._named)
        editor.installEventFilter(self)
        self._naming = (editor, mark)
        editor.show()
        editor.setFocus()

    def _named(self) -> None:
        if self._naming:
            editor, mark = self._naming
            name = editor.text().strip()
            self._end_naming()
            if name and name != mark.name:
                self.edit(self.tr("Rename marker"), lambda document: edits.rename_marker(document, mark.path, name))

    def _end_naming(self) -> None:
        if self._naming:
            editor, _ = self._naming
            self._naming = None
            editor.hide()
            editor.deleteLater()
            self.setFocus()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if (
            self._naming
            and watched is self._naming[0]
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
        ):
            self._end_naming()
            return True
        return False

    # -------------------------------------------------------------------------------------------------------- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._drag = drags.Pan(self, at)
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._drag = self._begin(hit(self, at), at, event.modifiers())
        elif event.button() == Qt.MouseButton.RightButton:
            found = hit(self, at)
            if found.line and found.line.row.path not in self.selection.layers:
                self.selection.select((found.line.row.path,))

    def _begin(self, found: Hit, at: QPointF, keys: Qt.KeyboardModifier) -> drags.Drag | None:
        line = found.line
        if found.part == "ruler":
            drag = drags.Seek(self)
            drag.move(at, keys)
            return drag
        if found.part in ("in", "out"):
            return drags.Range(self, "in" if found.part == "in" else "out")
        if found.part == "edge":
            return drags.Header(self)
        if found.mark:
            return drags.Marker(self, at, found.mark) if self.editable else None
        if line is None or (found.part == "nothing" and at.x() > self.header):
            self.selection.clear()
            self.select_keys(())
            return drags.Band(self, at)
        if found.part == "fold":
            self.fold(line.row.path)
            return None
        if found.key:
            return self._begin_key(line, found.key, at, keys)
        self.select_keys(())
        self._choose(line, keys)
        if found.part in ("body", "start", "end") and self.editable and not self.is_locked(line.row.path):
            return drags.Bars(self, at, found.part, line.row, self.free_rows() or [line.row])
        return None

    def _begin_key(self, line: Line, key: Key, at: QPointF, keys: Qt.KeyboardModifier) -> drags.Drag | None:
        several = keys & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        if several:
            self.select_keys(self.keys ^ {key.path})
        elif key.path not in self.keys:
            # On a row that is not opened, all that stand at one time are moved as one.
            tracks = [line.track] if line.track else line.row.tracks
            self.select_keys(each.path for track in tracks for each in track.keys if each.free and each.at == key.at)
        if line.row.path not in self.selection.layers:
            self.selection.select((line.row.path,))
        if key.path not in self.keys or not self.editable or self.is_locked(line.row.path):
            return None
        return drags.Keys(self, at, key, [(row, each) for row, each in self.selected_keys() if each.free])

    def _choose(self, line: Line, keys: Qt.KeyboardModifier) -> None:
        path = line.row.path
        if keys & Qt.KeyboardModifier.ControlModifier:
            self.selection.toggle(path)
        elif keys & Qt.KeyboardModifier.ShiftModifier and (begin := self.line_of(self._anchor)):
            paths = [each.row.path for each in self.lines if not each.track]
            first, last = paths.index(begin.row.path), paths.index(path)
            chosen = paths[min(first, last) : max(first, last) + 1]
            self.selection.select(chosen if first <= last else reversed(chosen))
            return
        elif path not in self.selection.layers:
            self.selection.select((path,))
        self._anchor = path

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._drag:
            self._follow(at)
            self._drag.move(at, event.modifiers())
            return
        found = hit(self, at)
        if found != self.hovered:
            self.hovered = found
            self.viewport().setCursor(self._shape(found))
            self._redraw()

    def _shape(self, found: Hit) -> Qt.CursorShape:
        row = found.line.row if found.line else None
        if row and found.part in ("start", "end", "key") and (not self.editable or self.is_locked(row.path)):
            return Qt.CursorShape.ArrowCursor
        return SHAPES.get(found.part, Qt.CursorShape.ArrowCursor)

    def _follow(self, at: QPointF) -> None:
        """What is dragged over an edge takes the view along."""
        if isinstance(self._drag, (drags.Pan, drags.Header)):
            return
        over = at.x() - self.viewport().width()
        if over > 0:
            self.scroll_by(min(40.0, over), 0)
        elif at.x() < self.header:
            self.scroll_by(max(-40.0, at.x() - self.header), 0)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag:
            drag, self._drag = self._drag, None
            drag.drop()
            self.project.finish()
            self.viewport().setCursor(self._shape(hit(self, event.position())))
        if event.button() == Qt.MouseButton.RightButton:
            self.menu_wanted.emit(event.globalPosition().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        found = hit(self, event.position())
        if found.mark and self.editable:
            self._drag = None
            self.rename_marker(found.mark)
        elif found.line and found.line.row.folds and not found.line.track and found.part != "fold":
            self._drag = None
            self.fold(found.line.row.path)
        else:
            self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered = Hit("nothing")
        self._redraw()

    # --------------------------------------------------------------------------------------------------------- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape and self._drag:
            drag, self._drag = self._drag, None
            drag.cancel()
            self.project.finish()
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

    # ----------------------------------------------------------------------------------------------------- tooltips

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            found = hit(self, QPointF(self.viewport().mapFromGlobal(event.globalPos())))  # type: ignore[attr-defined]  # a QHelpEvent
            QToolTip.showText(event.globalPos(), self._words(found), self.viewport())  # type: ignore[attr-defined]
            return True
        return bool(super().viewportEvent(event))

    def _words(self, found: Hit) -> str:
        if found.mark:
            return self.tr("{} · {}\nDouble-click to rename").format(found.mark.name, self._code(found.mark.at))
        if found.key:
            return f"{self._code(found.key.at)} · {found.key.easing}"
        if found.line and found.line.track:
            return found.line.track.name
        if found.line and found.part != "fold":
            row = found.line.row
            length = self.tr("{:.2f} s").format(row.end - row.start)
            return f"{row.name}\n{self._code(row.start)} – {self._code(row.end)} · {length}"
        return ""

    def _code(self, seconds: float) -> str:
        return timecode(round(seconds * self.fps), Fraction(self.fps).limit_denominator(1001))
