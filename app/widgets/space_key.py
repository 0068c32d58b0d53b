"""Space plays. Only where somebody went to a button by the keyboard, it presses that button, as everywhere else."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget


class SpaceKey(QObject):
    """Hears what no part of the window took for its own, before the window's shortcuts do."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if event.key() != Qt.Key.Key_Space or event.modifiers() or not _is_at_a_button():
            return False
        event.accept()
        return True


def _is_at_a_button() -> bool:
    focus = QApplication.focusWidget()
    by_keyboard = Qt.WidgetAttribute.WA_KeyboardFocusChange
    return isinstance(focus, QAbstractButton) and focus.window().testAttribute(by_keyboard)
