"""Which encoders this machine has, as `framekiln doctor` finds out by trying them; asked once, in the background."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.export.process import LineProcess


@dataclass(frozen=True)
class Encoder:
    name: str
    ok: bool
    text: str  # what it makes, or why it is not there


class Encoders(QObject):
    found = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.all: tuple[Encoder, ...] = ()
        self._process: LineProcess | None = None

    def look(self) -> None:
        """Nothing where it was looked before."""
        if self.all or self._process:
            return
        self._process = LineProcess(self)
        self._process.told.connect(self._told)
        self._process.ended.connect(self._ended)
        self._process.start("app.export.encoders_here")

    def close(self) -> None:
        if self._process:
            self._process.close()
            self._process = None

    def _told(self, finding: object) -> None:
        if isinstance(finding, dict):
            self.all = (*self.all, Encoder(finding["name"], bool(finding["ok"]), finding["text"]))

    def _ended(self, _code: int, _words: str) -> None:
        self._process = None
        self.found.emit()
