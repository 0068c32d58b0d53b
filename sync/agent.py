"""The agent: claims jobs, has them rendered in slots, keeps their leases, and hears what people want of them.

`work` looks after the slots and never waits for anyone; `talk` speaks with the queue, and may wait for it. They run in
threads of their own (sync/node.py), so that a silent queue stops no render and no limit.
"""

from __future__ import annotations

import logging
import random
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sync.clock import Clock
from sync.database import Row
from sync.errors import LeaseLost, NodeError, QueueRefused, QueueUnreachable
from sync.jobs import Job, new_id
from sync.outbox import Outbox, Step
from sync.queue import Held, Progress, Queue
from sync.retry import PAUSE, Losses
from sync.slot import Ended, Slot

log = logging.getLogger(__name__)

HEARTBEAT = 5.0  # seconds, or as often as a short lease needs
LISTEN = 1.0  # to what is wanted of jobs in hand
POLL_SOONEST, POLL_LATEST = 1.0, 10.0
UNHURRIED = 300.0  # seconds to a segment's border where nobody waits: a large film's may be far
FREE_DISK = 512 << 20  # bytes; with less no job is taken

State = Literal["active", "draining", "resting", "stopped"]
MakeSlot = Callable[[Job, Held], Slot]


@dataclass(frozen=True)
class Identity:
    name: str
    instance: str  # the same for the same home folder
    version: str
    system: str
    capabilities: tuple[str, ...]
    slots: int
    lease: int  # ms


