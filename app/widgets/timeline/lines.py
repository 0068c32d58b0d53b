"""The rows that are unfolded, one under the other, with their colours and icons."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from app.widgets.timeline.row import Row
from app.widgets.timeline.tracks import Track

HEIGHT = 28  # px of a layer
TRACK = 22  # px of a field that moves

KINDS = {
    "kind-text": ("text", "typewriter", "captions", "animated_characters", "count_up", "code_block", "terminal"),
    "kind-image": ("image", "svg", "image_sequence", "lottie"),
    "kind-video": ("video",),
    "kind-audio": ("audio", "visualiser"),
    "kind-shape": ("shape", "gradient", "background", "glow_orb", "grid", "vignette"),
    "kind-group": ("group", "stack", "composition", "repeat", "card", "browser", "phone", "safe_area"),
    "kind-sequence": ("sequence", "scene"),
}
COLORS = {kind: color for color, kinds in KINDS.items() for kind in kinds}
ICONS = {
    "kind-text": "text", "kind-image": "image", "kind-video": "video", "kind-audio": "audio", "kind-shape": "shape",
    "kind-group": "group", "kind-sequence": "sequence", "kind-effect": "chart",
}  # fmt: skip
OWN_ICONS = {"captions", "gradient", "stack", "composition"}


def color_of(kind: str) -> str:
    return COLORS.get(kind, "kind-effect")


def icon_of(kind: str) -> str:
    return kind if kind in OWN_ICONS else ICONS[color_of(kind)]


@dataclass(frozen=True)
class Line:
    """A layer, or (with `track`) one of its fields."""

    row: Row
    track: Track | None
    top: int
    height: int

    @property
    def bottom(self) -> int:
        return self.top + self.height


def lines_of(rows: Sequence[Row], opened: Collection[str]) -> list[Line]:
    found: list[Line] = []
    top = 0
    for row, track in _unfolded(rows, opened):
        height = TRACK if track else HEIGHT
        found.append(Line(row, track, top, height))
        top += height
    return found


def _unfolded(rows: Sequence[Row], opened: Collection[str]) -> Iterator[tuple[Row, Track | None]]:
    for row in rows:
        yield row, None
        if row.path in opened:
            for track in row.tracks:
                yield row, track
            yield from _unfolded(row.children, opened)


def within(lines: Sequence[Line], top: float, bottom: float) -> Sequence[Line]:
    """Those that are seen between two heights."""
    first = max(0, bisect_right(lines, top, key=lambda line: line.top) - 1)
    last = bisect_right(lines, bottom, key=lambda line: line.top)
    return lines[first:last]


def line_at(lines: Sequence[Line], y: float) -> Line | None:
    k = bisect_right(lines, y, key=lambda line: line.top) - 1
    return lines[k] if k >= 0 and y < lines[k].bottom else None
