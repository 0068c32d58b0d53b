"""The window's end of a process of ours that tells what it does in JSON, a line an event. Nothing here waits for it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QProcess, Qt, QTimer, Signal

from app.child_lines import ChildLines
from app.children import child_environment, start

PATIENCE = 5000  # ms until a process that was asked to end is ended


class LineProcess(QObject):
    """`told`: each object that it wrote. `ended`: its exit code (-1: it crashed or never began) and its last words."""

    told = Signal(object)
    ended = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.setProcessEnvironment(child_environment())
        self._lines = ChildLines(self._process, lambda line: self.told.emit(json.loads(line)))
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(self._process.kill)

    def start(self, module: str, words: Iterable[str] = (), first: Mapping[str, Any] | None = None) -> None:
        """Runs a module of ours; `first`: what it reads from its input at the beginning."""
        self._lines.begin()
        start(self._process, module, *words)
        if first is not None:
            self.say(json.dumps(first, ensure_ascii=False))

    @property
    def running(self) -> bool:
        return self._process.state() != QProcess.ProcessState.NotRunning

    @property
    def pid(self) -> int:
        return int(self._process.processId())

    def say(self, line: str) -> None:
        self._process.write(line.encode() + b"\n")

    def terminate(self) -> None:
        """It may tidy up; where it takes too long it is killed."""
        if not self.running:
            return
        if os.name == "nt":  # there is no SIGTERM to tidy up after
            self._process.kill()
        else:
            self._process.terminate()
            self._patience.start(PATIENCE)

    def interrupt(self) -> None:
        """The signal that a node takes for "finish what is in hand", without the patience of `terminate`."""
        if self.running:
            self._process.terminate()

    def abandon(self) -> None:
        """Nobody hears of it any more; it ends, and is gone. Whoever began it may go before: nobody waits."""
        self.told.disconnect()
        self.ended.disconnect()
        self.setParent(QCoreApplication.instance())
        self.ended.connect(self.deleteLater)
        if self.running:
            self.terminate()
        else:
            self.deleteLater()

    def close(self) -> None:
        """At the end of the application: waits a moment, then kills."""
        self.blockSignals(True)
        if self.running:
            self._process.terminate()
            if not self._process.waitForFinished(1500):
                self._process.kill()
                self._process.waitForFinished(1500)

    def _finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._patience.stop()
        words = self._lines.end()
        self.ended.emit(-1 if status == QProcess.ExitStatus.CrashExit else code, words)

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.ended.emit(-1, self._process.errorString())


def close_abandoned() -> None:
    """At the end of the application: nothing is left that it began."""
    app = QCoreApplication.instance()
    assert app
    for process in app.findChildren(LineProcess, options=Qt.FindChildOption.FindDirectChildrenOnly):
        process.close()
