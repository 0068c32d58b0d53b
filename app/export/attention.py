"""Whether somebody does anything here: what renders for itself makes room then.

Windows hear what a person does before any widget does, and little else: so nothing is looked at twice.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QGuiApplication, QWindow

INPUT = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.KeyPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.DragMove,
    }
)


class Attention(QObject):
    """`touched`: a key, the mouse or a finger, in any window of the application."""

    touched = Signal()

    def __init__(self, app: QGuiApplication) -> None:
        super().__init__(app)
        app.focusWindowChanged.connect(self._follow)
        self._follow(app.focusWindow())

    def _follow(self, window: QWindow | None) -> None:
        if window:
            window.installEventFilter(self)  # again is as once

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in INPUT:
            self.touched.emit()
        return False


def attention() -> Attention:
    """The application's one."""
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    found = app.findChild(Attention)
    return found if isinstance(found, Attention) else Attention(app)
