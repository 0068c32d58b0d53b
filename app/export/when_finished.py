"""What happens once everything is rendered: nothing, a word, sleep, or shutting down; the last two are asked before."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.export.renders import Render, Renders

Choice = Literal["nothing", "notify", "sleep", "shutdown"]
AFTERWARDS: dict[Choice, str] = {
    "nothing": "Then nothing",
    "notify": "Then notify me",
    "sleep": "Then sleep",
    "shutdown": "Then shut down",
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
    """`due`: somebody is to ask whether it may be, and then calls `do`. Sleep and shutdown hold for one time."""

    changed = Signal()
    due = Signal(str)

    def __init__(
        self, renders: Renders, parent: QObject | None = None, run: Callable[[list[str]], object] = subprocess.Popen
    ) -> None:
        super().__init__(parent)
        self.choice: Choice = "notify"
        self._renders, self._run = renders, run
        renders.finished.connect(self._finished)

    def choose(self, choice: Choice) -> None:
        self.choice = choice
        self.changed.emit()

    def do(self, choice: str) -> None:
        if command := COMMANDS.get(sys.platform, {}).get(choice):
            self._run(command)

    def words(self, text: str) -> str:
        return QCoreApplication.translate("WhenFinished", text)

    def _finished(self, _render: Render) -> None:
        if self.choice == "nothing" or self._renders.waiting:
            return
        choice = self.choice
        if choice in ("sleep", "shutdown"):
            self.choose("notify")
        self.due.emit(choice)
