"""Pictures in memory, and the bounded store that keeps those worth keeping."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Generic, Protocol, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from render_engine.display_list import Rect

Pixels = NDArray[np.uint8]  # (height, width, 4) BGRA, premultiplied


class Texture:
    """Premultiplied pixels that numpy and Qt see as one, with halved copies for drawing them small.

    `x`, `y`: where its first pixel lies in the space it was drawn for, px.
    """

    def __init__(self, pixels: Pixels, x: int = 0, y: int = 0, *, opaque: bool = False) -> None:
        self.pixels = pixels
        self.height: int
        self.width: int
        self.height, self.width = pixels.shape[:2]
        self.x = x
        self.y = y
        self.opaque = opaque  # no pixel lets anything through: Qt copies instead of blending
        self._halved: list[Texture] = []

    @cached_property
    def image(self) -> QImage:
        form = QImage.Format.Format_RGB32 if self.opaque else QImage.Format.Format_ARGB32_Premultiplied
        return QImage(self.pixels.data, self.width, self.height, self.pixels.strides[0], form)

    @cached_property
    def whole(self) -> QRectF:
        """All of its pixels, from (0, 0)."""
        return QRectF(0, 0, self.width, self.height)

    @cached_property
    def placed(self) -> QRectF:
        """Where they lie."""
        return QRectF(self.x, self.y, self.width, self.height)

    @property
    def area(self) -> Rect:
        return (self.x, self.y, self.x + self.width, self.y + self.height)

    @property
    def bytes(self) -> int:
        return self.pixels.nbytes

    def noted(self) -> Texture:
        """Itself, having looked whether it is opaque."""
        alpha = self.pixels[:, :, 3]
        self.opaque = bool(alpha[0, 0] == alpha[-1, -1] == 255 and (alpha == 255).all())  # mostly a corner tells
        self.__dict__.pop("image", None)
        return self

    def halved(self, times: int) -> Texture:
        """Half the size `times` times over: each pixel the mean of four."""
        while len(self._halved) < times:
            last = self._halved[-1] if self._halved else self
            size = (max(1, (last.width + 1) // 2), max(1, (last.height + 1) // 2))
            small = np.asarray(cv2.resize(last.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
            self._halved.append(Texture(small, opaque=self.opaque))
        return self._halved[times - 1] if times else self


def blank(width: int, height: int, x: int = 0, y: int = 0) -> Texture:
    """A fully transparent texture."""
    return Texture(np.zeros((height, width, 4), np.uint8), x, y)


class Sized(Protocol):
    @property
    def bytes(self) -> int: ...


Item = TypeVar("Item", bound=Sized)


class Kept(Generic[Item]):
    """What was made, by key, the least recently used dropped once there are more than `limit` bytes.

    Who calls `next_frame` keeps all that this frame and the last one used: a frame that needs more than the limit would
    else make everything again, each time it is looked for.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._frame = 0
        self._items: OrderedDict[Hashable, tuple[int, Item]] = OrderedDict()  # with the frame that used it last

    def find(self, key: Hashable) -> Item | None:
        found = self._items.get(key)
        if found is None:
            return None
        if found[0] != self._frame or not self._frame:
            self._items[key] = (self._frame, found[1])
            self._items.move_to_end(key)
        return found[1]

    def get(self, key: Hashable, make: Callable[[], Item]) -> Item:
        found = self.find(key)
        if found is not None:
            return found
        item = make()
        self._items[key] = (self._frame, item)
        self._bytes += item.bytes
        self._drop()
        return item

    def next_frame(self) -> None:
        self._frame += 1

    def _drop(self) -> None:
        while self._bytes > self._limit and len(self._items) > 1:
            used, oldest = next(iter(self._items.values()))
            if self._frame and used >= self._frame - 1:
                return
            self._items.popitem(last=False)
            self._bytes -= oldest.bytes

    def clear(self) -> None:
        self._items.clear()
        self._bytes = 0
