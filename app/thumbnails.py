"""Small pictures of templates, which move, and of video files: drawn once by a process that gives way to all others, then
kept in the cache.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, Signal

import resources
from app.children import python_child
from render_engine.cache_folder import cache_folder

RESOURCES = Path(resources.__file__).parent


class Thumbnails(QObject):
    """`ready`: a template's name or a video's path, and the file of its picture. One is drawn at a time."""

    ready = Signal(str, str)

    def __init__(self, parent: QObject | None = None, *, folder: Path | None = None) -> None:
        super().__init__(parent)
        self._folder = folder or cache_folder() / "thumbnails"
        self._waiting: list[str] = []
        self._process: QProcess | None = None
        self._ending: list[QProcess] = []

    def still(self, name: str) -> Path:
        """Ships; it may be missing for a template that is new."""
        return RESOURCES / "thumbnails" / f"{name}.webp"

    def picture(self, name: str) -> Path | None:
        """None: not drawn yet."""
        path = self._path(name)
        return path if path.is_file() else None

    def draw(self, names: Iterable[str]) -> None:
        """Those that are not drawn yet, in this order."""
        for name in names:
            if not self.picture(name) and name not in self._waiting:
                self._waiting.append(name)
        self._next()

    @property
    def is_busy(self) -> bool:
        return self._process is not None

    def give_up(self) -> None:
        """What is begun is drawn another time; nothing waits for its end."""
        self._waiting.clear()
        process, self._process = self._process, None
        if process and process.state() != QProcess.ProcessState.NotRunning:
            self._ending.append(process)
            process.kill()

    def stop(self) -> None:
        """At the end: no process is left."""
        self.give_up()
        for process in list(self._ending):
            process.waitForFinished(1000)

    def _next(self) -> None:
        if self._process or not self._waiting:
            return
        name = self._waiting.pop(0)
        process = python_child("app.thumbnail_child", name, str(self._path(name)), parent=self)
        process.finished.connect(lambda: self._drawn(process, name))
        self._process = process
        process.start()

    def _drawn(self, process: QProcess, name: str) -> None:
        """One that cannot be drawn keeps its still."""
        process.deleteLater()
        if process in self._ending:
            self._ending.remove(process)
        if process is not self._process:
            return
        self._process = None
        if path := self.picture(name):
            self.ready.emit(name, str(path))
        self._next()

    def _path(self, name: str) -> Path:
        """Its name tells what it was made from."""
        return self._folder / f"{Path(name).stem}-{_digest(name)}.webp"


def _digest(name: str) -> str:
    """Of the template and of what all templates share; of a file's name, size and time."""
    found = hashlib.sha256()
    if Path(name).is_absolute():
        facts = Path(name).stat() if Path(name).is_file() else None
        found.update(f"{name} {facts and (facts.st_size, facts.st_mtime_ns)}".encode())
        return found.hexdigest()[:12]
    for file in (f"{name.replace('-', '_')}.py", "_design.py", "_parts.py"):
        path = RESOURCES / "templates" / file
        found.update(path.read_bytes() if path.is_file() else b"")
    return found.hexdigest()[:12]
