"""Backdrops: what lies beneath an op is drawn apart, goes through effects, and takes its own place within an outline.

It is drawn for an area that the op alone decides, never a clip, so that reuse changes no pixel.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from render_engine.cpu.texture import Pixels, Texture
from render_engine.display_list import EMPTY, OPAQUE, Backdrop, Op, Rect, Shape, Solid, intersect

WHITE = Solid((65535, 65535, 65535, 65535))


def needed(items: Sequence[Op], area: Rect) -> tuple[Op, ...]:
    """Those of the items that decide what `area` shows; backdrops among them see further than they reach."""
    areas, found = [area], list[Op]()
    for op in reversed(items):
        if any(intersect(op.bounds, each) != EMPTY for each in areas):
            found.append(op)
            if isinstance(op, Backdrop):
                areas.append(op.seen)
    return tuple(reversed(found))


def widened(texture: Texture, area: Rect) -> Texture:
    """Out to `area`, the outermost pixels repeated: beyond the canvas a blur finds no darkness."""
    left, top = texture.x - area[0], texture.y - area[1]
    right, below = area[2] - texture.x - texture.width, area[3] - texture.y - texture.height
    if left == top == right == below == 0:
        return texture
    pixels = cv2.copyMakeBorder(texture.pixels, top, below, left, right, cv2.BORDER_REPLICATE)
    return Texture(np.asarray(pixels, np.uint8), area[0], area[1])


def outline(op: Backdrop) -> Shape:
    """What covers the backdrop's pixels: in white, all four channels say how much."""
    return Shape(op.path, op.matrix, WHITE)


def mix_into(under: Pixels, over: Pixels, cover: Pixels | None, opacity: int) -> None:
    """`over` in the place of `under` as far as it is covered; all (height, width, 4), `cover` the same in each channel.

    No cover: all of it is.
    """
    if cover is None:
        cv2.addWeighted(over, opacity / OPAQUE, under, 1 - opacity / OPAQUE, 0, dst=under)
        return
    if opacity != OPAQUE:
        cover = np.asarray(cv2.convertScaleAbs(cover, alpha=opacity / OPAQUE), np.uint8)
    cv2.multiply(under, cv2.bitwise_not(cover), dst=under, scale=1 / 255)
    cv2.add(under, cv2.multiply(over, cover, scale=1 / 255), dst=under)
