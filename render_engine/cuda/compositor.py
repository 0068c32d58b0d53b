"""Draws display lists on the card. Twin of cpu/compositor.py: the same ops, in the same order, to the same places.

Shapes and text are drawn once by the processor, as every leaf is there, and kept on the card by their digest; groups are
textures by their content's digest. What is left of a frame is one launch over all its pixels, which takes each through
the sprites in their order; backdrops cut it in two. A whole frame costs less than finding out which of it changed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from typing import Any
from weakref import WeakMethod

from render_engine.cpu.backdrop import outline
from render_engine.cpu.pictures import Pictures
from render_engine.cpu.sprite import Sprites
from render_engine.cpu.standing import fitted, hides, pixel_rect, softly, straight, used
from render_engine.cpu.texture import Kept
from render_engine.cuda import effects
from render_engine.cuda.division import rows_read, rows_seen
from render_engine.cuda.gradient import gradient_texture
from render_engine.cuda.launches import TILE, Cut, Draw, Mix, Window
from render_engine.cuda.memory import Memory
from render_engine.cuda.place import Sprite, at_origin, copy, fill, place, word
from render_engine.cuda.records import records
from render_engine.cuda.texture import Texture, alike, empty, uploaded
from render_engine.cuda.video import from_planes
from render_engine.display_list import (
    EMPTY,
    OPAQUE,
    Backdrop,
    DisplayList,
    Effect,
    Glyphs,
    Gradient,
    Group,
    Op,
    Picture,
    Rect,
    Rgba,
    Shape,
    Solid,
    grow,
    intersect,
    moved,
    stands_on,
)
from render_engine.matrix import Box, multiply, scaling, translation
from render_engine.text.face import Fonts

Leaf = Shape | Glyphs

KEPT, LEAST_KEPT = 12, 128 << 20  # canvases' worth of textures that stay on the card, and bytes where that is less
MOVING = 64 << 20  # bytes of videos' frames, beside those of this frame and the last one: few of them come again
MANY = 24  # sprites, from which on each tile gets a list of its own
CLEAR: Rgba = (0, 0, 0, 0)
WHITE = Solid((65535, 65535, 65535, 65535))


@dataclass(eq=False)
class Target:
    """What ops are drawn into, and the sprites that wait to be; at its first launch it is cleared.

    `whole`: the area that it is some rows of, where memory is short; else its own.
    """

    texture: Texture
    whole: Rect
    background: Rgba = CLEAR
    waiting: list[Sprite] = field(default_factory=list)
    cleared: bool = False


@dataclass(frozen=True)
class Beside(Sequence[Texture]):
    """What an effect's own ops show, drawn when it is looked at: sixteen pictures need not be in memory at once."""

    draw: Callable[[Sequence[Op]], Texture]
    lists: Sequence[Sequence[Op]]

    def __len__(self) -> int:
        return len(self.lists)

    def __getitem__(self, k: Any) -> Any:
        return self.draw(self.lists[k])


