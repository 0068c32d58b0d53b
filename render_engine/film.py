"""A composition opened for an output: everything looked up and chosen, everything that cannot be done refused."""

from __future__ import annotations

import time as clock
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from render_engine.document.load import Loaded, at_rate
from render_engine.encode.codecs import DEFAULT_SPEED, Choice, choose
from render_engine.encode.output import Chapter, Output, check
from render_engine.errors import BadInput
from render_engine.renderer import Renderer, as_measured, choose_renderer, measured
from render_engine.segments.borders import Span, borders
from render_engine.timeline.resolve import resolve
from render_engine.timeline.scene import Scene

AskedSpan = tuple[int, int | None]  # None: to the end
GIF_RATE = Fraction(25)  # frames a second at most, unless another rate was asked for


@dataclass(frozen=True)
class RenderOptions:
    """How to render; what is left out is decided by the output's name, the preset and the machine."""

    encoder: str = "auto"
    renderer: str = "auto"  # auto, cpu or cuda
    crf: float | None = None
    speed: str | None = None
    bit_depth: int | None = None  # of a sample, 8 or 10; None: the codec's usual one
    alpha: bool | None = None  # None: where the format holds it and the background lets light through
    max_rate: int | None = None  # bits a second, at the peak
    audio_bitrate: int = 192_000
    captions: Path | None = None  # an .srt or .vtt to write what caption layers say
    span: AskedSpan | None = None  # frames; the whole composition if left out
    workers: int | None = None  # processes; None: as many as the machine holds. The bytes are the same with any number
    reuse: bool = True  # False: every segment is rendered anew, every frame drawn from nothing


@dataclass(frozen=True)
class Film:
    loaded: Loaded
    scene: Scene
    span: Span
    choice: Choice
    renderer: Renderer
    output: Output
    notes: tuple[str, ...]  # what a person should know of it and may not expect
    opened: int  # when, ns since the epoch: before anything was read

    @property
    def frames(self) -> int:
        return self.span[1] - self.span[0]

    @property
    def segments(self) -> tuple[Span, ...]:
        """None where the output is sound alone."""
        return borders(self.scene.frames, self.scene.fps, self.span) if self.output.pixel_format else ()


def open_scene(loaded: Loaded) -> Scene:
    """Everything that the composition needs, looked up."""
    documents = (loaded.document,) if loaded.document else ()
    return resolve(loaded.composition, loaded.base, size=loaded.size, documents=documents)


def open_film(loaded: Loaded, path: Path, options: RenderOptions, *, measuring: bool = False) -> Film:
    """Refuses what cannot be rendered or written (BadInput), before any work is done for it.

    `measuring`: to be rendered now. Then what draws it quicker is found by drawing, where nobody said what is to draw it.
    """
    opened = clock.time_ns()
    scene = open_scene(loaded)
    span = checked_span(options.span, scene)
    choice, output = chosen_output(scene, path, options, span)
    if choice.codec.name == "gif" and scene.fps > GIF_RATE and not loaded.rate_asked:
        slower = replace(options, span=_slower(options.span, scene.fps))
        film = open_film(at_rate(loaded, str(GIF_RATE)), path, slower, measuring=measuring)
        note = (
            f"a GIF gets {GIF_RATE} frames a second where the composition has {float(scene.fps):g}, unless --fps asks"
        )
        return replace(film, notes=(note, *film.notes))
    check(output)
    renderer = _renderer(options, loaded, scene, span, output, measuring)
    output = replace(output, renderer=renderer.name)
    return Film(loaded, scene, span, choice, renderer, output, tuple(_notes(loaded, scene, output)), opened)


def _renderer(
    options: RenderOptions, loaded: Loaded, scene: Scene, span: Span, output: Output, measuring: bool
) -> Renderer:
    """The answer for a source holds though its words change, and for its parts: else segments would not be found again."""
    if not output.pixel_format:
        return Renderer("cpu", options.renderer, "nothing is drawn")
    source = str(loaded.document or loaded.base / Path(loaded.source).name)

    def measure(card: str) -> Renderer:
        if not measuring:
            return as_measured(card, source, output.video)
        return measured(card, source, scene, span, output.video, again=not options.reuse)

    return choose_renderer(options.renderer, measure)


def _slower(span: AskedSpan | None, fps: Fraction) -> AskedSpan | None:
    """The same time at the GIF's rate."""
    if span is None:
        return None
    first, last = span
    return (round(first / fps * GIF_RATE), None if last is None else round(last / fps * GIF_RATE))


def checked_span(span: AskedSpan | None, scene: Scene) -> Span:
    first, last = span or (0, None)
    last = scene.frames if last is None else last
    if first >= scene.frames:
        raise BadInput(f"the range begins at frame {first}, and the composition has {scene.frames} frames")
    if not 0 <= first < last:
        raise BadInput(f"the range {first}:{last} holds no frame")
    if last > scene.frames:
        raise BadInput(
            f"the range ends at frame {last}, and the composition has {scene.frames} frames: leave its end out (2s:)"
        )
    return (first, last)


def chosen_output(scene: Scene, path: Path, options: RenderOptions, span: Span) -> tuple[Choice, Output]:
    """What will be written, and why with that encoder."""
    see_through = scene.background[3] < 65535 and not scene.letterboxed
    alpha = see_through if options.alpha is None else options.alpha
    size = (scene.width, scene.height)
    choice = choose(options.encoder, suffix=path.suffix, alpha=alpha, size=size, bit_depth=options.bit_depth)
    codec = choice.codec
    if options.alpha is None and codec.alpha_format is None:
        alpha = False
    sound = bool(scene.audio) and codec.audio(path.suffix) is not None
    output = Output(
        path=path,
        width=scene.width,
        height=scene.height,
        fps=scene.fps,
        codec=codec,
        crf=options.crf,
        speed=options.speed or DEFAULT_SPEED,
        alpha=alpha,
        max_rate=options.max_rate,
        bit_depth=options.bit_depth,
        audio=sound or codec.encoder is None,
        audio_bitrate=options.audio_bitrate,
        title=scene.title,
        comment=scene.comment,
        chapters=tuple(_chapters(scene, span)),
    )
    return choice, output


def _chapters(scene: Scene, span: Span) -> Iterator[Chapter]:
    start, end = span[0] / scene.fps, span[1] / scene.fps
    inside = [(max(time, start), name) for time, name in scene.markers if time < end]
    for k, (time, name) in enumerate(inside):
        following = inside[k + 1][0] if k + 1 < len(inside) else end
        if following > time:
            yield Chapter(time - start, following - start, name)


def _notes(loaded: Loaded, scene: Scene, output: Output) -> Iterator[str]:
    if scene.letterboxed:
        width, height = loaded.composition.size
        yield f"the composition is {width}×{height}: it was scaled to fit, its background fills the rest"
    if scene.background[3] < 65535 and not output.alpha and output.codec.encoder:
        yield f"the background lets light through; {output.codec.title} here does not hold that, so it stands on black"
    if scene.audio and not output.audio:
        yield f"the sound was left out: {output.codec.title} holds none"
