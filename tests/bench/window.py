"""python -m tests.bench.window: how soon the window stands, how long it ever is away, and the memory of a long film.

Times of the window are told in what its own thread computes, beside the clock's: what others do to the machine counts not.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from app import document_edits as edits
from app import theme
from app.garbage import Garbage
from app.main_window import MainWindow
from app.preferences import Preferences
from tests.app.gui.beats import MOST, Beats, slowness
from tests.app.gui.random_user import mouse
from tests.bench.preview import long_film, until

LAYERS = 500
STARTS = 3
SOON, LARGEST = 2.0, 800.0  # s until the window stands, MB of all its processes: the goals
START = """
import time, psutil
from app.application import open_application
from app import theme
from app.main_window import MainWindow
from app.preferences import Preferences
application = open_application()
preferences = Preferences.open()
theme.apply(application, "dark")
window = MainWindow(preferences)
window.show()
application.processEvents()
own = psutil.Process()
print(time.time() - own.create_time(), sum(own.cpu_times()[:2]))
window.close()
"""


def started() -> tuple[float, float]:
    """Seconds from the process's beginning until the window is painted, by the clock and of computing."""
    words = subprocess.run([sys.executable, "-c", START], check=True, capture_output=True, text=True).stdout.split()
    return float(words[-2]), float(words[-1])


def megabytes() -> float:
    """Of the window and all its processes; memory that some of them share counts once."""
    window = psutil.Process()
    taken = 0
    for each in (window, *window.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):  # it ended meanwhile
            taken += each.memory_full_info().pss
    return taken / 1e6


def many_layers(folder: Path) -> Path:
    kinds = (
        lambda k: {
            "type": "text",
            "text": f"Line {k}",
            "size": 40,
            "start": k / 100,
            "end": k / 100 + 3,
            "position": [100 + k, 200],
            "opacity": {"keyframes": [{"at": 0, "value": 0}, {"at": 0.5, "value": 1}]},
        },
        lambda k: {"type": "shape", "shape": "rect", "size": [64, 36], "fill": "#ff0000", "position": [k, 180]},
        lambda k: {"type": "group", "layers": [{"type": "text", "text": "in", "size": 30}]},
    )
    layers = [kinds[k % 3](k) for k in range(LAYERS)]
    film = folder / "many.json"
    film.write_text(json.dumps({"framekiln": 1, "size": [1920, 1080], "fps": 30, "duration": 10, "layers": layers}))
    return film


class Day:
    """What a person does with a window, each deed with how long the window was away for it."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.away: dict[str, tuple[float, float]] = {}  # s of computing, and those of a quiet machine

    def do(self, name: str, deed: Callable[[], object], rest: int = 500) -> None:
        """`rest`: ms in which what it set off is done."""
        before = slowness()
        with Beats() as beats:
            deed()
            QTest.qWait(rest)
        self.away[name] = beats.longest, beats.longest / min(before, slowness())

    def command(self, name: str) -> None:
        self.do(name, self.window.commands.all[name].trigger)
        self.close_dialogs()

    def close_dialogs(self) -> None:
        for each in QApplication.topLevelWidgets():
            if each is not self.window and each.isVisible() and (isinstance(each, QDialog) or each.isWindow()):
                each.close()

    def drag(self) -> None:
        view = self.window.timeline.view
        at, none = QPoint(view.width() // 3, view.height() // 2), Qt.KeyboardModifier.NoModifier
        mouse(view.viewport(), QEvent.Type.MouseButtonPress, at, Qt.MouseButton.LeftButton, none)
        for step in range(25):
            mouse(view.viewport(), QEvent.Type.MouseMove, at + QPoint(6 * step, 0), Qt.MouseButton.LeftButton, none)
            QTest.qWait(16)
        mouse(view.viewport(), QEvent.Type.MouseButtonRelease, at, Qt.MouseButton.LeftButton, none)

    def scrub(self) -> None:
        for k in range(60):
            self.window.player.seek(7 * k % 300)
            QTest.qWait(8)

    def live(self, film: Path) -> None:
        window, project, select = self.window, self.window.project, self.window.selection.select
        self.do("open", lambda: (window.open_source(str(film)), until(lambda: window.player.last_shown is not None)))
        self.do("select one", lambda: select(["layers[0]"]))
        self.do("select another kind", lambda: select(["layers[1]"]))
        self.do("select all", lambda: select([f"layers[{k}]" for k in range(LAYERS)]))
        select(["layers[3]", "layers[4]"])
        self.do("change a value", lambda: project.edit("", lambda d: edits.set_value(d, "layers[1].opacity", 0.5)))
        names = (
            "undo",
            "redo",
            "layer-duplicate",
            "layer-delete",
            "undo",
            "layer-group",
            "layer-ungroup",
        )
        for name in names:
            self.command(name)
        self.do("move across", lambda: project.edit("", lambda d: edits.move_layers(d, ["layers[0]"])))
        self.do("drag a bar", self.drag)
        for name in ("add-marker", "save", "timeline-zoom-in", "timeline-fit"):
            self.command(name)
        self.do("keep a recovery copy", project.keep_copy)
        self.do("scrub", self.scrub)
        self.do("play", window.player.play, 3000)
        window.player.pause()
        for name in ("commands", "layer-add", "settings", "render"):
            self.command(name)
        for name in window.docks:
            self.do(f"show {name}", lambda name=name: window.show_dock(name))
        select([f"layers[{k}]" for k in range(LAYERS)])
        self.command("layer-hide")
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        for scheme in ("light", "dark"):
            self.do(f"{scheme} scheme", lambda scheme=scheme: theme.apply(application, scheme))  # type: ignore[misc]


def tell(words: str, figure: str, good: bool) -> None:
    print(f"  {words:<28}{figure}{'' if good else '   MISSED'}")


def main() -> None:
    print("start")
    times = [started() for _ in range(STARTS)]
    clock, computed = (statistics.median(each) for each in zip(*times, strict=True))
    tell("until the window is painted", f"{clock:6.2f} s by the clock, {computed:5.2f} s of computing", clock < SOON)
    application = QApplication.instance() or QApplication(sys.argv)
    assert isinstance(application, QApplication)
    theme.apply(application, "dark")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["FRAMEKILN_HOME"] = str(folder / "home")
        window = MainWindow(Preferences.open(folder / "app"))
        window.exporting.ahead.enable(False)
        Garbage(lambda: window.is_at_rest, application)  # as `framekiln app` has it
        window.show()
        QTest.qWait(4000)
        day = Day(window)
        day.live(many_layers(folder))
        print(f"\nthe longest that the window computed at a time, {LAYERS} layers")
        for deed, (seconds, quiet) in day.away.items():
            tell(deed, f"{1000 * seconds:6.1f} ms, alone about {1000 * quiet:5.1f} ms", quiet < MOST)
        window.project.undo_stack.setClean()
        window.open_source(str(long_film(folder)))
        until(lambda: window.film is not None and window.film.frames > 10_000)
        window.player.play()
        until(lambda: False, 10)
        window.player.pause()
        taken = megabytes()
        print("\nten minutes, played for ten seconds")
        tell("memory of all processes", f"{taken:6.0f} MB", taken < LARGEST)
        window.close()


if __name__ == "__main__":
    started_at = time.time()
    main()
    print(f"\n{time.time() - started_at:.0f} s; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
