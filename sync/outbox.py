"""What a node has still to say and to send: steps in order for each attempt, in the local database until they are done.

Finished work is on disk before its steps are written here, all at once; so a node that dies, or that loses sight of the
queue or the storage, goes on from there. Every step may be repeated.
"""

from __future__ import annotations

import json
import logging
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import sqlite_utils

from render_engine.errors import FramekilnError
from sync.clock import Clock
from sync.errors import LeaseLost, NodeError, QueueRefused, QueueUnreachable, SettingsError, StorageUnreachable
from sync.queue import Artifact, Held, Queue
from sync.retry import backoff
from sync.storage import SourceChanged, Stopped, Storage, Uploads

log = logging.getLogger(__name__)


def create_outbox(local: sqlite_utils.Database) -> None:
    columns = {
        "id": int,
        "job_id": str,
        "token": int,
        "node": str,
        "lease": int,
        "folder": str,
        "kind": str,
        "body": str,
    }
    table = local.table("outbox").create(
        {**columns, "tries": int, "error": str}, pk="id", not_null=columns.keys(), defaults={"tries": 0}
    )
    table.create_index(["job_id", "token", "id"])


Kind = Literal["uploading", "object", "succeed", "fail", "give back", "stopped"]
SOONEST, LATEST = 1.0, 60.0  # seconds until a step is tried again


@dataclass(frozen=True)
class Step:
    """`body`: of an object its Artifact and path; else the arguments of the queue's method."""

    kind: Kind
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    id: int
    held: Held
    folder: Path  # of the attempt, removed when its last step is done
    kind: Kind
    body: Mapping[str, Any]
    tries: int


def send(artifact: Artifact, path: Path, *, optional: bool = False) -> Step:
    """Upload, then say that it is current. `optional`: given up where the storage is away."""
    return Step("object", {"artifact": asdict(artifact), "path": str(path), "optional": optional})


class Outbox:
    """`local` gives the calling thread's own connection to the node's database."""

    def __init__(self, local: Callable[[], sqlite_utils.Database], clock: Clock) -> None:
        self._local, self.clock = local, clock
        self.due: dict[tuple[str, int], float] = {}  # when an attempt's first step is tried again
        self.unwanted: set[tuple[str, int]] = set()  # attempts whose objects need not be sent any more

    @property
    def local(self) -> sqlite_utils.Database:
        return self._local()

    def add(self, held: Held, folder: Path, *steps: Step) -> None:
        """All of them or none: this is the moment from which nothing is lost."""
        with self.local.atomic():
            for each in steps:
                self.local.execute(
                    "insert into outbox (job_id, token, node, lease, folder, kind, body) values (?, ?, ?, ?, ?, ?, ?)",
                    (held.id, held.token, held.node, held.lease, str(folder), each.kind, json.dumps(dict(each.body))),
                )
        self.clock.wake()

    def instead(self, held: Held, *steps: Step) -> None:
        """Other steps than those that are left: nobody wants the result any more."""
        row = self.local.execute(
            "select folder from outbox where job_id = ? and token = ? limit 1", (held.id, held.token)
        ).fetchone()
        if row:
            with self.local.atomic():
                self.local.execute("delete from outbox where job_id = ? and token = ?", (held.id, held.token))
                self.add(held, Path(row[0]), *steps)
            self.unwanted.add((held.id, held.token))
            self.due.pop((held.id, held.token), None)

    def has(self, held: Held, kind: Kind) -> bool:
        """Whether such a step is still to be done."""
        found = self.local.execute(
            "select 1 from outbox where job_id = ? and token = ? and kind = ? limit 1", (held.id, held.token, kind)
        )
        return found.fetchone() is not None

    def waiting(self) -> list[Held]:
        """Attempts that are not told yet, the oldest first."""
        rows = self.local.execute(
            "select job_id, token, node, lease from outbox group by job_id, token order by min(id)"
        ).fetchall()
        return [Held(*row) for row in rows]

    def folders(self) -> list[Path]:
        """Of the attempts that are not told yet."""
        return [Path(folder) for (folder,) in self.local.execute("select distinct folder from outbox").fetchall()]

    def drop(self, held: Held) -> None:
        """Nobody wants it any more."""
        folders = self.local.execute(
            "select distinct folder from outbox where job_id = ? and token = ?", (held.id, held.token)
        ).fetchall()
        with self.local.atomic():
            self.local.execute("delete from outbox where job_id = ? and token = ?", (held.id, held.token))
        for (folder,) in folders:
            shutil.rmtree(folder, ignore_errors=True)

    def first_steps(self) -> Iterator[Entry]:
        """Of each attempt the step that is next."""
        rows = self.local.execute(
            "select id, job_id, token, node, lease, folder, kind, body, tries from outbox "
            "where id in (select min(id) from outbox group by job_id, token) order by id"
        ).fetchall()
        for id_, job_id, token, node, lease, folder, kind, body, tries in rows:
            yield Entry(id_, Held(job_id, token, node, lease), Path(folder), kind, json.loads(body), tries)

    def done(self, entry: Entry) -> None:
        with self.local.atomic():
            self.local.execute("delete from outbox where id = ?", (entry.id,))
            (left,) = self.local.execute(
                "select count(*) from outbox where job_id = ? and token = ?", (entry.held.id, entry.held.token)
            ).fetchone()
        if not left:
            self.unwanted.discard((entry.held.id, entry.held.token))
            shutil.rmtree(entry.folder, ignore_errors=True)

    def later(self, entry: Entry, error: FramekilnError) -> float:
        """Seconds until it is tried again."""
        seconds: float = min(LATEST, SOONEST * 2 ** min(entry.tries, 10)) * random.uniform(0.7, 1.3)  # noqa: S311
        self.due[entry.held.id, entry.held.token] = self.clock.now() + seconds
        with self.local.atomic():
            self.local.execute("update outbox set tries = tries + 1, error = ? where id = ?", (str(error), entry.id))
        return seconds


