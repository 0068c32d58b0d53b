"""From display lists to the encoder's frames on the card. Twin of cpu/frames.py.

    draw ─▶ convert ─▶ NVENC, by DLPack: nothing comes down
                  └──▶ down into pinned memory, while the next frame is drawn ─▶ an encoder of the host

The card is told to make the next frame before this one is waited for: it draws while the host encodes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

import av
from av.video.frame import CudaContext

from render_engine.cpu.convert import Converter
from render_engine.cpu.frames import Frames as CpuFrames
from render_engine.cpu.pictures import Pictures
from render_engine.cuda.canvas import Canvas
from render_engine.cuda.device import Bytes, Device, Event, OutOfCardMemory, open_device
from render_engine.cuda.dlpack import CUDA
from render_engine.cuda.memory import Block, Memory, Meter
from render_engine.cuda.nvdec import refusal
from render_engine.cuda.planes import planar, planar_frame, planar_size, semiplanar, semiplanar_size
from render_engine.cuda.texture import Texture
from render_engine.display_list import DisplayList
from render_engine.media.card_decoding import CardDecoding
from render_engine.media.medium import Medium
from render_engine.text.face import Fonts

AHEAD = 2  # frames that are under way at once


@dataclass
class Spent:
    """What all frames took on the card so far, seconds."""

    drawing: float = 0.0
    converting: float = 0.0
    copying: float = 0.0
    frames: int = 0


@dataclass(eq=False)
class _Begun:
    """A frame that the card is at work on: when its stages are passed, and how it is fetched."""

    marks: list[Event]
    fetch: Callable[[], av.VideoFrame]
    made: av.VideoFrame | None = None


class Frames:
    """Makes a scene's frames one after another.

    `on_card`: for NVENC, frames that stay on the card, with the bits of `pix_fmt`; else the host's, in that format.
    Without `reuse` every frame is drawn from nothing.
    """

    def __init__(
        self,
        width: int,
        height: int,
        pix_fmt: str,
        fonts: Fonts,
        media: Mapping[str, Medium],
        *,
        reuse: bool = True,
        on_card: bool = False,
        device: Device | None = None,
    ) -> None:
        self._size = (width, height)
        self._pix_fmt = pix_fmt
        self._reuse = reuse
        self._device = device or open_device()
        self._memory = Memory(self._device)
        self._down = self._device.stream()
        self._decoding = CardDecoding(refusal) if self._device.dlpack == CUDA else None
        self._pictures = Pictures(media, card=self._decoding)
        self._canvas = Canvas(width, height, fonts, self._pictures, self._memory)
        self._make = self._for_nvenc if on_card else self._for_host if pix_fmt == "yuv420p" else self._for_converter
        self._converter = None if on_card or pix_fmt == "yuv420p" else Converter(width, height, pix_fmt)
        self._context = CudaContext(primary_ctx=False, current_ctx=True) if self._device.dlpack == CUDA else None
        size = width * height * 4 if self._converter else planar_size(width, height)
        self._surfaces = Memory(self._device, self._memory.stream)
        self._deep = pix_fmt.endswith("10le")
        # From the start, and in turn: a frame that could be drawn shall come down too.
        self._slots = deque(self._device.pinned(size) for _ in range(0 if on_card else AHEAD))
        self._planes = deque(self._memory.block(size) for _ in range(AHEAD if self._make == self._for_host else 0))
        self._last: tuple[bytes, _Begun] | None = None
        self.spent = Spent()

    @property
    def meter(self) -> Meter:
        return self._memory.meter

    def draw(self, frame: DisplayList) -> av.VideoFrame:
        """The frame, good until the next call."""
        return self._finished(self._begun(frame))

    def drawn(self, frames: Iterable[DisplayList]) -> Iterator[av.VideoFrame]:
        """One after another, each good until the next one is asked for; the card is a frame ahead."""
        before: _Begun | None = None
        for frame in frames:
            begun = self._begun(frame)
            if before:
                yield self._finished(before)
            before = begun
        if before:
            yield self._finished(before)

    def told(self) -> dict[str, Any]:
        """What was spent since this was asked last; seconds are the card's own."""
        told = asdict(self.spent) | asdict(self._memory.meter)
        if self._decoding:
            told["card_to_host"] += self._decoding.brought_down
            told |= self._decoding.told()
        self.spent, self._memory.meter = Spent(), Meter()
        return told

    def close(self) -> None:
        self._pictures.close()
        self._last = None
        del self._canvas
        self._planes.clear()
        self._surfaces.close()
        self._memory.close()
        self._device.close()

    # --------------------------------------------------------------------------------------------- one frame

    def _begun(self, frame: DisplayList) -> _Begun:
        """Tells the card all that makes the frame, and waits for nothing."""
        if not self._reuse:
            self._canvas.forget()
            self._pictures.forget()
            self._last = None
        if self._last is None or self._last[0] != frame.digest:
            self._last = None
            self._pictures.next_frame()
            begin = self._mark()
            canvas = self._canvas.draw(frame)
            begun = self._make(canvas, [begin, self._mark()])
            self._last = frame.digest, begun
        return self._last[1]

    def _for_nvenc(self, canvas: Texture, marks: list[Event]) -> _Begun:
        planes = semiplanar(self._memory, canvas, self._deep, self._surface())
        return _Begun([*marks, self._mark()], lambda: planes.frame(self._context))

    def _surface(self) -> Block:
        """FFmpeg has a frame's memory known to NVENC until the encoder closes: until then these blocks are not given back."""
        size = semiplanar_size(*self._size, self._deep)
        try:
            return self._surfaces.block(size)
        except OutOfCardMemory:
            self._canvas.forget()
        return self._surfaces.block(size)

    def _for_host(self, canvas: Texture, marks: list[Event]) -> _Begun:
        self._planes.rotate()
        planar(self._memory, canvas, self._planes[0])
        converted = self._mark()
        slot, fetched = self._fetch(self._planes[0], converted)
        return _Begun([*marks, converted, fetched], lambda: planar_frame(slot, *self._size))

    def _for_converter(self, canvas: Texture, marks: list[Event]) -> _Begun:
        """For formats that only the processor makes: the canvas itself comes down, after which it may be drawn over."""
        slot, fetched = self._fetch(canvas.block, marks[-1])
        self._device.wait(fetched, self._memory.stream)
        pixels = slot.reshape(canvas.height, canvas.width, 4)
        converter = self._converter
        assert converter
        return _Begun([*marks, marks[-1], fetched], lambda: converter.convert(pixels))

    def _fetch(self, block: Block, ready: Event) -> tuple[Bytes, Event]:
        """Into pinned memory in a stream of its own: meanwhile the next frame is drawn."""
        self._slots.rotate()
        slot = self._slots[0]
        self._device.wait(ready, self._down)
        self._memory.download(block, slot, self._down)
        return slot, self._device.record(self._down)

    def _mark(self) -> Event:
        return self._device.record(self._memory.stream)

    def _finished(self, begun: _Begun) -> av.VideoFrame:
        if begun.made is None:
            self._device.wait(begun.marks[-1])
            begun.made = begun.fetch()
            self._note(begun.marks)
        return begun.made

    def _note(self, marks: list[Event]) -> None:
        stages = [self._device.seconds(*pair) for pair in pairwise(marks)] + [0.0]
        self.spent.frames += 1
        self.spent.drawing += stages[0]
        self.spent.converting += stages[1]
        self.spent.copying += stages[2]


class InsteadOfCard(CpuFrames):
    """The same by the processor, counted."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._count = 0

    def draw(self, frame: DisplayList) -> av.VideoFrame:
        self._count += 1
        return super().draw(frame)

    def told(self) -> dict[str, Any]:
        told = asdict(Spent()) | asdict(Meter(by_processor=self._count))
        self._count = 0
        return told


def frames_on_card(
    *given: Any, reuse: bool = True, on_card: bool = False, device: Device | None = None
) -> Frames | InsteadOfCard:
    """By the processor where a card has not even room for an empty frame, unless NVENC waits for it."""
    try:
        return Frames(*given, reuse=reuse, on_card=on_card, device=device)
    except OutOfCardMemory:
        if on_card:
            raise
        return InsteadOfCard(*given, reuse=reuse)
