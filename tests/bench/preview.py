"""python -m tests.bench.preview: how fast the preview opens, plays and seeks, and the memory that it takes.

The window's own player and canvas, on the offscreen platform. Frames that were left out are counted as on screen.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app import theme
from app.preview.player import Player, Shown, Source
from app.widgets.canvas import Canvas
from tests.app.gui.beats import Beats, slowness

HERE = Path(__file__).parent
SEEKS = 40
LONG = 600  # s of the long film
ASSETS = HERE.parent.parent.parent / "shared" / "cases" / "assets"


@dataclass
class Case:
    name: str
    path: Path
    seconds: float = 10.0  # that are played
    props: Mapping[str, Any] = field(default_factory=dict)


def until(done: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Runs the window until something is so; whether it came to be."""
    loop, end = QEventLoop(), time.perf_counter() + seconds
    timer = QTimer(interval=1)
    timer.timeout.connect(lambda: (done() or time.perf_counter() > end) and loop.quit())
    timer.start()
    loop.exec()
    return done()


@contextmanager
def opened(case: Case) -> Iterator[tuple[Player, Canvas, list[Shown]]]:
    player = Player()
    canvas = Canvas(player)
    canvas.resize(1280, 720)
    canvas.show()
    shown: list[Shown] = []
    player.shown.connect(shown.append)
    player.failed.connect(lambda failed: sys.exit(str(failed)))
    player.open(Source(str(case.path), case.props))
    assert until(lambda: bool(shown))
    yield player, canvas, shown
    player.close()
    canvas.deleteLater()


def megabytes(player: Player) -> tuple[float, float]:
    """Of the window and of its process; memory that both share counts once, in the window's."""
    window = psutil.Process()
    child = window.children()[0]
    mine, its = window.memory_full_info(), child.memory_full_info()
    return mine.rss / 1e6, its.uss / 1e6


@dataclass(frozen=True)
class Played:
    fps: float  # that were shown
    skipped: int  # frames
    away: float  # ms: the longest that the window computed at a time
    cost: float  # ms that the process computed for each frame that it drew: what playing needs of a free machine


def play(player: Player, seconds: float) -> Played:
    frames: list[int] = []
    drawn: list[int] = []
    process = psutil.Process().children()[0]
    player.shown.connect(lambda shown: frames.append(shown.frame))
    player.process.drawn.connect(lambda each: drawn.append(each.frame))
    player.seek(0)
    until(lambda: player.frame == 0)
    began, computed = time.perf_counter(), sum(process.cpu_times()[:2])
    with Beats() as beats:
        player.play()
        until(lambda: not player.speed, seconds)
    took, computed = time.perf_counter() - began, sum(process.cpu_times()[:2]) - computed
    player.pause()
    return Played(len(frames) / took, player.skipped, 1000 * beats.longest, 1000 * computed / max(1, len(drawn)))


def seeks(player: Player, shown: list[Shown], frames: list[int]) -> tuple[list[float], list[float]]:
    """ms until something is shown, and until the exact frame is."""
    first, exact = [], []
    for frame in frames:
        if frame == player.frame:
            continue
        del shown[:]
        began = time.perf_counter()
        player.seek(frame)
        until(lambda: bool(shown))
        first.append(1000 * (time.perf_counter() - began))
        until(lambda: shown[-1].exact)
        exact.append(1000 * (time.perf_counter() - began))
    return first, exact


def centiles(times: list[float]) -> str:
    ordered = sorted(times)
    return f"p50 {statistics.median(ordered):6.1f}  p95 {ordered[int(0.95 * (len(ordered) - 1))]:6.1f} ms"