@dataclass
class Delivery:
    """Does the outbox's steps, in order for each attempt; attempts do not wait for each other."""

    outbox: Outbox
    queue: Queue
    storage_of: Callable[[str], Storage]  # by its address
    uploads: Uploads
    stopping: Callable[[], bool]
    _stored_at: float | None = None
    _rest_until: float = 0.0

    @property
    def storage_ago(self) -> float | None:
        """Seconds since the storage last took something."""
        return None if self._stored_at is None else self.outbox.clock.now() - self._stored_at

    def step(self) -> bool:
        """Whether anything was done."""
        if self.outbox.clock.now() < self._rest_until:
            return False
        try:
            return self._all()
        except sqlite3.OperationalError as error:  # a full disk: what is written down stays so
            log.warning("the outbox cannot be written (%s); tried again in %.0f s", error, LATEST)
            self._rest_until = self.outbox.clock.now() + LATEST
            return False

    def _all(self) -> bool:
        did = False
        for entry in list(self.outbox.first_steps()):
            while entry is not None and not self.stopping() and self._is_due(entry):
                if not self._did(entry):
                    break
                did = True
                following = (each for each in self.outbox.first_steps() if each.held == entry.held)
                entry = next(following, None)  # type: ignore[assignment]
        return did

    def _is_due(self, entry: Entry) -> bool:
        return self.outbox.due.get((entry.held.id, entry.held.token), 0.0) <= self.outbox.clock.now()

    def _did(self, entry: Entry) -> bool:
        held = entry.held
        try:
            _DO[entry.kind](self, held, entry.body)
        except Stopped:
            return False
        except SourceChanged as error:
            log.warning("job %s: %s", held.id[:8], error)
            body = {"kind": "node", "error": str(error), "final": False, "backoff": backoff(0)}
            self.outbox.instead(held, Step("fail", body))
            return False
        except LeaseLost as error:
            log.warning("job %s: %s; its result is dropped", held.id[:8], error)
            self.outbox.drop(held)
            return False
        except (QueueUnreachable, QueueRefused, StorageUnreachable) as error:
            if entry.body.get("optional") and isinstance(error, StorageUnreachable):
                log.warning("job %s: its log is not kept: %s", held.id[:8], error)
            else:
                seconds = self.outbox.later(entry, error)
                log.warning("job %s: %s; tried again in %.0f s", held.id[:8], error, seconds)
                return False
        except (NodeError, SettingsError) as error:
            if not self._given_up(entry, error):
                return False
        self.outbox.due.pop((held.id, held.token), None)
        self.outbox.done(entry)
        return True

    def _given_up(self, entry: Entry, error: FramekilnError) -> bool:
        """A storage that refuses us does so again: tried as long as nobody can know; told each time."""
        if entry.body.get("optional"):
            log.warning("job %s: its log is not kept: %s", entry.held.id[:8], error)
            return True
        seconds = self.outbox.later(entry, error)
        log.error("job %s: %s; its result is kept here, tried again in %.0f s", entry.held.id[:8], error, seconds)
        return False

    def _send(self, held: Held, body: Mapping[str, Any]) -> None:
        artifact, path = Artifact(**body["artifact"]), Path(body["path"])
        storage = self.storage_of(artifact.storage)
        storage.put(
            artifact.key,
            path,
            sha256=artifact.sha256,
            media_type=artifact.media_type,
            uploads=self.uploads,
            stop=lambda: self.stopping() or (held.id, held.token) in self.outbox.unwanted,
        )
        self._stored_at = self.outbox.clock.now()
        self.queue.add_artifact(held, artifact)

    def _succeed(self, held: Held, body: Mapping[str, Any]) -> None:
        self.queue.succeed(held, body["result"])
        log.info("job %s: delivered; framekiln jobs show %s tells where", held.id[:8], held.id[:8])


_DO: Mapping[str, Callable[[Delivery, Held, Mapping[str, Any]], None]] = {
    "uploading": lambda self, held, body: self.queue.uploading(held),
    "object": Delivery._send,
    "succeed": Delivery._succeed,
    "fail": lambda self, held, body: self.queue.fail(held, **body),
    "give back": lambda self, held, body: self.queue.give_back(held, **body),
    "stopped": lambda self, held, body: self.queue.stopped(held, **body),
}
