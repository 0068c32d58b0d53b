"""The overlay over the picture: hears the mouse and the keys, selects, drags, nudges, and asks for words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

from app import document_edits as edits
from app.preview.player import Player
from app.project import Project
from app.selection import Selection
from app.widgets.canvas import Canvas
from app.widgets.handles import drags, paint
from app.widgets.handles.box import Box
from app.widgets.handles.drags import Held, Placed
from app.widgets.handles.gesture import Gesture, Step
from app.widgets.handles.grips import Grip, Grips
from app.widgets.handles.pick import after, is_inside, is_locked, under
from app.widgets.handles.snap import REACH, Lines, lines_of
from app.widgets.handles.standing import Standing
from app.widgets.handles.words import WordsEditor
from app.widgets.handles.writing import Placing, hindrance, is_still
from app.widgets.inspector.target import Target

WRITES = 50  # ms between two writings of a drag into the document
STILL = 4.0  # px of the screen that a click may wander
CALM = 700  # ms without a nudge, after which the next is a step of its own
NUDGES = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}
FAR = 10  # px, with Shift


class Handles(QObject):
    """Of one canvas. `fields_wanted`: something was clicked twice that has no words to type."""

    fields_wanted = Signal()

    def __init__(
        self, project: Project, selection: Selection, player: Player, canvas: Canvas, is_behind: Callable[[], bool]
    ) -> None:
        super().__init__(canvas)
        self.project, self.selection, self.player, self.canvas = project, selection, player, canvas
        self.standing = Standing(player, is_behind, self)
        self.gesture: Gesture | None = None
        self.step: Step | None = None
        self.editor: WordsEditor | None = None
        self._placed: dict[str, Box] = {}  # what a hand has moved, until the process has told where it is
        self._hovered: str | None = None
        self._pressed = QPointF()
        self._clicked: QPointF | None = None  # where the last click was
        self._written = False  # the drag is in the document
        self._typed = False  # the words are
        self._keeps = False  # the press was on what is selected already
        self._before_click: tuple[str, ...] = ()
        self._writing = QTimer(self, singleShot=True, interval=WRITES)
        self._writing.timeout.connect(self._write)
        self._calm = QTimer(self, singleShot=True, interval=CALM)
        self._calm.timeout.connect(project.finish)
        self.standing.changed.connect(self._stands)
        selection.changed.connect(self._selected)
        project.path_changed.connect(self.standing.clear)
        project.view_changed.connect(canvas.update)
        player.playing_changed.connect(lambda _: self._end())
        canvas.set_overlay(self)

    # ------------------------------------------------------------------------------------------------------- what is

    @property
    def is_on(self) -> bool:
        return self.project.is_editable and not self.player.speed and self.player.film is not None

    def box(self, path: str) -> Box | None:
        return self._placed.get(path) or self.standing.boxes.get(path)

    @property
    def chosen(self) -> list[Box]:
        """Of the selected layers, those that are in this frame; the one chosen last at the end."""
        return [box for path in self.selection.layers if (box := self.box(path))]

    def hindrance(self, path: str) -> str | None:
        """Why a layer cannot be taken hold of."""
        document = self.project.document or {}
        if is_locked(path, self.project.locked):
            return self.tr("It is locked.")
        return hindrance(document, path) if edits.value_or(document, path) is not None else ""

    def _grips(self, box: Box) -> Grips:
        fixed = self.hindrance(box.path) is not None
        anchored = not fixed and is_still(self.project.document or {}, box.path)
        return Grips(box, self.canvas.transform, fixed, anchored)

    def _placing(self, box: Box) -> Placing:
        return Placing.of(Target(self.project, (box.path,), self._playhead), box)

    def _playhead(self) -> float:
        return float(self.player.frame / self.player.fps)

    def _under(self, film: QPointF) -> list[str]:
        size, document = self.canvas.film_size, self.project.document or {}
        slack = STILL / self.canvas.transform.m11()
        boxes = self.standing.boxes | self._placed
        return under(film, boxes, document, self.project.locked, (size.width(), size.height()), slack)

    def _stands(self) -> None:
        if self.gesture is None:
            self._placed = {}
        self.canvas.update()

    def _selected(self) -> None:
        if self.gesture and {each.box.path for each in self.gesture.placings} - set(self.selection.layers):
            self._end()
        self._hovered = None
        self.canvas.update()

    # ------------------------------------------------------------------------------------------------------ painting

    def paint(self, painter: QPainter, canvas: Canvas) -> None:
        if not self.is_on:
            return
        hovered = self.box(self._hovered) if self._hovered else None
        if hovered and self.gesture is None:
            paint.paint_hover(painter, self._grips(hovered))
        chosen = self.chosen
        for box in chosen:
            paint.paint_box(painter, self._grips(box), main=len(chosen) == 1 and self.editor is None)
        if self.step:
            paint.paint_lines(painter, self.step.met, canvas)
            if self._hand is not None:
                paint.paint_words(painter, self.step.words, self._hand)

    _hand: QPointF | None = None

    # --------------------------------------------------------------------------------------------------------- mouse

    def mouse(self, event: QMouseEvent, canvas: Canvas) -> bool:
        if not self.is_on:
            return False
        at, kind = event.position(), event.type()
        if kind == QEvent.Type.MouseMove:
            return self._move(at, _held(event), event.buttons())
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        if kind == QEvent.Type.MouseButtonPress:
            self._press(at, _held(event))
        elif kind == QEvent.Type.MouseButtonRelease:
            self._release(at)
        elif kind == QEvent.Type.MouseButtonDblClick:
            self._twice(at)
        return True

    def _press(self, at: QPointF, held: Held) -> None:
        self.project.finish()
        self._pressed, self._keeps = at, True
        grip = self._grip(at)
        if grip and grip.kind != "move":
            self._begin(grip)
            return
        self._keeps = self._choose(at, held)
        if not held.shift and self.selection.layers:
            self._begin(Grip("move"))

    def _choose(self, at: QPointF, held: Held) -> bool:
        """What a press selects; True where it keeps what is selected: to drag it, or for the release to decide."""
        film = self.canvas.to_film(at)
        found = self._under(film)
        if held.shift:
            if found:
                self.selection.toggle(found[0])
            return False
        size = self.canvas.film_size
        for box in self.chosen:
            on_it = not found or box.path == found[0] or not box.covers(size.width(), size.height())
            if box.contains(film) and on_it:
                return True
        self.selection.select(found[:1])
        return False

    def _grip(self, at: QPointF) -> Grip | None:
        chosen = self.chosen
        return self._grips(chosen[0]).under(at) if len(chosen) == 1 else None

    def _begin(self, grip: Grip) -> None:
        boxes = [box for box in self.chosen if self.hindrance(box.path) is None and box.parent.isInvertible()]
        outer = [box for box in boxes if not any(_is_in(box, other) for other in boxes)]
        if not outer or (grip.kind != "move" and len(outer) != 1):
            return
        paths = [box.path for box in outer]
        self.gesture = Gesture(
            grip, [self._placing(box) for box in outer], self.canvas.to_film(self._pressed), self._lines(paths)
        )

    def _lines(self, paths: Sequence[str]) -> Lines:
        size = self.canvas.film_size
        others = [
            box
            for path, box in self.standing.boxes.items()
            if not any(is_inside(path, each) or is_inside(each, path) for each in paths)
        ]
        return lines_of(size.width(), size.height(), others)

    def _move(self, at: QPointF, held: Held, buttons: Qt.MouseButton) -> bool:
        if self.gesture is None or not buttons & Qt.MouseButton.LeftButton:
            self._hover(at)
            return False
        if self.step is None and (at - self._pressed).manhattanLength() < STILL:
            return True
        reach = REACH / self.canvas.transform.m11()
        self.step = self.gesture.step(self.canvas.to_film(at), held, reach)
        self._hand = at
        self._placed = {path: placed.box for path, placed in self.step.placed.items()}
        if not self._writing.isActive():
            self._writing.start()
        self.canvas.update()
        return True

    def _hover(self, at: QPointF) -> None:
        grip = self._grip(at)
        found = self._under(self.canvas.to_film(at))
        chosen = self.chosen[0] if len(self.chosen) == 1 else None
        if grip and chosen:
            self.canvas.setCursor(self._grips(chosen).cursor(grip))
        elif self.canvas.cursor().shape() != Qt.CursorShape.ArrowCursor:
            self.canvas.unsetCursor()
        on_it = chosen if chosen and grip else None
        self.canvas.setToolTip((self.hindrance(on_it.path) or "") if on_it else "")
        hovered = found[0] if found and not grip else None
        if hovered != self._hovered:
            self._hovered = hovered
            self.canvas.update()

    def _release(self, at: QPointF) -> None:
        dragged = self.step is not None
        self._end()
        if dragged:
            self._clicked = None
            return
        if self._keeps:
            self._click_again(at)
        self._clicked = at

    def _click_again(self, at: QPointF) -> None:
        """What is selected was clicked: in the same place as before, the one below is meant."""
        found = self._under(self.canvas.to_film(at))
        same = self._clicked is not None and (at - self._clicked).manhattanLength() <= STILL
        self._before_click = self.selection.layers
        next_one = after(self.selection.layers[-1], found) if same else next(iter(found), None)
        if next_one:
            self.selection.select([next_one])

    def _twice(self, at: QPointF) -> None:
        """The first of the two clicks has selected; where it went on to the one below, it is taken back."""
        if self._keeps and self._before_click:
            self.selection.select(self._before_click)
        if len(self.chosen) == 1 and self.chosen[0].contains(self.canvas.to_film(at), STILL):
            self.edit_words()

    # ------------------------------------------------------------------------------------------------------- writing

    def _write(self) -> None:
        """As far as the hand has come."""
        if self.gesture is None or self.step is None:
            return
        gesture, step = self.gesture, self.step

        def change(document: edits.Document) -> None:
            for placing in gesture.placings:
                placing.write(document, step.placed[placing.box.path].pose)

        self._written |= self.project.edit(self._label(gesture.grip), change, "handles")

    def _label(self, grip: Grip) -> str:
        words = {
            "move": self.tr("Move"),
            "scale": self.tr("Scale"),
            "turn": self.tr("Rotate"),
            "anchor": self.tr("Anchor"),
        }
        return words[grip.kind]

    def _end(self) -> None:
        """The hand lets go: all of it is one step."""
        if self._writing.isActive():
            self._writing.stop()
            self._write()
        if self.gesture:
            self.project.finish()
        self.gesture = self.step = self._hand = None
        self._written = False
        self.canvas.update()

    def cancel(self) -> None:
        """Back to where the drag began."""
        self._writing.stop()
        self.gesture = self.step = self._hand = None
        self._placed = {}
        if self._written:
            self.project.undo()
        self._written = False
        self.canvas.update()

    # ---------------------------------------------------------------------------------------------------------- keys

    def takes(self, event: QKeyEvent) -> bool:
        if not self.is_on or not self.chosen:
            return False
        plain = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        own = (*NUDGES, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        return event.key() in own and not plain

    def key(self, event: QKeyEvent, canvas: Canvas) -> bool:
        if not self.takes(event):
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.cancel() if self.gesture else self.selection.clear()
        elif event.key() in NUDGES:
            far = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.nudge(NUDGES[Qt.Key(event.key())] * (FAR if far else 1))
        else:
            self.edit_words()
        return True

    def nudge(self, by: QPointF) -> None:
        """The selected layers, by px of the film; nudges in a row are one step."""
        if self.gesture:
            return
        self._begin(Grip("move"))
        gesture, self.gesture = self.gesture, None
        if gesture is None:
            return
        placed: dict[str, Placed] = {each.box.path: drags.move(each.box, each.pose, by) for each in gesture.placings}

        def change(document: edits.Document) -> None:
            for placing in gesture.placings:
                placing.write(document, placed[placing.box.path].pose)

        if self.project.edit(self.tr("Nudge"), change, f"nudge {self.selection.layers}"):
            self._placed |= {path: each.box for path, each in placed.items()}
            self._calm.start()
            self.canvas.update()

    # --------------------------------------------------------------------------------------------------------- words

    def edit_words(self) -> None:
        """Of the one selected text; of what has none, the fields are asked for."""
        box = self.chosen[-1]
        words = edits.value_or(self.project.document, f"{box.path}.text")
        if not isinstance(words, str) or is_locked(box.path, self.project.locked):
            self.fields_wanted.emit()
            return
        rect = self.canvas.transform.mapRect(box.rect)
        self.project.finish()
        self.editor = WordsEditor(self.canvas, words, QRectF(rect))
        self.editor.typed.connect(lambda typed: self._type(box.path, typed))
        self.editor.ended.connect(self._end_words)
        self._hovered = None
        self.canvas.update()

    def _type(self, path: str, typed: str) -> None:
        change = partial(edits.set_value, path=f"{path}.text", value=typed)
        self._typed |= self.project.edit(self.tr("Words"), change, "words")

    def _end_words(self, keep: bool) -> None:
        self.editor = None
        self.project.finish()
        if self._typed and not keep:
            self.project.undo()
        self._typed = False
        self.canvas.setFocus()
        self.canvas.update()


def _held(event: QMouseEvent) -> Held:
    keys = event.modifiers()
    return Held(
        bool(keys & Qt.KeyboardModifier.ShiftModifier),
        bool(keys & Qt.KeyboardModifier.AltModifier),
        bool(keys & Qt.KeyboardModifier.ControlModifier),
    )


def _is_in(box: Box, other: Box) -> bool:
    return box is not other and is_inside(box.path, other.path)
