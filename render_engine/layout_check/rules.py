"""What can go wrong with a text that is laid out, one rule a function; each finding says where, when, how much, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from render_engine.components.parts import Parts
from render_engine.layers.group import GroupContent
from render_engine.layers.stack import StackContent
from render_engine.layout_check.texts import TextAt, texts
from render_engine.matrix import Box, map_box
from render_engine.timeline.scene import Scene

ACTION_SAFE = 0.05  # of the frame's sides
LEAST = 0.6  # of a text's size, to which `fit` may shrink it
NEAR = 1.0  # px that nobody sees
SIDES = ("left", "top", "right", "bottom")

Kind = Literal["cut", "shrunk", "outside", "unsafe", "parent", "overlap", "contrast"]
SUGGESTIONS: dict[Kind, str] = {
    "cut": "Shorten the text, allow more lines, or give it a wider box.",
    "shrunk": "Shorten the text, or give it a larger box.",
    "outside": "Wrap it with “width”, shrink it with “fit”, or move it in.",
    "unsafe": "Keep what must be read 5 % away from the frame's edges.",
    "parent": "Wrap it, make the parent larger, or let its size follow its layers.",
    "overlap": "Move one of them, or put both into a stack.",
    "contrast": "Take a lighter or a darker colour, or put a panel behind the text.",
}


@dataclass(frozen=True)
class Finding:
    """`at`: seconds of the film; `by`: how much, in px of the composition (of “contrast” the ratio that there is)."""

    kind: Kind
    severity: Literal["error", "warning"]
    path: str
    id: str
    at: float
    by: float
    message: str

    @property
    def suggestion(self) -> str:
        return SUGGESTIONS[self.kind]

    def __str__(self) -> str:
        name = f" “{self.id}”" if self.id else ""
        return f"{self.path}{name} at {self.at:.2f} s: {self.message}. {self.suggestion}"


def layout_findings(scene: Scene, size: tuple[float, float]) -> list[Finding]:
    """Of a scene whose composition has `size` px: texts cut, shrunk, outside the frame or their parent, on each other."""
    seen = [text for text in texts(scene) if text.rest is not None]
    each = [finding for text in seen for finding in _of_one(text, size)]
    return _once([*each, *_overlaps(seen)])


def _once(findings: list[Finding]) -> list[Finding]:
    """The worst of a kind where a layer has many (captions have a page each)."""
    worst: dict[tuple[str, str, str], Finding] = {}
    for finding in findings:
        key = (finding.path, finding.kind, finding.message if finding.kind == "overlap" else "")
        if key not in worst or finding.by > worst[key].by:
            worst[key] = finding
    return list(worst.values())


def _of_one(text: TextAt, size: tuple[float, float]) -> Iterator[Finding]:
    if text.cut:
        yield _finding("cut", text, text.cut, f"{text.cut} characters of “{_short(text)}” are cut off")
    if text.factor < LEAST:
        yield _finding("shrunk", text, 1 - text.factor, f"“{_short(text)}” is shrunk to {text.factor:.0%} of its size")
    assert text.rest is not None
    box = text.box(text.rest)
    if box and not text.travels:
        yield from _edges(text, box, size)


def _edges(text: TextAt, box: Box, size: tuple[float, float]) -> Iterator[Finding]:
    by, side = _beyond(box, (0, 0, *size))
    if by > NEAR:
        yield _finding("outside", text, by, f"“{_short(text)}” is {by:.0f} px outside the frame ({side})", "error")
        return
    x, y = (ACTION_SAFE * length for length in size)
    by, side = _beyond(box, (x, y, size[0] - x, size[1] - y))
    if by > NEAR:
        yield _finding("unsafe", text, by, f"“{_short(text)}” is {by:.0f} px outside the action-safe area ({side})")
    yield from _in_parents(text, box)


def _in_parents(text: TextAt, box: Box) -> Iterator[Finding]:
    """The innermost stack or group that it leaves, with its ink and with its lines: tight lines are lower than letters."""
    assert text.rest is not None
    lines = map_box(text.matrix(text.rest), (0.0, 0.0, text.layout.width, text.layout.height)) or box
    for k in range(len(text.way) - 2, -1, -1):
        parent = text.way[k].node.content
        if not isinstance(parent, StackContent | GroupContent | Parts):
            continue
        around = map_box(text.matrix(text.rest, k), (0.0, 0.0, parent.width, parent.height))
        by, side = _beyond(box, around) if around else (0.0, "")
        if around and min(by, _beyond(lines, around)[0]) > NEAR:
            where = text.way[k].node.where
            yield _finding("parent", text, by, f"“{_short(text)}” is {by:.0f} px outside {where} ({side})")
            return


def _beyond(box: Box, area: Box) -> tuple[float, str]:
    """How far a box reaches out of an area, and on which side most."""
    over = (area[0] - box[0], area[1] - box[1], box[2] - area[2], box[3] - area[3])
    most = max(over)
    return most, SIDES[over.index(most)]


def _overlaps(seen: list[TextAt]) -> Iterator[Finding]:
    for one, other in combinations(seen, 2):
        if one.layout.text == other.layout.text or one.travels or other.travels:
            continue  # an echo of itself is meant, and so is what crosses
        at = _together(one, other)
        by = _overlap(one.boxes(at), other.boxes(at)) if at is not None else 0.0
        if at is not None and by > NEAR:
            yield _finding(
                "overlap", one, by, f"“{_short(one)}” lies {by:.0f} px over “{_short(other)}” ({other.path})", at=at
            )


def _together(one: TextAt, other: TextAt) -> float | None:
    """A time at which both rest and are seen."""
    for start, end in one.still or (one.shown,):
        for low, high in other.still or (other.shown,):
            if max(start, low) < min(end, high):
                middle = (max(start, low) + min(end, high)) / 2
                if one.seen(middle) and other.seen(middle):
                    return middle
    return None


def _overlap(some: list[Box], others: list[Box]) -> float:
    """Px by which the lines lie over each other, the shorter way."""
    return max((_shared(a, b) for a in some for b in others), default=0.0)


def _shared(a: Box, b: Box) -> float:
    return min(min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1]))


def _short(text: TextAt) -> str:
    words = " ".join(text.layout.text.split())
    return words if len(words) <= 32 else f"{words[:31]}…"


def _finding(
    kind: Kind,
    text: TextAt,
    by: float,
    message: str,
    severity: Literal["error", "warning"] = "warning",
    at: float | None = None,
) -> Finding:
    assert text.rest is not None
    return Finding(kind, severity, text.path, text.id, round(text.rest if at is None else at, 3), round(by, 2), message)
