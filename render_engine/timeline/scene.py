"""A composition with everything looked up: frozen, nothing left to read, ready to be evaluated at any time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

from render_engine import display_list
from render_engine.display_list import Blend, Group, Op, Rgba
from render_engine.effects import EffectAt
from render_engine.matrix import Box, Matrix, inverse, map_box
from render_engine.media.audio_clip import Clip
from render_engine.media.medium import Medium
from render_engine.motion.entrance import Passage, Pose
from render_engine.motion.motion_blur import Shutter
from render_engine.text.captions import Caption
from render_engine.text.fonts import FontLibrary
from render_engine.timeline.motion import Kept, Motion, merged, shifted, within
from render_engine.timeline.transform import Transform
from render_engine.timeline.value import Fixed, Number


@dataclass(frozen=True)
class View:
    """The window through which things are seen, in px of what they are drawn into: textures need be no larger."""

    width: int
    height: int
    x: int = 0
    y: int = 0
    moment: bool = False  # one of several while a shutter is open: motion is blurred further out

    @cached_property
    def step(self) -> int:
        """About a quarter of the view, and a power of two."""
        return max(64, 1 << (max(self.width, self.height) // 4).bit_length())

    def through(self, place: Matrix, margin: float = 0.0, step: int = 1) -> View | None:
        """The window in a texture that is put here by `place`; None where the plane is seen edge-on.

        Out to multiples of `step`, so that what moves is seen through the same window for a while.
        """
        back = inverse(place)
        if back is None:
            return None
        box = (float(self.x), float(self.y), float(self.x + self.width), float(self.y + self.height))
        x0, y0, x1, y1 = display_list.whole_pixels(map_box(back, box), margin)
        left, top = x0 // step * step, y0 // step * step
        return replace(self, width=-(-x1 // step) * step - left, height=-(-y1 // step) * step - top, x=left, y=top)

    def wider(self, by: int) -> View:
        return replace(self, width=self.width + 2 * by, height=self.height + 2 * by, x=self.x - by, y=self.y - by)

    @property
    def rect(self) -> display_list.Rect:
        return (self.x, self.y, self.x + self.width, self.y + self.height)


class Content(Protocol):
    """What a layer shows, in its own px, from (0, 0) to (width, height)."""

    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...
    @property
    def baseline(self) -> float:
        """The y of the first line of text; the lower edge of anything else."""
        ...

    @property
    def single(self) -> bool:
        """Whether it is one op at most, wherever and whenever it is drawn."""
        ...

    @property
    def motion(self) -> Motion:
        """When its drawing changes, in its own seconds, though the matrix and the view stay as they are."""
        ...

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]: ...


@runtime_checkable
class Edged(Protocol):
    """Content that fills less than its box, and has an outline to say so."""

    def edge(self, seconds: float) -> display_list.Path: ...


@dataclass(frozen=True)
class MaskAt:
    """An outline that keeps what lies inside it."""

    shape: Literal["rect", "ellipse", "path"]
    box: tuple[float, float, float, float]  # x, y, width, height
    path: display_list.Path | None
    radius: Number
    feather: Number
    expand: Number
    inverted: bool


@dataclass(frozen=True)
class MatteBy:
    node: Node
    kind: Literal["alpha", "luminance"]
    inverted: bool


class Drawn:
    """A node's ops of the last time they were drawn: (from, to, parent, view, ops); and what was seen of them.

    Tuples that are swapped whole, so that threads may share them.
    """

    __slots__ = ("last", "seen")

    def __init__(self) -> None:
        self.seen: tuple[tuple[Op, ...], tuple[Op, ...], bool] | None = None
        self.last: tuple[float, float, Matrix, View, tuple[Op, ...]] | None = None


@dataclass(frozen=True)
class Node:
    """A visual layer. `start` and `end` are times of its parent."""

    start: Fraction
    end: Fraction
    content: Content
    transform: Transform
    fixed: Matrix | None  # the transform, where it never moves
    opacity: Number
    blend: Blend
    masks: tuple[MaskAt, ...]
    matte: MatteBy | None
    effects: tuple[EffectAt, ...]
    backdrop: tuple[EffectAt, ...]
    passages: tuple[Passage, ...]  # its entrance and its exit
    shutter: Shutter | None  # of its motion blur
    remap: Number | None
    moving: Motion  # when its transform, its opacity or its backdrop changes; seconds of the layer
    changing: Motion  # when its masks or its effects do
    where: str = ""  # document path of the layer: layers[3]
    name: str = ""  # its id
    drawn: Drawn = field(default_factory=Drawn, init=False, compare=False, repr=False)
    texture: Kept[Group | None] = field(default_factory=Kept, init=False, compare=False, repr=False)

    @cached_property
    def span(self) -> tuple[float, float]:
        return float(self.start), float(self.end)

    @cached_property
    def bare(self) -> Matrix | None:
        """Its fixed place, where it shows its content as it is, and adds nothing of its own."""
        adds = self.masks or self.effects or self.backdrop or self.matte or self.remap or self.blend != "normal"
        return None if adds or self.passages or self.opacity != Fixed(1.0) else self.fixed

    @property
    def box(self) -> Box:
        """In its own px."""
        return (0.0, 0.0, self.content.width, self.content.height)

    def pose(self, seconds: float) -> Pose:
        """How it stands in its parent; `seconds` of the layer."""
        pose = Pose(self.fixed or self.transform.at(seconds), self.opacity.at(seconds))
        for passage in self.passages:
            pose = passage.moved(pose, self.box, seconds)
        return pose

    @cached_property
    def motion(self) -> Motion:
        """When anything of it changes, in seconds of its parent; it comes and goes with a jump."""
        changes = merged([self.moving, self.within])
        seen = self.shutter.seen(changes) if self.shutter else changes
        own = within(shifted(seen, self.span[0]), *self.span)
        return merged([own, self.matte.node.motion]) if self.matte else own

    @cached_property
    def within(self) -> Motion:
        """When it changes wherever it stands, in its own seconds."""
        return merged([self.changing, (self.remap or self.content).motion])


@dataclass(frozen=True)
class Scene:
    width: int  # output px
    height: int
    fps: Fraction
    duration: Fraction
    background: Rgba
    root: Matrix  # the composition's px to output px
    nodes: tuple[Node, ...]
    media: Mapping[str, Medium]  # by content hash
    fonts: FontLibrary
    audio: tuple[Clip, ...]
    captions: tuple[Caption, ...]  # what caption layers say, for a file beside the video
    loudness: float | None
    title: str
    comment: str
    markers: tuple[tuple[Fraction, str], ...]
    inputs: tuple[Path, ...]  # every file that was read for it, in the order of reading
    letterboxed: bool = False

    @property
    def frames(self) -> int:
        return max(1, round(self.duration * self.fps))

    @cached_property
    def view(self) -> View:
        return View(self.width, self.height)
