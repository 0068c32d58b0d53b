"""The frozen program, copied to where nobody built it, with no Python and nothing of ours on the path."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.app.screen import TIMEOUT, screen, shown, until
from tests.cuda.drivers import drivers
from tests.sync.servers import Seaweed, seaweed_in

COMPOSITION = """\
import statistics
from render_engine import Composition, Shape

def compose() -> Composition:
    return Composition(size=[64, 64], duration=statistics.mean([0.1, 0.3]), layers=[Shape(fill="tomato")])
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("elsewhere") / "Frame kiln"
    shutil.copytree(os.environ["FRAMEKILN_DIST"], folder, symlinks=True)
    yield folder / "framekiln"
    shutil.rmtree(folder)


@pytest.fixture
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    with seaweed_in(tmp_path_factory.mktemp("seaweed")) as server:
        yield server


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """As a new person's shell has it."""
    return {"HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


@pytest.fixture
def framekiln(program: Path, environment: dict[str, str], tmp_path: Path):
    def run(*words: str) -> str:
        done = subprocess.run([program, *words], env=environment, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_it_tells_its_version_and_that_all_is_there(framekiln, program: Path) -> None:
    begin = time.perf_counter()
    assert framekiln("--version").startswith("framekiln ")
    took = time.perf_counter() - begin
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-m", "app", "--version"], check=True, capture_output=True)
    size = sum(path.stat().st_size for path in program.parent.rglob("*") if path.is_file() and not path.is_symlink())
    print(f"\n{size / 1e6:.0f} MB; starts in {took:.2f} s, from sources {time.perf_counter() - begin:.2f} s")
    facts = {finding["name"]: finding for finding in json.loads(framekiln("doctor", "--json"))}
    assert all(facts[name]["ok"] for name in ("CPU", "x264", "svtav1", "Inter", "Noto Color Emoji"))


def test_a_render_is_the_one_that_the_sources_make(framekiln, tmp_path: Path) -> None:
    words = ["render", "launch-video", "--size", "320x180", "--range", "0:12", "--encoder", "x264", "-o"]
    framekiln(*words, "frozen.mp4")
    assert "frozen.mp4 is what its receipt says" in framekiln("verify", "frozen.mp4")
    subprocess.run([sys.executable, "-m", "app", *words, tmp_path / "ours.mp4"], check=True, capture_output=True)
    assert (tmp_path / "frozen.mp4").read_bytes() == (tmp_path / "ours.mp4").read_bytes()


def test_it_draws_on_a_card_where_there_is_one(framekiln, environment: dict[str, str], tmp_path: Path) -> None:
    """Over a driver whose card is the host: the bindings, the kernels, and worker processes that find them."""
    environment |= drivers(tmp_path / "driver")
    facts = {finding["name"]: finding for finding in json.loads(framekiln("doctor", "--json"))}
    assert facts["CUDA"]["ok"]
    assert facts["CUDA"]["text"].startswith("Fake Card")
    words = ("hello-world", "--size", "320x180", "--range", "0:8", "--renderer", "cuda", "--encoder", "x264", "--json")
    done = json.loads(framekiln("render", *words, "-o", "card.mp4").splitlines()[-1])
    assert (done["renderer"], done["card"]["by_processor"]) == ("cuda", 0)


def test_lottie_svg_and_captions_find_their_libraries(framekiln, tmp_path: Path) -> None:
    for template in ("captioned-video", "explainer", "logo-reveal", "meme-caption"):
        framekiln("still", template, "--at", "1s", "-o", f"{template}.png")


def test_a_persons_python_composition_may_use_the_standard_library(framekiln, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(COMPOSITION)
    framekiln("render", "mine.py:compose", "-o", "mine.mp4")


def test_a_job_is_queued_rendered_and_delivered(framekiln, tmp_path: Path) -> None:
    framekiln("submit", "hello-world", "--id", "first", "--size", "320x180")
    framekiln("node", "--drain")
    assert json.loads(framekiln("jobs", "show", "first", "--json"))["state"] == "succeeded"


def test_a_bucket_of_s3_does_all_that_a_node_asks(framekiln, environment: dict[str, str], seaweed: Seaweed) -> None:
    environment |= {
        "FRAMEKILN_STORAGE": f"s3://{seaweed.BUCKET}/frozen",
        "FRAMEKILN_STORAGE_ENDPOINT": seaweed.endpoint,
        "FRAMEKILN_STORAGE_KEY_ID": seaweed.KEY_ID,
        "FRAMEKILN_STORAGE_SECRET": seaweed.SECRET,
    }
    framekiln("storage", "test")


def test_the_window_opens_plays_and_is_left(program: Path, environment: dict[str, str], tmp_path: Path) -> None:
    with screen(tmp_path) as display:
        begin = time.perf_counter()
        with shown([str(program), "app", "hello-world"], display, environment) as process:
            display.window("hello-world")
            print(f"\nthe window stands after {time.perf_counter() - begin:.2f} s")
            until(display.film_is_there)
            print(f"its film after {time.perf_counter() - begin:.2f} s")
            before = display.film()
            display.press("space")
            until(lambda: not np.array_equal(display.film(), before))
            display.press("ctrl+q")
            said, _ = process.communicate(timeout=TIMEOUT)
    assert (process.returncode, said) == (0, "")


def test_the_desktop_finds_it_where_it_lies(framekiln, environment: dict[str, str], tmp_path: Path) -> None:
    framekiln("app", "--install-desktop-entry")
    entry = (tmp_path / "home/.local/share/applications/framekiln.desktop").read_text()
    line = next(line for line in entry.splitlines() if line.startswith("Exec="))
    words = shlex.split(line.removeprefix("Exec=").replace("%f", "--help"))
    assert "SOURCE" in subprocess.run(words, env=environment, check=True, capture_output=True, text=True).stdout
