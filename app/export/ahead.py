"""Draws the segments of what is open while nobody does anything, as the last export had them: the next one is almost at once.

Whatever a person does ends it at once; what was finished until then is kept.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.export.attention import attention
from app.export.export import Export
from app.export.process import LineProcess
from app.export.remembered import Remembered
from app.export.renders import WORKER, order
from app.export.subject import Subject
from render_engine.encode.presets import PRESETS

IDLE = 3000  # ms


class Ahead(QObject):
    """`wanted`: what to draw now, or None where it is not the time."""

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
        attention().touched.connect(self.disturb)

    @property
    def working(self) -> bool:
        return self._process is not None

    def enable(self, on: bool) -> None:
        self.enabled = on
        self.disturb()

    def disturb(self) -> None:
        """Somebody did something: it ends, and waits again."""
        self._end()
        if self.enabled:
            self._timer.start()
        else:
            self._timer.stop()

    def close(self) -> None:
        attention().touched.disconnect(self.disturb)
        self._timer.stop()
        self._end()

    def _end(self) -> None:
        if self._process:
            self._process.abandon()
            self._process, self._doing = None, None
            self.changed.emit()

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
        renderer=last.renderer,
        crf=last.crf,
    )
