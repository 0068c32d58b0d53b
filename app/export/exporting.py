"""All that renders and is not the preview, put together for the window: it gives what is open, and shows the parts."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QCoreApplication, QObject, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox, QWidget

from app.export.ahead import Ahead, ahead_of
from app.export.encoders import Encoders
from app.export.export import Export
from app.export.farm import Farm
from app.export.process import LineProcess, close_abandoned
from app.export.remembered import recall
from app.export.renders import WORKER, Render, Renders, order
from app.export.status import RenderStatus
from app.export.subject import Subject
from app.export.when_finished import WhenFinished
from app.tray import Tray

if TYPE_CHECKING:
    from app.widgets.toast import Kind

READY = 2000  # ms after the start
ASK = {
    "sleep": "Everything is rendered. Let this machine sleep now?",
    "shutdown": "Everything is rendered. Shut down now?",
}


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
        self.when_finished = WhenFinished(self.renders, self)
        self.ahead = Ahead(self._wanted_ahead, self)
        self.tray = Tray(self.renders, self)
        self.status = RenderStatus(self.renders, self.ahead)
        self._submitting: set[LineProcess] = set()
        self.renders.finished.connect(self._finished)
        self.when_finished.due.connect(self._due)
        self.tray.raised.connect(self._raise)
        QTimer.singleShot(READY, self, _get_ready)

    # ----------------------------------------------------------------------------------------------------- asking

    def ask(self) -> None:
        """The dialog, for what is open."""
        from app.export.dialog import RenderDialog

        subject = self._subject()
        if subject is None:
            self._say(self.tr("Open something first, then it can be rendered."), "info")
            return
        dialog = RenderDialog(subject, self.encoders, self.window)
        dialog.render_asked.connect(lambda export: self.render(export, subject))
        dialog.queue_asked.connect(self.submit)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def render(self, export: Export, subject: Subject) -> None:
        self.ahead.disturb()
        self.tray.show()
        self.renders.add(export, _small(subject))

    def submit(self, export: Export) -> None:
        """Into the queue that the settings name."""
        process = LineProcess(self)
        self._submitting.add(process)
        process.told.connect(self._submitted)
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

    def _submitted(self, event: Mapping[str, Any]) -> None:
        if event["event"] == "submitted":
            waits = self.tr(" It waits: {0}").format(event["why_waiting"]) if event["why_waiting"] else ""
            self._say(self.tr("{0} is in the queue.{1}").format(event["label"], waits), "ok")
            self.queued.emit(event["job"])
        elif event["event"] == "error":
            self._say(event["message"], "error")

    def _sent(self, process: LineProcess, code: int, words: str) -> None:
        self._submitting.discard(process)
        process.deleteLater()
        if code not in (0, 1, 2):
            self._say(words.rpartition("\n")[2] or self.tr("The process that puts jobs into the queue ended"), "error")

    def _finished(self, render: Render) -> None:
        if self.notify and not self.window.isActiveWindow():
            self.tray.tell(render)
        if render.state == "failed":
            self._say(self.tr("{0}: {1}").format(render.export.name, render.error), "error")
            return
        folder = render.export.output.parent
        self._say(
            self.tr("{0} is rendered").format(render.export.name),
            "ok",
            (self.tr("Show in folder"), lambda: _open(folder)),
        )

    def _due(self, choice: str) -> None:
        if choice not in ASK:
            return
        box = QMessageBox(self.window)
        box.setText(QCoreApplication.translate("Exporting", ASK[choice]))
        box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No)
        box.button(QMessageBox.StandardButton.Yes).clicked.connect(lambda: self.when_finished.do(choice))
        box.finished.connect(box.deleteLater)
        box.open()

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


def _open(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
