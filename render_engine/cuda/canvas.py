"""A scene's frames as pictures on the card: for encoders (frames.py), and for the window, which shows them (app/preview)."""

from __future__ import annotations

from render_engine.cpu.compositor import Compositor as CpuCompositor
from render_engine.cpu.pictures import Pictures
from render_engine.cuda.compositor import KEPT, Compositor
from render_engine.cuda.device import OutOfCardMemory
from render_engine.cuda.memory import Memory
from render_engine.cuda.texture import Texture, upload_into
from render_engine.display_list import DisplayList
from render_engine.text.face import Fonts


class Canvas:
    def __init__(self, width: int, height: int, fonts: Fonts, pictures: Pictures, memory: Memory) -> None:
        self._size = (width, height)
        self._memory = memory
        self._fonts = fonts
        self._pictures = pictures
        room = min(KEPT, memory.device.card().free // 2)  # bytes that textures may take
        self._compositor = Compositor(width, height, fonts, pictures, memory, room)
        self._by_processor: CpuCompositor | None = None

    def draw(self, frame: DisplayList) -> Texture:
        """Good until the next call. Where the card has too little memory, with nothing kept, and else by the processor."""
        try:
            return self._compositor.draw(frame)
        except OutOfCardMemory:
            self._compositor.forget()
        try:
            return self._compositor.draw(frame)
        except OutOfCardMemory:
            self._compositor.forget()
        self._memory.meter.by_processor += 1
        self._by_processor = self._by_processor or CpuCompositor(*self._size, self._fonts, self._pictures)
        return upload_into(self._compositor.canvas, self._by_processor.draw(frame)[0])

    def forget(self) -> None:
        """Everything is drawn anew."""
        self._compositor.forget()
