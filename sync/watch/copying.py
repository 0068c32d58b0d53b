"""A file on its way into the input store: hashed while it is copied, a piece at a time, and refused if it changes meanwhile."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sync.watch.folder import Folder, Stamp

PIECE = 4 << 20  # bytes


class Store(Protocol):
    """Where inputs lie by their content."""

    def partial(self) -> Path:
        """A new name for a file that is being written."""
        ...

    def keep(self, partial: Path, sha256: str) -> Path:
        """Gives the whole file its place."""
        ...


class Changed(Exception):
    """It is not the file any more that was to be copied: what is there now has to settle first."""


@dataclass(frozen=True)
class Content:
    stamp: Stamp
    sha256: str
    stored: Path


class Copying:
    """Opening raises Changed, or OSError where the file cannot be read."""

    def __init__(self, path: Path, stamp: Stamp, folder: Folder, store: Store) -> None:
        self.path, self._stamp, self._store, self._folder = path, stamp, store, folder
        self._hash = hashlib.sha256()
        self._from = _opened(path)
        try:
            self._refuse_changes()
            self._partial = store.partial()
            self._to = self._partial.open("wb")
        except BaseException:
            os.close(self._from)
            raise

    def go_on(self) -> Content | None:
        """Copies one piece; the content when that was the last one. Raises Changed or OSError, and is closed then."""
        try:
            piece = os.read(self._from, PIECE)
            self._hash.update(piece)
            self._to.write(piece)
            if piece:
                return None
            self._refuse_changes()
        except BaseException:
            self.close()
            raise
        self._to.close()
        os.close(self._from)
        sha256 = self._hash.hexdigest()
        return Content(self._stamp, sha256, self._store.keep(self._partial, sha256))

    def close(self) -> None:
        self._to.close()
        os.close(self._from)
        self._partial.unlink(missing_ok=True)

    def _refuse_changes(self) -> None:
        """The open file and the one at the path are both still what settled, and inside the folder."""
        opened = os.fstat(self._from)
        try:
            there = self.path.stat()
        except FileNotFoundError as error:
            raise Changed from error
        inside = stat.S_ISREG(opened.st_mode) and self._folder.holds(self.path)
        if not inside or not all(self._stamp.same_content(Stamp.of(seen)) for seen in (opened, there)):
            raise Changed


def _opened(path: Path) -> int:
    """Never waits, whatever took the file's place."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        return os.open(path, flags)
    except FileNotFoundError as error:
        raise Changed from error
