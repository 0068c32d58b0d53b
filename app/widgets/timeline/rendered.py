"""Which spans of the film are rendered already: asked of a process when nothing has changed for a while."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.export.export import Export
from app.export.process import LineProcess
from app.export.remembered import recall
from app.export.renders import WORKER, order
from app.preview.player import Source
from render_engine.encode.presets import PRESETS

IDLE = 1500  # ms without a change
AGAIN = 4000  # ms while something is rendered: asking costs as much as a second of it


@dataclass(frozen=True)
class Span:
    """Seconds of the film."""

    start: float
    end: float
    kept: bool


class Rendered(QObject):
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.spans: tuple[Span, ...] = ()
        self._source: Source | None = None
        self._fps = 30.0
        self._process: LineProcess | None = None
        self._stopped: list[LineProcess] = []  # that are about to end
        self._idle = QTimer(self, singleShot=True)
        self._idle.timeout.connect(self._start)

    def ask(self, source: Source | None) -> None:
        """As it is now; until the answer comes nothing is known."""
        if source == self._source:
            return
        self._stop()
        self._source = source
        self._set(())
        self._idle.start(IDLE) if source and source.source else self._idle.stop()

    def ask_again(self) -> None:
        """Something was rendered: what is known stays until the answer."""
        if self._source and not self._process and not self._idle.isActive():
            self._idle.start(AGAIN)

    def close(self) -> None:
        self._idle.stop()
        for process in (self._process, *self._stopped):
            if process:
                process.close()
        self._process, self._stopped = None, []

    def _start(self) -> None:
        if self._source is None:
            return
        self._stop()
        self._process = process = LineProcess(self)
        process.told.connect(self._told)
        process.ended.connect(self._ended)
        process.start(WORKER, first=order("plan", _usual(self._source)))

    def _stop(self) -> None:
        """Nothing waits for its end."""
        if self._process:
            process, self._process = self._process, None
            process.told.disconnect(self._told)
            process.ended.disconnect(self._ended)
            self._stopped.append(process)
            process.ended.connect(lambda *_: self._gone(process))
            process.terminate()

    def _gone(self, process: LineProcess) -> None:
        if process in self._stopped:
            self._stopped.remove(process)
            process.deleteLater()

    def _told(self, event: Mapping[str, object]) -> None:
        if event.get("event") == "opened":
            self._fps = float(Fraction(str(event["fps"])))
        spans = event.get("spans")
        if event.get("event") == "plan" and isinstance(spans, list):
            self._set(tuple(Span(first / self._fps, last / self._fps, kept) for first, last, kept in spans))

    def _ended(self, _code: int, _words: str) -> None:
        """Where it failed nothing is known: the preview says why."""
        if self._process:
            self._process.deleteLater()
            self._process = None

    def _set(self, spans: tuple[Span, ...]) -> None:
        if spans != self.spans:
            self.spans = spans
            self.changed.emit()


def _usual(source: Source) -> Export:
    """As the next export would be, and as is rendered ahead."""
    last = recall()
    return Export(
        source.source,
        Path(f"film{last.suffix}"),
        dict(source.props),
        document=source.document,
        size=source.size,
        fps=last.fps,
        preset=last.preset if last.preset in PRESETS else None,
        encoder=last.encoder,
        renderer=last.renderer,
        crf=last.crf,
    )
