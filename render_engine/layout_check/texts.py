"""The texts of a scene, each with its way down to it: where it stands at a time, when it is seen, when it rests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise, zip_longest
from typing import Any

from render_engine.layers.caption_content import CaptionContent
from render_engine.layers.nested import NestedContent
from render_engine.layers.sequence_content import SequenceContent, Slot
from render_engine.layers.text_content import TextContent
from render_engine.layers.typeset import around, inked
from render_engine.matrix import IDENTITY, Box, Matrix, map_box, multiply, translation
from render_engine.text.fonts import FontLibrary
from render_engine.text.layout import TextLayout
from render_engine.timeline.motion import Motion, merged, shifted
from render_engine.timeline.scene import Node, Scene, View

Span = tuple[float, float]  # seconds of the film
VIEW = View(1 << 15, 1 << 15, -(1 << 14), -(1 << 14))  # wide enough that what stands outside the frame is drawn too
FAINT = 0.02  # an opacity at which nobody reads
SAMPLES = 9  # of a text that never rests


@dataclass(frozen=True)
class Link:
    """A node on the way down to a text; its parent's clock shows (film time − `origin`) · `speed`."""

    node: Node
    origin: float
    speed: float

    def seconds(self, film: float) -> float:
        """Of the node's own clock."""
        return (film - self.origin) * self.speed - self.node.span[0]

    @property
    def shown(self) -> Span:
        start, end = self.node.span
        return (self.origin + start / self.speed, self.origin + end / self.speed)

    def on_film(self, motion: Motion) -> Motion:
        """A motion of the node's own clock."""
        return shifted(motion, self.shown[0], self.speed)

    def inside(self) -> tuple[float, float]:
        """Origin and speed of the clock of what is in the node."""
        return self.shown[0], self.speed * float(getattr(self.node.content, "speed", 1))


