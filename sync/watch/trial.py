"""Whether a folder's events arrive: files are written, renamed, cut short and removed there, and what was heard is told."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from render_engine.durable import reason
from render_engine.errors import BadInput
from sync.clock import Clock
from sync.database.network import file_system, is_network
from sync.watch.events import Events

PATIENCE = 3.0  # seconds that an event may take
LOOK = 0.02
# Shared with another machine, or with the host of a virtual one: what is written there makes no event here.
SHARED = ("9p", "virtiofs", "vboxsf", "vmhgfs", "fakeowner", "drvfs", "prl_fs")


@dataclass(frozen=True)
class Heard:
    """`seconds` until the event came; None where none did."""

    what: str
    seconds: float | None


@dataclass(frozen=True)
class Trial:
    folder: Path
    heard: tuple[Heard, ...]
    file_system: str  # "" where the system does not say
    shared: bool  # others may write there without an event here
    problem: str = ""  # why the system told nothing at all

    @property
    def poll(self) -> bool:
        return self.shared or bool(self.problem) or any(each.seconds is None for each in self.heard)


def try_events(folder: Path, clock: Clock) -> Trial:
    """Leaves nothing behind. BadInput where the folder is none, or cannot be written to."""
    if not folder.is_dir():
        raise BadInput(f"{folder} is not a folder: make it first")
    kind = file_system(folder)
    shared = is_network(kind) or kind.removeprefix("fuse.") in SHARED
    try:
        events = Events(folder)
    except OSError as error:
        return Trial(folder, (), kind, shared, f"the system tells nothing of it: {reason(error)}")
    work = folder / f".framekiln-{secrets.token_hex(4)}"  # no watch takes what begins with a dot
    try:
        return Trial(folder, _heard(work, events, clock), kind, shared)
    except OSError as error:
        raise BadInput(f"{folder} cannot be written to: {reason(error)}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
        events.close()


def _heard(work: Path, events: Events, clock: Clock) -> tuple[Heard, ...]:
    first, second = work / "written", work / "renamed"
    work.mkdir()
    _wait(lambda: any(path == work for path in events.taken()), clock)  # its own events come only when it is known
    clock.wait(LOOK)

    def write() -> None:
        first.write_bytes(b"framekiln" * 1000)

    def rename() -> None:
        first.rename(second)

    def truncate() -> None:
        with second.open("r+b") as file:
            file.truncate(10)

    acts: tuple[tuple[str, Path, Callable[[], None]], ...] = (
        ("a file written in a sub-folder", first, write),
        ("a file renamed", second, rename),
        ("a file cut short", second, truncate),
    )
    return tuple(_tried(what, path, act, events, clock) for what, path, act in acts)


def _tried(what: str, path: Path, act: Callable[[], None], events: Events, clock: Clock) -> Heard:
    clock.wait(LOOK)
    events.taken()
    began = clock.now()
    act()
    came = _wait(lambda: path in events.taken(), clock)
    return Heard(what, clock.now() - began if came else None)


def _wait(is_so: Callable[[], bool], clock: Clock) -> bool:
    until = clock.now() + PATIENCE
    while not (so := is_so()) and clock.now() < until:
        clock.wait(LOOK)
    return so
