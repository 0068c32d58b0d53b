"""What the system tells of a folder. It only says where to look: whether a file counts is seen by looking."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

# Not of opening or reading: our own would come back to us.
WRITTEN = [FileCreatedEvent, FileModifiedEvent, FileMovedEvent, FileClosedEvent, DirCreatedEvent, DirMovedEvent]


class Events(FileSystemEventHandler):
    """Collects paths from the observer's thread until `taken`. Raises OSError where the system has no more watches."""

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        self._paths: set[Path] = set()
        self._observer = Observer()
        self._observer.daemon = True
        self._observer.schedule(self, str(folder), recursive=True, event_filter=WRITTEN)
        try:
            self._observer.start()
        except BaseException:
            self._observer.stop()
            with contextlib.suppress(RuntimeError):  # it may never have begun
                self._observer.join()
            raise

    def on_any_event(self, event: FileSystemEvent) -> None:
        paths = {Path(os.fsdecode(path)) for path in (event.src_path, event.dest_path) if path}
        with self._lock:
            self._paths |= paths

    def taken(self) -> set[Path]:
        with self._lock:
            paths, self._paths = self._paths, set()
        return paths

    @property
    def alive(self) -> bool:
        """False once the folder was removed."""
        return self._observer.is_alive() and all(emitter.is_alive() for emitter in self._observer.emitters)

    def close(self) -> None:
        self._observer.stop()
        self._observer.join()
