"""A drag, from the press to the release: what each selected layer becomes, what it rests at, what is said beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF

from app.widgets.handles import drags
from app.widgets.handles.drags import Held, Placed
from app.widgets.handles.grips import Grip
from app.widgets.handles.snap import Lines, snapped, snapped_point
from app.widgets.handles.writing import Placing


@dataclass(frozen=True)
class Step:
    """By the layers' paths; what is met, in px of the film; the words beside the hand."""

    placed: dict[str, Placed]
    met: Lines = field(default_factory=Lines)
    words: str = ""


@dataclass(frozen=True)
class Gesture:
    """`start`: where it was pressed, px of the film; `lines`: what it may rest at. Several layers are only moved."""

    grip: Grip
    placings: Sequence[Placing]
    start: QPointF
    lines: Lines

    def step(self, to: QPointF, held: Held, reach: float) -> Step:
        """The hand is at `to`; `reach`: px of the film within which a line holds it."""
        return {"move": self._move, "scale": self._scale, "turn": self._turn, "anchor": self._anchor}[self.grip.kind](
            to, held, reach
        )

    @property
    def _first(self) -> Placing:
        return self.placings[0]

    def _move(self, to: QPointF, held: Held, reach: float) -> Step:
        by = drags.along_axis(to - self.start) if held.shift else to - self.start
        rect = QRectF()
        for placing in self.placings:
            rect = rect.united(placing.box.rect)
        free = snapped(by, rect, Lines() if held.ctrl else self.lines, reach)
        if held.shift:  # across the axis nothing pulls
            free = snapped(by, rect, self._across(by), 0 if held.ctrl else reach)
        placed = {each.box.path: drags.move(each.box, each.pose, free.by) for each in self.placings}
        x, y = placed[self._first.box.path].pose.position
        return Step(placed, free.met, f"X {x:.0f}   Y {y:.0f}")

    def _across(self, by: QPointF) -> Lines:
        return Lines(upright=self.lines.upright) if by.x() else Lines(level=self.lines.level)

    def _scale(self, to: QPointF, held: Held, reach: float) -> Step:
        box, pose, met = self._first.box, self._first.pose, Lines()
        handle = box.at(*self.grip.at)
        to = handle + to - self.start  # the hand is not exactly on it
        free = 0.5 in self.grip.at or held.shift
        if free and not held.ctrl and _is_upright(box.rect, handle, self.grip.at):
            to, met = snapped_point(to, self._of_handle(), reach)
        placed = drags.scale(box, pose, self.grip.at, to, held)
        across, down = (100 * abs(each) for each in placed.pose.scale)
        words = f"{across:.0f} %" if round(across) == round(down) else f"{across:.0f} × {down:.0f} %"
        return Step({box.path: placed}, met, words)

    def _of_handle(self) -> Lines:
        across, down = self.grip.at
        return Lines(self.lines.upright if across != 0.5 else (), self.lines.level if down != 0.5 else ())

    def _turn(self, to: QPointF, held: Held, reach: float) -> Step:
        placed = drags.turn(self._first.box, self._first.pose, self.start, to, held)
        return Step({self._first.box.path: placed}, words=f"{placed.pose.rotation:.1f}°")

    def _anchor(self, to: QPointF, held: Held, reach: float) -> Step:
        placed = drags.move_anchor(self._first.box, self._first.pose, to, 0 if held.ctrl else reach)
        across, down = (100 * share for share in placed.pose.anchor)
        return Step({self._first.box.path: placed}, words=f"{across:.0f} %   {down:.0f} %")


def _is_upright(rect: QRectF, handle: QPointF, at: tuple[float, float]) -> bool:
    """Whether the handle stands on the edges of what the box takes up: it is not turned."""
    there = QPointF(rect.left() + at[0] * rect.width(), rect.top() + at[1] * rect.height())
    return (handle - there).manhattanLength() < 0.5
