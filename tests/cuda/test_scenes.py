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
