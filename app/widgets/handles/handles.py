"""The overlay over the picture: hears the mouse and the keys, selects, drags, nudges, and asks for words."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter

from app.document_edits import value_or
from app.preview.player import Player
from app.project import Project
from app.selection import Selection
from app.widgets.canvas import Canvas, Pixel
from app.widgets.handles import paint
from app.widgets.handles.box import Box
from app.widgets.handles.carrying import Carrying, outermost
from app.widgets.handles.drags import Held
from app.widgets.handles.grips import Grip, Grips
from app.widgets.handles.pick import after, is_inside, is_locked, under
from app.widgets.handles.snap import REACH, Lines, lines_of
from app.widgets.handles.standing import Standing
from app.widgets.handles.words import Words
from app.widgets.handles.writing import hindrance, is_still

STILL = 4.0  # px of the screen that a click may wander
NUDGES = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}
FAR = 10  # px, with Shift
MANY = 50  # boxes, of which each has no more than a line


class Handles(QObject):
    """Of one canvas. `fields_wanted`: something was clicked twice that has no words to type."""

    fields_wanted = Signal()
    menu_wanted = Signal(QPoint)  # of what is selected, at this point of the screen

    def __init__(
        self, project: Project, selection: Selection, player: Player, canvas: Canvas, is_behind: Callable[[], bool]
    ) -> None:
        super().__init__(canvas)
        self.project, self.selection, self.player, self.canvas = project, selection, player, canvas
        self.standing = Standing(player, is_behind, self)
        self.carrying = Carrying(project, lambda: float(player.frame / player.fps), self)
        self.words = Words(project, canvas)
        self._hovered: str | None = None
        self._pressed = self._hand = QPointF()
        self._clicked: QPointF | None = None  # where the last click was
        self._keeps = False  # the press was on what is selected already
        self._before_click: tuple[str, ...] = ()
        self.standing.changed.connect(self.carrying.settle)
        self.carrying.changed.connect(canvas.update)
        self.words.changed.connect(canvas.update)
        selection.changed.connect(self._selected)
        project.path_changed.connect(self.standing.clear)
        project.path_changed.connect(self.words.close)
        project.view_changed.connect(canvas.update)
        player.playing_changed.connect(lambda _: self.carrying.end())
        canvas.pointed.connect(self._pointed)
        canvas.set_overlay(self)

    # ------------------------------------------------------------------------------------------------------- what is

    @property
    def is_on(self) -> bool:
        return self.project.is_editable and not self.player.speed and self.player.film is not None

    def box(self, path: str) -> Box | None:
        return self.carrying.placed.get(path) or self.standing.boxes.get(path)

    @property
    def chosen(self) -> list[Box]:
        """Of the selected layers, those that are in this frame; the one chosen last at the end."""
        return [box for path in self.selection.layers if (box := self.box(path))]

    @property
    def only(self) -> Box | None:
        """The one that is selected."""
        return self.chosen[0] if len(self.selection.layers) == 1 and self.chosen else None

    def hindrance(self, path: str) -> str | None:
        """Why a layer cannot be taken hold of."""
        document = self.project.document or {}
        if is_locked(path, self.project.locked):
            return self.tr("It is locked.")
        return hindrance(document, path) if value_or(document, path) is not None else ""

    def grips(self, box: Box) -> Grips:
        fixed = self.hindrance(box.path) is not None
        anchored = not fixed and is_still(self.project.document or {}, box.path)
        return Grips(box, self.canvas.transform, fixed, anchored, self.canvas.words_area)

    @property
    def _pixel(self) -> float:
        """Px of the film for one of the screen."""
        return 1 / self.canvas.transform.m11()

    def _under(self, film: QPointF) -> list[str]:
        document, boxes = self.project.document or {}, {**self.standing.boxes, **self.carrying.placed}
        return under(film, boxes, document, self.project.locked, self._size, STILL * self._pixel)

    @property
    def _size(self) -> tuple[float, float]:
        film = self.canvas.film_size
        return film.width(), film.height()

    def _selected(self) -> None:
        if self.carrying.paths - set(self.selection.layers):
            self.carrying.end()
        self.words.close()
        self._hovered = None
        self.canvas.update()

    # ------------------------------------------------------------------------------------------------------ painting

    def paint(self, painter: QPainter, canvas: Canvas) -> None:
        if not self.is_on:
            return
        hovered = self.box(self._hovered) if self._hovered else None
        if hovered and self.carrying.gesture is None:
            paint.paint_hover(painter, self.grips(hovered))
        chosen = self.chosen
        if len(chosen) > MANY:
            paint.paint_many(painter, (canvas.transform.map(box.corners) for box in chosen))
        else:
            for box in chosen:
                paint.paint_box(painter, self.grips(box), main=box is self.only and self.words.editor is None)
        if step := self.carrying.step:
            paint.paint_lines(painter, step.met, canvas)
            paint.paint_words(painter, step.words, self._hand)

    # --------------------------------------------------------------------------------------------------------- mouse

    def mouse(self, event: QMouseEvent, canvas: Canvas) -> bool:
        if not self.is_on:
            return False
        at, kind = event.position(), event.type()
        if kind == QEvent.Type.MouseMove:
            return self._move(at, _held(event), event.buttons())
        if event.button() == Qt.MouseButton.RightButton and kind == QEvent.Type.MouseButtonPress:
            self._choose(self.canvas.to_film(at), Held())
            self.menu_wanted.emit(event.globalPosition().toPoint())
            return True
        if event.button() != Qt.MouseButton.LeftButton:
            return False
        if kind == QEvent.Type.MouseButtonPress:
            self._press(at, _held(event))
        elif kind == QEvent.Type.MouseButtonRelease:
            self._release(at, _held(event))
        elif kind == QEvent.Type.MouseButtonDblClick:
            self._twice(at)
        return True

    def _press(self, at: QPointF, held: Held) -> None:
        self.project.finish()
        self._pressed, grip = at, self._grip(at)
        if grip and grip.kind != "move":
            self._keeps = False
            self._begin(grip)
            return
        self._keeps = self._choose(self.canvas.to_film(at), held)
        if self._keeps or not any(box.covers(*self._size) for box in self.chosen):
            self._begin(Grip("move"))  # a ground is selected first: a slip of the hand moves no background

    def _choose(self, film: QPointF, held: Held) -> bool:
        """What a press selects; True where it keeps what is selected: to drag it, or for the release to decide."""
        found = self._under(film)
        if held.shift:
            there = bool(found) and found[0] in self.selection.layers
            if found and not there:
                self.selection.toggle(found[0])
            return there
        for box in self.chosen:
            on_it = not found or box.path == found[0] or not box.covers(*self._size)
            if box.contains(film) and on_it:
                return True
        self.selection.select(found[:1])
        return False

    def _grip(self, at: QPointF) -> Grip | None:
        return self.grips(self.only).under(at) if self.only else None

    def _begin(self, grip: Grip) -> None:
        boxes = self._carried()
        self.carrying.begin(grip, boxes, self.canvas.to_film(self._pressed), self._lines(boxes))

    def _carried(self) -> list[Box]:
        return outermost([box for box in self.chosen if self.hindrance(box.path) is None and box.parent.isInvertible()])

    def _lines(self, carried: list[Box]) -> Lines:
        """Of all but those in the hand, what is in them and what they are in."""

        def is_other(path: str) -> bool:
            return not any(is_inside(path, box.path) or is_inside(box.path, path) for box in carried)

        return lines_of(*self._size, (box for path, box in self.standing.boxes.items() if is_other(path)))

    def _move(self, at: QPointF, held: Held, buttons: Qt.MouseButton) -> bool:
        if self.carrying.gesture is None or not buttons & Qt.MouseButton.LeftButton:
            self._hover(at)
            return False
        if self.carrying.step or _way(at, self._pressed) > STILL:
            self._hand = at
            self.carrying.to(self.canvas.to_film(at), held, REACH * self._pixel)
        return True

    def _hover(self, at: QPointF) -> None:
        grip, found = self._grip(at), self._under(self.canvas.to_film(at))
        if grip and self.only:
            self.canvas.setCursor(self.grips(self.only).cursor(grip))
            self.canvas.setToolTip(self.hindrance(self.only.path) or self._help(grip))
        else:
            self.canvas.unsetCursor()
            self.canvas.setToolTip("")
        self._show_hovered(found[0] if found and not grip else None)

    def _pointed(self, pixel: Pixel | None) -> None:
        """The pointer has left the picture."""
        if pixel is None:
            self._show_hovered(None)

    def _show_hovered(self, path: str | None) -> None:
        if path != self._hovered:
            self._hovered = path
            self.canvas.update()

    def _help(self, grip: Grip) -> str:
        """What cannot be seen; over the layer itself nothing gets between the hand and the picture."""
        return {
            "scale": self.tr("Scale  (Alt: about the middle, Shift: each side for itself, Ctrl: no snapping)"),
            "turn": self.tr("Rotate  (Shift: in steps of 15°, Ctrl: freely)"),
            "anchor": self.tr("Anchor: what it is scaled and rotated about  (Ctrl: no snapping)"),
            "move": "",
        }[grip.kind]

    def _release(self, at: QPointF, held: Held) -> None:
        self.carrying.end()
        if _way(at, self._pressed) > STILL:
            self._clicked = None
            return
        if self._keeps:
            self._click_again(at, held)
        self._clicked = at

    def _click_again(self, at: QPointF, held: Held) -> None:
        """What is selected was clicked: in the same place as before, the one below is meant; with Shift, not this one."""
        found = self._under(self.canvas.to_film(at))
        if held.shift:
            self.selection.toggle(found[0])
            return
        same = self._clicked is not None and _way(at, self._clicked) <= STILL
        self._before_click = self.selection.layers
        meant = after(self.selection.layers[-1], found) if same else next(iter(found), None)
        if meant:
            self.selection.select([meant])

    def _twice(self, at: QPointF) -> None:
        """The first of the two clicks has selected; where it went on to the one below, it is taken back."""
        if self._keeps and self._before_click:
            self.selection.select(self._before_click)
        if self.only and self.only.contains(self.canvas.to_film(at), STILL * self._pixel):
            self.edit_words()

    # ---------------------------------------------------------------------------------------------------------- keys

    def takes(self, event: QKeyEvent) -> bool:
        if not self.is_on or not self.chosen:
            return False
        plain = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if event.key() in NUDGES and not self._carried():
            return False  # what cannot be moved leaves the arrows to the frames
        own = (*NUDGES, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        return event.key() in own and not plain

    def key(self, event: QKeyEvent, canvas: Canvas) -> bool:
        if not self.takes(event):
            return False
        if event.key() == Qt.Key.Key_Escape:
            self.carrying.cancel() if self.carrying.gesture else self.selection.clear()
        elif event.key() not in NUDGES:
            self.edit_words()
        elif self.carrying.gesture is None:
            far = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.carrying.nudge(self._carried(), NUDGES[Qt.Key(event.key())] * (FAR if far else 1))
        return True

    def edit_words(self) -> None:
        """Of the one selected text; of what has none, the fields are asked for."""
        box = self.only
        if box is None or is_locked(box.path, self.project.locked) or not self.words.edit(box):
            self.fields_wanted.emit()


def _way(one: QPointF, other: QPointF) -> float:
    return float((one - other).manhattanLength())


def _held(event: QMouseEvent) -> Held:
    keys = event.modifiers()
    return Held(
        bool(keys & Qt.KeyboardModifier.ShiftModifier),
        bool(keys & Qt.KeyboardModifier.AltModifier),
        bool(keys & Qt.KeyboardModifier.ControlModifier),
    )
