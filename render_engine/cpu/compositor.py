"""Draws display lists on the CPU. What makes it fast is not drawing: only what changed since the last frame is.

Every frame, a full redraw too, is drawn in the same clips: full-width bands of 64 rows where an op is sampled through a
scale or a rotation (Qt's sampling begins at the clip's edge), any rectangle elsewhere. So reuse never changes a pixel.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import cv2
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter

from render_engine.cpu import effects
from render_engine.cpu.backdrop import mix_into, needed, outline, widened
from render_engine.cpu.blend import NON_SEPARABLE, QT_MODES, blend_into
from render_engine.cpu.damage import Damage, damage
from render_engine.cpu.matte import coverage, cut
from render_engine.cpu.pictures import Pictures
from render_engine.cpu.place import new_painter, only_moves, place
from render_engine.cpu.sprite import Sprites, qcolor
from render_engine.cpu.standing import fitted, hides, pixel_rect, softly, straight, used
from render_engine.cpu.texture import Kept, Pixels, Texture, blank
from render_engine.display_list import (
    EMPTY,
    OPAQUE,
    Backdrop,
    DisplayList,
    Effect,
    Glyphs,
    Group,
    Matte,
    Op,
    Picture,
    Rect,
    Rgba,
    Shape,
    Solid,
    grow,
    intersect,
)
from render_engine.matrix import Matrix, multiply, translation
from render_engine.text.face import Fonts

Leaf = Shape | Glyphs

KEPT_CANVASES = 6  # how many canvases' worth of sprites and groups is kept: the same from the first seconds on
LEAST_KEPT = 6 << 20  # bytes

# One task, one core: many cores are for many processes. Qt's threads, a hundred spans each, doubled the CPU of 200 pictures.
cv2.setNumThreads(1)
os.environ["QT_NO_GUI_THREADPOOL"] = "1"  # read when Qt first fills


@dataclass(frozen=True)
class Ground:
    """What ops are drawn over, and how far it goes: backdrops see no further."""

    area: Rect
    color: Rgba = (0, 0, 0, 0)


@dataclass
class Target:
    """What ops are drawn into; its first pixel is (x, y) of their coordinates."""

    texture: Texture
    painter: QPainter
    ground: Ground

    @property
    def area(self) -> Rect:
        t = self.texture
        return (t.x, t.y, t.x + t.width, t.y + t.height)

    @contextmanager
    def pixels(self, rect: Rect, clip: Rect) -> Iterator[Pixels]:
        """To be changed by others than the painter, which goes on within `clip`."""
        self.painter.end()
        yield _part(self.texture, rect)
        self.painter = new_painter(self.texture.image)
        self.painter.setClipRect(_qrect(_moved(clip, self)))


@dataclass(frozen=True)
class Beside(Sequence[Pixels]):
    """What an effect's own ops show, drawn when it is looked at: sixteen pictures need not be in memory at once."""

    draw: Callable[[Sequence[Op]], Pixels]
    lists: Sequence[Sequence[Op]]

    def __len__(self) -> int:
        return len(self.lists)

    def __getitem__(self, k: Any) -> Any:
        return self.draw(self.lists[k])


@contextmanager
def painting(texture: Texture, ground: Ground) -> Iterator[Target]:
    """Qt aborts the process when pixels go while a painter is on them: it ends, whatever happens."""
    target = Target(texture, new_painter(texture.image), ground)
    try:
        yield target
    finally:
        target.painter.end()


