"""A small film to try commands on."""

import json
from pathlib import Path

import pytest


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """160×90, 10 frames a second, 2 s: a word on a red ground that fades to blue."""
    document = {
        "framekiln": 1,
        "size": [160, 90],
        "fps": 10,
        "duration": 2,
        "background": "red",
        "props": {"word": {"type": "string", "default": "Hello"}, "size": {"type": "number", "default": 30}},
        "layers": [
            {"type": "shape", "fill": "blue", "opacity": {"keyframes": [{"at": 0, "value": 0}, {"at": 1, "value": 1}]}},
            {"type": "text", "text": "${word}", "size": {"$prop": "size"}},
        ],
    }
    path = tmp_path / "film.json"
    path.write_text(json.dumps(document))
    return path
