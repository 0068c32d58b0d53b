"""What is said of a place on the timeline: as a tooltip, and to readers of screens."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from app.widgets.timecode import timecode
from app.widgets.timeline.hits import Hit

if TYPE_CHECKING:
    from app.widgets.timeline.view import TimelineView


def words(view: TimelineView, found: Hit) -> str:
    if found.mark:
        return view.tr("{} · {}\nDouble-click to rename").format(found.mark.name, _code(view, found.mark.at))
    if found.key:
        return f"{_code(view, found.key.at)} · {found.key.easing}"
    if found.line and found.line.track:
        return found.line.track.name
    if found.line and found.part != "fold":
        row = found.line.row
        length = view.tr("{:.2f} s").format(row.end - row.start)
        said = f"{row.name}\n{_code(view, row.start)} – {_code(view, row.end)} · {length}"
        told = row.kind != "scene" and not row.free_start
        return f"{said}\n{view.tr('Its start is told by a marker or a prop.')}" if told else said
    return ""


def _code(view: TimelineView, seconds: float) -> str:
    return timecode(round(seconds * view.fps), Fraction(view.fps).limit_denominator(1001))
