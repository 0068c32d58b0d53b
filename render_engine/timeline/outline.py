"""Outlines of the shapes that documents name: rectangles, ellipses, polygons, stars, SVG path data."""

from __future__ import annotations

import math

from render_engine.display_list import Path, rectangle
from render_engine.matrix import Box
from render_engine.timeline.bezier import point_at, segments, turns
from render_engine.timeline.scene import MaskAt

FARTHEST = 1e6  # px that a path may go
KAPPA = 0.5522847498307936  # of a quarter circle as one cubic


def rounded(x: float, y: float, width: float, height: float, radius: float) -> Path:
    r = min(radius, width / 2, height / 2)
    if r <= 0:
        return rectangle(x, y, width, height)
    k = r * (1 - KAPPA)
    x1, y1 = x + width, y + height
    points = (
        x + r, y,
        x1 - r, y, x1 - k, y, x1, y + k, x1, y + r,
        x1, y1 - r, x1, y1 - k, x1 - k, y1, x1 - r, y1,
        x + r, y1, x + k, y1, x, y1 - k, x, y1 - r,
        x, y + r, x, y + k, x + k, y, x + r, y,
    )  # fmt: skip
    return Path("MLCLCLCLCZ", points)


def corners(width: float, height: float, radii: tuple[float, float, float, float]) -> Path:
    """A rect with four radii, from the top left clockwise; all shrink alike where two do not fit on a side."""
    a, b, c, d = radii
    sides = ((a + b, width), (b + c, height), (c + d, width), (d + a, height))
    share = min([1.0, *(side / both for both, side in sides if both > 0)])
    a, b, c, d = (radius * share for radius in radii)
    m = 1 - KAPPA
    points = (
        a, 0, width - b, 0, width - b * m, 0, width, b * m, width, b,
        width, height - c, width, height - c * m, width - c * m, height, width - c, height,
        d, height, d * m, height, 0, height - d * m, 0, height - d,
        0, a, 0, a * m, a * m, 0, a, 0,
    )  # fmt: skip
    return Path("MLCLCLCLCZ", points)


def ellipse(cx: float, cy: float, rx: float, ry: float) -> Path:
    kx, ky = rx * KAPPA, ry * KAPPA
    points = (
        cx + rx, cy,
        cx + rx, cy + ky, cx + kx, cy + ry, cx, cy + ry,
        cx - kx, cy + ry, cx - rx, cy + ky, cx - rx, cy,
        cx - rx, cy - ky, cx - kx, cy - ry, cx, cy - ry,
        cx + kx, cy - ry, cx + rx, cy - ky, cx + rx, cy,
    )  # fmt: skip
    return Path("MCCCCZ", points)


def polygon(points: list[tuple[float, float]]) -> Path:
    return Path("M" + "L" * (len(points) - 1) + "Z", tuple(c for point in points for c in point))


def star(cx: float, cy: float, outer: float, inner: float, points: int) -> Path:
    """`points` tips, the first upwards; inner = outer gives a polygon of twice as many corners."""
    corners = []
    for k in range(2 * points):
        radius = inner if k % 2 else outer
        angle = math.pi * k / points - math.pi / 2
        corners.append((cx + radius * math.cos(angle), cy + radius * math.sin(angle)))
    return polygon(corners)


def regular(cx: float, cy: float, radius: float, sides: int) -> Path:
    turn = 2 * math.pi / sides
    spokes = (turn * k - math.pi / 2 for k in range(sides))
    return polygon([(cx + radius * math.cos(a), cy + radius * math.sin(a)) for a in spokes])


def scaled(path: Path, across: float, down: float, origin: tuple[float, float] = (0.0, 0.0)) -> Path:
    """`origin` goes to (0, 0), and everything grows from there."""
    xs = ((x - origin[0]) * across for x in path.points[0::2])
    ys = ((y - origin[1]) * down for y in path.points[1::2])
    return Path(path.verbs, tuple(c for point in zip(xs, ys, strict=True) for c in point), path.even_odd)


def quantised(path: Path) -> Path:
    """Points to 1/256 px, as display lists want them; −0 becomes 0."""
    return Path(path.verbs, tuple(round(c * 256.0) / 256.0 + 0.0 for c in path.points), path.even_odd)


def tight_box(path: Path) -> Box:
    """Bounds of what is drawn, not of the control points."""
    xs: list[float] = []
    ys: list[float] = []
    for segment in segments(path):
        for share in (0.0, 1.0, *turns(segment, 0), *turns(segment, 1)):
            x, y = point_at(segment, share)
            xs.append(x)
            ys.append(y)
    return (min(xs), min(ys), max(xs), max(ys)) if xs else (0.0, 0.0, 0.0, 0.0)


def mask_outline(mask: MaskAt, seconds: float) -> Path:
    x, y, width, height = mask.box
    by = mask.expand.at(seconds)
    x, y, width, height = x - by, y - by, max(0.0, width + 2 * by), max(0.0, height + 2 * by)
    if mask.shape == "path":
        assert mask.path is not None
        return mask.path
    if mask.shape == "ellipse":
        return ellipse(x + width / 2, y + height / 2, width / 2, height / 2)
    return rounded(x, y, width, height, mask.radius.at(seconds))


def svg_path(data: str) -> Path:
    """SVG path data (arcs become cubics); ValueError where it is not."""
    from fontTools.svgLib.path.parser import parse_path  # type: ignore[import-untyped]  # it ships no types

    pen = _Pen()
    try:
        parse_path(data, pen)
    except (IndexError, KeyError, ZeroDivisionError) as error:
        raise ValueError(f"“{data[:40]}” is not SVG path data") from error
    if not pen.points or not all(abs(c) <= FARTHEST for c in pen.points):
        raise ValueError(f"“{data[:40]}” draws nothing, or goes farther than {FARTHEST:g} px")
    return Path("".join(pen.verbs), tuple(pen.points))


class _Pen:
    """Collects fontTools' pen calls."""

    def __init__(self) -> None:
        self.verbs: list[str] = []
        self.points: list[float] = []

    def _add(self, verb: str, *points: tuple[float, float]) -> None:
        self.verbs.append(verb)
        self.points.extend(float(c) for point in points for c in point)

    def moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - fontTools' pen protocol
        self._add("M", point)

    def lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - fontTools' pen protocol
        self._add("L", point)

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802 - fontTools' pen protocol
        self._add("C", *points)

    def qCurveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802 - fontTools' pen protocol
        self._add("Q", *points)

    def closePath(self) -> None:  # noqa: N802 - fontTools' pen protocol
        self.verbs.append("Z")

    def endPath(self) -> None:  # noqa: N802 - fontTools' pen protocol
        pass
