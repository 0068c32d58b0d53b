"""A PNG sequence, straight alpha: a folder of 00001.png, 00002.png, …, or files by a pattern like `shot_%05d.png`.

All frames are made in a hidden folder first; only a whole sequence is moved to its place.
"""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray

from render_engine.encode.output import Output
from render_engine.encode.partial import check_folder, discard, partial_path
from render_engine.errors import EncoderError

_NUMBER = re.compile(r"%0?(\d*)d")


class ImagesTarget:
    def __init__(self, output: Output) -> None:
        self._folder, self._pattern = _place(output.path)
        check_folder(self._folder / "frame" if self._folder.is_dir() else self._folder)
        self._output = output
        self._partial = partial_path(self._folder)
        self._partial.mkdir()
        self._context = _open_encoder(output)
        self._frames = 0

    def write(self, frame: av.VideoFrame, number: int) -> None:
        pixels = frame.reformat(format=self._context.pix_fmt)
        pixels.pts, pixels.time_base = number, Fraction(1)
        (packet,) = self._context.encode(pixels)
        self._frames = number + 1
        (self._partial / (self._pattern % self._frames)).write_bytes(bytes(packet))

    def write_audio(self, block: NDArray[np.float32], position: int) -> None:
        """Pictures are silent."""

    def close(self) -> None:
        if not self._folder.exists():
            self._partial.rename(self._folder)
            return
        for made in sorted(self._partial.iterdir()):
            made.replace(self._folder / made.name)
        self._partial.rmdir()
        self._remove_longer()

    def _remove_longer(self) -> None:
        """Frames of an earlier, longer sequence would pass for the end of this one."""
        number = self._frames + 1
        while (stale := self._folder / (self._pattern % number)).exists():
            stale.unlink()
            number += 1

    def discard(self) -> None:
        discard(self._partial)


def _place(path: Path) -> tuple[Path, str]:
    """The folder, and the pattern of names in it."""
    if not path.suffix:
        return path.absolute(), "%05d.png"
    if len(_NUMBER.findall(path.name)) != 1 or path.name.count("%") != 1:
        raise EncoderError(
            f'"{path.name}" names one picture: for a PNG sequence name a folder ("{path.stem}") '
            f'or a pattern ("{path.stem}_%05d.png").'
        )
    return path.absolute().parent, path.name


def _open_encoder(output: Output) -> VideoCodecContext:
    context = av.CodecContext.create("png", "w")
    assert isinstance(context, VideoCodecContext)
    context.width, context.height = output.width, output.height
    context.pix_fmt = "rgba" if output.alpha else "rgb24"
    context.time_base = Fraction(1)
    context.thread_count = 1
    context.open()
    return context
