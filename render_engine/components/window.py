"""What windows have at their upper left: three lights."""

from render_engine.components.parts import at
from render_engine.layers.shape import Shape

LIGHTS = ("#ff5f57", "#febc2e", "#28c840")  # close, minimise, zoom
ACROSS, GAP, LEFT = 12, 8, 18  # px of a bar whose scale is 1


def lights(bar: float, scale: float) -> list[Shape]:
    """In the middle of a bar that is `bar` px high; `scale`: px for each px of the usual size."""
    size = ACROSS * scale
    step, top = (ACROSS + GAP) * scale, (bar - size) / 2
    return [
        Shape(shape="ellipse", size=(size, size), fill=tint, **at(LEFT * scale + k * step, top))
        for k, tint in enumerate(LIGHTS)
    ]
