"""The one loop: evaluate, draw, convert, encode; and stills by the same drawing."""

from __future__ import annotations

import time as clock
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.compositor import Compositor
from render_engine.cpu.convert import to_rgba
from render_engine.cpu.frames import Frames
from render_engine.cpu.pictures import Pictures
from render_engine.document.load import Loaded
from render_engine.encode.audio import Mix, mix, normalised
from render_engine.encode.beside import beside
from render_engine.encode.codecs import DEFAULT_SPEED, Choice, choose
from render_engine.encode.mux import SAMPLE_RATE
from render_engine.encode.output import Chapter, Output
from render_engine.encode.writer import Writer, open_writer
from render_engine.errors import BadInput
from render_engine.media.audio_clip import between
from render_engine.text.captions import between as said_between
from render_engine.text.subtitles import captions_text
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.resolve import resolve
from render_engine.timeline.scene import Scene

Span = tuple[int, int]  # first frame, and the one after the last
AskedSpan = tuple[int, int | None]  # None: to the end
Sound = Mix | Iterator[NDArray[np.float32]]  # blocks of (n, 2) samples


@dataclass(frozen=True)
class RenderOptions:
    """How to render; what is left out is decided by the output's name, the preset and the machine."""

    encoder: str = "auto"
    crf: float | None = None
    speed: str | None = None
    alpha: bool | None = None  # None: where the format holds it and the background lets light through
    max_rate: int | None = None  # bits a second
    audio_bitrate: int = 192_000
    captions: Path | None = None  # an .srt or .vtt to write what caption layers say
    span: AskedSpan | None = None  # frames; the whole composition if left out


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
    notes: tuple[str, ...] = ()  # what a person should know of the result and may not expect


@dataclass(frozen=True)
class Progress:
    stage: str  # "draw" while frames are drawn, "finish" while the file is made whole, "done"
    frame: int
    frames: int
    elapsed: float  # seconds
    result: RenderResult | None = None


def open_scene(loaded: Loaded) -> Scene:
    """Everything that the composition needs, looked up."""
    documents = (loaded.document,) if loaded.document else ()
    return resolve(loaded.composition, loaded.base, size=loaded.size, documents=documents)


def render(loaded: Loaded, path: Path, options: RenderOptions = RenderOptions()) -> Iterator[Progress]:
    """Renders to `path`, telling of each frame. Nothing stands under the final name until all of it is right."""
    started = clock.perf_counter()
    scene = open_scene(loaded)
    span = checked_span(options.span, scene)
    choice, output = chosen_output(scene, path, options, span)
    frames = span[1] - span[0]
    sound = _sound(scene, span)
    with _captions_beside(scene, span, options.captions), open_writer(output) as writer:
        written = _with_pictures(scene, writer, span, sound) if writer.pix_fmt else _sound_alone(scene, writer, sound)
        for done in written:
            yield Progress("draw", done, frames, clock.perf_counter() - started)
        yield Progress("finish", frames, frames, clock.perf_counter() - started)
    seconds = clock.perf_counter() - started
    result = RenderResult(
        path=path,
        width=scene.width,
        height=scene.height,
        fps=scene.fps,
        frames=frames,
        duration=frames / scene.fps,
        seconds=seconds,
        encoder=choice.codec.title,
        reason=choice.reason,
        bytes=_bytes(path),
        notes=tuple(_notes(loaded, scene, output, sound)),
    )
    yield Progress("done", frames, frames, seconds, result)


def still(loaded: Loaded, time: Fraction) -> NDArray[np.uint8]:
    """The frame at `time` (seconds): (height, width, 4) straight RGBA."""
    return next(stills(loaded, [time]))


