"""One frame at full resolution and by the processor, however the preview is drawn: by a process of its own, which ends with it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QIODevice, QObject, QRunnable, QSaveFile, QThreadPool, Signal
from PySide6.QtGui import QImage

from app.preview import messages
from app.preview.messages import Drawn, Failed, Opened, Refused
from app.preview.player import Source
from app.preview.process import PreviewProcess
from app.preview.reel import picture
from app.preview.slots import Slots


class FullFrame(QObject):
    """Emits one of the two, once."""

    drawn = Signal(QImage)
    failed = Signal(str)

    def __init__(self, source: Source, frame: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source, self._frame = source, frame
        self._slots: Slots | None = None
        self._film: Opened | None = None
        self._process = process = PreviewProcess(self)
        process.started.connect(self._open)
        process.opened.connect(self._opened)
        process.failed.connect(self._failed)
        process.drawn.connect(self._drawn)
        process.refused.connect(self._refused)
        process.died.connect(lambda how, _again: self._over(how))
        process.start()

    def close(self) -> None:
        self._process.close()
        if self._slots:
            self._slots.remove()
            self._slots = None

    def _open(self) -> None:
        at = self._source
        document = None if at.document is None else dict(at.document)
        self._process.tell(messages.Open(1, at.source, dict(at.props), at.size, 1, document, "cpu"))

    def _opened(self, film: Opened) -> None:
        self._film = film
        self._slots = Slots.make(film.drawn_width, film.drawn_height, 1)
        path, frame = str(self._slots.place.path), min(self._frame, film.frames - 1)
        self._process.tell(messages.Memory(1, path, film.drawn_width, film.drawn_height, 1))
        self._process.tell(messages.Want(1, 1, ((frame, 0),)))

    def _drawn(self, drawn: Drawn) -> None:
        assert self._slots
        assert self._film
        image = picture(self._slots.pixels(drawn.slot), self._film.opaque)
        self.close()
        self.drawn.emit(image)

    def _refused(self, refused: Refused) -> None:
        self._over(refused.message)

    def _failed(self, failed: Failed) -> None:
        first = failed.problems[0]
        self._over(f"{first.path}: {first.message}" if first.path else first.message)

    def _over(self, why: str) -> None:
        self.close()
        self.failed.emit(why)


class SavedPicture(QObject):
    """An image on its way to a file: encoded by a thread, there whole or not at all."""

    saved = Signal(str)
    failed = Signal(str)

    def write(self, image: QImage, path: Path) -> None:
        QThreadPool.globalInstance().start(_Writing(self, image, path))


class _Writing(QRunnable):
    def __init__(self, told: SavedPicture, image: QImage, path: Path) -> None:
        super().__init__()
        self._told, self._image, self._path = told, image, path

    def run(self) -> None:
        file = QSaveFile(str(self._path))
        opened = file.open(QIODevice.OpenModeFlag.WriteOnly)
        if opened and self._image.save(file, "PNG") and file.commit():  # type: ignore[call-overload]
            self._told.saved.emit(str(self._path))
        else:
            self._told.failed.emit(f"{self._path} could not be written: {file.errorString()}")
