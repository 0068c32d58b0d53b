"""Where lines end: the longest that fit, or the most even ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SLACK = 1 / 64  # px: a text laid out at its own width does not wrap for a rounding


@dataclass(frozen=True)
class Measured:
    """A paragraph's graphemes: the edges between them, how much of each is letter spacing, which are spaces, and
    after which a line may end."""

    edges: Sequence[float]  # one more than there are graphemes
    spacing: Sequence[float]
    spaces: Sequence[bool]
    breaks: Sequence[bool]


def break_lines(text: Measured, width: float, *, inside_words: bool) -> list[tuple[int, int]]:
    """Lines as ranges of graphemes, trailing spaces included. A word wider than a line is cut where it must be, or
    sticks out."""
    lines = []
    start, at = 0, 0
    while at < len(text.spaces):
        end = _chunk_end(text, at)
        if at > start and not _fits(text, start, end, width):
            lines.append((start, at))
            start = at
        elif inside_words and not _fits(text, start, end, width):
            at = _cut(text, start, end, width)
            if at < end:
                lines.append((start, at))
                start = at
        else:
            at = end
    return [*lines, (start, at)]


def balance_lines(text: Measured, width: float, *, inside_words: bool) -> list[tuple[int, int]]:
    """The narrowest lines that are as many as the longest ones."""
    best = break_lines(text, width, inside_words=inside_words)
    low, high = 0.0, width
    while len(best) > 1 and high - low > 1:
        middle = (low + high) / 2
        lines = break_lines(text, middle, inside_words=False)
        if len(lines) <= len(best) and all(_fits(text, *line, width) for line in lines):
            best, high = lines, middle
        else:
            low = middle
    return best


def visible_end(text: Measured, start: int, end: int) -> int:
    """Where a line ends for the eye: trailing spaces hang."""
    while end > start and text.spaces[end - 1]:
        end -= 1
    return end


def _chunk_end(text: Measured, at: int) -> int:
    end = at + 1
    while end < len(text.spaces) and not text.breaks[end - 1]:
        end += 1
    return end


def _fits(text: Measured, start: int, end: int, width: float) -> bool:
    end = visible_end(text, start, end)
    return end == start or text.edges[end] - text.edges[start] - text.spacing[end - 1] <= width + SLACK


def _cut(text: Measured, start: int, end: int, width: float) -> int:
    at = start + 1
    while at < end and _fits(text, start, at + 1, width):
        at += 1
    while at < end and text.spaces[at]:
        at += 1
    return at
