"""A run of consecutive segments, the task of one worker: small plain data that names files in the journal's store.

A worker gets display lists, never documents: it imports nothing above the waist, and what it does can be done on another
machine that sees the same folders. Its results are files in the journal.
"""

from __future__ import annotations

import json
import pickle
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from render_engine.display_list import DisplayList
from render_engine.encode.video_settings import VideoSettings
from render_engine.media.medium import Medium
from render_engine.segments.inputs import Inputs
from render_engine.segments.segment import Segment
from render_engine.text.face import Font

_MARK = struct.Struct("<qq")
_STOP = "stop"
_WAITS = ".waits"


@dataclass(frozen=True)
class Material:
    """What all frames of a render draw from."""

    fonts: Mapping[str, Font]  # by content hash
    media: Mapping[str, Medium]
    inputs: Inputs  # every file that frames are drawn from


@dataclass(frozen=True)
class Run:
    segments: tuple[Segment, ...]
    work: Path  # the render's folder: its material, its display lists, and how far each run is
    journal: Path
    settings: VideoSettings
    engine: str  # of the parent
    reuse: bool = True

    @property
    def frames(self) -> int:
        return sum(segment.frames for segment in self.segments)

    @property
    def mark(self) -> Path:
        return self.work / f"{self.segments[0].number}.mark"

    @property
    def meter(self) -> Path:
        return self.work / f"{self.segments[0].number}.meter"

    def frames_done(self) -> int:
        """How many frames the worker has drawn so far; told frame by frame, also by one that died since."""
        number, frame = self._marked()
        return sum(segment.frames for segment in self.segments if segment.number < number) + max(0, frame)

    def frame_met(self) -> int | None:
        """The frame of the composition that was being drawn last; None where none was begun."""
        number, frame = self._marked()
        met = [segment.first + frame for segment in self.segments if segment.number == number]
        return met[0] if met else None

    def stop(self) -> None:
        """Tells the workers of this render to begin no other segment."""
        (self.work / _STOP).touch()

    @property
    def stopped(self) -> bool:
        return (self.work / _STOP).exists()

    def tell_waiting(self, why: str | None) -> None:
        """What the worker waits for now; None: for nothing."""
        path = self.work / f"{self.segments[0].number}{_WAITS}"
        if why is None:
            path.unlink(missing_ok=True)
        elif not path.exists():
            path.write_text(why, "utf-8")

    @contextmanager
    def marking(self) -> Iterator[Callable[[int, int], None]]:
        """For the worker, to tell which frame of which segment it begins."""
        with self.mark.open("wb", buffering=0) as file:

            def mark(number: int, frame: int) -> None:
                file.seek(0)
                file.write(_MARK.pack(number, frame))

            yield mark

    def _marked(self) -> tuple[int, int]:
        data = self.mark.read_bytes() if self.mark.exists() else b""
        return _MARK.unpack(data) if len(data) == _MARK.size else (-1, 0)


def save_material(work: Path, material: Material) -> None:
    (work / "material").write_bytes(pickle.dumps(material, pickle.HIGHEST_PROTOCOL))


def load_material(work: Path) -> Material:
    material: Material = pickle.loads((work / "material").read_bytes())  # noqa: S301  # written by our parent
    return material


def save_lists(work: Path, segment: Segment, lists: list[DisplayList]) -> None:
    _lists(work, segment).write_bytes(pickle.dumps(lists, pickle.HIGHEST_PROTOCOL))


def load_lists(work: Path, segment: Segment) -> list[DisplayList]:
    lists: list[DisplayList] = pickle.loads(_lists(work, segment).read_bytes())  # noqa: S301  # written by our parent
    return lists


def save_meter(run: Run, told: dict[str, Any]) -> None:
    """What a run cost on a card."""
    run.meter.write_text(json.dumps(told), "utf-8")


def meters(work: Path) -> dict[str, Any]:
    """Of all runs together: sums of numbers, and what any of them told in words."""
    told = [json.loads(path.read_text("utf-8")) for path in work.glob("*.meter")]
    names = dict.fromkeys(name for each in told for name in each)
    return {name: _together([each[name] for each in told if name in each]) for name in names}


def _together(values: list[Any]) -> Any:
    if isinstance(values[0], dict):
        return {name: words for value in values for name, words in value.items()}
    return sum(values)


def waiting(work: Path) -> str | None:
    """What a worker of this render waits for, if one does."""
    for path in work.glob(f"*{_WAITS}"):
        with suppress(FileNotFoundError):  # it has just got it
            return path.read_text("utf-8") or None
    return None


def drop(run: Run) -> None:
    """What was made ready for a run that has ended, and how far it was."""
    run.mark.unlink(missing_ok=True)
    run.tell_waiting(None)
    for segment in run.segments:
        _lists(run.work, segment).unlink(missing_ok=True)


def _lists(work: Path, segment: Segment) -> Path:
    return work / f"{segment.number}.frames"
