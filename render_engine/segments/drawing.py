"""What a worker does with a run. It gets display lists, never documents: nothing above the waist is imported here."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from render_engine.display_list import DisplayList
from render_engine.encode.segment import at_once, open_segment
from render_engine.encode.video_settings import VideoSettings
from render_engine.engine import engine_identity
from render_engine.errors import RenderFailed
from render_engine.renderer import Frames, frames_by
from render_engine.segments.inputs import Inputs, check_unchanged
from render_engine.segments.journal import Journal
from render_engine.segments.run import Run, load_lists, load_material, save_meter
from render_engine.segments.segment import Segment
from render_engine.segments.sessions import closed, in_turn


def render_run(run: Run) -> None:
    """Draws and encodes each segment of the run, and puts it in the journal."""
    if engine_identity() != run.engine:
        raise RenderFailed(
            "a worker runs another engine than the render that it works for (Framekiln was changed meanwhile, or its "
            "machines have different versions): render again"
        )
    journal = Journal(run.journal)
    _open.for_run(run)
    with journal.failures_told("how far a render is"), run.marking() as mark:
        for segment in run.segments:
            if run.stopped:
                return
            if run.reuse and journal.find(segment.key):  # another render has made it meanwhile
                continue
            # In the render's own folder, which goes with it: a worker that is ended leaves nothing behind.
            partial = run.work / f"{segment.key}.{secrets.token_hex(4)}.part"
            _write(run, segment, partial, mark)
            if run.settings.row.hardware:
                closed()
            check_unchanged(_open.inputs)
            journal.add(segment.key, partial)
            mark(segment.number, segment.frames)
    if told := _open.frames.told():
        save_meter(run, told)


def _write(run: Run, segment: Segment, partial: Path, mark: Callable[[int, int], None]) -> None:
    """The encoder goes with this function, before the next segment's takes as much memory again."""
    with open_segment(run.settings, partial, in_turn(run) if run.settings.row.hardware else at_once) as writer:
        for frame in _open.frames.drawn(_marked(run, segment, mark)):
            writer.write(frame)


def _marked(run: Run, segment: Segment, mark: Callable[[int, int], None]) -> Iterator[DisplayList]:
    """Each frame's list, once it is told that this one is begun."""
    for number, frame in enumerate(load_lists(run.work, segment)):
        mark(segment.number, number)
        yield frame


class _Open(threading.local):
    """Decoders, sprites and textures: each worker's, or each thread's where an executor has threads, stay open from one
    run to the next of the same render."""

    render: tuple[Path, VideoSettings, bool] | None = None
    frames: Frames
    inputs: Inputs

    def for_run(self, run: Run) -> None:
        if self.render == (run.work, run.settings, run.reuse):
            return
        if self.render:
            self.frames.close()
        material = load_material(run.work)
        renderer, fonts, media = run.settings.renderer, material.fonts, material.media
        self.frames = frames_by(renderer, run.settings, fonts, media, reuse=run.reuse)
        self.inputs = material.inputs
        self.render = (run.work, run.settings, run.reuse)


_open = _Open()
