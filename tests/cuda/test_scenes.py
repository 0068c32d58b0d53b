"""Every golden scene by the CUDA compositor, its kernels built by the host's compiler, against the CPU's."""

from __future__ import annotations

from pathlib import Path

import pytest

from render_engine.cpu import effects as by_processor
from render_engine.cuda import effects as by_card
from render_engine.document.load import load_source
from render_engine.document.templates import TEMPLATES
from render_engine.film import open_scene
from render_engine.timeline.evaluate import evaluate
from tests.cuda.comparing import SCENES, compared, scene_and_frame
from tests.cuda.host_device import HostDevice


@pytest.mark.parametrize("path", sorted(SCENES.glob("*.json")), ids=lambda path: path.stem)
def test_scene_looks_as_on_the_processor(path: Path) -> None:
    found, _ = compared(*scene_and_frame(path), HostDevice())
    assert found.is_near, found


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_template_looks_as_on_the_processor(name: str) -> None:
    scene = open_scene(load_source(name, size=(480, 270)))
    for moment in (0.2, 0.7):
        number = int(moment * scene.frames)
        found, _ = compared(scene, evaluate(scene, number / scene.fps), HostDevice())
        assert found.is_near, (number, found)


def test_no_effect_brings_pixels_down() -> None:
    """All of them are kernels: what is drawn stays on the card until it is a frame."""
    names = {path.stem for path in Path(by_processor.__file__).parent.glob("*.py")}
    assert {path.stem for path in Path(by_card.__file__).parent.glob("*.py")} == names
