"""The window without a mouse, and for those who hear it: every part has a name, and shows that it has the focus."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from tests.app.gui.windows import document, opened, window

__all__ = ["window"]

USED = (QAbstractButton, QLineEdit, QAbstractSpinBox, QComboBox, QAbstractSlider, QAbstractScrollArea)
FADE = {"keyframes": [{"at": 0, "value": 0}, {"at": 1, "value": 1}]}
WORDS = {"type": "text", "text": "Words", "size": 12, "opacity": FADE}
PROPS = {
    "title": {"type": "string", "default": "Words"},
    "ground": {"type": "color", "default": "#123456"},
    "picture": {"type": "file"},
    "loud": {"type": "boolean", "default": True},
}


def states(qtbot: QtBot, window: MainWindow, folder: Path) -> Iterator[str]:
    """The window as one meets it."""
    yield "welcome page"
    film = folder / "film.json"
    film.write_text(json.dumps(document(layers=[WORDS], props=PROPS)))
    opened(qtbot, window, film)
    window.selection.select(["layers[0]"])
    for name in window.docks:
        window.show_dock(name)
        qtbot.waitUntil(lambda: window.props_form.is_whole)
        QApplication.processEvents()
        yield name
    opened(qtbot, window, "captioned-video")
    qtbot.waitUntil(lambda: window.props_form.is_whole)
    yield "template"


def used(window: MainWindow) -> Iterator[QWidget]:
    """What takes part, without the parts that Qt makes of its own widgets."""
    for widget in window.findChildren(QWidget):
        inner = isinstance(widget.parentWidget(), (QAbstractSpinBox, QComboBox, QAbstractScrollArea))
        can = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not isinstance(widget, QScrollBar)
        if isinstance(widget, USED) and can and not inner and widget.isVisibleTo(window):
            yield widget


def said(widget: QWidget) -> str:
    return widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")


def told(widget: QWidget) -> str:
    parent = widget.parentWidget()
    return f"{type(widget).__name__} “{said(widget)}” in {type(parent).__name__ if parent else 'nothing'}"


def stops(window: MainWindow) -> Iterator[QWidget]:
    """Where Tab goes."""
    widget = window.nextInFocusChain()
    while widget and widget is not window:
        tabbed = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if tabbed and widget.isEnabled() and not widget.focusProxy() and not widget.visibleRegion().isEmpty():
            yield widget
        widget = widget.nextInFocusChain()


def is_seen(widget: QWidget) -> bool:
    """Whether it looks otherwise with the focus: by itself, or by what is around it."""
    around = widget.parentWidget()
    return any(_differs(each, widget) for each in (widget, around) if each)


def _differs(shown: QWidget, widget: QWidget) -> bool:
    if focused := QApplication.focusWidget():
        focused.clearFocus()
    without = shown.grab().toImage()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    return bool(shown.grab().toImage() != without)


def test_every_part_has_a_name_and_shows_that_it_has_the_focus(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.activateWindow()
    for state in states(qtbot, window, tmp_path):
        assert [told(each) for each in used(window) if not said(each)] == [], state
        assert [told(each) for each in buttons(window) if not (each.text() or each.toolTip() or said(each))] == [], (
            state
        )
        found = list(stops(window))
        assert len(found) > 10, state
        assert [told(each) for each in found if not is_seen(each)] == [], state
    assert comes_back(window)


def buttons(window: MainWindow) -> Iterator[QAbstractButton]:
    """Without those that Qt puts into a field."""
    for button in window.findChildren(QAbstractButton):
        if button.isVisibleTo(window) and type(button.parentWidget()) is not QLineEdit:
            yield button


def comes_back(window: MainWindow) -> bool:
    """Tab goes through all of it; of buttons that exclude each other, one is a stop."""
    wanted, visited = list(stops(window)), set()
    begin = wanted[0]
    begin.setFocus()
    for _ in range(2 * len(wanted) + 20):
        visited.add(QApplication.focusWidget())
        window.focusNextChild()
        if QApplication.focusWidget() is begin:
            break
    return QApplication.focusWidget() is begin and len(visited) > 0.8 * len(wanted)
