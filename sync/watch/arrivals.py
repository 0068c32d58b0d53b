"""Files that are new or changed, and since when they have been the same.

Events say where to look; a scan of the whole folder (at the start, when it comes back, and slowly ever after) finds
what they missed. Where events do not come, the scan is all there is, and is made every two seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sync.clock import Clock
from sync.watch.folder import Folder, Found, Stamp
from sync.watch.orders import is_text

SETTLE = 2.0  # seconds without a change until a file is taken
SCAN, POLL = 60.0, 2.0  # seconds between scans, with events and without


@dataclass(frozen=True)
class Waiting:
    stamp: Stamp
    since: float
    ready: float


class Arrivals:
    """`known`: whether nothing is to be done about a file with this stamp; `refused`: hears of what does not count."""

    def __init__(
        self,
        folder: Folder,
        clock: Clock,
        known: Callable[[Path, Stamp], bool],
        refused: Callable[[Path, str], None],
    ) -> None:
        self._folder, self._clock, self._known, self._refused = folder, clock, known, refused
        self._waiting: dict[Path, Waiting] = {}

    def look(self, *starts: Path) -> None:
        """At what is there and in there."""
        for start in starts:
            if start.is_relative_to(self._folder.root):
                for found in self._folder.walk(start):
                    self._saw(found)

    def settled(self) -> list[tuple[Path, Stamp]]:
        """Those that may be taken now, tables and props first: what they name is no job of its own."""
        now = self._clock.now()
        for path in [path for path, waiting in self._waiting.items() if now >= waiting.ready]:
            self._look_again(path)
        ready = [(path, waiting.stamp) for path, waiting in self._waiting.items() if now >= waiting.ready]
        return sorted(ready, key=lambda each: (not is_text(each[0]), each[0]))

    def holds(self, path: Path) -> bool:
        return path in self._waiting

    def later(self, path: Path, seconds: float) -> None:
        waiting = self._waiting[path]
        self._waiting[path] = Waiting(waiting.stamp, waiting.since, self._clock.now() + seconds)

    def again(self, path: Path) -> None:
        """It changed under our hands: it has to settle anew."""
        self._waiting.pop(path, None)
        self.look(path)

    def drop(self, path: Path) -> None:
        self._waiting.pop(path, None)

    def forget_all(self) -> None:
        self._waiting.clear()

    def _look_again(self, path: Path) -> None:
        found = next(self._folder.at(path), None)
        if found is None or found.stamp is None:
            self.drop(path)
        else:
            self._saw(found)

    def _saw(self, found: Found) -> None:
        if found.stamp is None:
            self._refused(found.path, found.why)
            return
        waiting = self._waiting.get(found.path)
        if waiting and waiting.stamp.same_content(found.stamp):
            return
        if self._known(found.path, found.stamp):
            self.drop(found.path)
            return
        now = self._clock.now()
        self._waiting[found.path] = Waiting(found.stamp, now, now + SETTLE)
