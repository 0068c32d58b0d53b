"""Names of fields, as a person says them."""

from __future__ import annotations

import re

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SHORT = {
    "url": "URL",
    "fps": "FPS",
    "id": "ID",
    "ms": "ms",
    "x": "X",
    "y": "Y",
    "svg": "SVG",
    "color": "colour",
    "colors": "colours",
}


def in_words(name: str) -> str:
    """max_lines and maxLines are “Max lines”; what already has capitals and spaces stays."""
    if " " in name or name[:1].isupper():
        return name
    words = [_SHORT.get(word.lower(), word.lower()) for word in _CAMEL.sub("_", name).split("_") if word]
    text = " ".join(words)
    return text[:1].upper() + text[1:]
