"""What a child of the window writes: lines that are taken one by one, and the words that say why it ended."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QProcess

LAST_WORDS = 4000  # bytes


class ChildLines(QObject):
    """`take` gets each line of its output, whole, and raises ValueError for what is none of ours: a library's own words."""

    def __init__(self, process: QProcess, take: Callable[[bytes], None]) -> None:
        super().__init__(process)
        self._process, self._take_line = process, take
        self._rest = b""
        self._words = b""
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._hear)

    def begin(self) -> None:
        """Another process is started in its place."""
        self._rest = self._words = b""

    def end(self) -> str:
        """Once it has ended: takes what is left, and tells its last words."""
        self._read()
        if self._rest.strip():
            self._take(self._rest)
        self._hear()
        return self._words.decode(errors="replace").strip()

    def _read(self) -> None:
        self._rest += bytes(self._process.readAllStandardOutput().data())
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            self._take_line(line)
        except ValueError:
            self._keep(line + b"\n")

    def _hear(self) -> None:
        self._keep(bytes(self._process.readAllStandardError().data()))

    def _keep(self, words: bytes) -> None:
        self._words = (self._words + words)[-LAST_WORDS:]
