"""What a sequence draws: the plain ops of one scene, or two scenes as textures while one takes the other's place."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, reduce

from render_engine.display_list import (
    EMPTY,
    Backdrop,
    Group,
    Op,
    Shape,
    Solid,
    grow,
    intersect,
    quantise_matrix,
    quantise_opacity,
    rectangle,
    union,
)
from render_engine.matrix import Matrix
from render_engine.timeline.evaluate import draw_nodes
from render_engine.timeline.motion import Kept, Motion, merged, shifted, within
from render_engine.timeline.paint import PaintAt
from render_engine.timeline.scene import Node, View
from render_engine.transitions.frame import Frame, fills, frame
from render_engine.transitions.look import PLAIN, Both, Look
from render_engine.transitions.model import Passage

CLEAR = Solid((0, 0, 0, 0))
FULL = 65535


@dataclass(frozen=True)
class SceneContent:
    """One scene. Only its own layers meet: nothing in it is blended with what lies beneath the sequence."""

    width: float
    height: float
    background: PaintAt | None
    nodes: tuple[Node, ...]
    painted: Motion  # when the background changes
    kept: Kept[Group] = field(default_factory=Kept, init=False, compare=False, repr=False)

    @cached_property
    def motion(self) -> Motion:
        return merged([self.painted, *(node.motion for node in self.nodes)])

    def plain(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        """Its layers' own ops, over a frame that fills the view; as a texture where some look at what is beneath."""
        below = self._background(time, matrix)
        items = draw_nodes(self.nodes, time, matrix, view)
        if any(op.blend != "normal" or isinstance(op, Backdrop) for op in items) and not _opaque(below.fill):
            space = frame(matrix, self.width, self.height, view)
            return (self.texture(time, space).placed(space.down),)
        return items if below.fill == CLEAR else (below, *items)

    def texture(self, time: Fraction, space: Frame) -> Group:
        """All of it as one texture, the same wherever it is put; kept while nothing in it moves."""
        return self.kept.at(float(time), self.motion, space.key, lambda: self._drawn(time, space))

    def _drawn(self, time: Fraction, space: Frame) -> Group:
        items = draw_nodes(self.nodes, time, space.matrix, space.view)
        return space.cut((self._background(time, space.matrix), *items))

    def _background(self, time: Fraction, matrix: Matrix) -> Shape:
        box = (0.0, 0.0, self.width, self.height)
        fill = self.background(float(time), box) if self.background else CLEAR
        return Shape(rectangle(*box), quantise_matrix(matrix), fill)


def _opaque(fill: object) -> bool:
    return isinstance(fill, Solid) and fill.color[3] == FULL


@dataclass(frozen=True)
class Slot:
    """A scene in its time; `coming`: the transition that it comes in by."""

    start: Fraction
    end: Fraction
    content: SceneContent
    coming: Passage | None

    @property
    def motion(self) -> Motion:
        start, end = float(self.start), float(self.end)
        own = within(shifted(self.content.motion, start), start, end)
        return merged([own, ((start, float(self.coming.end)),)]) if self.coming else own


@dataclass(frozen=True)
class SequenceContent:
    width: float
    height: float
    slots: tuple[Slot, ...]

    @property
    def baseline(self) -> float:
        return self.height

    @property
    def single(self) -> bool:
        return False

    @cached_property
    def motion(self) -> Motion:
        return merged(slot.motion for slot in self.slots)

    @cached_property
    def _starts(self) -> list[Fraction]:
        return [slot.start for slot in self.slots]

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        """Where its frame fills the view, the view cuts it off, and ops can stay what they are."""
        if fills(matrix, self.width, self.height, view):
            return self._shown(time, matrix, view)
        space = frame(matrix, self.width, self.height, view)
        if not (space.view.width and space.view.height):
            return ()
        items = self._shown(time, space.matrix, space.view)
        return (space.cut(items).placed(space.down),) if items else ()

    def _shown(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        k = bisect_right(self._starts, time) - 1
        if k < 0 or time >= self.slots[-1].end:
            return ()
        slot = self.slots[k]
        if slot.coming is None or time >= slot.coming.end:
            return slot.content.plain(time - slot.start, matrix, view)
        return self._passing(self.slots[k - 1], slot, slot.coming, time, matrix, view)

    def _passing(
        self, before: Slot, slot: Slot, passage: Passage, time: Fraction, matrix: Matrix, view: View
    ) -> tuple[Op, ...]:
        p = passage.progress(time)
        if p in (0.0, 1.0):
            shown = slot if p else before
            return shown.content.plain(time - shown.start, matrix, view)
        both = passage.at(p)
        space = frame(matrix, self.width, self.height, view)
        looks = [(each, look) for each, look in ((before, both.leaving), (slot, both.entering)) if look]
        if both.mix or both.together:
            return _as_one(both, looks, time, space)
        items = (op for each, look in looks for op in _looking(each, look, time, matrix, view, space))
        return (*items, *_tint(both, self.width, self.height, matrix))


def _looking(slot: Slot, look: Look, time: Fraction, matrix: Matrix, view: View, space: Frame) -> tuple[Op, ...]:
    if look == PLAIN:
        return slot.content.plain(time - slot.start, matrix, view)
    found = space.seen_as(slot.content.texture(time - slot.start, space), look, view)
    return () if found is None else (found,)


def _as_one(both: Both, looks: list[tuple[Slot, Look]], time: Fraction, space: Frame) -> tuple[Op, ...]:
    """Both scenes in one texture: one of them takes the place of the other, or they change together."""
    effects = tuple(effect for at in both.together if (effect := at(space.scale)))
    inner = space.alone
    seen = (inner.seen_as(slot.content.texture(time - slot.start, space), look, space.view) for slot, look in looks)
    items = tuple(op for op in seen if op)
    covered = reduce(union, (op.bounds for op in items), EMPTY)  # beyond it there is nothing to be read
    area = union(space.area, intersect(covered, grow(space.area, sum(effect.reach for effect in effects))))
    if both.mix:
        effects = (both.mix(items[1:], space.matrix), *effects)
        items = items[:1]
    return (Group(items, area, space.down, effects=effects),) if items else ()


def _tint(both: Both, width: float, height: float, matrix: Matrix) -> tuple[Op, ...]:
    if both.tint is None:
        return ()
    place, share = quantise_matrix(matrix), quantise_opacity(both.tint.share)
    return (Shape(rectangle(0, 0, width, height), place, Solid(both.tint.color), opacity=share),) if share else ()
