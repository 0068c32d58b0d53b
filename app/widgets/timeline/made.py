"""The layers that a template or a Python function makes, to be looked at: written as a document by a process, when idle."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from app.document_edits import Document
from app.project import Project
from app.project_state import State
from app.template_to_document import Maker

IDLE = 600  # ms without a change


class Made(QObject):
    """`state`: what was made last, of what is open; None until then, and while that is broken."""

    changed = Signal()

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state: State | None = None
        self._project = project
        self._asked: State | None = None
        self._maker = Maker(self)
        self._maker.made.connect(self._set)
        self._maker.failed.connect(lambda _: None)  # the preview says why; what was seen last stays
        self._idle = QTimer(self, singleShot=True, interval=IDLE)
        self._idle.timeout.connect(self._make)
        project.changed.connect(self._changed)

    @property
    def document(self) -> Document | None:
        return self.state.document if self.state else None

    def close(self) -> None:
        self._idle.stop()
        self._maker.close()

    def _changed(self) -> None:
        project = self._project
        if project.kind not in ("template", "python"):
            self.close()
            self.state = self._asked = None
            return
        asked = State(project.origin, None, project.props, project.size)
        if self._asked is None or asked.source != self._asked.source:
            self.state = None
        self._asked = asked
        self._idle.start()

    def _make(self) -> None:
        if self._asked:
            self._maker.make(self._asked)

    def _set(self, state: State) -> None:
        self.state = state
        self.changed.emit()
