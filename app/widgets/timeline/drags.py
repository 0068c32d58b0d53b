"""What a press begins. Each step of a drag starts from what it met, and all of them are one step to undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import TYPE_CHECKING, Literal, Protocol

from PySide6.QtCore import QPointF, QRectF, Qt

from app.document_edits import Document
from app.widgets.timeline import edits
from app.widgets.timeline.clock import Mark
from app.widgets.timeline.lines import within
from app.widgets.timeline.row import Row
from app.widgets.timeline.snap import REACH, Snapped, snapped, targets_of
from app.widgets.timeline.tracks import Key

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView

_numbers = count(1)
FREE = Qt.KeyboardModifier.AltModifier  # held: nothing snaps
SLACK = 3  # px that a hand may shake before it drags


class Drag(Protocol):
    def move(self, at: QPointF, keys: Qt.KeyboardModifier) -> None: ...

    def drop(self) -> None: ...

    def cancel(self) -> None: ...


class Seek:
    """The playhead follows the hand; it meets what bars meet."""

    def __init__(self, view: TimelineView) -> None:
        self.view = view

    def move(self, at: QPointF, keys: Qt.KeyboardModifier) -> None:
        self.view.seek(self.view.seconds_at(at))

    def drop(self) -> None: ...

    def cancel(self) -> None: ...


class Range:
    """The in or the out point."""

    def __init__(self, view: TimelineView, end: Literal["in", "out"]) -> None:
        self.view, self.end = view, end

    def move(self, at: QPointF, keys: Qt.KeyboardModifier) -> None:
        view = self.view
        film, span = view.player.film, view.player.range
        if film is None or span is None:
            return
        frame = round(view.seconds_at(at) * view.fps)
        first, last = span
        if self.end == "in":
            first = min(max(0, frame), last - 1)
        else:
            last = max(first + 1, min(frame, film.frames))
        view.player.set_range((first, last))

    def drop(self) -> None: ...

    def cancel(self) -> None: ...


class Pan:
    def __init__(self, view: TimelineView, at: QPointF) -> None:
        self.view, self.last = view, at

    def move(self, at: QPointF, keys: Qt.KeyboardModifier) -> None:
        by, self.last = at - self.last, at
        self.view.scroll_by(-by.x(), -by.y())

    def drop(self) -> None: ...

    def cancel(self) -> None: ...


class Header:
    """How wide the names are."""

    def __init__(self, view: TimelineView) -> None:
        self.view, self.before = view, view.header

    def move(self, at: QPointF, keys: Qt.KeyboardModifier) -> None:
        self.view.set_header(round(at.x()))

    def drop(self) -> None: ...

    def cancel(self) -> None:
        self.view.set_header(self.before)


class Band:
    """Selects what a frame touches: keyframes where their rows are unfolded, else bars."""

    def __init__(self, view: TimelineView, at: QPointF) -> None:
        self.view, self.seconds, self.y = view, view.seconds_at(at), at.y() + view.scrolled

    def move(self, at: QPointF, keys: Qt.KeyboardModifier) -> None:
        view = self.view
        start, end = sorted((self.seconds, view.seconds_at(at)))
        top, bottom = sorted((self.y, at.y() + view.scrolled))
        view.show_band(
            QRectF(QPointF(view.x_of(start), top - view.scrolled), QPointF(view.x_of(end), bottom - view.scrolled))
        )
        lines = within(view.lines, top - view.top, bottom - view.top)
        found = [key.path for line in lines if line.track for key in line.track.keys if start <= key.at <= end]
        view.select_keys(found)
        rows = [line.row for line in lines if not line.track]
        touched = [row.path for row in rows if row.start <= end and row.end >= start]
        view.selection.select([line.row.path for line in lines if line.track] if found else touched)

    def drop(self) -> None:
        self.view.show_band(None)

    def cancel(self) -> None:
        self.view.show_band(None)


class Edit:
    """A drag that changes the document: `step` says how, for so many seconds."""

    label = ""

    def __init__(self, view: TimelineView, at: QPointF, moving: Sequence[float], paths: Sequence[str]) -> None:
        self.view, self.begun, self.moving = view, at, moving
        self.grabbed = view.seconds_at(at)  # the view may be scrolled meanwhile
        self.before = edits.Before(view.project.document or {}, paths)
        self.merge = f"timeline-{next(_numbers)}"
        self.edited = False
        self.by = 0.0
        self.targets = targets_of(self.others(), view.rows.duration, view.scale.px)

    def others(self) -> list[float]:
        """What may be met."""
        return [self.view.playhead, *(mark.at for mark in self.view.rows.marks)]

    def step(self, document: Document, by: float) -> None:
        raise NotImplementedError

    def move(self, at: QPointF, keys: Qt.KeyboardModifier) -> None:
        view = self.view
        if not self.edited and abs(at.x() - self.begun.x()) < SLACK:
            return
        by = view.seconds_at(at) - self.grabbed
        found = self._rest(by, free=bool(keys & FREE) != (not view.snaps))
        view.show_snap(found.at)
        if found.by == self.by and self.edited:
            return
        self.by, self.edited = found.by, True
        view.edit(self.label, self._change(found.by), self.merge)

    def _rest(self, by: float, *, free: bool) -> Snapped:
        reach = 0.0 if free else REACH / self.view.scale.px
        return snapped(by, self.moving, () if free else self.targets, reach, self.view.fps)

    def _change(self, by: float) -> Callable[[Document], None]:
        def change(document: Document) -> None:
            self.before.put_back(document)
            self.step(document, by)

        return change

    def drop(self) -> None:
        self.view.show_snap(None)

    def cancel(self) -> None:
        self.view.show_snap(None)
        if self.edited:
            self.view.edit(self.label, self.before.put_back, self.merge)


class Bars(Edit):
    """Moves bars, or trims them at one end: all that are selected, if the one that was grabbed is."""

    STEPS = {
        "body": ("Move in time", edits.move),
        "start": ("Trim start", edits.trim_start),
        "end": ("Trim end", edits.trim_end),
    }

    def __init__(
        self, view: TimelineView, at: QPointF, part: Literal["body", "start", "end"], row: Row, rows: Sequence[Row]
    ) -> None:
        self.rows = edits.outermost(rows)
        self.label, self._step = self.STEPS[part]
        held = [row, *(each for each in self.rows if each is not row)]
        ends = {"body": ("start", "end"), "start": ("start",), "end": ("end",)}[part]
        moving = [getattr(each, end) for each in held for end in ends]
        super().__init__(view, at, moving, [each.path for each in self.rows])

    def others(self) -> list[float]:
        own = {each.path for row in self.rows for each in row.walk()}
        seen = {line.row.path: line.row for line in self.view.lines}
        rows = [row for row in seen.values() if row.path not in own]
        ends = [time for row in rows for time in (row.start, row.end)]
        keys = [key.at for row in rows for track in row.tracks for key in track.keys]
        return [*super().others(), *ends, *keys]

    def step(self, document: Document, by: float) -> None:
        self._step(document, self.rows, by)


class Keys(Edit):
    """Moves the keyframes that are selected."""

    label = "Move keyframes"

    def __init__(self, view: TimelineView, at: QPointF, key: Key, keys: Sequence[tuple[Row, Key]]) -> None:
        held = sorted(keys, key=lambda each: each[1] != key)
        self.keys = edits.held_keys(held)
        self.fields = {field for field, *_ in self.keys}
        super().__init__(view, at, [each.at for _, each in held], sorted(self.fields))

    def others(self) -> list[float]:
        lines = self.view.lines
        ends = [time for line in lines for time in (line.row.start, line.row.end)]
        rows = {line.row.path: line.row for line in lines}.values()
        tracks = [track for row in rows for track in row.tracks if track.path not in self.fields]
        return [*super().others(), *ends, *(key.at for track in tracks for key in track.keys)]

    def step(self, document: Document, by: float) -> None:
        edits.move_keys(document, self.keys, by)

    def move(self, at: QPointF, keys: Qt.KeyboardModifier) -> None:
        super().move(at, keys)
        if self.edited:
            self.view.select_keys_at(
                {(field, edits.written(clock.here(t + self.by))) for field, _, t, clock in self.keys}
            )


class Marker(Edit):
    label = "Move marker"

    def __init__(self, view: TimelineView, at: QPointF, mark: Mark) -> None:
        self.mark = mark
        super().__init__(view, at, [mark.at], [mark.path])

    def others(self) -> list[float]:
        ends = [time for line in self.view.lines for time in (line.row.start, line.row.end)]
        return [self.view.playhead, *ends]

    def step(self, document: Document, by: float) -> None:
        edits.move_marker(document, self.mark.path, self.mark.at + by)
