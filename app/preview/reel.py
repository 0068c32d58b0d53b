"""The frames of the film that are here, in memory that the preview's process draws into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QImage

from app.preview.frames import Asked, Frames
from app.preview.messages import Drawn, Memory, Opened
from app.preview.slots import Pixels, Slots

MEMORY = 256 << 20  # bytes of frames that are kept
FEWEST, MOST = 12, 300  # frames


@dataclass(frozen=True)
class Shown:
    """A frame in the window. Not exact: videos in it show their nearest keyframe, and the exact frame is coming."""

    frame: int
    image: QImage
    milliseconds: float  # that drawing it took
    exact: bool = True


def picture(pixels: Pixels, opaque: bool) -> QImage:
    """A copy: what is in shared memory is drawn over."""
    height, width, _ = pixels.shape
    kind = QImage.Format.Format_RGB32 if opaque else QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.data, width, height, 4 * width, kind).copy()


class Reel:
    def __init__(self) -> None:
        self.generation = 0  # of the film that it is for
        self._slots: Slots | None = None
        self._frames = Frames(0)
        self._opaque = True

    def begin(self, film: Opened) -> Memory:
        """Empty; in the same memory, where the frames are as large as before."""
        size = film.drawn_width, film.drawn_height
        if self._slots is None or (self._slots.place.width, self._slots.place.height) != size:
            self.close()
            self._slots = Slots.make(*size, max(FEWEST, min(MOST, MEMORY // (size[0] * size[1] * 4))))
        place = self._slots.place
        self.generation, self._opaque, self._frames = film.generation, film.opaque, Frames(place.count)
        return Memory(film.generation, str(place.path), *size, place.count)

    def close(self) -> None:
        if self._slots:
            self._slots.remove()
            self._slots = None

    def __contains__(self, frame: int) -> bool:
        return frame in self._frames

    @property
    def ranges(self) -> tuple[tuple[int, int], ...]:
        """Of frames that are here, as (first, after the last)."""
        return self._frames.ranges

    def ask(self, wanted: Sequence[int]) -> tuple[int, Asked]:
        """The order's number, and what is missing."""
        asked = self._frames.ask(wanted)
        return self._frames.order, asked

    def take(self, drawn: Drawn) -> bool:
        return self._frames.take(drawn)

    def refused(self, frame: int) -> None:
        self._frames.refused(frame)

    def shown(self, frame: int) -> Shown:
        """A frame that is here."""
        return self._shown(frame, self._frames.slot(frame), 0.0, exact=True)

    def drawn(self, drawn: Drawn) -> Shown:
        """What just came, exact or not."""
        return self._shown(drawn.frame, drawn.slot, drawn.milliseconds, drawn.exact)

    def _shown(self, frame: int, slot: int, took: float, exact: bool) -> Shown:
        assert self._slots
        return Shown(frame, picture(self._slots.pixels(slot), self._opaque), took, exact)
