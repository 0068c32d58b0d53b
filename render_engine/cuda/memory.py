"""Memory on the card that is used again and again, and what goes to it and comes back.

Everything is drawn in one stream, so a block may be given out again while kernels that read it still wait in line:
whoever writes into it waits behind them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from ctypes import Structure
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.texture import Kept
from render_engine.cuda.device import Bytes, Device, OutOfCardMemory, Stream
from render_engine.cuda.launches import LAUNCHES, PIXELS

THREADS = (32, 8)  # of a block: a warp reads neighbouring pixels
TABLES = 64 << 20  # bytes
STEP = 1 << 12  # bytes: sizes are rounded up, so that blocks fit again


@dataclass
class Meter:
    """What crossed between host and card, and what was asked of it."""

    host_to_card: int = 0  # bytes
    card_to_host: int = 0
    launches: int = 0
    texture_hits: int = 0
    texture_misses: int = 0
    by_processor: int = 0  # frames for which there was too little memory


@dataclass(eq=False)
class Block:
    """Bytes on the card; when nobody has it any more, it goes back to its memory."""

    address: int
    size: int
    memory: Memory = field(repr=False)

    @property
    def bytes(self) -> int:
        return self.size

    def __del__(self) -> None:
        self.memory.take_back(self.address, self.size)


class Memory:
    """One stream of one device, and its blocks."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.stream = device.stream()
        self.meter = Meter()
        self._tables: Kept[Block] = Kept(TABLES)
        self._idle: dict[int, list[int]] = defaultdict(list)  # addresses by size
        self._closed = False

    def block(self, size: int) -> Block:
        """At least so many bytes. Raises OutOfCardMemory once even idle blocks are given back."""
        size = -(-max(size, 1) // STEP) * STEP
        if self._idle[size]:
            return Block(self._idle[size].pop(), size, self)
        try:
            return Block(self.device.allocate(size), size, self)
        except OutOfCardMemory:
            self.release()
            return Block(self.device.allocate(size), size, self)

    def take_back(self, address: int, size: int) -> None:
        if not self._closed:
            self._idle[size].append(address)

    def release(self) -> None:
        """Gives idle blocks back to the device."""
        for addresses in self._idle.values():
            while addresses:
                self.device.free(addresses.pop())

    def upload(self, data: NDArray[np.generic] | bytes, block: Block | None = None) -> Block:
        source = np.frombuffer(data, np.uint8) if isinstance(data, bytes) else _bytes_of(data)
        block = block or self.block(source.nbytes)
        self.device.upload(block.address, source, self.stream)
        self.meter.host_to_card += source.nbytes
        return block

    def table(self, key: Hashable, make: Callable[[], NDArray[Any] | bytes]) -> Block:
        """Numbers that an effect looks up, sent once; `make` gives them."""
        return self._tables.get(key, lambda: self.upload(make()))

    def download(self, block: Block, into: Bytes, stream: Stream | None = None) -> None:
        """There once the stream has come so far; in another one, whoever calls sees to the order."""
        self.device.download(into, block.address, self.stream if stream is None else stream)
        self.meter.card_to_host += into.nbytes

    def launch(self, kernel: str, arguments: Structure, width: int, height: int) -> None:
        """Over width × height px."""
        assert isinstance(arguments, LAUNCHES[kernel]), kernel
        across, down = PIXELS.get(kernel, (1, 1))
        blocks = (-(-width // (THREADS[0] * across)), -(-height // (THREADS[1] * down)))
        self.device.launch(kernel, blocks, THREADS, bytes(arguments), self.stream)
        self.meter.launches += 1

    def wait_for_ffmpeg(self) -> None:
        """What is launched from now on waits for FFmpeg's decoders, which write their frames in the null stream."""
        self.device.wait(self.device.record(self.device.null_stream), self.stream)

    def let_ffmpeg_wait(self) -> None:
        """They write no frame anew before all that was launched is done."""
        self.device.wait(self.device.record(self.stream), self.device.null_stream)

    def finish(self) -> None:
        """Waits until all of it is done."""
        self.device.wait(self.device.record(self.stream))

    def close(self) -> None:
        """Blocks that others still hold go with the device."""
        self.finish()
        self._tables.clear()
        self.release()
        self._closed = True


def _bytes_of(data: NDArray[np.generic]) -> Bytes:
    return np.ascontiguousarray(data).reshape(-1).view(np.uint8)
