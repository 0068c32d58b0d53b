"""Transitions: from one picture to another, and back."""

from __future__ import annotations

from typing import Any

from app.gallery.entry import Entry, stage
from app.gallery.lines import written

SAYS = {
    "crossfade": "One scene fades into the other.",
    "fadeBlur": "Both blur while one fades into the other.",
    "scaleFade": "Fades while both breathe by a twentieth.",
    "zoomThrough": "Flies through the first scene into the next.",
    "morphExpand": "Grows from a small round shape to the whole frame.",
    "dip": "To a colour, and from there to the next scene.",
    "dissolve": "Patch by patch, as a noise says.",
    "clipCircle": "A circle closes on one scene and opens on the next.",
    "clipPolygon": "A window closes on one scene and opens on the next.",
    "wipe": "The next scene is uncovered from one side.",
    "splitHorizontal": "Opens from the line across the middle.",
    "splitVertical": "Opens from the upright line in the middle.",
    "clockWipe": "A hand goes round clockwise, from the top.",
    "iris": "A circle opens on the next scene, as far as the corners.",
    "push": "The next scene pushes the first one out, in any direction.",
    "pushLeft": "Pushes to the left.",
    "pushRight": "Pushes to the right.",
    "slide": "The next scene slides over the first one, in any direction.",
    "slideLeft": "Slides to the left, over a scene that stands still.",
    "slideRight": "Slides to the right, over a scene that stands still.",
    "perspectiveFlip": "The scene turns over like a card.",
    "cube": "Two sides of a cube that turns, in any direction.",
    "crossZoom": "A camera zooms out of one scene into another, too fast to be seen.",
    "directionalBlur": "A whip of the camera, in any direction.",
}
SETTINGS: dict[str, dict[str, Any]] = {
    "dip": {"color": "#6366f1"},
    "wipe": {"direction": "right"},
    "push": {"direction": "up"},
    "slide": {"direction": "down"},
    "cube": {"direction": "left"},
    "directionalBlur": {"direction": "right"},
}
DURATION, HELD = 0.8, 0.8  # seconds: of a transition, and between two


def entries() -> list[Entry]:
    from render_engine.transitions import TRANSITIONS

    return [_entry(name) for name in TRANSITIONS]


def _entry(name: str) -> Entry:
    transition = {"type": name, "duration": DURATION, **SETTINGS.get(name, {})}
    first, second = _scene("rocket.jpg", HELD / 2 + DURATION), _scene("coffee.png", HELD + 2 * DURATION)
    scenes = [first, second | {"transition": transition}, first | {"transition": transition}]
    film = stage([{"type": "sequence", "scenes": scenes}], 2 * (HELD + DURATION), HELD / 2 + 0.45 * DURATION)
    lines = written(
        {"duration": 3, "background": "#0e7490", "transition": transition}, "render_engine.layers.sequence", "Scene"
    )
    return Entry("transitions", name, SAYS.get(name, ""), lines, film)


def _scene(picture: str, seconds: float) -> dict[str, Any]:
    image = {"type": "image", "source": picture, "size": ["100%", "100%"]}
    return {"duration": round(seconds, 3), "layers": [image]}
