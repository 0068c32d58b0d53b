"""Colours as documents write them, and as the display list carries them."""

from __future__ import annotations

import re

from render_engine.display_list import Rgba

NAMED = {
    "transparent": "#00000000", "black": "#000000", "white": "#ffffff", "red": "#ff0000", "green": "#008000",
    "lime": "#00ff00", "blue": "#0000ff", "yellow": "#ffff00", "cyan": "#00ffff", "magenta": "#ff00ff",
    "gray": "#808080", "grey": "#808080", "silver": "#c0c0c0", "maroon": "#800000", "olive": "#808000",
    "navy": "#000080", "teal": "#008080", "purple": "#800080", "orange": "#ffa500", "pink": "#ffc0cb",
    "gold": "#ffd700", "indigo": "#4b0082", "violet": "#ee82ee", "coral": "#ff7f50", "tomato": "#ff6347",
    "crimson": "#dc143c", "salmon": "#fa8072", "brown": "#a52a2a",
}  # fmt: skip

_HEX = re.compile(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$")
_FUNCTION = re.compile(r"rgba?\(\s*([^)]*)\)$")


def parse(text: str) -> tuple[float, float, float, float]:
    """Straight sRGB in 0…1 from #rgb, #rgba, #rrggbb, #rrggbbaa, rgb(), rgba() or a CSS name; else ValueError."""
    folded = text.strip().lower()
    folded = NAMED.get(folded, folded)
    if match := _HEX.match(folded):
        digits = match[1]
        if len(digits) <= 4:
            digits = "".join(digit * 2 for digit in digits)
        channels = [int(digits[k : k + 2], 16) / 255 for k in range(0, len(digits), 2)]
        return (channels[0], channels[1], channels[2], channels[3] if len(channels) == 4 else 1.0)
    if match := _FUNCTION.match(folded):
        return _from_function(match[1], text)
    raise ValueError(f"“{text}” is not a colour: write #rrggbb, #rrggbbaa, rgba(255, 120, 0, 0.5) or a name like white")


def _from_function(body: str, text: str) -> tuple[float, float, float, float]:
    parts = [part for part in re.split(r"[\s,/]+", body) if part]
    if len(parts) not in (3, 4):
        raise ValueError(f"“{text}” wants three numbers and perhaps an alpha")
    red, green, blue = (min(1.0, max(0.0, _number(part, 255.0))) for part in parts[:3])
    alpha = min(1.0, max(0.0, _number(parts[3], 1.0))) if len(parts) == 4 else 1.0
    return (red, green, blue, alpha)


def _number(part: str, full: float) -> float:
    return float(part[:-1]) / 100 if part.endswith("%") else float(part) / full


def quantise(color: tuple[float, ...]) -> Rgba:
    red, green, blue, alpha = (round(min(1.0, max(0.0, channel)) * 65535) for channel in color)
    return (red, green, blue, alpha)
