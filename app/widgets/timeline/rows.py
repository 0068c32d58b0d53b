"""A raw document → the rows of the timeline, on the film's clock. Nothing is resolved: what it says is read.

How long media last is told from outside (`lengths`), once it is known. Broken values are left out; nothing raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from pathlib import PurePath
from typing import Any

from app.widgets.timeline.clock import Clock, Mark, Place, marks, number, rate
from app.widgets.timeline.row import Row, Rows, Sound, elsewhere
from app.widgets.timeline.tracks import MOST_DEPTH, passage_length, positive, spring_of, tracks_of, word

CUTS = ("none", "cut")
USUAL_TRANSITION = 0.6  # seconds
OWN_LENGTH = ("group", "stack", "browser", "phone", "safe_area")  # as long as their longest layer
MEDIA = ("video", "audio", "lottie", "image_sequence")


@dataclass(frozen=True)
class _Until:
    """When a parent ends, in film seconds; and when it does for certain, however long what is in it becomes."""

    end: float
    latest: float


@dataclass(frozen=True)
class _Kept:
    """A row as it was made of a layer, with all that it was made of."""

    layer: Mapping[str, Any]
    until: _Until
    row: Row
    sources: Mapping[str, None]


@dataclass
class Known:
    """Rows of the document before: an edit changes few layers, and the rows of the others stay, or stand elsewhere.

    `rows`: by the identity of their layer, which they keep alive.
    """

    place: Place | None = None
    lengths: Mapping[str, float] = field(default_factory=dict)
    rows: dict[int, _Kept] = field(default_factory=dict)

    def begin(self, place: Place, lengths: Mapping[str, float]) -> None:
        """Where markers, props or lengths of media are others, every row is made anew."""
        if (place, lengths) != (self.place, self.lengths):
            self.place, self.lengths = place, dict(lengths)
            self.rows.clear()


@dataclass
class Reading:
    """`sources`: media whose length or sound is asked for, as they are found."""

    lengths: Mapping[str, float]
    sources: dict[str, None] = field(default_factory=dict)
    known: Known = field(default_factory=Known)


def rows_of(
    document: Mapping[str, Any] | None,
    props: Mapping[str, Any] | None = None,
    lengths: Mapping[str, float] | None = None,
    length: float | None = None,
    before: Known | None = None,
) -> Rows:
    """`lengths`: seconds of media by their source; `length`: of the film, as the engine told it last.

    `before`: kept by whoever asks again for each state of one document, whose layers stay the same objects.
    """
    if not isinstance(document, Mapping):
        return Rows(duration=length or 0.0)
    reading = Reading(lengths or {}, known=before or Known())
    known = marks(document)
    place = place_of(document, Clock(), props or {}, known)
    reading.known.begin(place, reading.lengths)
    stated = number(place.filled(document.get("duration")))
    duration = stated or length or _longest(document.get("layers"), place, place.clock, reading) or 0.0
    until = _Until(duration, stated or inf)
    rows = tuple(reversed(list(_top(document.get("layers"), place, until, reading))))
    return Rows(rows, tuple(mark for mark in known if mark.at <= duration), duration, place.fps, tuple(reading.sources))


def place_of(document: Mapping[str, Any], clock: Clock, given: Mapping[str, Any], known: Sequence[Mark]) -> Place:
    declared = document.get("props")
    defaults = {
        name: each.get("default")
        for name, each in (declared.items() if isinstance(declared, dict) else ())
        if isinstance(each, dict)
    }
    named: dict[str, float] = {}
    for mark in known:
        named.setdefault(mark.name, mark.at)
    return Place(clock, named, {**defaults, **given}, rate(document.get("fps", 30)))


# ------------------------------------------------------------------------------------------------------------ layers


def _top(listed: Any, place: Place, until: _Until, reading: Reading) -> Iterator[Row]:
    """The document's own layers, the lowest first."""
    before, reading.known.rows = reading.known.rows, {}
    for k, layer in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(layer, dict):
            kept = _kept(layer, f"layers[{k}]", place, until, reading.lengths, before.get(id(layer)))
            reading.known.rows[id(layer)] = kept
            reading.sources.update(kept.sources)
            yield kept.row


