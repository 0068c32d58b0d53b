"""The thread that speaks with the queue: looks at it, does what it is told, and gives all it finds by signals."""

from __future__ import annotations

import queue as orders
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.export.seen import Details, Row, Seen, in_the_window
from render_engine.errors import FramekilnError

if TYPE_CHECKING:
    from sync.queue import Queue
    from sync.settings import Settings

EVERY = 1.0  # seconds between two looks
UNSEEN = 4.0  # where only jobs are followed
AFTER_TROUBLE = 3.0
MOST_LEFT, MOST_ENDED = 200, 100  # rows
MOST_LOG = 256 << 10  # bytes that are shown
MOST_PICTURE = 4 << 20  # bytes of a thumbnail
FOR_PICTURES = 0.3  # seconds of a look: other things wait meanwhile
PATIENCE = 0.3  # seconds that its end is waited for
LEFT = ("running", "uploading", "queued", "paused")


class Looker(QObject):
    """`known`: ids of jobs whose pictures are there already. Signals come from the thread."""

    seen = Signal(object)  # Seen
    refused = Signal(str)
    detailed = Signal(object)  # Details
    pictured = Signal(str, QImage)
    ended = Signal(object, str)

    def __init__(self, known: Collection[str] = ()) -> None:
        super().__init__()
        self._orders: orders.SimpleQueue[tuple[str, tuple[Any, ...]]] = orders.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="framekiln-queue", daemon=True)
        self._watched, self._closing = False, False
        self._followed: set[str] = set()
        self._looked_for = set(known)
        self._open = ExitStack()
        self._queue: Queue | None = None
        self._settings: Settings | None = None
        self._last = Seen()

    # ------------------------------------------------------------------------------------- what the window's thread does

    def start(self) -> None:
        self._thread.start()

    def ask(self, what: str, *words: object) -> None:
        self._orders.put((what, words))

    def close(self) -> None:
        """Nothing is told after that. A queue that does not answer holds up the thread, and nobody else."""
        self._closing = True
        self.blockSignals(True)
        self.ask("close")
        self._thread.join(PATIENCE)

    @property
    def is_busy(self) -> bool:
        return self._thread.is_alive()

    # ---------------------------------------------------------------------------------------------- what the thread does

    def _run(self) -> None:
        next_look = 0.0
        while not self._closing:
            wait = max(0.0, next_look - time.monotonic()) if self._watched or self._followed else None
            try:
                what, words = self._orders.get(timeout=wait)
            except orders.Empty:
                what, words = "look", ()
            if not self._closing:
                self._obey(what, words)
                next_look = time.monotonic() + self._pause()
        self._shut()

    def _pause(self) -> float:
        if self._last.problem:
            return AFTER_TROUBLE
        return EVERY if self._watched else UNSEEN

    def _obey(self, what: str, words: tuple[Any, ...]) -> None:
        if what == "watch":
            (self._watched,) = words
        elif what == "follow":
            self._followed.add(words[0])
        elif what == "details":
            self._try(lambda: self.detailed.emit(self._details(words[0])))
            return
        elif what != "look":
            self._try(lambda: _ACTS[what](self._opened(), *words))
        if self._orders.empty() and (self._watched or self._followed):
            self._look()

    def _try(self, do: Callable[[], object]) -> None:
        try:
            do()
        except FramekilnError as error:
            self.refused.emit(str(error))

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
            self._look_after_followed()
        except FramekilnError as error:
            self._last = replace(self._last, starts={}, all=None, problem=str(error))
            self._shut()
        self.seen.emit(self._last)
        if self._watched and not self._last.problem:
            self._look_for_pictures(self._last)

    def _seen(self, queue: Queue) -> Seen:
        from sync.estimate import estimate, rates
        from sync.jobs import ENDED

        ended = queue.jobs(ENDED, MOST_ENDED)
        left = queue.jobs(LEFT, MOST_LEFT)
        counts = queue.counts() if len(left) == MOST_LEFT else {}
        nodes = queue.nodes()
        guess = estimate(left, nodes, rates(ended))
        return Seen(queue.database.address, (*left, *ended), tuple(nodes), counts, guess.starts, guess.all)

    def _look_after_followed(self) -> None:
        for id in tuple(self._followed):
            job: Row | None = next(iter(self._opened().database.run("job", id=id)), None)
            if job and job["ended_at"]:
                self.ended.emit(job, self._files(id).get("video", ""))
            if job is None or job["ended_at"]:
                self._followed.discard(id)

    def _look_for_pictures(self, seen: Seen) -> None:
        until = time.monotonic() + FOR_PICTURES
        done = (str(job["id"]) for job in seen.jobs if job["state"] == "succeeded")
        for id in [id for id in done if id not in self._looked_for]:
            if time.monotonic() > until or self._closing or not self._orders.empty():
                return
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

    def _details(self, id: str) -> Details:
        from sync.secrets import redacted

        queue = self._opened()
        job, files = queue.job(id), self._files(id)
        why = queue.why_waiting(job) if job.state == "queued" else None
        log = self._stored(id, "log", 16 << 20) if job.state == "failed" and "log" in files else None
        return Details(
            id, files, in_the_window(why or ""), redacted(log.decode(errors="replace")[-MOST_LOG:]) if log else ""
        )

    def _files(self, id: str) -> dict[str, str]:
        from app.cli.jobs_files import artifact_facts

        rows = self._opened().artifacts(id)
        assert self._settings
        facts = [artifact_facts(row, self._settings) for row in rows]
        return {fact["kind"]: fact["link"] for fact in facts if fact["link"]}


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
