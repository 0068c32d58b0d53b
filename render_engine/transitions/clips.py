"""Transitions by outlines: one scene is revealed, the other one clipped away."""

from __future__ import annotations

import math
from collections.abc import Callable

from render_engine.display_list import Path, rectangle
from render_engine.timeline.outline import ellipse, polygon
from render_engine.transitions.look import PLAIN, Both, Direction, Look, Stage
from render_engine.transitions.mixing import within

CIRCLE = 0.75  # of CSS's reference diagonal, √(w² + h²)/√2
SPOKE = 30  # degrees between two corners of a clock's outline

Shares = tuple[float, float, float, float]  # of the frame's sides: x0, y0, x1, y1

WIPES: dict[Direction, Callable[[float], Shares]] = {  # the part at that side
    "left": lambda p: (0, 0, p, 1),
    "right": lambda p: (1 - p, 0, 1, 1),
    "up": lambda p: (0, 0, 1, p),
    "down": lambda p: (0, 1 - p, 1, 1),
}
OPPOSITE: dict[Direction, Direction] = {"left": "right", "right": "left", "up": "down", "down": "up"}


def clip_circle(p: float, stage: Stage) -> Both:
    radius = CIRCLE * math.hypot(stage.width, stage.height) / math.sqrt(2)
    return _clipped(_circle(radius * p, stage), _circle(radius * (1 - p), stage))


def clip_polygon(p: float, stage: Stage) -> Both:
    return _clipped(_centred(p, p, stage), _centred(1 - p, 1 - p, stage))


def split_horizontal(p: float, stage: Stage) -> Both:
    return _clipped(_centred(1, p, stage), _centred(1, 1 - p, stage))


def split_vertical(p: float, stage: Stage) -> Both:
    return _clipped(_centred(p, 1, stage), _centred(1 - p, 1, stage))


def wipe(p: float, stage: Stage) -> Both:
    """The entering scene is revealed from the side that `direction` names."""
    p = min(1.0, max(0.0, p))
    entering, leaving = WIPES[stage.direction](p), WIPES[OPPOSITE[stage.direction]](1 - p)
    return _clipped(_part(entering, stage), _part(leaving, stage))


def clock_wipe(p: float, stage: Stage) -> Both:
    """A hand goes round clockwise, from the top."""
    if not 0 < p < 1:
        return Both(PLAIN, None) if p > 0 else Both(None, PLAIN)
    return Both(mix=within(_sector(360 * p, stage)))


def iris(p: float, stage: Stage) -> Both:
    """A circle opens over the leaving scene, as far as the corners."""
    circle = _circle(math.hypot(stage.width, stage.height) / 2 * p, stage)
    return Both(mix=within(circle)) if circle else Both(None, PLAIN)


def _clipped(entering: Path | None, leaving: Path | None) -> Both:
    return Both(Look(clip=entering) if entering else None, Look(clip=leaving) if leaving else None)


def _circle(radius: float, stage: Stage) -> Path | None:
    return ellipse(stage.width / 2, stage.height / 2, radius, radius) if radius > 0 else None


def _centred(across: float, down: float, stage: Stage) -> Path | None:
    """A share of the frame around its centre."""
    if across <= 0 or down <= 0:
        return None
    return _part(((1 - across) / 2, (1 - down) / 2, (1 + across) / 2, (1 + down) / 2), stage)


def _part(box: Shares, stage: Stage) -> Path:
    w, h = stage.width, stage.height
    return rectangle(box[0] * w, box[1] * h, (box[2] - box[0]) * w, (box[3] - box[1]) * h)


def _sector(angle: float, stage: Stage) -> Path:
    """Of a polygon that holds the whole frame: from the top, so many degrees clockwise."""
    x, y = stage.width / 2, stage.height / 2
    radius = math.hypot(x, y) / math.cos(math.radians(SPOKE / 2)) + 1
    turns = [*range(0, math.ceil(angle), SPOKE), angle]
    rim = [(x + radius * math.sin(math.radians(t)), y - radius * math.cos(math.radians(t))) for t in turns]
    return polygon([(x, y), *rim])
