"""Draws the segments of what is open while nobody does anything, as the last export had them: the next one is almost at once.

Whatever a person does ends it at once; what was finished until then is kept.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer, Signal

from app.export.export import Export
from app.export.process import LineProcess, close_all
from app.export.remembered import Remembered
from app.export.renders import WORKER, order
from app.export.subject import Subject
from render_engine.encode.presets import PRESETS

IDLE = 3000  # ms
_INPUT = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.KeyPress,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.DragMove,
)


class Ahead(QObject):
    """`wanted`: what to draw now, or None where it is not the time. Install it as the application's event filter."""

    changed = Signal()  # begun, further or ended

    def __init__(self, wanted: Callable[[], Export | None], parent: QObject | None = None, *, idle: int = IDLE) -> None:
        super().__init__(parent)
        self.enabled = True
        self.part = 0.0  # of what is missing, from 0 to 1
        self._wanted = wanted
        self._process: LineProcess | None = None
        self._doing: Export | None = None
        self._done: Export | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(idle)
        self._timer.timeout.connect(self._begin)
        self._timer.start()

    @property
    def working(self) -> bool:
        return self._process is not None

    def enable(self, on: bool) -> None:
        self.enabled = on
        self.disturb()

    def disturb(self) -> None:
        """Somebody did something: it ends, and waits again."""
        if self._process:
            self._process.abandon()
            self._process, self._doing = None, None
            self.changed.emit()
        if self.enabled:
            self._timer.start()
        else:
            self._timer.stop()

    def close(self) -> None:
        self._timer.stop()
        close_all(self)
        self._process = None

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT:
            self.disturb()
        return False

    def _begin(self) -> None:
        export = self._wanted() if self.enabled else None
        if export is None or export == self._done:
            self._timer.start()
            return
        self._doing, self.part = export, 0.0
        self._process = process = LineProcess(self)
        process.told.connect(self._told)
        process.ended.connect(self._ended)
        process.start(WORKER, first=order("ahead", export))
        self.changed.emit()

    def _told(self, event: Mapping[str, Any]) -> None:
        if event["event"] == "progress" and event["stage"] == "draw" and event["frames"]:
            self.part = event["frame"] / event["frames"]
            self.changed.emit()

    def _ended(self, code: int, _words: str) -> None:
        assert self._process
        self._process.deleteLater()
        if code in (0, 1, 2):  # what fails now is told by the preview and by the render, not here
            self._done = self._doing
        self._process, self._doing = None, None
        self._timer.start()
        self.changed.emit()


def ahead_of(subject: Subject, last: Remembered) -> Export:
    """The whole of it, as it was exported last."""
    return Export(
        subject.source,
        Path(tempfile.gettempdir()) / f"framekiln-ahead{last.suffix}",
        subject.props,
        subject.document,
        size=subject.size,
        fps=last.fps,
        preset=last.preset if last.preset in PRESETS else None,
        encoder=last.encoder,
        crf=last.crf,
    )
