"""What each kind of layer looks like in lists, and what a new one says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

USUAL = ("text", "shape", "image", "video", "audio", "background", "gradient", "captions", "group", "stack")

ICONS: Mapping[str, str] = {
    "text": "text", "typewriter": "text", "animated_characters": "text", "count_up": "text", "captions": "captions",
    "badge": "text", "lower_third": "text", "shape": "shape", "gradient": "gradient", "background": "solid",
    "vignette": "gradient", "glow_orb": "gradient", "grid": "grid", "image": "image", "image_sequence": "image", "svg": "image",
    "lottie": "shape", "video": "video", "audio": "audio", "visualiser": "audio", "group": "group", "stack": "stack",
    "card": "stack", "browser": "monitor", "phone": "monitor", "safe_area": "safe", "composition": "composition",
    "sequence": "sequence", "scene": "scissors", "repeat": "duplicate", "terminal": "command", "code_block": "command",
    "bar_chart": "chart", "line_chart": "chart", "progress_bar": "chart",
}  # fmt: skip

FROM_FILE: Mapping[str, str] = {
    "image": "image", "video": "video", "audio": "audio", "svg": "image", "lottie": "file", "image_sequence": "image",
}  # fmt: skip
HOLDS_LAYERS = ("group", "stack", "card", "browser", "phone", "safe_area", "scene", "composition")

FIRE_TO_SKY = [{"offset": 0, "color": "#ff7d45"}, {"offset": 1, "color": "#7aa2f7"}]
NEW: Mapping[str, Mapping[str, Any]] = {
    "text": {"text": "Text", "size": 96, "weight": 700, "color": "#ffffff"},
    "typewriter": {"text": "Written before the eye", "size": 64},
    "animated_characters": {"text": "Letters that come", "size": 96, "weight": 700},
    "shape": {"shape": "rect", "size": [480, 270], "fill": "#ff7d45", "radius": 16},
    "background": {"fill": "#101114"},
    "gradient": {"fill": {"type": "linear", "angle": 90, "stops": FIRE_TO_SKY}},
    "captions": {"segments": [{"startMs": 0, "endMs": 2000, "text": "What is being said"}]},
    "group": {"layers": []},
    "stack": {"direction": "column", "gap": 24, "layers": []},
    "card": {"padding": 32, "layers": []},
    "browser": {"size": [1200, 750], "layers": []},
    "phone": {"layers": []},
    "safe_area": {"layers": []},
    "composition": {"composition": {"duration": 4, "layers": []}},
    "sequence": {"scenes": [{"duration": 2, "layers": []}, {"duration": 2, "transition": "crossfade", "layers": []}]},
    "badge": {"text": "New"},
    "lower_third": {"name": "A name", "title": "What they do"},
    "count_up": {"to": 100},
    "terminal": {"lines": ["echo hello"]},
    "code_block": {"code": "print('hello')", "language": "python"},
    "bar_chart": {"data": [{"label": "A", "value": 3}, {"label": "B", "value": 5}]},
    "line_chart": {"lines": [{"values": [1, 3, 2, 5]}]},
    "progress_bar": {"value": 0.6},
    "repeat": {"over": 3, "as": "stack", "direction": "column", "gap": 24, "layer": {"type": "text", "text": "Item", "size": 64}},
}  # fmt: skip


def holder_of(path: str, kind: str) -> str | None:
    """The path under which layers can be put into one of that kind."""
    if kind == "composition":
        return f"{path}.composition"
    return path if kind in HOLDS_LAYERS else None


def new_layer(kind: str, source: str = "") -> dict[str, Any]:
    """One that can be drawn at once. `source`: of the kinds that show a file."""
    from app.document_copies import copied

    own = {"source": source} if source else {}
    layer: dict[str, Any] = copied({"type": kind, **own, **NEW.get(kind, {})})
    return layer
