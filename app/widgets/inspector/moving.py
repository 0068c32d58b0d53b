"""The value of a field at a time, as the document writes it: numbers, percentages, points, colours. Pure.

Only to be shown in the form: what is drawn is told by the engine, from the same keyframes, easings and springs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.document_edits import exact, is_number, keyframes_of
from app.widgets.fields.motions import ease_of, spring_of
from render_engine.color import parse

NEAR = 0.0005  # s
Moment = Callable[[Any], float | None]  # a time as it is written → seconds of the layer


def seconds(value: Any) -> float | None:
    """Of a time in numbers."""
    return float(value) if is_number(value) else None


def is_sprung(value: Any) -> bool:
    return isinstance(value, dict) and "from" in value and "to" in value and "type" not in value


def moves(value: Any) -> bool:
    return bool(keyframes_of(value)) or is_sprung(value)


def value_at_time(value: Any, at: float, moment: Moment = seconds) -> Any:
    """What does not move is itself."""
    if is_sprung(value):
        spring = spring_of(value.get("spring", "snappy"))
        delay = moment(value.get("delay", 0)) or 0.0
        return mixed(value["from"], value["to"], spring.at(at - delay))
    frames = timed(value, moment)
    if not frames:
        return value
    times = [time for time, _, _ in frames]
    k = bisect_right(times, at) - 1
    if k < 0 or k >= len(frames) - 1:
        return frames[max(k, 0)][1].get("value")
    (start, one, _), (end, other, _) = frames[k], frames[k + 1]
    share = (at - start) / (end - start) if end > start else 1.0
    return mixed(one.get("value"), other.get("value"), ease_of(one.get("easing", "linear"))(share))


def timed(value: Any, moment: Moment = seconds) -> list[tuple[float, Mapping[str, Any], int]]:
    """Keyframes whose time is known: (seconds, keyframe, its number)."""
    told = [(moment(frame.get("at")), frame, k) for k, frame in enumerate(keyframes_of(value))]
    return sorted(((time, frame, k) for time, frame, k in told if time is not None), key=lambda each: each[0])


def keyframe_near(value: Any, at: float, moment: Moment = seconds, near: float = NEAR) -> int | None:
    """The number of the one that stands at this time."""
    return next((k for time, _, k in timed(value, moment) if abs(time - at) <= near), None)


def mixed(one: Any, other: Any, share: float) -> Any:
    """A share of the way; where there is no way between them, the first until the end."""
    if is_number(one) and is_number(other):
        return exact(one + (other - one) * share)
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [mixed(a, b, share) for a, b in zip(one, other, strict=True)]
    if isinstance(one, list) and is_number(other):
        return mixed(one, [other] * len(one), share)
    if is_number(one) and isinstance(other, list):
        return mixed([one] * len(other), other, share)
    first, second = _percent(one), _percent(other)
    if first is not None and second is not None:
        return f"{exact(first + (second - first) * share):g}%"
    colors = _colors(one, other)
    if colors:
        return _color_text([a + (b - a) * min(max(share, 0.0), 1.0) for a, b in zip(*colors, strict=True)])
    return other if share >= 1 else one


def _percent(value: Any) -> float | None:
    try:
        return float(value[:-1]) if isinstance(value, str) and value.endswith("%") else None
    except ValueError:
        return None


def _colors(one: Any, other: Any) -> tuple[Sequence[float], Sequence[float]] | None:
    try:
        return (parse(one), parse(other)) if isinstance(one, str) and isinstance(other, str) else None
    except ValueError:
        return None


def _color_text(parts: Sequence[float]) -> str:
    digits = "".join(f"{round(255 * part):02x}" for part in parts)
    return f"#{digits.removesuffix('ff')}" if len(digits) == 8 else f"#{digits}"
