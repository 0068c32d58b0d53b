"""The one loop: plan the segments, render those that are missing, stitch the film."""

from __future__ import annotations

import time as clock
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from render_engine.document.load import Loaded
from render_engine.encode.beside import beside
from render_engine.encode.stitch import check_place
from render_engine.engine import engine_identity
from render_engine.errors import BadInput, MediaError, RenderFailed
from render_engine.film import Film, RenderOptions, open_film
from render_engine.media.content import content_hash
from render_engine.segments.journal import Journal
from render_engine.segments.last_render import LastRender, labels_of, remember, remember_rate
from render_engine.segments.run import Material, Run, save_lists, save_material, stamp
from render_engine.segments.schedule import TOLD_EVERY, rendered
from render_engine.segments.segment import Segment
from render_engine.segments.shown import Shown, document_key, segments_of, shown
from render_engine.segments.workers import Workers, worker_processes, workers_here
from render_engine.text.captions import between as said_between
from render_engine.text.subtitles import captions_text
from render_engine.timeline.evaluate import evaluate

if TYPE_CHECKING:
    from render_engine.segments.sound import Sound

__all__ = ["Progress", "RenderOptions", "RenderResult", "render"]


@dataclass(frozen=True)
class RenderResult:
    path: Path
    width: int
    height: int
    fps: Fraction
    frames: int
    duration: Fraction
    seconds: float  # it took
    encoder: str
    reason: str  # why that encoder
    bytes: int
    segments: int
    reused: int  # of the segments: they were in the journal
    alike: int  # of the segments: another one that was drawn shows the same
    drawn: int  # frames
    drawing: float  # seconds that this took
    workers: int  # that drew them; 0 where none was needed
    notes: tuple[str, ...] = ()  # what a person should know of the result and may not expect


@dataclass(frozen=True)
class Progress:
    """How far a stage is: `frame` of `frames`. Only frames of missing segments are drawn, and only these are counted there."""

    stage: Literal["plan", "draw", "sound", "finish", "done"]
    frame: int
    frames: int
    elapsed: float  # seconds since the render began
    drawing: float = 0.0  # seconds since the first frame was begun
    segments: int = 0
    reused: int = 0
    alike: int = 0
    workers: int = 0
    note: str | None = None  # why the workers are fewer than the cores
    result: RenderResult | None = None

    @property
    def fps(self) -> float:
        """Frames drawn a second, by all workers together."""
        return self.frame / self.drawing if self.drawing else 0.0

    @property
    def eta(self) -> float | None:
        """Seconds that the frames which are left take at that rate; None while nothing is known."""
        return (self.frames - self.frame) / self.fps if self.fps else None


def render(
    loaded: Loaded, path: Path, options: RenderOptions = RenderOptions(), *, executor: Executor | None = None
) -> Iterator[Progress]:
    """Renders to `path`, telling how far it is. Nothing stands under the final name until all of it is right.

    `executor`: where runs of segments are rendered, in place of worker processes of this machine's own; what it runs must
    see the journal's folder.
    """
    started = clock.perf_counter()
    film = open_film(loaded, path, options)
    check_place(film.output)
    journal = Journal.open()
    with _captions_beside(film, options.captions), _sounding(film, journal, options) as sounding:
        shows = yield from _planned(film, journal, sounding, started)
        segments = segments_of(shows, film.output.video.identity()) if shows else ()
        with journal.using({segment.key for segment in segments}):
            files = _files(journal, segments) if options.reuse else {}
            progress = yield from _drawn(film, segments, files, journal, sounding, options, executor, started)
            _remember(film, shows, journal, progress)
            yield from _heard(film, sounding, progress, started)
            files |= {segment.key: _found(journal, segment) for segment in segments if segment.key not in files}
            yield from _joined(
                film, [files[segment.key] for segment in segments], segments, sounding, progress, started
            )
    journal.prune()
    result = _result(film, segments, progress, journal, sounding, _since(started))
    yield replace(progress, stage="done", elapsed=result.seconds, result=result)


