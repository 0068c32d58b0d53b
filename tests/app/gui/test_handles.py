"""Handles over the picture: what a hand does with them is in the document, and the engine draws it where the hand left it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document_edits import layer_at, set_value
from app.feed import Feed
from app.preview.player import Player
from app.project import Project
from app.selection import Selection
from app.widgets.canvas import Canvas
from app.widgets.handles import Handles
from app.widgets.handles.box import Box
from app.widgets.handles.grips import Grip

NONE, SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
GROUND, RED, WORDS, GROUP, STACK, MOVING, SPRING = (f"layers[{k}]" for k in range(7))
INNER = "layers[3].layers[0]"


def square(x: Any, y: Any, **fields: Any) -> dict[str, Any]:
    return {"type": "shape", "shape": "rect", "size": [80, 60], "fill": "#f00", "position": [x, y], **fields}


DOCUMENT: dict[str, Any] = {
    "framekiln": 1,
    "size": [640, 360],
    "fps": 10,
    "duration": 2,
    "layers": [
        {"type": "background", "fill": "#101114"},
        square("20%", "30%"),
        {"type": "text", "text": "Hello", "size": 40, "position": [170, 108]},
        {"type": "group", "size": [200, 100], "position": [470, 90], "rotation": 30, "scale": 0.8, "layers": [
            square(60, 50, rotation=-70, scale=[1.2, 0.5], anchor=["left", "bottom"])]},
        {"type": "stack", "direction": "row", "position": [500, 300], "layers": [square(0, 0), square(0, 0)]},
        square(0, 0, position={"keyframes": [{"at": 0, "value": [100, 240]}, {"at": 1, "value": [300, 240]}]}),
        square(0, 0, position={"spring": "snappy", "from": [320, 20], "to": [320, 180]}, entrance="fadeUp"),
    ],
}  # fmt: skip


class Hand:
    """What a person does over the picture; places are px of the film."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot = qtbot
        self.project, self.selection, self.player = Project(recovery=folder / "recovery"), Selection(), Player()
        self.feed = Feed(self.project, self.player)
        self.canvas = Canvas(self.player)
        self.handles = Handles(self.project, self.selection, self.player, self.canvas, lambda: self.feed.is_behind)
        self.canvas.resize(1000, 600)
        qtbot.addWidget(self.canvas)
        self.project.new(DOCUMENT, folder)
        self.canvas.show()
        self.at_frame(5)

    def close(self) -> None:
        self.player.close()
        self.project.close()

    def at_frame(self, frame: int) -> None:
        self.qtbot.waitUntil(lambda: bool(self.handles.standing.boxes))
        with self.qtbot.waitSignal(self.handles.standing.changed):
            self.player.seek(frame)
        self.settle()

    def settle(self) -> None:
        """Until the process has told where the layers of the newest document are."""
        standing = self.handles.standing
        self.qtbot.waitUntil(lambda: not self.feed.is_behind and not standing._asked)
        self.qtbot.waitUntil(lambda: not self.handles.carrying.placed)

    def box(self, path: str) -> Box:
        found = self.handles.box(path)
        assert found
        return found

    def mouse(self, kind: QEvent.Type, film: QPointF, keys: Qt.KeyboardModifier) -> None:
        at = self.canvas.to_view(film)
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else LEFT
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else LEFT
        event = QMouseEvent(kind, at, QPointF(self.canvas.mapToGlobal(at)), button, held, keys)
        QApplication.sendEvent(self.canvas, event)

    def press(self, film: QPointF, keys: Qt.KeyboardModifier = NONE) -> None:
        self.mouse(QEvent.Type.MouseButtonPress, film, keys)

    def click(self, x: float, y: float, keys: Qt.KeyboardModifier = NONE) -> tuple[str, ...]:
        self.press(QPointF(x, y), keys)
        self.mouse(QEvent.Type.MouseButtonRelease, QPointF(x, y), keys)
        return self.selection.layers

    def carry(self, start: QPointF, by: QPointF, keys: Qt.KeyboardModifier = NONE, steps: int = 5) -> None:
        """Presses and moves, and does not let go."""
        self.press(start, keys)
        for k in range(1, steps + 1):
            self.mouse(QEvent.Type.MouseMove, start + by * (k / steps), keys)

    def drag(self, start: QPointF, by: tuple[float, float], keys: Qt.KeyboardModifier = NONE) -> None:
        self.carry(start, QPointF(*by), keys)
        self.mouse(QEvent.Type.MouseButtonRelease, start + QPointF(*by), keys)

    def layer(self, path: str) -> dict[str, Any]:
        assert self.project.document
        return layer_at(self.project.document, path)


