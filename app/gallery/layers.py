"""Kinds of layers: typography, components, layout, pictures and sound, each in a sample or several."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from app.gallery.entry import SAMPLES, Entry, first_sentence, stage
from app.gallery.lines import written

# what is not among them is a component where it lives there, else a picture
SECTION_OF = {
    "text": "typography", "captions": "typography", "typewriter": "typography", "animated_characters": "typography",
    "count_up": "typography", "stack": "layout", "group": "layout", "safe_area": "layout", "sequence": "layout",
    "composition": "layout", "audio": "sound", "visualiser": "sound",
}  # fmt: skip


def samples() -> list[dict[str, Any]]:
    """`show` is how the layer is written; `under` and `over` it are other layers."""
    found: list[dict[str, Any]] = json.loads((SAMPLES / "layers.json").read_text("utf-8"))
    return found


def section_of(kind: str) -> str:
    from render_engine.layers import KINDS

    return SECTION_OF.get(kind) or ("components" if KINDS[kind].startswith("components.") else "pictures")


def entries(section: str) -> Callable[[], list[Entry]]:
    """Those of one section, in the order of the samples."""
    return lambda: [_entry(section, sample) for sample in samples() if section_of(sample["kind"]) == section]


def _entry(section: str, sample: Mapping[str, Any]) -> Entry:
    from render_engine.layers import KINDS

    file, _, name = KINDS[sample["kind"]].rpartition(".")
    module = f"render_engine.{file}"
    says = sample.get("says") or first_sentence(getattr(import_module(module), name).__doc__)
    layers = [*sample.get("under", []), sample["show"], *sample.get("over", [])]
    film = stage(layers, sample["seconds"], sample["poster"])
    return Entry(section, sample.get("name", sample["kind"]), says, written(sample["show"], module, name), film)
