"""The timeline as a hand uses it: bars, keyframes and markers are moved, trimmed, split; the playhead follows."""

import json
import random
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app import theme
from app.cli.main import run
from app.preview.player import Player
from app.project import Project
from app.selection import Selection
from app.widgets.timeline import Timeline
from app.widgets.timeline.rendered import Rendered
from app.widgets.timeline.view import TimelineView
from render_engine.document.load import parse_document
from render_engine.timeline.resolve import resolve

Button, Keys, Key = Qt.MouseButton, Qt.KeyboardModifier, Qt.Key
FADE = {"keyframes": [{"at": 0, "value": 0}, {"at": 1, "value": 1}, {"at": 2, "value": 0.5}]}
FILM: dict[str, Any] = {
    "framekiln": 1,
    "size": [64, 64],
    "fps": 10,
    "duration": 10,
    "markers": [{"at": 6, "name": "chorus"}],
    "layers": [
        {"type": "shape", "id": "ground"},
        {"type": "text", "id": "word", "text": "a", "start": 2, "end": 5, "opacity": FADE},
        {"type": "group", "id": "pair", "start": 1, "layers": [{"type": "shape", "id": "inner", "end": 3}]},
    ],
}


@dataclass
class Hand:
    """Points at times and rows, and drags them."""

    timeline: Timeline
    project: Project
    player: Player
    selection: Selection
    qtbot: QtBot

    @property
    def view(self) -> TimelineView:
        return self.timeline.view

    @property
    def layers(self) -> list[dict[str, Any]]:
        assert self.project.document
        return self.project.document["layers"]

    def at(self, seconds: float, path: str, field: str = "") -> QPointF:
        line = next(
            each
            for each in self.view.lines
            if each.row.path == path and (each.track.name if each.track else "") == field
        )
        return QPointF(self.view.x_of(seconds), self.view.top + line.top - self.view.scrolled + line.height / 2)

    def send(self, kind: QEvent.Type, at: QPointF, keys: Qt.KeyboardModifier, button: Qt.MouseButton) -> None:
        held = Button.NoButton if kind == QEvent.Type.MouseButtonRelease else button
        place = self.view.viewport()
        event = QMouseEvent(kind, at, QPointF(place.mapToGlobal(at)), button, held, keys)
        QApplication.sendEvent(place, event)

    def drag(
        self, start: QPointF, end: QPointF, keys: Qt.KeyboardModifier = Keys.AltModifier, *, drop: bool = True
    ) -> None:
        """Without snapping, unless `keys` say otherwise."""
        self.send(QEvent.Type.MouseButtonPress, start, Keys.NoModifier, Button.LeftButton)
        for share in (0.1, 0.4, 0.8, 1.0):
            self.send(QEvent.Type.MouseMove, start + (end - start) * share, keys, Button.LeftButton)
        if drop:
            self.send(QEvent.Type.MouseButtonRelease, end, keys, Button.LeftButton)

    def click(self, at: QPointF, keys: Qt.KeyboardModifier = Keys.NoModifier) -> None:
        self.send(QEvent.Type.MouseButtonPress, at, keys, Button.LeftButton)
        self.send(QEvent.Type.MouseButtonRelease, at, keys, Button.LeftButton)

    def press(self, key: Qt.Key, keys: Qt.KeyboardModifier = Keys.NoModifier) -> None:
        QApplication.sendEvent(self.view, QKeyEvent(QEvent.Type.KeyPress, key, keys))

    def do(self, name: str) -> None:
        self.timeline.actions_by_name[name].trigger()

    def span(self, k: int) -> tuple[Any, Any]:
        return self.layers[k].get("start"), self.layers[k].get("end")


@pytest.fixture
def hand(qtbot: QtBot, tmp_path: Path, qapp: QApplication) -> Iterator[Hand]:
    theme.apply(qapp, "dark")
    project, player, selection = Project(recovery=tmp_path / "recovery"), Player(), Selection()
    project.layers_moved.connect(selection.follow)
    timeline = Timeline(project, player, selection)
    qtbot.addWidget(timeline)
    timeline.resize(1280, 400)
    timeline.show()
    project.new(json.loads(json.dumps(FILM)), tmp_path)
    yield Hand(timeline, project, player, selection, qtbot)
    timeline.close_processes()
    player.close()
    project.close()


