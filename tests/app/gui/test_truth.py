"""What is seen is what is rendered: the preview's pixels beside those of `framekiln still`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.preview.player import Player, Source
from app.preview.sound import SoundOut
from render_engine.document.load import load_source
from render_engine.stills import still
from tests.app.gui.test_player import is_shown, silent

SIZE = (640, 360)
FRAME = 14
LEAST = 30.0  # dB: edges fall between pixels otherwise when they are drawn small than when they are made small

LAYERS: list[dict[str, Any]] = [
    {"type": "gradient", "fill": {"type": "linear", "stops": ["#102040", "#e06020"]}},
    {
        "type": "shape",
        "shape": "ellipse",
        "size": [200, 200],
        "fill": "#40c080",
        "position": [200, 180],
        "opacity": 0.7,
    },
    {"type": "text", "text": "What is seen", "size": 64, "effects": [{"type": "drop_shadow", "radius": 8}]},
    {
        "type": "shape",
        "size": [120, 40],
        "fill": "white",
        "position": {"keyframes": [{"at": 0, "value": [60, 40]}, {"at": 1, "value": [580, 320]}]},
        "rotation": 20,
        "effects": [{"type": "blur", "radius": 4}],
    },
]


@pytest.fixture(params=["#000", "transparent"])
def rich(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    layers = LAYERS if request.param == "#000" else LAYERS[1:]
    fields = {"framekiln": 1, "size": SIZE, "fps": 30, "duration": 1, "background": request.param, "layers": layers}
    path = tmp_path / "rich.json"
    path.write_text(json.dumps(fields))
    return path


@pytest.fixture
def player(qtbot: QtBot) -> Iterator[Player]:
    made = Player(sound=SoundOut(silent))
    yield made
    made.close()


def seen(qtbot: QtBot, player: Player, path: Path, divider: Any) -> np.ndarray[Any, Any]:
    """Straight RGBA."""
    player.set_divider(divider)
    with qtbot.waitSignal(player.opened):
        player.open(Source(str(path), {}))
    player.seek(FRAME)
    qtbot.waitUntil(lambda: is_shown(player, FRAME))
    assert player.last_shown
    image = player.last_shown.image.convertToFormat(QImage.Format.Format_RGBA8888)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()


def rendered(path: Path, size: tuple[int, int]) -> np.ndarray[Any, Any]:
    return still(load_source(str(path), size=size), Fraction(FRAME, 30))


def test_in_full_each_pixel_is_the_stills(qtbot: QtBot, player: Player, rich: Path) -> None:
    differs = np.abs(seen(qtbot, player, rich, 1).astype(int) - rendered(rich, SIZE))
    assert differs.max() <= (0 if player.film and player.film.opaque else 1)  # Qt divides by alpha in its own way


@pytest.mark.parametrize("divider", [2, 4])
def test_smaller_it_is_the_same_picture(qtbot: QtBot, player: Player, rich: Path, divider: int) -> None:
    small = seen(qtbot, player, rich, divider)
    full = cv2.resize(premultiplied(rendered(rich, SIZE)), small.shape[1::-1], interpolation=cv2.INTER_AREA)
    error = np.mean((premultiplied(small) - full) ** 2)
    assert 10 * np.log10(255**2 / error) > LEAST


def premultiplied(pixels: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.dstack([pixels[..., :3] * (pixels[..., 3:] / 255), pixels[..., 3]]).astype(np.float32)
