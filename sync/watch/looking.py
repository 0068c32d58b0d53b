"""When a folder is looked at: at the start, when it comes back, where events say so, and all of it now and then."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from render_engine.durable import reason
from sync.clock import Clock
from sync.watch.arrivals import POLL, SCAN, Arrivals
from sync.watch.folder import Folder

if TYPE_CHECKING:
    from sync.watch.events import Events

SELDOM = 20  # a large folder that is slow to look at is looked at less often: so many times what it takes


class Looking:
    """`began_anew`: the folder came, came back, or another was mounted in its place, just now."""

    def __init__(
        self, folder: Folder, arrivals: Arrivals, clock: Clock, say: Callable[[str], None], *, poll: bool
    ) -> None:
        self._folder, self._arrivals, self._clock, self._say, self._poll = folder, arrivals, clock, say, poll
        self._events: Events | None = None
        self._identity: tuple[int, int] | None = None
        self._next_scan = 0.0
        self.began_anew = False

    def is_there(self) -> bool:
        identity = self._folder.identity()
        changed = identity != self._identity or (self._events is not None and not self._events.alive)
        self._identity, self.began_anew = identity, changed and identity is not None
        if identity is None:
            self._say("the folder is not there: it is looked at again when it is back")
            self.stop()
        elif changed:
            self.stop()
            self._begin()
        return identity is not None

    def look(self) -> bool:
        """Whether anything may have changed."""
        now, paths = self._clock.now(), self._events.taken() if self._events else set()
        self._arrivals.look(*paths)
        if now < self._next_scan:
            return bool(paths)
        self._arrivals.look(self._folder.root)
        took = self._clock.now() - now
        self._next_scan = now + max(SCAN if self._events else POLL, SELDOM * took)
        return True

    def scan_soon(self) -> None:
        self._next_scan = self._clock.now()

    def stop(self) -> None:
        self._arrivals.forget_all()
        if self._events:
            self._events.close()
        self._events = None

    def _begin(self) -> None:
        self.scan_soon()
        if self._poll:
            return
        from sync.watch.events import Events

        try:
            self._events = Events(self._folder.root)
        except OSError as error:
            self._say(f"the system tells nothing of this folder ({reason(error)}): it is looked at every {POLL:g} s")
