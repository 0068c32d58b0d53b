"""Asks a process of its own for the props of a Python function: a person's code does not run in the window."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal

from app.children import python_child


class PropsOfPython(QObject):
    """Tells the schema of the newest source that was asked for; nothing where it cannot be read: the preview says why."""

    known = Signal(str, dict)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._asked: tuple[str, int] | None = None
        self._process: QProcess | None = None

    def ask(self, source: str) -> None:
        """Again only when the file is another."""
        version = _version(source)
        if self._asked == (source, version):
            return
        self._asked = (source, version)
        self.close()
        process = python_child("app.template_facts", source, parent=self)
        process.finished.connect(lambda: self._told(process, source))
        self._process = process
        process.start()

    def forget(self) -> None:
        self._asked = None
        self.close()

    def close(self) -> None:
        """No answer is waited for any more."""
        process, self._process = self._process, None
        if process and process.state() != QProcess.ProcessState.NotRunning:
            process.kill()
            process.waitForFinished(1000)

    def _told(self, process: QProcess, source: str) -> None:
        process.deleteLater()
        if process is not self._process:
            return
        self._process = None
        try:
            schema = json.loads(bytes(process.readAllStandardOutput().data()).splitlines()[-1])
        except (ValueError, IndexError):
            return
        self.known.emit(source, schema)


def _version(source: str) -> int:
    file = Path(source.rpartition(":")[0])
    return file.stat().st_mtime_ns if file.is_file() else 0
