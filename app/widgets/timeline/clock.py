"""Times as documents tell them, on the film's clock: seconds of a layer, markers, props in their places."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_BEATS = 5000
_SHIFT = re.compile(r"\s*([+-])\s*(\d+(?:\.\d+)?)\s*")
_PROP = re.compile(r"(\$?)\$\{([\w.]+)\}")


@dataclass(frozen=True)
class Clock:
    """Seconds of a place: its 0 is `origin` seconds into the film, and it runs `speed` times as fast as the film."""

    origin: float = 0.0
    speed: float = 1.0

    def film(self, seconds: float) -> float:
        return self.origin + seconds / self.speed

    def here(self, film: float) -> float:
        return (film - self.origin) * self.speed

    def later(self, seconds: float) -> Clock:
        """Of what begins here after so many of its seconds."""
        return Clock(self.film(seconds), self.speed)

    def faster(self, times: float) -> Clock:
        return Clock(self.origin, self.speed * times)


FILM = Clock()


@dataclass(frozen=True)
class Mark:
    """A marker: where it is written, and when it is, in seconds of its composition. `path` is empty for beats."""

    path: str
    at: float
    name: str


@dataclass(frozen=True)
class Place:
    """What is known where a layer stands: its composition's markers and clock, and the props in sight."""

    clock: Clock
    markers: Mapping[str, float] = field(default_factory=dict)
    props: Mapping[str, Any] = field(default_factory=dict)
    fps: float = 30.0

    def moment(self, value: Any, clock: Clock) -> float | None:
        """Seconds on `clock`; None for what is no time, or a marker that is not known here."""
        value = self.filled(value)
        if isinstance(value, str):
            marked = marked_time(value, self.markers)
            return None if marked is None else clock.here(self.clock.film(marked))
        return number(value)

    def filled(self, value: Any) -> Any:
        """A prop's value in its place."""
        if isinstance(value, dict) and isinstance(value.get("$prop"), str):
            return prop(value["$prop"], self.props)
        if isinstance(value, str) and "${" in value:
            whole = _PROP.fullmatch(value)
            if whole and not whole[1]:
                return prop(whole[2], self.props)
            return _PROP.sub(lambda found: found[0][1:] if found[1] else _words(found[2], self.props), value)
        return value


def number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)


def prop(name: str, props: Mapping[str, Any]) -> Any:
    value: Any = props
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _words(name: str, props: Mapping[str, Any]) -> str:
    value = prop(name, props)
    return f"${{{name}}}" if value is None or isinstance(value, (dict, list)) else str(value)


def rate(value: Any) -> float:
    """Frames a second, as documents write them; 30 for what is none."""
    text = str(value)
    upper, _, lower = text.partition("/")
    try:
        found = float(upper) / (float(lower) if lower else 1)
    except (ValueError, ZeroDivisionError):
        return 30.0
    return found if math.isfinite(found) and 0 < found <= 1000 else 30.0


# ----------------------------------------------------------------------------------------------------------- markers


def marks(document: Mapping[str, Any], at: str = "") -> list[Mark]:
    """The named ones, and the beats of a tempo up to the end of the longest film; those of music are not known here."""
    listed = document.get("markers")
    found: list[Mark] = []
    for k, each in enumerate(listed if isinstance(listed, list) else ()):
        if not isinstance(each, dict):
            continue
        time, name = number(each.get("at")), each.get("name")
        if time is not None and isinstance(name, str):
            found.append(Mark(f"{at}markers[{k}]", time, name))
        elif "tempo" in each:
            found += _beats(each)
    return found


def _beats(each: Mapping[str, Any]) -> Iterator[Mark]:
    tempo, first, until = number(each.get("tempo")), number(each.get("offset", 0)), number(each.get("until"))
    name = each.get("name", "beat")
    if not tempo or tempo <= 0 or first is None or not isinstance(name, str):
        return
    for k in range(MOST_BEATS):
        time = first + k * 60 / tempo
        if until is not None and time > until:
            return
        yield Mark("", time, f"{name}:{k + 1}")


def marked_time(text: str, markers: Mapping[str, float]) -> float | None:
    """ "beat:4+0.2": a marker's name, or seconds before or after it. A name may have a sign in it."""
    name, by = text.strip(), 0.0
    while name not in markers:
        cut = max(name.rfind("+"), name.rfind("-"))
        shift = _SHIFT.fullmatch(name[cut:]) if cut > 0 else None
        if shift is None:
            return None
        by += float(shift[1] + shift[2])
        name = name[:cut].strip()
    return markers[name] + by
