"""Watches the files that are open, and tells when one of them was changed, replaced, removed or came back.

Editors write in place, or beside and rename over: the folders are watched too, and what counts is whether the file itself
is another one than before. Where the system cannot watch, it is looked at now and then.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

SETTLE = 15  # ms from the first event on: one saving makes several
LOOK = 2000  # ms between two looks at files that may not be watched (network folders tell of nothing)
Mark = tuple[int, int, int] | None


def mark_of(path: Path) -> Mark:
    """Another one after every change; None where there is no such file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


class Live(QObject):
    changed = Signal(set)  # of Path: those that are others than before, or are not there any more

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._marks: dict[Path, Mark] = {}
        self._watcher: QFileSystemWatcher | None = (
            None  # a system has few of them: only while there is something to watch
        )
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE)
        self._settle.timeout.connect(self.look)
        self._looking = QTimer(self)
        self._looking.setInterval(LOOK)
        self._looking.timeout.connect(self.look)

    @property
    def files(self) -> set[Path]:
        return set(self._marks)

    def watch(self, files: Iterable[Path]) -> None:
        """In place of those before. Of a file that is new here the state now is the one that is known."""
        wanted = {Path(path).absolute() for path in files}
        self._marks = {path: self._marks[path] if path in self._marks else mark_of(path) for path in wanted}
        self._point()
        if wanted:
            self._looking.start()
        else:
            self._looking.stop()

    def known(self, path: Path) -> None:
        """What is there now was written here: it is no change."""
        path = path.absolute()
        if path in self._marks:
            self._marks[path] = mark_of(path)
            self._point()

    def look(self) -> None:
        changed = {path for path, mark in self._marks.items() if mark_of(path) != mark}
        for path in changed:
            self._marks[path] = mark_of(path)
        if changed:
            self._point()
            self.changed.emit(changed)

    def close(self) -> None:
        self.watch(())
        self._settle.stop()

    def _stir(self) -> None:
        if not self._settle.isActive():
            self._settle.start()

    def _point(self) -> None:
        """A watch belongs to the file that was there, not to its name: after a rename over it, it is set anew."""
        folders = {folder for path in self._marks for folder in (path.parent, path.resolve().parent)}
        wanted = {str(path) for path in (*self._marks, *folders) if path.exists()}
        if not wanted:
            self._let_go()
            return
        watcher = self._watcher = self._watcher or self._new_watcher()
        there = {*watcher.files(), *watcher.directories()}
        if gone := there - wanted:
            watcher.removePaths(sorted(gone))
        if new := wanted - there:
            watcher.addPaths(sorted(new))

    def _new_watcher(self) -> QFileSystemWatcher:
        watcher = QFileSystemWatcher(self)
        watcher.fileChanged.connect(self._stir)
        watcher.directoryChanged.connect(self._stir)
        return watcher

    def _let_go(self) -> None:
        if self._watcher:
            self._watcher.deleteLater()
            self._watcher = None
