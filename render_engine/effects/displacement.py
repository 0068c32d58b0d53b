"""Every place of the layer moved a little: by noise (heat, water, a hand-drawn line), or as another layer says."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from render_engine.display_list import Effect
from render_engine.document.fields import AnimatedPixels, Finite, Model
from render_engine.timeline.motion import ALWAYS

if TYPE_CHECKING:
    from render_engine.timeline.context import Context

FASTEST = 100.0


class Displacement(Model):
    """Moves each place of the layer by its own way."""

    type: Literal["displacement"] = "displacement"
    amount: AnimatedPixels = Field(12, description="How far a place moves at most, in px.")
    scale: Annotated[float, Field(ge=1, le=65536)] = Field(80, description="Size of the largest waves, in px.")
    speed: Annotated[Finite, Field(ge=-FASTEST, le=FASTEST)] = Field(
        0, description="How often a second the waves go up and down; at 0 they stand still."
    )
    seed: int = Field(0, ge=0, le=2**31 - 1, description="Another number, other waves.")


def resolve(
    model: Displacement, context: "Context", size: tuple[float, float]
) -> Callable[[float, float], Effect | None]:
    far = context.values.number(model.amount)
    if model.speed:
        context.values.made.append(ALWAYS)

    def at(seconds: float, scale: float) -> Effect | None:
        most = round(far.at(seconds) * scale * 256) / 256
        if most <= 0:
            return None
        turns = round(seconds * model.speed * 4096) / 4096
        numbers = (most, round(model.scale * scale * 256) / 256, turns, float(model.seed))
        return Effect("displacement", numbers, math.ceil(most) + 1)

    return at
