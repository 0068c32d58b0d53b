"""Motion blur: what a camera's shutter sees of a layer that moves while it is open.

It opens at the frame's time, so that a cut on a frame is never seen twice. The layer is drawn at several moments, with all
that is in it, and their mean is shown. A layer that stands still, though things in it move, leaves the blur to those.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from render_engine.document.fields import Model, seconds
from render_engine.matrix import Box, Matrix, apply
from render_engine.timeline.motion import Motion, merged

UNSEEN = 0.25  # px


class MotionBlur(Model):
    """A shutter: layers that move are seen at several moments while it is open."""

    shutter: Annotated[float, Field(gt=0, le=720)] = Field(
        180, description="Degrees of a frame for which it is open: 180 is half the time to the next one."
    )
    samples: Annotated[int, Field(ge=2, le=128)] = Field(
        16, description="The most moments that are drawn; fewer where the layer moves by fewer px."
    )


@dataclass(frozen=True)
class Shutter:
    seconds: Fraction
    samples: int

    def moments(self, opens: Fraction, count: int) -> tuple[Fraction, ...]:
        """Evenly spread while it is open."""
        return tuple(opens + self.seconds * (2 * k + 1) / (2 * count) for k in range(count))

    def count(self, places: Sequence[Matrix], box: Box) -> int:
        """How many moments it takes: one for each px that the box goes; none where nobody can tell."""
        px = _travel(places, box) * len(places) / (len(places) - 1)  # the first and the last are half a step inside
        return 0 if px < UNSEEN else max(2, math.ceil(min(px, self.samples)))

    def seen(self, motion: Motion) -> Motion:
        """What moves a little later is seen now."""
        return merged([tuple((low - float(self.seconds), high) for low, high in motion)])


def shutter(model: MotionBlur | None, fps: Fraction) -> Shutter | None:
    return None if model is None else Shutter(seconds(model.shutter) / 360 / fps, model.samples)


def _travel(places: Sequence[Matrix], box: Box) -> float:
    """Px that the corner goes which goes furthest; endless in space, where nobody measures it."""
    if any(m[6] or m[7] for m in places):
        return math.inf
    x0, y0, x1, y1 = box
    ways = ([apply(m, x, y) for m in places] for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1)))
    return max(sum(math.dist(one, other) for one, other in pairwise(way)) for way in ways)
