"""How documents write a transition, and how far it has come at a time."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Discriminator, Field, Tag, model_validator

from render_engine import color
from render_engine.document.fields import ColorText, EasingName, Model, SpringName, SpringSettings, seconds
from render_engine.document.late import LATE
from render_engine.timeline.easing import easing
from render_engine.timeline.values_of import spring_of
from render_engine.transitions import TRANSITIONS
from render_engine.transitions.look import Both, Direction, Stage

TransitionName = Literal[
    "none", "cut", "crossfade", "fadeBlur", "scaleFade", "zoomThrough", "morphExpand", "dip", "dissolve", "clipCircle",
    "clipPolygon", "wipe", "splitHorizontal", "splitVertical", "clockWipe", "iris", "push", "pushLeft", "pushRight",
    "slide", "slideLeft", "slideRight", "perspectiveFlip", "cube", "crossZoom",
    "directionalBlur",
]  # fmt: skip
CUT = ("none", "cut")
assert get_args(TransitionName) == (*CUT, *TRANSITIONS)
TAKES = {"direction": ("wipe", "push", "slide", "cube", "directionalBlur"), "color": ("dip",), "seed": ("dissolve",)}
USUAL = 0.6  # seconds


class Transition(Model):
    """The way a scene comes in over the scene before. Both are shown while it lasts: a sequence is as much shorter."""

    type: TransitionName
    duration: Annotated[float, Field(ge=0, le=600)] | None = Field(
        None, description="Seconds, rounded to whole frames: 0.6, or the time its spring takes to settle."
    )
    easing: EasingName | None = Field(None, description="“easeInOut”, unless a spring is given.")
    spring: SpringName | SpringSettings | None = Field(None, description="Instead of an easing.")
    direction: Direction | None = Field(
        None, description="Where things move; a wipe begins at that side. To the left if left out."
    )
    color: ColorText | None = Field(None, description="Of a dip; black if left out.")
    seed: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(None, description="Of a dissolve's grain.")

    @model_validator(mode="after")
    def _fits_its_type(self) -> Self:
        if self.easing is not None and self.spring is not None:
            raise ValueError("a transition goes by an easing or by a spring: leave one of the two out")
        for field, types in TAKES.items():
            if getattr(self, field) is not None and self.type not in types:
                raise ValueError(f"{self.type} takes no {field}: only {', '.join(types)} do")
        if self.type in CUT and (self.duration or self.easing or self.spring):
            raise ValueError(f"“{self.type}” cuts: it has no duration, easing or spring")
        return self


def _form(value: Any) -> str:
    return "name" if isinstance(value, str) else "settings"


AnyTransition = Annotated[
    Annotated[TransitionName, Tag("name")] | Annotated[Transition, LATE, Tag("settings")], Discriminator(_form)
]


def settings(field: str | Transition) -> Transition:
    return Transition.model_validate({"type": field}) if isinstance(field, str) else field


def length(model: Transition, fps: Fraction) -> Fraction:
    """Seconds in whole frames; 0 is a cut."""
    if model.type in CUT:
        return Fraction(0)
    if model.duration is not None:
        written = seconds(model.duration)
    else:
        written = seconds(spring_of(model.spring).settles() if model.spring else USUAL)
    return round(written * fps) / fps


@dataclass(frozen=True)
class Passage:
    """A transition of a sequence. `start` and `end`: seconds of the sequence."""

    start: Fraction
    end: Fraction
    eased: Callable[[float], float]  # of the share of its time
    stage: Stage
    type: str

    def progress(self, time: Fraction) -> float:
        """0 at its start, 1 at its end."""
        return self.eased(float((time - self.start) / (self.end - self.start)))

    def at(self, p: float) -> Both:
        return TRANSITIONS[self.type](p, self.stage)


def passage(model: Transition, start: Fraction, length: Fraction, size: tuple[float, float]) -> Passage:
    """`length`: seconds, more than none."""
    tint = color.quantise(color.parse(model.color or "black"))
    stage = Stage(*size, model.direction or "left", tint, model.seed or 0)
    return Passage(start, start + length, _eased(model), stage, model.type)


def _eased(model: Transition) -> Callable[[float], float]:
    if not model.spring:
        return easing(model.easing or "easeInOut")
    spring = spring_of(model.spring)
    whole = spring.settles()
    rest = 1 - spring.at(whole)  # what it lacks when it has settled: given to it on the way, so that nothing pops
    return lambda share: 1.0 if share >= 1 else spring.at(share * whole) + rest * share
