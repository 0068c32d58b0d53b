"""Scenes one after another, with transitions between them."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from render_engine.document.fields import Model, Pixels, seconds
from render_engine.document.gradient import AnyPaint
from render_engine.document.layer import VisualLayer
from render_engine.layers import AnyLayer
from render_engine.layers.sequence_content import SceneContent, SequenceContent, Slot
from render_engine.timeline.context import Context
from render_engine.timeline.paint import paint
from render_engine.transitions import model as transitions
from render_engine.transitions.model import AnyTransition, Transition
from render_engine.transitions.sound import heard


class Scene(Model):
    """A part of a sequence: layers of its own, in a time of its own that begins at 0."""

    id: str | None = Field(None, description="A name of your own, for error messages.")
    duration: Annotated[float, Field(gt=0, le=86400)] | None = Field(
        None, description="Seconds, transitions and all; as long as its layers if left out."
    )
    background: AnyPaint | None = Field(None, description="A colour or a gradient that fills the frame.")
    layers: list[AnyLayer] = Field([], max_length=20_000)
    transition: AnyTransition | None = Field(
        None, description="How the scene comes in over the one before: a name or settings; a cut if left out."
    )


class Sequence(VisualLayer):
    """Scenes that follow each other, cut off at the frame's edges. It lasts as long as they do, less the transitions."""

    type: Literal["sequence"] = "sequence"
    size: tuple[Pixels, Pixels] | None = Field(None, description="Width and height in px; the parent's if left out.")
    scenes: list[Scene] = Field(min_length=1, max_length=1000)


@dataclass(frozen=True)
class _Time:
    """When a scene is shown, in seconds of the sequence; for the first `coming` seconds beside the one before."""

    start: Fraction
    end: Fraction
    coming: Fraction
    transition: Transition | None


def _times(layer: Sequence, context: Context) -> list[_Time]:
    """When each scene is shown. Refuses transitions for which there is no time."""
    if layer.scenes[0].transition is not None:
        raise context.wrong("no scene stands before the first one: leave its transition out", "scenes[0].transition")
    times: list[_Time] = []
    for k, scene in enumerate(layer.scenes):
        inside = context.inside(f"scenes[{k}]")
        model = None if scene.transition is None else transitions.settings(scene.transition)
        coming = transitions.length(model, context.values.fps) if model else Fraction(0)
        start = times[-1].end - coming if times else Fraction(0)
        times.append(_Time(start, start + _duration(scene, inside), coming, model))
        if coming:
            _check(times, k, inside)
    return times


def _check(times: list[_Time], k: int, context: Context) -> None:
    """That the transition into scene k fits into both scenes, after the one before it."""
    before, now = times[k - 1], times[k]
    for time, number in ((before, k - 1), (now, k)):
        if now.coming > time.end - time.start:
            lasts = f"scene {number} lasts {float(time.end - time.start):g} s"
            told = f"the transition takes {float(now.coming):g} s, and {lasts}: shorten the one or lengthen the other"
            raise context.wrong(told, "transition")
    free = before.end - before.start - before.coming
    if now.coming > free:
        told = f"the transition takes {float(now.coming):g} s, and of scene {k - 1} only {float(free):g} s are left"
        raise context.wrong(f"{told} after the transition that it came in by", "transition")


def _duration(scene: Scene, context: Context) -> Fraction:
    """As written, or as long as the layers that know their own end."""
    from render_engine.timeline.resolve import own_end  # the tree is recursive: resolve knows the layers

    if scene.duration is not None:
        return seconds(scene.duration)
    where = f"{context.where}.layers"
    ends = [end for k, layer in enumerate(scene.layers) if (end := own_end(layer, context, f"{where}[{k}]"))]
    if not ends or max(ends) <= 0:
        raise context.wrong("the scene says no duration, and no layer in it has an end of its own", "duration")
    return max(ends)


def resolve(layer: Sequence, context: Context) -> SequenceContent:
    size = layer.size or (context.width, context.height)
    times = _times(layer, context)
    goings = [*(time.coming for time in times[1:]), Fraction(0)]
    slots = [
        _slot(scene, time, going, size, context.inside(f"scenes[{k}]"), audible=layer.time_remap is None)
        for k, (scene, time, going) in enumerate(zip(layer.scenes, times, goings, strict=True))
    ]
    return SequenceContent(*size, tuple(slots))


def _slot(
    scene: Scene, time: _Time, going: Fraction, size: tuple[float, float], context: Context, *, audible: bool
) -> Slot:
    """`going`: how long it is still shown beside the next one."""
    from render_engine.timeline.resolve import resolve_layers

    start, length = context.offset + time.start, time.end - time.start
    values = context.values.since(start)
    inner = context.inside(
        width=size[0], height=size[1], offset=start, length=length, values=values, clips=[], captions=[]
    )
    background = None if scene.background is None else paint(scene.background, values)
    nodes = resolve_layers(scene.layers, inner)
    if audible:
        until, end = context.offset + context.length, start + length
        clips = (heard(clip, (start, start + time.coming), (end - going, end), until) for clip in inner.clips)
        context.clips.extend(clip for clip in clips if clip)
        context.captions.extend(caption for caption in inner.captions if caption.start < until)
    content = SceneContent(*size, background, nodes, values.motion)
    coming = None
    if time.transition and time.coming:
        coming = transitions.passage(time.transition, time.start, time.coming, size)
    return Slot(time.start, time.end, content, coming)


def length(layer: Sequence, context: Context) -> Fraction | None:
    return None if layer.time_remap is not None else _times(layer, context)[-1].end
