"""What a worker does with a run. It gets display lists, never documents: nothing above the waist is imported here."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from render_engine.cpu.frames import Frames
from render_engine.encode.segment import open_segment
from render_engine.encode.video_settings import VideoSettings
from render_engine.engine import engine_identity
from render_engine.errors import MediaError, RenderFailed
from render_engine.segments.journal import Journal
from render_engine.segments.run import Material, Run, load_lists, load_material, stamp


def render_run(run: Run) -> None:
    """Draws and encodes each segment of the run, and puts it in the journal."""
    if engine_identity() != run.engine:
        raise RenderFailed(
            "a worker runs another engine than the render that it works for (Framekiln was changed meanwhile, or its "
            "machines have different versions): render again"
        )
    journal = Journal(run.journal)
    frames = _frames(run.work, run.settings, run.reuse)
    with run.marking() as mark:
        for segment in run.segments:
            if run.reuse and journal.find(segment.key):  # another render has made it meanwhile
                continue
            partial = journal.partial(segment.key)
            with open_segment(run.settings, partial) as writer:
                for number, frame in enumerate(load_lists(run.work, segment)):
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


@lru_cache(maxsize=1)
def _frames(work: Path, settings: VideoSettings, reuse: bool) -> Frames:
    """Decoders, sprites and textures stay open from one run to the next of the same render."""
    material = _material(work)
    return Frames(settings.width, settings.height, settings.pixel_format, material.fonts, material.media, reuse=reuse)


@lru_cache(maxsize=1)
def _material(work: Path) -> Material:
    return load_material(work)