@dataclass
class Agent:
    identity: Identity
    queue: Queue
    outbox: Outbox
    clock: Clock
    folder: Path  # of attempts
    make_slot: MakeSlot
    rest: Callable[[], str | None] = lambda: None  # why none is taken now, and what is in hand is given back
    ended: Callable[[Job, Ended], None] = lambda job, ended: None  # told of each attempt
    most: int | None = None  # claims; None: any number
    slots: list[Slot] = field(default_factory=list)
    draining: bool = False
    claims: int = 0
    idle: bool = False  # nothing was to be had at the last look, or nothing may be taken
    resting: str | None = None
    refused: str | None = None  # why the queue gives it none
    _stuck: str = ""  # told of the disk
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _losses: Losses = field(default_factory=Losses)
    _known: int = -1  # sets of needs
    _said_hello: bool = False
    _claim_id: str | None = None  # of a claim whose answer was not heard
    _pauses: list[str] = field(default_factory=list)  # whys to be told to the queue
    _reached_since: float | None = None
    _reached_at: float | None = None
    _next: dict[str, float] = field(default_factory=dict)
    _poll: float = POLL_SOONEST

    # ---------------------------------------------------------------------------------------------------- slots

    def work(self) -> None:
        for slot in tuple(self.slots):
            try:
                if ended := slot.step():
                    self._put_away(slot, ended)
            except (
                OSError,
                sqlite3.OperationalError,
            ) as error:  # a full disk: what was made stays, until there is room
                self._say_stuck(slot, str(error))

    def _say_stuck(self, slot: Slot, why: str) -> None:
        if why != self._stuck:
            log.error("job %s: what became of it cannot be written down: %s; tried again", slot.job.id[:8], why)
        self._stuck = why

    def _put_away(self, slot: Slot, ended: Ended) -> None:
        with self._lock:
            if ended.steps:
                self.outbox.add(slot.held, slot.folder, *ended.steps)
            else:
                shutil.rmtree(slot.folder, ignore_errors=True)
            self.slots.remove(slot)
        if ended.what == "succeeded":
            self._losses.succeeded()
        elif ended.blames_node and (why := self._losses.failed(slot.job.id, ended.message)):
            self._pauses.append(why)
        self._soon("poll")
        self.ended(slot.job, ended)

    def drain(self) -> None:
        """From now on nothing is claimed; the queue hears of it at once."""
        self.draining = True
        self._soon("heartbeat")

    def give_back(self, why: str, patience: float) -> None:
        """All that is in hand, at its next segment border, or after `patience` seconds."""
        for slot in tuple(self.slots):
            slot.want("give back", why, patience)

    @property
    def queue_ago(self) -> float | None:
        """Seconds since the queue was last reached."""
        return None if self._reached_at is None else self.clock.now() - self._reached_at

    @property
    def reaches_the_queue(self) -> bool:
        return self._reached_since is not None

    @property
    def free(self) -> int:
        return self.identity.slots - len(self.slots)

    @property
    def done(self) -> bool:
        """Nothing in hand, nothing to tell."""
        return not self.slots and not self.outbox.waiting()

    # ----------------------------------------------------------------------------------------------------- queue

    def talk(self) -> None:
        if self._wait("away") > 0:
            return
        try:
            self._talk()
        except (QueueUnreachable, QueueRefused) as error:
            if self._reached_since is not None or not self._said_hello:
                log.warning("the queue is away; what is in hand goes on: %s", error)
            self._reached_since = None
            self._later("away", random.uniform(1, 5))  # noqa: S311

    def _talk(self) -> None:
        if not self._said_hello:
            self._hello()
        if (self.slots or self.outbox.waiting()) and self._due("listen", LISTEN):
            self._listen()
        if self._due("heartbeat", min(HEARTBEAT, self.identity.lease / 4000)):
            self._beat()
        if self._due("release", self.identity.lease / 2000):
            self._release()
        if self.resting or self.refused:
            self.idle = True
        elif self._may_claim() and self._wait("poll") <= 0:
            self._take()
        self._reached_at = self.clock.now()
        if self._reached_since is None:
            self._reached_since = self._reached_at

    def _hello(self) -> None:
        who = self.identity
        self.queue.hello(
            who.name,
            who.instance,
            version=who.version,
            system=who.system,
            capabilities=who.capabilities,
            slots=who.slots,
        )
        kept = [held.id for held in self.outbox.waiting()]
        for job in self.queue.release_mine(who.name, kept):
            log.info("job %s: given back, this node died while it had it", job[:8])
        self._known = self.queue.meets(who.name, who.capabilities)
        self._said_hello = True

    def _beat(self) -> None:
        while self._pauses:
            self.queue.pause_node(self.identity.name, PAUSE, self._pauses[0])
            log.error("no job is taken for an hour: %s", self._pauses.pop(0))
        if why := self.rest():
            self.give_back(why, UNHURRIED)
        self._rest(why or self._disk())
        state: State = "draining" if self.draining else "resting" if self.resting else "active"
        said = self.queue.beat(
            self.identity.name, self.identity.instance, busy=len(self.slots), state=state, reason=self.resting
        )
        if said is None:
            raise NodeError(f"another node took the name “{self.identity.name}”: give each a name of its own")
        self._heed(said)
        for slot in tuple(self.slots):
            self._keep(slot.held, slot.progress, slot)
        for held in self.outbox.waiting():
            self._keep(held, Progress("uploading", 100.0), None)

    def _rest(self, why: str | None) -> None:
        if why and not self.resting:
            log.info("no job is taken: %s", why)
        self.resting = why

    def _heed(self, said: Row) -> None:
        """What the queue says of this node."""
        refused = None
        if said["disabled"]:
            refused = f"it is disabled: framekiln nodes enable {self.identity.name}"
        elif int(str(said["paused_until"])) > int(str(said["now"])):
            refused = "it pauses itself after failures"
        if refused and refused != self.refused:
            log.warning("no job is taken: %s", refused)
        self.refused = refused

    def _keep(self, held: Held, progress: Progress, slot: Slot | None) -> None:
        try:
            wanted = self.queue.heartbeat(held, progress, uploading=slot is None)
        except LeaseLost as error:
            self._lose(held, slot, error)
            return
        if wanted and slot:
            slot.want(wanted)
        elif wanted == "cancel":
            self._cancel_delivery(held)

    def _cancel_delivery(self, held: Held) -> None:
        if self.outbox.has(held, "succeed"):
            self.outbox.instead(held, Step("stopped", {"state": "cancelled"}))

    def _lose(self, held: Held, slot: Slot | None, error: LeaseLost) -> None:
        if slot and slot in self.slots:
            log.warning("job %s: %s; it is stopped here", held.id[:8], error)
            slot.want("lost")
        # What waits in the outbox finds out by itself: its last step may just have been told.

    def _listen(self) -> None:
        wanted = self.queue.wanted(self.identity.name)
        for slot in tuple(self.slots):
            if asked := wanted.get((slot.held.id, slot.held.token)):
                slot.want(asked)
        for held in self.outbox.waiting():
            if wanted.get((held.id, held.token)) == "cancel":
                self._cancel_delivery(held)

    def _release(self) -> None:
        """Others' leases, once we know that the queue was there for them all the time."""
        since = self._reached_since
        if since is None or self.clock.now() - since < self.identity.lease / 1000:
            return
        for job in self.queue.release_expired():
            log.warning("job %s: its node went silent, it is released", job[:8])

    def leave(self) -> None:
        """The last word. What cannot be told is seen by the others after a while."""
        with suppress(QueueUnreachable, QueueRefused):
            self.queue.beat(self.identity.name, self.identity.instance, busy=0, state="stopped", reason=None)

    # ---------------------------------------------------------------------------------------------------- claims

    def _may_claim(self) -> bool:
        if self.draining or self.free <= 0:
            return False
        return self.most is None or self.claims < self.most

    def _take(self) -> None:
        polled = self.queue.poll(self.identity.name)
        if polled.signatures != self._known:
            self._known = self.queue.meets(self.identity.name, self.identity.capabilities)
            polled = self.queue.poll(self.identity.name)
        job = self._claim() if polled.waiting or self._claim_id else None
        self.idle = job is None
        if job is None:
            self._later("poll", random.uniform(max(POLL_SOONEST, self._poll / 2), self._poll))  # noqa: S311
            self._poll = min(POLL_LATEST, self._poll * 1.5)
            return
        self._poll = POLL_SOONEST
        self._begin(job)

    def _claim(self) -> Job | None:
        self._claim_id = self._claim_id or new_id()
        job = self.queue.claim(self.identity.name, self._claim_id, self.identity.lease)
        self._claim_id = None
        return job

    def _begin(self, job: Job) -> None:
        held = Held(job.id, job.token, self.identity.name, self.identity.lease)
        log.info("job %s: %s, attempt %d", job.id[:8], job.label, job.attempts)
        slot = self.make_slot(job, held)
        slot.begin()
        with self._lock:
            self.slots.append(slot)
        self.claims += 1

    def _disk(self) -> str | None:
        free = shutil.disk_usage(self.folder).free
        return f"only {free >> 20} MB are free in {self.folder}" if free < FREE_DISK else None

    # ----------------------------------------------------------------------------------------------------- times

    def _due(self, what: str, every: float) -> bool:
        if self._wait(what) > 0:
            return False
        self._later(what, every)
        return True

    def _wait(self, what: str) -> float:
        return self._next.get(what, 0.0) - self.clock.now()

    def _later(self, what: str, seconds: float) -> None:
        self._next[what] = self.clock.now() + seconds

    def _soon(self, what: str) -> None:
        self._next.pop(what, None)
        self.clock.wake()


def sweep(folder: Path, kept: Iterable[Path]) -> None:
    """Folders of attempts that a dead node left, but those whose results are still to be sent."""
    wanted = {path.resolve() for path in kept}
    for entry in folder.iterdir():
        if entry.resolve() not in wanted:
            shutil.rmtree(entry, ignore_errors=True)
