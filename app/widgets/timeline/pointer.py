"""The mouse on the timeline: what it points at, what a press chooses, and the drag that it begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent

from app.widgets.timeline import drags
from app.widgets.timeline.hits import Hit, hit
from app.widgets.timeline.lines import Line
from app.widgets.timeline.marker_name import MarkerName
from app.widgets.timeline.tracks import Key

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView

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
FASTEST = 40.0  # px by which a drag over an edge scrolls at once


class Pointer:
    def __init__(self, view: TimelineView) -> None:
        self.view = view
        self.drag: drags.Drag | None = None
        self.hovered = Hit("nothing")
        self._anchor = ""  # where a selection with shift begins
        self._namer = MarkerName(view)

    def press(self, event: QMouseEvent) -> None:
        at = event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            self.drag = drags.Pan(self.view, at)
            self.view.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton:
            self.drag = self._begin(hit(self.view, at), at, event.modifiers())
        elif event.button() == Qt.MouseButton.RightButton:
            found = hit(self.view, at)
            if found.line and found.line.row.path not in self.view.selection.layers:
                self.view.selection.select((found.line.row.path,))

    def _begin(self, found: Hit, at: QPointF, keys: Qt.KeyboardModifier) -> drags.Drag | None:
        line = found.line
        if found.part == "ruler":
            drag = drags.Seek(self.view)
            drag.move(at, keys)
            return drag
        if found.part in ("in", "out"):
            return drags.Range(self.view, "in" if found.part == "in" else "out")
        if found.part == "edge":
            return drags.Header(self.view)
        if found.mark:
            self.view.choose_mark(found.mark.path)
            return drags.Marker(self.view, at, found.mark) if self.view.editable else None
        if line is None or (found.part == "nothing" and at.x() > self.view.header):
            self.view.selection.clear()
            self.view.select_keys(())
            return drags.Band(self.view, at)
        if found.part == "fold":
            self.view.fold(line.row.path)
            return None
        if found.key:
            return self._begin_key(line, found.key, at, keys)
        self.view.select_keys(())
        self._choose(line, keys)
        if (
            found.part in ("body", "start", "end")
            and self.view.editable
            and not self.view.project.is_locked(line.row.path)
        ):
            return drags.Bars(self.view, at, found.part, line.row, self.view.free_rows() or [line.row])
        return None

    def _begin_key(self, line: Line, key: Key, at: QPointF, keys: Qt.KeyboardModifier) -> drags.Drag | None:
        several = keys & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        if several:
            self.view.select_keys(self.view.keys ^ {key.path})
        elif key.path not in self.view.keys:
            # On a row that is not opened, all that stand at one time are moved as one.
            tracks = [line.track] if line.track else line.row.tracks
            self.view.select_keys(
                each.path for track in tracks for each in track.keys if each.free and each.at == key.at
            )
        if line.row.path not in self.view.selection.layers:
            self.view.selection.select((line.row.path,))
        if key.path not in self.view.keys or not self.view.editable or self.view.project.is_locked(line.row.path):
            return None
        return drags.Keys(self.view, at, key, [(row, each) for row, each in self.view.selected_keys() if each.free])

    def _choose(self, line: Line, keys: Qt.KeyboardModifier) -> None:
        path = line.row.path
        if keys & Qt.KeyboardModifier.ControlModifier:
            self.view.selection.toggle(path)
        elif keys & Qt.KeyboardModifier.ShiftModifier and (begin := self.view.line_of(self._anchor)):
            paths = [each.row.path for each in self.view.lines if not each.track]
            first, last = paths.index(begin.row.path), paths.index(path)
            chosen = paths[min(first, last) : max(first, last) + 1]
            self.view.selection.select(chosen if first <= last else reversed(chosen))
            return
        elif path not in self.view.selection.layers:
            self.view.selection.select((path,))
        self._anchor = path

    def move(self, event: QMouseEvent) -> None:
        at = event.position()
        if self.drag:
            self._follow(at)
            self.drag.move(at, event.modifiers())
            return
        found = hit(self.view, at)
        if found != self.hovered:
            self.hovered = found
            self.view.viewport().setCursor(self._shape(found))
            self.view.redraw()

    def _shape(self, found: Hit) -> Qt.CursorShape:
        row = found.line.row if found.line else None
        if (
            row
            and found.part in ("start", "end", "key")
            and (not self.view.editable or self.view.project.is_locked(row.path))
        ):
            return Qt.CursorShape.ArrowCursor
        return SHAPES.get(found.part, Qt.CursorShape.ArrowCursor)

    def _follow(self, at: QPointF) -> None:
        """What is dragged over an edge takes the view along."""
        if isinstance(self.drag, (drags.Pan, drags.Header)):
            return
        over = at.x() - self.view.viewport().width()
        if over > 0:
            self.view.scroll_by(min(FASTEST, over), 0)
        elif at.x() < self.view.header:
            self.view.scroll_by(max(-FASTEST, at.x() - self.view.header), 0)

    def release(self, event: QMouseEvent) -> None:
        if self.drag:
            drag, self.drag = self.drag, None
            drag.drop()
            self.view.project.finish()
            self.view.viewport().setCursor(self._shape(hit(self.view, event.position())))

    def press_twice(self, event: QMouseEvent) -> None:
        found = hit(self.view, event.position())
        if found.mark and self.view.editable:
            self.drag = None
            self._namer.begin(found.mark)
        elif found.line and found.line.row.folds and not found.line.track and found.part != "fold":
            self.drag = None
            self.view.fold(found.line.row.path)
        else:
            self.press(event)

    def cancel(self) -> None:
        """As it was before the drag."""
        if self.drag:
            drag, self.drag = self.drag, None
            drag.cancel()
            self.view.project.finish()

    def leave(self) -> None:
        self.hovered = Hit("nothing")
        self.view.redraw()
