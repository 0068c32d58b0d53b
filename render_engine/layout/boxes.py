"""What is laid out in rows and columns: boxes that can be measured, and how their container lets them follow each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

Align = Literal["start", "center", "end", "stretch", "baseline"]
Justify = Literal["start", "center", "end", "space-between", "space-around", "space-evenly"]
Spread = Justify | Literal["stretch"]
Direction = Literal["row", "column", "row-reverse", "column-reverse"]
Size = tuple[float, float]  # width and height
Known = tuple[float | None, float | None]  # None: as the content makes it
Sides = tuple[float | str | None, float | str | None]  # px, or shares of the room
Edges = tuple[float, float, float, float]  # top, right, bottom, left

NONE: Edges = (0.0, 0.0, 0.0, 0.0)


class Measured(NamedTuple):
    """`baseline`: of the first line, from the top."""

    width: float
    height: float
    baseline: float


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Item:
    """A box in a row or a column. Percentages in it are of `room`, the inside of its container.

    `measure` gives its size where its width, its height, both or none are given; `narrow` the least width at which
    nothing in it sticks out.
    """

    measure: Callable[[Known, Size], Measured]
    narrow: Callable[[Size], float]
    grow: float = 0.0
    shrink: float = 0.0
    basis: float | str | None = None  # px, a share of the container, or by its content
    align: Align | None = None
    margin: Edges = NONE
    least: Sides = (None, None)
    most: Sides = (None, None)
    follows: bool = False  # no wider than the room: a text that wraps, a stack
    stretches: bool = True  # takes any size across
    yields: bool = False  # may be made smaller than what is in it: a shape, a picture

    def clamped(self, length: float, axis: int, room: Size, floor: float = 0.0) -> float:
        least, most = in_px(self.least[axis], room[axis]), in_px(self.most[axis], room[axis])
        if most is not None:
            length, floor = min(length, most), min(floor, most)
        return max(length, floor if least is None else least, 0.0)

    def outside(self, axis: int) -> float:
        """Both margins along an axis."""
        return self.margin[3] + self.margin[1] if axis == 0 else self.margin[0] + self.margin[2]


def in_px(extent: float | str | None, whole: float) -> float | None:
    return float(extent[:-1]) / 100 * whole if isinstance(extent, str) else extent


@dataclass(frozen=True)
class Flow:
    """A container: how its boxes follow each other."""

    items: tuple[Item, ...]
    direction: Direction = "row"
    wraps: bool = False
    gap: Size = (0.0, 0.0)  # between columns, between rows
    padding: Edges = NONE
    align: Align = "stretch"
    justify: Justify = "start"
    content: Spread = "stretch"  # of the lines, where they wrap

    @property
    def main(self) -> int:
        return 0 if self.direction.startswith("row") else 1

    @property
    def reversed(self) -> bool:
        return self.direction.endswith("reverse")

    def inset(self, axis: int) -> float:
        """Both paddings along an axis."""
        return self.padding[3] + self.padding[1] if axis == 0 else self.padding[0] + self.padding[2]

    def align_of(self, item: Item) -> Align:
        align = item.align or self.align
        return "start" if align == "baseline" and self.main == 1 else align


@dataclass(frozen=True)
class Laid:
    """Of a container: its outer size, its first baseline, and a box for each item, in their order.

    `room`: what percentages in it are of.
    """

    width: float
    height: float
    baseline: float
    boxes: tuple[Box, ...]
    room: Size
