"""The one loop: plan the segments, render those that are missing, stitch the film."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from render_engine.document.load import Loaded
from render_engine.encode.beside import beside
from render_engine.encode.stitch import check_place
from render_engine.engine import engine_identity
from render_engine.errors import BadInput, MediaError, RenderFailed, Stopped
from render_engine.film import Film, RenderOptions, open_film
from render_engine.media.content import content_hash
from render_engine.segments.inputs import inputs
from render_engine.segments.journal import Journal
from render_engine.segments.last_render import LastRender, labels_of, remember, remember_rate
from render_engine.segments.run import Material, Run, meters, save_lists, save_material, waiting
from render_engine.segments.schedule import TOLD_EVERY, rendered
from render_engine.segments.segment import Segment
from render_engine.segments.shown import Shown, document_key, segments_of, shown
from render_engine.segments.workers import Workers, worker_processes, workers_here
from render_engine.text.captions import between as said_between
from render_engine.text.subtitles import captions_text
from render_engine.timeline.evaluate import evaluate

if TYPE_CHECKING:
    from render_engine.segments.sound import Sound

__all__ = ["Progress", "RenderOptions", "RenderResult", "render", "render_ahead"]


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
    renderer: str  # cpu or cuda
    renderer_reason: str
    card: Mapping[str, Any] | None  # what all frames cost on it: bytes, launches, seconds
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
    waiting: str | None = None  # what a worker waits for now
    card: Mapping[str, Any] | None = None  # what drawing cost on it, once all is drawn
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
    yield from render_film(
        open_film(loaded, path, options, measuring=True), options, executor=executor, started=started
    )


def render_film(
    film: Film,
    options: RenderOptions,
    *,
    executor: Executor | None = None,
    stopping: Callable[[], bool] = lambda: False,
    started: float | None = None,
) -> Iterator[Progress]:
    """The same for a film that was opened before.

    `stopping`: asked all the time; once it is true no segment is begun, those in hand are finished and kept, and Stopped
    is raised. A film that is being joined is finished. `started`: on time.perf_counter(), where opening the film counts.
    """
    began = clock.perf_counter() if started is None else started
    check_place(film.output)
    journal = Journal.open()
    with _captions_beside(film, options.captions), _sounding(film, journal, options) as sounding:
        yield from _Render(film, journal, sounding, options, executor, stopping, began).steps()


def render_ahead(
    film: Film,
    options: RenderOptions,
    *,
    executor: Executor | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> Iterator[Progress]:
    """Fills the journal, so that a render of the same film has only to join it. Nothing is written at the film's path."""
    journal = Journal.open()
    with _sounding(film, journal, options) as sounding:
        yield from _Render(film, journal, sounding, options, executor, stopping, clock.perf_counter()).ahead()


