"""Which files of a folder count, and which are told why they do not."""

from __future__ import annotations

import os
import stat
from collections.abc import Container, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from sync.watch.watch import Watch

APART = ("out", "done", "failed")  # in the folder itself: results and originals, never drops
UNFINISHED = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".opdownload")
OF_SYSTEMS = ("thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Stamp:
    """By which a change of a file is seen. `changed` (of its rights, too) only matters where it could not be read."""

    size: int
    modified: int  # ns
    inode: int
    changed: int  # ns

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        return cls(status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns)

    def same_content(self, other: Stamp) -> bool:
        return (self.size, self.modified, self.inode) == (other.size, other.modified, other.inode)


@dataclass(frozen=True)
class Found:
    path: Path
    stamp: Stamp | None = None  # None: it does not count, and `why` says it
    why: str = ""


class Folder:
    def __init__(self, watch: Watch) -> None:
        self.root = watch.folder
        self.named: Container[Path] = ()  # by dropped props: these count whatever they are called
        self._only = watch.only
        self._apart = {self.root / name for name in APART} | ({watch.out} if watch.out else set())

    def identity(self) -> tuple[int, int] | None:
        """Another one when something else was mounted there; None where there is no folder."""
        try:
            status = self.root.stat()
        except OSError:
            return None
        return (status.st_dev, status.st_ino) if stat.S_ISDIR(status.st_mode) else None

    def walk(self, start: Path) -> Iterator[Found]:
        """What lies under `start`, which is the root or was named by an event."""
        if self._may_hold_drops(start):
            yield from self._inside(start)

    def at(self, path: Path) -> Iterator[Found]:
        """The file at this path, if it counts."""
        if self._may_hold_drops(path) and self._is_asked_for(path):
            yield from self._file(path)

    def _inside(self, folder: Path) -> Iterator[Found]:
        try:
            inside = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except NotADirectoryError:
            yield from self.at(folder)
            return
        except FileNotFoundError:
            return
        except OSError as error:
            yield Found(folder, why=f"this folder cannot be read: {_words(error)}")
            return
        for entry in inside:
            path = folder / entry.name
            if is_temporary(entry.name) or path in self._apart:
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self._inside(path)
            elif self._is_asked_for(path):
                yield from self._file(path)

    def _file(self, path: Path) -> Iterator[Found]:
        if not _is_text(path):
            yield Found(path, why="its name is not UTF-8: rename it")
            return
        try:
            status = path.lstat()
            if stat.S_ISLNK(status.st_mode):
                if not self.holds(path):
                    yield Found(path, why="this link leads out of the folder")
                    return
                status = path.stat()
        except FileNotFoundError:
            return
        except (OSError, RuntimeError) as error:  # RuntimeError: a link that leads to itself
            yield Found(path, why=f"it cannot be looked at: {_words(error)}")
            return
        if stat.S_ISREG(status.st_mode):
            yield Found(path, Stamp.of(status))

    def holds(self, path: Path) -> bool:
        """Whether it is inside, wherever links lead."""
        return path.resolve().is_relative_to(self.root.resolve())

    def counts(self, path: Path) -> bool:
        return path.is_relative_to(self.root) and self._may_hold_drops(path)

    def _may_hold_drops(self, path: Path) -> bool:
        """Neither temporary nor hidden nor ours, itself and every folder on the way."""
        if any(path == apart or apart in path.parents for apart in self._apart):
            return False
        return not any(map(is_temporary, path.relative_to(self.root).parts))

    def _is_asked_for(self, path: Path) -> bool:
        return (
            not self._only
            or path in self.named
            or any(fnmatch(path.name.casefold(), only.casefold()) for only in self._only)
        )


def is_temporary(name: str) -> bool:
    """A file in the making, which gets its name when it is whole; or nobody's drop at all."""
    low = name.casefold()
    return low.startswith((".", "~")) or low.endswith(("~", *UNFINISHED)) or low in OF_SYSTEMS


def _is_text(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _words(error: Exception) -> str:
    return ((error.strerror if isinstance(error, OSError) else None) or str(error)).lower()