def open_film(hand: Hand) -> None:
    source = hand.project.source()
    with hand.qtbot.waitSignal(hand.player.opened):
        hand.player.open(source)


# ------------------------------------------------------------------------------------------------------------- bars


def test_a_bar_is_moved_with_its_keyframes_in_one_step(hand: Hand) -> None:
    hand.drag(hand.at(3, "layers[1]"), hand.at(4.5, "layers[1]"))
    assert hand.span(1) == (3.5, 6.5)
    assert hand.layers[1]["opacity"] == FADE
    assert hand.project.undo_stack.count() == 1
    hand.project.undo()
    assert hand.project.document == FILM


def test_two_drags_are_two_steps(hand: Hand) -> None:
    hand.drag(hand.at(3, "layers[1]"), hand.at(4, "layers[1]"))
    hand.drag(hand.at(4, "layers[1]"), hand.at(5, "layers[1]"))
    assert (hand.span(1), hand.project.undo_stack.count()) == ((4, 7), 2)


def test_the_ends_of_a_bar_trim_it_and_what_is_in_it_stays_where_it_was(hand: Hand) -> None:
    hand.drag(hand.at(5, "layers[1]"), hand.at(6.2, "layers[1]"))
    hand.drag(hand.at(2, "layers[1]"), hand.at(2.5, "layers[1]"))
    assert hand.span(1) == (2.5, 6.2)
    assert [each["at"] for each in hand.layers[1]["opacity"]["keyframes"]] == [-0.5, 0.5, 1.5]


def test_a_bar_without_an_end_gets_one_when_it_is_trimmed(hand: Hand) -> None:
    hand.drag(hand.at(9.99, "layers[0]"), hand.at(7, "layers[0]"))
    assert hand.span(0) == (None, 7)


def test_a_drag_rests_at_what_it_meets_unless_alt_is_held(hand: Hand) -> None:
    near = 6 - 5 + 4 / hand.view.scale.px  # its end comes four px beyond the marker
    hand.drag(hand.at(3, "layers[1]"), hand.at(3 + near, "layers[1]"), Keys.NoModifier)
    assert hand.span(1) == (3, 6)
    assert hand.view.snap is None, "the line goes with the hand"


def test_while_a_drag_snaps_a_line_shows_where(hand: Hand) -> None:
    hand.drag(hand.at(3, "layers[1]"), hand.at(3 + 1.02, "layers[1]"), Keys.NoModifier, drop=False)
    assert hand.view.snap in (3.0, 6.0)
    hand.press(Key.Key_Escape)
    assert hand.span(1) == (2, 5)
    assert hand.view.snap is None


def test_all_that_are_selected_move_together(hand: Hand) -> None:
    hand.click(hand.at(3, "layers[1]"))
    hand.click(hand.at(3, "layers[2]"), Keys.ControlModifier)
    hand.drag(hand.at(3, "layers[1]"), hand.at(4, "layers[1]"))
    assert (hand.span(1), hand.span(2)[0]) == ((3, 6), 2)


def test_a_drag_over_the_edge_takes_the_view_along(hand: Hand) -> None:
    for _ in range(6):
        hand.view.zoom(1.4, 300)
    start = hand.at(3.5, "layers[1]")
    edge = QPointF(hand.view.viewport().width() + 60, start.y())
    hand.drag(start, edge, drop=False)
    for _ in range(5):
        hand.send(QEvent.Type.MouseMove, edge, Keys.AltModifier, Button.LeftButton)
    under = hand.view.seconds_at(edge)
    assert hand.span(1)[0] == pytest.approx(under - 1.5, abs=0.06)


def test_a_frame_selects_what_it_touches(hand: Hand) -> None:
    hand.view.fold("layers[1]", True)
    below = hand.at(1.5, "layers[1]", "opacity")
    hand.drag(below, hand.at(3.5, "layers[1]", "opacity") + QPointF(0, 3), drop=False)
    assert hand.view.keys == {"layers[1].opacity.keyframes[0]", "layers[1].opacity.keyframes[1]"}
    hand.send(QEvent.Type.MouseButtonRelease, below, Keys.NoModifier, Button.LeftButton)
    assert hand.view.band is None
    hand.drag(hand.at(0.5, "layers[2]"), hand.at(2.2, "layers[1]"))
    assert set(hand.selection.layers) == {"layers[2]", "layers[1]"}