@dataclass(frozen=True)
class _Render:
    """One render under way. Its steps tell how far they are, and return what the next ones need."""

    film: Film
    journal: Journal
    sounding: _Sounding
    options: RenderOptions
    executor: Executor | None
    stopping: Callable[[], bool]
    started: float

    def steps(self) -> Iterator[Progress]:
        shows = yield from self.plan()
        segments = segments_of(shows, self.film.output.video.identity()) if shows else ()
        with self.journal.using({segment.key for segment in segments}):
            files = self.kept(segments) if self.options.reuse else {}
            drawn = yield from self.draw(segments, files)
            self.remember(shows, drawn)
            yield from self.hear(drawn)
            files |= {segment.key: self.made(segment) for segment in segments if segment.key not in files}
            yield from self.join(segments, [files[segment.key] for segment in segments], drawn)
        self.journal.prune()
        result = self.result(segments, drawn)
        yield replace(drawn, stage="done", elapsed=result.seconds, result=result)

    def ahead(self) -> Iterator[Progress]:
        """All but the film: nobody is promised that what is drawn stays until it is joined."""
        shows = yield from self.plan()
        segments = segments_of(shows, self.film.output.video.identity()) if shows else ()
        with self.journal.using({segment.key for segment in segments}):
            drawn = yield from self.draw(segments, self.kept(segments))
            self.remember(shows, drawn)
            yield from self.hear(drawn)
        self.journal.prune()

    @property
    def elapsed(self) -> float:
        return clock.perf_counter() - self.started

    def check(self) -> None:
        """Raises what ends the render now, outside of drawing."""
        self.sounding.check()
        if self.stopping():
            raise Stopped

    def plan(self) -> Generator[Progress, None, list[Shown]]:
        film = self.film
        shows: list[Shown] = []
        if film.segments:
            document = document_key(film.loaded, film.scene, film.opened)
            for each in shown(film.scene, film.segments, self.journal, document):
                shows.append(each)
                self.check()
                yield Progress("plan", each.span[1] - film.span[0], film.frames, self.elapsed)
        return shows

    def kept(self, segments: tuple[Segment, ...]) -> dict[str, Path]:
        """Those that are in the journal, each read and found whole."""
        keys = dict.fromkeys(segment.key for segment in segments)
        return {key: path for key in keys if (path := self.journal.find(key))}

    def draw(self, segments: tuple[Segment, ...], files: Mapping[str, Path]) -> Generator[Progress, None, Progress]:
        """Has the missing segments rendered; the last progress says how it went."""
        unlike = {segment.key: segment for segment in reversed(segments)}
        missing = [each for each in segments if unlike[each.key] is each and each.key not in files]
        reused = sum(each.key in files for each in segments)
        progress = Progress(
            "draw",
            0,
            sum(segment.frames for segment in missing),
            self.elapsed,
            segments=len(segments),
            reused=reused,
            alike=len(segments) - len(missing) - reused,
        )
        yield progress
        if missing:
            workers = self.workers()
            count = min(workers.count, len(missing))
            progress = replace(progress, workers=count, note=workers.note if count == workers.count else None)
            began, card = clock.perf_counter(), dict[str, Any]()
            for done, waits in self.rendered(missing, count, card):
                self.sounding.check()
                drawing = clock.perf_counter() - began
                progress = replace(progress, frame=done, elapsed=self.elapsed, drawing=drawing, waiting=waits)
                yield progress
            progress = replace(progress, waiting=None, card=card or None)
        return progress

    def rendered(self, missing: list[Segment], workers: int, card: dict[str, Any]) -> Iterator[tuple[int, str | None]]:
        """How many frames are done, now and then, and what a worker waits for; `card` is filled at the end."""
        film, journal = self.film, self.journal
        # Someone's own executor stays open; our processes end with the render, at once where it fails.
        pool = nullcontext(self.executor) if self.executor else worker_processes(workers)
        with journal.work_folder() as work, pool as executor:
            with journal.failures_told("what frames are drawn from"):
                save_material(work, _material(film))
            task = Run((), work, journal.folder, film.output.video, engine_identity(), self.options.reuse)
            for done in rendered(
                missing, task, executor, workers, lambda segment: self.prepare(segment, work), self.stopping
            ):
                yield done, waiting(work)
            card.update(meters(work))

    def workers(self) -> Workers:
        return Workers(self.options.workers) if self.options.workers else workers_here(self.film.output.video)

    def prepare(self, segment: Segment, work: Path) -> None:
        scene = self.film.scene
        lists = [evaluate(scene, number / scene.fps) for number in range(segment.first, segment.last)]
        with self.journal.failures_told("a segment's display lists"):
            save_lists(work, segment, lists)

    def made(self, segment: Segment) -> Path:
        path = self.journal.find(segment.key)
        if path is None:
            folder = self.journal.folder
            raise RenderFailed(f"{segment} was rendered, but is gone from the journal in {folder}: render again")
        return path

    def hear(self, drawn: Progress) -> Iterator[Progress]:
        """Waits for the sound, where it takes longer than the pictures."""
        film, sounding = self.film, self.sounding
        while sounding.sound and sounding.file and not wait([sounding.file], TOLD_EVERY).done:
            self.check()
            heard = min(film.frames, int(sounding.sound.seconds * film.scene.fps))
            yield replace(drawn, stage="sound", frame=heard, frames=film.frames, elapsed=self.elapsed)

    def join(self, segments: tuple[Segment, ...], pictures: list[Path], drawn: Progress) -> Iterator[Progress]:
        from render_engine.encode.stitch import stitch  # read while the workers draw, not before
        from render_engine.receipt import inputs_of, write_receipt

        film, packets = self.film, list[str]()
        read = tuple(inputs_of(film.scene, film.loaded.base))  # while there is no file yet: one of them may be gone
        for joined in stitch(film.output, pictures, self.sounding.result):
            packets.append(joined.digest)
            yield replace(drawn, stage="finish", frame=joined.frames, frames=film.frames, elapsed=self.elapsed)
        write_receipt(film, read, segments, packets, self.sounding.result, drawn.card)

    def remember(self, shows: list[Shown], drawn: Progress) -> None:
        """For the next plan."""
        if not shows:
            return
        film, settings = self.film, self.film.output.video.identity()
        render = LastRender(settings, labels_of(film.loaded, film.scene), {each.span: each for each in shows})
        remember(self.journal, film.loaded, render)
        if drawn.frame:
            remember_rate(self.journal, settings, drawn.frame, drawn.drawing)

    def result(self, segments: tuple[Segment, ...], drawn: Progress) -> RenderResult:
        film = self.film
        return RenderResult(
            path=film.output.path,
            width=film.scene.width,
            height=film.scene.height,
            fps=film.scene.fps,
            frames=film.frames,
            duration=film.frames / film.scene.fps,
            seconds=self.elapsed,
            encoder=film.choice.codec.title,
            reason=film.choice.reason,
            renderer=film.renderer.name,
            renderer_reason=film.renderer.reason,
            card=drawn.card,
            bytes=_bytes(film.output.path),
            segments=len(segments),
            reused=drawn.reused,
            alike=drawn.alike,
            drawn=drawn.frame,
            drawing=drawn.drawing,
            workers=drawn.workers,
            notes=(*film.notes, *self.notes(drawn)),
        )

    def notes(self, drawn: Progress) -> Iterator[str]:
        if drawn.note:
            yield drawn.note
        if drawn.card and (count := drawn.card.get("by_processor")):
            yield f"{count:g} frames were drawn by the processor: the card had too little memory for them"
        if drawn.card and (count := drawn.card.get("in_parts")):
            yield f"{count:g} frames were drawn a part at a time: the card had too little memory to draw them at once"
        for name, why in (drawn.card or {}).get("refused_by_nvdec", {}).items():
            yield f"{name} was decoded by the processor: {why}"
        if self.sounding.sound and self.sounding.sound.clipped:
            cut = self.sounding.sound.clipped
            yield f"the sound was too loud: {cut} samples were cut at full scale (lower volumes, or set “loudness”)"
        if self.journal.note:
            yield self.journal.note
        if self.journal.damaged:
            damaged = len(set(self.journal.damaged))
            files = "file was" if damaged == 1 else "files were"
            yield f"{damaged} damaged {files} found in the journal and made again"


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


def _material(film: Film) -> Material:
    scene = film.scene
    for key, medium in scene.media.items():
        if content_hash(medium.path) != key:
            raise MediaError(f"{medium.path} was changed just now: render again", where=medium.where)
    drawn_from = inputs(medium.path for medium in scene.media.values())
    return Material(scene.fonts.by_hash(), scene.media, drawn_from)


def _captions_beside(film: Film, path: Path | None) -> AbstractContextManager[None]:
    if path is None:
        return nullcontext()
    scene, span = film.scene, film.span
    said = said_between(scene.captions, span[0] / scene.fps, span[1] / scene.fps)
    text = captions_text(said, path)
    if not said:
        raise BadInput(f"there are no captions to write to {path.name}: no captions layer says anything in this time")
    return beside(path, text)


def _bytes(path: Path) -> int:
    if path.is_dir():
        return sum(entry.stat().st_size for entry in path.iterdir())
    return path.stat().st_size if path.exists() else 0
