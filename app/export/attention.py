"""Whether somebody does anything here: what renders for itself makes room then.

Windows hear what a person does before any widget does, and little else: so nothing is looked at twice.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QGuiApplication, QWindow

DEEDS = frozenset(
    {QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress, QEvent.Type.Wheel, QEvent.Type.TouchBegin, QEvent.Type.Drop}
)
MOVES = frozenset({QEvent.Type.MouseMove, QEvent.Type.DragMove})


class Attention(QObject):
    """In any window of the application. `touched`: a key, the mouse or a finger; `worked`: more than a moved mouse."""

    touched = Signal()
    worked = Signal()

    def __init__(self, app: QGuiApplication) -> None:
        super().__init__(app)
        app.focusWindowChanged.connect(self._follow)
        self._follow(app.focusWindow())

    def _follow(self, window: QWindow | None) -> None:
        if window:
            window.installEventFilter(self)  # again is as once

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in DEEDS:
            self.worked.emit()
        if kind in DEEDS or kind in MOVES:
            self.touched.emit()
        return False


def attention() -> Attention:
    """The application's one."""
    app = QGuiApplication.instance()
    assert isinstance(app, QGuiApplication)
    found = app.findChild(Attention)
    return found if isinstance(found, Attention) else Attention(app)
