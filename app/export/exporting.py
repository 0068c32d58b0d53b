"""All that renders and is not the preview, put together for the window: it gives what is open, and shows the parts."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from app.export.ahead import Ahead, ahead_of
from app.export.encoders import Encoders
from app.export.export import Export
from app.export.farm import Farm
from app.export.process import LineProcess, close_abandoned
from app.export.remembered import recall
from app.export.renders import WORKER, Render, Renders, order
from app.export.seen import Row, in_the_window
from app.export.show_file import show_in_folder
from app.export.status import RenderStatus
from app.export.subject import Subject
from app.export.when_finished import Afterwards, WhenFinished
from app.tray import Tray
from sync.secrets import redacted

if TYPE_CHECKING:
    from app.export.dialog import RenderDialog
    from app.widgets.toast import Kind

READY = 2000  # ms after the start


class Say(Protocol):
    """As a window's Toasts.show."""

    def __call__(self, text: str, kind: Kind = ..., action: tuple[str, Callable[[], object]] | None = ...) -> None: ...


class Exporting(QObject):
    """`subject`: what is open now, or None. `still`: whether nothing plays, so that segments may be rendered ahead."""

    queued = Signal(str)  # a job's id: it is in the queue now

    def __init__(
        self,
        window: QWidget,
        subject: Callable[[], Subject | None],
        say: Say,
        still: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__(window)
        self.window, self._subject, self._say, self._still = window, subject, say, still
        self.notify = True  # the system is told, too
        self.renders = Renders(self)
        self.farm = Farm(self)
        self.encoders = Encoders(self)
        self.when_finished = WhenFinished(self.renders, self.farm, self)
        self.ahead = Ahead(self._wanted_ahead, self)
        self.tray = Tray(self.renders, self)
        self.status = RenderStatus(self.renders, self.ahead)
        self._asking: RenderDialog | None = None
        self._submitting: dict[LineProcess, QImage | None] = {}
        self.renders.finished.connect(self._finished)
        self.farm.ended.connect(self._job_ended)
        self.when_finished.due.connect(self._due)
        self.tray.raised.connect(self._raise)
        QTimer.singleShot(READY, self, _get_ready)

    # ----------------------------------------------------------------------------------------------------- asking

    def ask(self) -> None:
        """The dialog, for what is open. It is made in one turn and shown in the next, so that the window goes on between."""
        from app.export.dialog import RenderDialog

        if self._asking:
            return
        subject = self._subject()
        if subject is None:
            self._say(self.tr("Open something first, then it can be rendered."), "info")
            return
        self._asking = dialog = RenderDialog(subject, self.encoders, self.window)
        dialog.render_asked.connect(lambda export: self.render(export, subject))
        dialog.queue_asked.connect(lambda export: self.submit(export, subject))
        dialog.finished.connect(self._asked)
        QTimer.singleShot(0, dialog, dialog.open)

    def _asked(self) -> None:
        if self._asking:
            self._asking.deleteLater()
            self._asking = None

    def render(self, export: Export, subject: Subject) -> None:
        self.ahead.disturb()
        self.tray.show()
        self.renders.add(export, _small(subject))

    def submit(self, export: Export, subject: Subject) -> None:
        """Into the queue that the settings name."""
        process = LineProcess(self)
        self._submitting[process] = _small(subject)
        process.told.connect(lambda event: self._submitted(process, event))
        process.ended.connect(lambda code, words: self._sent(process, code, words))
        process.start(WORKER, first=order("submit", export))
        self._say(self.tr("{0} is being put into the queue").format(export.name), "info")

    def close(self) -> None:
        for process in self._submitting:
            process.close()
        self.ahead.close()
        self.renders.close()
        self.encoders.close()
        self.farm.close()
        self.tray.close()
        close_abandoned()

    # ---------------------------------------------------------------------------------------------------- telling

    def _submitted(self, process: LineProcess, event: Mapping[str, Any]) -> None:
        if event["event"] == "submitted":
            self.farm.follow(event["job"], self._submitting[process])
            waits = (
                self.tr(" It waits: {0}").format(in_the_window(event["why_waiting"])) if event["why_waiting"] else ""
            )
            self._say(self.tr("{0} is in the queue.{1}").format(event["label"], waits), "ok")
            self.queued.emit(event["job"])
        elif event["event"] == "error":
            self._say(event["message"], "error")

    def _sent(self, process: LineProcess, code: int, words: str) -> None:
        self._submitting.pop(process, None)
        process.deleteLater()
        if code not in (0, 1, 2):
            self._say(words.rpartition("\n")[2] or self.tr("The process that puts jobs into the queue ended"), "error")

    def _finished(self, render: Render) -> None:
        """One of the app's own."""
        output = render.export.output
        self._tell_end(render.export.name, output if render.state == "done" else None, render.error)

    def _job_ended(self, job: Row, video: str) -> None:
        """One that was put into the queue here."""
        if job["state"] == "succeeded":
            self._tell_end(str(job["label"]), Path(QUrl(video).toLocalFile()) if video.startswith("file:") else None)
        elif job["state"] == "failed":
            self._tell_end(str(job["label"]), None, redacted(str(job["error"] or self.tr("it failed"))))

    def _tell_end(self, name: str, file: Path | None, error: str = "") -> None:
        """`file`: what was made, where it can be opened from here."""
        if self.notify and self.when_finished.choice != "nothing" and not self.window.isActiveWindow():
            self.tray.tell(name, file, error)
        if error:
            self._say(self.tr("{0}: {1}").format(name, error), "error")
            return
        action = (self.tr("Show in folder"), lambda: show_in_folder(file)) if file else None
        self._say(self.tr("{0} is rendered").format(name), "ok", action)

    def _due(self, choice: str) -> None:
        Afterwards(choice, self.when_finished.do, self.window).open()

    def _raise(self) -> None:
        self.window.showNormal()
        self.window.raise_()
        self.window.activateWindow()

    def _wanted_ahead(self) -> Export | None:
        subject = self._subject() if self.renders.running is None and self._still() else None
        return ahead_of(subject, recall()) if subject else None


def _get_ready() -> None:
    """What the dialog is made of is read beside the window's work, so that it opens at once."""
    threading.Thread(target=importlib.import_module, args=("app.export.dialog",), daemon=True).start()


def _small(subject: Subject) -> Any:
    """Of the picture, what a row shows."""
    from PySide6.QtCore import Qt

    picture = subject.picture
    if picture is None or picture.isNull():
        return None
    return picture.scaledToHeight(96, Qt.TransformationMode.SmoothTransformation)
