"""A composition in a composition: another document, or one written in place."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from render_engine import color
from render_engine.display_list import (
    EMPTY,
    Group,
    Matte,
    Op,
    Rgba,
    Shape,
    Solid,
    intersect,
    quantise_matrix,
    rectangle,
)
from render_engine.document.composition import Composition
from render_engine.document.fields import seconds
from render_engine.document.late import LATE
from render_engine.document.layer import VisualLayer
from render_engine.document.palette import colors
from render_engine.errors import DocumentError, FramekilnError, Problem
from render_engine.matrix import Matrix, multiply, scaling
from render_engine.media.audio_clip import Clip
from render_engine.motion.motion_blur import MotionBlur
from render_engine.text.captions import between, retimed
from render_engine.timeline.context import Context
from render_engine.timeline.evaluate import WHITE, draw_nodes, grouped, texture_scale
from render_engine.timeline.motion import Motion, merged, shifted
from render_engine.timeline.scene import Node, View
from render_engine.timeline.values_of import Values

MOST = 1000  # in the whole video


class Nested(VisualLayer):
    """Another composition as one layer: with its own size, time, fonts and sound, cut off at its edges."""

    type: Literal["composition"] = "composition"
    source: str | None = Field(None, description="Another document, relative to this one.")
    composition: Annotated[Composition, LATE] | None = Field(
        None, description="A composition written in place, instead of a source."
    )
    props: dict[str, Any] = Field({}, description="Values for the other document's props.")
    speed: Annotated[float, Field(gt=0, le=100)] = 1
    volume: Annotated[float, Field(ge=0, le=4)] = Field(1, description="Of all its sound; with time_remap it has none.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.source is None) == (self.composition is None):
            raise ValueError("give either a source or a composition")
        return self


@dataclass(frozen=True)
class NestedContent:
    """Its background is painted only where its document names one."""

    width: float
    height: float
    background: Rgba | None
    nodes: tuple[Node, ...]
    speed: Fraction

    @property
    def baseline(self) -> float:
        return self.height

    @property
    def single(self) -> bool:
        return True

    @cached_property
    def motion(self) -> Motion:
        return shifted(merged(node.motion for node in self.nodes), 0.0, float(self.speed))

    def draw(self, time: Fraction, matrix: Matrix, view: View) -> tuple[Op, ...]:
        scale = texture_scale(matrix)
        space = quantise_matrix(scaling(scale, scale))
        edge = Shape(rectangle(0, 0, self.width, self.height), space, WHITE)
        area = (0, 0, edge.bounds[2] - 1, edge.bounds[3] - 1)
        seen = view.through(quantise_matrix(multiply(matrix, scaling(1 / scale, 1 / scale))), 2, view.step)
        if seen is None or (shown := intersect(seen.rect, area)) == EMPTY:
            return ()
        window = View(shown[2] - shown[0], shown[3] - shown[1], shown[0], shown[1], view.moment)
        items = draw_nodes(self.nodes, time * self.speed, space, window)
        if self.background is not None:
            items = (replace(edge, fill=Solid(self.background)), *items)
        # Where the edge falls between two px of the texture, the rounded area alone would show a part too much.
        whole = self.width * scale == area[2] and self.height * scale == area[3]
        group = grouped(
            items, multiply(matrix, scaling(1 / scale, 1 / scale)), view, () if whole else (Matte((edge,)),)
        )
        if group is None:
            return ()
        cut: Group = replace(group, area=intersect(group.area, area))
        return (cut,) if cut.area[0] < cut.area[2] else ()


def _inner(layer: Nested, context: Context) -> tuple[Composition, Context]:
    """The other composition and the context of its layers, with a list of its own for its sound."""
    from render_engine.timeline.resolve import duration, font_library, marked  # the tree is recursive

    composition, base, documents = _found(layer, context)
    inner = replace(
        context,
        base=base,
        values=Values(composition.rate),
        fonts=font_library(composition, base),
        fallback_fonts=tuple(composition.fallback_fonts),
        width=composition.size[0],
        height=composition.size[1],
        length=Fraction(0),
        offset=Fraction(0),
        clips=[],
        captions=[],
        listeners=[],
        documents=documents,
        gain=1.0,
        where="",
        motion_blur=_motion_blur(composition, context),
        palette=context.palette if composition.palette is None else colors(composition.palette),
    )
    with _told(layer, context):
        inner = marked(composition, inner)
        return composition, replace(inner, length=duration(composition, inner))


def _motion_blur(composition: Composition, context: Context) -> MotionBlur | None:
    return composition.motion_blur if "motion_blur" in composition.model_fields_set else context.motion_blur


def _found(layer: Nested, context: Context) -> tuple[Composition, Path, tuple[Path, ...]]:
    if layer.composition is not None:
        return layer.composition, context.base, context.documents
    from render_engine.document.load import load_document

    assert layer.source is not None
    path = context.file(layer.source).resolve()
    if path in context.documents:
        chain = " → ".join(other.name for other in (*context.documents[context.documents.index(path) :], path))
        raise context.wrong(f"{path.name} holds itself: {chain}", "source")
    with _told(layer, context):
        inner = load_document(path, layer.props, files_from=context.base, palette=context.palette)
        return inner, path.parent, (*context.documents, path)


@contextmanager
def _told(layer: Nested, context: Context) -> Iterator[None]:
    """Errors of the inner document, with the way to it."""
    try:
        yield
    except DocumentError as error:
        problems = [_problem(problem.path, problem.message, layer, context) for problem in error.problems]
        raise DocumentError(problems) from error
    except FramekilnError as error:
        problem = _problem(error.where or "", error.message, layer, context)
        raise type(error)(problem.message, where=problem.path) from error


def _problem(path: str, message: str, layer: Nested, context: Context) -> Problem:
    if layer.source is None:
        return Problem(f"{context.where}.composition.{path}".rstrip("."), message)
    inner = f"{path}: " if path else ""
    return Problem(f"{context.where}.source", f"{Path(layer.source).name}: {inner}{message}")


def resolve(layer: Nested, context: Context) -> NestedContent:
    from render_engine.timeline.resolve import font_files, listen, resolve_layers

    context.resolved.compositions += 1
    if context.resolved.compositions > MOST:
        raise context.wrong(f"these are more than {MOST} nested compositions")
    composition, inner = _inner(layer, context)
    context.inputs.update(dict.fromkeys(font_files(composition, inner.base)))
    with _told(layer, context):
        nodes = resolve_layers(composition.layers, inner)
        listen(inner)
    speed = seconds(layer.speed)
    context.fonts.adopt(inner.fonts)
    gain = context.gain * layer.volume
    if layer.time_remap is None:
        inside = (clip for clip in inner.clips if gain and clip.at / speed < context.length)
        context.clips.extend(heard(clip, speed, gain, context) for clip in inside)
        said = between(inner.captions, Fraction(0), context.length * speed)
        context.captions.extend(retimed(each, lambda time: context.offset + time / speed) for each in said)
    stated = "background" in composition.model_fields_set
    background = color.quantise(color.parse(composition.background)) if stated else None
    width, height = composition.size
    return NestedContent(width, height, background, nodes, speed)


def heard(clip: Clip, speed: Fraction, gain: float, context: Context) -> Clip:
    """Sound of the inner timeline on the outer one: later, faster, no longer than the layer."""
    at = clip.at / speed
    envelope = tuple((float(context.offset) + time / float(speed), level * gain) for time, level in clip.gain)
    start = context.offset + at
    length = min(clip.duration / speed, context.length - at)
    if not envelope and gain != 1:
        envelope = ((float(start), gain), (float(start + length), gain))
    return replace(clip, at=start, duration=length, speed=clip.speed * speed, gain=envelope)


def length(layer: Nested, context: Context) -> Fraction | None:
    if layer.time_remap is not None:
        return None
    return _inner(layer, context)[1].length / seconds(layer.speed)
