"""Calm messages at the bottom of the window: said once, gone by themselves, errors only when they have been read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from app import theme

Kind = Literal["info", "ok", "warning", "error"]
TINTS = {"info": "info", "ok": "ok", "warning": "warn", "error": "danger"}
SHOWN = 6000  # ms
MOST = 3  # at once: the oldest goes
WIDEST = 560  # px
LIFT = 40  # px over the lower edge: the status bar stays to be read


class Toasts(QObject):
    """Belongs to a window: messages.show("Saved", "ok"); one that is shown already is not shown again."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._over: QWidget | None = None
        self.shown: list[Toast] = []
        window.installEventFilter(self)

    def stand_over(self, part: QWidget) -> None:
        """At its lower edge, so that nothing beneath it is covered; while it is not seen, at the window's."""
        self._over = part
        part.installEventFilter(self)

    def problem(self, text: str) -> None:
        self.show(text, "error")

    def show(self, text: str, kind: Kind = "info", action: tuple[str, Callable[[], object]] | None = None) -> None:
        """action: a button's words and what it does."""
        for same in [each for each in self.shown if each.text == text]:
            self._close(same)
        while len(self.shown) >= MOST:
            self._close(self.shown[0])
        toast = Toast(self._window, text, kind, action)
        toast.closing = lambda: self._close(toast)
        self.shown.append(toast)
        toast.show()
        toast.raise_()
        self._place()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._window, text))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide):
            self._place()
        return False

    def _place(self) -> None:
        place = self._room()
        bottom = place.bottom()
        for toast in reversed(self.shown):
            toast.setMaximumWidth(min(WIDEST, self._window.width() - 2 * theme.SPACE[3]))
            toast.adjustSize()
            bottom -= toast.height()
            left = place.center().x() - toast.width() // 2
            toast.move(max(0, min(self._window.width() - toast.width(), left)), bottom)
            bottom -= theme.SPACE[1]

    def _room(self) -> QRect:
        if self._over and self._over.isVisibleTo(self._window):
            return QRect(self._over.mapTo(self._window, QPoint()), self._over.size()).adjusted(0, 0, 0, -theme.SPACE[2])
        return self._window.rect().adjusted(0, 0, 0, -LIFT)

    def _close(self, toast: Toast) -> None:
        if toast in self.shown:
            self.shown.remove(toast)
            toast.hide()
            toast.deleteLater()
            self._place()


class Toast(QFrame):
    closing: Callable[[], None]

    def __init__(
        self, window: QWidget, text: str, kind: Kind, action: tuple[str, Callable[[], object]] | None = None
    ) -> None:
        super().__init__(window)
        self.text, self.kind = text, kind
        self.setProperty("role", "toast")
        self.setAccessibleName(text)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE[2], theme.SPACE[1], theme.SPACE[1], theme.SPACE[1])
        row.setSpacing(theme.SPACE[1])
        edge = Qt.AlignmentFlag.AlignTop if len(text) > 60 else Qt.AlignmentFlag.AlignVCenter
        sign = QLabel()
        name = kind if kind in ("ok", "info", "warning", "error") else "info"
        sign.setPixmap(theme.pixmap(name, 18, TINTS[kind], self.devicePixelRatioF()))
        row.addWidget(sign, 0, edge)
        words = QLabel(text)
        words.setWordWrap(len(text) > 60)
        words.setMinimumWidth(WIDEST - 140 if len(text) > 60 else 0)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(words, 1)
        if action:
            button = QPushButton(action[0])
            button.setProperty("role", "quiet")
            button.clicked.connect(action[1])
            button.clicked.connect(lambda: self.closing())
            row.addWidget(button)
        close = QToolButton()
        close.setIcon(theme.icon("close", 14))
        close.setIconSize(QSize(14, 14))
        close.setToolTip(self.tr("Close"))
        close.setAccessibleName(self.tr("Close this message"))
        close.clicked.connect(lambda: self.closing())
        row.addWidget(close, 0, edge)
        self._timer = QTimer(self, singleShot=True, interval=SHOWN)
        self._timer.timeout.connect(lambda: self.closing())
        if kind != "error":
            self._timer.start()

    def enterEvent(self, event: QEvent) -> None:
        """As long as somebody reads it, it stays."""
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        if self.kind != "error":
            self._timer.start()
