"""What fills the frame below everything else, in YUV: a video's own planes, photographs in motion, or several of them
fading into each other. None of it ever becomes RGB.
"""

from __future__ import annotations

import cv2
import numpy as np

from render_engine.cpu.convert import planes_of
from render_engine.cpu.pictures import Pictures, level
from render_engine.cpu.place import is_upright
from render_engine.cpu.planar import Packed, Plane, Scaler, can_hold, is_packable, pack_planes, pack_texture
from render_engine.cpu.standing import ALIGNED, straight
from render_engine.cpu.texture import Kept
from render_engine.display_list import OPAQUE, Backdrop, DisplayList, Op, Picture, Shape
from render_engine.matrix import Matrix, map_box, multiply, scale_of, scaling

KEPT = 48 << 20  # bytes of photographs ready to be scaled

Planes = tuple[Plane, ...]


class Base:
    """The lowest layers of one scene's frames, where they are opaque pictures that fill them."""

    def __init__(self, width: int, height: int, pictures: Pictures) -> None:
        self._size = (width, height)
        self._pictures = pictures
        self._packed: Kept[Packed] = Kept(KEPT)
        self._scaler = Scaler()
        self._made, self._above = _blank(width, height), _blank(width, height)
        self._last: tuple[tuple[bytes, ...], Planes] | None = None

    def split(self, frame: DisplayList) -> tuple[tuple[Shape, ...], tuple[Op, ...]] | None:
        """The pictures that hide all below them, and the ops over those; None where they are no work for planes:
        other blending or a backdrop is there, or all stand still on whole pixels, so that next to nothing has to be drawn."""
        items = frame.items
        for first in range(len(items) - 1, -1, -1):
            if items[first].blend != "normal" or isinstance(items[first], Backdrop):
                return None
            if items[first].opacity == OPAQUE and self._fills(items[first]):
                end = next((k for k in range(first, len(items)) if not self._fills(items[k])), len(items))
                bases = tuple(op for op in items[first:end] if isinstance(op, Shape))
                return (bases, items[end:]) if any(map(_moves, bases)) else None
        return None

    def planes(self, bases: tuple[Shape, ...]) -> Planes | None:
        """4:2:0 planes of the frame's size, only to be read; None where a video has to pass through RGB."""
        key = tuple(op.digest for op in bases)
        if self._last and self._last[0] == key:
            return self._last[1]
        self._last = None
        below = self._one(bases[0], self._made)
        for op in bases[1:]:
            above = self._one(op, self._above)
            if below is None or above is None:
                return None
            share = op.opacity / OPAQUE
            for under, over, target in zip(below, above, self._made, strict=True):
                cv2.addWeighted(under, 1 - share, over, share, 0, dst=target)
            below = self._made
        if below:
            self._last = key, below
        return below

    def _one(self, op: Shape, targets: Planes) -> Planes | None:
        picture, whole = _shown(op)
        if picture.frame >= 0 and _edges_are(whole, picture, self._size):
            video = self._pictures.planes(picture, *self._size)
            return planes_of(video) if video else None
        found = self._video(picture, whole) if picture.frame >= 0 else self._photo(picture, whole)
        if found is None:
            return None
        packed, (width, height) = found
        self._scaler.fill(targets, packed, multiply(whole, scaling(picture.width / width, picture.height / height)))
        return targets

    def _video(self, picture: Picture, whole: Matrix) -> tuple[Packed, tuple[int, int]] | None:
        size = level(picture, scale_of(whole))
        video = self._pictures.planes(picture, *size)
        return (pack_planes(planes_of(video), halved=True), size) if video else None

    def _photo(self, picture: Picture, whole: Matrix) -> tuple[Packed, tuple[int, int]]:
        texture = self._pictures.scaled(picture, whole)
        size = (texture.width, texture.height)
        halved = scale_of(whole) * picture.width <= texture.width  # enlarged, every colour counts
        return self._packed.get((picture.source, size, halved), lambda: pack_texture(texture, halved)), size

    def _fills(self, op: Op) -> bool:
        """Whether the op is an opaque picture, upright, that covers the whole frame."""
        if not (isinstance(op, Shape) and isinstance(op.fill, Picture) and op.path.is_rectangle):
            return False
        if op.stroke or op.blend != "normal" or not op.fill.smooth:
            return False
        picture, whole = _shown(op)
        if not (_covers(whole, (0.0, 0.0, picture.width, picture.height), self._size) and is_upright(op.matrix)):
            return False
        if not _covers(op.matrix, op.path.box, self._size):
            return False
        if picture.frame >= 0 and _edges_are(whole, picture, self._size):
            return self._pictures.is_opaque(picture)
        return can_hold(*self._size) and self._is_opaque(picture, whole)

    def _is_opaque(self, picture: Picture, whole: Matrix) -> bool:
        if picture.frame >= 0:
            return self._pictures.is_opaque(picture)
        return self._pictures.is_still(picture) and is_packable(self._pictures.scaled(picture, whole))


def _shown(op: Shape) -> tuple[Picture, Matrix]:
    assert isinstance(op.fill, Picture)
    return op.fill, multiply(op.matrix, op.fill.matrix)


def _moves(op: Shape) -> bool:
    picture, _ = _shown(op)
    return picture.frame >= 0 or straight(op, picture) is None


def _covers(m: Matrix, box: tuple[float, float, float, float], size: tuple[int, int]) -> bool:
    edges = map_box(m, box) if is_upright(m) else None
    if edges is None:
        return False
    return max(edges[0], edges[1]) <= ALIGNED and edges[2] >= size[0] - ALIGNED and edges[3] >= size[1] - ALIGNED


def _edges_are(m: Matrix, picture: Picture, size: tuple[int, int]) -> bool:
    """Whether the picture is the frame, no larger."""
    edges = map_box(m, (0.0, 0.0, picture.width, picture.height))
    full = (0.0, 0.0, float(size[0]), float(size[1]))
    return edges is not None and all(abs(a - b) <= ALIGNED for a, b in zip(edges, full, strict=True))


def _blank(width: int, height: int) -> Planes:
    return tuple(np.empty((height // part, width // part), np.uint8) for part in (1, 2, 2))
