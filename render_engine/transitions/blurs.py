"""Transitions of a camera that moves too fast to be sharp: both scenes are blurred as one picture.

The blur never reads beyond what the two scenes cover: no edge of theirs is drawn into the frame.
"""

from __future__ import annotations

import math

from render_engine.display_list import Effect
from render_engine.transitions.look import AWAY, Both, EffectFor, Look, Stage
from render_engine.transitions.mixing import by_share
from render_engine.transitions.moves import push

SMEAR = 0.35  # of the distance from the centre, halfway
NEARER = 1.3  # how much larger the leaving scene is at the end
MIXED = (0.35, 0.65)  # the part of the way on which both are seen
LONG = 0.6  # of the frame's side: a whip's blur halfway


def cross_zoom(p: float, stage: Stage) -> Both:
    """Into the leaving scene, and out of the entering one."""
    smear = round(SMEAR * _middle(p) * 4096) / 4096
    if not smear:
        return Both(leaving=None) if p > 0.5 else Both(None)
    around = 2 / (2 - smear)  # as far as the blur reads outwards
    entering = Look(matrix=stage.grown(around * NEARER ** (1 - p)))
    leaving = Look(matrix=stage.grown(around * NEARER**p))
    share = (p - MIXED[0]) / (MIXED[1] - MIXED[0])
    blur = (_zoomed(smear, stage),)
    if 0 < share < 1:
        return Both(entering, leaving, mix=by_share(share * share * (3 - 2 * share)), together=blur)
    return Both(None, leaving, together=blur) if share <= 0 else Both(entering, None, together=blur)


def _zoomed(smear: float, stage: Stage) -> EffectFor:
    def at(scale: float) -> Effect:
        x, y = (round(side / 2 * scale * 256) / 256 for side in (stage.width, stage.height))
        far = math.ceil(math.hypot(x, y))
        return Effect("zoom_blur", (x, y, smear, far), 0)

    return at


def directional_blur(p: float, stage: Stage) -> Both:
    """A whip of the camera: the scenes pass by in the stage's direction, faster than they can be seen."""
    moved = push(p, stage)
    x, y = AWAY[stage.direction]
    length = LONG * _middle(p) * abs(x * stage.width + y * stage.height)
    return Both(moved.entering, moved.leaving, together=(_along(x * length, y * length),))


def _along(x: float, y: float) -> EffectFor:
    def at(scale: float) -> Effect | None:
        along = (round(x * scale * 256) / 256 + 0.0, round(y * scale * 256) / 256 + 0.0)
        long = math.hypot(*along)
        return Effect("directional_blur", along, math.ceil(long / 2) + 1) if long >= 1 else None

    return at


def _middle(p: float) -> float:
    """0 at both ends, 1 halfway."""
    return math.sin(math.pi * min(1.0, max(0.0, p)))
