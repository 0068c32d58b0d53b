"""What may take a while and is not drawing: our own commands in a process of their own, and calls in a thread."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QThreadPool, QTimer, Signal

from render_engine.children import program
from render_engine.errors import FramekilnError

STOP = 3000  # ms to end by itself


class Command(QObject):
    """`framekiln … --json`: its answer, or its words where it did not answer."""

    answered = Signal(object, int)  # what it printed, its exit status
    failed = Signal(str)

    def __init__(
        self, arguments: Sequence[str], more: Mapping[str, str] | None = None, parent: QObject | None = None
    ) -> None:
        """more: variables of its environment."""
        super().__init__(parent)
        self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        for name, value in (more or {}).items():
            environment.insert(name, value)
        self._process.setProcessEnvironment(environment)
        self._process.finished.connect(self._ended)
        self._process.errorOccurred.connect(self._not_started)
        self._line = [*program("app"), *arguments, "--json"]

    def start(self) -> None:
        self._process.start(self._line[0], self._line[1:])

    @property
    def is_running(self) -> bool:
        return self._process.state() != QProcess.ProcessState.NotRunning

    def stop(self) -> None:
        """Nothing is told after that."""
        self._process.blockSignals(True)
        if self.is_running:
            self._process.kill()
            self._process.waitForFinished(STOP)

    def _ended(self, status: int) -> None:
        out = bytes(self._process.readAllStandardOutput().data()).decode("utf-8", "replace")
        said = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace").strip()
        try:
            answer = json.loads(out or said)
        except ValueError:
            self.failed.emit(said or self.tr("the command ended with {} and said nothing").format(status))
            return
        if isinstance(answer, dict) and answer.get("event") == "error":
            self.failed.emit(answer["message"])
        else:
            self.answered.emit(answer, status)

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.failed.emit(self._process.errorString())


def warm(*modules: str) -> None:
    """Reads modules in a thread, so that what needs them later opens at once."""
    QThreadPool.globalInstance().start(lambda: [importlib.import_module(name) for name in modules])


class Call(QObject):
    """One call in a thread; it lives until it has answered, whoever asked may be gone by then."""

    answered = Signal(object)
    failed = Signal(str)
    _running: set[Call] = set()

    def __init__(self, function: Callable[[], Any]) -> None:
        super().__init__()
        self._function = function

    def start(self) -> None:
        """Connect before: who is connected hears the answer before this goes."""
        self._running.add(self)
        self.answered.connect(self._done)
        self.failed.connect(self._done)
        QThreadPool.globalInstance().start(self._run)

    def _run(self) -> None:
        try:
            answer = self._function()
        except FramekilnError as error:
            self.failed.emit(str(error))
        else:
            self.answered.emit(answer)

    def _done(self) -> None:
        QTimer.singleShot(0, lambda: self._running.discard(self))
