"""What is under the pointer: a bar, its end, a keyframe, a marker, an end of the range, the ruler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPointF

from app.widgets.timeline.clock import Mark
from app.widgets.timeline.lines import Line, line_at
from app.widgets.timeline.tracks import Key

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView

GRIP = 6  # px at an end of a bar by which it is trimmed
NEAR = 6  # px around a keyframe
FOOT = 12  # px from a row's lower edge, where a bar has its keyframes
FLAG = 10  # px of a marker's flag

Part = Literal["nothing", "ruler", "marker", "in", "out", "edge", "fold", "name", "body", "start", "end", "key"]


@dataclass(frozen=True)
class Hit:
    part: Part
    line: Line | None = None
    key: Key | None = None
    mark: Mark | None = None


def hit(view: TimelineView, at: QPointF) -> Hit:
    x, y = at.x(), at.y()
    if abs(x - view.header) <= 3:
        return Hit("edge")
    if y < view.top:
        return _on_ruler(view, x, y) if x > view.header else Hit("nothing")
    y += view.scrolled - view.top
    line = line_at(view.lines, y)
    if line is None:
        return Hit("nothing")
    if x < view.header:
        return _on_header(line, x)
    return _on_line(view, line, x, y - line.top)


def _on_header(line: Line, x: float) -> Hit:
    left = fold_left(line)
    folds = line.track is None and line.row.folds and left - 4 <= x <= left + 16
    return Hit("fold" if folds else "name", line)


def fold_left(line: Line) -> float:
    return 8 + 14 * line.row.depth


def _on_ruler(view: TimelineView, x: float, y: float) -> Hit:
    for mark in view.rows.marks if y >= view.ruler - FLAG - 4 else ():
        if mark.path and -2 <= x - view.x_of(mark.at) <= FLAG:
            return Hit("marker", mark=mark)
    span = view.span
    if span and y < view.ruler:
        for part, seconds in (("in", span[0]), ("out", span[1])):
            if abs(x - view.x_of(seconds)) <= 4:
                return Hit("in" if part == "in" else "out")
    return Hit("ruler")


def _on_line(view: TimelineView, line: Line, x: float, y: float) -> Hit:
    row = line.row
    if key := _key_at(view, line, x, y):
        return Hit("key", line, key)
    if line.track:
        return Hit("nothing", line)
    end = _on_end(view, line, x)
    if end:
        return Hit(end, line)
    return Hit("body" if view.x_of(row.start) <= x <= view.x_of(row.end) else "nothing", line)


def _key_at(view: TimelineView, line: Line, x: float, y: float) -> Key | None:
    """On a bar, keyframes are taken at its foot; what is above them moves the bar."""
    if line.track:
        keys, near = line.track.keys, NEAR
    elif y > line.height - FOOT and line.row.path not in view.opened:
        keys, near = tuple(key for track in line.row.tracks for key in track.keys), NEAR - 2
    else:
        return None
    found = min((key for key in keys if key.free), key=lambda key: abs(view.x_of(key.at) - x), default=None)
    return found if found and abs(view.x_of(found.at) - x) <= near else None


def _on_end(view: TimelineView, line: Line, x: float) -> Literal["start", "end"] | None:
    """A narrow bar keeps a third of itself to be moved by."""
    row = line.row
    left, right = view.x_of(row.start), view.x_of(row.end)
    grip = min(GRIP, max(2.0, (right - left) / 3))
    if row.free_end and -3 <= right - x <= grip:
        return "end"
    return "start" if row.free_start and -3 <= x - left <= grip else None
