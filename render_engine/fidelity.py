"""How near a decoded frame is to the one that was drawn.

Measured where the two differ most: over a whole frame, a wrong word would hide behind a right background.
"""

from __future__ import annotations

import math

import av
import numpy as np
from av.video.plane import VideoPlane
from numpy.typing import NDArray

from render_engine.encode.video_settings import VideoSettings

Samples = NDArray[np.float32]
BLOCK = 64  # pixels a side
# Decibels that even noise keeps, with some to spare; another picture there has 5 to 15.
_PRORES, _GIF = 24.0, 10.0  # a palette's dots are far from the colours that they stand for
_CODED, _A_STEP = 40.0, 0.7  # with a crf of 0 in x264's scale; what each step of crf may cost
_LEAST = 12.0  # also where a peak rate may cost more quality than crf asks


def asked_psnr(settings: VideoSettings) -> float:
    """Decibels that every block of a frame must reach to count as the frame that was drawn."""
    if settings.codec == "png":
        return math.inf
    if settings.codec == "gif":
        return _GIF
    crf = settings.row.crf if settings.crf is None else settings.crf
    if crf is None:
        return _PRORES
    if settings.max_rate:
        return _LEAST
    return max(_LEAST, _CODED - _A_STEP * crf * 51 / settings.row.crf_range[1])


def worst_psnr(drawn: av.VideoFrame, decoded: av.VideoFrame) -> float:
    """Decibels, in the block that differs most; infinite where every sample is the same."""
    if decoded.format.name != drawn.format.name:
        decoded = decoded.reformat(format=drawn.format.name)  # other depths or orders of the same channels
    peak = 2.0 ** drawn.format.components[0].bits - 1
    worst = max(_worst_block(one, other) for one, other in zip(_planes(drawn), _planes(decoded), strict=True))
    return 10 * math.log10(peak * peak / worst) if worst else math.inf


def _worst_block(one: Samples, other: Samples) -> float:
    """The greatest mean of squared differences in any block of a plane, (height, width) or (height, width, channels)."""
    squares = (one - other) ** 2
    sums = np.add.reduceat(np.add.reduceat(squares, _starts(squares.shape[0]), 0), _starts(squares.shape[1]), 1)
    rows, columns = (np.diff([*_starts(side), side]) for side in squares.shape[:2])
    counts = (rows[:, None] * columns[None, :]).reshape(len(rows), len(columns), *[1] * (squares.ndim - 2))
    return float((sums / counts).max())


def _starts(side: int) -> NDArray[np.intp]:
    """Where blocks begin; what is left over at the end joins the last."""
    return np.arange(max(1, side // BLOCK)) * BLOCK


def _planes(frame: av.VideoFrame) -> list[Samples]:
    return [_samples(frame, plane) for plane in frame.planes] if frame.format.is_planar else [_packed(frame)]


def _samples(frame: av.VideoFrame, plane: VideoPlane) -> Samples:
    rows = np.frombuffer(memoryview(plane), np.uint16 if frame.format.components[0].bits > 8 else np.uint8)
    return rows.reshape(plane.height, -1)[:, : plane.width].astype(np.float32)


def _packed(frame: av.VideoFrame) -> Samples:
    """Four bytes a pixel: colours as they show over black, and how much they cover."""
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, -1, 4)
    pixels: Samples = rows[:, : plane.width].astype(np.float32)
    if "a" not in frame.format.name:
        return pixels[..., :3]
    pixels[..., :3] *= pixels[..., 3:] / 255
    return pixels
