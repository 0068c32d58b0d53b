"""The queue of jobs and the nodes that render for it, as the settings name it; looked at, and told, by a thread.

A queue that goes away is told in `Seen.problem`, and asked again by and by; the window never waits for it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from render_engine.errors import FramekilnError

if TYPE_CHECKING:
    from sync.queue import Queue
    from sync.settings import Settings

EVERY = 1000  # ms
AFTER_TROUBLE = 3000  # ms
MOST_JOBS = 200
MOST_LOG = 256 << 10  # bytes that are shown
MOST_PICTURE = 4 << 20  # bytes of a thumbnail
PICTURES_AT_ONCE = 4

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Seen:
    """What the queue said last. After trouble, the rows are what it said before."""

    address: str = ""
    jobs: tuple[Row, ...] = ()
    nodes: tuple[Row, ...] = ()
    starts: Mapping[str, float] = field(default_factory=dict)  # seconds from now, of queued jobs
    all: float | None = None  # seconds until nothing is left
    problem: str = ""


@dataclass(frozen=True)
class Details:
    """Of one job: where its files are, why it waits, what the render said."""

    id: str
    files: Mapping[str, str] = field(default_factory=dict)  # kind: a path, or a link
    why_waiting: str = ""
    log: str = ""


class Farm(QObject):
    seen = Signal(Seen)
    told = Signal(str)  # what was done for somebody
    refused = Signal(str)
    detailed = Signal(Details)
    pictured = Signal(str, QImage)  # a job's id
    _order = Signal(str, tuple)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.last = Seen()
        self.pictures: dict[str, QImage] = {}
        self._watchers: set[str] = set()
        self._thread = QThread(self)
        self._looker = _Looker()
        self._looker.moveToThread(self._thread)
        self._thread.finished.connect(self._looker.deleteLater)
        self._looker.seen.connect(self._keep)
        self._looker.pictured.connect(self._picture)
        for mine, its in ((self.told, self._looker.told), (self.refused, self._looker.refused)):
            its.connect(mine)
        self._looker.detailed.connect(self.detailed)
        self._order.connect(self._looker.obey)

    def watch(self, who: str, looking: bool) -> None:
        """It is looked at while anybody sees it."""
        before = bool(self._watchers)
        (self._watchers.add if looking else self._watchers.discard)(who)
        if looking and not self._thread.isRunning():
            self._thread.start()
        if self._thread.isRunning() and (looking or before):
            self._order.emit("watch", (bool(self._watchers),))

    def ask(self, what: str, *words: str) -> None:
        """cancel, pause, resume, retry, first (ids); before (id, id); details (id); disable, enable (a node)."""
        if not self._thread.isRunning():
            self._thread.start()
        self._order.emit(what, words)

    def reopen(self) -> None:
        """After the settings were changed."""
        if self._thread.isRunning():
            self._order.emit("reopen", ())

    def close(self) -> None:
        if self._thread.isRunning():
            self._order.emit("close", ())
            self._thread.wait(10_000)

    def _keep(self, seen: Seen) -> None:
        self.last = seen
        self.seen.emit(seen)

    def _picture(self, id: str, image: QImage) -> None:
        self.pictures[id] = image
        self.pictured.emit(id, image)


class _Looker(QObject):
    """Lives in the thread."""

    seen = Signal(Seen)
    told = Signal(str)
    refused = Signal(str)
    detailed = Signal(Details)
    pictured = Signal(str, QImage)

    def __init__(self) -> None:
        super().__init__()
        self._timer: QTimer | None = None
        self._open = ExitStack()
        self._queue: Queue | None = None
        self._settings: Settings | None = None
        self._last = Seen()
        self._looked_for: set[str] = set()  # pictures

    @Slot(str, tuple)
    def obey(self, what: str, words: tuple[Any, ...]) -> None:
        if what == "watch":
            self._watch(words[0])
        elif what == "reopen":
            self._reopen()
        elif what == "close":
            self._watch(False)
            self._shut()
            QThread.currentThread().quit()
        else:
            self._act(what, words)

    def _watch(self, looking: bool) -> None:
        if self._timer is None:
            self._timer = QTimer(self)
            self._timer.timeout.connect(self._look)
        if looking:
            self._timer.start(EVERY)
            self._look()
        else:
            self._timer.stop()

    def _reopen(self) -> None:
        self._shut()
        self._last, self._looked_for = Seen(), set()
        if self._timer and self._timer.isActive():
            self._look()

    def _shut(self) -> None:
        self._open.close()
        self._queue = None

    def _opened(self) -> Queue:
        if self._queue is None:
            from app.cli.opened import opened_queue
            from sync.settings import read_settings

            self._settings = read_settings()
            self._queue = self._open.enter_context(opened_queue(self._settings))
        return self._queue

    # --------------------------------------------------------------------------------------------------- looking

    def _look(self) -> None:
        try:
            self._last = self._seen(self._opened())
        except FramekilnError as error:
            self._last = _troubled(self._last, str(error))
            self._shut()
        if self._timer and self._timer.isActive():
            self._timer.setInterval(AFTER_TROUBLE if self._last.problem else EVERY)
        self.seen.emit(self._last)
        if not self._last.problem:
            self._look_for_pictures()

    def _seen(self, queue: Queue) -> Seen:
        from sync.estimate import estimate, rates

        jobs: list[Row] = [*queue.jobs(limit=MOST_JOBS)]
        nodes: list[Row] = [*queue.nodes()]
        guess = estimate(jobs, nodes, rates(jobs))
        return Seen(queue.database.address, tuple(jobs), tuple(nodes), guess.starts, guess.all)

    def _look_for_pictures(self) -> None:
        """A few at a time: other things wait meanwhile."""
        ended = [str(job["id"]) for job in self._last.jobs if job["state"] == "succeeded"]
        missing = [id for id in ended if id not in self._looked_for]
        for id in missing[:PICTURES_AT_ONCE]:
            self._looked_for.add(id)
            try:
                data = self._stored(id, "thumbnail", MOST_PICTURE)
            except FramekilnError:  # a thumbnail that is gone is not worth a word
                continue
            image = QImage.fromData(data) if data else QImage()
            if not image.isNull():
                self.pictured.emit(id, image)

    def _stored(self, id: str, kind: str, most: int) -> bytes | None:
        from app.cli.jobs_files import storage_of

        row = next((row for row in self._opened().artifacts(id) if row["kind"] == kind), None)
        if row is None or self._settings is None:
            return None
        with tempfile.TemporaryDirectory(prefix="framekiln-") as folder:
            file = Path(folder, kind)
            storage_of(str(row["storage"]), self._settings).get(str(row["key"]), file, most_bytes=most)
            return file.read_bytes()

    # ---------------------------------------------------------------------------------------------------- acting

    def _act(self, what: str, words: tuple[str, ...]) -> None:
        try:
            if what == "details":
                self.detailed.emit(self._details(words[0]))
                return
            _ACTS[what](self._opened(), *words)
        except FramekilnError as error:
            self.refused.emit(str(error))
        self._look()

    def _details(self, id: str) -> Details:
        from app.cli.jobs_files import artifact_facts
        from sync.secrets import redacted

        queue = self._opened()
        assert self._settings
        job = queue.job(id)
        facts = [artifact_facts(row, self._settings) for row in queue.artifacts(id)]
        files = {fact["kind"]: fact["link"] for fact in facts if fact["link"]}
        why = queue.why_waiting(job) if job.state == "queued" else None
        log = self._stored(id, "log", 16 << 20) if job.state == "failed" and "log" in files else None
        return Details(id, files, why or "", redacted(log.decode(errors="replace")[-MOST_LOG:]) if log else "")


def _troubled(before: Seen, problem: str) -> Seen:
    return Seen(before.address, before.jobs, before.nodes, {}, None, problem)


def _retry(queue: Queue, id: str) -> None:
    import getpass

    queue.retry(id, getpass.getuser())


_ACTS: Mapping[str, Callable[..., object]] = {
    "cancel": lambda queue, id: queue.cancel(id),
    "pause": lambda queue, id: queue.pause(id),
    "resume": lambda queue, id: queue.resume(id),
    "retry": _retry,
    "first": lambda queue, id: queue.move_first(id),
    "before": lambda queue, id, other: queue.move_before(id, other),
    "disable": lambda queue, name: queue.disable_node(name),
    "enable": lambda queue, name: queue.disable_node(name, disabled=False),
}
