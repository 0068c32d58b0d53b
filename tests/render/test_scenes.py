"""Golden scenes: tests/scenes/NAME.json, 200 px and one behaviour each, beside NAME.png.

A scene without a picture gets one, and fails that run: look at it before you commit it. To redraw one, delete its PNG.
`"comment": "at 0.5"` names the time that is drawn; the start if left out.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from render_engine.document.load import load_source
from render_engine.stills import still

SCENES = Path(__file__).parent.parent / "scenes"
TOLERANCE = 2  # levels of 255: what the least bit of a float may move, and no more


def drawn(scene: Path) -> np.ndarray:
    loaded = load_source(str(scene))
    comment = loaded.composition.comment
    return still(loaded, Fraction(comment.removeprefix("at ")) if comment.startswith("at ") else Fraction(0))


@pytest.mark.parametrize("scene", sorted(SCENES.glob("*.json")), ids=lambda path: path.stem)
def test_scene_is_drawn_as_before(scene: Path, tmp_path: Path) -> None:
    picture, reference = drawn(scene), scene.with_suffix(".png")
    assert max(picture.shape[:2]) <= 200, "a golden scene is at most 200 px wide and high"
    if not reference.exists():
        Image.fromarray(picture).save(reference, optimize=True)
        pytest.fail(f"{reference.name} was drawn for the first time: look at it, then run again")
    expected = np.asarray(Image.open(reference).convert("RGBA"))
    assert expected.shape == picture.shape
    far = np.abs(expected.astype(int) - picture).max(-1) > TOLERANCE
    if far.any():
        kept = tmp_path / f"{scene.stem}.png"
        cv2.imwrite(str(kept), cv2.cvtColor(picture, cv2.COLOR_RGBA2BGRA))
        pytest.fail(f"{scene.stem}: {int(far.sum())} px differ from {reference}; drawn now: {kept}")
