"""The window's end of app/to_document.py: starts the process, and tells what it made."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal

from app.children import python_child
from app.project_state import State


class Maker(QObject):
    made = Signal(State)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None

    @property
    def is_busy(self) -> bool:
        return self._process is not None

    def make(self, state: State) -> None:
        """In place of what is being made."""
        self.close()
        process = python_child("app.to_document", parent=self)
        process.finished.connect(self._ended)
        process.start()
        process.write(json.dumps({"source": state.source, "props": dict(state.props), "size": state.size}).encode())
        process.closeWriteChannel()
        self._process = process

    def close(self) -> None:
        if self._process:
            process, self._process = self._process, None
            process.finished.disconnect(self._ended)
            process.kill()
            process.waitForFinished(1000)
            process.deleteLater()

    def _ended(self) -> None:
        process, self._process = self._process, None
        assert process
        out = bytes(process.readAllStandardOutput().data())
        words = bytes(process.readAllStandardError().data()).decode(errors="replace").strip()
        process.deleteLater()
        try:
            told = json.loads(out)
        except ValueError:
            self.failed.emit(words.rpartition("\n")[2] or self.tr("The document could not be made."))
            return
        if "problems" in told:
            self.failed.emit("\n".join(told["problems"]))
            return
        size = told["size"]
        source = str(Path(told["base"]) / f"{told['name']}.json")
        self.made.emit(State(source, told["document"], {}, tuple(size) if size else None))
