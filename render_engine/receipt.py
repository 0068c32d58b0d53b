"""The receipt of a render: what was made, from what, by what. It stands beside the file as `<name>.receipt.json`.

It holds the whole composition, so that `framekiln verify` can draw it again also where it came from a template or from
Python, and hashes (BLAKE2b-128) of all that went in and came out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from render_engine.checked import file_hash, key_of
from render_engine.document.write import validated_json
from render_engine.encode.beside import beside
from render_engine.encode.codecs import CODECS
from render_engine.encode.output import Output
from render_engine.encode.packets import sound_digest
from render_engine.engine import engine_identity
from render_engine.errors import BadInput
from render_engine.film import Film
from render_engine.media.content import content_hash
from render_engine.segments.segment import Segment
from render_engine.timeline.scene import Scene

VERSION = 1


@dataclass(frozen=True)
class Input:
    """A file that was read; its path is relative to the base where it lies in there."""

    path: str
    kind: str  # video, image, svg, sound, font; data: captions, transcripts, nested documents
    hash: str


@dataclass(frozen=True)
class FontUsed:
    family: str
    weight: int
    italic: bool
    file: str
    hash: str  # of the file's bytes, the face and its axes


@dataclass(frozen=True)
class EncoderUsed:
    asked: str
    got: str  # a name in CODECS
    why: str
    settings: str  # all that decides the bytes: options, sizes, versions; the card for hardware
    crf: float | None
    speed: str
    alpha: bool
    max_rate: int | None
    bit_depth: int | None = None  # of a sample, where it was asked for


@dataclass(frozen=True)
class RendererUsed:
    asked: str
    got: str  # cpu or cuda
    why: str


@dataclass(frozen=True)
class SoundMade:
    key: str
    bit_rate: int
    packets: str  # hash of their contents


@dataclass(frozen=True)
class SegmentMade:
    first: int
    frames: int
    key: str
    packets: str  # hash of their contents as they stand in the file; "" in a GIF, which is encoded as a whole


@dataclass(frozen=True)
class Made:
    name: str
    bytes: int
    hash: str


@dataclass(frozen=True)
class Receipt:
    receipt: int
    created: str  # UTC
    engine: str
    source: str  # as it was asked for
    document: str | None
    base: str  # the folder that file names are relative to
    size: tuple[int, int]
    fps: str
    span: tuple[int, int]  # first frame of the composition, and the one after the last
    encoder: EncoderUsed
    sound: SoundMade | None
    inputs: tuple[Input, ...]
    fonts: tuple[FontUsed, ...]
    segments: tuple[SegmentMade, ...]
    file: Made
    composition: str  # JSON, as it was validated; reads as the same composition
    card: Mapping[str, Any] | None = None  # what the frames that were drawn cost on it: bytes, launches, seconds
    renderer: RendererUsed = RendererUsed("cpu", "cpu", "there was no other")  # in receipts that do not say

    @property
    def frames(self) -> int:
        return self.span[1] - self.span[0]

    @property
    def input_paths(self) -> Iterator[tuple[Input, Path]]:
        return ((each, Path(self.base) / each.path) for each in self.inputs)

    def output(self, path: Path) -> Output:
        """What was asked to be written, at its place of now."""
        encoder = self.encoder
        width, height = self.size
        return Output(
            path=path,
            width=width,
            height=height,
            fps=Fraction(self.fps),
            codec=CODECS[encoder.got],
            crf=encoder.crf,
            speed=encoder.speed,
            alpha=encoder.alpha,
            max_rate=encoder.max_rate,
            bit_depth=encoder.bit_depth,
            renderer=self.renderer.got,
            audio=self.sound is not None,
            audio_bitrate=self.sound.bit_rate if self.sound else 0,
        )


def receipt_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.receipt.json")


def write_receipt(
    film: Film,
    inputs: tuple[Input, ...],
    segments: Sequence[Segment],
    packets: Sequence[str],
    sound: Path | None,
    card: Mapping[str, Any] | None = None,
) -> Path:
    """Beside the finished file. `inputs`: as `inputs_of` told them before it was joined. `packets`: each segment's, as `stitch`
    tells them (of a GIF and of a PNG sequence it has none to tell). `sound`: its file in the journal."""
    receipt = replace(_receipt(film, inputs, segments, packets, sound), card=card)
    path = receipt_path(film.output.path)
    with beside(path, _text(receipt)):
        pass
    return path


def read_receipt(path: Path) -> Receipt:
    """The receipt beside a file. BadInput where there is none, or it cannot be read."""
    beside_it = receipt_path(path)
    try:
        fields = json.loads(beside_it.read_text("utf-8"))
        if fields["receipt"] != VERSION:
            raise BadInput(
                f"{beside_it.name} is of version {fields['receipt']}, and this Framekiln reads {VERSION}: update it."
            )
        return Receipt(**fields | _parts(fields))
    except FileNotFoundError as error:
        raise BadInput(
            f"{path.name} has no receipt: there is no {beside_it.name} beside it. Render it again to get one."
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{beside_it.name} is not a receipt, or it was damaged: render {path.name} again.") from error


def _parts(fields: dict[str, Any]) -> dict[str, Any]:
    sound = fields["sound"]
    return {
        "size": tuple(fields["size"]),
        "span": tuple(fields["span"]),
        "encoder": EncoderUsed(**fields["encoder"]),
        "sound": SoundMade(**sound) if sound else None,
        "inputs": tuple(Input(**each) for each in fields["inputs"]),
        "fonts": tuple(FontUsed(**each) for each in fields["fonts"]),
        "segments": tuple(SegmentMade(**each) for each in fields["segments"]),
        "file": Made(**fields["file"]),
        "composition": json.dumps(fields["composition"]),
        **({"renderer": RendererUsed(**fields["renderer"])} if "renderer" in fields else {}),
    }


def _text(receipt: Receipt) -> str:
    """A line for each thing, for people; the composition, which can be large, in one line as it is."""
    fields = asdict(receipt)
    composition = fields.pop("composition")
    rest = json.dumps(fields, ensure_ascii=False, indent=1).removesuffix("\n}")
    return f'{rest},\n "composition": {composition}\n}}\n'


def _receipt(
    film: Film, inputs: tuple[Input, ...], segments: Sequence[Segment], packets: Sequence[str], sound: Path | None
) -> Receipt:
    output, loaded = film.output, film.loaded
    counts = [segment.frames for segment in segments]
    if output.codec.name == "png":
        packets = picture_hashes(output.path, counts)
    if output.codec.name == "gif":
        packets = [""] * len(counts)
    return Receipt(
        receipt=VERSION,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        engine=engine_identity(),
        source=loaded.source,
        document=str(loaded.document) if loaded.document else None,
        base=str(loaded.base),
        size=(output.width, output.height),
        fps=str(output.fps),
        span=film.span,
        encoder=EncoderUsed(
            film.choice.asked,
            output.codec.name,
            film.choice.reason,
            output.video.identity(),
            output.crf,
            output.speed,
            output.alpha,
            output.max_rate,
            output.bit_depth,
        ),
        sound=SoundMade(key_of(sound), output.audio_bitrate, sound_digest(sound)) if sound else None,
        inputs=inputs,
        fonts=tuple(FontUsed(f.family, f.weight, f.italic, f.path.name, f.hash) for f in film.scene.fonts.used()),
        segments=tuple(
            SegmentMade(segment.first, segment.frames, segment.key, digest)
            for segment, digest in zip(segments, packets, strict=True)
        ),
        file=made(output.path, film.frames),
        composition=validated_json(loaded.composition),
        renderer=RendererUsed(film.renderer.asked, film.renderer.name, film.renderer.reason),
    )


def inputs_of(scene: Scene, base: Path) -> Iterator[Input]:
    kinds = {clip.path: "sound" for clip in scene.audio}
    kinds |= {medium.path: medium.kind for medium in scene.media.values()}
    kinds |= {font.path: "font" for font in scene.fonts.used()}
    for path in scene.inputs:
        name = path.relative_to(base) if path.is_relative_to(base) else path
        yield Input(name.as_posix(), kinds.get(path, "data"), content_hash(path))


def made(path: Path, frames: int) -> Made:
    """The file, or all pictures of a sequence taken together."""
    files = files_of(path, frames)
    if files == [path]:
        return Made(path.name, path.stat().st_size, file_hash(path))
    (together,) = picture_hashes(path, [frames])
    return Made(path.name, sum(file.stat().st_size for file in files if file.exists()), together)


def files_of(path: Path, frames: int) -> list[Path]:
    """The file itself; of a PNG sequence, which is a folder or a pattern, one for each frame."""
    if path.suffix and "%" not in path.name:
        return [path]
    folder, pattern = (path.parent, path.name) if path.suffix else (path, "%05d.png")
    return [folder / (pattern % number) for number in range(1, frames + 1)]


def picture_hashes(path: Path, counts: Sequence[int]) -> list[str]:
    """Of each run of `counts` pictures of a sequence, taken together; a picture that is not there is as if it were empty."""
    files = iter(files_of(path, sum(counts)))
    hashes = []
    for count in counts:
        digest = hashlib.blake2b(digest_size=16)
        for _, file in zip(range(count), files, strict=False):
            if file.exists():
                digest.update(file.read_bytes())
        hashes.append(digest.hexdigest())
    return hashes
