"""Stacks that move up: which layers are there at a time, how large they are, and where that puts each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from render_engine.layout.boxes import Box, Flow, Item, Laid, Measured
from render_engine.timeline.easing import EASINGS
from render_engine.timeline.spring import Spring
from render_engine.timeline.value import Fixed, Following, Keyframes, Sprung, Vector, Vectorial


@dataclass(frozen=True)
class Part:
    """One of the layers that take up room; it is there from `start` to before `end`, in seconds of the stack."""

    number: int
    item: Item
    start: float
    end: float
    size: Vectorial  # by its own seconds

    def at(self, seconds: float) -> Item:
        """With the size that it has then, or is on its way to."""
        if isinstance(self.size, Fixed):
            return self.item
        width, height = heading(self.size, seconds - self.start)
        return replace(
            self.item, measure=lambda known, room: Measured(width, height, height), narrow=lambda room: width
        )

    @property
    def changes(self) -> Iterable[float]:
        return (self.start, self.end, *(self.start + time for time, _ in jumps(self.size)))


class State(NamedTuple):
    """How the stack is laid out from a time on, until the next one's."""

    time: float
    laid: Laid
    boxes: Mapping[int, Box]


def states(parts: Sequence[Part], length: float, flow: Flow, lay_out: Callable[[Flow], Laid]) -> list[State]:
    """At the stack's start, and after each change; `length`: of the stack, seconds."""
    times = sorted({0.0, *(time for part in parts for time in part.changes if 0 < time < length)})
    return [_state(time, [part for part in parts if part.start <= time < part.end], flow, lay_out) for time in times]


def _state(time: float, there: Sequence[Part], flow: Flow, lay_out: Callable[[Flow], Laid]) -> State:
    laid = lay_out(replace(flow, items=tuple(part.at(time) for part in there)))
    return State(time, laid, dict(zip((part.number for part in there), laid.boxes, strict=True)))


@dataclass(frozen=True)
class Whole:
    """The stack over its time."""

    size: tuple[float, float]  # the largest
    anchor: tuple[float, float]
    states: list[State]
    spring: Spring

    @property
    def extent(self) -> Vectorial:
        return following([(state.time, (state.laid.width, state.laid.height)) for state in self.states], self.spring)

    def first(self, number: int) -> State:
        """In which a layer is there; one that never is may be anywhere."""
        return next((state for state in self.states if number in state.boxes), self.states[0])

    def place(self, number: int, slack: Callable[[Box], tuple[float, float]]) -> Vectorial:
        """Of a layer's top left corner, which lies `slack` before its box."""
        boxes = ((state, state.boxes.get(number)) for state in self.states)
        steps = [(state.time, self._corner(state, box, slack(box))) for state, box in boxes if box]
        return following(steps or [(0.0, (0.0, 0.0))], self.spring)

    def _corner(self, state: State, box: Box, slack: tuple[float, float]) -> tuple[float, float]:
        x = (self.size[0] - state.laid.width) * self.anchor[0]
        y = (self.size[1] - state.laid.height) * self.anchor[1]
        return (box.x + x - slack[0], box.y + y - slack[1])


def following(steps: Sequence[tuple[float, Vector]], spring: Spring) -> Vectorial:
    """To where it is from each time on, the first of them from the start."""
    kept = [steps[0], *(late for early, late in pairwise(steps) if late[1] != early[1])]
    if len(kept) == 1:
        return Fixed(kept[0][1])
    return Following(tuple(time for time, _ in kept[1:]), tuple(target for _, target in kept), spring)


def jumps(value: Vectorial) -> list[tuple[float, Vector]]:
    """When it leaves for another value, and for which."""
    if isinstance(value, Sprung):
        return [(value.delay, value.end)]
    if isinstance(value, Keyframes):
        ways = zip(pairwise(value.times), pairwise(value.values), value.eases, strict=False)
        hold = EASINGS["hold"]
        return [(end if ease is hold else start, other) for (start, end), (one, other), ease in ways if one != other]
    return list(zip(value.times, value.targets[1:], strict=True)) if isinstance(value, Following) else []


def heading(value: Vectorial, seconds: float) -> Vector:
    """Where it is, or is on its way to."""
    reached = [target for time, target in jumps(value) if time <= seconds]
    return reached[-1] if reached else value.at(-1e9)
