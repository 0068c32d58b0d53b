"""The document: one composition, and what it declares."""

import io
import json
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field

from render_engine.document.fields import ColorText, Model
from render_engine.document.fields import seconds as exact_seconds
from render_engine.document.late import LATE
from render_engine.document.markers import Markers
from render_engine.document.palette import AnyPalette
from render_engine.layers import AnyLayer
from render_engine.motion.motion_blur import MotionBlur

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from render_engine.document.load import Loaded
    from render_engine.render import Progress, RenderResult

MAX_SIDE = 16384
MAX_SECONDS = 4 * 3600


def parse_fps(value: float | str) -> Fraction:
    """Frames a second, exactly: 30, 29.97 (taken as 30000/1001) or "30000/1001"."""
    if isinstance(value, str):
        if not re.fullmatch(r"\d{1,6}(/\d{1,6}|\.\d{1,6})?", value):
            raise ValueError(f"“{value}” is not a frame rate: write 30, 29.97 or 30000/1001")
        fps = Fraction(value) if value.partition("/")[2].strip("0") or "/" not in value else Fraction(0)
    else:
        fps = Fraction(repr(value))
    for whole in (24, 30, 48, 60, 120):
        if abs(fps - Fraction(whole * 1000, 1001)) < Fraction(1, 100) and fps != whole:
            return Fraction(whole * 1000, 1001)
    if not Fraction(1) <= fps <= 240:
        raise ValueError("a frame rate lies between 1 and 240")
    return fps


def _checked_fps(value: float | str) -> float | str:
    parse_fps(value)
    return value


FrameRate = Annotated[
    float | str,
    AfterValidator(_checked_fps),
    Field(description="Frames a second: a number or a fraction like 30000/1001; 29.97 is taken as 30000/1001."),
]
Side = Annotated[int, Field(ge=16, le=MAX_SIDE)]


class Prop(Model):
    """A value that a document's user may set: `${name}` in strings, {"$prop": "name"} for whole values."""

    type: Literal["string", "number", "integer", "boolean", "color", "choice", "file", "list", "object"]
    default: Any = None
    help: str = ""
    min: float | None = None
    max: float | None = None
    choices: list[str] | None = None
    max_length: int | None = Field(None, ge=0)
    required: bool = False


class Composition(Model):
    """A video: its size, its time, and its layers from the lowest to the highest."""

    framekiln: Literal[1] = Field(1, description="Version of the format.")
    title: str = ""
    comment: str = ""
    size: tuple[Side, Side] = Field((1920, 1080), description="Width and height in px.")
    fps: FrameRate = 30
    duration: Annotated[float, Field(gt=0, le=MAX_SECONDS)] | None = Field(
        None, description="Seconds; as long as its layers if left out."
    )
    background: ColorText = "black"
    props: dict[str, Prop] = {}
    palette: AnyPalette | None = Field(None, description="Colours that the document reads as ${palette.primary}.")
    fonts: dict[str, str | list[str]] = Field({}, description="Family name → font file, or files of several weights.")
    fallback_fonts: list[str] = Field([], description="Families asked in turn for glyphs that a text's font lacks.")
    loudness: Annotated[float, Field(ge=-40, le=-5)] | None = Field(
        None, description="Target of the sound in LUFS (EBU R128); off if left out."
    )
    motion_blur: Annotated[MotionBlur, LATE] | None = Field(
        None, description="Of all layers that state none of their own."
    )
    markers: Markers = Field([], description="Named times, and beats, by which other times may be told.")
    layers: list[AnyLayer] = Field([], max_length=20_000)

    @property
    def rate(self) -> Fraction:
        return parse_fps(self.fps)

    def frame(
        self, seconds: float, *, size: tuple[int, int] | None = None, base: Path | None = None
    ) -> "NDArray[np.uint8]":
        """The picture at a time: (height, width, 4) uint8, straight RGBA, sRGB.

        `base` is the folder that file names are relative to; the current one if left out. Raises BadInput.
        """
        from render_engine.stills import still

        return still(self._loaded(base, size), exact_seconds(seconds))

    def render(
        self,
        path: str | Path,
        *,
        size: tuple[int, int] | None = None,
        base: Path | None = None,
        progress: "Callable[[Progress], None] | None" = None,
        **options: Any,
    ) -> "RenderResult":
        """Renders to a file; its suffix says the format. `options` are those of RenderOptions (encoder, crf, speed, …).

        Raises BadInput for what cannot be rendered, RenderFailed for what broke on the way.
        """
        from render_engine.render import RenderOptions, render

        told = None
        for told in render(self._loaded(base, size), Path(path), RenderOptions(**options)):
            if progress:
                progress(told)
        assert told is not None
        assert told.result is not None
        return told.result

    def save(self, path: str | Path) -> None:
        """Writes the document as JSON; what has its default value is left out."""
        from render_engine.document.write import raw_document

        fields = raw_document(self)
        Path(path).write_text(json.dumps(fields, indent=2, ensure_ascii=False) + "\n", "utf-8")

    def _repr_png_(self) -> bytes:
        """What a notebook shows: the first frame."""
        from PIL import Image

        out = io.BytesIO()
        Image.fromarray(self.frame(0)).save(out, "png")
        return out.getvalue()

    def _loaded(self, base: Path | None, size: tuple[int, int] | None) -> "Loaded":
        from render_engine.document.load import Loaded

        return Loaded(self, (base or Path.cwd()).absolute(), self.title or "composition", "python", size=size)
