"""A slim bar in the status bar: what is rendered now, how far it is, and how long it takes."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from app import theme
from app.cli.words import clock
from app.export.ahead import Ahead
from app.export.renders import Renders


class RenderStatus(QWidget):
    """Empty while nothing is rendered. `opened`: somebody wants to see the queue."""

    opened = Signal()

    def __init__(self, renders: Renders, ahead: Ahead, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.renders, self.ahead = renders, ahead
        self.words = QLabel()
        self.words.setProperty("role", "hint")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setFixedWidth(140)
        self.bar.setTextVisible(False)
        self.cancel = _button("cancel", self.tr("Cancel this render"))
        self.queue = _button("queue", self.tr("Show the queue"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 0, 8, 0)
        layout.setSpacing(8)
        layout.addStretch(1)
        for widget in (self.words, self.bar, self.cancel, self.queue):
            layout.addWidget(widget)
        self.cancel.clicked.connect(self._cancel)
        self.queue.clicked.connect(self.opened)
        renders.changed.connect(self._show)
        ahead.changed.connect(self._show)
        self._show()

    def _show(self, _id: int = 0) -> None:
        render = self.renders.running
        for widget in (self.bar, self.cancel, self.queue):
            widget.setVisible(render is not None)
        if render is None:
            percent = round(100 * self.ahead.part)
            told = self.tr("Rendering ahead, {0} %").format(percent)
            self.words.setText(told if self.ahead.working else "")
            return
        left = self.tr("  ·  {0} left").format(clock(render.eta)) if render.eta is not None else ""
        others = self.tr("  ·  {0} more").format(self.renders.waiting) if self.renders.waiting else ""
        self.words.setText(f"{render.export.name}{left}{others}")
        self.bar.setValue(round(1000 * render.part))
        self.bar.setAccessibleName(self.tr("{0}, {1} %").format(render.export.name, round(100 * render.part)))

    def _cancel(self) -> None:
        if render := self.renders.running:
            self.renders.cancel(render.id)


def _button(icon: str, text: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(theme.icon(icon, 14))
    button.setToolTip(text)
    button.setAccessibleName(text)
    return button
