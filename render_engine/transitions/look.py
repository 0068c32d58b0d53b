"""What a transition makes of its two scenes: how each of them looks, and how the two come together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from render_engine.display_list import Effect, Op, Path, Rgba
from render_engine.matrix import IDENTITY, Matrix, multiply, scaling, translation

Direction = Literal["left", "right", "up", "down"]
AWAY: dict[Direction, tuple[int, int]] = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}

EffectFor = Callable[[float], Effect | None]  # of the texture's px for each px of the frame
# of what the entering scene draws, and the way from the frame's px to the texture's
Mix = Callable[[tuple[Op, ...], Matrix], Effect]


@dataclass(frozen=True)
class Look:
    """One scene, all of it at once."""

    opacity: float = 1.0  # cut to 0…1: a spring may overshoot
    matrix: Matrix = IDENTITY  # within the frame's px
    clip: Path | None = None  # what is kept of the scene, in its own px; rectangles are cut at whole px
    effects: tuple[EffectFor, ...] = ()


PLAIN = Look()


@dataclass(frozen=True)
class Tint:
    """A colour over the whole frame."""

    color: Rgba
    share: float


@dataclass(frozen=True)
class Both:
    """The entering scene lies over the leaving one, or takes its place as `mix` says. None is not to be seen.

    `together`: effects on the two as one picture.
    """

    entering: Look | None = PLAIN
    leaving: Look | None = PLAIN
    mix: Mix | None = None
    together: tuple[EffectFor, ...] = ()
    tint: Tint | None = None


@dataclass(frozen=True)
class Stage:
    """What a transition knows beside its progress."""

    width: float  # of the frame, px
    height: float
    direction: Direction
    color: Rgba
    seed: int

    def about_the_centre(self, matrix: Matrix) -> Matrix:
        x, y = self.width / 2, self.height / 2
        return multiply(multiply(translation(x, y), matrix), translation(-x, -y))

    def grown(self, scale: float) -> Matrix:
        """About the centre of the frame."""
        return self.about_the_centre(scaling(scale, scale))

    def moved(self, share: float) -> Matrix:
        """By a share of the frame's size, in its direction."""
        x, y = AWAY[self.direction]
        return translation(x * share * self.width, y * share * self.height)
