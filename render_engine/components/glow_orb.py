"""A soft light that drifts."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field

from render_engine.color import parse
from render_engine.components.parts import at, parts
from render_engine.display_list import Op
from render_engine.document.fields import AnimatedShare, Pixels
from render_engine.document.gradient import AnyPaint
from render_engine.document.layer import VisualLayer
from render_engine.effects.blur import Blur
from render_engine.layers.shape import Shape
from render_engine.matrix import Matrix, multiply, translation
from render_engine.timeline.context import Context
from render_engine.timeline.evaluate import draw_node
from render_engine.timeline.motion import ALWAYS, Motion
from render_engine.timeline.scene import Node, View

BLUR = 0.3  # of the size


class GlowOrb(VisualLayer):
    """A blurred disc on a slow path that does not close soon: sin(c) across, cos(0.7 c) down, c once around a period."""

    type: Literal["glow_orb"] = "glow_orb"
    size: Annotated[float, Field(gt=0, le=16384)] = Field(400, description="Diameter in px, before it is blurred.")
    blur: Pixels | None = Field(None, description="Standard deviation in px; 0.3 of the size if left out.")
    color: AnyPaint = "rgba(99, 102, 241, 0.4)"
    opacity: AnimatedShare = 0.6
    drift: Pixels = Field(30, description="Px that it goes to either side.")
    period: Annotated[float, Field(gt=0, le=86400)] = Field(4, description="Seconds that it takes from side to side.")
    phase: float = Field(0, ge=-1e6, le=1e6, description="Seconds that it is ahead.")


@dataclass(frozen=True)
class GlowOrbContent:
    disc: Node
    width: float
    drift: float
    period: float
    phase: float
    faint: bool  # with the layer's opacity in its colour: what is blurred in 16 bits shows no rings

    @property
    def height(self) -> float:
        return self.width

    @property
    def baseline(self) -> float:
        return self.width

    @property
    def single(self) -> bool:
        return True

    @property
    def motion(self) -> Motion:
        return ALWAYS if self.drift else self.disc.motion

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        x, y = self.drifted(time.numerator / time.denominator)
        return draw_node(self.disc, time, multiply(matrix, translation(x, y)), view)

    def drifted(self, seconds: float) -> tuple[float, float]:
        """Px from its place."""
        turn = 2 * math.pi * (seconds + self.phase) / self.period
        return math.sin(turn) * self.drift, math.cos(0.7 * turn) * self.drift


def resolve(layer: GlowOrb, context: Context) -> GlowOrbContent:
    size = (layer.size, layer.size)
    blur = BLUR * layer.size if layer.blur is None else layer.blur
    faint = isinstance(layer.color, str) and isinstance(layer.opacity, int | float)
    fill = _fainter(layer.color, layer.opacity) if faint else layer.color
    disc = Shape(shape="ellipse", size=size, fill=fill, effects=[Blur(radius=blur)] if blur else [], **at(0, 0))
    (node,) = parts(size, [disc], context)
    return GlowOrbContent(node, layer.size, layer.drift, layer.period, layer.phase, faint)


def _fainter(color: Any, share: Any) -> str:
    red, green, blue, alpha = parse(color)
    bytes_ = ", ".join(str(round(255 * channel)) for channel in (red, green, blue))
    return f"rgba({bytes_}, {alpha * share:.6f})"
