"""What a render would cost, asked of a process; the newest question wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.export.export import Export
from app.export.process import LineProcess
from app.export.renders import WORKER, order

QUIET = 250  # ms without another question, before the process is asked


@dataclass(frozen=True)
class Estimate:
    width: int
    height: int
    fps: str
    frames: int
    encoder: str
    to_draw: int  # frames that are not in the journal
    seconds: float | None  # None: nothing like it was rendered here yet; it is being tried
    bytes: int
    measured: bool  # whether the size comes from segments of this film
    why: str  # that encoder
    notes: tuple[str, ...] = ()


class Plans(QObject):
    estimated = Signal(Estimate)
    refused = Signal(str)
    asked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._export: Export | None = None
        self._process: LineProcess | None = None
        self._opened: Mapping[str, Any] = {}
        self._said = False
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(QUIET)
        self._quiet.timeout.connect(self._start)

    def ask(self, export: Export) -> None:
        self._export = export
        self.asked.emit()
        self._quiet.start()

    def close(self) -> None:
        self._quiet.stop()
        if self._process:
            self._process.abandon()
            self._process = None

    def _start(self) -> None:
        self.close()
        assert self._export
        self._opened, self._said = {}, False
        self._process = process = LineProcess(self)
        process.told.connect(self._told)
        process.ended.connect(self._ended)
        process.start(WORKER, first=order("estimate", self._export))

    def _told(self, event: Mapping[str, Any]) -> None:
        match event["event"]:
            case "opened":
                self._opened = event
            case "error":
                self._said = True
                self.refused.emit(event["message"])
            case "plan":
                self._said = True
                self.estimated.emit(self._estimate(event))

    def _estimate(self, plan: Mapping[str, Any]) -> Estimate:
        film = self._opened
        return Estimate(
            film["width"],
            film["height"],
            film["fps"],
            film["frames"],
            film["encoder"],
            plan["frames"],
            plan["seconds"],
            plan["bytes"],
            plan["measured"],
            film["reason"],
            tuple(film["notes"]),
        )

    def _ended(self, code: int, last_words: str) -> None:
        if self._process:
            self._process.deleteLater()
        self._process = None
        if not self._said:
            self.refused.emit(last_words.rpartition("\n")[2] or self.tr("the plan ended with code {0}").format(code))
