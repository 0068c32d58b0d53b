"""The file that is open: what it said last, what others have made of it since, and whatever else the film reads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.document_edits import Document
from app.document_file import DocumentFile, read, write
from app.live import Live
from render_engine.errors import FramekilnError

HALF_WRITTEN = (60, 150, 400)  # ms after which a file that breaks is read again, before it is told


class OpenFile(QObject):
    found = Signal(object)  # DocumentFile: written elsewhere, and good
    around_changed = Signal()  # something else that is watched
    trouble = Signal(str)  # broken, or gone; "" when it is well again

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path: Path | None = None
        self.known: DocumentFile | None = None  # as last read or written here
        self.theirs: DocumentFile | None = None  # as others wrote it, and it was not taken
        self.is_broken = False  # by others
        self.trouble_text = ""
        self._tries = 0
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._read)
        self._live = Live(self)
        self._live.changed.connect(self._changed)

    @property
    def in_conflict(self) -> bool:
        """It is not to be written over unasked: others left another document in it, or one that they have not finished."""
        return self.theirs is not None or self.is_broken

    def begin(self, path: Path | None, known: DocumentFile | None = None, trouble: str = "") -> None:
        """In place of the one before."""
        self.path, self.known = path, known
        self._settle(trouble)
        self.watch(())

    def watch(self, files: Iterable[Path]) -> None:
        """Beside the file itself."""
        self._live.watch({*files, *([self.path] if self.path else [])})

    def look(self) -> None:
        """Whether it is another one than before: now, and not when the system tells."""
        self._live.look()
        if self._again.isActive():
            self._again.stop()
            self._tries = len(HALF_WRITTEN)
            self._read()

    def write(self, path: Path, document: Document) -> DocumentFile:
        """Here or elsewhere, where it is open from then on. Raises RenderFailed, and then all is as before."""
        self.known = write(path, document, self.known)
        self.path = path
        self._live.watch({*self._live.files, path})
        self._live.known(path)
        self._settle("")
        return self.known

    def take(self, found: DocumentFile) -> None:
        """What others wrote is what is open."""
        self.known = found
        self._settle("")

    def keep_mine(self) -> None:
        """What others wrote may be written over."""
        self.known, self.theirs, self.is_broken = self.theirs or self.known, None, False

    def close(self) -> None:
        self.begin(None)
        self._live.close()

    def _settle(self, trouble: str) -> None:
        self._again.stop()
        self.theirs, self.is_broken = None, False
        self._tell(trouble)

    def _changed(self, files: set[Path]) -> None:
        if self.path in files:
            self._tries = 0
            self._read()
        if files - {self.path}:
            self.around_changed.emit()

    def _read(self) -> None:
        assert self.path
        try:
            found = read(self.path)
        except FramekilnError as error:
            self._not_read(error)
            return
        self._settle("")
        if self.known and found.data == self.known.data:
            self.known = replace(found, document=self.known.document)
        else:
            self.found.emit(found)

    def _not_read(self, error: FramekilnError) -> None:
        """A file that is being written breaks for a moment, and one that is replaced may be gone for one."""
        assert self.path
        if self._tries < len(HALF_WRITTEN):
            self._again.start(HALF_WRITTEN[self._tries])
            self._tries += 1
            return
        self.theirs, self.is_broken = None, self.path.exists()
        gone = self.tr("“{}” is gone. Save writes it again.").format(self.path.name)
        self._tell(error.message if self.is_broken else gone)

    def _tell(self, text: str) -> None:
        if text != self.trouble_text:
            self.trouble_text = text
            self.trouble.emit(text)