def test_what_is_locked_stays(hand: Hand) -> None:
    hand.project.set_locked("layers[1]", True)
    hand.drag(hand.at(3, "layers[1]"), hand.at(5, "layers[1]"))
    assert hand.project.document == FILM
    assert hand.selection.layers == ("layers[1]",)


def test_a_start_that_a_marker_tells_stays_with_it(hand: Hand) -> None:
    hand.project.edit("At the marker", lambda document: document["layers"][1].update(start="chorus", end=9))
    hand.drag(hand.at(7, "layers[1]"), hand.at(8, "layers[1]"))
    assert hand.span(1) == ("chorus", 9)


def test_layers_in_a_group_are_unfolded_and_moved(hand: Hand) -> None:
    line = hand.view.line_of("layers[2]")
    assert line
    hand.click(QPointF(14, hand.at(0, "layers[2]").y()))
    hand.drag(hand.at(2, "layers[2].layers[0]"), hand.at(3, "layers[2].layers[0]"))
    assert hand.layers[2]["layers"][0] == {"type": "shape", "id": "inner", "end": 4, "start": 1}


def test_split_trim_move_and_delete_at_the_playhead(hand: Hand) -> None:
    open_film(hand)
    hand.player.seek(30)
    hand.selection.select(("layers[1]",))
    hand.do("split")
    assert [hand.span(k) for k in (1, 2)] == [(2, 3), (3, 5)]
    assert hand.selection.layers == ("layers[2]",)
    hand.player.seek(40)
    hand.do("trim-end")
    assert hand.span(2) == (3, 4)
    hand.player.seek(60)
    hand.do("move-start")
    assert hand.span(2) == (6, 7)
    hand.do("nudge-right")
    hand.do("nudge-right")
    assert hand.span(2) == (6.2, 7.2)
    hand.do("timeline-delete")
    assert len(hand.layers) == 3


# --------------------------------------------------------------------------------------------------------- keyframes


def test_a_keyframe_is_dragged_past_another(hand: Hand) -> None:
    hand.view.fold("layers[1]", True)
    hand.drag(hand.at(3, "layers[1]", "opacity"), hand.at(4.5, "layers[1]", "opacity"))
    keys = hand.layers[1]["opacity"]["keyframes"]
    assert [(each["at"], each["value"]) for each in keys] == [(0, 0), (2, 0.5), (2.5, 1)]
    assert hand.view.keys == {"layers[1].opacity.keyframes[2]"}, "the same one is selected"
    hand.do("nudge-left")
    assert hand.layers[1]["opacity"]["keyframes"][2]["at"] == 2.4
    hand.do("timeline-delete")
    assert len(hand.layers[1]["opacity"]["keyframes"]) == 2


def test_several_keyframes_move_together(hand: Hand) -> None:
    hand.view.fold("layers[1]", True)
    hand.click(hand.at(3, "layers[1]", "opacity"))
    hand.click(hand.at(4, "layers[1]", "opacity"), Keys.ShiftModifier)
    hand.drag(hand.at(4, "layers[1]", "opacity"), hand.at(4.5, "layers[1]", "opacity"))
    assert [each["at"] for each in hand.layers[1]["opacity"]["keyframes"]] == [0, 1.5, 2.5]
    assert hand.project.undo_stack.count() == 1


# ----------------------------------------------------------------------------------------------------------- markers


