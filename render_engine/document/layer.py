"""What every layer has: a name and a time; and what every visual layer has: a place and a way to be blended."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from render_engine.display_list import Blend
from render_engine.document.fields import (
    AnimatedNumber,
    AnimatedPixels,
    AnimatedPoint,
    AnimatedScale,
    AnimatedShare,
    Finite,
    Model,
    Moment,
)
from render_engine.document.flex import Flex
from render_engine.document.late import LATE
from render_engine.effects import AnyEffect
from render_engine.motion.entrance import AnyEntrance
from render_engine.motion.motion_blur import MotionBlur

Horizontal = Literal["left", "center", "right"]
Vertical = Literal["top", "center", "bottom", "baseline"]
Anchor = tuple[Finite | Horizontal, Finite | Vertical]


class Layer(Model):
    """A thing on the timeline."""

    if TYPE_CHECKING:
        type: str

    id: str | None = Field(None, description="A name of your own; mattes and error messages refer to it.")
    start: Moment = Field(0, description="When the layer appears, in seconds of its parent.")
    end: Moment | None = Field(None, description="When it goes; the parent's end (or the medium's own) if left out.")
    hidden: bool = False


class Mask(Model):
    """A part of the layer that is kept: an outline in the layer's own px."""

    shape: Literal["rect", "ellipse", "path"] = "rect"
    box: tuple[Finite, Finite, Finite, Finite] | None = Field(
        None, description="x, y, width, height; the whole layer if left out."
    )
    path: str | None = Field(None, description="SVG path data, for shape “path”.")
    radius: AnimatedPixels = Field(0, description="Corner radius of a rect, in px.")
    feather: AnimatedPixels = Field(0, description="Softness of the edge: sigma of a blur, in px.")
    expand: AnimatedNumber = Field(0, description="Px by which a rect or an ellipse grows on every side.")
    inverted: bool = False


class Matte(Model):
    """Another layer that keeps or drops this one by its alpha or its brightness; it is not shown itself."""

    layer: str = Field(description="The id of a layer beside this one.")
    kind: Literal["alpha", "luminance"] = "alpha"
    inverted: bool = False


class VisualLayer(Layer):
    """A thing on the timeline that can be seen."""

    position: AnimatedPoint = Field(
        ("50%", "50%"), description="Where the anchor stands: px or percent of the parent, from its top left."
    )
    anchor: Anchor = Field(
        ("center", "center"), description="The layer's own fixed point: words, or shares of its size (0…1)."
    )
    scale: AnimatedScale = Field(1, description="1 is natural size; two numbers for x and y.")
    rotation: AnimatedNumber = Field(0, description="Degrees clockwise.")
    rotation_x: AnimatedNumber = Field(0, description="Degrees about the horizontal axis, away at the top.")
    rotation_y: AnimatedNumber = Field(0, description="Degrees about the vertical axis.")
    perspective: Annotated[float, Field(gt=0, le=1e6)] = Field(1000, description="Distance of the eye in px.")
    opacity: AnimatedShare = 1
    blend: Blend = "normal"
    masks: list[Mask] = Field([], max_length=64)
    matte: Matte | None = None
    effects: list[AnyEffect] = Field([], max_length=64)
    backdrop: list[AnyEffect] = Field(
        [],
        max_length=16,
        description="Effects on what lies beneath the layer, within its outline: frosted glass. Masks do not cut it.",
    )
    entrance: AnyEntrance | None = Field(None, description="How the layer comes: a name, or one with settings.")
    exit: AnyEntrance | None = Field(
        None, description="How it goes: the same entrances, played backwards and over at the layer's end."
    )
    motion_blur: Annotated[MotionBlur, LATE] | None = Field(
        None,
        description="Of this layer and of those in it, by its motion; null switches off that of what it stands in.",
    )
    flex: Annotated[Flex, LATE] | None = Field(None, description="Its part in the stack that it stands in.")
    time_remap: AnimatedNumber | None = Field(
        None, description="The content's own time in seconds, over the layer's time: speed, hold, reverse."
    )
