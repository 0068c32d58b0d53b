"""The window's end of the preview's process: starts it, starts it again when it dies, and turns its lines into signals."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from app.child_lines import ChildLines
from app.children import child_environment, start
from app.preview import messages
from app.preview.messages import Drawn, Event, Failed, Heard, Opened, Order, Outlined, Refused, Renderer

AGAIN = 300  # ms until a process that died is started again
MOST_DEATHS = 3  # in a row, without anything opened between them: then it is the document


class PreviewProcess(QObject):
    opened = Signal(Opened)
    failed = Signal(Failed)
    drawn = Signal(Drawn)
    refused = Signal(Refused)
    heard = Signal(Heard)
    outlined = Signal(Outlined)
    renderer = Signal(Renderer)
    died = Signal(str, bool)  # how, and whether it is started again
    started = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.deaths = 0
        self._closing = False
        self._process = QProcess(self)
        self._process.setProcessEnvironment(child_environment())
        self._lines = ChildLines(self._process, lambda line: self._tell_of(messages.read(line)))
        self._process.finished.connect(self._ended)
        self._process.started.connect(self.started)
        self._process.errorOccurred.connect(self._not_started)
        self._again = QTimer(self, singleShot=True, interval=AGAIN)
        self._again.timeout.connect(self._start)

    @property
    def is_running(self) -> bool:
        return self._process.state() == QProcess.ProcessState.Running

    def start(self) -> None:
        """Unless it is there, or about to be."""
        if self._process.state() == QProcess.ProcessState.NotRunning and not self._again.isActive():
            self.deaths = 0
            self._start()

    def _start(self) -> None:
        self._lines.begin()
        start(self._process, "app.preview.child")

    def tell(self, order: Order) -> None:
        """What is told while there is none is not needed: whoever hears `started` opens anew."""
        if self.is_running:
            self._process.write(messages.line(order))

    def close(self) -> None:
        self._closing = True
        self._again.stop()
        self._process.closeWriteChannel()
        if not self._process.waitForFinished(1000):
            self._process.kill()
            self._process.waitForFinished(1000)

    def kill(self) -> None:
        self._process.kill()

    def _tell_of(self, event: Event | Order) -> None:
        match event:
            case Drawn():
                self.drawn.emit(event)
            case Opened():
                self.deaths = 0
                self.opened.emit(event)
            case Failed():
                self.deaths = 0
                self.failed.emit(event)
            case Refused():
                self.refused.emit(event)
            case Heard():
                self.heard.emit(event)
            case Outlined():
                self.outlined.emit(event)
            case Renderer():
                self.renderer.emit(event)

    def _ended(self, code: int, status: Any) -> None:
        if self._closing:
            return
        self.deaths += 1
        crashed = status == QProcess.ExitStatus.CrashExit
        words = self._lines.end().rpartition("\n")[2]
        how = "crashed" if crashed else f"ended with code {code}"
        again = self.deaths < MOST_DEATHS  # else it is the document: the next one starts it again
        self.died.emit(f"the preview's process {how}" + (f": {words}" if words else ""), again)
        if again:
            self._again.start()

    def _not_started(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.died.emit(f"the preview's process does not start: {self._process.errorString()}", False)
