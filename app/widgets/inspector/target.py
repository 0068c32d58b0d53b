"""The places that a form writes to: a field of one layer, or the same field of several; and when "now" is for each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from app import document_edits as edits
from app.document_copies import copied, is_same
from app.project import Project
from app.widgets.inspector.moving import keyframe_near, moves, timed, value_at_time
from app.widgets.timeline.clock import marked_time
from app.widgets.timeline.standing import Standing, place_in, standing

UNSET: Any = object()
MIXED: Any = object()


class Target:
    """`layers`: paths; "" is the composition. Places inside them are like `stroke.width`, `effects[1].radius`."""

    def __init__(self, project: Project, layers: tuple[str, ...], playhead: Callable[[], float]) -> None:
        self.project, self.layers, self._playhead = project, layers, playhead
        self._read_of: tuple[Any, Any, Any] = (None, None, None)
        self._written: list[Any] = []  # the layers
        self._each: dict[str, list[Any]] = {}
        self._standing: dict[str, Standing | None] = {}
        self._place = place_in({}, {})

    # ------------------------------------------------------------------------------------------------------- reading

    def each(self, place: str) -> list[Any]:
        """As it is written in each layer; UNSET where it is not."""
        self._read()
        found = self._each.get(place)
        if found is None:
            steps = edits.steps_of(place)
            found = self._each[place] = [edits.value_or(layer, steps, UNSET) for layer in self._written]
        return found

    def _read(self) -> None:
        """What is known is of these layers in the document as it is now: there may be hundreds, and a field asks often."""
        project = self.project
        now = (project.document, project.props, self.layers)
        if all(one is other for one, other in zip(now, self._read_of, strict=True)):
            return
        document = project.document or {}
        self._read_of = now
        self._written = [edits.value_or(document, layer, UNSET) for layer in self.layers]
        self._each, self._standing, self._place = {}, {}, place_in(document, project.props)

    def value(self, place: str) -> Any:
        """As it is written; UNSET, or MIXED where layers differ."""
        first, *others = self.each(place)
        return first if all(is_same(first, other) for other in others) else MIXED

    def now(self, place: str) -> Any:
        """As it is at the playhead."""
        values = (
            value_at_time(value, self.time(layer), self.moment(layer)) if moves(value) else value
            for layer, value in zip(self.layers, self.each(place), strict=True)
        )
        first = next(values)
        return first if all(is_same(first, other) for other in values) else MIXED

    # ---------------------------------------------------------------------------------------------------------- time

    def time(self, layer: str) -> float:
        """The playhead in seconds of the layer itself, in whole frames of the film."""
        stands = self._stands(layer)
        if stands is None:
            return self._playhead()
        return edits.exact(stands.clock.here(self._playhead()) - stands.clock.here(stands.start))

    def film(self, layer: str, seconds: float) -> float:
        stands = self._stands(layer)
        return seconds if stands is None else stands.clock.film(stands.clock.here(stands.start) + seconds)

    def moment(self, layer: str) -> Callable[[Any], float | None]:
        """Seconds of the layer, of a time that may be told by a marker."""

        def told(value: Any) -> float | None:
            if isinstance(value, str):
                return self._marker(layer, value)
            return float(value) if edits.is_number(value) else None

        return told

    def _marker(self, layer: str, name: str) -> float | None:
        stands = self._stands(layer)
        at = marked_time(name, self._place.markers)
        return at if at is None or stands is None else stands.clock.here(at) - stands.clock.here(stands.start)

    @property
    def frame(self) -> float:
        """Seconds of one."""
        self._read()
        return 1 / self._place.fps

    def _stands(self, layer: str) -> Standing | None:
        self._read()
        if layer not in self._standing:
            self._standing[layer] = standing(self.project.document or {}, layer, self._place)
        return self._standing[layer]

    # ------------------------------------------------------------------------------------------------------- writing

    def set(self, label: str, place: str, value: Any, *, merge: bool = True) -> None:
        """At the playhead, where the field moves by keyframes."""

        change = partial(self.put, place=place, value=value)
        self.project.edit(label, change, f"{place} of {self.layers}" if merge else None)

    def put(self, document: edits.Document, place: str, value: Any) -> None:
        """As `set` does, in a copy that an edit has handed out."""
        for layer in self.layers:
            path = _joined(layer, place)
            _make_way(document, path)
            before = edits.value_or(document, path)
            if edits.keyframes_of(before) and not moves(value):
                self._put_keyframe(document, layer, path, before, value)
            else:
                edits.set_value(document, path, copied(value))

    def _put_keyframe(self, document: edits.Document, layer: str, path: str, before: Any, value: Any) -> None:
        at, moment = self.time(layer), self.moment(layer)
        number = keyframe_near(before, at, moment, self.frame / 2)
        if number is None:
            edits.put_keyframe(document, path, at, copied(value))
        else:
            edits.set_value(document, f"{path}.keyframes[{number}].value", copied(value))

    def remove(self, label: str, place: str) -> None:
        def change(document: edits.Document) -> None:
            for layer in self.layers:
                edits.remove_value(document, _joined(layer, place))

        self.project.edit(label, change)

    def change(self, label: str, place: str, change: Callable[[Any], Any], empty: Any = None) -> None:
        """Of what stands there, or of `empty`."""

        def write(document: edits.Document) -> None:
            for layer in self.layers:
                path = _joined(layer, place)
                _make_way(document, path)
                edits.set_value(document, path, change(copied(edits.value_or(document, path, empty))))

        self.project.edit(label, write)

    # ----------------------------------------------------------------------------------------------------- keyframes

    def has_keyframe(self, place: str) -> bool:
        """At the playhead, in every layer."""
        return all(
            keyframe_near(value, self.time(layer), self.moment(layer), self.frame / 2) is not None
            for layer, value in zip(self.layers, self.each(place), strict=True)
        )

    def toggle_keyframe(self, label: str, place: str, default: Any) -> None:
        """One at the playhead with the value that counts there; or, where there is one, none."""
        remove = self.has_keyframe(place)

        def change(document: edits.Document) -> None:
            for layer in self.layers:
                path, at, moment = _joined(layer, place), self.time(layer), self.moment(layer)
                value = edits.value_or(document, path, default)
                number = keyframe_near(value, at, moment, self.frame / 2)
                if remove and number is not None:
                    edits.remove_keyframe(document, path, number)
                elif number is None:
                    here = copied(value_at_time(value, at, moment))
                    _make_way(document, path)
                    edits.put_keyframe(document, path, at, here, self._easing_before(value, at, moment))

        self.project.edit(label, change)

    def _easing_before(self, value: Any, at: float, moment: Callable[[Any], float | None]) -> Any:
        """A new keyframe goes on as the one before it does."""
        before = [frame.get("easing") for time, frame, _ in timed(value, moment) if time < at]
        return before[-1] if before else None

    def neighbour(self, place: str, direction: int) -> float | None:
        """Film seconds of the nearest keyframe before (-1) or after (1) the playhead."""
        found = []
        for layer, value in zip(self.layers, self.each(place), strict=True):
            if frames := timed(value, self.moment(layer)):
                here = self.time(layer)
                near = (time for time, _, _ in frames if (time - here) * direction > self.frame / 2)
                found += [self.film(layer, time) for time in near]
        return min(found, key=lambda time: abs(time - self._playhead())) if found else None

    def move_keyframe(self, label: str, place: str, direction: int) -> None:
        """The nearest one before (-1) or after (1) the playhead comes here, in each layer that has one."""

        def change(document: edits.Document) -> None:
            for layer in self.layers:
                path, here, moment = _joined(layer, place), self.time(layer), self.moment(layer)
                frames = timed(edits.value_or(document, path), moment)
                way = [each for each in frames if (each[0] - here) * direction > self.frame / 2]
                if way:
                    _, _, number = min(way, key=lambda each: abs(each[0] - here))
                    edits.move_keyframe(document, path, number, here)

        self.project.edit(label, change)

    def segment(self, place: str) -> int | None:
        """The number of the keyframe at or before the playhead, with one after it: whose easing counts now."""
        if len(self.layers) != 1:
            return None
        (layer,) = self.layers
        frames = timed(self.each(place)[0], self.moment(layer))
        before = [k for time, _, k in frames[:-1] if time <= self.time(layer) + self.frame / 2]
        return before[-1] if before else frames[0][2] if len(frames) > 1 else None


def _joined(layer: str, place: str) -> str:
    return f"{layer}.{place}".strip(".") if not place.startswith("[") else f"{layer}{place}"


def _make_way(document: edits.Document, path: str) -> None:
    """A name that stands where settings will: "fadeUp" becomes {"type": "fadeUp"}."""
    steps = edits.steps_of(path)
    for k in range(1, len(steps)):
        here = edits.value_or(document, steps[:k])
        if isinstance(here, str) and isinstance(steps[k], str):
            edits.set_value(document, edits.path_of(steps[:k]), {"type": here})
