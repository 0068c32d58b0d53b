"""What docs/motion.md shows can be copied: every piece of JSON in it is drawn."""

import json
import re
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from render_engine.document.load import load_source
from render_engine.stills import still

ROOT = Path(__file__).parents[2]
PIECES = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", (ROOT / "docs/motion.md").read_text(), re.S)]


@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.get("type", "document"))
def test_a_piece_in_the_documentation_shows_something(piece: dict, tmp_path: Path) -> None:
    whole = piece if "layers" in piece and "type" not in piece else _document(piece)
    shutil.copy(ROOT / "resources/media/rocket.jpg", tmp_path / "photo.jpg")
    shutil.copy(ROOT / "resources/media/check-mark.json", tmp_path)
    (tmp_path / "film.json").write_text(json.dumps(whole))
    picture = still(load_source(str(tmp_path / "film.json"), size=(320, 180)), Fraction(3))
    assert len({tuple(px) for px in picture[::4, ::4].reshape(-1, 4)}) > 3


def _document(layer: dict) -> dict:
    return {"framekiln": 1, "size": [1280, 720], "duration": 4, "background": "#1e1b4b", "layers": [layer]}
