"""Python's search for garbage in cycles waits until nobody works: with a long document open it takes 50 to 80 ms.

What the program itself consists of is never looked through again. What is young is still looked at as it comes, in about
a millisecond; only the search through everything is put off.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

YOUNG = 5_000  # objects more than went, until the young are looked at
ENOUGH = 40  # looks at the young that are worth a search through everything
NEVER = 1 << 30
EVERY = 3_000  # ms


class Garbage(QObject):
    """Of the whole process, so there is one. `rests`: whether nothing moves and no hand holds anything."""

    def __init__(self, rests: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._rests = rests
        self._before = gc.get_threshold()
        gc.set_threshold(YOUNG, 1, NEVER)
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        self._settled = QTimer(self, singleShot=True, interval=EVERY)  # by then all modules are read
        self._settled.timeout.connect(gc.freeze)
        self._settled.start()

    def look(self) -> None:
        if gc.get_count()[2] >= ENOUGH and self._rests():
            gc.collect()

    def close(self) -> None:
        self._timer.stop()
        self._settled.stop()
        gc.set_threshold(*self._before)
