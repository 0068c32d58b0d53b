"""What is being edited goes to the preview: at once, then as often as it can be seen, the newest always.

A hand that drags changes the document a hundred times a second. Each opening takes the process a while; another one
before its picture was seen would mean that none ever is.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from app.preview.player import Player
from app.project import Project

PAUSE = 50  # ms between two documents: twenty a second
LONGEST = 500  # ms that the picture of what is opened is waited for
HUNG = 10_000  # ms that its opening is


class Feed(QObject):
    """`is_behind`: what is edited is not yet what the preview was given."""

    def __init__(self, project: Project, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.project, self.player = project, player
        self.is_behind = False
        self._seen = True
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._longest = QTimer(self, singleShot=True)
        self._soon.timeout.connect(self.give)
        self._pause.timeout.connect(self._go_on)
        self._longest.timeout.connect(self._go_on_anyway)
        project.changed.connect(self._changed)
        player.opened.connect(lambda _: self._longest.start(LONGEST))
        for seen in (player.shown, player.failed, player.trouble):
            seen.connect(self._saw)

    def give(self) -> None:
        """Now."""
        self.is_behind = False
        self._soon.stop()
        if self.project.is_open:
            self._seen = False
            self._pause.start()
            self._longest.start(HUNG)
            self.player.open(self.project.source())

    def _changed(self) -> None:
        self.is_behind = True
        self._go_on()

    def _saw(self) -> None:
        if not self.player.is_opening:  # else it is still of the document before
            self._go_on_anyway()

    def _go_on_anyway(self) -> None:
        self._seen = True
        self._longest.stop()
        self._go_on()

    def _go_on(self) -> None:
        if self.is_behind and self._seen and not self._pause.isActive():
            self._soon.start()
