"""The waist of the engine: what one frame shows, as plain values with bounds and digests.

Above it nothing draws; below it nothing knows a keyframe. A display list has no defaults, no names and no times.
Numbers are quantised when an op is made (positions 1/256 px, matrix terms 2⁻²⁰, opacity 2⁻¹², colours 1/65535), so
that springs settle and platforms agree; digests hash the same integers that compositors draw.

    Op = Shape | Glyphs | Group | Backdrop
    Paint = Solid | Gradient | Picture
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, ClassVar, Generic, Literal, TypeVar

from render_engine.matrix import IDENTITY, Box, Matrix, determinant, map_box, scale_of

T = TypeVar("T")


class known(Generic[T]):  # noqa: N801 - used like property
    """A property that is asked once and then known. Unlike functools' it takes no lock: asked twice, it says the same."""

    def __init__(self, ask: Callable[[Any], T]) -> None:
        self._ask = ask

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type) -> T:
        found: T = self._ask(instance)
        instance.__dict__[self._name] = found
        return found


Rgba = tuple[int, int, int, int]  # straight sRGB, 0…65535 each
Rect = tuple[int, int, int, int]  # x0, y0, x1, y1 in whole pixels, x1 and y1 outside
EMPTY: Rect = (0, 0, 0, 0)

FAR = 1 << 24  # px: a quantised transform can throw a corner far away; the canvas never is

OPAQUE = 4096  # opacity 1.0
Blend = Literal[
    "normal", "multiply", "screen", "overlay", "darken", "lighten", "color-dodge", "color-burn", "hard-light",
    "soft-light", "difference", "exclusion", "hue", "saturation", "color", "luminosity", "add",
]  # fmt: skip


def quantise_opacity(value: float) -> int:
    if value >= 1.0:
        return OPAQUE
    return round(value * OPAQUE) if value > 0.0 else 0


def quantise_matrix(m: Matrix) -> Matrix:
    """Linear terms to 2⁻²⁰, positions to 1/256 px, perspective terms to 2⁻³⁶; −0 becomes 0."""
    k = 1048576.0
    if m[6] == m[7] == 0.0 and m[8] == 1.0:
        return (
            round(m[0] * k) / k, round(m[1] * k) / k, round(m[2] * k) / k, round(m[3] * k) / k,
            round(m[4] * 256.0) / 256.0, round(m[5] * 256.0) / 256.0, 0.0, 0.0, 1.0,
        )  # fmt: skip
    p = 2.0**36
    return (
        round(m[0] * k) / k, round(m[1] * k) / k, round(m[2] * k) / k, round(m[3] * k) / k,
        round(m[4] * 256.0) / 256.0, round(m[5] * 256.0) / 256.0, round(m[6] * p) / p, round(m[7] * p) / p,
        round(m[8] * k) / k,
    )  # fmt: skip


def _hash(tag: bytes, *parts: bytes) -> bytes:
    return blake2b(b"".join((tag, *parts)), digest_size=16).digest()


def _doubles(values: Sequence[float]) -> bytes:
    # Quantised numbers are exact multiples of a power of two: their doubles are as canonical as the integers.
    return struct.pack(f"<{len(values)}d", *values)


_PLACE = struct.Struct("<9dH")  # a matrix and an opacity


def _each(items: Iterable[bytes]) -> bytes:
    joined = b"".join(items)
    return struct.pack("<I", len(joined)) + joined


def grow(rect: Rect, by: int) -> Rect:
    return (rect[0] - by, rect[1] - by, rect[2] + by, rect[3] + by)


def moved(rect: Rect, x: int, y: int) -> Rect:
    return (rect[0] + x, rect[1] + y, rect[2] + x, rect[3] + y)


def union(one: Rect, other: Rect) -> Rect:
    if one[0] >= one[2] or one[1] >= one[3]:
        return other
    if other[0] >= other[2] or other[1] >= other[3]:
        return one
    return (min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3]))


def intersect(one: Rect, other: Rect) -> Rect:
    x0, y0, x1, y1 = max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else EMPTY


