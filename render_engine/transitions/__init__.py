"""Transitions between the scenes of a sequence: what becomes of the two while one takes the other's place.

Each is a function of its progress (0…1, beyond them where a spring swings) and the stage it happens on. A new one is a
function in a file here, a line in `TRANSITIONS` and its name in `transition.TransitionName`.
"""

from collections.abc import Callable

from render_engine.transitions import fades
from render_engine.transitions.look import Both, Stage

Transition = Callable[[float, Stage], Both]

TRANSITIONS: dict[str, Transition] = {
    "crossfade": fades.crossfade,
    "fadeBlur": fades.fade_blur,
    "scaleFade": fades.scale_fade,
    "zoomThrough": fades.zoom_through,
    "morphExpand": fades.morph_expand,
    "dip": fades.dip,
}
