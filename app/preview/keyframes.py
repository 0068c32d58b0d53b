"""A frame as it can be shown at once: with its videos' nearest keyframes, where decoding as far as asked takes long."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from render_engine.display_list import (
    Backdrop,
    DisplayList,
    Effect,
    Glyphs,
    Group,
    Matte,
    Op,
    Paint,
    Picture,
    Shape,
    Stroke,
)
from render_engine.media.info import VideoStream
from render_engine.media.medium import Medium

FAR = 0.1  # s of decoding that nobody should wait for without a picture
PIXELS = 0.2e9  # a second, that are decoded at least (H.264 of many bits, one thread)
SHORT_WAY = 16  # frames, that nobody minds to wait for
AT_ONCE = 8  # frames that are decoded between two looks at what is wanted


@dataclass
class Decoded:
    """How far the videos of a scene have been decoded."""

    media: Mapping[str, Medium]
    _at: dict[str, int] = field(default_factory=dict)

    def way(self, picture: Picture) -> range:
        """Frames that have to be decoded for this one."""
        video = self.media[picture.source].video
        if video is None or picture.frame < 0:
            return range(0)
        key, at = _key(video, picture.frame), self._at.get(picture.source, -1)
        return range(max(key, at if at <= picture.frame else key), picture.frame + 1)

    def is_far(self, pictures: Iterable[Picture]) -> bool:
        return sum(self._seconds(picture) for picture in pictures) > FAR

    def steps(self, picture: Picture) -> Iterator[Picture]:
        """On the way to it. None for a short way back: the decoder keeps what it passes only where it goes in one step."""
        way, back = self.way(picture), picture.frame < self._at.get(picture.source, -1)
        if not (back and len(way) <= SHORT_WAY):
            yield from (replace(picture, frame=number) for number in way[AT_ONCE:-1:AT_ONCE])

    def note(self, pictures: Iterable[Picture]) -> None:
        for picture in pictures:
            self._at[picture.source] = picture.frame

    def _seconds(self, picture: Picture) -> float:
        video = self.media[picture.source].video
        if video is None or video.animation:
            return 0.0
        return len(self.way(picture)) * video.coded_width * video.coded_height / PIXELS


def pictures_of(frame: DisplayList) -> Iterator[Picture]:
    """All that are of videos."""
    return (picture for picture in _shown(frame.items) if picture.frame >= 0)


def _shown(ops: Iterable[Op]) -> Iterator[Picture]:
    for op in ops:
        if isinstance(op, Shape | Glyphs):
            paints = (op.fill, op.stroke.paint if op.stroke else None)
            yield from (paint for paint in paints if isinstance(paint, Picture))
            continue
        for effect in op.effects:
            for inputs in effect.inputs:
                yield from _shown(inputs)
        if isinstance(op, Group):
            yield from _shown(op.items)
            for matte in op.mattes:
                yield from _shown(matte.items)


def at_keyframes(frame: DisplayList, media: Mapping[str, Medium]) -> DisplayList:
    return replace(frame, items=_ops(frame.items, partial(_at_keyframe, media)))


def _at_keyframe(media: Mapping[str, Medium], picture: Picture) -> Picture:
    video = media[picture.source].video
    return picture if video is None or picture.frame < 0 else replace(picture, frame=_key(video, picture.frame))


def _key(video: VideoStream, frame: int) -> int:
    """The keyframe from which the frame is decoded."""
    at = bisect_right([number for number, _ in video.keyframes], frame) - 1
    return video.keyframes[at][0] if at >= 0 else 0


# ------------------------------------------------------------------------------------------- other pictures in ops

Change = Callable[[Picture], Picture]


def _ops(ops: tuple[Op, ...], change: Change) -> tuple[Op, ...]:
    return tuple(_CHANGED[type(op)](op, change) for op in ops)


def _leaf(op: Any, change: Change) -> Any:
    return replace(op, fill=_paint(op.fill, change), stroke=_stroke(op.stroke, change))


def _group(op: Group, change: Change) -> Group:
    mattes = tuple(_matte(matte, change) for matte in op.mattes)
    return replace(op, items=_ops(op.items, change), effects=_effects(op.effects, change), mattes=mattes)


def _backdrop(op: Backdrop, change: Change) -> Backdrop:
    return replace(op, effects=_effects(op.effects, change))


def _matte(matte: Matte, change: Change) -> Matte:
    return replace(matte, items=_ops(matte.items, change))


def _effects(effects: tuple[Effect, ...], change: Change) -> tuple[Effect, ...]:
    return tuple(
        replace(effect, inputs=tuple(_ops(ops, change) for ops in effect.inputs)) if effect.inputs else effect
        for effect in effects
    )


def _paint(paint: Paint | None, change: Change) -> Paint | None:
    return change(paint) if isinstance(paint, Picture) else paint


def _stroke(stroke: Stroke | None, change: Change) -> Stroke | None:
    if stroke and isinstance(stroke.paint, Picture):
        return replace(stroke, paint=change(stroke.paint))
    return stroke


_CHANGED: Mapping[type, Callable[[Any, Change], Any]] = {
    Shape: _leaf,
    Glyphs: _leaf,
    Group: _group,
    Backdrop: _backdrop,
}
