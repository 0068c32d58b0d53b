"""What moves in a layer, and when: its keyframes, its springs, the way it comes and goes. Read as it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.widgets.timeline.clock import Clock, Place, number
from render_engine.timeline.spring import PRESETS, Spring

MOST_DEPTH = 40
INNER = ("layers", "layer", "scenes", "composition", "props")  # these are of other layers
SPRINGS = {
    "popIn": "bouncy", "blurIn": "smooth", "elasticScale": "wobbly", "perspectiveRotateIn": "smooth",
}  # fmt: skip  # of entrances; the others' is snappy


@dataclass(frozen=True)
class Key:
    """A keyframe. `free`: told in seconds, so that it can be moved."""

    path: str  # layers[0].opacity.keyframes[1]
    at: float  # film seconds
    free: bool
    easing: str = "linear"


@dataclass(frozen=True)
class Track:
    """A field of a layer that moves: by keyframes, or by a spring from `springs[0]` to `springs[1]`."""

    path: str  # layers[0].opacity
    name: str
    keys: tuple[Key, ...]
    springs: tuple[float, float] | None = None


def tracks_of(layer: Mapping[str, Any], path: str, place: Place, inner: Clock) -> Iterator[Track]:
    for key, value in layer.items():
        if key not in INNER and isinstance(value, (dict, list)):
            yield from _moving(value, f"{path}.{key}", str(key), place, inner, 0)


def _moving(value: Any, path: str, name: str, place: Place, inner: Clock, depth: int) -> Iterator[Track]:
    if depth > MOST_DEPTH:
        return
    if isinstance(value, list):
        for k, each in enumerate(value):
            if isinstance(each, (dict, list)):
                yield from _moving(each, f"{path}[{k}]", _part(name, each, k), place, inner, depth + 1)
        return
    if not isinstance(value, dict):
        return
    if isinstance(value.get("keyframes"), list):
        keys = tuple(_keys(value["keyframes"], f"{path}.keyframes", place, inner))
        if keys:
            yield Track(path, name, keys)
        return
    if "spring" in value and "to" in value:
        delay = place.moment(value.get("delay", 0), inner)
        if delay is not None:
            begins = inner.film(delay)
            yield Track(path, name, (), (begins, begins + _settles(value["spring"]) / inner.speed))
        return
    for key, each in value.items():
        if isinstance(each, (dict, list)):
            yield from _moving(each, f"{path}.{key}", f"{name}.{key}", place, inner, depth + 1)


def _part(name: str, each: Any, k: int) -> str:
    kind = each.get("type") if isinstance(each, dict) else None
    return f"{name}.{kind}" if isinstance(kind, str) else f"{name}.{k + 1}"


def _keys(listed: Sequence[Any], path: str, place: Place, inner: Clock) -> Iterator[Key]:
    for k, each in enumerate(listed):
        at = place.moment(each.get("at"), inner) if isinstance(each, dict) else None
        if at is not None:
            easing = each.get("easing", "linear")
            free = number(each.get("at")) is not None
            yield Key(f"{path}[{k}]", inner.film(at), free, easing if isinstance(easing, str) else "bezier")


def passage_length(value: Any, length: float, speed: float) -> float:
    """Seconds of the film that an entrance or an exit takes, no more than the layer has."""
    kind = word(value)
    if not kind:
        return 0.0
    settings = value if isinstance(value, dict) else {}
    spring = settings.get("spring") or SPRINGS.get(kind, "snappy")
    whole = (number(settings.get("delay")) or 0.0) + _settles(spring)
    return min(whole / speed, max(0.0, length))


def _settles(value: Any) -> float:
    return _settled(spring_of(value))


@lru_cache(maxsize=256)
def _settled(spring: Spring) -> float:
    return spring.settles(0.02)


def spring_of(value: Any) -> Spring:
    if isinstance(value, str):
        return PRESETS.get(value, PRESETS["snappy"])
    settings = value if isinstance(value, dict) else {}
    usual = Spring()
    return Spring(
        min(1000.0, positive(settings.get("mass"), usual.mass)),
        min(10_000.0, max(0.5, positive(settings.get("damping"), usual.damping))),
        min(100_000.0, max(0.5, positive(settings.get("stiffness"), usual.stiffness))),
    )


def word(value: Any) -> str:
    """Of a choice that is a name, or settings with their type."""
    found = value.get("type") if isinstance(value, dict) else value
    return found if isinstance(found, str) else ""


def positive(value: Any, usual: float) -> float:
    found = number(value)
    return found if found is not None and found > 0 else usual