def test_markers_are_added_moved_and_renamed_in_place(hand: Hand) -> None:
    open_film(hand)
    hand.player.seek(15)
    hand.do("add-marker")
    assert hand.project.document
    assert hand.project.document["markers"][0] == {"at": 1.5, "name": "Marker 1"}
    flag = QPointF(hand.view.x_of(1.5) + 3, hand.view.ruler - 5)
    hand.drag(flag, flag + QPointF(hand.view.scale.px, 0))
    assert hand.project.document["markers"][0]["at"] == 2.5
    flag = QPointF(hand.view.x_of(2.5) + 3, hand.view.ruler - 5)
    hand.send(QEvent.Type.MouseButtonDblClick, flag, Keys.NoModifier, Button.LeftButton)
    editor = hand.view.viewport().findChild(QLineEdit)
    assert editor
    hand.qtbot.keyClicks(editor, "drop")
    hand.qtbot.keyClick(editor, Key.Key_Return)
    assert hand.project.document["markers"][0]["name"] == "drop"


# ---------------------------------------------------------------------------------------------------- playhead, view


def test_the_ruler_moves_the_playhead_and_in_and_out(hand: Hand) -> None:
    open_film(hand)
    hand.click(QPointF(hand.view.x_of(4), 6))
    assert hand.player.frame == 40
    hand.drag(QPointF(hand.view.x_of(4), 6), QPointF(hand.view.x_of(7), 6))
    assert hand.player.frame == 70
    hand.player.set_range((20, 60))
    hand.drag(QPointF(hand.view.x_of(6), 6), QPointF(hand.view.x_of(8), 6))
    assert hand.player.range == (20, 80)


