"""Palettes as swatches, with how well their texts can be read."""

from __future__ import annotations

from dataclasses import asdict

from app.gallery.entry import Entry
from app.gallery.lines import as_json

PAIRS = (("text", "bg"), ("text", "bg_alt"), ("text_muted", "bg"), ("primary", "bg"), ("accent", "bg"))


def entries() -> list[Entry]:
    from render_engine.motion.tokens import PALETTES

    return [_entry(name, asdict(palette)) for name, palette in PALETTES.items()]


def _entry(name: str, colors: dict[str, str]) -> Entry:
    layer = {"type": "text", "text": "Hello", "color": "${palette.primary}"}
    lines = {"JSON": as_json({"palette": name, "background": "${palette.bg}", "layers": [layer]})}
    return Entry("palettes", name, "", lines, drawing=_swatches(colors) + _contrasts(colors))


def _swatches(colors: dict[str, str]) -> str:
    return '<div class="swatches">' + "".join(_swatch(name, color) for name, color in colors.items()) + "</div>"


def _swatch(name: str, color: str) -> str:
    ink = max(("#000000", "#ffffff"), key=lambda ink: contrast(ink, color))
    return f'<div style="background:{color};color:{ink}">{name}<code>{color}</code></div>'


def _contrasts(colors: dict[str, str]) -> str:
    rows = (
        f"<div><dt>{one} on {other}</dt><dd>{contrast(colors[one], colors[other]):.1f}</dd></div>"
        for one, other in PAIRS
    )
    return f'<dl class="contrast">{"".join(rows)}</dl>'


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2: 1…21; 4.5 is enough for text, 3 for large text."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    from render_engine.color import parse

    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parse(color)[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
