"""Which layers are under a point of the picture, the one that a person means first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QPointF

from app.document_edits import steps_of, value_or
from app.widgets.handles.box import Box

HOLDERS = ("group", "sequence", "composition", "stack", "card", "browser", "phone", "safe_area", "repeat")
FAINT = 0.02  # an opacity at which nobody sees a layer


def under(
    point: QPointF,
    boxes: Mapping[str, Box],
    document: Mapping[str, Any],
    locked: Iterable[str],
    film: tuple[float, float],
    slack: float,
) -> list[str]:
    """Topmost first; what covers the whole film comes last, whatever lies on it. `slack`: px of the film.

    What holds layers is there only where one of them is, and after it. What is faded away or locked is not there, and
    what stands in another file cannot be changed here.
    """
    hit = [path for path, box in boxes.items() if box.opacity >= FAINT and box.contains(point, slack)]
    kept = [path for path in hit if isinstance(value_or(document, path), dict) and not is_locked(path, locked)]
    meant = [path for path in reversed(kept) if not _is_holder(document, path) or _holds_one(path, hit)]
    grounds = {path for path in meant if boxes[path].covers(*film)}
    return [path for path in meant if path not in grounds] + [path for path in meant if path in grounds]


def is_locked(path: str, locked: Iterable[str]) -> bool:
    """Itself, or what it is in."""
    return any(is_inside(path, each) for each in locked)


def is_inside(path: str, other: str) -> bool:
    """In another layer, or that one."""
    outer = steps_of(other)
    return steps_of(path)[: len(outer)] == outer


def after(chosen: str, found: Sequence[str]) -> str | None:
    """The one below, the topmost again after the last."""
    if not found:
        return None
    return found[(found.index(chosen) + 1) % len(found)] if chosen in found else found[0]


def _is_holder(document: Mapping[str, Any], path: str) -> bool:
    return value_or(document, path, {}).get("type") in HOLDERS


def _holds_one(path: str, hit: Iterable[str]) -> bool:
    return any(each != path and is_inside(each, path) for each in hit)