@pytest.fixture
def hand(qtbot: QtBot, tmp_path: Path) -> Iterator[Hand]:
    made = Hand(qtbot, tmp_path)
    yield made
    made.close()


def middle(hand: Hand, path: str) -> QPointF:
    return hand.box(path).at(0.5, 0.5)


# ----------------------------------------------------------------------------------------------------------- selecting


def test_a_click_selects_what_is_on_top_and_another_one_what_lies_below(hand: Hand) -> None:
    assert hand.click(150, 108) == (WORDS,)  # both the words and the red square are here
    assert hand.click(150, 108) == (RED,)
    assert hand.click(150, 108) == (GROUND,)
    assert hand.click(150, 108) == (WORDS,)
    assert hand.click(95, 90) == (RED,)
    assert hand.click(95, 90, SHIFT) == ()
    hand.click(95, 90)
    assert hand.click(150, 108, SHIFT) == (RED, WORDS)


def test_what_is_locked_or_only_holds_others_lets_clicks_through(hand: Hand) -> None:
    hand.project.set_locked(WORDS, True)
    assert hand.click(150, 108) == (RED,)
    corner = hand.box(GROUP).at(0.9, 0.1)
    assert hand.click(corner.x(), corner.y()) == (GROUND,)  # in the group's box, but on none of its layers
    inner = middle(hand, INNER)
    assert hand.click(inner.x(), inner.y()) == (INNER,)
    assert hand.click(inner.x(), inner.y()) == (GROUP,)


def test_a_slip_of_the_hand_moves_no_background(hand: Hand) -> None:
    hand.drag(QPointF(30, 330), (40, -20))
    assert hand.selection.layers == (GROUND,)
    assert "position" not in hand.layer(GROUND)


def test_the_right_button_selects_and_asks_for_the_menu(hand: Hand) -> None:
    at = hand.canvas.to_view(QPointF(95, 90)).toPoint()
    with hand.qtbot.waitSignal(hand.handles.menu_wanted) as asked:
        QTest.mouseClick(hand.canvas, Qt.MouseButton.RightButton, NONE, at)
    assert hand.selection.layers == (RED,)
    assert asked.args == [hand.canvas.mapToGlobal(at)]


# ------------------------------------------------------------------------------------------------------------ dragging


def test_a_drag_is_one_step_back(hand: Hand) -> None:
    before = hand.project.document
    hand.carry(QPointF(95, 90), QPointF(33, 47), CTRL, steps=40)
    hand.qtbot.waitUntil(lambda: hand.project.document is not before)
    hand.mouse(QEvent.Type.MouseButtonRelease, QPointF(128, 137), CTRL)
    assert hand.layer(RED)["position"] == ["25.156%", "43.056%"]
    assert hand.project.undo_stack.count() == 1
    hand.project.undo()
    assert hand.project.document == before


def test_percent_stays_percent_and_the_middle_holds_what_comes_near(hand: Hand) -> None:
    hand.drag(QPointF(95, 90), (320 - 128 + 3, 180 - 108 - 4))
    assert hand.layer(RED)["position"] == ["50%", "50%"]
    hand.settle()
    hand.drag(QPointF(320, 180), (3, -4), CTRL)
    assert hand.layer(RED)["position"] == ["50.469%", "48.889%"]


