"""Which rectangles of a frame have to be drawn again, given the frame before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from render_engine.display_list import EMPTY, Backdrop, DisplayList, Op, Rect, intersect, union

BAND = 64  # rows
STEP = 64  # columns: the edges of a damaged rectangle stand on multiples of it
MANY = 24
Damage = tuple[Rect, ...]


def damage(before: DisplayList | None, after: DisplayList, sampled: Callable[[Op], bool]) -> Damage:
    """Rectangles that cover all changes and do not overlap, from the top down; none where nothing changed.

    `sampled` ops depend on where a clip begins: a band that one of them lies in is one clip of the full width. Where
    there are many of them, cutting each into bands costs more than it saves: such a frame is always one clip.
    """
    if before is not None and before.digest == after.digest:
        return ()
    whole: Rect = (0, 0, after.width, after.height)
    reached = [op.bounds for op in after.items if sampled(op)]
    if len(reached) > MANY:
        return (whole,)
    dirty = [whole] if before is None else _changed(before, after, whole)
    return _merged(_bands(dirty, reached, whole), reached)


def _changed(before: DisplayList, after: DisplayList, whole: Rect) -> list[Rect]:
    if before.background != after.background or (before.width, before.height) != (after.width, after.height):
        return [whole]
    old, new = [op.digest for op in before.items], [op.digest for op in after.items]
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    stayed_old = [digest for digest in old if digest not in gone]
    stayed_new = [digest for digest in new if digest not in come]
    if stayed_old != stayed_new:
        return [whole]  # the order changed
    dirty = _touched(before, gone) + _touched(after, come)
    return [clipped for rect in dirty if (clipped := intersect(rect, whole)) != EMPTY]


def _touched(frame: DisplayList, changed: Counter[bytes]) -> list[Rect]:
    """Where the ops that changed are, and the backdrops that see any of it."""
    dirty: list[Rect] = []
    for op in frame.items:
        sees = isinstance(op, Backdrop) and any(intersect(op.seen, rect) != EMPTY for rect in dirty)
        if sees or op.digest in changed:
            dirty.append(op.bounds)
    return dirty


def _bands(dirty: list[Rect], reached: list[Rect], whole: Rect) -> list[Rect]:
    """One rectangle a band of 64 rows that anything dirty touches."""
    bands = []
    for top in range(0, whole[3], BAND):
        band = (0, top, whole[2], min(top + BAND, whole[3]))
        touched: Rect = EMPTY
        for rect in dirty:
            part = intersect(rect, band)
            if part != EMPTY:
                touched = union(touched, part)
        if touched == EMPTY:
            continue
        x0, x1 = touched[0] // STEP * STEP, min(-(-touched[2] // STEP) * STEP, whole[2])
        cut = (x0, band[1], x1, band[3])
        bands.append(band if any(intersect(rect, cut) != EMPTY for rect in reached) else cut)
    return bands


def _merged(bands: list[Rect], reached: list[Rect]) -> Damage:
    """Neighbouring bands of the same columns as one, where no sampled op lies in them."""
    merged: list[Rect] = []
    for band in bands:
        last = merged[-1] if merged else None
        if last and last[0] == band[0] and last[2] == band[2] and last[3] == band[1]:
            joined = (last[0], last[1], last[2], band[3])
            if not any(intersect(rect, joined) != EMPTY for rect in reached):
                merged[-1] = joined
                continue
        merged.append(band)
    return tuple(merged)
