"""SVG drawings; the compositor draws them as large as they are shown."""

from typing import Literal

from pydantic import Field

from render_engine.document.fields import Pixels
from render_engine.document.layer import VisualLayer
from render_engine.errors import MediaError
from render_engine.layers.picture import BoxSize, Fit, PictureContent, box_of
from render_engine.timeline.context import Context


class Svg(VisualLayer):
    """A drawing that is sharp at every size."""

    type: Literal["svg"] = "svg"
    source: str = Field(description="File, relative to the document.")
    size: BoxSize = None
    fit: Fit = "contain"
    radius: Pixels = Field(0, description="Corner radius in px.")


def resolve(layer: Svg, context: Context) -> PictureContent:
    from render_engine.media.svg import svg_size  # brings OpenCV: only where a picture is read

    path = context.file(layer.source)
    try:
        natural = svg_size(path)
    except MediaError as error:
        raise error.at(f"{context.where}.source") from error
    width, height = box_of(layer.size, *natural, context)
    key = context.picture(path, "svg")
    return PictureContent(key, *natural, width, height, layer.fit, layer.radius)
