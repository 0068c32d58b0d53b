"""Memory on the card that is used again and again, and what goes to it and comes back.

Everything is drawn in one stream, so a block may be given out again while kernels that read it still wait in line:
whoever writes into it waits behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from ctypes import Structure
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakMethod

import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.texture import Kept
from render_engine.cuda.device import Bytes, Device, OutOfCardMemory, Stream
from render_engine.cuda.idle import Idle
from render_engine.cuda.launches import LAUNCHES, PIXELS
from render_engine.cuda.staging import Staging

THREADS = (32, 8)  # of a block: a warp reads neighbouring pixels
TABLES = 64 << 20  # bytes
STEP = 1 << 12  # bytes
LOOK = 16  # frames, after which it is looked how full the card is
RESERVE = 1 / 32  # of its memory, left to others


@dataclass
class Meter:
    """What crossed between host and card, and what was asked of it."""

    host_to_card: int = 0  # bytes
    card_to_host: int = 0
    launches: int = 0
    texture_hits: int = 0
    texture_misses: int = 0
    in_parts: int = 0  # frames for which there was too little memory, drawn some rows at a time
    by_processor: int = 0  # those for which that was too little too


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

    def __init__(self, device: Device, stream: Stream | None = None) -> None:
        self.device = device
        self.stream = device.stream() if stream is None else stream
        self.meter = Meter()
        self.make_room: WeakMethod[Callable[[], None]] | None = None  # whoever keeps blocks lets go of all that it can
        self._staging = Staging(device, self.stream)
        self._tables: Kept[Block] = Kept(TABLES)
        self._idle = Idle(device.free)
        self._frame = 0
        self._short = False
        self._full = False
        self._closed = False

    def block(self, size: int) -> Block:
        """At least so many bytes. Raises OutOfCardMemory once all that can be spared is given back."""
        size = _rounded(size)
        address = self._idle.take(size)
        return Block(self._allocated(size) if address is None else address, size, self)

    def _allocated(self, size: int) -> int:
        for spare in (self.release, self.spare):
            try:
                return self.device.allocate(size)
            except OutOfCardMemory:
                spare()
        return self.device.allocate(size)

    def take_back(self, address: int, size: int) -> None:
        if not self._closed:
            self._idle.add(address, size)

    def next_frame(self) -> None:
        """Now and then looks whether the card is nearly full: others draw on it too."""
        self._idle.next_frame()
        self._frame += 1
        if self._frame % LOOK:
            return
        card, was_full = self.device.card(), self._full
        self._full = card.free < card.memory * RESERVE
        if self._full and not was_full:
            self.spare()
        elif self._full:  # what is kept would only be made again and again
            self.release()

    def spare(self) -> None:
        """Gives back all that can be made again."""
        if self._short:  # making room takes a little memory itself
            return
        self._short = True
        try:
            self._tables.clear()
            make_room = self.make_room and self.make_room()
            if make_room:
                make_room()
        finally:
            self._short = False
        self.release()

    def release(self) -> None:
        """Gives idle blocks back to the device."""
        if self._idle.bytes:
            self.finish()  # kernels that wait in line may still want them
            self._idle.clear()

    def upload(self, data: NDArray[np.generic] | bytes, block: Block | None = None) -> Block:
        source = np.frombuffer(data, np.uint8) if isinstance(data, bytes) else _bytes_of(data)
        block = block or self.block(source.nbytes)
        self._staging.upload(block.address, source)
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


def _rounded(size: int) -> int:
    """By an eighth at most, so that blocks of nearly one size stand in for each other."""
    step = max(STEP, 1 << max(0, size.bit_length() - 4))
    return -(-max(size, 1) // step) * step


def _bytes_of(data: NDArray[np.generic]) -> Bytes:
    return np.ascontiguousarray(data).reshape(-1).view(np.uint8)
