"""Two colours by brightness."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from render_engine import color
from render_engine.display_list import Effect
from render_engine.document.fields import AnimatedColor, AnimatedShare, Model
from render_engine.effects.amount import amount

if TYPE_CHECKING:
    from render_engine.timeline.context import Context


class Duotone(Model):
    """Recolours the layer from one colour in its shadows to another in its highlights. Their alpha does not count."""

    type: Literal["duotone"] = "duotone"
    shadow: AnimatedColor = Field("#1e1b4b", description="What black becomes.")
    highlight: AnimatedColor = Field("#fde68a", description="What white becomes.")
    strength: AnimatedShare = Field(1, description="0 leaves the layer's own colours.")


def resolve(model: Duotone, context: "Context", size: tuple[float, float]) -> Callable[[float, float], Effect | None]:
    values = context.values
    shadow, highlight, strength = (
        values.color(model.shadow),
        values.color(model.highlight),
        values.number(model.strength),
    )

    def at(seconds: float, scale: float) -> Effect | None:
        share = amount(strength.at(seconds))
        ends = (color.quantise(shadow.at(seconds)), color.quantise(highlight.at(seconds)))
        return Effect("duotone", (share,), 0, ends) if share else None

    return at
