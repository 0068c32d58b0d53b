"""Transitions between the scenes of a sequence: what becomes of the two while one takes the other's place.

Each is a function of its progress (0…1, beyond them where a spring swings) and the stage it happens on. A new one is a
function in a file here, a line in `TRANSITIONS` and its name in `transition.TransitionName`.
"""

from collections.abc import Callable
from dataclasses import replace

from render_engine.transitions import blurs, clips, fades, moves, space
from render_engine.transitions.look import Both, Direction, Stage

Transition = Callable[[float, Stage], Both]


def _towards(direction: Direction, transition: Transition) -> Transition:
    return lambda p, stage: transition(p, replace(stage, direction=direction))


TRANSITIONS: dict[str, Transition] = {
    "crossfade": fades.crossfade,
    "fadeBlur": fades.fade_blur,
    "scaleFade": fades.scale_fade,
    "zoomThrough": fades.zoom_through,
    "morphExpand": fades.morph_expand,
    "dip": fades.dip,
    "dissolve": fades.dissolve,
    "clipCircle": clips.clip_circle,
    "clipPolygon": clips.clip_polygon,
    "wipe": clips.wipe,
    "splitHorizontal": clips.split_horizontal,
    "splitVertical": clips.split_vertical,
    "clockWipe": clips.clock_wipe,
    "iris": clips.iris,
    "push": moves.push,
    "pushLeft": _towards("left", moves.push),
    "pushRight": _towards("right", moves.push),
    "slide": moves.slide,
    "slideLeft": _towards("left", moves.slide),
    "slideRight": _towards("right", moves.slide),
    "perspectiveFlip": space.perspective_flip,
    "cube": space.cube,
    "crossZoom": blurs.cross_zoom,
    "directionalBlur": blurs.directional_blur,
}
