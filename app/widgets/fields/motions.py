"""Easings and springs as documents write them. What is none is taken as the usual one: it is told elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.document_edits import is_number
from render_engine.timeline.easing import Ease, easing
from render_engine.timeline.spring import PRESETS, Spring


def ease_of(written: Any) -> Ease:
    """Linear for what is none."""
    try:
        return easing(tuple(map(float, written)) if isinstance(written, (list, tuple)) else written)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return easing("linear")


def spring_of(written: Any) -> Spring:
    """Snappy for what is none."""
    if isinstance(written, Mapping):
        given = {key: written[key] for key in ("mass", "damping", "stiffness") if is_number(written.get(key))}
        return Spring(**given) if all(each > 0 for each in given.values()) else Spring()
    return PRESETS.get(written, PRESETS["snappy"]) if isinstance(written, str) else PRESETS["snappy"]
