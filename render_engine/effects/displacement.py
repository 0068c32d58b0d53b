"""Every place of the layer moved a little: by noise (heat, water, a hand-drawn line), or as another layer says."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from render_engine.display_list import Effect
from render_engine.document.fields import AnimatedPixels, Finite, Model
from render_engine.timeline.motion import ALWAYS
from render_engine.timeline.value import Number

if TYPE_CHECKING:
    from render_engine.timeline.context import Context
    from render_engine.timeline.scene import Node

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
    map: str | None = Field(
        None,
        description="The id of a layer beside this one, instead of waves; it is not shown itself. Stretched over this "
        "layer, its red moves each place to the right and its green down, less than half of them the other way.",
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.map is not None and self.model_fields_set & {"scale", "speed", "seed"}:
            raise ValueError("“scale”, “speed” and “seed” are of waves, which a “map” takes the place of")
        return self


def resolve(
    model: Displacement, context: "Context", size: tuple[float, float]
) -> Callable[[float, float], Effect | None]:
    far = context.values.number(model.amount)
    if model.map is not None:
        return Mapped(model.map, far, size)
    if model.speed:
        context.values.made.append(ALWAYS)

    def at(seconds: float, scale: float) -> Effect | None:
        turns = round(seconds * model.speed * 4096) / 4096
        return displaced(far, seconds, scale, (round(model.scale * scale * 256) / 256, turns, float(model.seed)))

    return at


def displaced(far: Number, seconds: float, scale: float, waves: tuple[float, ...]) -> Effect | None:
    most = round(far.at(seconds) * scale * 256) / 256
    return Effect("displacement", (most, *waves), math.ceil(most) + 1) if most > 0 else None


@dataclass(frozen=True)
class Mapped:
    """Displacement by another layer, which is known once all beside it are resolved."""

    layer: str
    far: Number
    size: tuple[float, float]
    node: "Node | None" = None
    start: float = 0.0

    def with_layer(self, node: "Node", start: float) -> "Mapped":
        return replace(self, node=node, start=start)

    def __call__(self, seconds: float, scale: float) -> Effect | None:
        from render_engine.timeline.evaluate import stretched  # evaluating knows effects

        assert self.node, "resolve_layers tells every effect its layer"
        effect = displaced(self.far, seconds, scale, ())
        items = stretched(self.node, seconds + self.start, (self.size[0] * scale, self.size[1] * scale))
        return effect and replace(effect, inputs=(items,))