class Compositor:
    """Draws the frames of one scene, one after another, into a canvas that it keeps."""

    def __init__(self, width: int, height: int, fonts: Fonts, pictures: Pictures) -> None:
        self._canvas = blank(width, height)
        self._pictures = pictures
        self._sprites = Sprites(fonts, pictures)
        self._kept: Kept[Texture] = Kept(max(LEAST_KEPT, KEPT_CANVASES * width * height * 4))
        self._last: DisplayList | None = None
        self._draw: dict[type, Callable[[Target, Any, Rect], None]] = {
            Shape: self._shape,
            Glyphs: self._leaf,
            Group: self._group,
        }

    def draw(self, frame: DisplayList) -> tuple[Pixels, Damage]:
        """The canvas, premultiplied BGRA (height, width, 4), and where it differs from the last frame's."""
        changed = damage(self._last, frame, self._sampled)
        self._last = None  # should drawing fail, the canvas is neither the old frame nor the new one
        self._kept.next_frame()
        if changed:
            with painting(self._canvas, Ground((0, 0, frame.width, frame.height), frame.background)) as target:
                for clip in changed:
                    self._background(target, frame, clip)
                    self._items(target, frame.items, clip)
        self._last = frame
        return self._canvas.pixels, changed

    def _background(self, target: Target, frame: DisplayList, clip: Rect) -> None:
        painter = target.painter
        painter.resetTransform()
        painter.setClipRect(_qrect(clip))
        if any(hides(op, clip, self._pictures.is_opaque) for op in frame.items):
            return
        painter.setOpacity(1)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.fillRect(_qrect(clip), qcolor(frame.background))

    def _items(self, target: Target, items: Sequence[Op], clip: Rect) -> None:
        first = next((k for k in range(len(items) - 1, -1, -1) if hides(items[k], clip, self._pictures.is_opaque)), 0)
        for k in range(first, len(items)):
            op = items[k]
            if intersect(op.bounds, clip) == EMPTY:
                continue
            if isinstance(op, Backdrop):
                self._backdrop(target, op, items[:k], clip)
            else:
                self._item(target, op, clip)

    def _item(self, target: Target, op: Leaf | Group, clip: Rect) -> None:
        if op.blend not in NON_SEPARABLE:
            self._draw[type(op)](target, op, clip)
            return
        part = intersect(op.bounds, clip)
        over = self._alone((replace(op, blend="normal"),), part)
        with target.pixels(part, clip) as under:
            blend_into(under, over.pixels, op.blend)

    def _alone(self, items: Sequence[Op], area: Rect, ground: Ground | None = None) -> Texture:
        """Ops over transparency, or over a part of another ground."""
        texture = blank(area[2] - area[0], area[3] - area[1], area[0], area[1])
        with painting(texture, ground or Ground(area)) as target:
            if ground:
                target.painter.fillRect(0, 0, texture.width, texture.height, qcolor(ground.color))
            self._items(target, items, area)
        return texture

    # ---------------------------------------------------------------------------------------------- backdrops

    def _backdrop(self, target: Target, op: Backdrop, below: Sequence[Op], clip: Rect) -> None:
        """The same for any clip: what lies beneath is drawn for all of the op, and kept while it stays."""
        ground = target.ground
        shown = intersect(op.bounds, ground.area)
        part = intersect(shown, clip)
        if part == EMPTY:
            return
        wide = grow(shown, op.reach)
        items = needed(below, intersect(wide, ground.area))
        origin = (round(op.matrix[4] / op.matrix[8]), round(op.matrix[5] / op.matrix[8]))
        key = (ground, wide, origin, tuple(each.digest for each in (*items, *op.effects)))
        over = self._kept.get(key, lambda: self._beneath(items, ground, shown, wide, origin, op.effects))
        edge = outline(op)
        cover = self._kept.get((edge.digest, shown), lambda: self._sprites.draw(edge, shown).noted())
        with target.pixels(part, clip) as under:
            mix_into(under, _part(over, part), None if cover.opaque else _part(cover, part), op.opacity)

    def _beneath(
        self,
        items: Sequence[Op],
        ground: Ground,
        shown: Rect,
        wide: Rect,
        origin: tuple[int, int],
        steps: Sequence[Effect],
    ) -> Texture:
        """What the items show in `shown`, through effects that look as far as `wide`; there the ground's edge goes on."""
        seen = widened(self._alone(items, intersect(wide, ground.area), ground), wide)
        x, y = wide[0] - origin[0], wide[1] - origin[1]
        found = self._through(Texture(seen.pixels, x, y), steps).pixels
        return Texture(_part(Texture(found, wide[0], wide[1]), shown).copy(), shown[0], shown[1])

    # ------------------------------------------------------------------------------------------------- leaves

    def _shape(self, target: Target, op: Shape, clip: Rect) -> None:
        if op.path.is_rectangle and not op.stroke:
            if isinstance(op.fill, Picture):
                if self._picture(target, op, op.fill):
                    return
            elif isinstance(op.fill, Solid) and (rect := pixel_rect(op.matrix, op.path.box)):
                painter = target.painter
                painter.resetTransform()
                painter.setOpacity(op.opacity / OPAQUE)
                painter.setCompositionMode(QT_MODES[op.blend])
                painter.fillRect(_qrect(_moved(rect, target)), qcolor(op.fill.color))
                return
        self._leaf(target, op, clip)

    def _leaf(self, target: Target, op: Leaf, clip: Rect) -> None:
        """Drawn apart, kept, and copied to whole pixels: the same op elsewhere is only copied again."""
        area = intersect(op.bounds, target.area)
        if area == EMPTY:
            return
        inside = area == op.bounds
        x, y = (area[0], area[1]) if inside else (0, 0)
        home = replace(op, matrix=multiply(translation(-x, -y), op.matrix), opacity=OPAQUE, blend="normal")
        where = (area[0] - x, area[1] - y, area[2] - x, area[3] - y)
        sprite = self._kept.get((home.digest, where), lambda: self._sprites.draw(home, where).noted())
        _place(target, sprite, translation(x, y), op.opacity, op.blend)

    def _picture(self, target: Target, op: Shape, picture: Picture) -> bool:
        """A picture in a rectangle: True where it could be drawn straight from its pixels."""
        if found := straight(op, picture):
            shown, crop = found
            painter = target.painter
            texture = self._pictures.sized(picture, shown[2] - shown[0], shown[3] - shown[1])
            crop = intersect(crop, shown)
            painter.resetTransform()
            painter.setOpacity(op.opacity / OPAQUE)
            painter.setCompositionMode(QT_MODES[op.blend])
            source = QRect(crop[0] - shown[0], crop[1] - shown[1], crop[2] - crop[0], crop[3] - crop[1])
            at = _moved(crop, target)
            painter.drawImage(QPoint(at[0], at[1]), texture.image, source)
            return True
        return self._turned_picture(target, op, picture, multiply(op.matrix, picture.matrix))

    def _turned_picture(self, target: Target, op: Shape, picture: Picture, whole: Matrix) -> bool:
        """A whole picture through any transform, or a part of it that stands upright."""
        shown = used(op.path.box, picture.matrix, picture.width, picture.height)
        if shown is None:
            return False
        texture = self._pictures.scaled(picture, whole)
        fit, part = fitted(shown, picture.width, picture.height, texture.width, texture.height)
        _place(target, texture, multiply(whole, fit), op.opacity, op.blend, picture.smooth, part)
        return True

    # ------------------------------------------------------------------------------------------------- groups

    def _group(self, target: Target, op: Group, clip: Rect) -> None:
        texture = self._kept.get(op.content_digest, lambda: self._content(op))
        _place(target, texture, softly(op), op.opacity, op.blend)

    def _content(self, op: Group) -> Texture:
        texture = self._alone(op.items, op.area)
        mattes = [self._coverage(matte, op.area) for matte in op.mattes]
        # a mask cuts the layer before its effects; a matte has a group of its own, with none
        for keep in mattes:
            cut(texture.pixels, keep.pixels)
        return self._through(texture, op.effects)

    def _through(self, texture: Texture, steps: Sequence[Effect]) -> Texture:
        area = (texture.x, texture.y, texture.x + texture.width, texture.y + texture.height)
        for effect in steps:
            inputs = Beside(lambda items: self._alone(items, area).pixels, effect.inputs)
            texture = Texture(effects.apply(texture, effect, inputs), texture.x, texture.y)
        return texture

    def _coverage(self, matte: Matte, area: Rect) -> Texture:
        return self._kept.get(
            (matte.digest, area), lambda: Texture(coverage(self._alone(matte.items, area).pixels, matte))
        )

    # ------------------------------------------------------------------------------------------------- damage

    def _sampled(self, op: Op) -> bool:
        """Whether Qt samples the op through a scale or a rotation: then its pixels depend on the clip."""
        if isinstance(op, Group):
            return not only_moves(op.matrix)
        if not (isinstance(op, Shape) and isinstance(op.fill, Picture) and op.path.is_rectangle and not op.stroke):
            return False
        return straight(op, op.fill) is None


def _part(texture: Texture, rect: Rect) -> Pixels:
    x, y = texture.x, texture.y
    return texture.pixels[rect[1] - y : rect[3] - y, rect[0] - x : rect[2] - x]


def _place(
    target: Target,
    texture: Texture,
    m: Matrix,
    opacity: int,
    blend: str,
    smooth: bool = True,
    part: tuple[float, float, float, float] | None = None,
) -> None:
    if target.texture.x or target.texture.y:
        m = multiply(translation(-target.texture.x, -target.texture.y), m)
    place(target.painter, texture, m, opacity, blend, smooth, part)


def _qrect(rect: Rect) -> QRect:
    return QRect(rect[0], rect[1], rect[2] - rect[0], rect[3] - rect[1])


def _moved(rect: Rect, target: Target) -> Rect:
    x, y = target.texture.x, target.texture.y
    return (rect[0] - x, rect[1] - y, rect[2] - x, rect[3] - y)
