"""Rows and columns by the rules of CSS Flexible Box Layout, level 1 (§9): pure, over boxes that know how to be measured.

Everything is in px, from the container's top left corner. `tests/render/flex_cases.json` has what Chromium makes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from render_engine.layout.boxes import Box, Flow, Item, Known, Laid, Sides, Size, in_px

NEAR = 1e-6  # px: of the rounding of sums
FIRST = (3, 0)  # of margins and paddings: the one that comes first along an axis

SHIFT = {"start": 0.0, "center": 0.5, "end": 1.0, "stretch": 0.0, "baseline": 0.0}
# of the space left over and the number of boxes: before the first, and more between two
SPREAD: dict[str, Callable[[float, int], Size]] = {
    "start": lambda rest, count: (0.0, 0.0),
    "stretch": lambda rest, count: (0.0, 0.0),
    "center": lambda rest, count: (rest / 2, 0.0),
    "end": lambda rest, count: (rest, 0.0),
    "space-between": lambda rest, count: (0.0, max(rest, 0.0) / (count - 1)) if count > 1 else (0.0, 0.0),
    "space-around": lambda rest, count: (max(rest, 0.0) / count / 2, max(rest, 0.0) / count),
    "space-evenly": lambda rest, count: (max(rest, 0.0) / (count + 1), max(rest, 0.0) / (count + 1)),
}


class _Sized(NamedTuple):
    """An item in its line."""

    number: int
    item: Item
    main: float  # inner lengths, without margins
    cross: float
    above: float  # from its outer upper edge to its baseline


def lay_out(flow: Flow, known: Known, room: Size) -> Laid:
    """`known`: the container's outer size as far as it is given; `room`: what percentages are of where it is not."""
    m, c = flow.main, 1 - flow.main
    inner = (_inside(known[0], flow.inset(0)), _inside(known[1], flow.inset(1)))
    whole = (_whole(inner[0], room[0] - flow.inset(0)), _whole(inner[1], room[1] - flow.inset(1)))
    if (main := inner[m]) is None:
        main = _natural_main(flow, inner, whole)
        inner = (main, inner[1]) if m == 0 else (inner[0], main)
    lines = [_line(flow, line, main, inner, whole) for line in _broken(flow, main, inner, whole)]
    heights = _cross_of_lines(flow, lines, inner[c])
    cross = sum(heights) + flow.gap[c] * max(0, len(heights) - 1) if inner[c] is None else inner[c]
    assert cross is not None
    boxes: dict[int, Box] = {}
    at, more = SPREAD[flow.content if flow.wraps else "start"](_rest(heights, cross, flow.gap[c]), max(1, len(heights)))
    for line, height in zip(lines, heights, strict=True):
        boxes |= _placed(flow, line, (main, height), at, whole)
        at += height + flow.gap[c] + more
    size = _turned(m, main + flow.inset(m), cross + flow.inset(c))
    return Laid(*size, _baseline(flow, lines, boxes, size[1]), tuple(boxes[k] for k in range(len(flow.items))), whole)


def _inside(length: float | None, inset: float) -> float | None:
    return None if length is None else max(0.0, length - inset)


def _whole(inner: float | None, room: float) -> float:
    return max(0.0, room) if inner is None else inner


def narrowest(flow: Flow, room: Size) -> float:
    """The least outer width at which nothing in the container sticks out (its min-content width)."""
    inner = (_whole(None, room[0] - flow.inset(0)), _whole(None, room[1] - flow.inset(1)))
    widths = [item.clamped(item.narrow(inner), 0, inner) + item.outside(0) for item in flow.items]
    if flow.main == 1 or flow.wraps:
        return max(widths, default=0.0) + flow.inset(0)
    return sum(widths) + flow.gap[0] * max(0, len(widths) - 1) + flow.inset(0)


def fitting(item: Item, width: float, room: Size) -> float:
    """The width it takes where there are `width` px (fit-content)."""
    natural = item.measure((None, None), room).width
    if not item.follows or natural <= width + NEAR:
        return item.clamped(natural, 0, room)
    return item.clamped(item.measure((max(item.narrow(room), width), None), room).width, 0, room)


def _turned(main: int, along: float, across: float) -> Size:
    return (along, across) if main == 0 else (across, along)


def _rest(lengths: Sequence[float], whole: float, gap: float) -> float:
    return whole - sum(lengths) - gap * max(0, len(lengths) - 1)


def _natural_main(flow: Flow, inner: Known, room: Size) -> float:
    """As long as its items are when there is neither too much nor too little room (max-content)."""
    m = flow.main
    lengths = [_contribution(flow, item, inner, room) + item.outside(m) for item in flow.items]
    return sum(lengths) + flow.gap[m] * max(0, len(lengths) - 1)


