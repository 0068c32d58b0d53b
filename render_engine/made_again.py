"""The proof of a receipt: what its composition shows is made again, and compared with what stands in the file."""

from __future__ import annotations

import json
import math
import random
import tempfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av

from render_engine.cpu.frames import Frames
from render_engine.document.load import Loaded, validated
from render_engine.encode.packets import packet_digests, sound_digest
from render_engine.encode.segment import open_segment
from render_engine.encode.sound import write_sound
from render_engine.encode.video_settings import VideoSettings
from render_engine.errors import FramekilnError, MediaError
from render_engine.fidelity import asked_psnr, worst_psnr
from render_engine.film import open_scene
from render_engine.finding import Finding, all_of, are, listed, segment_name
from render_engine.media.decoder import FrameDecoder
from render_engine.media.probe import probe
from render_engine.receipt import Receipt, files_of
from render_engine.segments.segment import Segment
from render_engine.segments.shown import measured, segments_of
from render_engine.segments.sound import Sound
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.scene import Scene


def made_again(
    path: Path, receipt: Receipt, same_engine: bool, frames: int, chance: random.Random
) -> Iterator[Finding]:
    try:
        scene = _scene(receipt)
    except FramekilnError as error:
        yield Finding("frame", False, f"its composition cannot be opened by this engine: {error}")
        return
    yield _fonts(receipt, scene)
    if receipt.segments:
        numbers = sorted(chance.sample(range(receipt.frames), min(frames, receipt.frames)))
        yield from _frames(path, receipt, scene, numbers)
    if not same_engine:
        return
    if receipt.segments:
        yield _segment(receipt, scene, chance.randrange(len(receipt.segments)))
    if receipt.sound:
        yield _sound_again(path, receipt, scene)


def _fonts(receipt: Receipt, scene: Scene) -> Finding:
    then = {font.hash: f"{font.family} {font.weight}" for font in receipt.fonts}
    now = {font.hash for font in scene.fonts.used()}
    lost = sorted(name for hashed, name in then.items() if hashed not in now)
    if lost:
        return Finding("fonts", False, f"{listed(lost)} {are(lost)} not the same font any more")
    if not then:
        return Finding("fonts", True, "no font was used")
    return Finding("fonts", True, f"{all_of(len(then), 'font')} as then: {', '.join(sorted(set(then.values())))}")


def _scene(receipt: Receipt) -> Scene:
    document = Path(receipt.document) if receipt.document else None
    composition = validated(json.loads(receipt.composition))
    return open_scene(
        Loaded(composition, Path(receipt.base), receipt.file.name, receipt.source, document, receipt.size)
    )


def _frames(path: Path, receipt: Receipt, scene: Scene, numbers: Sequence[int]) -> Iterator[Finding]:
    settings = receipt.output(path).video
    asked = asked_psnr(settings)
    drawing = Frames(settings.width, settings.height, settings.pixel_format, scene.fonts, scene.media)
    try:
        for number, decoded in _decoded(path, receipt, numbers):
            at = number + receipt.span[0]
            drawn = drawing.draw(evaluate(scene, at / scene.fps))
            found = worst_psnr(drawn, decoded)
            name = f"frame {number} ({float(number / Fraction(receipt.fps)):.2f} s)"
            yield Finding("frame", found >= asked, f"{name} {_likeness(found, asked)}")
    except (MediaError, av.FFmpegError) as error:
        yield Finding("frame", False, f"its pictures cannot be decoded: {error}")
    finally:
        drawing.close()


def _likeness(found: float, asked: float) -> str:
    if found == math.inf:
        return "is what the composition shows, to the last bit"
    if asked == math.inf:
        return "is not what the composition shows: the two must be equal, and are not"
    where = f"{found:.1f} dB where they differ most, {asked:.0f} {'are' if asked != 1 else 'is'} asked"
    return f"is {'' if found >= asked else 'not '}what the composition shows ({where})"


def _decoded(path: Path, receipt: Receipt, numbers: Sequence[int]) -> Iterator[tuple[int, av.VideoFrame]]:
    if receipt.encoder.got == "png":
        files = files_of(path, receipt.frames)
        return ((number, _first(files[number])) for number in numbers)
    if receipt.encoder.got == "gif":
        return _in_turn(path, set(numbers))
    return _sought(path, receipt, numbers)


def _first(path: Path) -> av.VideoFrame:
    with av.open(str(path)) as container:
        return next(container.decode(video=0))


def _in_turn(path: Path, numbers: set[int]) -> Iterator[tuple[int, av.VideoFrame]]:
    with av.open(str(path)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number in numbers:
                yield number, frame


def _sought(path: Path, receipt: Receipt, numbers: Sequence[int]) -> Iterator[tuple[int, av.VideoFrame]]:
    video = probe(path).video
    if video is None or len(video.frame_times) != receipt.frames:
        held = len(video.frame_times) if video else 0
        raise MediaError(f"{path.name} holds {held} pictures, and {receipt.frames} were rendered.")
    decoder = FrameDecoder(path, video)
    try:
        for number in numbers:
            yield number, decoder.frame(number)
    finally:
        decoder.close()


def _segment(receipt: Receipt, scene: Scene, number: int) -> Finding:
    """One segment, drawn and encoded as every segment is."""
    then = receipt.segments[number]
    name = segment_name(then, number)
    settings = receipt.output(Path(receipt.file.name)).video
    (segment,) = segments_of([measured(scene, (then.first, then.first + then.frames))], settings.identity())
    if segment.key != then.key:
        return Finding("segment", False, f"{name} shows something else today: its composition gives another key")
    if settings.row.hardware or settings.renderer != "cpu" or receipt.encoder.got == "gif":
        return Finding("segment", True, f"{name} is made of the same frames: its key is the same")
    with tempfile.TemporaryDirectory(prefix="framekiln-") as folder:
        again = Path(folder, "segment")
        _encode(again, settings, scene, segment)
        same = packet_digests(again, [segment.frames]) == [then.packets]
    return Finding("segment", same, f"{name} was rendered again: {'the same bytes' if same else 'other bytes'}")


def _encode(path: Path, settings: VideoSettings, scene: Scene, segment: Segment) -> None:
    drawing = Frames(settings.width, settings.height, settings.pixel_format, scene.fonts, scene.media)
    try:
        with open_segment(settings, path) as writer:
            for number in range(segment.first, segment.last):
                writer.write(drawing.draw(evaluate(scene, number / scene.fps)))
    finally:
        drawing.close()


def _sound_again(path: Path, receipt: Receipt, scene: Scene) -> Finding:
    assert receipt.sound
    start, end = (number / scene.fps for number in receipt.span)
    sound = Sound(scene.audio, start, end, scene.loudness, receipt.output(path))
    if sound.key != receipt.sound.key:
        return Finding("sound", False, "its sound is another one today: its composition gives another key")
    with tempfile.TemporaryDirectory(prefix="framekiln-") as folder:
        again = Path(folder, "sound")
        write_sound(receipt.output(path), sound.blocks(), again)
        same = sound_digest(again) == receipt.sound.packets
    return Finding("sound", same, f"its sound was mixed again: {'the same bytes' if same else 'other bytes'}")
