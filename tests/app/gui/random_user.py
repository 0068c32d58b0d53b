"""A person who does anything, in any order, and never reads: the same things again for the same seed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QSlider,
    QWidget,
)

from app import document_edits as edits
from app import theme
from app.main_window import MainWindow
from app.widgets.inspector.schema import layer_kinds
from app.widgets.layer_kinds import FROM_FILE

LONGEST = 15  # ms between two deeds
PATIENCE = 200  # ms that a menu stays open
NOT_HERE = {"quit", "welcome", "open"}  # done by deeds of their own, or the end
TYPED = ("", "0", "7", "-12.5", "1e9", "#3f8", "Ünïcødé 👩‍🚀", "zz{}", "2s", "center", "0.5, 0.5")
KEYS = (
    *(Qt.Key.Key_Space, Qt.Key.Key_J, Qt.Key.Key_K, Qt.Key.Key_L, Qt.Key.Key_I, Qt.Key.Key_O, Qt.Key.Key_Left),
    *(Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Escape),
    *(Qt.Key.Key_Delete, Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_F2, Qt.Key.Key_N, Qt.Key.Key_BracketLeft),
)
HELD = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
SIZES = (None, (1080, 1080), (720, 1280), (640, 360), (64, 36))
WHOLE = {"opacity": (0.0, 0.3, 1.0), "rotation": (0, 45, -90), "scale": (1, 0.5, 2), "blend": ("normal", "screen")}


class RandomUser:
    """`files`: what is chosen where a kind of layer asks for one. `done`: what was done, to be read when it goes wrong."""

    def __init__(self, window: MainWindow, seed: int, folder: Path, film: Path, files: dict[str, Path]) -> None:
        self.window, self.folder, self.film, self.files = window, folder, film, files
        self.random = random.Random(seed)
        self.done: list[str] = []
        self._asked_for = film
        self._saves = 0
        self._guard = QTimer(interval=PATIENCE)  # menus that buttons open wait in loops of their own
        self._guard.timeout.connect(self._close_menu)
        self._deeds: list[tuple[int, Callable[[], object]]] = [
            (30, self.command), (12, self.key), (14, self.drag_on_timeline), (8, self.drag_on_canvas), (5, self.wheel),
            (14, self.select), (14, self.add_layer), (10, self.add_keyframe), (8, self.edit), (12, self.poke),
            (4, self.drag_a_layer), (4, self.seek), (3, self.play), (2, self.format), (3, self.props), (2, self.dock),
            (1, self.scheme), (2, self.palette), (2, self.resize), (2, self.save), (2, self.write_elsewhere),
            (1, self.open_another), (1, self.home), (1, self.drop_files),
        ]  # fmt: skip

    def answer_dialogs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """What would wait for a person is answered at once."""
        buttons = QMessageBox.StandardButton
        answers = [buttons.Save, buttons.Discard, buttons.Cancel]
        monkeypatch.setattr(QMessageBox, "exec", lambda _box: self.random.choice(answers))
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(self._asked_for), ""))
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (self._place(), ""))
        monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_, **__: str(self.folder))

    def _place(self) -> str:
        self._saves += 1
        return self.random.choice(["", str(self.folder / f"saved-{self._saves}.json")])

    def act(self) -> None:
        weights, deeds = zip(*self._deeds, strict=True)
        deed = self.random.choices(deeds, weights)[0]
        self.done.append(deed.__name__)
        self._guard.start()
        deed()
        QTest.qWait(self.random.randrange(LONGEST))
        self.close_dialogs()
        self._guard.stop()

    def _close_menu(self) -> None:
        if menu := QApplication.activePopupWidget():
            menu.close()

    def _note(self, *words: object) -> None:
        self.done[-1] += " " + " ".join(map(str, words))

    # ------------------------------------------------------------------------------------------------------ commands

    def command(self) -> None:
        can = [name for name, action in self.window.commands.all.items() if action.isEnabled() and name not in NOT_HERE]
        name = self.random.choice(can)
        self._note(name)
        self.window.commands.all[name].trigger()

    def key(self) -> None:
        key, held = self.random.choice(KEYS), self.random.choice(HELD)
        target = self.random.choice(
            [self.window.canvas, self.window.timeline.view, self.window.layers.view, QApplication.focusWidget()]
        )
        self._note(key.name, held.name, type(target).__name__)
        if target and target.isVisible():
            QTest.keyClick(target, key, held)

    def palette(self) -> None:
        self.window.commands.all["commands"].trigger()
        if field := QApplication.focusWidget():
            QTest.keyClicks(field, self.random.choice("abcdefghklmnoprstuvwz"))

    def dock(self) -> None:
        name = self.random.choice(list(self.window.docks))
        self._note(name)
        self.window.docks[name].toggleViewAction().trigger()

    def scheme(self) -> None:
        self.window.preferences.set(scheme=self.random.choice(["dark", "light"]))
        theme.apply(QApplication.instance(), self.window.preferences.scheme)  # type: ignore[arg-type]

    def resize(self) -> None:
        self.window.resize(self.random.randrange(960, 1921), self.random.randrange(600, 1081))

    # ------------------------------------------------------------------------------------------------------- playing

    def seek(self) -> None:
        """As a hand that scrubs: many at once."""
        for _ in range(self.random.randrange(1, 8)):
            self.window.player.seek(self.random.randrange(-5, 400))

    def play(self) -> None:
        player = self.window.player
        self.random.choice(
            [player.play, player.pause, player.toggle, lambda: player.faster(-1), lambda: player.faster(1)]
        )()

    # ------------------------------------------------------------------------------------------------------- editing

    @property
    def _paths(self) -> list[str]:
        return edits.layer_paths(self.window.project.document or {})

    def select(self) -> None:
        paths = self._paths
        self.window.selection.select(self.random.sample(paths, min(len(paths), self.random.choice([0, 1, 1, 1, 2, 4]))))

    def add_layer(self) -> None:
        if self.window.project.is_editable:
            kind = self.random.choice([kind for kind in layer_kinds() if kind not in FROM_FILE or kind in self.files])
            self._asked_for = self.files.get(kind, self.film)
            self._note(kind)
            self.window.layers.ask_and_add(kind)

    def add_keyframe(self) -> None:
        if paths := self._paths:
            path, (name, values) = self.random.choice(paths), self.random.choice(list(WHOLE.items())[:3])
            at, value = round(self.random.uniform(0, 4), 2), self.random.choice(values)
            self._note(path, name, at)
            if ".scenes" not in f".{path.rsplit('.', 1)[-1]}" and not path.startswith("scenes"):
                self.window.project.edit("Keyframe", lambda draft: _put(draft, f"{path}.{name}", at, value), "random")

    def edit(self) -> None:
        """Of the film itself."""
        project = self.window.project
        name, values = self.random.choice(
            [("duration", (1, 3.5, 8)), ("fps", (10, 24, 30, 60)), ("background", ("#000", "#fff"))]
        )
        if project.is_editable:
            value = self.random.choice(values)
            project.edit(name, lambda draft: edits.set_value(draft, name, value))

    def format(self) -> None:
        if self.window.project.is_open:
            self.window.project.set_size("Format", self.random.choice(SIZES))

    def props(self) -> None:
        project = self.window.project
        if project.kind == "template":
            project.edit_props("Props", {**project.props, "title": self.random.choice(["Hello", "x" * 80])})

    def poke(self) -> None:
        """Any field or button in a panel."""
        panels = [dock.widget() for name, dock in self.window.docks.items() if name not in ("node", "watch")]
        panels = [panel for panel in [*panels, self.window.transport] if panel.isVisible()]
        if panels:
            self._poke_in(self.random.choice(panels))

    def _poke_in(self, panel: QWidget) -> None:
        kinds = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QSlider)
        there = [each for kind in kinds for each in panel.findChildren(kind) if each.isVisible() and each.isEnabled()]
        if not there:
            return
        widget = self.random.choice(there)
        self._note(type(widget).__name__, widget.accessibleName() or widget.objectName() or _words(widget))
        if isinstance(widget, QComboBox) and widget.count():
            widget.setCurrentIndex(self.random.randrange(widget.count()))
            widget.activated.emit(widget.currentIndex())
        elif isinstance(widget, QLineEdit):
            widget.setFocus()
            widget.selectAll()
            QTest.keyClicks(widget, self.random.choice(TYPED))
            QTest.keyClick(widget, self.random.choice([Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape]))
        elif isinstance(widget, QSlider):
            widget.setValue(self.random.randrange(widget.minimum(), widget.maximum() + 1))
        else:
            QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    # --------------------------------------------------------------------------------------------------------- mouse

    def drag_on_timeline(self) -> None:
        if self.window.timeline.view.isVisible():
            self._drag(self.window.timeline.view.viewport())

    def drag_on_canvas(self) -> None:
        if self.window.canvas.isVisible():
            self._drag(self.window.canvas)

    def drag_a_layer(self) -> None:
        """In the tree: what a drop would do."""
        tree, paths = self.window.layers.view.tree, self._paths
        if paths and self.window.project.is_editable:
            moved = [tree.index_of(path) for path in self.random.sample(paths, min(2, len(paths)))]
            holder = tree.index_of(self.random.choice(["", *paths]))
            data = tree.mimeData([index for index in moved if tree.flags(index) & Qt.ItemFlag.ItemIsDragEnabled])
            if data and tree.canDropMimeData(data, Qt.DropAction.MoveAction, self.random.randrange(-1, 4), 0, holder):
                tree.dropMimeData(data, Qt.DropAction.MoveAction, self.random.randrange(-1, 4), 0, holder)

    def _drag(self, widget: QWidget) -> None:
        button = self.random.choice([Qt.MouseButton.LeftButton] * 6 + [Qt.MouseButton.MiddleButton])
        held = self.random.choice(HELD)
        at, to = self._point(widget), self._point(widget)
        self._note(at.toTuple(), to.toTuple(), held.name)
        mouse(widget, QEvent.Type.MouseMove, at, Qt.MouseButton.NoButton, held)
        mouse(widget, QEvent.Type.MouseButtonPress, at, button, held)
        for step in range(1, 5):
            mouse(widget, QEvent.Type.MouseMove, at + (to - at) * step / 4, button, held)
            QApplication.processEvents()
        if self.random.random() < 0.15:
            QTest.keyClick(widget, Qt.Key.Key_Escape)
        if self.random.random() < 0.15:
            self.window.commands.all["undo"].trigger()  # while it is held
        mouse(widget, QEvent.Type.MouseButtonRelease, to, button, held)
        if self.random.random() < 0.2:
            QTest.mouseDClick(widget, Qt.MouseButton.LeftButton, held, to)

    def wheel(self) -> None:
        widget = self.random.choice([self.window.canvas, self.window.timeline.view.viewport()])
        if widget.isVisible():
            at, turn = QPointF(self._point(widget)), QPoint(0, self.random.choice([-360, -120, 120, 240]))
            buttons, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
            place = widget.mapToGlobal(at)
            held = self.random.choice(HELD)
            QApplication.sendEvent(widget, QWheelEvent(at, place, QPoint(), turn, buttons, held, phase, False))

    def _point(self, widget: QWidget) -> QPoint:
        return QPoint(self.random.randrange(max(1, widget.width())), self.random.randrange(max(1, widget.height())))

    # --------------------------------------------------------------------------------------------------------- files

    def save(self) -> None:
        self.window.save()

    def write_elsewhere(self) -> None:
        """Another program changes the file, or breaks it for a while."""
        path = self.window.project.path
        if path is None or not path.exists():
            return
        broken = self.random.random() < 0.3
        self._note(path.name, "broken" if broken else "")
        if broken:
            whole = path.read_text()
            path.write_text(whole[: len(whole) // 2])
            QTest.qWait(LONGEST)
            path.write_text(whole)
            return
        document = json.loads(path.read_text())
        document["background"] = self.random.choice(["#123456", "#654321"])
        path.write_text(json.dumps(document))

    def open_another(self) -> None:
        self.window.open_source(self.random.choice([str(self.film), "hello-world", str(self.folder / "none.json")]))

    def home(self) -> None:
        self.window.go_home()
        QTest.qWait(LONGEST)
        self.random.choice([self.open_another, lambda: self.window.begin_empty((640, 360))])()

    def drop_files(self) -> None:
        self.window.take_files(self.random.sample(sorted(self.files.values()), 1))

    # ------------------------------------------------------------------------------------------------------- dialogs

    def close_dialogs(self) -> None:
        """What was opened gets a poke, and goes."""
        for _ in range(5):
            found = QApplication.activePopupWidget() or QApplication.activeModalWidget() or self._dialog()
            if found is None:
                return
            self.done.append(f"  in {type(found).__name__}:")
            if self.random.random() < 0.5 and not isinstance(found, QMessageBox):
                self._poke_in(found)
            if isinstance(found, QMessageBox) and found.buttons():
                self.random.choice(found.buttons()).click()
            else:
                found.close()
            QApplication.processEvents()

    def _dialog(self) -> QWidget | None:
        tops = QApplication.topLevelWidgets()
        return next((each for each in tops if isinstance(each, QDialog) and each.isVisible()), None)


def _put(draft: dict[str, Any], path: str, at: float, value: Any) -> None:
    if edits.value_or(draft, f"{path.rpartition('.')[0]}.type") not in (None, "audio"):
        edits.put_keyframe(draft, path, at, value)


def _words(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QAbstractButton) else ""


def mouse(widget: QWidget, kind: QEvent.Type, at: QPoint, button: Qt.MouseButton, held: Qt.KeyboardModifier) -> None:
    down = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
    changed = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else button
    place = QPointF(widget.mapToGlobal(at))
    QApplication.sendEvent(widget, QMouseEvent(kind, QPointF(at), place, changed, down, held))