def _kept(
    layer: Mapping[str, Any],
    path: str,
    place: Place,
    until: _Until,
    lengths: Mapping[str, float],
    before: _Kept | None,
) -> _Kept:
    if before is None or before.until != until:
        own = Reading(lengths)
        row = _row(layer, path, place, place.clock, until, own, 0)
        return _Kept(layer, until, row, own.sources)
    return before if before.row.path == path else replace(before, row=elsewhere(before.row, len(before.row.path), path))


def _layers(
    listed: Any, at: str, place: Place, clock: Clock, until: _Until, reading: Reading, depth: int
) -> tuple[Row, ...]:
    """The list is from the lowest to the highest; the rows are the other way."""
    if not isinstance(listed, list) or depth > MOST_DEPTH:
        return ()
    rows = [
        _row(layer, f"{at}[{k}]", place, clock, until, reading, depth)
        for k, layer in enumerate(listed)
        if isinstance(layer, dict)
    ]
    return tuple(reversed(rows))


def _row(
    layer: Mapping[str, Any], path: str, place: Place, clock: Clock, until: _Until, reading: Reading, depth: int
) -> Row:
    kind = layer["type"] if isinstance(layer.get("type"), str) else "layer"
    own = place.moment(layer.get("start", 0), clock) or 0.0
    start = clock.film(own)
    inner = clock.later(own)
    stated = place.moment(layer.get("end"), clock)
    end = clock.film(stated) if stated is not None else _own_end(layer, kind, place, clock, reading)
    end = max(start, until.end if end is None else end)
    shown_end = min(end, until.end)
    latest = until.latest if stated is None and kind in OWN_LENGTH else shown_end
    coming, going = (passage_length(layer.get(key), shown_end - start, clock.speed) for key in ("entrance", "exit"))
    content, children = _inside(layer, kind, path, place, inner, _Until(shown_end, latest), reading, depth)
    return Row(
        path=path,
        kind=kind,
        name=name_of(layer, kind, place),
        start=start,
        end=end,
        clock=clock,
        depth=depth,
        inner=content,
        hidden=place.filled(layer.get("hidden")) is True,
        latest=until.latest,
        free_start=number(layer.get("start", 0)) is not None,
        free_end=layer.get("end") is None or number(layer.get("end")) is not None,
        coming=coming,
        going=going,
        sound=_sound(layer, kind, place, clock, reading),
        tracks=tuple(tracks_of(layer, path, place, inner)),
        children=children,
    )


def _inside(
    layer: Mapping[str, Any],
    kind: str,
    path: str,
    place: Place,
    inner: Clock,
    until: _Until,
    reading: Reading,
    depth: int,
) -> tuple[Clock, tuple[Row, ...]]:
    """The clock of what is in it, and that. `inner` begins with the layer."""
    if kind == "sequence":
        return inner, _scenes(layer.get("scenes"), f"{path}.scenes", place, inner, reading, depth + 1)
    if kind == "composition" and isinstance(layer.get("composition"), dict):
        document, inner, inside = nested(layer, f"{path}.composition.", place, inner)
        length = number(inside.filled(document.get("duration")))
        until = until if length is None else _Until(inner.film(length), inner.film(length))
        at = f"{path}.composition.layers"
        return inner, _layers(document.get("layers"), at, inside, inner, until, reading, depth + 1)
    if kind == "repeat" and isinstance(layer.get("layer"), dict) and depth < MOST_DEPTH:
        return inner, (_row(layer["layer"], f"{path}.layer", place, inner, until, reading, depth + 1),)
    return inner, _layers(layer.get("layers"), f"{path}.layers", place, inner, until, reading, depth + 1)


def nested(layer: Mapping[str, Any], at: str, place: Place, inner: Clock) -> tuple[Mapping[str, Any], Clock, Place]:
    document = layer["composition"]
    inner = inner.faster(positive(place.filled(layer.get("speed")), 1.0))
    given = layer.get("props")
    filled = {name: place.filled(value) for name, value in (given.items() if isinstance(given, dict) else ())}
    return document, inner, place_of(document, inner, filled, marks(document, at))


