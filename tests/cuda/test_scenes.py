"""Every golden scene by the CUDA compositor, its kernels built by the host's compiler, against the CPU's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cuda.comparing import SCENES, compared, scene_and_frame
from tests.cuda.host_device import HostDevice


@pytest.mark.parametrize("path", sorted(SCENES.glob("*.json")), ids=lambda path: path.stem)
def test_scene_looks_as_on_the_processor(path: Path) -> None:
    found, _ = compared(*scene_and_frame(path), HostDevice())
    assert found.is_near, found


def test_no_effect_brings_pixels_down() -> None:
    """All of them are kernels: what is drawn stays on the card until it is a frame."""
    from render_engine.cpu import effects as by_processor
    from render_engine.cuda import effects as by_card

    names = {path.stem for path in Path(by_processor.__file__).parent.glob("*.py")}
    assert {path.stem for path in Path(by_card.__file__).parent.glob("*.py")} == names