def _since(started: float) -> float:
    return clock.perf_counter() - started


def _planned(
    film: Film, journal: Journal, sounding: _Sounding, started: float
) -> Generator[Progress, None, list[Shown]]:
    shows: list[Shown] = []
    if film.segments:
        for each in shown(film.scene, film.segments, journal, document_key(film.loaded, film.scene, film.opened)):
            shows.append(each)
            sounding.check()
            yield Progress("plan", each.span[1] - film.span[0], film.frames, _since(started))
    return shows


def _files(journal: Journal, segments: tuple[Segment, ...]) -> dict[str, Path]:
    """Those that are in the journal, each read and found whole."""
    keys = dict.fromkeys(segment.key for segment in segments)
    return {key: path for key in keys if (path := journal.find(key))}


def _drawn(
    film: Film,
    segments: tuple[Segment, ...],
    files: Mapping[str, Path],
    journal: Journal,
    sounding: _Sounding,
    options: RenderOptions,
    executor: Executor | None,
    started: float,
) -> Generator[Progress, None, Progress]:
    """Has the missing segments rendered; the last progress says how it went."""
    unlike = {segment.key: segment for segment in reversed(segments)}
    missing = [each for each in segments if unlike[each.key] is each and each.key not in files]
    reused = sum(each.key in files for each in segments)
    progress = Progress(
        "draw",
        0,
        sum(segment.frames for segment in missing),
        _since(started),
        segments=len(segments),
        reused=reused,
        alike=len(segments) - len(missing) - reused,
    )
    yield progress
    if missing:
        began = clock.perf_counter()
        workers = _workers(film, options)
        count = min(workers.count, len(missing))
        progress = replace(progress, workers=count, note=workers.note if count == workers.count else None)
        with journal.work_folder() as work, _executor(executor, count) as pool:
            with journal.failures_told("what frames are drawn from"):
                save_material(work, _material(film))
            task = Run((), work, journal.folder, film.output.video, engine_identity(), options.reuse)
            for done in rendered(missing, task, pool, count, lambda segment: _prepare(film, segment, journal, work)):
                sounding.check()
                progress = replace(progress, frame=done, elapsed=_since(started), drawing=clock.perf_counter() - began)
                yield progress
    return progress


def _material(film: Film) -> Material:
    scene = film.scene
    for key, medium in scene.media.items():
        if content_hash(medium.path) != key:
            raise MediaError(f"{medium.path} was changed just now: render again", where=medium.where)
    return Material(
        scene.fonts.by_hash(), scene.media, {medium.path: stamp(medium.path) for medium in scene.media.values()}
    )


def _workers(film: Film, options: RenderOptions) -> Workers:
    return Workers(options.workers) if options.workers else workers_here(film.output.video)


def _executor(executor: Executor | None, count: int) -> AbstractContextManager[Executor]:
    """Someone's own stays open; our processes end with the render, at once where it fails."""
    return nullcontext(executor) if executor else worker_processes(count)


def _prepare(film: Film, segment: Segment, journal: Journal, work: Path) -> None:
    lists = [evaluate(film.scene, number / film.scene.fps) for number in range(segment.first, segment.last)]
    with journal.failures_told("a segment's display lists"):
        save_lists(work, segment, lists)


def _found(journal: Journal, segment: Segment) -> Path:
    path = journal.find(segment.key)
    if path is None:
        raise RenderFailed(f"{segment} was rendered, but is gone from the journal in {journal.folder}: render again")
    return path


@dataclass(frozen=True)
class _Sounding:
    """The sound, being made in a thread beside the pictures."""

    sound: Sound | None = None
    file: Future[Path] | None = None

    @property
    def result(self) -> Path | None:
        return self.file.result() if self.file else None

    def check(self) -> None:
        """Raises what went wrong with it so far: nobody wants the pictures of a film that cannot be finished."""
        if self.file and self.file.done():
            self.file.result()


