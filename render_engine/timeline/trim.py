"""The part of an outline between two shares of its length: lines that write themselves."""

from __future__ import annotations

import math
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate, pairwise

from render_engine.display_list import Path
from render_engine.timeline.bezier import Segment, Spot, contours, point_at, split

VERBS = {2: "L", 3: "Q", 4: "C"}
CHORDS = 32  # of a curve, to measure it


def trimmed(path: Path, start: float, end: float, offset: float = 0.0) -> Path:
    """From `start` to `end`, both moved on by `offset`, around the outline; contours count one after another."""
    if end <= start:
        return Path("", ())
    if end - start >= 1:
        return path
    first = (start + offset) % 1.0
    last = first + end - start
    ruler = _ruler(path)
    if last <= 1:
        return ruler.cut(((first, last),))
    return ruler.cut(((first, 1.0), (0.0, last - 1)))


class _Ruler:
    """An outline with the lengths along it."""

    def __init__(self, path: Path) -> None:
        found = list(contours(path))
        self.even_odd = path.even_odd
        self.segments = [segment for segments, _ in found for segment in segments]
        self.tables = [_chords(segment) for segment in self.segments]
        self.ends = list(accumulate((table[-1] for table in self.tables), initial=0.0))

    def cut(self, shares: tuple[tuple[float, float], ...]) -> Path:
        whole = self.ends[-1]
        verbs: list[str] = []
        points: list[float] = []
        here: Spot | None = None
        for low, high in shares:
            for segment in self._pieces(low * whole, high * whole):
                if segment[0] != here:
                    verbs.append("M")
                    points.extend(segment[0])
                verbs.append(VERBS[len(segment)])
                points.extend(c for point in segment[1:] for c in point)
                here = segment[-1]
        quantised = tuple(round(c * 256.0) / 256.0 + 0.0 for c in points)
        return Path("".join(verbs), quantised, self.even_odd)

    def _pieces(self, low: float, high: float) -> list[Segment]:
        k = max(0, bisect_right(self.ends, low) - 1)
        pieces = []
        while k < len(self.segments) and self.ends[k] < high:
            begin, table = self.ends[k], self.tables[k]
            piece = _part(self.segments[k], _share(table, low - begin), _share(table, high - begin))
            if piece is not None:
                pieces.append(piece)
            k += 1
        return pieces


@lru_cache(maxsize=64)
def _ruler(path: Path) -> _Ruler:
    return _Ruler(path)


def _chords(segment: Segment) -> list[float]:
    """Length from the segment's start at CHORDS + 1 even shares (a line needs one chord)."""
    count = 1 if len(segment) == 2 else CHORDS
    spots = [point_at(segment, k / count) for k in range(count + 1)]
    return list(accumulate((math.dist(p, q) for p, q in pairwise(spots)), initial=0.0))


def _share(table: list[float], distance: float) -> float:
    if distance <= 0:
        return 0.0
    if distance >= table[-1]:
        return 1.0
    k = bisect_right(table, distance) - 1
    return (k + (distance - table[k]) / (table[k + 1] - table[k])) / (len(table) - 1)


def _part(segment: Segment, low: float, high: float) -> Segment | None:
    if high <= low:
        return None
    if high < 1:
        segment = split(segment, high)[0]
    return split(segment, low / high)[1] if low > 0 else segment