def test_others_hold_what_comes_near_to_their_edges(hand: Hand) -> None:
    words = hand.box(WORDS).rect
    hand.drag(QPointF(95, 80), (words.left() - 88 + 2, 100))  # the left edges
    assert hand.box(RED).rect.left() == pytest.approx(words.left(), abs=0.1)


def test_shift_keeps_to_an_axis(hand: Hand) -> None:
    hand.drag(QPointF(95, 90), (60, 25), SHIFT | CTRL)
    assert hand.layer(RED)["position"] == ["29.375%", "30%"]


def test_a_corner_keeps_the_proportions_and_the_opposite_corner_its_place(hand: Hand) -> None:
    hand.click(95, 90)
    box = hand.box(RED)
    still = box.at(0, 0)
    hand.drag(box.at(1, 1), (40, 30))
    assert hand.layer(RED)["scale"] == 1.5
    hand.settle()
    assert hand.box(RED).at(0, 0).toTuple() == pytest.approx(still.toTuple(), abs=0.1)
    hand.drag(hand.box(RED).at(1, 0.5), (-30, 50), ALT | CTRL)  # about its anchor, one side
    assert hand.layer(RED)["scale"] == [0.75, 1.5]


def test_rotation_goes_in_steps_with_shift(hand: Hand) -> None:
    hand.click(95, 90)
    knob = hand.handles.grips(hand.box(RED)).knob
    assert knob
    hand.drag(hand.canvas.to_film(knob), (70, 40), SHIFT)
    assert hand.layer(RED)["rotation"] == 45


def test_what_turns_a_layer_lies_clear_of_the_words_over_the_picture(hand: Hand) -> None:
    grips = hand.handles.grips(hand.box(RED))
    assert grips.knob
    covered = QRectF(grips.knob.x() - 40, grips.knob.y() - 12, 80, 24)
    elsewhere = replace(grips, covered=covered)
    assert elsewhere.knob
    assert not covered.contains(elsewhere.knob)
    assert elsewhere.under(elsewhere.knob) == Grip("turn")


def moved(hand: Hand, path: str) -> None:
    hand.drag(middle(hand, path), (37, -21))


def scaled(hand: Hand, path: str) -> None:
    hand.drag(hand.box(path).at(1, 0), (23, 11))


def stretched(hand: Hand, path: str) -> None:
    hand.drag(hand.box(path).at(0.5, 1), (5, 17), CTRL)


def turned(hand: Hand, path: str) -> None:
    knob = hand.handles.grips(hand.box(path)).knob
    assert knob
    hand.drag(hand.canvas.to_film(knob), (13, 37))


def anchored(hand: Hand, path: str) -> None:
    hand.drag(hand.box(path).anchor_in_film, (9, 14), CTRL)


@pytest.mark.parametrize("path", [RED, WORDS, INNER, MOVING, SPRING])
@pytest.mark.parametrize("do", [moved, scaled, stretched, turned, anchored])
def test_the_engine_draws_a_layer_where_the_hand_left_it(
    hand: Hand, path: str, do: Callable[[Hand, str], None]
) -> None:
    if do is anchored and path in (MOVING, SPRING):
        return
    hand.selection.select([path])
    do(hand, path)
    assert hand.project.undo_stack.count() == 1
    left = [point.toTuple() for point in hand.box(path).corners.toList()]
    hand.settle()
    drawn = [point.toTuple() for point in hand.box(path).corners.toList()]
    assert [each for point in drawn for each in point] == pytest.approx([e for point in left for e in point], abs=0.6)


def test_what_moves_by_keyframes_gets_one_at_the_playhead(hand: Hand) -> None:
    hand.drag(QPointF(200, 240), (0, 40), CTRL)
    assert hand.layer(MOVING)["position"] == {
        "keyframes": [{"at": 0, "value": [100, 240]}, {"at": 0.5, "value": [200, 280]}, {"at": 1, "value": [300, 240]}]
    }


