"""The layer's four corners put anywhere: a picture on a screen, a label on a box."""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from render_engine.display_list import Effect
from render_engine.document.fields import AnimatedPoint, Model

if TYPE_CHECKING:
    from render_engine.timeline.context import Context

Corner = tuple[float, float]


class CornerPin(Model):
    """Sees the layer in perspective, its corners at four points: px or percent of the layer."""

    type: Literal["corner_pin"] = "corner_pin"
    top_left: AnimatedPoint = ("0%", "0%")
    top_right: AnimatedPoint = ("100%", "0%")
    bottom_right: AnimatedPoint = ("100%", "100%")
    bottom_left: AnimatedPoint = Field(
        ("0%", "100%"), description="While the four are no convex shape, the layer is not seen."
    )


def resolve(model: CornerPin, context: "Context", size: tuple[float, float]) -> Callable[[float, float], Effect | None]:
    fields = (model.top_left, model.top_right, model.bottom_right, model.bottom_left)
    points = [context.values.point(field, *size) for field in fields]
    box = [(0.0, 0.0), (size[0], 0.0), size, (0.0, size[1])]
    if not any(point.motion for point in points) and not is_convex([(x, y) for x, y in (p.at(0.0) for p in points)]):
        raise context.wrong("the four corners make no convex shape: name them clockwise from the top left", "top_left")

    def at(seconds: float, scale: float) -> Effect | None:
        corners = [(x, y) for x, y in (point.at(seconds) for point in points)]
        if corners == box:
            return None
        if not is_convex(corners):
            return Effect("corner_pin", (), 0)
        out = max(max(-x, x - size[0], -y, y - size[1]) for x, y in corners)
        flat = [round(each * scale * 256) / 256 + 0.0 for pair in (size, *corners) for each in pair]
        return Effect("corner_pin", tuple(flat), max(0, math.ceil(out * scale)) + 1)

    return at


def is_convex(corners: Sequence[Corner]) -> bool:
    """Whether the four go round, either way, and none lies on the line between its neighbours."""
    turns = [_turn(corners[k - 2], corners[k - 1], corners[k]) for k in range(4)]
    return all(turn > 0.5 for turn in turns) or all(turn < -0.5 for turn in turns)


def _turn(a: Corner, b: Corner, c: Corner) -> float:
    """Twice the triangle's area in px²; negative counter-clockwise."""
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
