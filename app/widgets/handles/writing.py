"""A pose as the document writes it: px or percent as it was, at the playhead where it moves by keyframes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication

from app.document_edits import Document, exact, is_number, parent_of, set_value, steps_of, value_or
from app.widgets.handles.box import Box
from app.widgets.handles.drags import Pose
from app.widgets.inspector.moving import is_sprung, moves
from app.widgets.inspector.target import MIXED, UNSET, Target

STACKS = ("stack", "card", "repeat")
PLACES = ("position", "scale", "rotation")
UNWRITTEN: Mapping[str, Any] = {"position": ["50%", "50%"], "scale": 1, "rotation": 0}


def hindrance(document: Mapping[str, Any], path: str) -> str | None:
    """Why a layer is not placed by hand."""
    parent = value_or(document, parent_of(path), {}) if path else {}
    layer = value_or(document, path, {})
    if steps_of(path)[-1] == "layer":
        return _tr("It is one of several: its repeat places it.")
    flex = layer.get("flex")
    if parent.get("type") in STACKS and not (isinstance(flex, dict) and flex.get("absolute")):
        return _tr("Its stack places it. Change the stack, or its order in it.")
    for name in PLACES:
        value = layer.get(name)
        if isinstance(value, dict) and "$prop" in value:
            return _tr("Its {} comes from the prop “{}”.").format(name, value["$prop"])
    return None


def is_still(document: Mapping[str, Any], path: str) -> bool:
    """Whether the anchor can be moved: the position, which then changes too, is one and the same at all times."""
    return not moves(value_or(document, f"{path}.position"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("", text)


@dataclass(frozen=True)
class Placing:
    """Of one layer, as it stands when a drag begins. `target`: its places in the document, at the playhead."""

    target: Target
    box: Box
    pose: Pose

    @classmethod
    def of(cls, target: Target, box: Box) -> Placing:
        scale, rotation = _now(target, "scale"), _now(target, "rotation")
        pair = tuple(scale) if isinstance(scale, list) else (scale, scale)
        share = (box.anchor.x() / (box.width or 1), box.anchor.y() / (box.height or 1))
        pose = Pose((box.position.x(), box.position.y()), (float(pair[0]), float(pair[1])), float(rotation), share)
        return cls(target, box, pose)

    def write(self, document: Document, pose: Pose) -> None:
        """What differs."""
        (path,), before = self.target.layers, self.pose
        if pose.anchor != before.anchor:
            set_value(document, f"{path}.anchor", [exact(round(share, 4)) for share in pose.anchor])
        if pose.position != before.position:
            by = (pose.position[0] - before.position[0], pose.position[1] - before.position[1])
            self._put(document, "position", lambda value: self._shifted(value, by), self._point(pose.position))
        if pose.scale != before.scale:
            ratio = tuple(b / a if a else 1.0 for a, b in zip(before.scale, pose.scale, strict=True))
            self._put(document, "scale", lambda value: _grown(value, ratio), _scale(pose.scale))
        if pose.rotation != before.rotation:
            turned = pose.rotation - before.rotation
            self._put(document, "rotation", lambda value: exact(round(value + turned, 2)), _degrees(pose.rotation))

    def _put(self, document: Document, place: str, change: Callable[[Any], Any], value: Any) -> None:
        """A spring keeps its way, and is moved as a whole."""
        (written,) = self.target.each(place)
        if is_sprung(written):
            value = {**written, "from": change(written["from"]), "to": change(written["to"])}
        self.target.put(document, place, value)

    def _point(self, position: tuple[float, float]) -> list[Any]:
        now = _now(self.target, "position")
        return [_length(px, *each) for px, each in zip(position, self._parts(now), strict=True)]

    def _shifted(self, value: Any, by: tuple[float, float]) -> list[Any]:
        parts = self._parts(value)
        return [_length(_px(*part) + way, *part) for part, way in zip(parts, by, strict=True)]

    def _parts(self, value: Any) -> list[tuple[Any, float]]:
        """As it is written, and what is 100 % of it, px."""
        return list(zip(value, self.box.parent_size, strict=True))


def _now(target: Target, place: str) -> Any:
    value = target.now(place)
    return UNWRITTEN[place] if value is UNSET or value is MIXED or isinstance(value, dict) else value


def _length(px: float, written: Any, whole: float) -> Any:
    """Percent stays percent: a film of another size keeps its arrangement."""
    if isinstance(written, str) and whole:
        return f"{exact(round(100 * px / whole, 3)):g}%"
    return exact(round(px, 1))


def _px(written: Any, whole: float) -> float:
    return float(written) if is_number(written) else float(str(written).rstrip("%")) * whole / 100


def _scale(pair: tuple[float, float]) -> Any:
    across, down = (exact(round(each, 4)) for each in pair)
    return across if across == down else [across, down]


def _grown(value: Any, ratio: tuple[float, ...]) -> Any:
    pair = value if isinstance(value, list) else [value, value]
    return _scale((pair[0] * ratio[0], pair[1] * ratio[1]))


def _degrees(value: float) -> float:
    return exact(round(value, 2))
