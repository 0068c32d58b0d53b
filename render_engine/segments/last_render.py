"""What the last render of a source showed, kept to tell why a segment has to be rendered again, and how long it may take."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from render_engine.document.load import Loaded
from render_engine.segments.borders import Span
from render_engine.segments.journal import Journal
from render_engine.segments.keys import key_of
from render_engine.segments.shown import Shown, packed, unpacked
from render_engine.timeline.scene import Scene

LAST, RATE = "last", "rate"
MOST = 4  # renders of a source: with other settings, and of parts
LONGEST_LABEL = 32  # characters of a text


@dataclass(frozen=True)
class LastRender:
    """What was shown when a source was last rendered with these settings; its parts may have been rendered one by one."""

    settings: str  # the encoder's, with size and rate
    labels: tuple[str, ...]  # of its layers
    shown: Mapping[Span, Shown]


def recall(journal: Journal, loaded: Loaded) -> tuple[LastRender, ...]:
    """The latest first."""
    data = journal.kept(LAST, _source(loaded))
    renders = [] if data is None else json.loads(data)
    return tuple(LastRender(each["settings"], tuple(each["labels"]), unpacked(each["shown"])) for each in renders)


def remember(journal: Journal, loaded: Loaded, render: LastRender) -> None:
    """A part of a film leaves what is known of its other parts, a draft what is known of the final."""
    before = (_without(each, render) for each in recall(journal, loaded))
    renders = [render, *(each for each in before if each.shown)][:MOST]
    said = [
        {"settings": each.settings, "labels": each.labels, "shown": packed(each.shown.values())} for each in renders
    ]
    journal.keep(LAST, _source(loaded), json.dumps(said).encode())


def _without(render: LastRender, later: LastRender) -> LastRender:
    if render.settings != later.settings:
        return render
    return replace(render, shown={span: each for span, each in render.shown.items() if span not in later.shown})


def recall_rate(journal: Journal, settings: str) -> float | None:
    """Seconds that a frame took with these settings when something was last rendered with them here."""
    frames, seconds = _rate(journal, settings)
    return seconds / frames if frames else None


def remember_rate(journal: Journal, settings: str, frames: int, seconds: float) -> None:
    """What was rendered before counts half: a single segment, begun slowly, says little beside a whole film."""
    frames_before, seconds_before = _rate(journal, settings)
    rate = (frames + frames_before / 2, seconds + seconds_before / 2)
    journal.keep(RATE, key_of(settings.encode()), json.dumps(rate).encode())


def _rate(journal: Journal, settings: str) -> tuple[float, float]:
    """Frames, and the seconds that they took."""
    data = journal.kept(RATE, key_of(settings.encode()))
    frames, seconds = (0.0, 0.0) if data is None else json.loads(data)
    return frames, seconds


def why(now: Shown, labels: Sequence[str], settings: str, renders: Sequence[LastRender]) -> str:
    """Why a segment that is not in the journal has to be rendered."""
    if not renders:
        return "not rendered before"
    alike = [render for render in renders if render.settings == settings]
    if not alike:
        return "other size, rate or encoder settings than the last time"
    last = next((render for render in alike if now.span in render.shown), None)
    if last is None:
        return "not rendered before: the film had another length, or this part was left out"
    before = last.shown[now.span]
    if before.frames == now.frames:
        return "no longer in the cache"
    return ", ".join(_changes(now, labels, before, last.labels)) or "the background or the order of layers changed"


def labels_of(loaded: Loaded, scene: Scene) -> tuple[str, ...]:
    """What a person calls each of the scene's layers: layers[2] text “Good morning”."""
    return tuple(_label(loaded, node.where) for node in scene.nodes)


def _label(loaded: Loaded, where: str) -> str:
    layer = loaded.composition.layers[int(where.removeprefix("layers[").removesuffix("]"))]
    name = " ".join(_name(layer).split())
    short = name if len(name) <= LONGEST_LABEL else name[: LONGEST_LABEL - 1] + "…"
    return f"{where} {layer.type} “{short}”" if short else f"{where} {layer.type}"


def _name(layer: object) -> str:
    """Its id, what it says or where it is from; a group has the names of what is in it."""
    for own in (getattr(layer, name, None) for name in ("id", "text", "source")):
        if own:
            return str(own)
    inside = (*getattr(layer, "spans", ()), *getattr(layer, "layers", ()))
    return " · ".join(filter(None, map(_name, inside)))


def _changes(now: Shown, labels: Sequence[str], before: Shown, labels_before: Sequence[str]) -> Iterator[str]:
    """Layers are known by what they show: one that only moved to another place in the list has not changed."""
    new = [label for digest, label in zip(now.layers, labels, strict=True) if digest not in before.layers]
    old = [label for digest, label in zip(before.layers, labels_before, strict=True) if digest not in now.layers]
    places = {_place(label) for label in old}
    for label in new:
        yield f"{label} changed" if _place(label) in places else f"{label} is new"
    taken = {_place(label) for label in new}
    yield from (f"{label} is gone" for label in old if _place(label) not in taken)


def _place(label: str) -> str:
    return label.split(" ", 1)[0]


def _source(loaded: Loaded) -> str:
    name = str(loaded.document) if loaded.document else f"{loaded.base} {loaded.source}"
    return key_of(b"source", name.encode())