class Compositor:
    """Draws the frames of one scene, one after another, into a canvas that it keeps."""

    def __init__(
        self, width: int, height: int, fonts: Fonts, pictures: Pictures, memory: Memory, limit: int | None = None
    ) -> None:
        """`limit`: bytes of textures that stay; what a frame and the last one used always does."""
        self._memory = memory
        self._pictures = pictures
        self._sprites = Sprites(fonts, pictures)
        self._kept: Kept[Texture] = Kept(max(LEAST_KEPT, KEPT * width * height * 4) if limit is None else limit)
        self._moving: Kept[Texture] = Kept(MOVING)
        self.canvas = empty(memory, width, height)
        self._last = b""
        self._open: list[Target] = []
        memory.make_room = WeakMethod(self._make_room)

    def draw(self, frame: DisplayList, rows: int = 0) -> Texture:
        """The canvas, good until the next call; the card may still be at work on it.

        `rows`: so many of them at a time, for less memory and the same pixels. Raises OutOfCardMemory.
        """
        if frame.digest != self._last:
            self._last = b""  # should drawing fail, the canvas is neither the old frame nor the new one
            self._open.clear()
            self._kept.next_frame()
            self._moving.next_frame()
            if rows and frame.items:
                self._in_bands(frame, rows)
            else:
                self._items(Target(self.canvas, self.canvas.area, frame.background), frame.items)
            self._last = frame.digest
        return self.canvas

    def forget(self) -> None:
        """Everything is drawn anew, and its memory given back."""
        self._kept.clear()
        self._moving.clear()
        self._memory.release()
        self._last = b""

    def _get(self, key: Hashable, make: Callable[[], Texture], kept: Kept[Texture] | None = None) -> Texture:
        kept = kept or self._kept
        meter, found = self._memory.meter, kept.find(key)
        if found is None:
            meter.texture_misses += 1
            return kept.get(key, make)
        meter.texture_hits += 1
        return found

    def _make_room(self) -> None:
        """What is kept is made again when it is wanted; what waits is drawn, so that its textures can go too."""
        self._kept.clear()
        self._moving.clear()
        for target in self._open:
            self._flush(target)

    # ------------------------------------------------------------------------------------------------- drawing

    def _in_bands(self, frame: DisplayList, rows: int) -> None:
        """A backdrop looks further than a band: all that lies beneath it is drawn before."""
        whole, cleared = self.canvas.area, False
        for is_backdrop, items in groupby(frame.items, lambda op: isinstance(op, Backdrop)):
            run = tuple(items)
            for band in (self.canvas,) if is_backdrop else self.canvas.bands(rows):
                self._items(Target(band, whole, frame.background, cleared=cleared), run)
            cleared = True

    def _items(self, target: Target, items: Sequence[Op]) -> None:
        self._open.append(target)
        area = target.texture.area
        opaque = self._pictures.is_opaque
        first = next((k for k in range(len(items) - 1, -1, -1) if hides(items[k], area, opaque)), 0)
        for op in items[first:]:
            if not (stands_on(op, area) or intersect(op.bounds, area) != EMPTY):
                continue
            if isinstance(op, Backdrop):
                self._backdrop(target, op)
            elif sprite := DRAW[type(op)](self, target, op):
                target.waiting.append(sprite)
        self._flush(target)
        self._open.pop()

    def _flush(self, target: Target) -> None:
        """Draws what waits, in one launch."""
        if target.cleared and not target.waiting:
            return
        memory, texture, sprites = self._memory, target.texture, target.waiting
        target.waiting = []
        sent = memory.upload(records(sprites, target.whole, texture.area)) if sprites else None
        arguments = Draw(texture.image, sent.address if sent else 0, 0, len(sprites), not target.cleared)
        arguments.background = word(target.background)
        lists = None
        if len(sprites) > MANY:
            across, down = -(-texture.width // TILE), -(-texture.height // TILE)
            lists = memory.block(across * down * (len(sprites) + 1) * 4)
            arguments.lists = lists.address
            memory.launch("list_sprites", arguments, across, down)
        memory.launch("draw", arguments, texture.width, texture.height)
        target.cleared = True

    def _alone(self, items: Sequence[Op], whole: Rect, area: Rect) -> Texture:
        """Ops over transparency: of all that they cover, what lies in `area`."""
        texture = empty(self._memory, area[2] - area[0], area[3] - area[1], area[0], area[1])
        texture.whole = whole
        self._items(Target(texture, whole), items)
        return texture

    def _backdrop(self, target: Target, op: Backdrop) -> None:
        texture = target.texture
        shown = intersect(op.bounds, texture.area)
        wide = grow(shown, op.reach)
        self._flush(target)
        seen = empty(self._memory, wide[2] - wide[0], wide[3] - wide[1])
        window = Window(texture.image, seen.image, wide[0] - texture.x, wide[1] - texture.y)
        self._memory.launch("window", window, seen.width, seen.height)
        seen.x, seen.y = wide[0] - round(op.matrix[4] / op.matrix[8]), wide[1] - round(op.matrix[5] / op.matrix[8])
        over = self._through(seen, op.effects, seen.area)
        edge = outline(op)
        cover = self._get((edge.digest, shown), lambda: self._drawn(edge, shown))
        at = (shown[0] - texture.x, shown[1] - texture.y, shown[0] - wide[0], shown[1] - wide[1])
        mix = Mix(texture.image, over.image, cover.image, *at, op.opacity)
        self._memory.launch("mix", mix, cover.width, cover.height)

    # ------------------------------------------------------------------------------------------------- leaves

    def _shape(self, target: Target, op: Shape) -> Sprite | None:
        if op.path.is_rectangle and not op.stroke:
            if isinstance(op.fill, Picture):
                if box := used(op.path.box, op.fill.matrix, op.fill.width, op.fill.height):
                    return self._picture(target.whole, op, op.fill, box)
                if straight(op, op.fill):
                    return None
            elif isinstance(op.fill, Solid) and (rect := pixel_rect(op.matrix, op.path.box)):
                area = target.whole
                bounds = intersect(moved(rect, -area[0], -area[1]), at_origin(area))
                return fill(bounds, op.fill.color, op.opacity, op.blend)
        return self._leaf(target, op)

    def _leaf(self, target: Target, op: Leaf) -> Sprite | None:
        """Drawn apart, kept, and copied to whole pixels: the same op elsewhere is only copied again."""
        seen = intersect(op.bounds, target.whole)
        if seen == EMPTY:
            return None
        x, y = (seen[0], seen[1]) if seen == op.bounds else (0, 0)
        home = replace(op, matrix=multiply(translation(-x, -y), op.matrix), opacity=OPAQUE, blend="normal")
        where = moved(seen, -x, -y)
        texture = self._get((home.digest, where), lambda: self._drawn(home, where))
        return place(target.whole, texture, translation(x, y), op.opacity, op.blend)

    def _drawn(self, op: Leaf, area: Rect) -> Texture:
        """By the processor, but gradients that fill whole pixels."""
        if isinstance(op, Shape) and isinstance(op.fill, Gradient) and op.path.is_rectangle and not op.stroke:
            rect = pixel_rect(op.matrix, op.path.box)
            if rect and (inside := intersect(rect, area)) != EMPTY:
                texture = gradient_texture(self._memory, op.fill, op.matrix, area)
                return texture if inside == area else self._within(texture, inside)
        if (
            isinstance(op, Shape)
            and isinstance(op.fill, Picture)
            and not op.stroke
            and self._pictures.is_video(op.fill)
        ):
            return self._cut_out(op, op.fill, area)
        return uploaded(self._memory, self._sprites.draw(op, area).pixels, area[0], area[1])

    def _cut_out(self, op: Shape, video: Picture, area: Rect) -> Texture:
        """A video's frame in a shape, which the processor draws once for all of them."""
        whole = multiply(op.matrix, video.matrix)
        frame = self._sized(video, *self._pictures.size(video, whole))
        fit = scaling(video.width / frame.width, video.height / frame.height)
        out = empty(self._memory, area[2] - area[0], area[3] - area[1], area[0], area[1])
        sprite = place(area, frame, multiply(whole, fit), smooth=video.smooth)
        self._flush(Target(out, area, waiting=[sprite] if sprite else []))
        inside = replace(op, fill=WHITE)
        keep = self._get((inside.digest, area), lambda: self._drawn(inside, area))
        self._memory.launch("cut", Cut(out.image, keep.image), out.width, out.height)
        return out

    def _within(self, texture: Texture, inside: Rect) -> Texture:
        """What lies outside is transparent."""
        out = alike(texture)
        sprite = copy(texture, (0, 0), moved(inside, -texture.x, -texture.y), OPAQUE, "normal")
        self._flush(Target(out, out.area, waiting=[sprite] if sprite else []))
        return out

    def _picture(self, area: Rect, op: Shape, picture: Picture, box: Box) -> Sprite | None:
        """A picture in a rectangle: whole pixels where it stands on them, else sampled."""
        whole = multiply(op.matrix, picture.matrix)
        if found := straight(op, picture):
            shown, crop = found
            texture = self._sized(picture, shown[2] - shown[0], shown[3] - shown[1])
            x, y = area[:2]
            crop = intersect(intersect(crop, shown), area)
            there = moved(crop, -x, -y) if crop != EMPTY else EMPTY
            return copy(texture, (shown[0] - x, shown[1] - y), there, op.opacity, op.blend)
        texture = self._sized(picture, *self._pictures.size(picture, whole))
        fit, part = fitted(box, picture.width, picture.height, texture.width, texture.height)
        return place(area, texture, multiply(whole, fit), op.opacity, op.blend, picture.smooth, part)

    def _sized(self, picture: Picture, width: int, height: int) -> Texture:
        key = (picture.source, picture.frame, width, height)
        kept = self._kept if picture.frame < 0 else self._moving
        return self._get(key, lambda: self._sent(picture, width, height), kept)

    def _sent(self, picture: Picture, width: int, height: int) -> Texture:
        """A video's own planes where they will do, else the processor's pixels: the same whoever decoded it."""
        if found := self._pictures.coded(picture):
            return from_planes(self._memory, *found, (width, height))
        return uploaded(self._memory, self._pictures.sized(picture, width, height).pixels)

    # ------------------------------------------------------------------------------------------------- groups

    def _group(self, target: Target, op: Group) -> Sprite | None:
        matrix, seen = softly(op), target.texture.area
        part = op.area if seen == target.whole else rows_seen(op, matrix, seen)
        if part == op.area:
            texture = self._get(op.content_digest, lambda: self._content(op, part))
        else:
            texture = self._content(op, part).as_part_of(op.area)
        return place(target.whole, texture, matrix, op.opacity, op.blend)

    def _content(self, op: Group, part: Rect) -> Texture:
        """The rows of `part`, and some more around them."""
        area = rows_read(op, part)
        texture = self._alone(op.items, op.area, area)
        for matte in op.mattes:
            keep = self._get((matte.digest, op.area, area), partial(self._alone, matte.items, op.area, area))
            cut = Cut(texture.image, keep.image, matte.kind == "luminance", matte.inverted)
            self._memory.launch("cut", cut, texture.width, texture.height)
        return self._through(texture, op.effects, op.area)

    def _through(self, texture: Texture, steps: Sequence[Effect], whole: Rect) -> Texture:
        for effect in steps:
            inputs = Beside(partial(self._alone, whole=whole, area=texture.area), effect.inputs)
            texture = effects.apply(texture, effect, inputs)
        return texture


DRAW: dict[type, Callable[[Compositor, Target, Any], Sprite | None]] = {
    Shape: Compositor._shape,
    Glyphs: Compositor._leaf,
    Group: Compositor._group,
}