def _contribution(flow: Flow, item: Item, inner: Known, room: Size) -> float:
    """Across the page a basis counts only as far as an item cannot grow or shrink from it."""
    length = base = _base(flow, item, inner, room)
    if flow.main == 0:
        length = _content(flow, item, inner, room)
        length = length if item.grow else min(length, base)
        length = length if item.shrink else max(length, base)
    floor = 0.0 if item.basis is None else _floor(flow, item, inner, room)
    return item.clamped(length, flow.main, room, floor)


def _content(flow: Flow, item: Item, inner: Known, room: Size) -> float:
    """An item's own length along the container."""
    if flow.main == 0:
        return item.measure((None, None), room).width
    return item.measure((_width_in_column(flow, item, inner[0], room), None), room).height


def _width_in_column(flow: Flow, item: Item, width: float | None, room: Size) -> float | None:
    """None: its natural one."""
    if width is None:
        natural = item.measure((None, None), room).width
        held = item.clamped(natural, 0, room)
        return None if held == natural else held
    free = width - item.outside(0)
    if flow.align_of(item) == "stretch" and item.stretches and not flow.wraps:
        return item.clamped(free, 0, room)
    return fitting(item, free, room)


def _base(flow: Flow, item: Item, inner: Known, room: Size) -> float:
    whole = inner[flow.main]
    basis = None if whole is None and isinstance(item.basis, str) else in_px(item.basis, whole or 0.0)
    return _content(flow, item, inner, room) if basis is None else basis


def _floor(flow: Flow, item: Item, inner: Known, room: Size) -> float:
    """What it is never made smaller than, unless its `least` says so (the automatic minimum)."""
    if item.yields:
        return 0.0
    return item.narrow(room) if flow.main == 0 else _content(flow, item, inner, room)


def _broken(flow: Flow, main: float, inner: Known, room: Size) -> list[list[int]]:
    """The items' numbers, line by line."""
    if not flow.wraps:
        return [list(range(len(flow.items)))] if flow.items else []
    lines: list[list[int]] = []
    free, m = 0.0, flow.main
    for k, item in enumerate(flow.items):
        base = item.clamped(_base(flow, item, inner, room), m, room, _floor(flow, item, inner, room))
        length = base + item.outside(m)
        if lines and length <= free + NEAR:
            lines[-1].append(k)
        else:
            lines.append([k])
            free = main
        free -= length + flow.gap[m]
    return lines


def _line(flow: Flow, numbers: list[int], main: float, inner: Known, room: Size) -> list[_Sized]:
    m, c = flow.main, 1 - flow.main
    items = [flow.items[k] for k in numbers]
    free = main - sum(item.outside(m) for item in items) - flow.gap[m] * (len(items) - 1)
    bases = [_base(flow, item, inner, room) for item in items]
    tight = sum(bases) > free + NEAR
    floors = [_floor(flow, item, inner, room) if tight or item.basis is not None else 0.0 for item in items]
    lengths = flexed(items, bases, floors, m, room, free)
    sized = []
    for k, item, length in zip(numbers, items, lengths, strict=True):
        across = _width_in_column(flow, item, inner[0], room) if m else None
        found = item.measure((length, None) if m == 0 else (across, length), room)
        cross = item.clamped((found.width, found.height)[c], c, room)
        sized.append(_Sized(k, item, length, cross, item.margin[0] + found.baseline))
    return sized


def flexed(
    items: Sequence[Item], bases: list[float], floors: list[float], axis: int, room: Size, length: float
) -> list[float]:
    """The items' lengths along a line of `length` px, margins and gaps left out (§9.7)."""
    wanted = [item.clamped(base, axis, room, floor) for item, base, floor in zip(items, bases, floors, strict=True)]
    if abs(sum(wanted) - length) <= NEAR:
        return wanted
    grows = sum(wanted) < length
    factors = [item.grow if grows else item.shrink for item in items]
    rigid = [f == 0 or (b > w if grows else b < w) for f, b, w in zip(factors, bases, wanted, strict=True)]
    result = [w if held else b for w, held, b in zip(wanted, rigid, bases, strict=True)]
    first = length - sum(result)
    while not all(rigid):
        loose = [k for k, held in enumerate(rigid) if not held]
        free = length - sum(result[k] if rigid[k] else bases[k] for k in range(len(items)))
        total = sum(factors[k] for k in loose)
        if total < 1 and abs(first * total) < abs(free):
            free = first * total
        weights = {k: factors[k] if grows else factors[k] * bases[k] for k in loose}
        share = free / weight if (weight := sum(weights.values())) else 0.0
        tried = {k: bases[k] + share * weights[k] for k in loose}
        held = {k: items[k].clamped(tried[k], axis, room, floors[k]) for k in loose}
        over = sum(held[k] - tried[k] for k in loose)
        for k in loose:
            result[k] = held[k]
            rigid[k] = abs(over) <= NEAR or (held[k] > tried[k] if over > 0 else held[k] < tried[k])
    return result


