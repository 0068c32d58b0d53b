"""Where a video is cut into segments: by the document alone, never by the machine or by how many workers there are."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

Span = tuple[int, int]  # first frame, and the one after the last

SHARE = 16  # of the duration: a short film still fills many workers
SHORTEST, LONGEST = Fraction(1, 2), Fraction(2)  # seconds
FEWEST = 8  # frames; encoders cannot be stitched from one or two


def borders(frames: int, fps: Fraction, span: Span) -> tuple[Span, ...]:
    """The segments of `span`, in order. Cuts are those of the whole composition of `frames` frames, so that a part of it
    shares its inner segments with the whole; what a cut would leave shorter than FEWEST joins its neighbour."""
    first, last = span
    length = segment_length(frames, fps)
    cuts = [cut for cut in range(length, frames - length + 1, length) if first + FEWEST <= cut <= last - FEWEST]
    return tuple(pairwise((first, *cuts, last)))


def segment_length(frames: int, fps: Fraction) -> int:
    """Frames of every segment but the last, which takes the remainder too."""
    seconds = min(max(frames / fps / SHARE, SHORTEST), LONGEST)
    return max(FEWEST, round(seconds * fps))