def _scenes(listed: Any, at: str, place: Place, clock: Clock, reading: Reading, depth: int) -> tuple[Row, ...]:
    """In the order of time: the first scene on top."""
    if not isinstance(listed, list) or depth > MOST_DEPTH:
        return ()
    rows: list[Row] = []
    times = list(scene_times(listed, place, clock, reading))
    goings = [*(coming for *_, coming in times[1:]), *([0.0] if times else [])]
    for k, ((scene, start, end, coming), going) in enumerate(zip(times, goings, strict=True)):
        path, inner = f"{at}[{k}]", clock.later(start)
        name = scene.get("id") if isinstance(scene.get("id"), str) else f"Scene {k + 1}"
        until = _Until(clock.film(end), inf if scene.get("duration") is None else clock.film(end))
        rows.append(
            Row(
                path=path,
                kind="scene",
                name=name or "",
                start=clock.film(start),
                end=clock.film(end),
                clock=clock,
                depth=depth,
                inner=inner,
                free_start=False,
                free_end=scene.get("duration") is None or number(scene.get("duration")) is not None,
                coming=coming / clock.speed,
                going=going / clock.speed,
                transition=word(scene.get("transition")) if coming else "",
                children=_layers(scene.get("layers"), f"{path}.layers", place, inner, until, reading, depth + 1),
            )
        )
    return tuple(rows)


def scene_times(
    scenes: Sequence[Any], place: Place, clock: Clock, reading: Reading
) -> Iterator[tuple[Mapping[str, Any], float, float, float]]:
    """Each scene with its start, its end and how long it comes in, in seconds of the sequence."""
    before = 0.0
    for k, each in enumerate(scenes):
        scene = each if isinstance(each, dict) else {}
        coming = transition_length(scene.get("transition"), place.fps) if k else 0.0
        start = max(0.0, before - coming)
        length = positive(place.filled(scene.get("duration")), 0.0)
        length = length or _longest(scene.get("layers"), place, clock.later(start), reading) or 1.0
        before = start + length
        yield scene, start, before, min(coming, length)


def transition_length(value: Any, fps: float) -> float:
    """Seconds in whole frames, as the engine takes them."""
    kind = word(value)
    if not kind or kind in CUTS:
        return 0.0
    settings = value if isinstance(value, dict) else {}
    written = number(settings.get("duration"))
    if written is None:
        spring = spring_of(settings.get("spring")) if settings.get("spring") else None
        written = spring.settles() if spring else USUAL_TRANSITION
    return round(max(0.0, written) * fps) / fps


# ------------------------------------------------------------------------------------------------------------- ends


def _own_end(
    layer: Mapping[str, Any], kind: str, place: Place, clock: Clock, reading: Reading, depth: int = 0
) -> float | None:
    """In film seconds, where a layer knows it by itself."""
    start = place.moment(layer.get("start", 0), clock) or 0.0
    inner = clock.later(start)
    length = None if depth > MOST_DEPTH else _length(layer, kind, place, inner, reading, depth)
    return None if length is None else clock.film(start + length)


def _length(
    layer: Mapping[str, Any], kind: str, place: Place, inner: Clock, reading: Reading, depth: int
) -> float | None:
    """In seconds of its parent."""
    if layer.get("time_remap") is not None and kind not in OWN_LENGTH:
        return None
    if kind in MEDIA:
        return _medium_length(layer, kind, place, reading)
    if kind == "sequence":
        scenes = layer.get("scenes")
        times = list(scene_times(scenes, place, inner, reading)) if isinstance(scenes, list) else []
        return times[-1][2] if times else None
    if kind == "composition":
        return _nested_length(layer, place, inner, reading)
    if kind == "repeat":
        return _repeat_length(layer, place, inner, reading, depth)
    return _longest(layer.get("layers"), place, inner, reading, depth, all_know=True) if kind in OWN_LENGTH else None


