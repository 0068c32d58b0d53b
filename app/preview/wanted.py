"""Which frames are wanted, the most wanted first."""

from __future__ import annotations

from collections.abc import Iterator

AHEAD = 12  # frames that are drawn before they are due
BACK = 48  # the same backwards, where a video's groups of pictures come whole, each after a wait
BESIDE = (12, 2)  # frames after and before a still playhead that are drawn while nothing else is to do


def near(frame: int, frames: int) -> Iterator[int]:
    """Around a playhead that stands still."""
    after, before = BESIDE
    for away in (*range(1 + after), *range(-1, -1 - before, -1)):
        if 0 <= frame + away < frames:
            yield frame + away


def coming(first: int, due: int, step: int, span: tuple[int, int], loop: bool, late: int = 0) -> Iterator[int]:
    """From the frame that is due on, counted from `first`, so that each asks for the same ones.

    late: frames that drawing one takes. Those that would come too late are not asked for: time goes on meanwhile, and a
    decoder would have to go back for them.
    """
    begin, end = span
    due = first + -(-(due - first) // step) * step
    behind, ahead = -(-late // abs(step)), AHEAD if step > 0 else BACK
    for away in range(behind, behind + ahead):
        frame = due + away * step
        if loop and end - begin > ahead:
            yield begin + (frame - begin) % (end - begin)
        elif begin <= frame < end:
            yield frame
