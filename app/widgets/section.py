"""A part of a form under a title that opens and closes it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QToolButton, QVBoxLayout, QWidget

from app import theme


class Section(QFrame):
    """Fill `body` with widgets or a layout. `toggled` tells whether it is open now."""

    toggled = Signal(bool)

    def __init__(self, title: str, parent: QWidget | None = None, *, is_open: bool = True) -> None:
        super().__init__(parent)
        self.setProperty("role", "section")
        self._title = QToolButton(self)
        self._title.setProperty("role", "section")
        self._title.setText(title)
        self._title.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._title.setIconSize(QSize(14, 14))
        self._title.setCheckable(True)
        self._title.setAccessibleName(title)
        self._title.toggled.connect(self._show)
        self._head = QHBoxLayout()
        self._head.setContentsMargins(theme.SPACE[0], theme.SPACE[0], theme.SPACE[1], theme.SPACE[0])
        self._head.addWidget(self._title)
        self._head.addStretch(1)
        self.content = QWidget(self)
        self.body = QVBoxLayout(self.content)
        self.body.setContentsMargins(theme.SPACE[2], 0, theme.SPACE[2], theme.SPACE[2])
        self.body.setSpacing(theme.SPACE[1])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self._head)
        whole.addWidget(self.content)
        self._title.setChecked(is_open)
        self._show(is_open)

    @property
    def title(self) -> str:
        return self._title.text()

    @property
    def is_open(self) -> bool:
        return self._title.isChecked()

    def open(self, is_open: bool = True) -> None:
        self._title.setChecked(is_open)

    def add(self, part: QWidget | QLayout) -> None:
        if isinstance(part, QWidget):
            self.body.addWidget(part)
        else:
            self.body.addLayout(part)

    def add_to_head(self, widget: QWidget) -> None:
        """On the right of the title: a switch, a button."""
        self._head.addWidget(widget)

    def _show(self, is_open: bool) -> None:
        self._title.setIcon(theme.icon("chevron-down" if is_open else "chevron-right", 14, "text-3"))
        self.content.setVisible(is_open)
        self.toggled.emit(is_open)
