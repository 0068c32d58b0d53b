"""The queue of jobs and the nodes that render for it, as the settings name it; looked at, and told, by a thread.

A queue that goes away is told in `Seen.problem`, and asked again by and by; the window never waits for it. One that takes
a request and never answers is left alone with its thread, which ends with the program.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.export.looker import Looker
from app.export.seen import Details, Row, Seen

_left: list[Looker] = []  # whose queues did not answer when they were closed


class Farm(QObject):
    """`ended`: a job that was followed, as a row, and where its video is, if that is known."""

    seen = Signal(Seen)
    refused = Signal(str)
    detailed = Signal(Details)
    pictured = Signal(str, QImage)  # a job's id
    ended = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.last = Seen()
        self.pictures: dict[str, QImage] = {}
        self.followed: set[str] = set()  # ids of jobs that somebody here wants to hear of
        self._watchers: set[str] = set()
        self._looker: Looker | None = None

    def watch(self, who: str, looking: bool) -> None:
        """It is looked at while anybody sees it."""
        (self._watchers.add if looking else self._watchers.discard)(who)
        if looking or self._looker:
            self.ask("watch", bool(self._watchers))

    def follow(self, id: str, picture: QImage | None = None) -> None:
        """Until it has ended, watched or not."""
        self.followed.add(id)
        if picture is not None:
            self.pictures[id] = picture
        self.ask("follow", id)

    def ask(self, what: str, *words: object) -> None:
        """cancel, pause, resume, retry, first (ids); before (id, id); details (id); disable, enable (a node)."""
        if self._looker is None:
            self._looker = self._begun()
        self._looker.ask(what, *words)

    def reopen(self) -> None:
        """After the settings were changed: by a thread of its own, since the other may still wait for what was there."""
        if self._looker is None:
            return
        self.close()
        self.last = Seen()
        self.seen.emit(self.last)
        self.ask("watch", bool(self._watchers))
        for id in self.followed:
            self.ask("follow", id)

    def close(self) -> None:
        if self._looker:
            self._looker.close()
            if self._looker.is_busy:
                _left.append(self._looker)
            self._looker = None

    def _begun(self) -> Looker:
        looker = Looker(frozenset(self.pictures))
        looker.seen.connect(self._keep)
        looker.pictured.connect(self._picture)
        looker.ended.connect(self._end)
        looker.refused.connect(self.refused)
        looker.detailed.connect(self.detailed)
        looker.start()
        return looker

    def _keep(self, seen: Seen) -> None:
        if self.sender() is self._looker:  # else it is from before the settings were changed
            self.last = seen
            self.seen.emit(seen)

    def _picture(self, id: str, image: QImage) -> None:
        self.pictures[id] = image
        self.pictured.emit(id, image)

    def _end(self, job: Row, video: str) -> None:
        self.followed.discard(str(job["id"]))
        self.ended.emit(job, video)
