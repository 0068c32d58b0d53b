"""A blur along the way from a centre, as of something that comes nearer."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from render_engine.display_list import Effect
from render_engine.document.fields import AnimatedPoint, AnimatedShare, Model
from render_engine.effects.amount import amount

if TYPE_CHECKING:
    from render_engine.timeline.context import Context


class ZoomBlur(Model):
    """Smears the layer towards a point and away from it, the more the farther from it."""

    type: Literal["zoom_blur"] = "zoom_blur"
    center: AnimatedPoint = Field(("50%", "50%"), description="What stays sharp: px or percent of the layer.")
    amount: AnimatedShare = Field(0.15, description="Length of the smear as a share of the distance from the centre.")


def resolve(model: ZoomBlur, context: "Context", size: tuple[float, float]) -> Callable[[float, float], Effect | None]:
    center, share = context.values.point(model.center, *size), context.values.number(model.amount)

    def at(seconds: float, scale: float) -> Effect | None:
        x, y = (round(each * scale * 256) / 256 + 0.0 for each in center.at(seconds))
        smear = amount(share.at(seconds))
        far = math.ceil(max(math.dist((x, y), (side[0] * scale, side[1] * scale)) for side in _corners(size)))
        if smear * far < 0.5:  # px: not seen
            return None
        return Effect("zoom_blur", (x, y, smear, far), math.ceil(far * smear / (2 - smear)) + 1)

    return at


def _corners(size: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    return (0.0, 0.0), (size[0], 0.0), (0.0, size[1]), size
