"""A document's layers, resolved and evaluated: what tests of layers look at."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from render_engine.display_list import Op
from render_engine.document.composition import Composition
from render_engine.timeline.evaluate import evaluate
from render_engine.timeline.resolve import resolve
from render_engine.timeline.scene import Scene


def scene(*layers: dict[str, Any], base: Path = Path(), **more: Any) -> Scene:
    document = {"size": [200, 100], "duration": 4, "layers": list(layers), **more}
    return resolve(Composition.model_validate(document), base)


def drawn(*layers: dict[str, Any], at: float | Fraction = 0, base: Path = Path(), **more: Any) -> tuple[Op, ...]:
    return evaluate(
        scene(*layers, base=base, **more), at if isinstance(at, Fraction) else Fraction(repr(float(at)))
    ).items
