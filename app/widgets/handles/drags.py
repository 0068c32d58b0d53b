"""What a drag makes of a layer's pose. Pure: from where it began, from the hand's place now, from the keys that are held.

All is told from the beginning of the drag, so that going back with the hand goes back with the layer.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF
from PySide6.QtGui import QTransform

from app.widgets.handles.box import Box

SMALLEST = 0.01  # of its size that a drag leaves of a layer
STEP = 15.0  # degrees, with Shift
UPRIGHT, TOLERANT = 45.0, 2.0  # degrees: as near to a multiple of the first, it is that


@dataclass(frozen=True)
class Pose:
    """Position in px of the parent, scale, degrees, and the anchor as shares of the size."""

    position: tuple[float, float]
    scale: tuple[float, float]
    rotation: float
    anchor: tuple[float, float]


@dataclass(frozen=True)
class Held:
    """Keys that are held while the hand moves."""

    shift: bool = False
    alt: bool = False
    ctrl: bool = False


@dataclass(frozen=True)
class Placed:
    """A pose, and the box that shows it until the process has told the true one."""

    pose: Pose
    box: Box


def move(box: Box, pose: Pose, by: QPointF) -> Placed:
    """`by`: px of the film."""
    back, _ = box.parent.inverted()
    start = box.anchor_in_film
    return _shifted(box, pose, back.map(start + by) - back.map(start))


def scale(box: Box, pose: Pose, grip: tuple[float, float], to: QPointF, held: Held) -> Placed:
    """By the handle at these shares of the box. What is opposite stays; with Alt the middle does. A corner keeps the
    proportions, unless Shift is held."""
    back, _ = box.to_film.inverted()
    hand, handle = back.map(to), QPointF(grip[0] * box.width, grip[1] * box.height)
    across, down = (0.5, 0.5) if held.alt else (1 - grip[0], 1 - grip[1])
    still = QPointF(across * box.width, down * box.height)
    by = _ratios(hand - still, handle - still, grip, held)
    grown = _about(box.anchor, QTransform.fromScale(*by)) * box.in_parent
    by_x, by_y = by
    larger = replace(pose, scale=(pose.scale[0] * by_x, pose.scale[1] * by_y))
    return _shifted(replace(box, in_parent=grown), larger, box.in_parent.map(still) - grown.map(still))


def _ratios(hand: QPointF, handle: QPointF, grip: tuple[float, float], held: Held) -> tuple[float, float]:
    corner = grip[0] != 0.5 and grip[1] != 0.5
    if corner and not held.shift:
        far = QPointF.dotProduct(handle, handle)
        ratio = max(SMALLEST, QPointF.dotProduct(hand, handle) / far) if far else 1.0
        return ratio, ratio
    return (
        _ratio(hand.x(), handle.x()) if grip[0] != 0.5 else 1.0,
        _ratio(hand.y(), handle.y()) if grip[1] != 0.5 else 1.0,
    )


def _ratio(hand: float, handle: float) -> float:
    return max(SMALLEST, hand / handle) if handle else 1.0


def turn(box: Box, pose: Pose, start: QPointF, to: QPointF, held: Held) -> Placed:
    """About the anchor. With Shift in steps; else it rests when it is upright, unless Ctrl is held."""
    back, _ = box.parent.inverted()
    centre = box.in_parent.map(box.anchor)
    turned = pose.rotation + _degrees(back.map(to) - centre) - _degrees(back.map(start) - centre)
    turned = (turned - pose.rotation + 180) % 360 - 180 + pose.rotation  # the short way
    upright = round(turned / UPRIGHT) * UPRIGHT
    if held.shift:
        turned = round(turned / STEP) * STEP
    elif not held.ctrl and abs(turned - upright) < TOLERANT:
        turned = upright
    by = QTransform().rotate(turned - pose.rotation)
    return Placed(replace(pose, rotation=turned), replace(box, in_parent=box.in_parent * _about(centre, by)))


def _degrees(way: QPointF) -> float:
    return math.degrees(math.atan2(way.y(), way.x()))


def move_anchor(box: Box, pose: Pose, to: QPointF, reach: float) -> Placed:
    """To a point of the film; the picture stays. It rests at edges and centres, `reach` px of the film around them."""
    back, _ = box.to_film.inverted()
    hand = back.map(to)
    shares = [hand.x() / box.width, hand.y() / box.height]
    for point in ((x / 2, y / 2) for x in range(3) for y in range(3)):
        if (way := box.at(*point) - to) and math.hypot(way.x(), way.y()) <= reach:
            shares = list(point)
    anchor = QPointF(shares[0] * box.width, shares[1] * box.height)
    by = box.in_parent.map(anchor) - box.in_parent.map(box.anchor)
    position = (pose.position[0] + by.x(), pose.position[1] + by.y())
    there = replace(box, anchor=anchor, position=QPointF(*position))
    return Placed(replace(pose, position=position, anchor=(shares[0], shares[1])), there)


def along_axis(by: QPointF) -> QPointF:
    """The longer part of a way."""
    return QPointF(by.x(), 0) if abs(by.x()) >= abs(by.y()) else QPointF(0, by.y())


def _shifted(box: Box, pose: Pose, by: QPointF) -> Placed:
    """By px of the parent."""
    position = (pose.position[0] + by.x(), pose.position[1] + by.y())
    moved = box.in_parent * QTransform.fromTranslate(by.x(), by.y())
    return Placed(replace(pose, position=position), replace(box, in_parent=moved, position=QPointF(*position)))


def _about(point: QPointF, change: QTransform) -> QTransform:
    there, back = QTransform.fromTranslate(-point.x(), -point.y()), QTransform.fromTranslate(point.x(), point.y())
    return there * change * back
