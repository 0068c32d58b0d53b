"""A run of consecutive segments, the task of one worker: small plain data that names files in the journal's store.

A worker gets display lists, never documents: it imports nothing above the waist, and what it does can be done on another
machine that sees the same folders. Its results are files in the journal.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from render_engine.cpu.frames import Frames
from render_engine.display_list import DisplayList
from render_engine.encode.segment import open_segment
from render_engine.encode.video_settings import VideoSettings
from render_engine.engine import engine_identity
from render_engine.errors import MediaError, RenderFailed
from render_engine.media.medium import Medium
from render_engine.segments.journal import Journal
from render_engine.segments.segment import Segment
from render_engine.text.face import Font

Stamp = tuple[int, int] | None  # a file's size and time of change (ns); None: it is gone
_MARK = struct.Struct("<qq")


@dataclass(frozen=True)
class Material:
    """What all frames of a render draw from."""

    fonts: Mapping[str, Font]  # by content hash
    media: Mapping[str, Medium]
    inputs: Mapping[Path, Stamp]  # every file that the scene was read from


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

    def frames_done(self) -> int:
        """How many frames the worker has drawn so far; told frame by frame, also by one that died since."""
        number, frame = self._marked()
        return sum(segment.frames for segment in self.segments if segment.number < number) + max(0, frame)

    def frame_met(self) -> int | None:
        """The frame of the composition that was being drawn last; None where none was begun."""
        number, frame = self._marked()
        met = [segment.first + frame for segment in self.segments if segment.number == number]
        return met[0] if met else None

    def _marked(self) -> tuple[int, int]:
        data = self.mark.read_bytes() if self.mark.exists() else b""
        return _MARK.unpack(data) if len(data) == _MARK.size else (-1, 0)


def stamp(path: Path) -> Stamp:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def save_material(work: Path, material: Material) -> None:
    (work / "material").write_bytes(pickle.dumps(material, pickle.HIGHEST_PROTOCOL))


def save_lists(work: Path, segment: Segment, lists: list[DisplayList]) -> None:
    _lists(work, segment).write_bytes(pickle.dumps(lists, pickle.HIGHEST_PROTOCOL))


def drop_lists(work: Path, segment: Segment) -> None:
    _lists(work, segment).unlink(missing_ok=True)


def render_run(run: Run) -> None:
    """The worker's part: draws and encodes each segment, and puts it in the journal."""
    if engine_identity() != run.engine:
        raise RenderFailed(
            "a worker runs another engine than the render that it works for (Framekiln was changed meanwhile, or its "
            "machines have different versions): render again"
        )
    journal = Journal(run.journal)
    frames = _frames(run.work, run.settings, run.reuse)
    with _marking(run.mark) as mark:
        for segment in run.segments:
            if run.reuse and journal.find(segment.key):  # another render has made it meanwhile
                continue
            lists: list[DisplayList] = pickle.loads(_lists(run.work, segment).read_bytes())  # noqa: S301  # written by our parent
            partial = journal.partial(segment.key)
            with open_segment(run.settings, partial) as writer:
                for number, frame in enumerate(lists):
                    mark(segment.number, number)
                    writer.write(frames.draw(frame))
            _unchanged(run.work, partial)
            journal.add(segment.key, partial)
            mark(segment.number, segment.frames)


def _unchanged(work: Path, partial: Path) -> None:
    """A key tells what the files held when the scene was read: what was drawn from others must not get it."""
    for path, known in _material(work).inputs.items():
        if stamp(path) != known:
            partial.unlink()
            raise MediaError(f"{path} was changed while it was being rendered: render again")


@contextmanager
def _marking(path: Path) -> Iterator[Callable[[int, int], None]]:
    with path.open("wb", buffering=0) as file:

        def mark(number: int, frame: int) -> None:
            file.seek(0)
            file.write(_MARK.pack(number, frame))

        yield mark


@lru_cache(maxsize=1)
def _frames(work: Path, settings: VideoSettings, reuse: bool) -> Frames:
    """Decoders, sprites and textures stay open from one run to the next of the same render."""
    material = _material(work)
    return Frames(settings.width, settings.height, settings.pixel_format, material.fonts, material.media, reuse=reuse)


@lru_cache(maxsize=1)
def _material(work: Path) -> Material:
    material: Material = pickle.loads((work / "material").read_bytes())  # noqa: S301  # written by our parent
    return material


def _lists(work: Path, segment: Segment) -> Path:
    return work / f"{segment.number}.frames"
