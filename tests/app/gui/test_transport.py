"""The transport: every key and button does what it says, and moments are typed as editors write them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QSlider, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.preview.player import Player, Source
from app.preview.sound import SoundOut
from app.widgets.canvas import Canvas
from app.widgets.timecode import read_moment, timecode
from app.widgets.transport import Transport
from tests.app.gui.test_player import silent

# ------------------------------------------------------------------------------------------------------- timecode


@pytest.mark.parametrize(
    ("frame", "fps", "words"),
    [
        (0, 30, "00:00:00:00"),
        (29, 30, "00:00:00:29"),
        (30, 30, "00:00:01:00"),
        (30 * 3661 + 5, 30, "01:01:01:05"),
        (24, Fraction(24000, 1001), "00:00:01:00"),
        (119, 120, "00:00:00:119"),
    ],
)
def test_timecode_counts_whole_frames_and_is_read_again(frame: int, fps: Fraction | int, words: str) -> None:
    rate = Fraction(fps)
    assert timecode(frame, rate) == words
    assert read_moment(words, rate) == frame


@pytest.mark.parametrize(
    ("typed", "frame"),
    [
        ("120", 120),
        ("4:12", 112),
        ("1:00:00", 1500),
        ("2.5s", 62),
        ("1:02.5", 1562),
        ("+10", 60),
        ("-1:00", 25),
        (" 7 ", 7),
    ],
)
def test_a_moment_is_typed_in_many_ways(typed: str, frame: int) -> None:
    assert read_moment(typed, Fraction(25), 50) == frame


@pytest.mark.parametrize("typed", ["", "soon", "1:2:3:4:5", "1.5", "--3"])
def test_what_is_no_moment_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="is no moment"):
        read_moment(typed, Fraction(25))


# ------------------------------------------------------------------------------------------------------ in a window


@pytest.fixture
def transport(qtbot: QtBot, film: Path) -> Iterator[Transport]:
    player = Player(sound=SoundOut(silent))
    player.set_divider(1)
    window = QWidget()
    canvas = Canvas(player)
    made = Transport(player, canvas)
    layout = QVBoxLayout(window)
    layout.addWidget(canvas, 1)
    layout.addWidget(made)
    window.resize(1000, 600)
    qtbot.addWidget(window)
    window.show()
    with qtbot.waitSignal(player.shown):
        player.open(Source(str(film), {}))
    canvas.setFocus()
    yield made
    player.close()


def test_keys_move_the_playhead(qtbot: QtBot, transport: Transport) -> None:
    canvas, player = transport.canvas, transport.player
    shift = Qt.KeyboardModifier.ShiftModifier
    none = Qt.KeyboardModifier.NoModifier
    for key, modifier, frame in (
        (Qt.Key.Key_Right, none, 1),
        (Qt.Key.Key_Right, shift, 11),
        (Qt.Key.Key_Left, none, 10),
        (Qt.Key.Key_End, none, 19),
        (Qt.Key.Key_Left, shift, 9),
        (Qt.Key.Key_Home, none, 0),
        (Qt.Key.Key_Left, none, 0),
    ):
        qtbot.keyClick(canvas, key, modifier)
        assert player.frame == frame


def test_j_k_l_play_and_stop(qtbot: QtBot, transport: Transport) -> None:
    canvas, player = transport.canvas, transport.player
    player.seek(10)
    qtbot.keyClick(canvas, Qt.Key.Key_L)
    qtbot.keyClick(canvas, Qt.Key.Key_L)
    assert player.speed == 2
    assert transport.actions_by_name["play"].text() == "Pause"
    qtbot.keyClick(canvas, Qt.Key.Key_J)
    assert player.speed == -1
    qtbot.keyClick(canvas, Qt.Key.Key_K)
    assert player.speed == 0


def test_space_plays_and_presses_only_a_button_one_went_to_by_the_keyboard(qtbot: QtBot, transport: Transport) -> None:
    window, player = transport.window(), transport.player
    loop = transport.findChild(QToolButton, "button-loop")
    loop.setFocus(Qt.FocusReason.MouseFocusReason)
    window.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange, False)
    qtbot.keyClick(loop, Qt.Key.Key_Space)
    assert (player.speed, player.loop) == (1, False)
    player.pause()
    qtbot.keyClick(loop, Qt.Key.Key_Tab)
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab, Qt.KeyboardModifier.ShiftModifier)
    assert loop.hasFocus()
    qtbot.keyClick(loop, Qt.Key.Key_Space)
    assert (player.speed, player.loop) == (0, True)


def test_in_and_out_are_set_and_cleared(qtbot: QtBot, transport: Transport) -> None:
    canvas, player = transport.canvas, transport.player
    player.seek(5)
    qtbot.keyClick(canvas, Qt.Key.Key_I)
    player.seek(9)
    qtbot.keyClick(canvas, Qt.Key.Key_O)
    assert player.span == (5, 10)
    qtbot.keyClick(canvas, Qt.Key.Key_I, Qt.KeyboardModifier.ShiftModifier)
    assert player.span == (0, 10)
    qtbot.keyClick(canvas, Qt.Key.Key_O, Qt.KeyboardModifier.AltModifier)
    assert player.range is None


def test_an_out_point_before_the_in_point_begins_at_the_start(transport: Transport) -> None:
    actions, player = transport.actions_by_name, transport.player
    player.seek(12)
    actions["set-in"].trigger()
    player.seek(4)
    actions["set-out"].trigger()
    assert player.span == (0, 5)


def test_a_typed_moment_is_gone_to_and_nonsense_is_marked(qtbot: QtBot, transport: Transport) -> None:
    moment = transport.moment
    transport.actions_by_name["go-to-frame"].trigger()
    qtbot.keyClicks(moment, "1:04")
    qtbot.keyClick(moment, Qt.Key.Key_Return)
    assert transport.player.frame == 14
    assert moment.text() == "00:00:01:04   14"
    moment.setFocus()
    moment.selectAll()
    qtbot.keyClicks(moment, "soon")
    qtbot.keyClick(moment, Qt.Key.Key_Return)
    assert moment.property("invalid")
    assert "soon" in moment.toolTip()
    qtbot.keyClick(moment, Qt.Key.Key_Escape)
    assert moment.text() == "00:00:01:04   14"


def test_the_bar_is_dragged(qtbot: QtBot, transport: Transport) -> None:
    bar, player = transport.scrub, transport.player
    y = bar.height() // 2
    qtbot.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(round(bar.x_of(3)), y))
    assert player.frame == 3
    qtbot.mouseMove(bar, QPoint(round(bar.x_of(15)), y))
    qtbot.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(bar.width() + 50, y))
    assert player.frame == 15


def test_menus_say_what_is_chosen(transport: Transport) -> None:
    actions = transport.actions_by_name
    actions["zoom-200"].trigger()
    assert transport.canvas.zoom == 2
    assert actions["zoom-200"].isChecked()
    actions["zoom-fit"].trigger()
    assert transport.canvas.is_fitted
    assert not actions["zoom-200"].isChecked()
    actions["guide-thirds"].trigger()
    assert transport.canvas.guides == {"thirds"}
    actions["resolution-quarter"].trigger()
    assert transport.player.resolution_words == "¼"
    assert [action.objectName() for action in transport.work.resolutions.actions() if action.isChecked()] == [
        "resolution-quarter"
    ]
    actions["loop"].trigger()
    assert transport.player.loop
    actions["mute"].trigger()
    assert transport.player.sound.muted


def test_a_narrow_transport_is_never_cut_and_its_menu_has_what_is_left_out(qtbot: QtBot, transport: Transport) -> None:
    window, row = transport.window(), transport.row
    for width in (1400, 900, 700, 560, transport.minimumSizeHint().width() + 30):
        window.resize(width, 600)
        qtbot.waitUntil(lambda: is_whole(row))
        assert shown(transport, "play")
        row.more.menu().aboutToShow.emit()
        left_out = {name for name in ("set-in", "loop", "mute", "to-end") if not shown(transport, name)}
        offered = {action.objectName() for action in row.more.menu().actions()} if row.more.isVisible() else set()
        assert left_out <= offered
    assert {"set-in", "loop", "mute", "to-end"} <= offered
    window.resize(1400, 600)
    qtbot.waitUntil(lambda: not row.more.isVisible())


def is_whole(row: QWidget) -> bool:
    buttons = [each for each in row.findChildren(QToolButton) if each.isVisible()]
    return all(row.rect().contains(each.geometry()) and each.width() >= each.sizeHint().width() for each in buttons)


def shown(transport: Transport, name: str) -> bool:
    return transport.findChild(QToolButton, f"button-{name}").isVisible()


def test_home_goes_to_the_in_point_and_then_to_the_beginning(transport: Transport) -> None:
    actions, player = transport.actions_by_name, transport.player
    player.set_range((5, 15))
    player.seek(10)
    frames = []
    for name in ("to-start", "to-start", "to-end", "to-end"):
        actions[name].trigger()
        frames.append(player.frame)
    assert frames == [5, 0, 14, 19]


def test_the_volume_goes_by_keys_and_by_the_slider(transport: Transport) -> None:
    slider = transport.findChild(QSlider)
    transport.actions_by_name["quieter"].trigger()
    assert slider.value() == 90
    assert transport.player.sound.volume == pytest.approx(0.81)
    slider.setValue(0)
    transport.actions_by_name["quieter"].trigger()
    assert transport.player.sound.volume == 0


def test_every_action_has_a_name_a_tooltip_and_its_own_keys(transport: Transport) -> None:
    seen: dict[str, str] = {}
    for name, action in transport.actions_by_name.items():
        assert action.objectName() == name
        assert action.text()
        for keys in action.shortcuts():
            assert seen.setdefault(keys.toString(), name) == name


def test_a_frame_is_saved_and_copied_in_full(qtbot: QtBot, transport: Transport, tmp_path: Path) -> None:
    transport.player.seek(6)
    transport.actions_by_name["resolution-quarter"].trigger()
    with qtbot.waitSignal(transport.work.saved) as saved:
        transport.work.save_frame(tmp_path / "frame")
    image = QImage(saved.args[0])
    assert (image.width(), image.height()) == (160, 90)
    with qtbot.waitSignal(transport.work.copied):
        transport.work.copy_frame()
    copied = QGuiApplication.clipboard().image().convertToFormat(image.format())
    assert copied == image


def test_a_frame_that_cannot_be_saved_is_told(qtbot: QtBot, transport: Transport, tmp_path: Path) -> None:
    with qtbot.waitSignal(transport.work.trouble) as told:
        transport.work.save_frame(tmp_path / "nowhere" / "frame.png")
    assert "nowhere" in told.args[0]
