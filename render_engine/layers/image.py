"""Photos and drawings made of pixels."""

from typing import Annotated, Literal

from pydantic import Field

from render_engine.document.fields import Pixels
from render_engine.document.layer import VisualLayer
from render_engine.layers.picture import BoxSize, Fit, PictureContent, box_of
from render_engine.media.info import ImageInfo
from render_engine.timeline.context import Context


class Image(VisualLayer):
    """A still picture: PNG, JPEG, WebP, AVIF, TIFF, …"""

    type: Literal["image"] = "image"
    source: str = Field(description="File, relative to the document.")
    size: BoxSize = None
    fit: Fit = Field("cover", description="How the picture fills its box.")
    radius: Pixels = Field(0, description="Corner radius in px.")
    crop: tuple[Pixels, Pixels, Annotated[float, Field(gt=0)], Annotated[float, Field(gt=0)]] | None = Field(
        None, description="The part that is used: x, y, width, height in px of the file."
    )
    smooth: bool = Field(True, description="false keeps the edges of enlarged pixels hard.")


def resolve(layer: Image, context: Context) -> PictureContent:
    image = still(layer.source, context)
    crop = layer.crop or (0.0, 0.0, float(image.width), float(image.height))
    if crop[0] + crop[2] > image.width or crop[1] + crop[3] > image.height:
        raise context.wrong(f"{layer.source} is {image.width}×{image.height}; the crop reaches out of it", "crop")
    width, height = box_of(layer.size, crop[2], crop[3], context)
    key = context.picture(context.file(layer.source), "image")
    size = (float(image.width), float(image.height))
    return PictureContent(key, *size, width, height, layer.fit, layer.radius, layer.smooth, layer.crop and crop)


def still(source: str, context: Context) -> ImageInfo:
    """What a picture file says of itself; an error that names the right layer where it is something else."""
    from render_engine.media.svg import is_svg  # brings OpenCV: only where a picture is read

    path = context.file(source)
    if path.is_file() and is_svg(path):
        raise context.wrong(f"{path.name} is a drawing; use an “svg” layer", "source")
    info = context.probe(source)
    if info.image is None or info.kind != "image":
        kind = "audio" if info.kind == "audio" else "video"
        raise context.wrong(f"{path.name} is no still picture ({info.kind}); use a “{kind}” layer", "source")
    return info.image
