"""The preview on a card: the real process over a driver whose card is the host; and what it does without one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.preferences import Preferences
from app.preview.drawn_by import Choice
from app.preview.player import Player, Shown, Source
from app.preview.sound import SoundOut
from app.widgets.canvas import Canvas
from app.widgets.transport import Transport
from tests.app.gui.test_player import assert_shows, at, is_shown, silent
from tests.app.gui.windows import window as window  # a fixture
from tests.cuda.comparing import difference
from tests.cuda.drivers import drivers, run_python

Open = Callable[..., Player]
CLIP = Path(__file__).parents[3] / "resources/media/bigbuckbunny.mp4"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """160×90, 20 frames: a glowing group that turns, and a word."""
    turning = {"keyframes": [{"at": 0, "value": 0}, {"at": 2, "value": 90}]}
    rect = {"type": "shape", "shape": "rect", "size": [60, 40], "fill": "#fa0"}
    glow = {"type": "glow", "radius": 6}
    layers = [
        {"type": "group", "layers": [rect], "rotation": turning, "effects": [glow], "opacity": 0.8},
        {"type": "text", "text": "Card", "size": 30},
    ]
    document = {"framekiln": 1, "size": [160, 90], "fps": 10, "duration": 2, "background": "#124", "layers": layers}
    path = tmp_path / "film.json"
    path.write_text(json.dumps(document))
    return path


@pytest.fixture
def card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For processes that begin from now on."""
    for name, value in drivers(tmp_path / "driver").items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def told() -> list[str]:
    """Troubles."""
    return []


@pytest.fixture
def opened(qtbot: QtBot, film: Path, told: list[str]) -> Iterator[Open]:
    made: list[Player] = []

    def open_one(renderer: Choice = "auto", divider: int = 1) -> Player:
        player = Player(sound=SoundOut(silent))
        made.append(player)
        player.trouble.connect(told.append)
        player.set_divider(divider)  # type: ignore[arg-type]
        player.set_renderer(renderer)
        player.open(Source(str(film), {}))
        qtbot.waitUntil(lambda: player.drawn_by.renderer is not None and is_shown(player, 0))
        return player

    yield open_one
    for player in made:
        player.close()


def pixels(shown: Shown) -> np.ndarray:
    image = shown.image
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()


def chosen(qtbot: QtBot, player: Player, renderer: Choice) -> None:
    """And it draws: the frame in front is drawn anew."""
    player.last_shown = None
    player.set_renderer(renderer)
    qtbot.waitUntil(lambda: is_shown(player, player.frame))


def test_the_card_draws_what_the_processor_would(qtbot: QtBot, card: None, opened: Open) -> None:
    player = opened()
    assert player.drawn_by.reason == "Drawn by Fake Card"
    chosen(qtbot, player, "cuda")
    by_card = [pixels(at(qtbot, player, frame)) for frame in (0, 7, 19)]
    chosen(qtbot, player, "cpu")
    assert player.drawn_by.reason == "Drawn by the processor, as you chose"
    by_processor = [pixels(at(qtbot, player, frame)) for frame in (0, 7, 19)]
    assert all(difference(one, other).is_near for one, other in zip(by_card, by_processor, strict=True))
    assert any((one != other).any() for one, other in zip(by_card, by_processor, strict=True)), "two drew them"


def test_what_is_seen_is_what_the_card_renders(qtbot: QtBot, card: None, opened: Open, film: Path) -> None:
    out = film.with_name("film.mp4")
    words = ["render", str(film), "-o", str(out), "--renderer", "cuda", "--encoder", "x264"]
    subprocess.run([sys.executable, "-m", "app", *words], check=True, capture_output=True)
    player = opened()
    chosen(qtbot, player, "cuda")
    assert_shows(qtbot, player, out)


def test_videos_are_the_same_forward_and_back(qtbot: QtBot, card: None, opened: Open, film: Path) -> None:
    document = json.loads(film.read_text())
    clip = {"type": "video", "source": str(CLIP), "size": [160, 90], "rotation": 3}
    film.write_text(json.dumps(document | {"layers": [clip, *document["layers"]]}))
    player = opened()
    by_card, by_processor = [], []
    for renderer, found in (("cuda", by_card), ("cpu", by_processor)):
        chosen(qtbot, player, renderer)  # type: ignore[arg-type]
        found += [pixels(at(qtbot, player, frame)) for frame in (0, 12, 19, 3)]
        assert player.drawn_by.renderer
        assert player.drawn_by.renderer.name == renderer
    assert all(difference(one, other).is_near for one, other in zip(by_card, by_processor, strict=True))