def whole_pixels(box: Box | None, margin: float = 0.0) -> Rect:
    if box is None:
        return EMPTY
    x0, y0 = math.floor(box[0] - margin), math.floor(box[1] - margin)
    x1, y1 = math.ceil(box[2] + margin), math.ceil(box[3] + margin)
    if x0 >= -FAR and y0 >= -FAR and x1 <= FAR and y1 <= FAR:
        return (x0, y0, x1, y1)
    return (max(-FAR, x0), max(-FAR, y0), min(FAR, x1), min(FAR, y1))


# ---------------------------------------------------------------------------------------------------------- paint


@dataclass(frozen=True)
class Solid:
    color: Rgba

    @known
    def digest(self) -> bytes:
        return struct.pack("<c4H", b"s", *self.color)


@dataclass(frozen=True)
class Gradient:
    """Colours along a geometry in the op's own coordinates, interpolated premultiplied, dithered when drawn.

    linear: (x0, y0, x1, y1). radial: (cx, cy, rx, ry). conic: (cx, cy, angle in degrees clockwise from the top).
    """

    kind: Literal["linear", "radial", "conic"]
    geometry: tuple[float, ...]
    stops: tuple[tuple[float, Rgba], ...]  # offsets rise from 0 to 1
    spread: Literal["pad", "repeat", "reflect"] = "pad"

    @known
    def digest(self) -> bytes:
        stops = b"".join(struct.pack("<d4H", offset, *color) for offset, color in self.stops)
        return _hash(b"gradient", self.kind.encode(), self.spread.encode(), _doubles(self.geometry), _each([stops]))


@dataclass(frozen=True)
class Picture:
    """Pixels of a medium: source px (0…width, 0…height) placed into the op's coordinates by `matrix`."""

    source: str  # content hash; the scene knows its file
    frame: int  # index of a video's frame; -1 for a still picture
    width: float
    height: float
    matrix: Matrix = IDENTITY
    smooth: bool = True

    @known
    def digest(self) -> bytes:
        size = struct.pack("<q2d?", self.frame, self.width, self.height, self.smooth)
        return _hash(b"picture", self.source.encode(), size, _doubles(self.matrix))


Paint = Solid | Gradient | Picture


@dataclass(frozen=True)
class Stroke:
    """A line along the outline. `under`: painted before the fill, so that only its outer half shows."""

    paint: Paint
    width: float
    cap: Literal["butt", "round", "square"] = "butt"
    join: Literal["miter", "round", "bevel"] = "miter"
    dashes: tuple[float, ...] = ()  # lengths of dash, gap, dash, … in px
    dash_offset: float = 0.0
    under: bool = False

    @known
    def digest(self) -> bytes:
        numbers = _doubles((self.width, self.dash_offset, *self.dashes))
        return _hash(b"stroke", self.paint.digest, f"{self.cap} {self.join} {self.under}".encode(), numbers)

    @property
    def reach(self) -> float:
        return self.width * (2.0 if self.join == "miter" else 0.75)  # Qt's miter limit of 2 widths


# ------------------------------------------------------------------------------------------------------------ ops


@dataclass(frozen=True)
class Path:
    """An outline: `verbs` of M (1 point), L (1), Q (2), C (3), Z (0), with their points flat in `points`."""

    verbs: str
    points: tuple[float, ...]
    even_odd: bool = False

    @known
    def digest(self) -> bytes:
        return _hash(b"path", self.verbs.encode(), _doubles(self.points), b"1" if self.even_odd else b"0")

    @known
    def box(self) -> Box:
        xs, ys = self.points[0::2], self.points[1::2]
        return (min(xs), min(ys), max(xs), max(ys)) if xs else (0.0, 0.0, 0.0, 0.0)

    @known
    def is_rectangle(self) -> bool:
        if self.verbs != "MLLLZ":
            return False
        x0, y0, x1, y1, x2, y2, x3, y3 = self.points
        return x0 == x3 and y0 == y1 and x1 == x2 and y2 == y3


def rectangle(x: float, y: float, width: float, height: float) -> Path:
    return Path("MLLLZ", (x, y, x + width, y, x + width, y + height, x, y + height))


