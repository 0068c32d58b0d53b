"""One job in hand: its inputs are fetched, its render runs in a child process, and what came out becomes steps for the
outbox. Nothing here waits: `step` looks and goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from render_engine.errors import BadInput, DocumentError, FramekilnError
from sync.clock import Clock
from sync.errors import InputUnavailable, StorageUnreachable
from sync.jobs import Job
from sync.outbox import Step
from sync.queue import Held, Progress
from sync.results import failed_steps, finished_steps, log_step
from sync.retry import backoff
from sync.runner import PATIENCE, Limits, Outcome, Running, Task, start

log = logging.getLogger(__name__)

Why = Literal["cancel", "pause", "give back", "lost"]
Prepare = Callable[[Job, Path, Callable[[], bool]], Task]


@dataclass(frozen=True)
class Ended:
    """How an attempt ended here. `blames`: whether it speaks against this node."""

    what: Literal["succeeded", "failed", "given back", "cancelled", "paused", "lost"]
    message: str = ""
    steps: tuple[Step, ...] = ()
    blames_node: bool = False


@dataclass
class Slot:
    job: Job
    held: Held
    folder: Path  # the attempt's own
    storage: str  # where results go
    limits: Limits
    prepare: Prepare
    pool: ThreadPoolExecutor
    clock: Clock
    wanted: Why | None = None
    progress: Progress = field(default_factory=Progress)
    running: Running | None = None
    task: Task | None = None
    preparing: Future[Task] | None = None

    def begin(self) -> None:
        self.preparing = self.pool.submit(self._prepare)

    def _prepare(self) -> Task:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.prepare(self.job, self.folder, lambda: self.wanted is not None)

    def want(self, why: Why, told: str = "", patience: float = PATIENCE) -> None:
        """Ends it soon, within `patience` seconds; what is lost already is ended at once."""
        if self.wanted is None or why == "lost":
            self.wanted = why
        if why == "lost" and self.running:
            self.running.kill()
        elif self.running:
            self.running.stop(told or why, patience)

    def step(self) -> Ended | None:
        if self.running is None:
            return self._prepared()
        outcome = self.running.poll()
        told = self.running.told
        self.progress = Progress(told.stage, told.percent, told.frame, told.frames, told.fps, told.eta)
        return self._ended(outcome) if outcome else None

    def _prepared(self) -> Ended | None:
        assert self.preparing
        if not self.preparing.done():
            return None
        try:
            self.task = self.preparing.result()
        except BadInput as error:
            kind = "bad_document" if isinstance(error, DocumentError) else "bad_input"
            return self._stop() or self._failed(kind, str(error), final=True, blames_node=False)
        except (InputUnavailable, StorageUnreachable) as error:
            return self._stop() or self._failed("input", str(error), final=False, blames_node=False)
        except (FramekilnError, OSError) as error:
            return self._stop() or self._failed("node", str(error), final=False, blames_node=True)
        except Exception as error:  # a mistake of ours that some job brings to light costs that job, not the node
            log.exception("job %s: its inputs could not be put in place", self.job.id[:8])
            told = f"this should not have happened: {type(error).__name__}: {error}"
            return self._stop() or self._failed("node", told, final=False, blames_node=False)
        if ended := self._stop():
            return ended
        try:
            self.running = start(self.task, self.limits, self.clock)
        except OSError as error:
            return self._failed("node", f"its render cannot be started: {error}", final=False, blames_node=True)
        if self.wanted:  # since we looked
            self.want(self.wanted)
        return None

    def _stop(self) -> Ended | None:
        """As it was wanted, where nothing is running any more."""
        if self.wanted is None:
            return None
        what = _ENDS[self.wanted]
        steps = {
            "lost": (),
            "given back": (Step("give back", {"why": "its node was asked to stop"}),),
            "cancelled": (Step("stopped", {"state": "cancelled"}),),
            "paused": (Step("stopped", {"state": "paused"}),),
        }[what]
        return Ended(what, steps=(*self._log(), *steps) if what == "cancelled" else steps)

    def _ended(self, outcome: Outcome) -> Ended:
        if outcome.kind != "done" and (ended := self._stop()):
            return ended
        if outcome.kind == "done" and self.wanted not in ("cancel", "lost"):
            return Ended("succeeded", steps=finished_steps(self.job, self.held, self.storage, self.folder, outcome))
        if ended := self._stop():
            return ended
        if outcome.kind == "stopped":
            return Ended("given back", outcome.message, (Step("give back", {"why": outcome.message}),))
        final = outcome.blames_job
        return self._failed(outcome.kind, outcome.message, final=final, blames_node=not outcome.blames_job)

    def _failed(self, kind: str, message: str, *, final: bool, blames_node: bool) -> Ended:
        wait = backoff(self.job.failures)
        steps = failed_steps(kind, message, final=final, backoff=wait)
        return Ended("failed", message, (*self._log(), *steps), blames_node)

    def _log(self) -> tuple[Step, ...]:
        return log_step(self.job, self.held, self.storage, self.folder)

    def kill(self) -> None:
        self.want("lost")


_ENDS: dict[Why, Literal["given back", "cancelled", "paused", "lost"]] = {
    "cancel": "cancelled",
    "pause": "paused",
    "give back": "given back",
    "lost": "lost",
}