def test_it_is_said_over_the_picture_and_where_it_is_chosen(qtbot: QtBot, card: None, opened: Open) -> None:
    player = opened()
    canvas = Canvas(player)
    transport = Transport(player, canvas)
    qtbot.addWidget(canvas)
    qtbot.addWidget(transport)
    assert canvas.words() == "Full  ·  Fake Card"
    with qtbot.waitSignal(player.process.renderer):
        transport.actions_by_name["renderer-cpu"].trigger()
    assert canvas.words() == "Full  ·  Processor"
    assert transport._resolution.toolTip().endswith("Drawn by the processor, as you chose")
    assert [action.objectName() for action in transport.work.renderers.actions() if action.isChecked()] == [
        "renderer-cpu"
    ]


BEFORE_THE_FIRST = """
import sys
from fractions import Fraction
import numpy as np
from app.preview.painter import Painter
from render_engine.cpu.pictures import Pictures
from render_engine.document.load import load_source
from render_engine.film import open_scene
from render_engine.timeline.evaluate import evaluate
scene = open_scene(load_source(sys.argv[1]))
painter = Painter(print)
painter.begin(scene, Pictures(scene.media), "auto")
painter.draw(evaluate(scene, Fraction(0)), np.zeros((90, 160, 4), np.uint8))
print([name for name in sys.modules if name.split(".")[0] == "cuda" or name.startswith("render_engine.cuda.")])
"""


def test_the_first_picture_waits_for_nothing_of_a_card(tmp_path: Path, film: Path) -> None:
    answer = run_python("-c", BEFORE_THE_FIRST, str(film), environment=drivers(tmp_path / "driver"))
    assert answer.stdout == "[]\n", answer.stderr


def test_a_card_that_fails_is_told_and_the_processor_goes_on(
    qtbot: QtBot, card: None, opened: Open, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_LAUNCHES", "5")
    player = opened()
    for frame in range(20):
        at(qtbot, player, frame)
    assert told == ["Preview: the card failed: the NVIDIA driver refused: unspecified launch failure"]
    assert player.drawn_by.words == "Processor"
    assert player.process.deaths == 0


def test_a_driver_that_takes_the_process_with_it_is_not_asked_again_unasked(
    qtbot: QtBot, card: None, opened: Open, told: list[str]
) -> None:
    player = opened()
    qtbot.waitUntil(lambda: player.drawn_by.words == "Fake Card")
    player.process.kill()
    qtbot.waitUntil(lambda: player.drawn_by.words == "Processor")
    assert "the processor draws from now on" in told[0]
    at(qtbot, player, 19)
    player.set_renderer("auto")
    qtbot.waitUntil(lambda: player.drawn_by.words == "Fake Card")


def test_the_settings_say_who_draws(qtbot: QtBot, card: None, window: MainWindow, film: Path) -> None:
    window.preferences.set(renderer="cpu")
    window.open_source(str(film))
    qtbot.waitUntil(lambda: window.player.drawn_by.words == "Processor")
    window.preferences.set(renderer="auto")
    qtbot.waitUntil(lambda: window.player.drawn_by.words == "Fake Card")
    window.transport.actions_by_name["renderer-cpu"].trigger()
    window.preferences.remember_folder("media", str(film.parent))
    assert window.player.drawn_by.asked == "cpu", "what is chosen below the picture outlives other preferences"
    assert Preferences.open(window.preferences.folder).values.renderer == "auto"


def test_a_film_that_the_card_has_no_memory_for_is_drawn_by_the_processor(
    qtbot: QtBot, card: None, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_MEMORY", "57344")
    player = opened(divider=4)
    at(qtbot, player, 19)
    assert player.drawn_by.words == "Fake Card"
    with qtbot.waitSignal(player.trouble) as told:
        player.set_divider(1)
    assert told.args == ["Preview: the card has too little memory for this film"]
    qtbot.waitUntil(lambda: player.last_shown is not None and player.last_shown.image.width() == 160)
    player.set_divider(4)
    qtbot.waitUntil(lambda: player.drawn_by.words == "Fake Card")


@pytest.mark.parametrize("asked", ["auto", "cuda"])
def test_without_a_card_the_processor_draws_and_it_is_said_why(
    qtbot: QtBot, opened: Open, told: list[str], asked: Choice
) -> None:
    player = opened("cpu")
    player.set_renderer(asked)
    why = "no NVIDIA driver: libcuda.so.1 cannot be loaded"
    qtbot.waitUntil(lambda: player.drawn_by.reason == f"Drawn by the processor: {why}")
    assert told == ([f"Preview: {why}"] if asked == "cuda" else []), "who asks for a card is told that there is none"