def _covered(matrix: Matrix, box: Box, stroke: Stroke | None) -> Rect:
    """All pixels that are written, the soft edge too; none where the plane has no area or is seen edge-on."""
    if -1e-9 < determinant(matrix) < 1e-9:
        return EMPTY
    margin = stroke.reach * scale_of(matrix) if stroke else 0.0
    return whole_pixels(map_box(matrix, box), margin + 1)


@dataclass(frozen=True)
class Shape:
    """An outline, filled and stroked. Video, images and gradients are fills of rectangles."""

    path: Path
    matrix: Matrix
    fill: Paint | None
    stroke: Stroke | None = None
    opacity: int = OPAQUE
    blend: Blend = "normal"

    @known
    def digest(self) -> bytes:
        fill, stroke = self.fill, self.stroke
        return _hash(
            b"shape", self.path.digest, _PLACE.pack(*self.matrix, self.opacity), fill.digest if fill else b"-",
            stroke.digest if stroke else b"-", self.blend.encode(),
        )  # fmt: skip

    def faded(self, opacity: int, blend: Blend) -> Shape:
        return Shape(self.path, self.matrix, self.fill, self.stroke, opacity, blend)

    @property
    def extent(self) -> Box:
        """What the fill covers, in the op's own coordinates."""
        return self.path.box

    @known
    def bounds(self) -> Rect:
        return _covered(self.matrix, self.path.box, self.stroke)


@dataclass(frozen=True)
class GlyphRun:
    """Glyphs of one font at one size, in px: (glyph id, x, y of the origin on the baseline)."""

    font: str  # content hash
    size: float
    glyphs: tuple[tuple[int, float, float], ...]
    color: bool = False  # the font's own colours (emoji): paint does not apply

    @known
    def digest(self) -> bytes:
        body = b"".join(struct.pack("<Idd", *glyph) for glyph in self.glyphs)
        return _hash(b"run", self.font.encode(), struct.pack("<d?", self.size, self.color), body)


@dataclass(frozen=True)
class Glyphs:
    """Shaped text. `box` holds all ink of the runs, in the op's own coordinates."""

    runs: tuple[GlyphRun, ...]
    box: Box
    matrix: Matrix
    fill: Paint | None
    stroke: Stroke | None = None
    opacity: int = OPAQUE
    blend: Blend = "normal"

    @known
    def digest(self) -> bytes:
        fill, stroke = self.fill, self.stroke
        return _hash(
            b"glyphs", _each([run.digest for run in self.runs]), _PLACE.pack(*self.matrix, self.opacity),
            fill.digest if fill else b"-", stroke.digest if stroke else b"-", self.blend.encode(),
        )  # fmt: skip

    def faded(self, opacity: int, blend: Blend) -> Glyphs:
        return Glyphs(self.runs, self.box, self.matrix, self.fill, self.stroke, opacity, blend)

    @property
    def extent(self) -> Box:
        return self.box

    @known
    def bounds(self) -> Rect:
        return _covered(self.matrix, self.box, self.stroke)


@dataclass(frozen=True)
class Table:
    """Numbers of any shape that an effect looks up: a curve, a cube of colours. float32, row by row."""

    shape: tuple[int, ...]
    values: bytes

    @known
    def digest(self) -> bytes:
        return _hash(b"table", struct.pack(f"<{len(self.shape)}I", *self.shape), self.values)


@dataclass(frozen=True)
class Effect:
    """One step over a group's texture. `reach`: how many px further than it writes it reads.

    `inputs`: ops that are drawn beside the texture, in its coordinates, for the effect to look at.
    """

    name: str
    numbers: tuple[float, ...]
    reach: int
    colors: tuple[Rgba, ...] = ()
    tables: tuple[Table, ...] = ()
    inputs: tuple[tuple[Op, ...], ...] = ()

    @known
    def digest(self) -> bytes:
        colors = b"".join(struct.pack("<4H", *color) for color in self.colors)
        return _hash(
            b"effect", self.name.encode(), _doubles(self.numbers), colors, _each(table.digest for table in self.tables),
            *(_each(op.digest for op in items) for items in self.inputs),
        )  # fmt: skip


