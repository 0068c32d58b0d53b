"""One face of one font file: its metrics, and its glyphs as outlines or pictures.

HarfBuzz reads the files itself: no fontconfig, no hinting, so a glyph has the same shape on every machine and at
every size. A `Font` is a small value that can be sent to another process; what is heavy lives in a cache beside it,
filled on first use.

Outlines are in font units with y upwards, one tuple a command:
`("M", x, y)`, `("L", x, y)`, `("Q", cx, cy, x, y)`, `("C", c1x, c1y, c2x, c2y, x, y)`, `("Z",)`.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import uharfbuzz as hb

from render_engine.errors import FontError

PathCommand = tuple[str | float, ...]
FOREGROUND = 0xFFFF  # the colour index that means "the text's own colour"


class Extents(NamedTuple):
    """A glyph's box in font units: the top left corner from the origin, y upwards; height is positive."""

    x_bearing: float
    y_bearing: float
    width: float
    height: float


@dataclass(frozen=True)
class Font:
    """A face at one setting of its axes. Metrics are in font units; `descent` is positive, below the baseline."""

    hash: str  # of the file's bytes, the face's index and the axes: two fonts that can differ never share one
    family: str
    weight: int
    italic: bool
    units_per_em: int
    ascent: int
    descent: int
    line_gap: int
    cap_height: int
    x_height: int
    path: Path
    index: int = 0
    axes: tuple[tuple[str, float], ...] = ()

    def __hash__(self) -> int:
        return hash(self.hash)  # it is a key of every cache here

    def has(self, codepoint: int) -> bool:
        return hb_font(self).get_nominal_glyph(codepoint) is not None

    def outline(self, gid: int) -> tuple[PathCommand, ...]:
        return _outline(self, gid)

    def extents(self, gid: int) -> Extents:
        box = hb_font(self).get_glyph_extents(gid)
        return Extents(box.x_bearing, box.y_bearing, box.width, -box.height) if box else Extents(0, 0, 0, 0)

    def color_bitmap(self, gid: int) -> tuple[bytes, Extents] | None:
        """The PNG of a colour glyph (CBDT or sbix) at its largest strike, and the box it fills."""
        png = hb_font(self).get_glyph_color_png(gid)
        return (bytes(png.data), self.extents(gid)) if png and len(png) else None

    def color_layers(self, gid: int) -> tuple[tuple[int, tuple[int, int, int, int] | None], ...]:
        """A COLRv0 glyph: outlines bottom to top with their RGBA, None for the text's own colour."""
        return _color_layers(self, gid)

    def is_color(self, gid: int) -> bool:
        return _is_color(self, gid)


class Fonts(Protocol):
    """Fonts by their hash: a library, or the plain dict of those that a worker needs."""

    def get(self, font_hash: str, /) -> Font | None: ...


@lru_cache(maxsize=64)
def hb_font(font: Font) -> hb.Font:
    """HarfBuzz's font, in font units, kept for as long as it is used."""
    made = hb.Font(hb.Face(_bytes(font.path), font.index))
    made.set_variations(dict(font.axes))
    return made


def read_faces(path: Path) -> tuple[Font, ...]:
    """Every face of a TTF, OTF or TTC file, variable ones at their defaults."""
    data = _bytes(path)
    if data[:4] in (b"wOFF", b"wOF2"):
        raise FontError(f"{path} is a web font (WOFF), which is not read here: name the TTF or OTF file instead.")
    if hb.Face(data).glyph_count and not _is_whole(data):
        raise FontError(f"{path} is damaged: it ends before its tables do.")
    digest = hashlib.sha256(data).hexdigest()
    faces = tuple(_describe(path, digest, index, hb.Face(data, index)) for index in range(hb.Face(data).count))
    if not faces:
        raise FontError(f"{path} is not a font file: a TTF, OTF or TTC file was expected.")
    return faces


def weight_range(font: Font) -> tuple[int, int]:
    """The weights this face can take: a range for a variable font, one weight for others."""
    for axis in hb_font(font).face.axis_infos:
        if axis.tag == "wght":
            return int(axis.min_value), int(axis.max_value)
    return font.weight, font.weight


def at_weight(font: Font, weight: int) -> Font:
    """A variable face at a weight within its range; a static face as it is."""
    low, high = weight_range(font)
    if low == high:
        return font
    weight = min(max(weight, low), high)
    return _with_axes(font, {"wght": float(weight)}, weight)