def stills(loaded: Loaded, times: list[Fraction]) -> Iterator[NDArray[np.uint8]]:
    scene = open_scene(loaded)
    pictures = Pictures(scene.media)
    compositor = Compositor(scene.width, scene.height, scene.fonts, pictures)
    try:
        for time in times:
            if not 0 <= time < scene.duration:
                raise BadInput(
                    f"{float(time):g} s lies outside the composition, which lasts {float(scene.duration):g} s"
                )
            # The frame that a viewer sees then: times between two frames show the one before.
            shown = Fraction(int(time * scene.fps)) / scene.fps
            pictures.next_frame()
            pixels, _ = compositor.draw(evaluate(scene, shown))
            yield to_rgba(pixels)
    finally:
        pictures.close()


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
    choice = choose(options.encoder, suffix=path.suffix, alpha=alpha, size=(scene.width, scene.height))
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
        audio=sound or codec.encoder is None,
        audio_bitrate=options.audio_bitrate,
        title=scene.title,
        comment=scene.comment,
        chapters=tuple(_chapters(scene, span)),
    )
    return choice, output


def _captions_beside(scene: Scene, span: Span, path: Path | None) -> AbstractContextManager[None]:
    if path is None:
        return nullcontext()
    said = said_between(scene.captions, span[0] / scene.fps, span[1] / scene.fps)
    text = captions_text(said, path)
    if not said:
        raise BadInput(f"there are no captions to write to {path.name}: no captions layer says anything in this time")
    return beside(path, text)


def _chapters(scene: Scene, span: Span) -> Iterator[Chapter]:
    start, end = span[0] / scene.fps, span[1] / scene.fps
    inside = [(max(time, start), name) for time, name in scene.markers if time < end]
    for k, (time, name) in enumerate(inside):
        following = inside[k + 1][0] if k + 1 < len(inside) else end
        if following > time:
            yield Chapter(time - start, following - start, name)


def _notes(loaded: Loaded, scene: Scene, output: Output, sound: Sound) -> Iterator[str]:
    if scene.letterboxed:
        width, height = loaded.composition.size
        yield f"the composition is {width}×{height}: it was scaled to fit, its background fills the rest"
    if scene.background[3] < 65535 and not output.alpha and output.codec.encoder:
        yield f"the background lets light through; {output.codec.title} here does not hold that, so it stands on black"
    if scene.audio and not output.audio:
        yield f"the sound was left out: {output.codec.title} holds none"
    if isinstance(sound, Mix) and sound.clipped:
        yield f"the sound was too loud: {sound.clipped} samples were cut at full scale (lower volumes, or set “loudness”)"


def _with_pictures(scene: Scene, writer: Writer, span: Span, sound: Sound) -> Iterator[int]:
    """Draws and writes every frame of the span, its sound along with it.

    One after the other: an encoder's thread beside the drawing won nothing on two shared cores and cost a tenth more CPU.
    """
    blocks = iter(sound)
    made = Frames(scene.width, scene.height, writer.pix_fmt, scene.fonts, scene.media)
    try:
        for number in range(*span):
            writer.write(made.draw(evaluate(scene, number / scene.fps)))
            while writer.audio_behind and (block := next(blocks, None)) is not None:
                writer.write_audio(block)
            yield number - span[0] + 1
        if writer.output.audio:
            for block in blocks:
                writer.write_audio(block)
    finally:
        made.close()


def _sound_alone(scene: Scene, writer: Writer, sound: Sound) -> Iterator[int]:
    for block in sound:
        writer.write_audio(block)
        yield int(writer.samples * scene.fps / SAMPLE_RATE)


def _sound(scene: Scene, span: Span) -> Sound:
    """The mix of the span, as long as its pictures."""
    start, end = span[0] / scene.fps, span[1] / scene.fps
    clips = between(scene.audio, start, end)
    if scene.loudness is None:
        return mix(clips, end - start)
    return normalised(clips, end - start, scene.loudness)


def _bytes(path: Path) -> int:
    if path.is_dir():
        return sum(entry.stat().st_size for entry in path.iterdir())
    return path.stat().st_size if path.exists() else 0
