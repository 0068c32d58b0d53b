"""Times by name: a composition's markers and beats, and what documents say of them: "chorus", "beat:4+0.2"."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from render_engine.document.fields import seconds
from render_engine.document.markers import AnyMarker, BeatMarkers, Marker, TempoMarkers
from render_engine.document.suggest import did_you_mean
from render_engine.errors import DocumentError
from render_engine.media.facts import Stamp

SHIFT = re.compile(r"\s*([+-])\s*(\d+(?:\.\d+)?)\s*")
Row = Callable[[int], Fraction]  # the time of a beat, from 1; DocumentError where there is none


@dataclass(frozen=True)
class Markers:
    """Times in seconds of their composition."""

    named: Mapping[str, Fraction] = field(default_factory=lambda: MappingProxyType({}))
    rows: Mapping[str, Row] = field(default_factory=lambda: MappingProxyType({}))

    def time(self, text: str) -> Fraction:
        """Of a marker, or so many seconds before or after it. Raises DocumentError for a name that is not there."""
        name, by = text.strip(), Fraction(0)
        while (found := self._marked(name)) is None:
            name, shift = _without_shift(name)
            if shift is None:
                raise self._unknown(name)
            by += shift
        return found + by

    def _marked(self, name: str) -> Fraction | None:
        if name in self.named:
            return self.named[name]
        row, _, number = name.rpartition(":")
        return self.rows[row](int(number)) if row in self.rows and number.isdecimal() else None

    def _unknown(self, name: str) -> DocumentError:
        known = [*self.named, *(f"{row}:1" for row in self.rows)]
        near = did_you_mean(name, known) or f"It has {', '.join(known[:8]) or 'none'}."
        return DocumentError(f"the composition has no marker “{name}”. {near}")


def _without_shift(text: str) -> tuple[str, Fraction | None]:
    """The text before its last “+0.2”, and those seconds; None where it has none. A name may have a sign in it."""
    cut = max(text.rfind("+"), text.rfind("-"))
    shift = SHIFT.fullmatch(text[cut:]) if cut > 0 else None
    return (text[:cut].strip(), Fraction(shift[1] + shift[2])) if shift else (text, None)


def markers(written: Sequence[AnyMarker], file: Callable[[str, str], Path]) -> Markers:
    """`file` finds the file of a name, of a field of the document. Beats are looked for when one is first asked for."""
    named: dict[str, Fraction] = {}
    rows: dict[str, Row] = {}
    for k, marker in enumerate(written):
        if isinstance(marker, Marker):
            named.setdefault(marker.name, seconds(marker.at))
        elif isinstance(marker, TempoMarkers):
            rows[marker.name] = _tempo(marker)
        else:
            rows[marker.name] = _music(marker, file(marker.beats.source, f"markers[{k}].beats.source"))
    return Markers(named, rows)


def _tempo(marker: TempoMarkers) -> Row:
    def beat(number: int) -> Fraction:
        time = seconds(marker.offset) + (number - 1) * 60 / seconds(marker.tempo)
        if number < 1 or (marker.until is not None and time > seconds(marker.until)):
            raise DocumentError(f"there is no “{marker.name}:{number}”: beats count from 1, up to “until”")
        return time

    return beat


def _music(marker: BeatMarkers, path: Path) -> Row:
    def beat(number: int) -> Fraction:
        found = beats_of(Stamp.of(path))[:: marker.beats.every]
        if not 1 <= number <= len(found):
            raise DocumentError(f"there is no “{marker.name}:{number}”: {path.name} has {len(found)} of them, from 1")
        return seconds(marker.beats.offset) + seconds(found[number - 1])

    return beat


@lru_cache(maxsize=16)
def beats_of(stamp: Stamp) -> tuple[float, ...]:
    """Found once for a file, as long as it stays as it is."""
    from render_engine.media.beats import beats  # needs the media libraries

    return beats(stamp.path)
