"""Where a layer stands: position, anchor, scale, rotation in the plane and in space."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from render_engine.matrix import Matrix, multiply, scaling, translation
from render_engine.timeline.value import Fixed, Number, Vectorial


@dataclass(frozen=True)
class Transform:
    position: Vectorial
    anchor: tuple[float, float]  # px of the layer
    scale: Vectorial
    rotation: Number
    rotation_x: Number
    rotation_y: Number
    perspective: float

    def at(self, seconds: float) -> Matrix:
        """From the layer's px to its parent's."""
        x, y = self.position.at(seconds)
        if not self._flat:
            tilt, swing = self.rotation_x.at(seconds), self.rotation_y.at(seconds)
            if tilt or swing:
                return self._in_space(seconds, x, y, tilt, swing)
        a, b, c, d, left, across, up, down = self._held or self._turned(seconds)
        return (a, b, c, d, x - left - across, y - up - down, 0.0, 0.0, 1.0)

    def _turned(self, seconds: float) -> tuple[float, float, float, float, float, float, float, float]:
        """The linear terms, and what the anchor takes off x (twice) and y (twice)."""
        sx, sy = self.scale.at(seconds)
        turn = self.rotation.at(seconds)
        cos, sin = (_exact_cos(turn), _exact_cos(turn - 90)) if turn else (1.0, 0.0)
        a, b, c, d = cos * sx, sin * sx, -sin * sy, cos * sy
        ax, ay = self.anchor
        return (a, b, c, d, a * ax, c * ay, b * ax, d * ay)

    def _in_space(self, seconds: float, x: float, y: float, tilt: float, swing: float) -> Matrix:
        sx, sy = self.scale.at(seconds)
        turned = in_space(self.rotation.at(seconds), tilt, swing, self.perspective)
        spatial = multiply(translation(x, y), turned)
        return multiply(multiply(spatial, scaling(sx, sy)), translation(-self.anchor[0], -self.anchor[1]))

    @cached_property
    def _flat(self) -> bool:
        return self.rotation_x == Fixed(0.0) == self.rotation_y

    @cached_property
    def _held(self) -> tuple[float, float, float, float, float, float, float, float] | None:
        """The same at all times, where only the position moves."""
        return self._turned(0.0) if isinstance(self.scale, Fixed) and isinstance(self.rotation, Fixed) else None

    @property
    def still(self) -> bool:
        moving = (self.position, self.scale, self.rotation, self.rotation_x, self.rotation_y)
        return all(isinstance(value, Fixed) for value in moving)


def in_space(turn: float, tilt: float, swing: float, perspective: float) -> Matrix:
    """CSS's perspective(d) rotateX(tilt) rotateY(swing) rotateZ(turn) for the plane z = 0, about the origin."""
    cz, sz = _exact_cos(turn), _exact_cos(turn - 90)
    cx, sx = _exact_cos(tilt), _exact_cos(tilt - 90)
    cy, sy = _exact_cos(swing), _exact_cos(swing - 90)
    # rows of Rx·Ry·Rz restricted to the columns of x and y
    xx, xy = cy * cz, -cy * sz
    yx, yy = cx * sz + sx * sy * cz, cx * cz - sx * sy * sz
    zx, zy = sx * sz - cx * sy * cz, sx * cz + cx * sy * sz
    return (xx, yx, xy, yy, 0.0, 0.0, -zx / perspective, -zy / perspective, 1.0)


def _exact_cos(degrees: float) -> float:
    """Cosine that is exact at the quarter turns."""
    degrees %= 360
    if degrees % 90 == 0:
        return (1.0, 0.0, -1.0, 0.0)[int(degrees // 90) % 4]
    return math.cos(math.radians(degrees))
