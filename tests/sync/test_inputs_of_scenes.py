"""Every file that a render reads travels: a kind of layer that names files in a new way is found out here."""

from __future__ import annotations

from pathlib import Path

import pytest

from render_engine.document.load import load_source
from render_engine.film import open_scene
from sync.inputs.bundle import bundle

SCENES = Path(__file__).parents[1] / "scenes"


@pytest.mark.parametrize(
    "source",
    sorted(path for path in SCENES.glob("*.json") if "transition-" not in path.stem),
    ids=lambda path: path.stem,
)
def test_what_travels_is_what_a_render_reads(source: Path) -> None:
    loaded = load_source(str(source))
    read = {path.resolve() for path in open_scene(loaded).inputs}
    assert {path.resolve() for path in bundle(loaded, {}).files.values()} == read
