"""A device that does nothing before somebody waits for it, as a busy card would: who forgets to wait sees old pixels.

Or one that draws at once and only then copies, as far as nobody told it to wait: who forgot sees pixels of the next frame.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from tests.cuda.host_device import HostDevice


@dataclass(eq=False)
class Mark:
    stream: int
    passed: bool = False


class LateDevice(HostDevice):
    """`told`: what it was told, in order, and the waits of the host; `done`: what of that it did by then.

    `hurried`: the stream in which all is done at once.
    """

    def __init__(self, hurried: int | None = None) -> None:
        super().__init__()
        self._hurried = hurried
        self._lines: list[deque[Mark | Callable[[], None]]] = [deque()]
        self._pinned: list[np.ndarray] = []
        self.told: list[str] = []
        self.done: list[str] = []

    def stream(self) -> int:
        self._lines.append(deque())
        return len(self._lines) - 1

    def pinned(self, size: int) -> np.ndarray:
        self._pinned.append(super().pinned(size))
        return self._pinned[-1]

    def upload(self, address: int, data: np.ndarray, stream: int) -> None:
        from_here = data if any(np.shares_memory(data, each) for each in self._pinned) else data.copy()
        self._later(stream, "upload", partial(super().upload, address, from_here, stream))

    def download(self, data: np.ndarray, address: int, stream: int) -> None:
        self._later(stream, "download", partial(super().download, data, address, stream))

    def launch(
        self, kernel: str, blocks: tuple[int, int], threads: tuple[int, int], arguments: bytes, stream: int
    ) -> None:
        self._later(stream, kernel, partial(super().launch, kernel, blocks, threads, arguments, stream))

    def record(self, stream: int) -> Mark:  # type: ignore[override]
        mark = Mark(stream)
        self._put(stream, partial(setattr, mark, "passed", True))
        return mark

    def wait(self, event: Mark, stream: int | None = None) -> None:  # type: ignore[override]
        if stream is None:
            self.told.append("wait")
            self._until(event)
        else:
            self._put(stream, event)

    def seconds(self, begin: Mark, end: Mark) -> float:  # type: ignore[override]
        assert (begin.passed, end.passed) == (True, True), "nobody waited for them"
        return 0.0

    def _later(self, stream: int, what: str, do: Callable[[], None]) -> None:
        def doing() -> None:
            self.done.append(what)
            do()

        self.told.append(what)
        self._put(stream, doing)

    def _put(self, stream: int, what: Mark | Callable[[], None]) -> None:
        line = self._lines[stream]
        line.append(what)
        while stream == self._hurried and line and not (isinstance(line[0], Mark) and not line[0].passed):
            self._next(line)

    def _until(self, event: Mark) -> None:
        while not event.passed:
            self._next(self._lines[event.stream])

    def _next(self, line: deque[Mark | Callable[[], None]]) -> None:
        what = line.popleft()
        if isinstance(what, Mark):
            self._until(what)
        else:
            what()
