"""Sound to be seen: bars, a line or a ring that follow the loudness of bands of pitch."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, partial
from typing import Literal, Self

from pydantic import Field, model_validator

from render_engine import display_list
from render_engine.display_list import Op, Path, quantise_matrix
from render_engine.document.fields import Extent, Pixels
from render_engine.document.gradient import AnyPaint
from render_engine.document.layer import VisualLayer
from render_engine.layers.curve import smooth
from render_engine.matrix import Matrix
from render_engine.media.audio_clip import Clip
from render_engine.timeline.context import Context
from render_engine.timeline.motion import Motion, merged
from render_engine.timeline.outline import quantised, rounded
from render_engine.timeline.paint import PaintAt, paint
from render_engine.timeline.scene import View
from render_engine.timeline.values_of import length as in_px

Row = tuple[float, ...]  # px of each band at one frame
STEP = 4  # heights are whole quarters of a px: what hardly moves stands still


class Visualiser(VisualLayer):
    """Bars, a line or a ring that move with the sound. Where it is silent they rest."""

    type: Literal["visualiser"] = "visualiser"
    style: Literal["bars", "line", "ring"] = "bars"
    source: str | None = Field(
        None,
        description="The id of a layer that is heard (as loud as it is before it ducks), or a file that begins with this "
        "layer; all that the composition sounds like if left out.",
    )
    size: tuple[Extent, Extent] = Field(("60%", "30%"), description="Width and height: px or percent of the parent.")
    bars: int = Field(48, ge=4, le=512, description="Bands of pitch; of a ring those of both its halves.")
    fill: AnyPaint = Field("white", description="A colour or a gradient over the whole size: of the bars or the line.")
    area: AnyPaint | None = Field(None, description="Under a line: a colour or a gradient; null for none.")
    gap: Pixels | None = Field(None, description="px between two bars; two fifths of their distance if left out.")
    radius: Pixels | None = Field(None, description="Of the bars' corners, in px; round if left out.")
    thickness: Pixels = Field(4, description="Of a line, in px.")
    inner: float = Field(0.6, ge=0.05, le=0.95, description="A ring's resting circle, as a share of its size.")
    mirror: bool = Field(False, description="Both ways from the middle (of a ring: inwards too), not only up.")
    low: float = Field(50, ge=10, le=20_000, description="Hz where the lowest band begins.")
    high: float = Field(10_000, ge=20, le=22_000, description="Hz where the highest band ends.")
    smoothing: float = Field(0.5, ge=0, le=1, description="0 follows every change at once, 1 moves slowly.")
    gain: float = Field(0, ge=-60, le=60, description="dB more; the loudest sound reaches the top at 0.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.high < 2 * self.low:
            raise ValueError("“high” is an octave over “low” at least")
        return self


@dataclass(frozen=True)
class VisualiserContent:
    """`rows`: one for each frame of its composition from the first that shows it; filled when all sound is known."""

    width: float
    height: float
    draws: Callable[[Row], tuple[Path, Path | None]]  # what `fill` paints, and the area
    fill: PaintAt
    area: PaintAt | None
    thickness: float | None  # of a line; None: outlines are filled
    fps: Fraction
    offset: Fraction  # when it begins, on its composition's clock
    painting: Motion
    rows: list[Row] = field(default_factory=list, init=False, compare=False, repr=False)

    @property
    def baseline(self) -> float:
        return self.height

    @property
    def single(self) -> bool:
        return self.area is None

    @cached_property
    def motion(self) -> Motion:
        """The frames at which a row is another than the one before."""
        first = self._number(Fraction(0))
        changes = [k for k in range(1, len(self.rows)) if self.rows[k] != self.rows[k - 1]]
        times = (float((first + k) / self.fps - self.offset) for k in changes)
        return merged([self.painting, tuple((time, time) for time in times)])

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        seconds, box = time.numerator / time.denominator, (0.0, 0.0, self.width, self.height)
        path, under = self.draws(self._row(time))
        place, tint = quantise_matrix(matrix), self.fill(seconds, box)
        if self.thickness is None:
            return (display_list.Shape(quantised(path), place, tint),)
        line = display_list.Stroke(tint, self.thickness, "round", "round")
        drawn = display_list.Shape(quantised(path), place, None, line)
        if self.area is None or under is None:
            return (drawn,)
        return (display_list.Shape(quantised(under), place, self.area(seconds, box)), drawn)

    def _row(self, time: Fraction) -> Row:
        number = self._number(time) - self._number(Fraction(0))
        return self.rows[min(max(number, 0), len(self.rows) - 1)]

    def _number(self, time: Fraction) -> int:
        return math.floor((self.offset + time) * self.fps)


def resolve(layer: Visualiser, context: Context) -> VisualiserContent:
    width, height = in_px(layer.size[0], context.width), in_px(layer.size[1], context.height)
    values = context.values
    content = VisualiserContent(
        width=width,
        height=height,
        draws=partial(_STYLES[layer.style], layer, width, height),
        fill=paint(layer.fill, values),
        area=None if layer.area is None or layer.style != "line" else paint(layer.area, values),
        thickness=float(layer.thickness) if layer.style == "line" else None,
        fps=values.fps,
        offset=context.offset,
        painting=values.motion,
    )
    context.listeners.append(lambda clips: content.rows.extend(_rows(layer, clips, content, context)))
    return content


def _rows(layer: Visualiser, clips: Sequence[Clip], content: VisualiserContent, context: Context) -> list[Row]:
    """Levels as px, for every frame that may show the layer."""
    from render_engine.media.spectrum import Bands, levels  # needs the media libraries

    first = math.floor(context.offset * content.fps)
    frames = range(first, max(first + 1, math.ceil((context.offset + context.length) * content.fps)))
    count = (layer.bars + 1) // 2 if layer.style == "ring" else layer.bars
    bands = Bands(count, layer.low, layer.high, layer.smoothing, layer.gain)
    found = levels(_heard(layer, clips, context), frames, content.fps, bands)
    reach = _reach(layer, content.width, content.height)
    return [tuple(round(level * reach * STEP) / STEP for level in row) for row in found.tolist()]


def _heard(layer: Visualiser, clips: Sequence[Clip], context: Context) -> Sequence[Clip]:
    if layer.source is None:
        return clips
    named = [clip for clip in clips if layer.source in clip.layers]
    if named:
        return named
    if not (context.base / layer.source).exists():
        ids = ", ".join(sorted({name for clip in clips for name in clip.layers})) or "none has an id"
        raise context.wrong(f"“{layer.source}” is neither a file nor the id of a layer with sound ({ids})", "source")
    info = context.probe(layer.source)
    if info.audio is None:
        raise context.wrong(f"{info.path.name} has no sound", "source")
    return (Clip(info.path, context.offset, context.length),)


def _reach(layer: Visualiser, width: float, height: float) -> float:
    """px from rest to the top."""
    if layer.style == "ring":
        radius = min(width, height) / 2
        return max(0.0, radius * (1 - layer.inner) - _bar(layer, 2 * math.pi * radius * layer.inner))
    rest = layer.thickness if layer.style == "line" else _bar(layer, width)
    return max(0.0, height - rest) / (2 if layer.mirror else 1)


def _bar(layer: Visualiser, along: float) -> float:
    """How wide a bar is, and so how high at rest."""
    pitch = along / layer.bars
    return max(1.0, pitch - (0.4 * pitch if layer.gap is None else layer.gap))


def _bars(layer: Visualiser, width: float, height: float, row: Row) -> tuple[Path, None]:
    bar, pitch = _bar(layer, width), width / layer.bars
    radius = bar / 2 if layer.radius is None else layer.radius
    boxes = []
    for k, level in enumerate(row):
        high = bar + level * (2 if layer.mirror else 1)
        top = (height - high) / 2 if layer.mirror else height - high
        boxes.append(rounded(pitch * (k + 0.5) - bar / 2, top, bar, high, radius))
    return _joined(boxes), None


def _ring(layer: Visualiser, width: float, height: float, row: Row) -> tuple[Path, None]:
    """From the bottom, where it is lowest, up both sides."""
    radius = min(width, height) / 2 * layer.inner
    bar = _bar(layer, 2 * math.pi * radius)
    corner = bar / 2 if layer.radius is None else layer.radius
    bars = []
    for k in range(layer.bars):
        level = row[min(k, layer.bars - 1 - k)]
        inwards = min(level, radius * 0.6) if layer.mirror else 0.0
        upright = rounded(-bar / 2, radius - inwards, bar, bar + level + inwards, corner)
        bars.append(_turned(upright, 2 * math.pi * (k + 0.5) / layer.bars, width / 2, height / 2))
    return _joined(bars), None


def _line(layer: Visualiser, width: float, height: float, row: Row) -> tuple[Path, Path]:
    """A curve through the levels that rises from rest at both ends; mirrored, two of them with the area in between."""
    inset = layer.thickness / 2
    base = height / 2 if layer.mirror else height - inset
    step = (width - 2 * inset) / (len(row) + 1)
    points = [(inset + step * k, level) for k, level in enumerate((0.0, *_tapered(row), 0.0))]
    upper = smooth([(x, base - level) for x, level in points])
    if not layer.mirror:
        return upper, _closed(upper, base)
    lower = smooth([(x, base + level) for x, level in points])
    return _joined([upper, lower]), _joined([_closed(upper, base), _closed(lower, base)])


def _tapered(row: Row) -> Row:
    """Lower towards both ends, within a tenth of the way."""
    most = len(row) / 10 + 1
    return tuple(level * min(1.0, (min(k, len(row) - 1 - k) + 1) / most) for k, level in enumerate(row))


_STYLES: dict[str, Callable[[Visualiser, float, float, Row], tuple[Path, Path | None]]] = {
    "bars": _bars,
    "ring": _ring,
    "line": _line,
}


def _joined(paths: Sequence[Path]) -> Path:
    return Path("".join(path.verbs for path in paths), tuple(c for path in paths for c in path.points))


def _closed(path: Path, base: float) -> Path:
    return Path(path.verbs + "LLZ", (*path.points, path.points[-2], base, path.points[0], base))


def _turned(path: Path, turn: float, x: float, y: float) -> Path:
    """About the origin, and then moved."""
    cos, sin = math.cos(turn), math.sin(turn)
    pairs = zip(path.points[0::2], path.points[1::2], strict=True)
    return Path(path.verbs, tuple(c for px, py in pairs for c in (x + px * cos - py * sin, y + px * sin + py * cos)))
