"""Entrances, each with its exit: the same played backwards."""

from __future__ import annotations

from typing import Any

from app.gallery.entry import Entry, stage
from app.gallery.lines import written

SAYS = {
    "fadeUp": "Fades in while it rises into its place.",
    "fadeDown": "Fades in while it sinks into its place.",
    "slideInLeft": "Comes in from the left, fading in.",
    "slideInRight": "Comes in from the right, fading in.",
    "popIn": "Pops up from half its size and swings a little.",
    "blurIn": "Comes into focus out of a blur.",
    "elasticScale": "Grows from nothing and wobbles like rubber.",
    "perspectiveRotateIn": "Tilts up in space from its lower edge.",
}
SECONDS = 2.8


def entries() -> list[Entry]:
    from render_engine.motion.entrance import STYLES

    return [_entry(name) for name in STYLES]


def _entry(name: str) -> Entry:
    used = {"entrance": name, "exit": name}
    thing = _thing(name) | {"entrance": {"type": name, "delay": 0.1}, "exit": {"type": name, "delay": 0.1}}
    lines = written({"type": "text", "text": "Hello", **used}, "render_engine.layers.text", "Text")
    return Entry("entrances", name, SAYS.get(name, ""), lines, stage([thing], SECONDS, SECONDS / 2))


def _thing(name: str) -> dict[str, Any]:
    """What comes and goes: a tile with its name on it."""
    fill = {"type": "linear", "angle": 135, "stops": ["#6366f1", "#8b5cf6", "#06b6d4"]}
    word = {
        "type": "text",
        "text": name,
        "weight": 700,
        "size": 24,
        "letter_spacing": -0.5,
        "fit": [200, 40],
        "max_lines": 1,
    }
    tile = {"type": "stack", "size": [248, 132], "radius": 22, "justify": "center", "fill": fill, "layers": [word]}
    return tile | {"effects": [{"type": "drop_shadow", "y": 14, "radius": 18, "color": "rgba(0, 0, 0, 0.45)"}]}
