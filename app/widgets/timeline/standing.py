"""When one layer begins, and on which clock it is written: read along its path alone, whatever else there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.document_edits import Step, steps_of
from app.widgets.timeline.clock import Clock, Place, marks
from app.widgets.timeline.rows import Reading, nested, place_of, scene_times


@dataclass(frozen=True)
class Standing:
    """`start`: film seconds; `clock`: that in which the layer's start and end are written."""

    start: float
    clock: Clock


def place_in(document: Mapping[str, Any], props: Mapping[str, Any]) -> Place:
    """Of the document's own layers."""
    return place_of(document, Clock(), props, marks(document))


def standing(document: Mapping[str, Any], path: str, place: Place) -> Standing | None:
    """As the row of that layer has it (`rows_of`); None where no layer stands there."""
    owner: Any = document
    inner, found = place.clock, None
    steps = list(steps_of(path))
    while steps:
        key = steps.pop(0)
        if key == "composition" and isinstance(owner, dict) and isinstance(owner.get(key), dict):
            owner, inner, place = nested(owner, "", place, inner)
            continue
        listed = owner.get(key) if isinstance(owner, dict) else None
        owner = _item(listed, steps.pop(0)) if key in ("layers", "scenes") and steps else listed
        if not isinstance(owner, dict):
            return None
        own = (
            _scene_start(listed, owner, place, inner) if key == "scenes" else place.moment(owner.get("start", 0), inner)
        )
        found = Standing(inner.film(own or 0.0), inner)
        inner = inner.later(own or 0.0)
    return found


def _item(listed: Any, k: Step) -> Any:
    return listed[k] if isinstance(listed, list) and isinstance(k, int) and k < len(listed) else None


def _scene_start(scenes: Any, scene: Mapping[str, Any], place: Place, clock: Clock) -> float:
    return next(start for each, start, *_ in scene_times(scenes, place, clock, Reading({})) if each is scene)