def test_the_wheel_zooms_at_the_pointer(hand: Hand) -> None:
    at = QPointF(hand.view.x_of(4), 200)
    place = hand.view.viewport()
    event = QWheelEvent(
        at,
        QPointF(place.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 240),
        Button.NoButton,
        Keys.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    before = hand.view.scale.px
    QApplication.sendEvent(place, event)
    assert hand.view.scale.px == pytest.approx(before * 1.44)
    assert hand.view.x_of(4) == pytest.approx(at.x())
    hand.do("timeline-fit")
    assert hand.view.scale.px == pytest.approx(before)


def test_the_keyboard_chooses_and_unfolds(hand: Hand) -> None:
    hand.press(Key.Key_Down)
    assert hand.selection.layers == ("layers[2]",)
    hand.press(Key.Key_Return)
    hand.press(Key.Key_Down)
    assert hand.selection.layers == ("layers[2].layers[0]",)
    hand.press(Key.Key_Down, Keys.ShiftModifier)
    assert hand.selection.layers == ("layers[2].layers[0]", "layers[1]")


def test_a_layer_chosen_elsewhere_comes_into_sight(hand: Hand) -> None:
    layers = [{"type": "group", "layers": [{"type": "text", "text": "a"}]} for _ in range(200)]
    hand.project.edit("Many", lambda document: document.update(layers=layers))
    hand.selection.select(("layers[3].layers[0]",))
    line = hand.view.line_of("layers[3].layers[0]")
    assert line
    assert 0 <= line.top - hand.view.scrolled <= hand.view.viewport().height() - hand.view.top


def test_a_document_that_breaks_leaves_the_timeline_standing(hand: Hand) -> None:
    hand.selection.select(("layers[1]",))
    hand.project.edit("Break", lambda document: document.update(layers=[{"type": 5, "start": [], "end": {"a": 1}}, 7]))
    hand.view.grab()
    assert [row.path for row in hand.view.rows.rows] == ["layers[0]"]


# ---------------------------------------------------------------------------------------------- what is found out


def test_the_waveform_of_a_sound_comes_from_a_process(hand: Hand, tmp_path: Path) -> None:
    loud = np.concatenate([np.zeros(48_000), np.sin(np.arange(96_000) / 20) * 0.9])
    with wave.open(str(tmp_path / "tone.wav"), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", ""))
        file.writeframes((loud * 32767).astype("<i2").tobytes())
    with hand.qtbot.waitSignal(hand.timeline.media.changed):
        sound = {"type": "audio", "source": "tone.wav", "start": 1}
        hand.project.edit("Add sound", lambda document: document["layers"].append(sound))
    row = hand.view.rows.rows[0]
    assert (row.start, row.end) == (1, pytest.approx(4, abs=0.02)), "as long as its file"
    picture = hand.view.grab().toImage()
    assert _height(hand, picture, 1.9) <= 2 < 10 <= _height(hand, picture, 3)


def _height(hand: Hand, picture: QImage, seconds: float) -> int:
    """px of the wave at a time: where it is brighter than the bar."""
    ratio = picture.devicePixelRatio()
    at = hand.at(seconds, "layers[3]")
    column = [
        picture.pixelColor(round(at.x() * ratio), round((at.y() + dy) * ratio)).lightness() for dy in range(-9, 10)
    ]
    return sum(value > 110 for value in column)


def test_the_strip_says_what_a_plan_says(
    hand: Hand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Asked when nothing has changed for a while; known spans go when the document changes."""
    monkeypatch.setenv("FRAMEKILN_HOME", str(tmp_path / "home"))
    rendered: Rendered = hand.timeline.rendered
    late = {"type": "shape", "id": "late", "shape": "rect", "size": [9, 9], "fill": "red", "start": 7}
    file = tmp_path / "film.json"
    file.write_text(json.dumps(FILM | {"layers": [late]}))
    assert run(["render", str(file), "-o", str(tmp_path / "film.mp4"), "--json"]) == 0
    hand.project.open(str(file))
    hand.qtbot.waitUntil(lambda: bool(rendered.spans))
    assert (rendered.spans[0].start, rendered.spans[-1].end) == (0, 10)
    assert all(span.kept for span in rendered.spans)
    hand.project.edit("Colour", lambda document: document["layers"][0].update(fill="blue"))
    assert rendered.spans == ()
    assert hand.project.save()
    hand.qtbot.waitUntil(lambda: bool(rendered.spans))
    capfd.readouterr()
    assert run(["plan", str(file), "--json"]) == 0
    rows = json.loads(capfd.readouterr().out)["rows"]
    missing = {row["key"] for row in rows if row["render"]}  # a plan renders one of those that are alike
    planned = [(row["first"] / 10, (row["last"] + 1) / 10, row["key"] not in missing) for row in rows]
    assert [(span.start, span.end, span.kept) for span in rendered.spans] == planned
    assert 0 < sum(span.kept for span in rendered.spans) < len(planned)


def test_what_a_template_makes_is_seen_and_cannot_be_moved(hand: Hand) -> None:
    hand.project.open("launch-video")
    hand.qtbot.waitUntil(lambda: bool(hand.view.lines))
    rows = {row.name for row in hand.view.rows.rows}
    assert {"music", "scenes"} <= rows
    hand.drag(hand.at(3, "layers[4]"), hand.at(5, "layers[4]"))
    assert not hand.project.is_modified
    assert not hand.timeline.actions_by_name["add-marker"].isEnabled()


@pytest.mark.parametrize("seed", range(3))
def test_two_hundred_touches_leave_a_document_that_opens(hand: Hand, seed: int, tmp_path: Path) -> None:
    """Anything may be dragged anywhere: what comes of it is always a film."""
    scenes = [{"duration": 2, "layers": [{"type": "shape"}]}, {"duration": 3, "transition": "wipe", "layers": []}]
    hand.project.edit(
        "Scenes", lambda document: document["layers"].append({"type": "sequence", "end": 9, "scenes": scenes})
    )
    names = ("split", "trim-start", "trim-end", "move-start", "nudge-left", "timeline-delete", "add-marker", "undo")
    chance, place = random.Random(seed), hand.view.viewport()
    for _ in range(200):
        lowest = hand.view.top + hand.view.lines[-1].bottom + 10
        start, end = (QPointF(chance.randrange(place.width()), chance.randrange(lowest)) for _ in range(2))
        end = end if chance.random() < 0.5 else QPointF(end.x(), start.y())
        what = chance.random()
        if what < 0.6:
            hand.drag(start, end, chance.choice((Keys.NoModifier, Keys.AltModifier)))
        elif what < 0.7:
            hand.click(start, Keys.ControlModifier)
        elif (name := chance.choice(names)) == "undo":
            hand.project.undo()
        else:
            hand.player.frame = chance.randrange(100)
            hand.do(name)
            if name == "timeline-delete" and chance.random() < 0.9:
                hand.project.undo()
        assert hand.project.document
        resolve(parse_document(hand.project.document), tmp_path)
    assert hand.project.undo_stack.count() > 20, "much of it was done"