def test_a_spring_is_moved_as_a_whole(hand: Hand) -> None:
    start = middle(hand, SPRING)
    hand.click(start.x(), start.y())
    hand.drag(start, (10, 20), CTRL)
    assert hand.layer(SPRING)["position"] == {"spring": "snappy", "from": [330, 40], "to": [330, 200]}


def test_what_a_stack_or_a_prop_places_says_so(hand: Hand) -> None:
    inner = middle(hand, f"{STACK}.layers[0]")
    assert hand.click(inner.x(), inner.y()) == (f"{STACK}.layers[0]",)
    hand.drag(inner, (50, 50))
    assert not hand.project.is_modified
    hand.handles._hover(hand.canvas.to_view(inner))
    assert "stack" in hand.canvas.toolTip()
    assert not hand.handles.grips(hand.box(f"{STACK}.layers[0]")).scaling


def test_escape_takes_a_drag_back(hand: Hand) -> None:
    before = hand.project.document
    hand.carry(QPointF(95, 90), QPointF(60, 60))
    hand.qtbot.waitUntil(lambda: hand.project.document is not before)
    QTest.keyClick(hand.canvas, Qt.Key.Key_Escape)
    hand.mouse(QEvent.Type.MouseButtonRelease, QPointF(155, 150), NONE)
    assert hand.project.document == before
    assert hand.selection.layers == (RED,)


# ---------------------------------------------------------------------------------------------------------------- keys


def test_arrows_nudge_what_is_selected_and_step_through_frames_where_nothing_is(hand: Hand) -> None:
    hand.selection.select([SPRING])
    for _ in range(3):
        QTest.keyClick(hand.canvas, Qt.Key.Key_Right)
    QTest.keyClick(hand.canvas, Qt.Key.Key_Down, SHIFT)
    assert hand.layer(SPRING)["position"]["to"] == [323, 190]
    assert hand.project.undo_stack.count() == 1
    QTest.keyClick(hand.canvas, Qt.Key.Key_Escape)
    assert hand.selection.layers == ()


def test_words_are_typed_beside_the_text(hand: Hand) -> None:
    hand.click(190, 108)
    hand.mouse(QEvent.Type.MouseButtonDblClick, QPointF(190, 108), NONE)
    assert hand.handles.words.editor
    QTest.keyClicks(hand.handles.words.editor, "New")
    assert hand.layer(WORDS)["text"] == "New"
    QTest.keyClick(hand.handles.words.editor, Qt.Key.Key_Return)
    assert hand.project.undo_stack.count() == 1
    assert hand.selection.layers == (WORDS,)

    hand.handles.edit_words()
    QTest.keyClicks(hand.handles.words.editor, "No")
    QTest.keyClick(hand.handles.words.editor, Qt.Key.Key_Escape)
    assert hand.layer(WORDS)["text"] == "New"


def test_what_has_no_words_asks_for_its_fields(hand: Hand) -> None:
    hand.click(95, 90)
    with hand.qtbot.waitSignal(hand.handles.fields_wanted):
        hand.mouse(QEvent.Type.MouseButtonDblClick, QPointF(95, 90), NONE)
    assert hand.selection.layers == (RED,)


# ---------------------------------------------------------------------------------------------------------------- feed


def test_the_preview_is_given_what_it_can_show_and_always_the_last(hand: Hand) -> None:
    given: list[Any] = []
    hand.player.process.opened.connect(given.append)
    for k in range(200):
        hand.project.edit("Move", partial(set_value, path=f"{RED}.position", value=[k, 50]), "move")
        QApplication.processEvents()
    hand.settle()
    hand.qtbot.waitUntil(lambda: hand.box(RED).position.toTuple() == (199, 50))
    assert 1 <= len(given) < 100
