"""What a text layer shows at a time: its box, its highlights, and its letters where their animators put them."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, reduce

from render_engine import color
from render_engine.display_list import Group, Op, Paint, Stroke
from render_engine.effects import EffectAt
from render_engine.layers.animator import AnimatorAt, Pose, Unit, combined
from render_engine.layers.text_style import BoxAt, Shown, StrokeAt, box_op
from render_engine.layers.typeset import Part, Piece, mixed, painted
from render_engine.matrix import Box, Matrix, scaling
from render_engine.text.layout import TextLayout
from render_engine.timeline.evaluate import textured
from render_engine.timeline.motion import STILL, Kept, Motion, merged
from render_engine.timeline.paint import PaintAt
from render_engine.timeline.scene import View
from render_engine.timeline.value import Vectorial

UNITS: tuple[Unit, ...] = ("character", "word", "line")


Lettered = tuple[list[Piece], Stroke | None]


@dataclass(frozen=True)
class HighlightAt:
    """Ranges that stand out for a time, in graphemes, the second one outside."""

    mode: str
    ranges: tuple[tuple[int, int], ...]
    boxes: tuple[Box, ...]  # of a pill or a line
    radius: float
    color: Vectorial
    shown: Shown

    def ops(self, seconds: float, matrix: Matrix) -> list[Op]:
        share = self.shown.share(seconds)
        if share == 0 or self.mode == "color":
            return []
        tint = self.color.at(seconds)
        if self.mode == "pill":
            return [box_op(box, self.radius, tint, matrix, share) for box in self.boxes]
        drawn = ((x0, y0, x0 + (x1 - x0) * share, y1) for x0, y0, x1, y1 in self.boxes)
        return [box_op(box, self.radius, tint, matrix) for box in drawn]


@dataclass(frozen=True)
class TextContent:
    """A part's key: its style, the grapheme, word and line it moves with, and the colour highlights that lie on it."""

    layout: TextLayout
    paints: tuple[PaintAt, ...]  # by style
    still: tuple[Part, ...]
    moving: tuple[Part, ...] = ()
    centres: tuple[tuple[tuple[float, float], ...], ...] = ((), (), ())  # of each grapheme, word, line
    animators: tuple[AnimatorAt, ...] = ()
    highlights: tuple[HighlightAt, ...] = ()
    stroke: StrokeAt | None = None
    shadows: tuple[EffectAt, ...] = ()
    background: BoxAt | None = None
    colors: Motion = STILL  # when any of them changes
    factor: float = 1.0  # by which `fit` made it smaller
    cut: int = 0  # characters that `max_lines` left out
    shadowed: Kept[Group | None] = field(default_factory=Kept, init=False, compare=False, repr=False)
    lettered: Kept[Lettered] = field(default_factory=Kept, init=False, compare=False, repr=False)

    @property
    def width(self) -> float:
        return self.layout.width

    @property
    def height(self) -> float:
        return self.layout.height

    @property
    def baseline(self) -> float:
        return self.layout.lines[0].baseline if self.layout.lines else 0.0

    @cached_property
    def single(self) -> bool:
        plain = not (self.background or self.highlights or self.animators)
        lines = any(part.lines for part in self.still)
        return plain and (bool(self.shadows) or (len(self.still) <= 1 and not lines))

    @cached_property
    def motion(self) -> Motion:
        parts = [animator.motion for animator in self.animators] + [mark.shown.motion for mark in self.highlights]
        return merged([self.colors, *parts])

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        seconds = time.numerator / time.denominator
        if not self.background and not self.highlights:
            return self._shadowed(seconds, matrix, view)
        behind = [self.background.op(seconds, matrix)] if self.background else []
        marks = [op for highlight in self.highlights for op in highlight.ops(seconds, matrix)]
        return (*behind, *marks, *self._shadowed(seconds, matrix, view))

    def _shadowed(self, seconds: float, matrix: Matrix, view: View) -> tuple[Op, ...]:
        if not self.shadows:
            return self._letters(seconds, matrix, view)
        group = textured(
            matrix,
            view,
            lambda scale, window: self._letters(seconds, scaling(scale, scale), window),
            lambda scale: tuple(effect for at in self.shadows if (effect := at(seconds, scale))),
            keep=lambda key, make: self.shadowed.at(seconds, self.motion, key, make),
        )
        return () if group is None else (group,)

    def _letters(self, seconds: float, matrix: Matrix, view: View) -> tuple[Op, ...]:
        pieces, stroke = self.lettered.at(seconds, self.motion, None, lambda: self._pieces(seconds))
        return painted(pieces, matrix, stroke, view)

    def _pieces(self, seconds: float) -> Lettered:
        stroke = self.stroke.at(seconds) if self.stroke else None
        poses = [self._pose(part, seconds) for part in self.moving]
        if not any(poses):
            return [Piece(part, self._paint(part, seconds)) for part in self.still], stroke
        return [self._moved(part, pose, seconds) for part, pose in zip(self.moving, poses, strict=True)], stroke

    def _pose(self, part: Part, seconds: float) -> Pose | None:
        poses = []
        for animator in self.animators:
            kind = UNITS.index(animator.by)
            unit = part.key[1 + kind]
            pose = animator.pose(unit, seconds, *self.centres[kind][unit])
            if pose:
                poses.append(pose)
        return reduce(combined, poses) if poses else None

    def _moved(self, part: Part, pose: Pose | None, seconds: float) -> Piece:
        paint = self._paint(part, seconds)
        if pose is None:
            return Piece(part, paint)
        if pose.mixed:
            paint = mixed(paint, color.quantise(pose.mixed[0]), pose.mixed[1])
        return Piece(part, paint, pose.matrix, pose.opacity, pose.blur)

    def _paint(self, part: Part, seconds: float) -> Paint:
        paint = self.paints[part.key[0]](seconds, (0.0, 0.0, self.layout.width, self.layout.height))
        for index in part.key[4:]:
            highlight = self.highlights[index]
            share = highlight.shown.share(seconds)
            paint = mixed(paint, color.quantise(highlight.color.at(seconds)), share)
        return paint
