"""The canvas: where the film's pixels stand, what is said over them, and who hears of the mouse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.preview.messages import Failed, Problem
from app.preview.player import Player, Source
from app.preview.sound import SoundOut
from app.widgets.canvas import Canvas, Pixel
from app.widgets.canvas_view import View
from tests.app.gui.test_player import silent


@pytest.fixture
def canvas(qtbot: QtBot, film: Path) -> Iterator[Canvas]:
    """160×90: red that becomes blue, with its first frame on it."""
    player = Player(sound=SoundOut(silent))
    player.set_divider(1)
    made = Canvas(player)
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.show()
    with qtbot.waitSignal(player.shown):
        player.open(Source(str(film), {"word": " "}))
    qtbot.waitUntil(lambda: player.drawn_by.renderer is not None)  # which is said on it
    yield made
    player.close()


VIEW = View(QSizeF(1920, 1080), QSizeF(1000, 700))


# ------------------------------------------------------------------------------------------------ without a display


def test_a_fitted_film_is_in_the_middle_whole() -> None:
    picture = VIEW.picture
    assert picture.left() >= 0
    assert picture.top() >= 0
    assert abs(picture.center().x() - 500) <= 0.5
    assert abs(picture.center().y() - 350) <= 0.5


@pytest.mark.parametrize("zoom", [0.1, 0.5, 1.0, 3.0, 16.0])
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_the_way_to_the_film_and_back_is_the_same(zoom: float, ratio: float) -> None:
    view = View(QSizeF(1920, 1080), QSizeF(1000, 700), ratio).zoomed(zoom)
    point = QPointF(321.5, 77.25)
    back = view.to_view(view.to_film(point))
    assert (back - point).manhattanLength() < 1e-6
    assert (view.transform.map(view.to_film(point)) - point).manhattanLength() < 1e-6


def test_what_lies_under_the_pointer_stays_there_when_zoomed() -> None:
    at = QPointF(700, 300)
    under = VIEW.to_film(at)
    for zoom in (0.6, 2.0, 7.0):
        assert (VIEW.zoomed(zoom, at).to_film(at) - under).manhattanLength() < 2 / zoom


def test_at_100_percent_a_pixel_of_the_film_is_one_of_the_screen() -> None:
    view = View(QSizeF(1920, 1080), QSizeF(1001, 701), 2.0).zoomed(1.0)
    assert view.scale == 0.5
    assert (view.picture.left() * 2).is_integer()
    assert (view.picture.top() * 2).is_integer()


def test_zoom_has_ends_and_the_film_is_never_lost() -> None:
    assert VIEW.zoomed(99).zoom == 16
    assert VIEW.zoomed(0.001).zoom == 0.1
    away = VIEW.zoomed(4).panned(QPointF(1e6, 1e6))
    assert away.picture.contains(QPointF(500, 350))
    assert VIEW.zoomed(1.2).stepped(1).zoom == 1.5
    assert VIEW.zoomed(1.5).stepped(-1).zoom == 1.0


# ------------------------------------------------------------------------------------------------------ in a window


def test_the_pixel_under_the_pointer_is_told(canvas: Canvas) -> None:
    pixel = canvas.pixel_at(canvas.to_view(QPointF(80.5, 45.5)))
    assert pixel is not None
    assert (pixel.x, pixel.y, pixel.color.name()) == (80, 45, "#ff0000")
    assert canvas.pixel_at(QPointF(1, 1)) is None


def test_the_pointers_way_is_told_and_that_it_left(qtbot: QtBot, canvas: Canvas) -> None:
    with qtbot.waitSignal(canvas.pointed) as told:
        qtbot.mouseMove(canvas, canvas.to_view(QPointF(10.5, 10.5)).toPoint())
    assert isinstance(told.args[0], Pixel)


def test_the_pixel_is_said_in_the_corner_while_the_pointer_is_over_the_picture(qtbot: QtBot, canvas: Canvas) -> None:
    beside = QPoint(2, 2)
    qtbot.mouseMove(canvas, beside)
    plain = canvas.grab().toImage()
    qtbot.mouseMove(canvas, canvas.to_view(QPointF(80.5, 45.5)).toPoint())
    assert canvas.grab().toImage() != plain
    qtbot.mouseMove(canvas, beside)
    qtbot.waitUntil(lambda: canvas.grab().toImage() == plain)


def test_a_transparent_film_stands_on_a_checkerboard(qtbot: QtBot, canvas: Canvas, tmp_path: Path) -> None:
    film = tmp_path / "clear.json"
    fields = {"framekiln": 1, "size": [160, 90], "fps": 10, "duration": 1, "background": "transparent", "layers": []}
    film.write_text(json.dumps(fields))
    with qtbot.waitSignal(canvas.player.shown):
        canvas.player.open(Source(str(film), {}))
    at, seen = canvas.to_view(QPointF(80, 45)).toPoint(), canvas.grab().toImage()
    assert len({seen.pixelColor(at + QPoint(x, 0)).name() for x in range(20)}) == 2
    pixel = canvas.pixel_at(QPointF(at))
    assert pixel
    assert pixel.color.alpha() == 0


def test_long_opening_is_said(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.player.is_opening = True
    plain = canvas.grab().toImage()
    canvas.player.opening.emit()
    assert canvas.grab().toImage() != plain  # not before it is long
    qtbot.waitUntil(lambda: canvas.grab().toImage() == plain)


def test_the_picture_is_shown_as_it_was_drawn(canvas: Canvas) -> None:
    canvas.set_zoom(3)
    shown = canvas.grab().toImage()
    point = canvas.to_view(QPointF(80.5, 45.5))
    assert shown.pixelColor(point.toPoint()).name() == "#ff0000"


def test_the_wheel_zooms_at_the_pointer_and_the_middle_button_pans(qtbot: QtBot, canvas: Canvas) -> None:
    at = QPointF(400, 200)
    under = canvas.to_film(at)
    wheel = QWheelEvent(
        at, canvas.mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    before = canvas.zoom
    QApplication.sendEvent(canvas, wheel)
    assert canvas.zoom == pytest.approx(before * 1.2)
    assert (canvas.to_film(at) - under).manhattanLength() < 1
    left = canvas.transform.dx()
    qtbot.mousePress(canvas, Qt.MouseButton.MiddleButton, pos=QPoint(300, 200))
    qtbot.mouseMove(canvas, QPoint(280, 200))
    qtbot.mouseRelease(canvas, Qt.MouseButton.MiddleButton, pos=QPoint(280, 200))
    assert canvas.transform.dx() == left - 20


def test_space_plays_and_space_with_a_drag_only_pans(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.setFocus()
    qtbot.keyPress(canvas, Qt.Key.Key_Space)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    qtbot.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.player.speed == 0
    qtbot.keyClick(canvas, Qt.Key.Key_Space)
    assert canvas.player.speed == 1
    canvas.player.pause()


def test_problems_stand_over_the_last_picture_until_they_are_gone(qtbot: QtBot, canvas: Canvas, film: Path) -> None:
    problem = Problem("layers[1].size", "wants a number", "write 30")
    canvas.player.failed.emit(Failed(1, (problem,)))
    words = " ".join(label.text() for label in canvas.card.findChildren(QLabel))
    for part in ("layers[1].size", "wants a number", "write 30"):
        assert part in words
    assert canvas.card.isVisible()
    dimmed = canvas.grab().toImage().pixelColor(canvas.to_view(QPointF(2.5, 2.5)).toPoint())
    assert 50 < dimmed.red() < 200
    with qtbot.waitSignal(canvas.player.opened):
        canvas.player.open(Source(str(film), {}))
    assert not canvas.card.isVisible()


def test_how_it_is_shown_is_always_said(canvas: Canvas) -> None:
    assert canvas.words() == "Full  ·  Processor"
    canvas.player.play()
    assert "0 skipped" in canvas.words()
    canvas.player.pause()


class Handles:
    def __init__(self) -> None:
        self.painted, self.heard = 0, []

    def paint(self, painter: QPainter, canvas: Canvas) -> None:
        self.painted += 1

    def mouse(self, event: QMouseEvent, canvas: Canvas) -> bool:
        self.heard.append(event.type())
        return True


def test_an_overlay_is_painted_and_hears_of_the_mouse_first(qtbot: QtBot, canvas: Canvas) -> None:
    handles = Handles()
    canvas.set_overlay(handles)
    canvas.grab()
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    assert handles.painted
    assert [kind.name for kind in handles.heard] == ["MouseButtonPress", "MouseButtonRelease"]


def test_guides_are_drawn_over_the_picture(canvas: Canvas) -> None:
    plain = canvas.grab().toImage()
    for name in ("title-safe", "action-safe", "centre", "thirds", "9:16", "1:1", "4:5"):
        canvas.set_guides([name])
        assert canvas.grab().toImage() != plain, name
    canvas.set_guides([])
    assert canvas.grab().toImage() == plain
