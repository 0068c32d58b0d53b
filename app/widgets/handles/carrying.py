"""What is in the hand: layers that are dragged or nudged, and their poses on the way into the document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtCore import QObject, QPointF, QTimer, Signal

from app.document_edits import Document
from app.project import Project
from app.widgets.handles import drags
from app.widgets.handles.box import Box
from app.widgets.handles.drags import Held, Placed
from app.widgets.handles.gesture import Gesture, Step
from app.widgets.handles.grips import Grip
from app.widgets.handles.pick import is_inside
from app.widgets.handles.snap import Lines
from app.widgets.handles.writing import Placing
from app.widgets.inspector.target import Target

WRITES = 50  # ms between two writings of a drag into the document
CALM = 700  # ms without a nudge, after which the next is a step of its own


class Carrying(QObject):
    """`placed`: boxes where a hand has left them, until the process has told the true ones."""

    changed = Signal()

    def __init__(self, project: Project, playhead: Callable[[], float], parent: QObject) -> None:
        super().__init__(parent)
        self.project, self._playhead = project, playhead
        self.gesture: Gesture | None = None
        self.step: Step | None = None
        self.placed: dict[str, Box] = {}
        self._is_written = False
        self._writing = QTimer(self, singleShot=True, interval=WRITES)
        self._writing.timeout.connect(self._write)
        self._calm = QTimer(self, singleShot=True, interval=CALM)
        self._calm.timeout.connect(project.finish)

    @property
    def paths(self) -> frozenset[str]:
        return frozenset(each.box.path for each in self.gesture.placings) if self.gesture else frozenset()

    def begin(self, grip: Grip, boxes: Sequence[Box], start: QPointF, lines: Lines) -> None:
        """`boxes`: outermost ones; `start`: px of the film. Several are only moved."""
        if boxes and (grip.kind == "move" or len(boxes) == 1):
            self.gesture = Gesture(grip, [self._placing(box) for box in boxes], start, lines)

    def to(self, film: QPointF, held: Held, reach: float) -> None:
        if self.gesture is None:
            return
        self.step = self.gesture.step(film, held, reach)
        self.placed = {path: placed.box for path, placed in self.step.placed.items()}
        if not self._writing.isActive():
            self._writing.start()
        self.changed.emit()

    def end(self) -> None:
        """The hand lets go: all of it is one step."""
        if self._writing.isActive():
            self._writing.stop()
            self._write()
        if self.gesture:
            self.project.finish()
        self._let_go()

    def cancel(self) -> None:
        """Back to where the drag began."""
        self._writing.stop()
        if self._is_written:
            self.project.undo()
        self.placed = {}
        self._let_go()

    def nudge(self, boxes: Iterable[Box], by: QPointF) -> None:
        """By px of the film; nudges in a row are one step."""
        placings = [self._placing(box) for box in boxes]
        placed = {each.box.path: drags.move(each.box, each.pose, by) for each in placings}
        if placings and self._edit(self.tr("Nudge"), placings, placed, f"nudge {list(placed)}"):
            self.placed |= {path: each.box for path, each in placed.items()}
            self._calm.start()
            self.changed.emit()

    def settle(self) -> None:
        """The process has told where everything is."""
        if self.gesture is None:
            self.placed = {}
        self.changed.emit()

    def _let_go(self) -> None:
        self.gesture = self.step = None
        self._is_written = False
        self.changed.emit()

    def _placing(self, box: Box) -> Placing:
        return Placing.of(Target(self.project, (box.path,), self._playhead), box)

    def _write(self) -> None:
        """As far as the hand has come."""
        if self.gesture and self.step:
            label = self._label(self.gesture.grip)
            self._is_written |= self._edit(label, self.gesture.placings, self.step.placed, "handles")

    def _edit(self, label: str, placings: Sequence[Placing], placed: Mapping[str, Placed], merge: str) -> bool:
        def change(document: Document) -> None:
            for placing in placings:
                placing.write(document, placed[placing.box.path].pose)

        return self.project.edit(label, change, merge)

    def _label(self, grip: Grip) -> str:
        return {
            "move": self.tr("Move"),
            "scale": self.tr("Scale"),
            "turn": self.tr("Rotate"),
            "anchor": self.tr("Anchor"),
        }[grip.kind]


def outermost(boxes: Sequence[Box]) -> list[Box]:
    """Without those that are in another one: they come along with it."""
    return [box for box in boxes if not any(is_inside(box.path, each.path) for each in boxes if each is not box)]
