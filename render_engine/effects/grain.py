"""Film grain: noise that is another one at each of its own frames, and the same at every render."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from render_engine.display_list import Effect
from render_engine.document.fields import AnimatedShare, Model
from render_engine.effects.amount import amount
from render_engine.timeline.motion import ALWAYS, NEAR

if TYPE_CHECKING:
    from render_engine.timeline.context import Context


class Grain(Model):
    """Lays moving grain over what the layer shows."""

    type: Literal["grain"] = "grain"
    amount: AnimatedShare = Field(0.1, description="1 is the strongest: a standard deviation of a quarter of white.")
    size: Annotated[float, Field(ge=0.5, le=64)] = Field(1, description="Px of a grain.")
    monochrome: bool = Field(True, description="Lighter and darker only; false gives each channel grain of its own.")
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = Field(0, description="Another seed is another grain.")
    fps: Annotated[float, Field(gt=0, le=240)] = Field(24, description="How often in a second the grain changes.")


def resolve(model: Grain, context: "Context", size: tuple[float, float]) -> Callable[[float, float], Effect | None]:
    strength = context.values.number(model.amount)
    context.values.made.append(ALWAYS)

    def at(seconds: float, scale: float) -> Effect | None:
        share = amount(strength.at(seconds))
        step = math.floor((seconds + NEAR) * model.fps)
        grain = round(model.size * scale * 256) / 256
        return Effect("grain", (share, grain, model.seed, step, model.monochrome), 0) if share else None

    return at
