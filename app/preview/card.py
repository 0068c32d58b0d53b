"""Draws the preview on a card: the picture comes down into pinned memory, and from there into the slot that the window sees."""

from __future__ import annotations

from app.preview.slots import Pixels
from render_engine.cpu.pictures import Pictures
from render_engine.cuda.canvas import Canvas
from render_engine.cuda.device import Device
from render_engine.cuda.memory import Memory
from render_engine.display_list import DisplayList
from render_engine.timeline.scene import Scene


class Card:
    """For one thread, which has opened the device. Raises CardFailed."""

    def __init__(self, device: Device) -> None:
        self.name = device.card().name
        self._device = device
        self._memory = Memory(device)
        self._pinned = device.pinned(1)
        self._scene: Scene | None = None
        self._canvas: Canvas | None = None

    def draw(self, scene: Scene, pictures: Pictures, frame: DisplayList, into: Pixels) -> bool:
        """Whether the card did; else it had too little memory, and the processor drew this frame."""
        alone = self._memory.meter.by_processor
        texture = self._canvas_of(scene, pictures).draw(frame)
        if self._pinned.nbytes < into.nbytes:
            self._pinned = self._device.pinned(into.nbytes)
        down = self._pinned[: into.nbytes]
        self._memory.download(texture.block, down)
        self._memory.finish()
        into[:] = down.reshape(into.shape)
        return self._memory.meter.by_processor == alone

    def _canvas_of(self, scene: Scene, pictures: Pictures) -> Canvas:
        """Of the film before nothing is kept: its fonts and pictures may be others."""
        if self._canvas is None or scene is not self._scene:
            self._canvas = None
            self._memory.release()
            self._canvas = Canvas(scene.width, scene.height, scene.fonts, pictures, self._memory)
            self._scene = scene
        return self._canvas
