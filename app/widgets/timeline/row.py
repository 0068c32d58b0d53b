"""A row of the timeline: a layer or a scene, with what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any, TypeVar

from app.widgets.timeline.clock import FILM, Clock, Mark
from app.widgets.timeline.tracks import Key, Track

T = TypeVar("T", "Row", Track, Key)


@dataclass(frozen=True)
class Sound:
    """The part of a file that a bar shows the waveform of."""

    source: str
    first: float  # source seconds at the bar's start
    speed: float  # source seconds a film second
    loop: bool


@dataclass(frozen=True)
class Row:
    """A layer or a scene. Times are of the film; `clock` is the one in which its start and end are written."""

    path: str
    kind: str
    name: str
    start: float
    end: float
    clock: Clock
    depth: int = 0
    inner: Clock = FILM
    hidden: bool = False
    latest: float = inf  # where its parent ends for certain: a bar that begins later is never seen
    free_start: bool = True  # told in seconds, or not at all: not by a marker or a prop
    free_end: bool = True
    coming: float = 0.0  # seconds of the entrance, or of a scene's transition
    going: float = 0.0
    transition: str = ""
    sound: Sound | None = None
    tracks: tuple[Track, ...] = ()
    children: tuple[Row, ...] = ()

    @property
    def folds(self) -> bool:
        return bool(self.children or self.tracks)

    def walk(self) -> Iterator[Row]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Rows:
    """`rows`: the top layer first."""

    rows: tuple[Row, ...] = ()
    marks: tuple[Mark, ...] = ()
    duration: float = 0.0
    fps: float = 30.0
    sources: tuple[str, ...] = ()  # media whose length or sound is asked for

    def walk(self) -> Iterator[Row]:
        for row in self.rows:
            yield from row.walk()


def elsewhere(row: Row, start: int, path: str) -> Row:
    """The same row of a layer that stands at another path: `start` is where the old one ended."""
    tracks = (
        _with(
            track,
            path=path + track.path[start:],
            keys=tuple(_with(key, path=path + key.path[start:]) for key in track.keys),
        )
        for track in row.tracks
    )
    children = (elsewhere(child, start, path) for child in row.children)
    return _with(row, path=path + row.path[start:], tracks=tuple(tracks), children=tuple(children))


def _with(made: T, **changed: Any) -> T:
    """As `dataclasses.replace` does, which takes ten times as long for a row's twenty fields."""
    copy = object.__new__(type(made))
    copy.__dict__.update(made.__dict__, **changed)
    return copy
