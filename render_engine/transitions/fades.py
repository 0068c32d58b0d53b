"""Transitions in which the scenes fade."""

from __future__ import annotations

from render_engine.display_list import Effect
from render_engine.effects.blur import effect as blur
from render_engine.timeline.outline import rounded, scaled
from render_engine.transitions.look import PLAIN, Both, EffectFor, Look, Stage, Tint
from render_engine.transitions.mixing import by_grain, by_share

BLUR = 10  # px
SMALLER = 0.95
FAR, NEAR = 0.5, 2.0
SEED = 0.3


def crossfade(p: float, stage: Stage) -> Both:
    return Both(mix=by_share(p))


def fade_blur(p: float, stage: Stage) -> Both:
    return Both(Look(p, effects=(_blurred(1 - p),)), Look(1 - p, effects=(_blurred(p),)))


def _blurred(share: float) -> EffectFor:
    """Within the frame: no darkness comes in over its edges."""

    def at(scale: float) -> Effect | None:
        found = blur(BLUR * share * scale)
        return found and Effect("blur_within", found.numbers, 0)

    return at


def scale_fade(p: float, stage: Stage) -> Both:
    return Both(
        Look(p, stage.grown(SMALLER + (1 - SMALLER) * p)),
        Look(1 - p, stage.grown(1 - (1 - SMALLER) * p)),
    )


def zoom_through(p: float, stage: Stage) -> Both:
    return Both(
        Look(p, stage.grown(FAR + (1 - FAR) * p)),
        Look(1 - p, stage.grown(1 + (NEAR - 1) * p)),
    )


def morph_expand(p: float, stage: Stage) -> Both:
    """From an ellipse in the middle to the whole frame; the leaving scene shrinks to one."""
    return Both(_expanded(p, stage), _expanded(1 - p, stage))


def _expanded(p: float, stage: Stage) -> Look:
    corners = scaled(rounded(0, 0, 1, 1, 0.5 * (1 - p)), stage.width, stage.height)
    return Look(p, stage.grown(SEED + (1 - SEED) * p), clip=corners)


def dip(p: float, stage: Stage) -> Both:
    """To a colour, and from there to the entering scene."""
    if p < 0.5:
        return Both(None, PLAIN, tint=Tint(stage.color, 2 * p))
    return Both(PLAIN, None, tint=Tint(stage.color, 2 - 2 * p))


def dissolve(p: float, stage: Stage) -> Both:
    """Patch by patch, as a noise of the stage's seed says."""
    return Both(mix=by_grain(p, stage.seed))
