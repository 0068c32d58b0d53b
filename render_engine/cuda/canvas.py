"""A scene's frames as pictures on the card: for encoders (frames.py), and for the window, which shows them (app/preview)."""

from __future__ import annotations

from render_engine.cpu.compositor import Compositor as CpuCompositor
from render_engine.cpu.pictures import Pictures
from render_engine.cuda.compositor import Compositor
from render_engine.cuda.device import OutOfCardMemory
from render_engine.cuda.memory import Memory
from render_engine.cuda.texture import Texture, upload_into
from render_engine.display_list import DisplayList
from render_engine.text.face import Fonts

LEAST = 64  # rows
AGAIN = 50  # frames, after which it is tried with more rows at a time


class Canvas:
    def __init__(self, width: int, height: int, fonts: Fonts, pictures: Pictures, memory: Memory) -> None:
        self._size = (width, height)
        self._memory = memory
        self._fonts = fonts
        self._pictures = pictures
        self._compositor = Compositor(width, height, fonts, pictures, memory)
        self._by_processor: CpuCompositor | None = None
        self._parts = 0  # how often the canvas was halved for the last frame, so that memory sufficed
        self._frame = 0

    def draw(self, frame: DisplayList) -> Texture:
        """Good until the next call. Where the card has too little memory, some rows at a time, and else by the processor."""
        self._memory.next_frame()
        self._frame += 1
        if self._frame % AGAIN == 0:
            self._parts = max(0, self._parts - 1)
        while True:
            try:
                texture = self._compositor.draw(frame, self._rows())
            except OutOfCardMemory:
                self._compositor.forget()
                if self._rows() == LEAST:
                    break
                self._parts += 1
            else:
                self._memory.meter.in_parts += self._parts > 0
                return texture
        self._memory.meter.by_processor += 1
        self._by_processor = self._by_processor or CpuCompositor(*self._size, self._fonts, self._pictures)
        return upload_into(self._compositor.canvas, self._by_processor.draw(frame)[0])

    def _rows(self) -> int:
        """That are drawn at a time; 0: all."""
        return max(LEAST, -(-(self._size[1] >> self._parts) // LEAST) * LEAST) if self._parts else 0

    def forget(self) -> None:
        """Everything is drawn anew."""
        self._compositor.forget()
