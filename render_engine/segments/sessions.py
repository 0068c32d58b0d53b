"""NVENC sessions in turn: a card, or its driver, lets only so many films be encoded at once, all programs together.

Whoever opens one holds a lock for that moment. Who is refused keeps it while it waits, so the others stand behind, and
tries again as soon as one of us has closed a session, and each second, as other programs do not tell. So all workers of a
render get on, and all renders of a machine, however few sessions there are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from render_engine.cache_folder import cache_folder
from render_engine.encode.opening import NoSession
from render_engine.encode.segment import InTurn
from render_engine.errors import RenderFailed, Stopped
from render_engine.segments.locks import Lock
from render_engine.segments.run import Run

T = TypeVar("T")

WAITING = "waiting for an NVENC session: the card has no more free"
AGAIN = 1.0  # seconds from one try to the next; so long nobody is told that he waits, either
LOOK = 0.05  # seconds from one look at the others to the next
PATIENCE = 600.0  # seconds in which none of us opens or closes a session


@dataclass
class _Wait:
    """`door`: the lock's file, changed whenever one of us opens or closes a session."""

    run: Run
    door: Path
    patience: float
    began: float = field(default_factory=time.monotonic)
    quiet: float = field(default_factory=time.monotonic)  # since when nothing changed
    seen: int = 0

    def pause(self, until: float) -> None:
        """To the next look, up to `until` (of time.monotonic), or until something has changed."""
        while True:
            if self.run.stopped:
                raise Stopped
            now = time.monotonic()
            if now - self.began >= AGAIN:
                self.run.tell_waiting(WAITING)
            if now - self.quiet > self.patience:
                raise RenderFailed(
                    f"no NVENC session got free in {self.patience / 60:.0f} minutes: other programs encode on this card. What "
                    "is finished is kept; render again later, or with --encoder x264."
                )
            time.sleep(LOOK)
            if self.changed() or now >= until:
                return

    def changed(self) -> bool:
        at, before = self.door.stat().st_mtime_ns, self.seen
        self.seen = at
        if at == before:
            return False
        self.quiet = time.monotonic()
        return True


def in_turn(run: Run, patience: float = PATIENCE) -> InTurn:
    """For open_segment. While it waits it raises Stopped once the render is to stop, and RenderFailed after `patience`
    seconds in which nothing changed."""

    def when_free(attempt: Callable[[], T]) -> T:
        with _waiting(run, patience) as wait, _first_in_line(wait):
            while True:
                try:
                    made = attempt()
                except NoSession:
                    wait.changed()  # what is seen from now on is worth another try
                else:
                    wait.door.touch()
                    return made
                wait.pause(time.monotonic() + AGAIN)

    return when_free


def closed() -> None:
    """Tells those who wait that there may be a session now."""
    _door().touch()


@contextmanager
def _waiting(run: Run, patience: float) -> Iterator[_Wait]:
    door = _door()
    door.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield _Wait(run, door, patience)
    finally:
        run.tell_waiting(None)


@contextmanager
def _first_in_line(wait: _Wait) -> Iterator[None]:
    while (lock := Lock.take(wait.door)) is None:
        wait.pause(time.monotonic())
    try:
        yield
    finally:
        lock.release()


def _door() -> Path:
    return cache_folder() / "nvenc.lock"
