"""From display lists to the encoder's frames: the canvas converted, or overlays blended over a video's own planes.

The display list and the pixel format alone decide which, so the same frame is always made the same way.
"""

from __future__ import annotations

from collections.abc import Mapping

import av

from render_engine.cpu.compositor import Compositor
from render_engine.cpu.convert import Converter
from render_engine.cpu.over_video import OverVideo, split
from render_engine.cpu.pictures import Pictures
from render_engine.display_list import DisplayList
from render_engine.media.medium import Medium
from render_engine.text.fonts import FontLibrary


class Frames:
    """Makes a scene's frames one after another, in the pixel format that the writer asks for."""

    def __init__(self, width: int, height: int, pix_fmt: str, fonts: FontLibrary, media: Mapping[str, Medium]) -> None:
        self._pictures = Pictures(media)
        self._compositor = Compositor(width, height, fonts, self._pictures)
        self._converter = Converter(width, height, pix_fmt)
        planar = pix_fmt == "yuv420p"
        self._over_video = OverVideo(width, height, fonts, self._pictures) if planar else None

    def draw(self, frame: DisplayList) -> av.VideoFrame:
        """The frame, good until the next call."""
        self._pictures.next_frame()
        found = split(frame) if self._over_video else None
        if found and self._over_video and (blended := self._over_video.draw(*found)):
            return blended
        return self._converter.convert(*self._compositor.draw(frame))

    def close(self) -> None:
        self._pictures.close()
