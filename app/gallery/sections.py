"""The parts of the gallery, in the order of the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.gallery import entrances
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
        "Entrances",
        "How a layer comes; its exit is the same played backwards. Springs, not stopwatches.",
        entrances.entries,
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