def measure(case: Case) -> None:
    began = time.perf_counter()
    with opened(case) as (player, _canvas, shown):
        print(f"\n{case.name}")
        print(f"  open, first frame   {1000 * (time.perf_counter() - began):6.0f} ms")
        played = play(player, case.seconds)
        print(
            f"  play at {player.resolution_words:<5}       {played.fps:6.1f} fps, {played.skipped} skipped; "
            f"{played.cost:.1f} ms of computing a frame; window away {played.away:.0f} ms"
        )
        rng = random.Random(7)
        frames = [rng.randrange(player.film.frames) for _ in range(SEEKS)] if player.film else []
        anew(player, shown)
        first, exact = seeks(player, shown, frames)
        print(f"  seek, a picture     {centiles(first)}")
        print(f"  seek, exact         {centiles(exact)}")
        cached, _ = seeks(player, shown, frames[-20:])
        print(f"  seek, cached        {centiles(cached)}")
        reopened = time.perf_counter()
        anew(player, shown)
        print(f"  open again          {1000 * (time.perf_counter() - reopened):6.0f} ms")
        print("  memory              window {:.0f} MB, process {:.0f} MB".format(*megabytes(player)))


def anew(player: Player, shown: list[Shown]) -> None:
    """As after an edit: no frame is there any more."""
    del shown[:]
    assert player.source
    player.open(player.source)
    until(lambda: bool(shown))


def video_film(folder: Path, name: str, keyframes: float, seconds: int) -> Path:
    """A film of one full-HD video with a keyframe every so many seconds, and a text over it."""
    import av
    import numpy as np

    path = folder / f"{name}.mp4"
    rng = np.random.default_rng(3)
    noise = rng.integers(0, 255, (1200, 2100, 3), np.uint8)
    import cv2

    noise = cv2.GaussianBlur(noise, (0, 0), 6)
    noise = np.ascontiguousarray(cv2.normalize(noise, None, 0, 255, cv2.NORM_MINMAX))
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream("libx264", 30, options={"preset": "veryfast", "crf": "23", "sc_threshold": "0"})
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        stream.gop_size = round(30 * keyframes)
        for number in range(30 * seconds):
            x = int(80 + 79 * np.sin(number / 20))
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(noise[40:1120, x : x + 1920]), "rgb24")
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    document = {
        "framekiln": 1,
        "size": [1920, 1080],
        "fps": 30,
        "duration": seconds,
        "layers": [{"type": "video", "source": path.name}, {"type": "text", "text": name, "size": 96}],
    }
    film = folder / f"{name}.json"
    film.write_text(json.dumps(document))
    return film


def long_film(folder: Path) -> Path:
    """Ten minutes: a video that loops under a hundred texts that come and go."""
    texts = [
        {"type": "text", "text": f"Line {k}", "size": 80, "start": 6 * k, "end": 6 * k + 5} for k in range(LONG // 6)
    ]
    video = {"type": "video", "source": str(ASSETS / "bg.mp4"), "when_over": "loop", "end": LONG}
    document = {"framekiln": 1, "size": [1920, 1080], "fps": 30, "duration": LONG, "layers": [video, *texts]}
    film = folder / "ten-minutes.json"
    film.write_text(json.dumps(document))
    return film


def main() -> None:
    app = QApplication(sys.argv)
    theme.apply(app, "dark")
    asked = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        folder, props = Path(name), {"assets": str(ASSETS)}
        cases: dict[str, Callable[[], Case]] = {
            "title": lambda: Case("title", HERE / "cases" / "title.json", props=props),
            "captioned": lambda: Case("captioned", HERE / "cases" / "captioned.json", props=props),
            "keys2s": lambda: Case("keyframes every 2 s", video_film(folder, "keys2s", 2, 10)),
            "keys10s": lambda: Case("one keyframe in 10 s", video_film(folder, "keys10s", 10, 10)),
            "long": lambda: Case("ten minutes", long_film(folder), 5),
        }
        for key, make in cases.items():
            if not asked or key in asked:
                measure(make())
    print(
        f"\nload {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {slowness():.1f} times as slow as when it is quiet"
    )


if __name__ == "__main__":
    main()
