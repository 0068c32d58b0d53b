"""Set text as ops: glyphs grouped into parts that are painted and moved together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from render_engine.display_list import (
    GlyphRun,
    Glyphs,
    Gradient,
    Op,
    Paint,
    Path,
    Rgba,
    Shape,
    Solid,
    Stroke,
    quantise_matrix,
    quantise_opacity,
)
from render_engine.effects.blur import effect as blur_effect
from render_engine.matrix import IDENTITY, Box, Matrix, multiply, scaling
from render_engine.text.fonts import FontLibrary
from render_engine.text.layout import Cell, Glyph, TextLayout
from render_engine.timeline.evaluate import texture_scale, textured
from render_engine.timeline.scene import View

Key = tuple[int, ...]
KeyOf = Callable[[Glyph | Cell], Key]


@dataclass(frozen=True)
class Part:
    """Glyphs, and lines under or through them; `key` is what they have in common."""

    key: Key
    runs: tuple[GlyphRun, ...]
    box: Box  # of all ink
    lines: Path | None = None


@dataclass(frozen=True)
class Piece:
    """A part as it is shown now: `matrix` moves it from its natural place."""

    part: Part
    paint: Paint
    matrix: Matrix = IDENTITY
    opacity: float = 1.0
    blur: float = 0.0


def parts(
    layout: TextLayout, fonts: FontLibrary, key_of: KeyOf, lines: Sequence[tuple[Cell, Box]] = ()
) -> tuple[Part, ...]:
    """The glyphs with equal keys, in the order in which each key first comes."""
    glyphs: dict[Key, list[Glyph]] = {}
    for glyph in layout.glyphs:
        glyphs.setdefault(key_of(glyph), []).append(glyph)
    boxes: dict[Key, list[Box]] = {}
    for cell, box in lines:
        boxes.setdefault(key_of(cell), []).append(box)
    return tuple(_part(key, found, boxes.get(key, []), fonts) for key, found in glyphs.items())


def _part(key: Key, glyphs: list[Glyph], lines: list[Box], fonts: FontLibrary) -> Part:
    runs, box = inked(glyphs, fonts)
    return Part(key, runs, box, _joined(lines) if lines else None)


def inked(glyphs: Iterable[Glyph], fonts: FontLibrary) -> tuple[tuple[GlyphRun, ...], Box]:
    """Runs of one font and size in their order, at 1/256 px, and the box that holds their ink."""
    runs: list[GlyphRun] = []
    boxes: list[Box] = []
    for (font, size, colored), group in groupby(glyphs, key=lambda g: (g.font, g.size, g.color)):
        placed = tuple((g.gid, round(g.x * 256) / 256, round(g.y * 256) / 256) for g in group)
        runs.append(GlyphRun(font, size, placed, colored))
        boxes.extend(_ink(font, size, placed, fonts))
    return tuple(runs), around(boxes)


def joined(key: Key, parts: Sequence[Part]) -> Part:
    """Several parts as one, their glyphs in as few runs as can be."""
    runs = [run for part in parts for run in part.runs]
    longer = tuple(
        GlyphRun(font, size, tuple(glyph for run in group for glyph in run.glyphs), colored)
        for (font, size, colored), group in groupby(runs, key=lambda run: (run.font, run.size, run.color))
    )
    lines = [part.lines for part in parts if part.lines]
    path = Path("".join(line.verbs for line in lines), tuple(c for line in lines for c in line.points))
    return Part(key, longer, around(part.box for part in parts), path if lines else None)


def shifted(part: Part, x: float) -> Part:
    """The part `x` px further to the right."""
    runs = tuple(
        replace(run, glyphs=tuple((gid, round((at + x) * 256) / 256, y) for gid, at, y in run.glyphs))
        for run in part.runs
    )
    return replace(part, runs=runs, box=(part.box[0] + x, part.box[1], part.box[2] + x, part.box[3]))


def _ink(font_hash: str, size: float, placed: tuple[tuple[int, float, float], ...], fonts: FontLibrary) -> list[Box]:
    font = fonts.get(font_hash)
    em = size / font.units_per_em
    boxes = []
    for gid, x, y in placed:
        box = font.extents(gid)
        left, top = x + box.x_bearing * em, y - box.y_bearing * em
        boxes.append((left, top, left + box.width * em, top + box.height * em))
    return boxes


def around(boxes: Iterable[Box]) -> Box:
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return (min(x0), min(y0), max(x1), max(y1))


def _joined(boxes: list[Box]) -> Path:
    """Boxes as one path; those that touch become one."""
    merged: list[Box] = []
    for box in sorted(boxes, key=lambda b: (b[1], b[0])):
        last = merged[-1] if merged else None
        if last and last[1] == box[1] and last[3] == box[3] and box[0] <= last[2] + 0.5:
            merged[-1] = (last[0], last[1], max(last[2], box[2]), last[3])
        else:
            merged.append(box)
    points = (c for x0, y0, x1, y1 in merged for c in (x0, y0, x1, y0, x1, y1, x0, y1))
    return Path("MLLLZ" * len(merged), tuple(round(c * 256) / 256 for c in points))


def painted(pieces: Sequence[Piece], matrix: Matrix, stroke: Stroke | None, view: View) -> tuple[Op, ...]:
    """Ops from the lowest to the highest. All outlines lie under all fills, so that none covers its neighbour."""
    seen = [piece for piece in pieces if quantise_opacity(piece.opacity) and _has_size(piece.matrix)]
    if len(seen) == 1:
        return _ops(seen[0], seen[0].paint, stroke, matrix, view)
    if stroke is None or not seen:
        return tuple(op for piece in seen for op in _ops(piece, piece.paint, stroke, matrix, view))
    outlines = [op for piece in seen for op in _ops(piece, None, stroke, matrix, view)]
    return (*outlines, *(op for piece in seen for op in _ops(piece, piece.paint, None, matrix, view)))


def _has_size(m: Matrix) -> bool:
    return m is IDENTITY or abs(m[0] * m[3] - m[1] * m[2]) > 1e-9


def _ops(piece: Piece, fill: Paint | None, stroke: Stroke | None, matrix: Matrix, view: View) -> tuple[Op, ...]:
    place = matrix if piece.matrix is IDENTITY else multiply(matrix, piece.matrix)
    if piece.blur <= 0:
        return _plain_ops(piece, fill, stroke, place)
    if blur_effect(piece.blur * texture_scale(place)) is None:
        return _plain_ops(piece, fill, stroke, place)
    group = textured(
        place,
        view,
        lambda scale, _window: _plain_ops(replace(piece, opacity=1.0), fill, stroke, scaling(scale, scale)),
        lambda scale: tuple(effect for effect in (blur_effect(piece.blur * scale),) if effect),
    )
    return () if group is None else (replace(group, opacity=quantise_opacity(piece.opacity)),)


def _plain_ops(piece: Piece, fill: Paint | None, stroke: Stroke | None, place: Matrix) -> tuple[Op, ...]:
    placed, opacity, part = quantise_matrix(place), quantise_opacity(piece.opacity), piece.part
    if fill is None and all(run.color for run in part.runs):  # an outline is no part of an emoji
        return ()
    letters = Glyphs(part.runs, part.box, placed, fill, stroke, opacity)
    return (letters,) if part.lines is None else (letters, Shape(part.lines, placed, fill, stroke, opacity))


def mixed(paint: Paint, rgba: Rgba, share: float) -> Paint:
    """A paint on its way to a colour."""
    if share <= 0 or not isinstance(paint, Solid | Gradient):
        return paint
    if share >= 1:
        return Solid(rgba)
    if isinstance(paint, Solid):
        return Solid(_mixed(paint.color, rgba, share))
    return replace(paint, stops=tuple((at, _mixed(color, rgba, share)) for at, color in paint.stops))


def _mixed(one: Rgba, other: Rgba, share: float) -> Rgba:
    red, green, blue, alpha = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return (red, green, blue, alpha)
