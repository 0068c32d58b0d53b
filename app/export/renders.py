"""The app's own renders: a list that is worked off one at a time, each in a process at low priority.

A render that is paused or cancelled keeps its finished segments; going on, or again, begins there. Renders last as long as
the app: what shall survive it goes into the queue.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.export.export import Export
from app.export.process import LineProcess

WORKER = "app.export.worker"
STOPPED = 4  # the worker's exit code where it stopped at a border
TERMINATED = 143

State = Literal["queued", "running", "pausing", "paused", "done", "failed", "cancelled"]
ENDED: tuple[State, ...] = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class Render:
    """One of the list; replaced by another where something changes."""

    id: int
    export: Export
    picture: QImage | None = field(default=None, compare=False)  # to know it by
    state: State = "queued"
    stage: str = ""
    frame: int = 0
    frames: int = 0
    fps: float = 0.0
    eta: float | None = None  # seconds
    waits: bool = False  # for the card, which has no NVENC session free
    error: str = ""
    log: str = field(default="", compare=False)
    problems: tuple[Mapping[str, Any], ...] = ()
    notes: tuple[str, ...] = ()
    bytes: int = 0
    drawn: int = 0  # frames; the others were there
    encoder: str = ""
    renderer: str = ""  # cpu or cuda, once it is known
    began: float = 0.0  # seconds since the epoch
    seconds: float = 0.0  # that it took

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def part(self) -> float:
        """From 0 to 1; joining is the last hundredth or so, and counts little."""
        if self.state == "done":
            return 1.0
        done = self.frame / self.frames if self.frames else 0.0
        return {"plan": 0.02 * done, "draw": 0.02 + 0.93 * done, "sound": 0.95, "finish": 0.95 + 0.05 * done}.get(
            self.stage, 0.0
        )


class Renders(QObject):
    """`changed`: anything of the list, with the render's id. `finished`: one that was rendered or that failed."""

    changed = Signal(int)
    finished = Signal(Render)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._renders: list[Render] = []
        self._ids = itertools.count(1)
        self._process: LineProcess | None = None
        self._running: int | None = None

    # ---------------------------------------------------------------------------------------------------- reading

    @property
    def all(self) -> tuple[Render, ...]:
        return tuple(self._renders)

    @property
    def running(self) -> Render | None:
        return self.get(self._running) if self._running is not None else None

    @property
    def waiting(self) -> int:
        return sum(render.state == "queued" for render in self._renders)

    @property
    def seconds_left(self) -> float | None:
        """Until nothing is left, if what waits takes as long as what runs; None where nothing is known yet."""
        running = self.running
        if running is None:
            return None if self.waiting else 0.0
        if running.eta is None:
            return None
        return running.eta + self.waiting * (time.time() - running.began + running.eta)

    def get(self, id: int) -> Render | None:
        return next((render for render in self._renders if render.id == id), None)

    # ----------------------------------------------------------------------------------------------------- asking

    def add(self, export: Export, picture: QImage | None = None) -> Render:
        """At the end of the list; begun at once where nothing else runs."""
        render = Render(next(self._ids), export, picture)
        self._renders.append(render)
        self.changed.emit(render.id)
        self._next()
        return self.get(render.id) or render

    def cancel(self, id: int) -> None:
        render = self.get(id)
        if render is None or render.ended:
            return
        self._set(id, state="cancelled", eta=None)
        if id == self._running and self._process:
            self._process.terminate()

    def pause(self, id: int) -> None:
        """One that runs finishes the segments in hand, so that nothing is drawn twice."""
        render = self.get(id)
        if render and render.state == "queued":
            self._set(id, state="paused")
        elif render and render.state == "running" and self._process:
            self._set(id, state="pausing")
            self._process.say("stop")

    def resume(self, id: int) -> None:
        render = self.get(id)
        if render and render.state == "paused":
            self._set(id, state="queued")
            self._next()

    def retry(self, id: int) -> None:
        """From what is finished on."""
        render = self.get(id)
        if render and render.ended:
            self._set(id, state="queued", error="", problems=())
            self._next()

    def remove(self, id: int) -> None:
        render = self.get(id)
        if render and render.ended:
            self._renders.remove(render)
            self.changed.emit(id)

    def clear_ended(self) -> None:
        for render in self.all:
            if render.ended and render.id != self._running:
                self.remove(render.id)

    def move(self, id: int, before: int | None) -> None:
        """In front of another one; None: to the end."""
        render = self.get(id)
        if render is None or id == before:
            return
        self._renders.remove(render)
        other = self.get(before) if before is not None else None
        self._renders.insert(self._renders.index(other) if other else len(self._renders), render)
        self.changed.emit(id)

    def close(self) -> None:
        """The finished segments stay: the same render goes on there."""
        if self._process:
            self._process.close()
        self._process, self._running = None, None

    # -------------------------------------------------------------------------------------------------- rendering

    def _next(self) -> None:
        if self._running is not None:
            return
        render = next((each for each in self._renders if each.state == "queued"), None)
        if render is None:
            return
        self._running = render.id
        self._process = process = LineProcess(self)
        process.told.connect(self._told)
        process.ended.connect(self._ended)
        self._set(render.id, state="running", began=time.time(), stage="", frame=0, frames=0, error="", problems=())
        process.start(WORKER, first=order("render", render.export))

    def _told(self, event: Mapping[str, Any]) -> None:
        if self._running is not None and (take := _TAKES.get(event["event"])):
            self._set(self._running, **take(event))

    def _ended(self, code: int, last_words: str) -> None:
        id, self._running = self._running, None
        process, self._process = self._process, None
        if process:
            process.deleteLater()
        if id is not None and (render := self.get(id)):
            self._settle(render, code, last_words)
        self._next()

    def _settle(self, render: Render, code: int, last_words: str) -> None:
        if render.state not in ("running", "pausing"):  # cancelled, and perhaps asked for again since
            return
        if code == STOPPED:
            self._set(render.id, state="paused", fps=0.0, eta=None)
        elif code == 0:
            self._set(render.id, state="done", stage="done", eta=None, fps=0.0)
        else:
            how = (
                render.error
                or last_words.rpartition("\n")[2]
                or self.tr("its process ended with code {0}").format(code)
            )
            self._set(render.id, state="failed", error=how, log=last_words, eta=None, fps=0.0)
        after = self.get(render.id)
        if after and after.ended:
            self.finished.emit(after)

    def _set(self, id: int, **values: Any) -> None:
        for at, render in enumerate(self._renders):
            if render.id == id:
                self._renders[at] = replace(render, **values)
        self.changed.emit(id)


def order(deed: str, export: Export) -> dict[str, Any]:
    """What the worker reads first."""
    return {"do": deed, "export": export.to_dict()}


def _progress(event: Mapping[str, Any]) -> dict[str, Any]:
    drawing = event["stage"] == "draw"
    return {
        "stage": event["stage"],
        "frame": event["frame"],
        "frames": event["frames"],
        "fps": event["fps"] if drawing else 0.0,
        "eta": event["eta"] if drawing else None,
        "waits": event["waiting"] is not None,
    }


_TAKES: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "progress": _progress,
    "opened": lambda event: {"encoder": event["encoder"], "renderer": event["renderer"]},
    "error": lambda event: {"error": event["message"], "problems": tuple(event["problems"])},
    "done": lambda event: {
        "bytes": event["bytes"],
        "drawn": event["drawn"],
        "seconds": event["seconds"],
        "encoder": event["encoder"],
        "notes": tuple(event["notes"]),
    },
}
