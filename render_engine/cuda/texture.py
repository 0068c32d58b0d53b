"""Pictures on the card, premultiplied BGRA in 8 bits, rows without gaps. Twin of cpu/texture.py."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from render_engine.cpu.texture import Pixels
from render_engine.cuda.launches import Draw, Image, Resize
from render_engine.cuda.memory import Block, Memory
from render_engine.display_list import Rect


class Texture:
    """`x`, `y`: where its first pixel lies in the space it was drawn for, px. `offset`: bytes from the block's address to it."""

    def __init__(self, block: Block, width: int, height: int, x: int = 0, y: int = 0, offset: int = 0) -> None:
        self.block = block
        self.where = (block.address + offset, width, height)
        self.width = width
        self.height = height
        self.x = x
        self.y = y
        self.whole = self.area  # the area of which it is all rows, or some
        self._halved: list[Texture] = []

    @property
    def bytes(self) -> int:
        return self.block.size

    @property
    def area(self) -> Rect:
        return (self.x, self.y, self.x + self.width, self.y + self.height)

    @property
    def image(self) -> Image:
        return Image(*self.where)

    def bands(self, rows: int) -> Iterator[Texture]:
        """The same memory, so many rows at a time."""
        for top in range(0, self.height, rows):
            high = min(rows, self.height - top)
            yield Texture(self.block, self.width, high, self.x, self.y + top, top * self.width * 4)

    def as_part_of(self, area: Rect) -> Texture:
        """As if all rows of the area were there: only those that are may be looked at."""
        assert (self.x, self.x + self.width) == (area[0], area[2])
        offset = (area[1] - self.y) * self.width * 4
        return Texture(self.block, self.width, area[3] - area[1], area[0], area[1], offset)

    def halved(self, times: int) -> Texture:
        """Half the size `times` times over: each pixel the mean of four."""
        memory = self.block.memory
        while len(self._halved) < times:
            last = self._halved[-1] if self._halved else self
            small = empty(memory, max(1, (last.width + 1) // 2), max(1, (last.height + 1) // 2))
            memory.launch("reduce", Resize(last.image, small.image), small.width, small.height)
            self._halved.append(small)
        return self._halved[times - 1] if times else self


def empty(memory: Memory, width: int, height: int, x: int = 0, y: int = 0) -> Texture:
    """Pixels that nobody has written yet."""
    return Texture(memory.block(width * height * 4), width, height, x, y)


def alike(texture: Texture) -> Texture:
    """Another one of its size and place, that nobody has written yet."""
    out = empty(texture.block.memory, texture.width, texture.height, texture.x, texture.y)
    out.whole = texture.whole
    return out


def cleared(texture: Texture) -> Texture:
    """The same, transparent."""
    out = alike(texture)
    out.block.memory.launch("draw", Draw(out.image, clear=1), out.width, out.height)
    return out


def uploaded(memory: Memory, pixels: Pixels, x: int = 0, y: int = 0) -> Texture:
    return Texture(memory.upload(pixels), pixels.shape[1], pixels.shape[0], x, y)


def upload_into(texture: Texture, pixels: Pixels) -> Texture:
    texture.block.memory.upload(pixels, texture.block)
    return texture


def downloaded(texture: Texture) -> Pixels:
    """(height, width, 4), once the card has drawn it: this waits."""
    pixels = np.empty((texture.height, texture.width, 4), np.uint8)
    texture.block.memory.download(texture.block, pixels.reshape(-1))
    texture.block.memory.finish()
    return pixels