@dataclass(frozen=True)
class Matte:
    """Ops drawn beside a group's texture, in its coordinates; their alpha or luminance keeps or drops the group."""

    items: tuple[Op, ...]
    kind: Literal["alpha", "luminance"] = "alpha"
    inverted: bool = False

    @known
    def digest(self) -> bytes:
        return _hash(b"matte", f"{self.kind} {self.inverted}".encode(), _each(item.digest for item in self.items))


@dataclass(frozen=True)
class Group:
    """Ops drawn into a texture of their own, then placed. `area`: the part of texture space that is kept, in px."""

    items: tuple[Op, ...]
    area: Rect
    matrix: Matrix
    opacity: int = OPAQUE
    blend: Blend = "normal"
    effects: tuple[Effect, ...] = ()
    mattes: tuple[Matte, ...] = ()

    def faded(self, opacity: int, blend: Blend) -> Group:
        return Group(self.items, self.area, self.matrix, opacity, blend, self.effects, self.mattes)

    def placed(self, matrix: Matrix, opacity: int = OPAQUE, blend: Blend = "normal") -> Group:
        """The same texture elsewhere; what is known of it goes along."""
        group = Group(self.items, self.area, matrix, opacity, blend, self.effects, self.mattes)
        group.__dict__["content_digest"] = self.content_digest
        return group

    @known
    def content_digest(self) -> bytes:
        """Of the texture alone: the same wherever the group is placed."""
        return _hash(
            b"content", struct.pack("<4i", *self.area), _each(item.digest for item in self.items),
            _each(effect.digest for effect in self.effects), _each(matte.digest for matte in self.mattes),
        )  # fmt: skip

    @known
    def digest(self) -> bytes:
        place = _PLACE.pack(*self.matrix, self.opacity)
        return _hash(b"group", self.content_digest, place, self.blend.encode())

    @property
    def extent(self) -> Box:
        return self.area

    @known
    def bounds(self) -> Rect:
        return _covered(self.matrix, self.area, None)


@dataclass(frozen=True)
class Backdrop:
    """What lies beneath it, seen through effects within an outline: frosted glass, a frame in other colours.

    It paints nothing of its own. In a group it sees what lies beneath it in the group's texture, and no further.
    Effects work in px of what it is drawn into, from where the origin of the op's coordinates stands.
    """

    path: Path
    matrix: Matrix
    effects: tuple[Effect, ...]
    opacity: int = OPAQUE
    blend: ClassVar[Blend] = "normal"

    @known
    def digest(self) -> bytes:
        place = _PLACE.pack(*self.matrix, self.opacity)
        return _hash(b"backdrop", self.path.digest, place, _each(effect.digest for effect in self.effects))

    @property
    def extent(self) -> Box:
        return self.path.box

    @known
    def bounds(self) -> Rect:
        return _covered(self.matrix, self.path.box, None)

    @property
    def reach(self) -> int:
        """A third more than effects ask for: what they leave out of a picture's soft edge would darken one without edges."""
        return -(-sum(effect.reach for effect in self.effects) * 4 // 3)

    @property
    def seen(self) -> Rect:
        """All that decides what it shows."""
        return grow(self.bounds, self.reach)


Op = Shape | Glyphs | Group | Backdrop


def stands_on(op: Op, canvas: Rect) -> bool:
    """Whether the op's middle is on the canvas: told faster than bounds, and true of most."""
    a, b, c, d, e, f, g, h, i = op.matrix
    if g or h or i != 1 or -1e-9 < a * d - b * c < 1e-9:
        return False
    x0, y0, x1, y1 = op.extent
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return canvas[0] < a * x + c * y + e < canvas[2] and canvas[1] < b * x + d * y + f < canvas[3]


@dataclass(frozen=True)
class DisplayList:
    width: int
    height: int
    background: Rgba
    items: tuple[Op, ...] = field(default=())

    @known
    def digest(self) -> bytes:
        head = struct.pack("<2I4H", self.width, self.height, *self.background)
        return _hash(b"list", head, _each([item.digest for item in self.items]))
