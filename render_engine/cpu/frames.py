"""From display lists to the encoder's frames: the canvas converted, or overlays blended over the planes of full-frame pictures.

The display list and the pixel format alone decide which, so the same frame is always made the same way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import av

from render_engine.cpu.compositor import Compositor
from render_engine.cpu.convert import Converter
from render_engine.cpu.over_video import OverVideo
from render_engine.cpu.pictures import Pictures
from render_engine.display_list import DisplayList
from render_engine.media.medium import Medium
from render_engine.text.face import Fonts


class Frames:
    """Makes a scene's frames one after another, in the pixel format that the writer asks for.

    Without `reuse` every frame is drawn from nothing, which changes no byte of it: tests/render/test_reuse.py.
    """

    def __init__(
        self, width: int, height: int, pix_fmt: str, fonts: Fonts, media: Mapping[str, Medium], *, reuse: bool = True
    ) -> None:
        self._size = (width, height)
        self._pix_fmt = pix_fmt
        self._fonts = fonts
        self._reuse = reuse
        self._pictures = Pictures(media)
        self._begin()

    def draw(self, frame: DisplayList) -> av.VideoFrame:
        """The frame, good until the next call."""
        if not self._reuse:
            self._begin()
        self._pictures.next_frame()
        if self._over_video and (blended := self._over_video.draw(frame)):
            return blended
        return self._converter.convert(*self._compositor.draw(frame))

    def drawn(self, frames: Iterable[DisplayList]) -> Iterator[av.VideoFrame]:
        """One after another, each good until the next one is asked for."""
        return map(self.draw, frames)

    def told(self) -> dict[str, Any]:
        return {}

    def close(self) -> None:
        self._pictures.close()

    def _begin(self) -> None:
        """With nothing kept but open decoders."""
        self._pictures.forget()
        self._compositor = Compositor(*self._size, self._fonts, self._pictures)
        self._converter = Converter(*self._size, self._pix_fmt)
        planar = self._pix_fmt == "yuv420p"
        self._over_video = OverVideo(*self._size, self._fonts, self._pictures) if planar else None
