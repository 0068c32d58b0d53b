"""Sound: a file of its own, or the sound of a video, as stretches for the mix."""

import math
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from render_engine.document.fields import Keyframed, Model, Seconds, Springing, animated_form
from render_engine.document.late import LATE
from render_engine.document.layer import Layer
from render_engine.media.audio_clip import Clip, Ducking, Envelope, Role
from render_engine.media.info import AudioStream
from render_engine.timeline.context import Context
from render_engine.timeline.stretch import Stretch, stretch
from render_engine.timeline.value import Fixed, Keyframes, Number, Sprung

STEP = 0.01  # seconds between two points of an envelope that moves,
STEPS = 2000  # unless it moves for very long

Gain = Annotated[float, Field(ge=0, le=4)]
Volume = Annotated[
    Annotated[Gain, Tag("fixed")]
    | Annotated[Keyframed[Gain], LATE, Tag("keyframes")]
    | Annotated[Springing[Gain], LATE, Tag("spring")],
    Discriminator(animated_form),
]
Fade = Annotated[float, Field(ge=0, le=3600, description="Seconds; of equal power.")]
Speed = Annotated[float, Field(ge=-100, le=100, description="1 is as recorded; negative plays backwards.")]
Trim = tuple[Seconds, Seconds | None]


class Duck(Model):
    """Sinks this sound while another role is heard."""

    under: Role = "speech"
    amount: float = Field(-12, ge=-96, le=0, description="dB.")
    threshold: float = Field(-40, ge=-96, le=0, description="Level of the other role, in dBFS, that counts as heard.")
    attack: float = Field(0.1, ge=0.001, le=10, description="Seconds to sink.")
    release: float = Field(0.5, ge=0.001, le=10, description="Seconds to come back.")


class Audio(Layer):
    """Sound of an audio or video file."""

    type: Literal["audio"] = "audio"
    source: str = Field(description="File, relative to the document.")
    volume: Volume = Field(1, description="1 is as recorded; 4 is the most.")
    fade_in: Fade = 0
    fade_out: Fade = 0
    speed: Speed = Field(1, description="1 is as recorded, the pitch is kept; negative plays backwards.")
    trim: Trim = Field((0, None), description="The part used: from and to, in source seconds.")
    when_over: Literal["end", "loop"] = Field("end", description="What happens after the source's end.")
    role: Role = Field("effect", description="What ducking looks at.")
    duck: Duck | None = None
    pan: float = Field(0, ge=-1, le=1, description="−1 is left, 1 is right.")


def sound(
    path: Path,
    volume: Any,
    part: Stretch,
    context: Context,
    *,
    fades: tuple[float, float] = (0.0, 0.0),
    role: Role = "effect",
    duck: Duck | None = None,
    pan: float = 0.0,
) -> list[Clip]:
    """The stretch of sound that a layer adds to the whole video; none where nothing of it is heard."""
    length = context.length if part.loop else min(context.length, part.length)
    level = context.values.number(volume)
    if length <= 0 or (isinstance(level, Fixed) and level.value * context.gain == 0):
        return []
    clip = Clip(
        path=path,
        at=context.offset,
        duration=length,
        source_start=part.start,
        source_end=part.end,
        speed=part.speed,
        loop=part.loop,
        gain=envelope(level, context.gain, fades, context.offset, length),
        pan=pan,
        role=role,
        duck=None if duck is None else Ducking(**dict(duck)),
    )
    return [clip]


def envelope(level: Number, gain: float, fades: tuple[float, float], at: Fraction, length: Fraction) -> Envelope:
    """Volume × fades × the parents' gain as points on the whole video's timeline; empty where it is 1 throughout."""
    fade_in, fade_out = (min(fade, float(length)) for fade in fades)
    if isinstance(level, Fixed) and not fade_in and not fade_out:
        whole = level.value * gain
        return () if whole == 1 else ((float(at), whole), (float(at + length), whole))
    points = []
    for time in _times(level, fade_in, fade_out, length):
        rising = _equal_power(time / fade_in) if fade_in else 1.0
        falling = _equal_power((float(length) - time) / fade_out) if fade_out else 1.0
        points.append((float(at) + time, max(0.0, level.at(time)) * gain * rising * falling))
    return tuple(points)


def _times(level: Number, fade_in: float, fade_out: float, length: Fraction) -> list[float]:
    """When the envelope is sampled: finely where it moves, not at all where it stands."""
    whole = float(length)
    times = {0.0, whole}
    for low, high in [(0.0, fade_in), (whole - fade_out, whole), *_moving(level)]:
        low, high = max(0.0, low), min(whole, high)
        steps = min(STEPS, math.ceil((high - low) / STEP - 1e-9))
        times |= {low + (high - low) * k / steps for k in range(steps + 1)} if steps > 0 else set()
    return sorted(times)


def _moving(level: Number) -> list[tuple[float, float]]:
    if isinstance(level, Keyframes):
        ends = zip(pairwise(level.times), pairwise(level.values), strict=True)
        return [span for span, (early, late) in ends if early != late]
    return [(level.delay, level.delay + level.spring.settles(0.0005))] if isinstance(level, Sprung) else []


def _equal_power(share: float) -> float:
    return math.sin(min(1.0, max(0.0, share)) * math.pi / 2)


def _stream(layer: Audio, context: Context) -> AudioStream:
    info = context.probe(layer.source)
    if info.audio is None:
        raise context.wrong(f"{info.path.name} has no sound", "source")
    return info.audio


def _part(layer: Audio, context: Context) -> Stretch:
    stream = _stream(layer, context)
    return stretch(stream.start + stream.duration, layer.trim, layer.speed, layer.when_over == "loop", context)


def resolve(layer: Audio, context: Context) -> None:
    part = _part(layer, context)
    fades = (layer.fade_in, layer.fade_out)
    path = context.file(layer.source)
    context.clips.extend(
        sound(path, layer.volume, part, context, fades=fades, role=layer.role, duck=layer.duck, pan=layer.pan)
    )


def length(layer: Audio, context: Context) -> Fraction | None:
    part = _part(layer, context)
    return None if part.loop else part.length
