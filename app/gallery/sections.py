"""The parts of the gallery, in the order of the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.gallery import curves, effects, entrances, layers, palettes, templates, transitions
from app.gallery.entry import Entry
from render_engine.document.suggest import did_you_mean
from render_engine.errors import BadInput


@dataclass(frozen=True)
class Section:
    title: str
    says: str
    entries: Callable[[], list[Entry]]
    look: str = ""  # of its grid: small, wide


SECTIONS: dict[str, Section] = {
    "entrances": Section(
        "Entrances", "How a layer comes. Its exit is the same, played backwards; both go by springs.", entrances.entries
    ),
    "transitions": Section(
        "Transitions",
        "How a scene of a sequence takes the place of the one before, by an easing or a spring.",
        transitions.entries,
    ),
    "effects": Section(
        "Effects",
        "What may be done to the pixels of a layer, or of what lies behind it, by fixed values or moving ones.",
        effects.entries,
    ),
    "components": Section("Components", "Layers that are made of layers, ready to use.", layers.entries("components")),
    "typography": Section("Typography", "Text that is set well, and moves well.", layers.entries("typography")),
    "layout": Section(
        "Layout", "Layers that find their own places, and scenes that follow each other.", layers.entries("layout")
    ),
    "pictures": Section("Pictures", "Drawn, photographed, filmed.", layers.entries("pictures")),
    "sound": Section(
        "Sound", "Music, speech and effects, mixed into one, and pictures that move with them.", layers.entries("sound")
    ),
    "templates": Section("Templates", "Whole films, whose words, colours and pictures are props.", templates.entries),
    "springs": Section(
        "Springs", "All on one scale of time; the fine mark is where each has settled.", curves.springs, "small"
    ),
    "easings": Section("Easings", "How a value goes from one keyframe to the next.", curves.easings, "small"),
    "palettes": Section(
        "Palettes", "Colours that go together, with contrast ratios: 4.5 is enough for text.", palettes.entries, "wide"
    ),
}


def chosen(only: Sequence[str] = ()) -> list[Entry]:
    """All entries, or those that are named: transitions, or transitions/wipe. BadInput where there is no such."""
    found = [entry for section in SECTIONS.values() for entry in section.entries()]
    for name in only:
        if not any(name in (entry.section, entry.path) for entry in found):
            near = did_you_mean(name, [*SECTIONS, *(entry.path for entry in found)])
            raise BadInput(f"--only: there is no “{name}” in the gallery. {near or 'It has ' + ', '.join(SECTIONS)}")
    return [entry for entry in found if not only or entry.section in only or entry.path in only]
