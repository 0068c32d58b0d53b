"""One watched folder at work: its files become jobs, and what comes of them returns.

    settled ─→ copied into the store ─→ read: what does it ask for ─→ jobs, pending ─→ submitted ─→ finished

Each arrow may wait: for a file that does not look whole, for one that props name, for the queue. What is pending is in
the ledger, so it is submitted after a restart too.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from render_engine.durable import means_full, reason
from render_engine.errors import BadInput, FramekilnError
from sync.clock import Clock
from sync.errors import NodeError, QueueRefused
from sync.watch.arrivals import SETTLE, Arrivals
from sync.watch.copying import Changed, Content, Copying, Store
from sync.watch.folder import Folder, Stamp
from sync.watch.ledger import NO_ROW, FileState, JobRow, Ledger
from sync.watch.looking import Looking
from sync.watch.orders import NoDrop, NotWhole, Order, is_text, orders_of
from sync.watch.returns import Returns
from sync.watch.versions import key_of, own_files, version_of
from sync.watch.watch import News, Tell, Watch, WatchedJob, nobody

if TYPE_CHECKING:
    from sqlite_utils import Database

BUDGET = 1.0  # seconds that a step may take before it leaves the rest to the next one
PATIENCE = 30.0  # until a file that does not look whole is given up: who writes it may pause
AGAIN = 10.0  # seconds until the queue is asked again


@dataclass(frozen=True)
class Reading:
    """A file in the store whose jobs are not all made. `until`: what it lacks is waited for."""

    content: Content
    until: float
    alone: bool = False  # nothing but a change of its own can help it


class WatchFolder:
    def __init__(
        self,
        watch: Watch,
        local: Database,
        submit: Callable[[WatchedJob], str],
        clock: Clock,
        store: Store,
        tell: Tell = nobody,
    ) -> None:
        """`submit` gives the job's id; it may be asked twice for the same client id."""
        self.watch, self._submit, self._clock, self._store, self._tell = watch, submit, clock, store, tell
        self._folder = Folder(watch)
        self._ledger = Ledger(local, watch.id, watch.folder)
        self._arrivals = Arrivals(self._folder, clock, self._is_known, self._does_not_count)
        self._returns = Returns(watch, self._ledger)
        self._reading: dict[Path, Reading] = {}
        self._users = self._ledger.parts()
        self._folder.named = self._users
        self._copying: Copying | None = None
        self._looking = Looking(self._folder, self._arrivals, clock, self._of_the_folder, poll=watch.poll)
        self._version, self._next_version = "", ("", 0.0)
        self._next_submit = 0.0
        self._something_new = False
        self._told: set[tuple[Path, str]] = set()

    def step(self) -> None:
        """A little of what there is to do. The caller comes back every half second or so."""
        until = self._clock.now() + BUDGET
        if not (self._is_there() and self._knows_its_version()):
            return
        self._something_new = self._looking.look() or self._something_new
        self._copy(until)
        self._read()
        self._submit_pending(until)

    def unfinished(self) -> list[str]:
        """Client ids of jobs in the queue: `finished` wants to hear of them."""
        return list(dict.fromkeys(row.client_id for row in self._ledger.in_state("queued")))

    def close(self) -> None:
        self._looking.stop()
        if self._copying:
            self._copying.close()

    # ------------------------------------------------------------------------------------------------- the folder

    def _is_there(self) -> bool:
        """What was told before may be told again of a folder that came back."""
        there = self._looking.is_there()
        if self._looking.began_anew:
            self._told.clear()
        if self._copying and not there:
            self._copying.close()
            self._copying = None
        return there

    def _knows_its_version(self) -> bool:
        """A new version counts once it has been the same for a while: somebody is at work on the document."""
        try:
            version = version_of(self.watch)
        except BadInput as error:
            self._say_once(
                "folder", self.watch.folder, f"files wait, since {self.watch.source} cannot be used: {error}"
            )
            return False
        now = self._clock.now()
        if version == self._version:
            return True
        if version != self._next_version[0]:
            self._next_version = (version, now)
        if self._version and now < self._next_version[1] + SETTLE:
            return False
        self._version = version
        self._looking.scan_soon()
        return True

    def _is_known(self, path: Path, stamp: Stamp) -> bool:
        row = self._ledger.file(path)
        if row is None or not row.stamp.same_content(stamp) or row.version != self._version:
            return False
        if row.state == "unreadable":
            return row.changed == stamp.changed
        return row.state != "waiting" or path in self._reading

    def _of_the_folder(self, text: str) -> None:
        self._say_once("folder", self.watch.folder, text)

    def _does_not_count(self, path: Path, why: str) -> None:
        self._say_once("skipped", path, why)

    # ------------------------------------------------------------------------------------------- into the store

    def _copy(self, until: float) -> None:
        ready = iter(self._arrivals.settled())
        while self._clock.now() <= until:
            if self._copying is None:
                path, stamp = next(ready, (None, None))
                if path is None or stamp is None:
                    return
                self._tried(path, lambda path=path, stamp=stamp: self._begin(path, stamp))  # type: ignore[misc]
            else:
                self._tried(self._copying.path, self._go_on)

    def _begin(self, path: Path, stamp: Stamp) -> None:
        self._copying = Copying(path, stamp, self._folder, self._store)

    def _go_on(self) -> None:
        assert self._copying
        path, content = self._copying.path, self._copying.go_on()
        if content is None:
            return
        self._copying = None
        self._arrivals.drop(path)
        self._saw(path, content, "waiting")
        self._reading[path] = Reading(content, self._clock.now() + PATIENCE)
        self._something_new = True

    def _tried(self, path: Path, piece: Callable[[], None]) -> None:
        try:
            piece()
        except Changed:
            self._copying = None
            self._arrivals.again(path)
        except OSError as error:
            self._copying = None
            if means_full(error.errno):
                self._say_once("waiting", path, f"there is no room for it on this node ({reason(error)})")
                self._arrivals.later(path, PATIENCE)
            else:
                self._unreadable(path, f"it cannot be read: {reason(error)}; it is tried again when it changes")

    def _unreadable(self, path: Path, why: str) -> None:
        self._arrivals.drop(path)
        try:
            stamp = Stamp.of(path.stat())
        except OSError:  # gone, or on its way: the next scan knows
            return
        self._ledger.saw(path, stamp, "unreadable", version=self._version, reason=why, at=time.time())
        self._say_once("failed", path, why)

    def _saw(self, path: Path, content: Content, state: FileState, why: str = "") -> None:
        facts = {"version": self._version, "sha256": content.sha256, "stored": str(content.stored)}
        self._ledger.saw(path, content.stamp, state, **facts, reason=why, at=time.time())

    # -------------------------------------------------------------------------------------------- what is asked for

    def _read(self) -> None:
        now, new = self._clock.now(), self._something_new
        self._something_new = False
        due = [path for path, each in self._reading.items() if now >= each.until or (new and not each.alone)]
        for path in sorted(due, key=lambda path: (not is_text(path), path)):
            if any(map(Path.exists, self._users.get(path, ()))):
                self._is_a_part(path)
            elif path.exists():
                self._read_one(path, self._reading[path])
            else:
                self._ledger.forget(path)
                del self._reading[path]

    def _is_a_part(self, path: Path) -> None:
        """Others name it: they are read again, and it is no job of its own."""
        self._saw(path, self._reading.pop(path).content, "part")
        for user in self._users[path]:
            row = self._ledger.file(user)
            if row and user not in self._reading and user.exists() and Path(row.stored).exists():
                content = Content(row.stamp, row.sha256, Path(row.stored))
                self._reading[user] = Reading(content, self._clock.now() + PATIENCE)
                self._something_new = True

    def _read_one(self, path: Path, reading: Reading) -> None:
        over = self._clock.now() >= reading.until
        try:
            orders = orders_of(path, reading.content.stored, self.watch, self._folder)
        except NoDrop as why:
            if over or not str(why):
                self._give_up(path, reading, "skipped", str(why))
            else:
                self._reading[path] = replace(reading, alone=True)
        except NotWhole as why:
            if over:
                self._give_up(path, reading, "failed", str(why))
            else:
                self._reading[path] = replace(reading, alone=True)
        except BadInput as error:
            self._give_up(path, reading, "failed", str(error))
        else:
            self._make_jobs(path, reading, orders, over=over)

    def _give_up(self, path: Path, reading: Reading, state: FileState, why: str) -> None:
        del self._reading[path]
        self._ledger.put_jobs(path, ())
        self._saw(path, reading.content, state, why)
        self._say_once("skipped" if state == "skipped" else "failed", path, why)
        if state == "failed":
            self._put_away(path, why)

    def _make_jobs(self, path: Path, reading: Reading, orders: Iterable[Order], *, over: bool) -> None:
        before = self._ledger.jobs(path)
        rows = [self._job_row(path, order, before.get(order.row or NO_ROW), reading, over=over) for order in orders]
        self._ledger.put_jobs(path, rows)
        for users in self._users.values():
            users.discard(path)
        for row in rows:
            for part in json.loads(row.parts):
                self._users.setdefault(self.watch.folder / part, set()).add(path)
        if not any(row.state == "waiting" for row in rows):
            del self._reading[path]
        self._update(path, rows)

    def _job_row(self, path: Path, order: Order, old: JobRow | None, reading: Reading, *, over: bool) -> JobRow:
        parts = [self._ledger.name(part) for part in order.files.values() if part != path]
        row = JobRow(
            self.watch.id,
            self._ledger.name(path),
            order.row or NO_ROW,
            "failed",
            parts=json.dumps(parts, ensure_ascii=False),
        )
        row = replace(row, result=old.result) if old else row
        if order.problem:
            return replace(row, reason=order.problem)
        contents = {
            name: reading.content if part == path else self._content(part) for name, part in order.files.items()
        }
        lacking = [order.files[name] for name, content in contents.items() if content is None]
        if lacking:
            return self._lacks(row, lacking, over=over)
        there = {name: content for name, content in contents.items() if content}
        return self._asks(path, order, there, row, old)

    def _asks(
        self, path: Path, order: Order, contents: Mapping[str, Content], row: JobRow, old: JobRow | None
    ) -> JobRow:
        files = {name: (order.files[name].suffix.lower(), content.sha256) for name, content in contents.items()}
        key = key_of(self._version, order.props, files)
        if old and old.key == key and old.state != "failed":
            return old
        tries = old.tries + 1 if old and old.key == key else 0
        named = {name: name + suffix for name, (suffix, _) in files.items()}
        job = {
            "label": row.path + (f" row {order.row}" if order.row else ""),
            "props": {**self.watch.props, **order.props, **named},
            "files": {named[name]: str(content.stored) for name, content in contents.items()},
        }
        client_id = f"watch:{self.watch.id}:{key}" + (f":{tries + 1}" if tries else "")
        written = json.dumps(job, ensure_ascii=False)
        return replace(row, state="pending", key=key, tries=tries, client_id=client_id, job=written)

    def _lacks(self, row: JobRow, lacking: list[Path], *, over: bool) -> JobRow:
        """Files that are there are on their way; those that are not are waited for, for a while."""
        missing = [part for part in lacking if not part.exists()]
        names = ", ".join(self._ledger.name(part) for part in missing or lacking)
        unreadable = [part for part in lacking if (seen := self._ledger.file(part)) and seen.state == "unreadable"]
        if unreadable or (missing and over):
            why = "cannot be read" if unreadable else "is not in the folder"
            return replace(row, reason=f"it names {names}, which {why}")
        return replace(row, state="waiting", reason=f"waits for {names}")

    def _content(self, part: Path) -> Content | None:
        """Of a file that is in the store as it is now; it is asked for otherwise."""
        self._users.setdefault(part, set())
        row = self._ledger.file(part)
        try:
            stamp = Stamp.of(part.stat())
        except OSError:
            return None
        if row and row.stored and row.stamp.same_content(stamp) and Path(row.stored).exists():
            return Content(stamp, row.sha256, Path(row.stored))
        self._arrivals.look(part)
        return None

    # --------------------------------------------------------------------------------------------------- the queue

    def _submit_pending(self, until: float) -> None:
        if self._clock.now() < self._next_submit:
            return
        for row in self._ledger.in_state("pending"):
            if self._clock.now() > until or not self._submit_one(row):
                return

    def _submit_one(self, row: JobRow) -> bool:
        """Whether to go on."""
        path = self.watch.folder / row.path
        job = self._watched_job(row, path)
        if job is None:
            return True
        try:
            job_id = self._submit(job)
        except (NodeError, QueueRefused) as error:
            self._say_once("waiting", self.watch.folder, f"jobs wait to be submitted: {error}")
            self._next_submit = self._clock.now() + AGAIN
            return False
        except FramekilnError as error:
            self._ledger.update(row, state="failed", reason=str(error))
            self._say_once("failed", path, _of_row(row, str(error)))
        else:
            self._ledger.update(row, state="queued", job_id=job_id)
            self._tell(News("queued", path, _of_row(row, f"job {job_id}")))
        self._update(path, self._ledger.jobs(path).values())
        return True

    def _watched_job(self, row: JobRow, path: Path) -> WatchedJob | None:
        """None where it is out of date: the file is read again."""
        job = json.loads(row.job)
        files = {name: Path(stored) for name, stored in job["files"].items()}
        seen = self._ledger.file(path)
        if seen is None or seen.version != self._version or not all(map(Path.exists, files.values())):
            self._ledger.update(row, state="waiting")
            self._ledger.forget(path)
            self._arrivals.look(path)
            return None
        watch = self.watch
        return WatchedJob(
            row.client_id, job["label"], watch.source, job["props"], files, watch.options, path, own_files(watch)
        )

    def finished(self, client_id: str, succeeded: bool, why: str = "", video: Path | None = None) -> None:
        """A job has ended. `video`: its result on this node, for --out; `why`: what it failed at."""
        for row in self._ledger.of_client(client_id):
            if row.state != "queued":
                continue
            path = self.watch.folder / row.path
            if succeeded and self.watch.out and video and not self._delivered(path, row, video):
                continue
            self._ledger.update(row, state="done" if succeeded else "failed", reason=why)
            self._tell(News("done" if succeeded else "failed", path, _of_row(row, why)))
            self._update(path, self._ledger.jobs(path).values())

    # ------------------------------------------------------------------------------------------------ coming back

    def _delivered(self, path: Path, row: JobRow, video: Path) -> bool:
        try:
            self._ledger.update(row, result=self._returns.deliver(path, row, video))
        except OSError as error:
            told = f"its video cannot be copied to {self.watch.out}: {reason(error)}; it is tried again"
            self._say_once("waiting", path, told)
            return False
        return True

    def _update(self, path: Path, rows: Iterable[JobRow]) -> None:
        """The file's state from its jobs'."""
        states = [row.state for row in rows]
        failed = [_of_row(row, row.reason) for row in rows if row.state == "failed"]
        waiting = [row.reason for row in rows if row.state == "waiting"]
        if waiting:
            self._ledger.set_state(path, "waiting", waiting[0])
            self._say_once("waiting", path, waiting[0])
        elif "pending" in states or "queued" in states:
            self._ledger.set_state(path, "queued", failed[0] if failed else "")
        else:
            self._ledger.set_state(path, "failed" if failed else "done", failed[0] if failed else "")
            self._put_away(path, "\n".join(failed))
        for told in failed:
            self._say_once("failed", path, told)

    def _put_away(self, path: Path, why: str) -> None:
        if not self.watch.move:
            return
        parts = [part for part, users in self._users.items() if path in users and all(map(self._has_ended, users))]
        try:
            self._returns.put_away(path, parts, why)
        except OSError as error:
            self._say_once("waiting", path, f"it cannot be moved to done/ or failed/: {reason(error)}")

    def _has_ended(self, path: Path) -> bool:
        row = self._ledger.file(path)
        return row is None or row.state in ("done", "failed")

    def _say_once(self, kind: str, path: Path, text: str) -> None:
        if (path, text) not in self._told:
            self._told.add((path, text))
            self._tell(News(kind, path, text))  # type: ignore[arg-type]


def _of_row(row: JobRow, text: str) -> str:
    return ": ".join(filter(None, (f"row {row.row}" if row.row else "", text)))
