"""What a render would do: which segments are missing, why, and how long they may take. Nothing is drawn."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from render_engine.document.load import Loaded
from render_engine.film import Film, RenderOptions, open_film
from render_engine.renderer import Renderer
from render_engine.segments.journal import Journal
from render_engine.segments.last_render import labels_of, recall, recall_rate, why
from render_engine.segments.segment import Segment
from render_engine.segments.shown import Shown, document_key, segments_of, shown


@dataclass(frozen=True)
class Planned:
    segment: Segment
    start: Fraction  # seconds
    end: Fraction
    why: str | None  # it is to be rendered; None where it is in the journal, or rendered for another one that is alike


@dataclass(frozen=True)
class Plan:
    segments: tuple[Planned, ...]
    fps: Fraction
    frames: int  # to be drawn
    seconds: float | None  # that this may take, by what was rendered before; None where nothing was
    renderer: Renderer

    @property
    def missing(self) -> tuple[Planned, ...]:
        return tuple(each for each in self.segments if each.why)


def plan(
    loaded: Loaded, path: Path, options: RenderOptions = RenderOptions()
) -> Generator[tuple[int, int], None, Plan]:
    """Yields how many frames of how many were looked at; returns the plan."""
    return (yield from plan_film(open_film(loaded, path, options)))


def plan_film(film: Film) -> Generator[tuple[int, int], None, Plan]:
    """The same for a film that was opened before."""
    journal = Journal.open()
    shows: list[Shown] = []
    for each in shown(film.scene, film.segments, journal, document_key(film.loaded, film.scene, film.opened)):
        shows.append(each)
        yield each.span[1] - film.span[0], film.frames
    return _plan(film, shows, journal)


def _plan(film: Film, shows: list[Shown], journal: Journal) -> Plan:
    settings = film.output.video.identity()
    renders, labels = recall(journal, film.loaded), labels_of(film.loaded, film.scene)
    done: set[str] = set()
    rows = []
    for segment, each in zip(segments_of(shows, settings), shows, strict=True):
        missing = segment.key not in done and not journal.has(segment.key)
        done.add(segment.key)
        reason = why(each, labels, settings, renders) if missing else None
        rows.append(Planned(segment, segment.first / film.scene.fps, segment.last / film.scene.fps, reason))
    frames = sum(row.segment.frames for row in rows if row.why)
    rate = recall_rate(journal, settings)
    return Plan(tuple(rows), film.scene.fps, frames, None if rate is None else frames * rate, film.renderer)
