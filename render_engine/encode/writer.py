"""Writes frames and sound to a file: one way in for videos, GIFs, PNG sequences and sound alone.

    with open_writer(output) as writer:
        for canvas in canvases:
            writer.write(converter.convert(canvas))    # one per output frame, in order
            while writer.audio_behind:
                writer.write_audio(next(blocks))       # float32 (n, 2), 48 kHz

Leaving the block finishes the file; an exception (Ctrl-C too) throws it away.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

import av
import numpy as np
from numpy.typing import NDArray

from render_engine.encode.gif import GifTarget
from render_engine.encode.images import ImagesTarget
from render_engine.encode.mux import SAMPLE_RATE, MuxTarget
from render_engine.encode.output import Output, check
from render_engine.encode.partial import failures_told


class Target(Protocol):
    """Where frames go. A target keeps to its partial file until `close`, which makes the result whole."""

    def write(self, frame: av.VideoFrame, number: int) -> None: ...

    def write_audio(self, block: NDArray[np.float32], position: int) -> None: ...

    def close(self) -> None: ...

    def discard(self) -> None: ...


class Writer:
    """Counts frames and samples, so that time is exact; the target knows the format."""

    def __init__(self, output: Output, target: Target) -> None:
        self.output = output
        self.pix_fmt = output.pixel_format
        self.frames = 0
        self.samples = 0
        self._target = target
        self._open = True

    @property
    def audio_behind(self) -> bool:
        """Whether sound is due: writing it as it falls due keeps memory flat, as nothing waits to be interleaved."""
        return self.output.audio and self.samples * self.output.fps < self.frames * SAMPLE_RATE

    def write(self, frame: av.VideoFrame) -> None:
        """The next frame. It may be written into again after this returns."""
        assert frame.format.name == self.pix_fmt, (frame.format.name, self.pix_fmt)
        assert (frame.width, frame.height) == (self.output.width, self.output.height)
        with failures_told(self.output.path):
            self._target.write(frame, self.frames)
        self.frames += 1

    def write_audio(self, block: NDArray[np.float32]) -> None:
        """The next samples, (n, 2) float32 in -1…1, at 48 kHz."""
        assert self.output.audio
        if len(block) == 0:
            return
        with failures_told(self.output.path):
            self._target.write_audio(block, self.samples)
        self.samples += len(block)

    def finish(self) -> None:
        """Makes the file whole and gives it its name."""
        if self._open:
            try:
                with failures_told(self.output.path):
                    self._target.close()
                self._open = False
            finally:
                self.discard()

    def discard(self) -> None:
        """Leaves nothing behind; does nothing once finished."""
        if self._open:
            self._open = False
            self._target.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.finish()
        else:
            self.discard()


_TARGETS: dict[str, Callable[[Output], Target]] = {"gif": GifTarget, "png": ImagesTarget}


def open_writer(output: Output) -> Writer:
    """Opens the encoder and the file; what cannot be written is refused here (EncoderError, BadInput)."""
    check(output)
    with failures_told(output.path):
        return Writer(output, _TARGETS.get(output.codec.name, MuxTarget)(output))