@contextmanager
def _sounding(film: Film, journal: Journal, options: RenderOptions) -> Iterator[_Sounding]:
    if not film.output.audio:
        yield _Sounding()
        return
    from render_engine.segments.sound import Sound  # films without sound need none of what mixes it

    scene = film.scene
    start, end = film.span[0] / scene.fps, film.span[1] / scene.fps
    sound = Sound(scene.audio, start, end, scene.loudness, film.output)
    with journal.using([sound.key]), ThreadPoolExecutor(1, "sound") as beside:
        try:
            yield _Sounding(sound, beside.submit(sound.file, journal, reuse=options.reuse))
        finally:
            sound.stop()


def _heard(film: Film, sounding: _Sounding, progress: Progress, started: float) -> Iterator[Progress]:
    """Waits for the sound, where it takes longer than the pictures."""
    while sounding.sound and sounding.file and not wait([sounding.file], TOLD_EVERY).done:
        heard = min(film.frames, int(sounding.sound.seconds * film.scene.fps))
        yield replace(progress, stage="sound", frame=heard, frames=film.frames, elapsed=_since(started))


def _joined(
    film: Film,
    pictures: list[Path],
    segments: tuple[Segment, ...],
    sounding: _Sounding,
    progress: Progress,
    started: float,
) -> Iterator[Progress]:
    from render_engine.encode.stitch import stitch
    from render_engine.receipt import write_receipt

    packets: list[str] = []
    for joined in stitch(film.output, pictures, sounding.result):
        packets.append(joined.digest)
        yield replace(progress, stage="finish", frame=joined.frames, frames=film.frames, elapsed=_since(started))
    write_receipt(film, segments, packets, sounding.result)


def _remember(film: Film, shows: list[Shown], journal: Journal, progress: Progress) -> None:
    """For the next plan."""
    if not shows:
        return
    settings = film.output.video.identity()
    render = LastRender(settings, labels_of(film.loaded, film.scene), {each.span: each for each in shows})
    remember(journal, film.loaded, render)
    if progress.frame:
        remember_rate(journal, settings, progress.frame, progress.drawing)


def _captions_beside(film: Film, path: Path | None) -> AbstractContextManager[None]:
    if path is None:
        return nullcontext()
    scene, span = film.scene, film.span
    said = said_between(scene.captions, span[0] / scene.fps, span[1] / scene.fps)
    text = captions_text(said, path)
    if not said:
        raise BadInput(f"there are no captions to write to {path.name}: no captions layer says anything in this time")
    return beside(path, text)


def _result(
    film: Film,
    segments: tuple[Segment, ...],
    progress: Progress,
    journal: Journal,
    sounding: _Sounding,
    seconds: float,
) -> RenderResult:
    return RenderResult(
        path=film.output.path,
        width=film.scene.width,
        height=film.scene.height,
        fps=film.scene.fps,
        frames=film.frames,
        duration=film.frames / film.scene.fps,
        seconds=seconds,
        encoder=film.choice.codec.title,
        reason=film.choice.reason,
        bytes=_bytes(film.output.path),
        segments=len(segments),
        reused=progress.reused,
        alike=progress.alike,
        drawn=progress.frame,
        drawing=progress.drawing,
        workers=progress.workers,
        notes=(*film.notes, *_notes(progress, journal, sounding)),
    )


def _notes(progress: Progress, journal: Journal, sounding: _Sounding) -> Iterator[str]:
    if progress.note:
        yield progress.note
    if sounding.sound and sounding.sound.clipped:
        cut = sounding.sound.clipped
        yield f"the sound was too loud: {cut} samples were cut at full scale (lower volumes, or set “loudness”)"
    if journal.note:
        yield journal.note
    if journal.damaged:
        damaged = len(set(journal.damaged))
        files = "file was" if damaged == 1 else "files were"
        yield f"{damaged} damaged {files} found in the journal and made again"


def _bytes(path: Path) -> int:
    if path.is_dir():
        return sum(entry.stat().st_size for entry in path.iterdir())
    return path.stat().st_size if path.exists() else 0
