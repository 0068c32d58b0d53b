"""Effects: on a picture, before and after with a line that moves between; or growing and fading where that shows more."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from app.gallery.entry import HEIGHT, SAMPLES, WIDTH, Entry, Film, first_sentence, stage
from app.gallery.lines import written

FULL = ["100%", "100%"]
PICTURE = {"type": "image", "source": "coffee.png", "size": FULL}
SECONDS = 4  # that the line takes: to one side, to the other, and back
THERE_AND_BACK = 3  # seconds


def samples() -> dict[str, dict[str, Any]]:
    """By effect: `show` is how it is written, `from` the values from which it comes and to which it goes back.

    What it is shown on is a `picture` before and after, or the layers `on` it.
    """
    found: dict[str, dict[str, Any]] = json.loads((SAMPLES / "effects.json").read_text("utf-8"))
    return found


def entries() -> list[Entry]:
    from render_engine.effects import KINDS

    known = samples()
    return [_entry(kind, known.get(kind, {"show": {"type": kind}})) for kind in sorted(KINDS)]


def _entry(kind: str, sample: Mapping[str, Any]) -> Entry:
    from render_engine.effects import KINDS

    module = f"render_engine.effects.{kind}"
    return Entry(
        "effects", kind, _says(module, KINDS[kind]), written(sample["show"], module, KINDS[kind]), _film(sample)
    )


def _says(module: str, name: str) -> str:
    from importlib import import_module

    return first_sentence(getattr(import_module(module), name).__doc__)


def _film(sample: Mapping[str, Any]) -> Film:
    if "on" not in sample:
        layers = _before_and_after(sample.get("picture", PICTURE), [sample["show"]], sample.get("under", []))
        return stage(layers, SECONDS, 0)
    there = {field: _there_and_back(value, sample["show"][field]) for field, value in sample.get("from", {}).items()}
    effects = [sample["show"] | there]
    layers = [layer | {"effects": effects} if layer.get("effects") == "THIS" else layer for layer in sample["on"]]
    return stage(layers, sample.get("seconds", THERE_AND_BACK), sample.get("poster", 0.35 * THERE_AND_BACK))


def _there_and_back(away: Any, there: Any) -> dict[str, Any]:
    values = ((0, away), (THERE_AND_BACK / 2, there), (THERE_AND_BACK, away))
    return {"keyframes": [{"at": at, "value": value, "easing": "easeInOut"} for at, value in values]}


def _before_and_after(before: dict[str, Any], effects: list[Any], under: list[Any]) -> list[dict[str, Any]]:
    """The picture as it is on the left of a line, and over what is `under` it with its effects on the right."""
    shown = {"type": "group", "layers": [*under, before | {"effects": effects}], "matte": {"layer": "after"}}
    side = {"type": "shape", "id": "after", "size": [WIDTH, HEIGHT], "anchor": ["left", "center"], "position": _way()}
    line = {"type": "shape", "size": [2, HEIGHT], "fill": "white", "position": _way()}
    return [before, side, shown, line]


def _way() -> dict[str, Any]:
    stops = ((0, 0.5), (1, 0.2), (3, 0.8), (4, 0.5))
    eased = ("outSine", "inOutSine", "inSine", "linear")
    return {
        "keyframes": [
            {"at": at, "value": [share * WIDTH, HEIGHT / 2], "easing": easing}
            for (at, share), easing in zip(stops, eased, strict=True)
        ]
    }
