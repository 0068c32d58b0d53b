"""The textures that a transition's scenes are drawn into: a frame's px, and how they are put where they are seen."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

from render_engine.display_list import (
    EMPTY,
    Effect,
    Group,
    Matte,
    Op,
    Path,
    Rect,
    Shape,
    grow,
    intersect,
    quantise_matrix,
    quantise_opacity,
    rectangle,
    union,
    whole_pixels,
)
from render_engine.matrix import IDENTITY, Matrix, inverse, map_box, multiply, scaling, translation
from render_engine.timeline.evaluate import LARGE, SMALL, WHITE, texture_scale
from render_engine.timeline.scene import View
from render_engine.transitions.look import Look
from render_engine.transitions.mixing import corners

NEAR = 1 / 64  # px: an edge this near to a pixel's edge stands on it


@dataclass(frozen=True)
class Frame:
    """A texture of a whole frame. Upright frames have the pixels they are seen with: to move them changes none."""

    width: float  # of the frame, px
    height: float
    matrix: Matrix  # from the frame's px to the texture's; upright
    onto: Matrix  # from the frame's px to what it is drawn into

    @cached_property
    def edge(self) -> Shape:
        return Shape(rectangle(0, 0, self.width, self.height), quantise_matrix(self.matrix), WHITE)

    @cached_property
    def area(self) -> Rect:
        """All pixels of the texture."""
        box = map_box(self.matrix, (0.0, 0.0, self.width, self.height))
        assert box
        return (_floor(box[0]), _floor(box[1]), -_floor(-box[2]), -_floor(-box[3]))

    @cached_property
    def view(self) -> View:
        x0, y0, x1, y1 = self.area
        return View(x1 - x0, y1 - y0, x0, y0)

    @cached_property
    def down(self) -> Matrix:
        """From the texture's px to what it is drawn into."""
        return quantise_matrix(self._through(IDENTITY))

    @cached_property
    def alone(self) -> Frame:
        """The same texture, drawn into one like it."""
        return replace(self, onto=self.matrix)

    @property
    def key(self) -> object:
        return self.matrix

    @property
    def scale(self) -> float:
        return math.sqrt(self.matrix[0] * self.matrix[3])

    def cut(self, items: tuple[Op, ...]) -> Group:
        """The ops, cut off at the frame's edges; not yet placed."""
        x0, y0, x1, y1 = self.area
        box = map_box(self.matrix, (0.0, 0.0, self.width, self.height))
        assert box
        whole = max(abs(a - b) for a, b in zip(box, (x0, y0, x1, y1), strict=True)) <= NEAR
        return Group(items, self.area, IDENTITY, mattes=() if whole else (Matte((self.edge,)),))

    def seen_as(self, texture: Group, look: Look, view: View) -> Group | None:
        """The texture of a scene as a transition shows it; None where nothing of it is seen."""
        opacity = quantise_opacity(look.opacity)
        if opacity == 0:
            return None
        if look.matrix[6] or look.matrix[7]:
            return self._in_space(texture, look, view)
        found: Group | None = texture
        if look.clip or look.effects:
            found = self._changed(texture, look.clip, tuple(at(self.scale) for at in look.effects))
        return found and found.placed(self._place(look.matrix), opacity)

    def _in_space(self, texture: Group, look: Look, view: View) -> Group | None:
        """Seen in perspective: sampled all at once, which takes half the time of drawing it so."""
        through = quantise_matrix(self._through(look.matrix))
        area = intersect(Group((texture,), self.area, through).bounds, view.rect)
        if area == EMPTY:
            return None
        effect = Effect("warp", through, 0)
        return Group((texture,), union(area, self.area), IDENTITY, quantise_opacity(look.opacity), effects=(effect,))

    def _changed(self, texture: Group, clip: Path | None, found: tuple[Effect | None, ...]) -> Group | None:
        area, effects = self.area, tuple(effect for effect in found if effect)
        if clip:
            area = intersect(area, self._rounded(clip))
        if clip and not clip.is_rectangle:
            effects = (Effect("clip", (), 0, tables=(corners(clip, self.matrix),)), *effects)
        if area == EMPTY:
            return None
        wide = grow(area, sum(effect.reach for effect in effects))
        return Group((texture,), wide, IDENTITY, effects=effects)

    def _rounded(self, clip: Path) -> Rect:
        """The pixels that hold it; a rectangle's edges are rounded to whole ones."""
        box = map_box(self.matrix, clip.box)
        assert box
        if not clip.is_rectangle:
            return whole_pixels(box)
        return (round(box[0]), round(box[1]), round(box[2]), round(box[3]))

    def _place(self, look: Matrix) -> Matrix:
        """Moved by whole pixels, where it only moves: two that touch show no seam."""
        if look == IDENTITY:
            return self.down
        place = quantise_matrix(self._through(look))
        moves = place[:4] == (1.0, 0.0, 0.0, 1.0) and place[6] == place[7] == 0.0
        return translation(round(place[4]), round(place[5])) if moves else place

    def _through(self, look: Matrix) -> Matrix:
        back = inverse(self.matrix)
        assert back
        return multiply(multiply(self.onto, look), back)


def frame(matrix: Matrix, width: float, height: float, view: View) -> Frame:
    """The texture for a frame that is put there by `matrix`: as sharp as it is seen, unless that took too much memory."""
    most = min(max(SMALL, 4 * view.width * view.height), LARGE)
    if upright(matrix) and width * matrix[0] * height * matrix[3] <= most:
        own = (matrix[0], 0.0, 0.0, matrix[3], matrix[4] % 1.0, matrix[5] % 1.0, 0.0, 0.0, 1.0)
        return Frame(width, height, quantise_matrix(own), matrix)
    scale = texture_scale(matrix)
    while width * height * scale * scale > most:
        scale /= 2
    return Frame(width, height, quantise_matrix(scaling(scale, scale)), matrix)


def fills(matrix: Matrix, width: float, height: float, view: View) -> bool:
    """Whether the frame stands upright over the whole view."""
    if not upright(matrix):
        return False
    box = map_box(matrix, (0.0, 0.0, width, height))
    x0, y0, x1, y1 = view.rect
    return (
        box is not None and box[0] <= x0 + NEAR and box[1] <= y0 + NEAR and box[2] >= x1 - NEAR and box[3] >= y1 - NEAR
    )


def upright(matrix: Matrix) -> bool:
    return matrix[1] == matrix[2] == matrix[6] == matrix[7] == 0.0 and matrix[0] > 0 and matrix[3] > 0


def _floor(value: float) -> int:
    return math.floor(value + NEAR)
