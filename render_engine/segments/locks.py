"""A lock on a file, which the death of its holder releases, however it dies: the system does it.

One process tells the others by it what it is using. Works on a shared folder where the file system has locks.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

_POLL = 0.02  # seconds; Windows cannot wait for a lock


class Lock:
    """Held from `Lock.take` or `Lock.wait` until `release`, or until this process ends."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    @classmethod
    def take(cls, path: Path) -> Lock | None:
        """The lock, or None where someone has it. The file is made if missing; OSError where it cannot be."""
        file = path.open("ab")
        try:
            if _try(file.fileno()):
                return cls(file)
        except OSError:
            file.close()
            raise
        file.close()
        return None

    @classmethod
    @contextlib.contextmanager
    def wait(cls, path: Path) -> Iterator[None]:
        """Inside, nobody else has it. Only for moments: the others wait."""
        while (lock := cls.take(path)) is None:
            time.sleep(_POLL)
        try:
            yield
        finally:
            lock.release()

    def release(self) -> None:
        self._file.close()


if sys.platform == "win32":
    import errno
    import msvcrt
    import os

    _FAR = 1 << 40  # Windows refuses others even to read a locked byte: one that no file has

    def _try(handle: int) -> bool:
        os.lseek(handle, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EDEADLOCK):
                return False
            raise
        return True

else:
    import fcntl

    def _try(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