def _medium_length(layer: Mapping[str, Any], kind: str, place: Place, reading: Reading) -> float | None:
    source = place.filled(layer.get("source"))
    over = layer.get("when_over", "hold" if kind == "lottie" else "end")
    if not isinstance(source, str) or kind == "image_sequence":
        return None
    if kind != "lottie":
        reading.sources[source] = None
    whole = reading.lengths.get(source)
    if whole is None or over != "end":
        return None
    first, last = trim_of(layer)
    used = (whole if last is None else min(last, whole)) - first
    return used / positive(abs(number(place.filled(layer.get("speed", 1))) or 0), 1.0) if used > 0 else None


def _nested_length(layer: Mapping[str, Any], place: Place, inner: Clock, reading: Reading) -> float | None:
    speed = positive(place.filled(layer.get("speed")), 1.0)
    if isinstance(layer.get("composition"), dict):
        document, clock, inside = nested(layer, "", place, inner)
        stated = number(inside.filled(document.get("duration")))
        whole = stated or _longest(document.get("layers"), inside, clock, reading)
    else:
        source = place.filled(layer.get("source"))
        whole = reading.lengths.get(source) if isinstance(source, str) else None
        if isinstance(source, str):
            reading.sources[source] = None
    return None if whole is None else whole / speed


def _repeat_length(layer: Mapping[str, Any], place: Place, inner: Clock, reading: Reading, depth: int) -> float | None:
    over = place.filled(layer.get("over"))
    count = len(over) if isinstance(over, list) else int(number(over) or 1)
    one = _longest([layer.get("layer")], place, inner, reading, depth, all_know=True)
    stagger = number(place.filled(layer.get("stagger", 0))) or 0.0
    return None if one is None else one + max(0, count - 1) * stagger


def _longest(
    listed: Any, place: Place, clock: Clock, reading: Reading, depth: int = 0, *, all_know: bool = False
) -> float | None:
    """Seconds of `clock` until the last layer that knows its end has gone; with `all_know` every one must."""
    latest: float | None = None
    for layer in listed if isinstance(listed, list) else ():
        if not isinstance(layer, dict):
            continue
        stated = place.moment(layer.get("end"), clock)
        kind = str(layer.get("type", ""))
        end = clock.film(stated) if stated is not None else _own_end(layer, kind, place, clock, reading, depth + 1)
        if end is not None:
            latest = max(latest or 0.0, clock.here(end))
        elif all_know:
            return None
    return latest or None


# ------------------------------------------------------------------------------------------------------------- words


def name_of(layer: Mapping[str, Any], kind: str, place: Place) -> str:
    """Its id, or what it says, or the file that it shows, or what it is."""
    if isinstance(layer.get("id"), str) and layer["id"]:
        return str(layer["id"])
    said = place.filled(layer.get("text"))
    if not isinstance(said, str) or not said.strip():
        spans = layer.get("spans")
        parts = [each.get("text") for each in spans if isinstance(each, dict)] if isinstance(spans, list) else []
        said = "".join(part for part in parts if isinstance(part, str))
    if said.strip():
        return " ".join(said.split())[:80]
    source = place.filled(layer.get("source"))
    if isinstance(source, str) and source:
        return PurePath(source).name
    if kind == "shape" and isinstance(layer.get("shape"), str):
        return str(layer["shape"]).capitalize()
    return kind.replace("_", " ").capitalize()


def _sound(layer: Mapping[str, Any], kind: str, place: Place, clock: Clock, reading: Reading) -> Sound | None:
    source = place.filled(layer.get("source"))
    if kind not in ("audio", "video") or not isinstance(source, str) or not source:
        return None
    if layer.get("muted") is True or layer.get("time_remap") is not None:
        return None
    reading.sources[source] = None
    speed = number(place.filled(layer.get("speed", 1))) or 1.0
    first, last = trim_of(layer)
    if speed < 0:
        first = last if last is not None else reading.lengths.get(source, 0.0)
    return Sound(source, first, speed * clock.speed, layer.get("when_over") == "loop")


def trim_of(layer: Mapping[str, Any]) -> tuple[float, float | None]:
    trim = layer.get("trim")
    if not isinstance(trim, list) or len(trim) != 2:
        return 0.0, None
    return number(trim[0]) or 0.0, number(trim[1])