@dataclass(frozen=True)
class TextAt:
    """A text that is set, on its way up to the frame."""

    way: tuple[Link, ...]  # from the outermost node to the text's own
    path: str
    layout: TextLayout
    place: Matrix  # of the layout in its node
    fonts: FontLibrary
    shown: Span  # when it is there; never, where the end is not after the start
    factor: float = 1.0  # by which `fit` made it smaller
    cut: int = 0  # characters that `max_lines` left out

    @property
    def id(self) -> str:
        return self.way[-1].node.name

    @cached_property
    def still(self) -> tuple[Span, ...]:
        """When it is seen and nothing moves it, the longest first."""
        for motions in (self._motions(letters=True), self._motions(letters=False)):
            start, end = self.shown
            edges = [start, *(t for stretch in motions for t in stretch if start < t < end), end]
            calm = [span for span in pairwise(edges) if span[0] < span[1] and not _covered(span, motions)]
            seen = [span for span in calm if self.seen(_middle(span))]
            if seen:
                return tuple(sorted(seen, key=lambda span: (span[0] - span[1], span[0])))
        return ()

    def _motions(self, *, letters: bool) -> Motion:
        moving = [link.on_film(link.node.moving) for link in self.way]
        last = self.way[-1]
        return merged([*moving, last.on_film(last.node.content.motion)] if letters else moving)

    @cached_property
    def rest(self) -> float | None:
        """The middle of its longest rest; of what is seen of it, where it never rests; None where it is never seen."""
        if self.still:
            return _middle(self.still[0])
        moments = [moment for moment in self.moments if self.seen(moment)]
        return moments[len(moments) // 2] if moments else None

    @cached_property
    def moments(self) -> list[float]:
        start, end = self.shown
        return [start + (end - start) * (2 * k + 1) / (2 * SAMPLES) for k in range(SAMPLES)] if start < end else []

    def seen(self, film: float) -> bool:
        """Whether there is anything of it at a time: it is not faded away, and its letters have come."""
        start, end = self.shown
        if not start <= film < end or any(link.node.pose(link.seconds(film)).opacity < FAINT for link in self.way):
            return False
        last = self.way[-1]
        return bool(last.node.content.draw(_exact(last.seconds(film)), IDENTITY, VIEW))

    def matrix(self, film: float, link: int | None = None) -> Matrix:
        """From the text's px to the composition's; or from those of a node on the way."""
        way = self.way if link is None else self.way[: link + 1]
        result = IDENTITY
        for step in way:
            result = multiply(result, step.node.pose(step.seconds(film)).matrix)
        return multiply(result, self.place) if link is None else result

    @cached_property
    def lines(self) -> tuple[Box, ...]:
        """The ink of each line, in px of the layout."""
        glyphs, lines = self.layout.glyphs, self.layout.lines
        return tuple(
            inked(glyphs[slice(*line.glyphs)], self.fonts)[1] for line in lines if line.glyphs[0] < line.glyphs[1]
        )

    def boxes(self, film: float) -> list[Box]:
        """The lines' ink in px of the composition."""
        matrix = self.matrix(film)
        return [box for line in self.lines if (box := map_box(matrix, line))]

    def box(self, film: float) -> Box | None:
        boxes = self.boxes(film)
        return around(boxes) if boxes else None

    @cached_property
    def travels(self) -> bool:
        """Whether it is on its way all the time, as a marquee is: it is meant to cross edges."""
        if self.still:
            return False
        boxes = [box for moment in (self.moments[:1] + self.moments[-1:]) if (box := self.box(moment))]
        if len(boxes) < 2:
            return False
        one, other = boxes
        return any(abs(one[k] + one[k + 2] - other[k] - other[k + 2]) > (one[k + 2] - one[k]) / 2 for k in (0, 1))


@dataclass(frozen=True)
class Inside:
    """Nodes that are shown together, and the clock that they follow: `origin`, in seconds of the film, and its speed."""

    nodes: tuple[Node, ...]
    origin: float
    speed: float
    shown: Span
    path: str  # of the document that they stand in, where it is one of its own

    def opened(self, node: Node) -> Iterator[Inside]:
        """What is in one of the nodes: of a sequence each scene, as long as it is shown alone."""
        link = Link(node, self.origin, self.speed)
        origin, speed = link.inside()
        shown, content = overlap(self.shown, link.shown), node.content
        if isinstance(content, SequenceContent):
            for start, end, scene in _scenes(content):
                at, alone = origin + float(scene.start) / speed, (origin + start / speed, origin + end / speed)
                yield Inside(scene.content.nodes, at, speed, overlap(shown, alone), self.path)
        elif nodes := getattr(content, "nodes", ()):
            path = f"{self.path}{node.where} → " if isinstance(content, NestedContent) else self.path
            yield Inside(nodes, origin, speed, shown, path)


def _scenes(content: SequenceContent) -> Iterator[tuple[float, float, Slot]]:
    """With the times between their transitions."""
    for slot, following in zip_longest(content.slots, content.slots[1:]):
        start = slot.coming.end if slot.coming else slot.start
        end = following.start if following else slot.end
        yield (float(start), float(end), slot) if start < end else (float(slot.start), float(slot.end), slot)


def texts(scene: Scene) -> list[TextAt]:
    """Of a whole scene, in document order; those in a layer whose time is remapped are left out."""
    return list(_in(Inside(scene.nodes, 0.0, 1.0, (0.0, float(scene.duration)), ""), (), scene.fonts))


def _in(inside: Inside, way: tuple[Link, ...], fonts: FontLibrary) -> Iterator[TextAt]:
    for node in inside.nodes:
        if node.remap is not None:
            continue
        here = (*way, Link(node, inside.origin, inside.speed))
        yield from _own(here, inside, fonts)
        for inner in inside.opened(node):
            yield from _in(inner, here, fonts)


def _own(way: tuple[Link, ...], inside: Inside, fonts: FontLibrary) -> Iterator[TextAt]:
    link = way[-1]
    path, content, shown = inside.path + link.node.where, link.node.content, overlap(inside.shown, link.shown)
    if isinstance(content, CaptionContent):
        origin, speed = link.inside()
        for page, (x, y) in zip(content.pages, content.places, strict=True):
            span = overlap(shown, (origin + float(page.start) / speed, origin + float(page.end) / speed))
            yield TextAt(way, path, page.layout, translation(x, y), page.fonts, span)
    elif (text := _text(content)) and text.layout.glyphs:
        yield TextAt(way, path, text.layout, IDENTITY, fonts, shown, text.factor, text.cut)


def _text(content: Any) -> TextContent | None:
    """The text that a layer is: itself, as it is typed at the end, or as wide as the number gets that it counts."""
    found = (content, getattr(content, "whole", None), getattr(content, "base", None))
    return next((text for text in found if isinstance(text, TextContent)), None)


def overlap(one: Span, other: Span) -> Span:
    return max(one[0], other[0]), min(one[1], other[1])


def _covered(span: Span, motion: Motion) -> bool:
    middle = _middle(span)
    return any(start <= middle <= end for start, end in motion)


def _middle(span: Span) -> float:
    return (span[0] + span[1]) / 2


def _exact(seconds: float) -> Fraction:
    return Fraction(round(seconds * 48000), 48000)
