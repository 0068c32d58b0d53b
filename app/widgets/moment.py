"""Where the playhead is, as timecode and frame; typed into, it goes there."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolTip, QWidget

from app import theme
from app.preview.player import Player
from app.widgets.timecode import read_moment, timecode

LEAST = 168  # px
AROUND = 26  # px beside the words


class Moment(QLineEdit):
    """Frames (120), timecode (4:12), seconds (2.5s), steps (+10)."""

    def __init__(self, player: Player, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.player = player
        self._wrong: str | None = None
        self.setObjectName("moment")
        self.setAccessibleName(self.tr("Timecode and frame"))
        self.setFont(theme.font(13, 500, tabular=True))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFixedWidth(LEAST)
        self.returnPressed.connect(self._go)
        self.textEdited.connect(lambda _: self._mark(""))
        player.moved.connect(lambda _: self._say())
        player.opened.connect(lambda _: self._fit())
        self._mark("")
        self._say()

    def take_focus(self) -> None:
        self.setFocus()
        self.selectAll()

    def _words(self, frame: int) -> str:
        return f"{timecode(frame, self.player.fps)}   {frame}"

    def _fit(self) -> None:
        """As wide as the last frame's words."""
        assert self.player.film
        self.ensurePolished()
        widest = QFontMetrics(self.font()).horizontalAdvance(self._words(self.player.film.frames))
        self.setFixedWidth(max(LEAST, widest + AROUND))
        self._say()

    def _say(self) -> None:
        if not (self.hasFocus() and self.isModified()):  # else somebody is typing
            self.setText(self._words(self.player.frame))
            self._mark("")

    def _go(self) -> None:
        try:
            frame = read_moment(self.text(), self.player.fps, self.player.frame)
        except ValueError as error:
            self._mark(str(error))
            self.selectAll()
            QToolTip.showText(self.mapToGlobal(QPoint(0, -2 * self.height())), str(error), self)
            return
        self._leave()
        self.player.seek(frame)

    def _leave(self) -> None:
        self.setModified(False)
        self._say()
        self.clearFocus()

    def _mark(self, wrong: str) -> None:
        """What is wrong stays to be read under the pointer until something else is typed."""
        if wrong == self._wrong:
            return
        self._wrong = wrong
        usual = self.tr("Type a frame (120), a timecode (4:12), seconds (2.5s) or a step (+10)  (G)")
        self.setToolTip(wrong or usual)
        self.setAccessibleDescription(wrong)
        self.setProperty("invalid", bool(wrong))
        self.style().polish(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What was typed and not entered is gone."""
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.setModified(False)
            self._say()
        super().focusOutEvent(event)