def _with_axes(font: Font, axes: Mapping[str, float], weight: int) -> Font:
    setting = tuple(sorted({**dict(font.axes), **axes}.items()))
    name = font.hash.partition("+")[0] + "".join(f"+{tag}={value:g}" for tag, value in setting)
    made = replace(font, hash=name, weight=weight, axes=setting)
    return replace(made, **_metrics(hb_font(made)))


def _is_whole(data: bytes) -> bool:
    """HarfBuzz takes a table that is not there for an empty one, and draws nothing."""
    try:
        faces = struct.unpack_from(">I", data, 8)[0] if data[:4] == b"ttcf" else 0
        starts = struct.unpack_from(f">{faces}I", data, 12) if faces else (0,)
        return all(offset + length <= len(data) for start in starts for offset, length in _tables(data, start))
    except struct.error:
        return False


def _tables(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    count: int = struct.unpack_from(">H", data, start + 4)[0]
    for record in range(count):
        offset, length = struct.unpack_from(">II", data, start + 20 + 16 * record)
        yield offset, length


def _describe(path: Path, digest: str, index: int, face: hb.Face) -> Font:
    if not face.glyph_count:
        raise FontError(f"{path} is damaged: face {index} of it has no glyphs.")
    font = hb.Font(face)
    return Font(
        hash=f"{digest}#{index}" if index else digest,
        family=_family(face) or path.stem,
        weight=round(font.get_style_value(hb.StyleTag.WEIGHT)),
        italic=font.get_style_value(hb.StyleTag.ITALIC) > 0 or font.get_style_value(hb.StyleTag.SLANT_ANGLE) < 0,
        units_per_em=face.upem,
        path=path,
        index=index,
        **_metrics(font),
    )


def _family(face: hb.Face) -> str | None:
    names = hb.OTNameIdPredefined
    name: str | None = face.get_name(names.TYPOGRAPHIC_FAMILY) or face.get_name(names.FONT_FAMILY)
    return name


def _metrics(font: hb.Font) -> dict[str, Any]:
    """As browsers choose them: OS/2's typographic values where the font asks for it, else hhea's."""
    line = font.get_font_extents("ltr")
    upem = font.face.upem
    return {
        "ascent": line.ascender,
        "descent": -line.descender,
        "line_gap": line.line_gap,
        "cap_height": font.get_metric_position(hb.OTMetricsTag.CAP_HEIGHT) or round(0.7 * upem),
        "x_height": font.get_metric_position(hb.OTMetricsTag.X_HEIGHT) or round(0.5 * upem),
    }


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise FontError(f"{path}: there is no such font file.")
    try:
        return path.read_bytes()
    except OSError as error:
        raise FontError(f"{path} cannot be read: {error.strerror}.") from error


def _draw_functions() -> hb.DrawFuncs:
    functions = hb.DrawFuncs()
    functions.set_move_to_func(lambda x, y, out: out.append(("M", x, y)))
    functions.set_line_to_func(lambda x, y, out: out.append(("L", x, y)))
    functions.set_quadratic_to_func(lambda cx, cy, x, y, out: out.append(("Q", cx, cy, x, y)))
    functions.set_cubic_to_func(lambda ax, ay, bx, by, x, y, out: out.append(("C", ax, ay, bx, by, x, y)))
    functions.set_close_path_func(lambda out: out.append(("Z",)))
    return functions


_DRAW = _draw_functions()


@lru_cache(maxsize=8192)
def _outline(font: Font, gid: int) -> tuple[PathCommand, ...]:
    commands: list[PathCommand] = []
    hb_font(font).draw_glyph(gid, _DRAW, commands)
    return tuple(commands)


@lru_cache(maxsize=1024)
def _color_layers(font: Font, gid: int) -> tuple[tuple[int, tuple[int, int, int, int] | None], ...]:
    face = hb_font(font).face
    if not face.has_color_layers:
        return ()
    palette = face.get_color_palette(0).colors
    return tuple((layer.glyph, _rgba(palette, layer.color_index)) for layer in face.get_glyph_color_layers(gid))


def _rgba(palette: list[hb.Color], index: int) -> tuple[int, int, int, int] | None:
    if index == FOREGROUND:
        return None
    color = palette[index]
    return color.red, color.green, color.blue, color.alpha


@lru_cache(maxsize=8192)
def _is_color(font: Font, gid: int) -> bool:
    face = hb_font(font).face
    if face.has_color_png and hb_font(font).get_glyph_color_png(gid) is not None:
        return True
    if _color_layers(font, gid):
        return True
    if face.has_color_paint and face.glyph_has_color_paint(gid):
        raise FontError(
            f"“{font.family}” ({font.path.name}) draws its colours with COLR version 1, which is not read here: "
            "use the font's CBDT or COLR version 0 build."
        )
    return False