def _cross_of_lines(flow: Flow, lines: Sequence[Sequence[_Sized]], inner: float | None) -> list[float]:
    if inner is not None and not flow.wraps:
        return [inner for _ in lines]
    heights = [_cross_of(flow, line) for line in lines]
    if inner is None or flow.content != "stretch" or not heights:
        return heights
    more = max(0.0, _rest(heights, inner, flow.gap[1 - flow.main])) / len(heights)
    return [height + more for height in heights]


def _cross_of(flow: Flow, line: Sequence[_Sized]) -> float:
    """The largest of a line; those on one baseline reach from their highest to their lowest edge."""
    c = 1 - flow.main
    outer = [sized.cross + sized.item.outside(c) for sized in line]
    level = [k for k, sized in enumerate(line) if flow.align_of(sized.item) == "baseline"]
    above = max((line[k].above for k in level), default=0.0)
    below = max((outer[k] - line[k].above for k in level), default=0.0)
    return max([above + below, *outer])


def _placed(flow: Flow, line: Sequence[_Sized], size: Size, at: float, room: Size) -> dict[int, Box]:
    """The boxes of one line of a size along and across, which begins `at` px across the container's inside."""
    (main, cross), m, c = size, flow.main, 1 - flow.main
    lengths = [sized.main + sized.item.outside(m) for sized in line]
    rest = _rest(lengths, main, flow.gap[m])
    along, more = SPREAD[flow.justify](rest, len(line))
    if rest < 0 and flow.reversed and flow.justify in ("space-around", "space-evenly"):
        along = rest  # there is no space to share: what sticks out does so at the end of reading
    level = max((s.above for s in line if flow.align_of(s.item) == "baseline"), default=0.0)
    boxes = {}
    for sized, length in zip(line, lengths, strict=True):
        item, align, margin = sized.item, flow.align_of(sized.item), sized.item.margin
        stretched = align == "stretch" and item.stretches
        across = item.clamped(cross - item.outside(c), c, room) if stretched else sized.cross
        shift = level - sized.above if align == "baseline" else SHIFT[align] * (cross - across - item.outside(c))
        first = main - along - length + margin[FIRST[m]] if flow.reversed else along + margin[FIRST[m]]
        place = _turned(m, flow.padding[FIRST[m]] + first, flow.padding[FIRST[c]] + at + shift + margin[FIRST[c]])
        boxes[sized.number] = Box(*place, *_turned(m, sized.main, across))
        along += length + flow.gap[m] + more
    return boxes


def _baseline(flow: Flow, lines: Sequence[Sequence[_Sized]], boxes: dict[int, Box], height: float) -> float:
    """Of the first line: where its items share one, that; else of the item that comes first to the eye."""
    if not lines:
        return height
    level = [sized for sized in lines[0] if flow.align_of(sized.item) == "baseline"]
    first = level[0] if level else lines[0][-1 if flow.direction == "column-reverse" else 0]
    return boxes[first.number].y - first.item.margin[0] + first.above


def limited(flow: Flow, known: Known, size: Sides, least: Sides, most: Sides, room: Size) -> Laid:
    """Laid out at the size `known` from outside, else as its own fields say: `size`, or within `least` and `most`."""
    own = (
        _held(room, 0, size, least, most),
        _held(room, 1, size, least, most),
    )  # where it has no size: what shares in it are of
    given = (_first(known[0], in_px(size[0], room[0])), _first(known[1], in_px(size[1], room[1])))
    laid = lay_out(flow, given, own)
    for axis in (0, 1):
        natural = (laid.width, laid.height)[axis]
        held = natural if given[axis] is not None else _within(natural, least[axis], most[axis], room[axis])
        if held != natural:
            given = (held, given[1]) if axis == 0 else (given[0], held)
            laid = lay_out(flow, given, own)
    return laid


def _held(room: Size, axis: int, size: Sides, least: Sides, most: Sides) -> float:
    exact = in_px(size[axis], room[axis])
    return _within(room[axis], least[axis], most[axis], room[axis]) if exact is None else exact


def _within(length: float, least: float | str | None, most: float | str | None, whole: float) -> float:
    low, high = in_px(least, whole), in_px(most, whole)
    return max(length if high is None else min(length, high), low or 0.0)


def _first(one: float | None, other: float | None) -> float | None:
    return other if one is None else one
