"""How a layer comes and goes: eight entrances by springs, and their exits, the same played backwards.

They act like CSS on a box around the layer: in its parent's px, about the box's centre, after the layer's own transform.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Self, get_args

from pydantic import Discriminator, Field, Tag, model_validator

from render_engine.document.fields import Model, Pixels, SpringName, SpringSettings, seconds
from render_engine.document.late import LATE
from render_engine.matrix import Box, Matrix, map_box, multiply, scaling, translation
from render_engine.timeline.motion import Motion
from render_engine.timeline.spring import Spring
from render_engine.timeline.transform import in_space
from render_engine.timeline.values_of import Values, spring_of

if TYPE_CHECKING:
    from render_engine.document.layer import Layer

EntranceName = Literal[
    "fadeUp", "fadeDown", "slideInLeft", "slideInRight", "popIn", "blurIn", "elasticScale", "perspectiveRotateIn"
]
Stagger = Annotated[
    float, Field(ge=0, le=3600, description="Seconds by which each layer's entrance is later than the one before it.")
]
PERSPECTIVE = 1000  # px from the eye to the plane
TILT = -60  # degrees
SETTLED = 1 / 4096  # of the way: the step of opacity, and less than a tenth of a px of most ways


class Entrance(Model):
    """A layer comes by a spring, or goes by the same played backwards."""

    type: EntranceName
    spring: SpringName | SpringSettings | None = Field(None, description="The entrance's own if left out.")
    delay: Annotated[float, Field(ge=0, le=86400)] = Field(
        0, description="Seconds after the layer's start; of an exit, how long before the layer's end it is over."
    )
    distance: Pixels | None = Field(
        None, description="Px of the way in (20 for fades, 30 for slides), or blurIn's standard deviation (20)."
    )

    @model_validator(mode="after")
    def _has_a_way(self) -> Self:
        if self.distance is not None and not STYLES[self.type].distance:
            those = ", ".join(name for name, style in STYLES.items() if style.distance)
            raise ValueError(f"{self.type} has no distance: only {those} do")
        return self


def _form(value: Any) -> str:
    return "settings" if isinstance(value, dict | Entrance) else "name"


AnyEntrance = Annotated[
    Annotated[EntranceName, Tag("name")] | Annotated[Entrance, LATE, Tag("settings")], Discriminator(_form)
]


@dataclass(frozen=True)
class Style:
    """What the spring's value does to a layer, given how far it is from there (1 − p) and the layer's box."""

    spring: str
    distance: float = 0.0  # px; of blurIn the standard deviation
    fades: bool = True
    blurs: bool = False
    move: Callable[[float, float, Box], Matrix] | None = None  # of 1 − p, the distance, and the box


def _by(x: float, y: float) -> Callable[[float, float, Box], Matrix]:
    return lambda away, distance, box: translation(x * away * distance, y * away * distance)


def _grown_from(least: float) -> Callable[[float, float, Box], Matrix]:
    def move(away: float, distance: float, box: Box) -> Matrix:
        size = 1 - (1 - least) * away
        return about((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, scaling(size, size))

    return move


def _tilted(away: float, distance: float, box: Box) -> Matrix:
    return about((box[0] + box[2]) / 2, box[3], in_space(0.0, TILT * away, 0.0, PERSPECTIVE))


def about(x: float, y: float, turn: Matrix) -> Matrix:
    """The transform with its origin there."""
    return multiply(multiply(translation(x, y), turn), translation(-x, -y))


STYLES: dict[str, Style] = {
    "fadeUp": Style("snappy", 20, move=_by(0, 1)),
    "fadeDown": Style("snappy", 20, move=_by(0, -1)),
    "slideInLeft": Style("snappy", 30, move=_by(-1, 0)),
    "slideInRight": Style("snappy", 30, move=_by(1, 0)),
    "popIn": Style("bouncy", move=_grown_from(0.5)),
    "blurIn": Style("smooth", 20, blurs=True),
    "elasticScale": Style("wobbly", fades=False, move=_grown_from(0.0)),
    "perspectiveRotateIn": Style("smooth", move=_tilted),
}
assert tuple(STYLES) == get_args(EntranceName)


class Pose(NamedTuple):
    """How a layer stands in its parent."""

    matrix: Matrix  # from its px to the parent's
    opacity: float
    blur: float = 0.0  # standard deviation, px of the parent


@lru_cache(maxsize=256)
def settled(spring: Spring) -> float:
    """Seconds after which nobody sees it move: what is still in motion costs a texture a frame."""
    return spring.settles(SETTLED)


@dataclass(frozen=True)
class Passage:
    """An entrance, or an exit, of one layer."""

    style: Style
    spring: Spring
    distance: float
    at: float  # when the spring is let go; of an exit, when it is back; seconds of the layer
    out: bool

    def arrived(self, seconds: float) -> float:
        """0 away, exactly 1 in its place; between and beyond them as the spring swings."""
        passed = self.at - seconds if self.out else seconds - self.at
        return 1.0 if passed >= settled(self.spring) else self.spring.at(passed)

    @property
    def motion(self) -> Motion:
        rest = settled(self.spring)
        return ((self.at - rest, self.at),) if self.out else ((self.at, self.at + rest),)

    def moved(self, pose: Pose, box: Box, seconds: float) -> Pose:
        """`box`: of the layer in its own px."""
        p = self.arrived(seconds)
        if p == 1:
            return pose
        style, matrix = self.style, pose.matrix
        if style.move and (outer := map_box(matrix, box)):
            matrix = multiply(style.move(1 - p, self.distance, outer), matrix)
        opacity = min(1.0, max(0.0, p)) if style.fades or p == 0 else 1.0
        softer = max(0.0, (1 - p) * self.distance) if style.blurs else 0.0
        return Pose(matrix, pose.opacity * opacity, pose.blur + softer)


def passages(entrance: Any, leaving: Any, length: float, values: Values) -> tuple[Passage, ...]:
    """Of a layer's two fields; `length`: seconds of the layer."""
    coming = () if entrance is None else (_passage(entrance, values, None),)
    return coming if leaving is None else (*coming, _passage(leaving, values, length))


def _passage(field: str | Entrance, values: Values, end: float | None) -> Passage:
    model = settings(field)
    style, delay = STYLES[model.type], values.delay(model.delay)
    distance = style.distance if model.distance is None else model.distance
    spring = spring_of(model.spring or style.spring)
    return Passage(style, spring, distance, delay if end is None else end - delay, end is not None)


def settings(field: str | Entrance) -> Entrance:
    return Entrance.model_validate({"type": field}) if isinstance(field, str) else field


def staggered(layers: "Sequence[Layer]", stagger: float) -> "list[Layer]":
    """The layers, each that has an entrance `stagger` seconds later than the one before it."""
    found, later = list(layers), seconds(0)
    for k, layer in enumerate(found):
        entrance = None if layer.hidden else getattr(layer, "entrance", None)
        if not stagger or entrance is None:
            continue
        model = settings(entrance)
        delayed = model.model_copy(update={"delay": float(seconds(model.delay) + later)})
        found[k] = layer.model_copy(update={"entrance": delayed})
        later += seconds(stagger)
    return found
