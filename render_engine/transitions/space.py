"""Transitions in which the scenes turn in space."""

from __future__ import annotations

import math

from render_engine.matrix import Matrix, multiply
from render_engine.timeline.transform import in_space
from render_engine.transitions.look import Both, Look, Stage

PERSPECTIVE = 1200  # px from the eye to the plane
EYE = 1.2  # of the frame's longer side: from the eye to a cube's edge
QUARTER = 90  # degrees


def perspective_flip(p: float, stage: Stage) -> Both:
    def turned(degrees: float) -> Look:
        return Look(matrix=stage.about_the_centre(in_space(0.0, 0.0, degrees, PERSPECTIVE)))

    return Both(turned(QUARTER * (1 - p)), turned(-QUARTER * p))


def cube(p: float, stage: Stage) -> Both:
    """Two sides of a cube that turns in the stage's direction, its front edge as high as the frame."""
    angle = QUARTER * min(1.0, max(0.0, p))
    return Both(_side(QUARTER - angle, stage), _side(-angle, stage))


def _side(degrees: float, stage: Stage) -> Look | None:
    """The side that has turned so far from the front; None where it faces away."""
    across = stage.direction in ("left", "right")
    half = (stage.width if across else stage.height) / 2
    turn = math.radians(degrees if stage.direction in ("left", "up") else -degrees)
    eye = EYE * max(stage.width, stage.height)
    sin, cos = math.sin(turn), math.cos(turn)
    deep = half * (cos + abs(sin))  # from the middle of the cube to its front edge
    if cos * (eye + deep) <= half:
        return None
    # a point of the side is (x·cos + half·sin, y, half·cos − x·sin − deep), seen from `eye` before the frame
    w = 1 - (half * cos - deep) / eye
    matrix: Matrix = (cos, 0.0, 0.0, 1.0, half * sin, 0.0, sin / eye, 0.0, w)
    return Look(matrix=stage.about_the_centre(matrix if across else _swapped(matrix)))


def _swapped(m: Matrix) -> Matrix:
    """The same with x and y in each other's place."""
    swap: Matrix = (0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0)
    return multiply(multiply(swap, m), swap)
