"""Green screens: what is near one colour becomes transparent."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from render_engine import color
from render_engine.display_list import Effect
from render_engine.document.fields import AnimatedColor, AnimatedShare, Model
from render_engine.effects.amount import amount

if TYPE_CHECKING:
    from render_engine.timeline.context import Context


class ChromaKey(Model):
    """Takes one colour out of the layer, whatever its brightness: a green or a blue screen."""

    type: Literal["chroma_key"] = "chroma_key"
    color: AnimatedColor = Field("#00b140", description="The screen's colour, as it is in the picture.")
    tolerance: AnimatedShare = Field(
        0.12, description="How far from the colour all is taken: distance in Cb and Cr (BT.709), each −0.5…0.5."
    )
    softness: AnimatedShare = Field(0.2, description="How much further the picture comes back, in the same terms.")
    spill: AnimatedShare = Field(1, description="How much of the screen's light on the subject is taken away.")


def resolve(model: ChromaKey, context: "Context", size: tuple[float, float]) -> Callable[[float, float], Effect | None]:
    values = context.values
    key = values.color(model.color)
    shares = [values.number(field) for field in (model.tolerance, model.softness, model.spill)]

    def at(seconds: float, scale: float) -> Effect:
        red, green, blue, _ = key.at(seconds)
        numbers = tuple(amount(share.at(seconds)) for share in shares)
        return Effect("chroma_key", numbers, 0, (color.quantise((red, green, blue, 1.0)),))

    return at
