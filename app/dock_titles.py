"""A dock that is one of several tabs has its name there: its title bar, which would say it again, is taken away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QAbstractButton, QDockWidget, QMainWindow, QWidget


class DockTitles(QObject):
    def __init__(self, window: QMainWindow, docks: Sequence[QDockWidget]) -> None:
        super().__init__(window)
        self._window, self._docks = window, docks
        self._soon = QTimer(self, singleShot=True, interval=0)  # once for all that one move of a dock tells
        self._soon.timeout.connect(self._show)
        for dock in docks:
            self._name_buttons(dock)
            dock.visibilityChanged.connect(self._soon.start)
            dock.topLevelChanged.connect(self._soon.start)
            dock.dockLocationChanged.connect(self._soon.start)
        window.setDockOptions(window.dockOptions() | QMainWindow.DockOption.GroupedDragging)  # tabs are dragged out

    def _name_buttons(self, dock: QDockWidget) -> None:
        """Qt's own have no words."""
        words = {"floatbutton": self.tr("{} in a window of its own"), "closebutton": self.tr("Close {}")}
        for name, said in words.items():
            button = dock.findChild(QAbstractButton, f"qt_dockwidget_{name}")
            if button:
                button.setToolTip(said.format(dock.windowTitle()))
                button.setAccessibleName(said.format(dock.windowTitle()))

    def _show(self) -> None:
        for dock in self._docks:
            has_title = dock.titleBarWidget() is None
            if has_title == self._is_tab(dock):
                dock.setTitleBarWidget(_nothing(dock) if has_title else None)  # type: ignore[arg-type]  # None: Qt's own

    def _is_tab(self, dock: QDockWidget) -> bool:
        others = self._window.tabifiedDockWidgets(dock)
        return not dock.isFloating() and any(not other.isHidden() and not other.isFloating() for other in others)


def _nothing(parent: QWidget) -> QWidget:
    nothing = QWidget(parent)
    nothing.setFixedHeight(0)
    return nothing
