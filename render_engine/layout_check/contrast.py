"""Whether a text stands out from what is under it: its frame is drawn with all texts and with none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
from numpy.typing import NDArray

from render_engine.cpu.compositor import Compositor
from render_engine.cpu.pictures import Pictures
from render_engine.display_list import Glyphs, Group, Op
from render_engine.layout_check.rules import Finding
from render_engine.layout_check.texts import TextAt, texts
from render_engine.matrix import map_box
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.scene import Scene

LEAST = 3.0  # WCAG's ratio for large text
INK = 0.6  # of the strongest difference: px that are letter through and through

Light = NDArray[np.float64]  # relative luminance of each px


def contrast_findings(scene: Scene) -> list[Finding]:
    """Texts with a ratio under 3 : 1, judged at their rest. Two frames are drawn for each time."""
    pictures = Pictures(scene.media)
    compositor = Compositor(scene.width, scene.height, scene.fonts, pictures)

    @cache
    def frames(time: Fraction) -> tuple[Light, Light]:
        shown = evaluate(scene, time)
        pictures.next_frame()
        written, _ = compositor.draw(shown)
        light = luminance(written)
        bare, _ = compositor.draw(replace(shown, items=tuple(without_text(shown.items))))
        return light, luminance(bare)

    try:
        found = [
            (text, _ratio(text, scene, *frames(_frame(text, scene)))) for text in texts(scene) if text.rest is not None
        ]
    finally:
        pictures.close()
    return [_finding(text, ratio) for text, ratio in found if ratio is not None and ratio < LEAST]


def _frame(text: TextAt, scene: Scene) -> Fraction:
    assert text.rest is not None
    return Fraction(int(text.rest * float(scene.fps))) / scene.fps


def without_text(items: tuple[Op, ...]) -> Iterator[Op]:
    for op in items:
        if isinstance(op, Group):
            rest = tuple(without_text(op.items))
            if rest:
                yield op if rest == op.items else replace(op, items=rest)
        elif not isinstance(op, Glyphs):
            yield op


def luminance(canvas: NDArray[np.uint8]) -> Light:
    """Of premultiplied BGRA over black: WCAG's relative luminance, 0…1."""
    straight = canvas[..., 2::-1] / 255.0
    linear = np.where(straight <= 0.04045, straight / 12.92, ((straight + 0.055) / 1.055) ** 2.4)
    light: Light = linear @ np.array([0.2126, 0.7152, 0.0722])
    return light


def _ratio(text: TextAt, scene: Scene, written: Light, bare: Light) -> float | None:
    """The median over the px of its letters; None where none of them is seen."""
    area = _area(text, scene)
    if area is None:
        return None
    letters, ground = written[area], bare[area]
    away = np.abs(letters - ground)
    if not away.size or away.max() < 1 / 255:
        return None if not away.size else 1.0
    ink = away >= INK * away.max()
    high, low = np.maximum(letters, ground)[ink], np.minimum(letters, ground)[ink]
    return float(np.median((high + 0.05) / (low + 0.05)))


def _area(text: TextAt, scene: Scene) -> tuple[slice, slice] | None:
    """The px of the output that its lines cover."""
    assert text.rest is not None
    box = text.box(text.rest)
    placed = map_box(scene.root, box) if box else None
    if placed is None:
        return None
    x0, y0, x1, y1 = (max(0, round(edge)) for edge in placed)
    return slice(y0, y1), slice(x0, x1)


def _finding(text: TextAt, ratio: float) -> Finding:
    assert text.rest is not None
    words = " ".join(text.layout.text.split())[:32]
    message = f"“{words}” stands out from what is under it by {ratio:.1f} : 1, less than {LEAST:.0f} : 1"
    return Finding("contrast", "warning", text.path, text.id, round(text.rest, 3), round(ratio, 2), message)
