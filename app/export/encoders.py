"""Which encoders and which card this machine has; each is tried, once, in the background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.export.process import LineProcess


@dataclass(frozen=True)
class Encoder:
    name: str
    title: str
    why_not: str | None  # None: it is there
    suffixes: tuple[str, ...]
    crf: float | None  # its usual quality; None: there is none to choose
    crf_range: tuple[float, float]


@dataclass(frozen=True)
class CardHere:
    name: str
    why_not: str | None  # None: it is there


class Encoders(QObject):
    """`card`: None until it is known."""

    found = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.all: tuple[Encoder, ...] = ()
        self.card: CardHere | None = None
        self._process: LineProcess | None = None

    def look(self) -> None:
        """Nothing where it was looked before."""
        if self.all or self._process:
            return
        self._process = LineProcess(self)
        self._process.told.connect(self._told)
        self._process.ended.connect(self._ended)
        self._process.start("app.export.encoders_here")

    def named(self, name: str | None) -> Encoder | None:
        return next((each for each in self.all if each.name == name), None)

    def close(self) -> None:
        if self._process:
            self._process.close()
            self._process = None

    def _told(self, facts: dict[str, Any]) -> None:
        if "card" in facts:
            self.card = CardHere(facts["card"], facts["why_not"])
            return
        lists = {name: tuple(facts[name]) for name in ("suffixes", "crf_range")}
        self.all = (*self.all, Encoder(**{**facts, **lists}))

    def _ended(self, _code: int, _words: str) -> None:
        self._process = None
        self.found.emit()
