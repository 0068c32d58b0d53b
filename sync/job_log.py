"""The log of one attempt: what its render and the libraries in it say. Each line has its time and no secret; a long log keeps
its beginning and its end."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from sync.secrets import redacted

MOST = 2 << 20  # bytes of the file
FIRST = 256 << 10  # bytes of its beginning that stay
LONGEST = 4000  # characters of a line
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # a terminal that shows the log must not obey it


class JobLog:
    """Threads may write at once. A disk that is full costs lines, and never the render: the next line says how many."""

    def __init__(self, path: Path, wall: Callable[[], float], *, most: int = MOST, first: int = FIRST) -> None:
        assert first < most, (first, most)
        self.path = path
        self._wall, self._most, self._first = wall, most, first
        self._lock = threading.Lock()
        self._file = path.open("ab", buffering=0)
        self._size = path.stat().st_size
        self._begins = self._rests = 0  # bytes of the beginning; and with the line that says what is left out
        self._left_out = 0  # lines of the middle
        self._lost = 0  # lines that could not be written

    def write(self, text: str) -> None:
        with self._lock:
            if self._file.closed:  # a process that fled from its render goes on talking
                return
            for line in text.splitlines():
                self._keep(line)

    def tail(self, most: int) -> str:
        """The last whole lines, of `most` bytes at most."""
        with self._lock, self.path.open("rb") as file:
            start = max(0, self._size - most - 1)
            file.seek(start)
            data = file.read()
        return (data.partition(b"\n")[2] if start else data).decode(errors="replace")

    def close(self) -> None:
        with self._lock:
            self._file.close()

    def _keep(self, line: str) -> None:
        told = _UNPRINTABLE.sub("", redacted(line[: 2 * LONGEST]))[:LONGEST]
        lost = f"({self._lost} lines before this one could not be written)\n" if self._lost else ""
        time = datetime.fromtimestamp(self._wall(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        try:
            self._size += self._file.write(f"{lost}{time} {told}\n".encode()) or 0
            self._lost = 0
            if self._size > self._most:
                self._shorten()
        except OSError:
            self._lost += 1

    def _shorten(self) -> None:
        """Half of what stands after the beginning goes, so that this is seldom done."""
        data = self.path.read_bytes()
        if not self._begins:
            self._begins = self._rests = data.rfind(b"\n", 0, self._first) + 1
        end = data.find(b"\n", len(data) - (self._most - self._first) // 2) + 1
        self._left_out += data.count(b"\n", self._rests, end)
        note = f"… {self._left_out} lines are left out here …\n".encode()
        self._replace(data[: self._begins] + note + data[end:])
        self._rests = self._begins + len(note)

    def _replace(self, data: bytes) -> None:
        partial = self.path.with_name(f"{self.path.name}.part")
        try:
            partial.write_bytes(data)
            partial.replace(self.path)
        finally:
            with suppress(OSError):
                partial.unlink(missing_ok=True)
        self._file.close()
        self._file = self.path.open("ab", buffering=0)
        self._size = len(data)
