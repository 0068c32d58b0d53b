"""Ways for one scene to take the place of another: both in one texture, where no seam can show."""

from __future__ import annotations

from render_engine.display_list import Effect, Path, Shape, Solid, quantise_matrix
from render_engine.timeline.outline import quantised
from render_engine.transitions.look import Mix

WHITE = Solid((65535, 65535, 65535, 65535))


def by_share(share: float) -> Mix:
    """leaving · (1 − share) + entering · share, premultiplied."""
    return lambda entering, _space: Effect("mix", (_number(share),), 0, inputs=(entering,))


def within(path: Path) -> Mix:
    """The entering scene inside an outline (in the frame's px), the leaving one around it."""
    outline = quantised(path)
    return lambda entering, space: Effect(
        "mix_within", (), 0, inputs=(entering, (Shape(outline, quantise_matrix(space), WHITE),))
    )


def by_grain(share: float, seed: int) -> Mix:
    """The entering scene where a cloudy noise lies below `share`."""
    return lambda entering, _space: Effect("dissolve", (_number(share), float(seed)), 0, inputs=(entering,))


def _number(share: float) -> float:
    return round(min(1.0, max(0.0, share)) * 4096) / 4096
