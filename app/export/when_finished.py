"""What happens once everything is rendered: nothing, a word, sleep, or shutting down.

The last two are said before, with a minute to say no: whoever wants them is usually not there to say yes.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Any, Literal

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject, QTimer, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from app.export.farm import Farm
from app.export.renders import Renders

MINUTE = 60  # seconds in which it can be stopped

Choice = Literal["nothing", "notify", "sleep", "shutdown"]
AFTERWARDS: dict[Choice, Any] = {
    "nothing": QT_TRANSLATE_NOOP("WhenFinished", "Then nothing"),
    "notify": QT_TRANSLATE_NOOP("WhenFinished", "Then notify me"),
    "sleep": QT_TRANSLATE_NOOP("WhenFinished", "Then sleep"),
    "shutdown": QT_TRANSLATE_NOOP("WhenFinished", "Then shut down"),
}
COMMANDS: dict[str, dict[str, list[str]]] = {
    "linux": {"sleep": ["systemctl", "suspend"], "shutdown": ["systemctl", "poweroff"]},
    "darwin": {
        "sleep": ["pmset", "sleepnow"],
        "shutdown": ["osascript", "-e", 'tell application "System Events" to shut down'],
    },
    "win32": {
        "sleep": ["rundll32.exe", "powrprof.dll,SetSuspendState", "0,1,0"],
        "shutdown": ["shutdown", "/s", "/t", "0"],
    },
}


class WhenFinished(QObject):
    """Of the app's own renders and of the jobs that were put into the queue here.

    `due`: sleep or shutdown is to be announced, and done by `do` then. They hold for one time.
    """

    changed = Signal()
    due = Signal(str)

    def __init__(
        self,
        renders: Renders,
        farm: Farm,
        parent: QObject | None = None,
        run: Callable[[list[str]], object] = subprocess.Popen,
    ) -> None:
        super().__init__(parent)
        self.choice: Choice = "notify"
        self._renders, self._farm, self._run = renders, farm, run
        renders.finished.connect(self._look)
        farm.ended.connect(self._look)

    def choose(self, choice: Choice) -> None:
        self.choice = choice
        self.changed.emit()

    def do(self, choice: str) -> None:
        if command := COMMANDS.get(sys.platform, {}).get(choice):
            self._run(command)

    def words(self, text: str) -> str:
        return QCoreApplication.translate("WhenFinished", text)

    def _look(self) -> None:
        choice = self.choice
        if choice in ("sleep", "shutdown") and not (
            self._renders.running or self._renders.waiting or self._farm.followed
        ):
            self.choose("notify")
            self.due.emit(choice)


class Afterwards(QMessageBox):
    """Counts down, and does it; anybody who is there can say no, or not wait."""

    def __init__(
        self, choice: str, do: Callable[[str], object], parent: QWidget | None = None, *, seconds: int = MINUTE
    ) -> None:
        super().__init__(parent)
        self.choice, self.left = choice, seconds
        self.setText(self.tr("Everything is rendered."))
        now = self.tr("Sleep now") if choice == "sleep" else self.tr("Shut down now")
        self.now = self.addButton(now, QMessageBox.ButtonRole.AcceptRole)
        self.setEscapeButton(self.addButton(QMessageBox.StandardButton.Cancel))
        self.accepted.connect(lambda: do(choice))
        self.finished.connect(self.deleteLater)
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self._tell()

    def _tick(self) -> None:
        self.left -= 1
        if self.left <= 0:
            self._timer.stop()
            self.now.click()
        else:
            self._tell()

    def _tell(self) -> None:
        sleeps = self.tr("This machine sleeps in {0} s.")
        self.setInformativeText(
            (sleeps if self.choice == "sleep" else self.tr("It shuts down in {0} s.")).format(self.left)
        )
