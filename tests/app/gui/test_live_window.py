"""A film whose files are saved by another program, in a real window: how soon it is seen, and what is told when it breaks."""

from __future__ import annotations

import json
import statistics
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from tests.app.gui.windows import SQUARE, color, document, film, opened, window

__all__ = ["film", "window"]

PYTHON = """
from framekiln_colours import FILL
from render_engine.document.composition import Composition

def compose():
    square = {"type": "shape", "shape": "rect", "size": [64, 36], "fill": FILL, "position": [32, 18]}
    return Composition(size=(64, 36), fps=10, duration=1, layers=[square])
"""
COLORS = ("#00ff00", "#0000ff", "#ffff00", "#00ffff", "#ff00ff")


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "film.py").write_text(PYTHON)
    (tmp_path / "framekiln_colours.py").write_text('FILL = "#ff0000"\n')
    return tmp_path / "film.py"


def test_what_is_saved_elsewhere_is_seen_and_the_playhead_stays(
    qtbot: QtBot, window: MainWindow, film: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """How soon is printed, and not held: other tests may have the machine."""
    opened(qtbot, window, film)
    window.player.seek(7)
    took = []
    for fill in COLORS:
        began = time.perf_counter()
        film.write_text(json.dumps(document(layers=[{**SQUARE, "fill": fill}])))
        qtbot.waitUntil(lambda fill=fill: color(window) == fill)
        took.append(1000 * (time.perf_counter() - began))
    assert window.player.frame == 7
    with capsys.disabled():
        print(f"\nsaved elsewhere → seen: {statistics.median(took):.0f} ms (median of {len(took)})")


def test_modules_beside_a_python_file_are_live(qtbot: QtBot, window: MainWindow, program: Path) -> None:
    opened(qtbot, window, f"{program}:compose")
    window.player.seek(7)
    module = program.with_name("framekiln_colours.py")
    for fill in COLORS:  # of one length, within one second: no compiled copy is taken for it
        module.write_text(f'FILL = "{fill}"\n')
        qtbot.waitUntil(lambda fill=fill: color(window) == fill)
    with qtbot.waitSignal(window.player.failed) as told:
        module.write_text("FILL = #")
    assert "framekiln_colours.py, line 1" in told.args[0].problems[0].message
    assert color(window) == COLORS[-1]
    module.write_text('FILL = "#ffffff"\n')
    qtbot.waitUntil(lambda: color(window) == "#ffffff")
    assert not window.canvas.card.isVisible()
    assert window.player.frame == 7
    assert not (program.parent / "__pycache__").exists()


def test_a_module_that_was_broken_at_first_is_seen_when_it_is_mended(
    qtbot: QtBot, window: MainWindow, program: Path
) -> None:
    module = program.with_name("framekiln_colours.py")
    module.write_text("FILL = #")
    with qtbot.waitSignal(window.player.failed):
        window.open_source(f"{program}:compose")
    with qtbot.waitSignal(window.player.shown):
        module.write_text('FILL = "#00ff00"\n')
    assert color(window) == "#00ff00"


def test_a_problem_in_the_file_is_told_with_its_line_and_path(qtbot: QtBot, window: MainWindow, film: Path) -> None:
    opened(qtbot, window, film)
    with qtbot.waitSignal(window.player.failed) as told:
        film.write_text(json.dumps(document(layers=[{**SQUARE, "fill": "no colour"}]), indent=2))
    problem = told.args[0].problems[0]
    assert problem.path == "layers[0].fill"
    assert '"fill"' in film.read_text().splitlines()[problem.line - 1]
    assert "line" in window.canvas.card.accessibleDescription()
    assert color(window) == "#ff0000"


def test_a_file_that_was_missing_is_seen_when_it_comes(qtbot: QtBot, window: MainWindow, film: Path) -> None:
    from PySide6.QtGui import QImage

    picture = {"type": "image", "source": "pictures/green.png", "size": [64, 36], "position": [32, 18]}
    (film.parent / "pictures").mkdir()
    film.write_text(json.dumps(document(layers=[picture])))
    with qtbot.waitSignal(window.player.failed):
        window.open_source(str(film))
    green = QImage(64, 36, QImage.Format.Format_RGB32)
    green.fill("#00ff00")
    with qtbot.waitSignal(window.player.shown):
        green.save(str(film.parent / "pictures" / "green.png"))
    qtbot.waitUntil(lambda: color(window) == "#00ff00")
