"""What the timeline does to a document, in film seconds. A drag begins each step from what it met (`Before`).

Times are written to the microsecond, rounded down: 2/30 s written as 0.066667 would come a frame too late.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app import document_edits
from app.document_copies import copied
from app.document_edits import Document
from app.widgets.timeline.clock import Clock, number
from app.widgets.timeline.row import Row
from app.widgets.timeline.tracks import Key

SHORTEST = 0.01  # seconds that a bar keeps


def written(seconds: float) -> float:
    return document_edits.exact(math.floor(seconds * 1e6 + 0.01) / 1e6)


class Before:
    """Layers as they were when a drag began, put back before each step of it: what a step cuts off can come back."""

    def __init__(self, document: Mapping[str, Any], paths: Iterable[str]) -> None:
        found = ((path, document_edits.value_or(document, path)) for path in paths)
        self._values = {path: copied(value) for path, value in found if value is not None}

    def put_back(self, document: Document) -> None:
        for path, value in self._values.items():
            document_edits.set_value(document, path, _restored(document_edits.value_or(document, path), value))


def _restored(now: Any, before: Any) -> Any:
    """In the objects that are there: layers stay the same layers, so that what is selected stays so."""
    if isinstance(now, dict) and isinstance(before, dict):
        kept = {key: _restored(now.get(key), value) for key, value in before.items()}
        now.clear()
        now.update(kept)
        return now
    if isinstance(now, list) and isinstance(before, list) and len(now) == len(before):
        now[:] = [_restored(one, other) for one, other in zip(now, before, strict=True)]
        return now
    return copied(before)


def outermost(rows: Iterable[Row]) -> list[Row]:
    """Without those that lie in others of them."""
    listed = list(rows)
    paths = {row.path for row in listed}
    return [row for row in listed if not _lies_in(row.path, paths)]


def _lies_in(path: str, others: set[str]) -> bool:
    return any(path.startswith(f"{other}.") for other in others)


# ------------------------------------------------------------------------------------------------------------ layers


def move(document: Document, rows: Sequence[Row], by: float) -> None:
    """All by the same time, as far as each of them is still to be seen in its parent."""
    moving = [row for row in rows if row.kind != "scene" and row.free_start]
    by = min([by, *(max(0.0, row.latest - SHORTEST - row.start) for row in moving)])
    by = max([by, *(min(0.0, row.clock.origin + SHORTEST - row.end) for row in moving)])
    for row in moving:
        layer = document_edits.layer_at(document, row.path)
        end = number(layer.get("end"))
        layer["start"] = written(row.clock.here(row.start + by))
        if end is not None:
            layer["end"] = written(row.clock.here(row.clock.film(end) + by))


def trim_start(document: Document, rows: Iterable[Row], by: float) -> None:
    for row in rows:
        if row.kind == "scene" or not row.free_start:
            continue
        start = min(row.start + by, row.end - SHORTEST, row.latest - SHORTEST)
        document_edits.trim_start(document, row.path, written(row.clock.here(start)))


def trim_end(document: Document, rows: Iterable[Row], by: float) -> None:
    for row in rows:
        least = row.coming + row.going if row.kind == "scene" else 0.0  # transitions want their time
        end = max(row.end + by, row.start + least + SHORTEST, row.clock.origin + SHORTEST)
        if not row.free_end:
            continue
        layer = document_edits.layer_at(document, row.path)
        if row.kind == "scene":
            layer["duration"] = written((end - row.start) * row.clock.speed)
        else:
            layer["end"] = written(row.clock.here(end))


def split(document: Document, rows: Iterable[Row], at: float) -> list[str]:
    """Those that are there at that time, in two. The paths of the second parts."""
    there = [
        row
        for row in rows
        if row.start < at < row.end and row.free_start and row.path.endswith("]") and row.kind != "scene"
    ]
    later_first = sorted(there, key=lambda row: document_edits.steps_of(row.path), reverse=True)
    return [document_edits.split_layer(document, row.path, written(row.clock.here(at))) for row in later_first]


# --------------------------------------------------------------------------------------------------------- keyframes


Held = tuple[str, int, float, Clock]  # the field, the keyframe's number, its time in the film, the layer's clock


def held_keys(keys: Iterable[tuple[Row, Key]]) -> list[Held]:
    return [
        (
            document_edits.parent_of(key.path),
            document_edits.index_of(key.path),
            key.at,
            Clock(row.start, row.clock.speed),
        )
        for row, key in keys
    ]


def move_keys(document: Document, keys: Sequence[Held], by: float) -> None:
    last: dict[str, tuple[int, float]] = {}
    for field, k, at, clock in keys:
        frames = document_edits.keyframes_of(document_edits.value_at(document, field))
        to = written(clock.here(at + by))
        frames[k]["at"] = to
        last[field] = (k, to)
    for field, (k, to) in last.items():
        document_edits.move_keyframe(document, field, k, to)  # sorts them, and drops what they were put on


def remove_keys(document: Document, keys: Iterable[tuple[str, int]]) -> None:
    for field, k in sorted(keys, reverse=True):
        document_edits.remove_keyframe(document, field, k)


def copied_keys(document: Mapping[str, Any], keys: Sequence[tuple[Row, Key]]) -> list[dict[str, Any]]:
    """As they are written, with their fields, and their times from the first of them on in film seconds."""
    first = min((key.at for _, key in keys), default=0.0)
    return [
        {
            "field": document_edits.parent_of(key.path)[len(row.path) + 1 :],
            **copied(document_edits.value_at(document, key.path)),
            "at": written(key.at - first),
        }
        for row, key in keys
    ]


def paste_keys(document: Document, rows: Iterable[Row], keys: Iterable[Mapping[str, Any]], at: float) -> None:
    """Into each of the layers, the first at that time of the film. KeyError where a layer has no such place."""
    for row in rows:
        clock = Clock(row.start, row.clock.speed)
        for key in keys:
            field, to = f"{row.path}.{key['field']}", written(clock.here(at + key["at"]))
            document_edits.put_keyframe(document, field, to, copied(key["value"]), copied(key.get("easing")))


# ----------------------------------------------------------------------------------------------------------- markers


def add_marker(document: Document, at: float, name: str) -> None:
    """In the order of time."""
    listed = document.get("markers")
    markers = (
        [*listed, {"at": written(at), "name": name}]
        if isinstance(listed, list)
        else [{"at": written(at), "name": name}]
    )
    document["markers"] = sorted(markers, key=_marker_time)


def _marker_time(marker: Any) -> float:
    """Beats come first, as they stand."""
    at = number(marker.get("at")) if isinstance(marker, dict) else None
    return -1.0 if at is None else at


def move_marker(document: Document, path: str, at: float) -> None:
    document_edits.value_at(document, path)["at"] = written(max(0.0, at))


def rename_marker(document: Document, path: str, name: str) -> None:
    """Times that are told by it follow its new name."""
    marker = document_edits.value_at(document, path)
    old, marker["name"] = marker.get("name"), name
    if isinstance(old, str) and old and old != name:
        for _, layer in document_edits.walk(document):
            _retell(layer, old, name)


def _retell(layer: dict[str, Any], old: str, name: str) -> None:
    told = re.compile(rf"\s*{re.escape(old)}\s*([+-]\s*[\d.]+\s*)*")

    def new(value: Any) -> Any:
        return name + value.strip()[len(old) :] if isinstance(value, str) and told.fullmatch(value) else value

    for key in ("start", "end"):
        if key in layer:
            layer[key] = new(layer[key])
    for value in layer.values():
        for frame in document_edits.keyframes_of(value):
            if "at" in frame:
                frame["at"] = new(frame["at"])


def remove_marker(document: Document, path: str) -> None:
    document_edits.remove_value(document, path)
    if not document.get("markers"):
        document.pop("markers", None)
