"""`framekiln render --renderer cuda`, workers and all, on a driver whose card is the host."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from render_engine.cuda.fatbin import KERNELS
from tests.cuda.comparing import SCENES
from tests.cuda.host_device import compiled

ROOT = Path(__file__).parents[2]
PROGRAM = "import sys; from app.cli.main import main\nif __name__ == '__main__': sys.exit(main())"
SCENE = SCENES / "transition-iris-50.json"


@pytest.fixture(scope="module")
def with_card(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    library = compiled([ROOT / "tests/cuda/fake_driver.cpp", KERNELS / "all.cu"], "libcuda.so.1")
    cache = tmp_path_factory.mktemp("cache")
    return {"LD_LIBRARY_PATH": str(library.parent), "FRAMEKILN_CACHE": str(cache)}


def framekiln(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM, *arguments]
    more = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    return subprocess.run(command, cwd=ROOT, env=more, capture_output=True, text=True, timeout=240)


def rendered(path: Path, *more: str, environment: dict[str, str]) -> dict:
    answer = framekiln(
        "render", str(SCENE), "-o", str(path), "--encoder", "x264", "--json", *more, environment=environment
    )
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout.splitlines()[-1])


def pictures(path: Path) -> np.ndarray:
    with av.open(str(path)) as file:
        return np.stack([frame.to_ndarray(format="gray") for frame in file.decode(video=0)]).astype(int)


def test_a_film_drawn_by_the_card_is_the_same_film(with_card, tmp_path):
    by_card = rendered(tmp_path / "card.mp4", "--renderer", "cuda", environment=with_card)
    by_processor = rendered(tmp_path / "cpu.mp4", "--renderer", "cpu", environment=with_card)
    assert (by_card["renderer"], by_card["renderer_reason"]) == ("cuda", "asked for: Fake Card")
    assert by_processor["reused"] == 0, "segments of two renderers have keys of their own"
    one, other = pictures(tmp_path / "card.mp4"), pictures(tmp_path / "cpu.mp4")
    assert one.shape == other.shape
    assert 10 * np.log10(255**2 / max(1e-9, ((one - other) ** 2).mean())) > 45
    card = by_card["card"]
    assert 0 < card["frames"] < by_card["drawn"], "a frame like the one before it is not drawn again"
    assert card["by_processor"] == 0
    width, height = by_card["width"], by_card["height"]
    assert card["card_to_host"] == card["frames"] * width * height * 3 // 2, "one picture a frame comes down"
    assert card["launches"] >= card["frames"] * 2
    assert by_processor["card"] is None
    receipt = json.loads((tmp_path / "card.mp4.receipt.json").read_text())
    assert receipt["renderer"] == {"asked": "cuda", "got": "cuda", "why": "asked for: Fake Card"}
    assert receipt["card"] == card


def test_auto_measures_once_and_says_what_it_found(with_card, tmp_path):
    first, second = (rendered(tmp_path / "auto.mp4", environment=with_card) for _ in range(2))
    assert first["renderer"] in ("cpu", "cuda")
    assert "ms by CUDA" in first["renderer_reason"]
    assert first["renderer_reason"] == second["renderer_reason"], "the answer was kept"


def test_the_answer_holds_for_a_film_whose_words_change_until_it_is_to_be_made_anew(with_card, tmp_path):
    """Else a changed word could change the renderer, and with it every segment."""
    film, cache = tmp_path / "film.json", tmp_path / "cache"
    environment = with_card | {"FRAMEKILN_CACHE": str(cache)}

    def reason(word: str, *more: str) -> str:
        text = {"type": "text", "text": word, "size": 20}
        film.write_text(json.dumps({"framekiln": 1, "size": [64, 36], "fps": 10, "duration": 2, "layers": [text]}))
        answer = framekiln(
            "render", str(film), "-o", str(tmp_path / "film.mp4"), "--json", *more, environment=environment
        )
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout.splitlines()[-1])["renderer_reason"]

    assert "ms by CUDA" in reason("One")
    ((key, kept),) = json.loads((cache / "renderers.json").read_text()).items()
    (cache / "renderers.json").write_text(json.dumps({key: kept | {"reason": "as before"}}))
    assert reason("Another", "--range", "0:8") == "as before"
    assert "ms by CUDA" in reason("Another", "--no-reuse")


def test_a_card_short_of_memory_renders_the_same_film_in_parts_and_says_so(with_card, tmp_path):
    film = tmp_path / "film.json"
    box = {"type": "shape", "size": [500, 1100], "fill": "#e63946"}
    moves = {"keyframes": [{"at": 0, "value": [100, 300]}, {"at": 1, "value": [500, 300]}]}
    group = {"type": "group", "layers": [box, {**box, "size": [90, 90], "position": moves, "fill": "#ffb703"}]}
    layers = [{**group, "opacity": 0.8, "effects": [{"type": "blur", "radius": 20}]}]
    film.write_text(json.dumps({"framekiln": 1, "size": [600, 1200], "fps": 10, "duration": 1, "layers": layers}))
    found = {}
    for name, memory in (("plenty", 1 << 30), ("short", 9_000_000)):
        output, cache = tmp_path / f"{name}.mp4", tmp_path / name
        environment = with_card | {"FAKE_MEMORY": str(memory), "FRAMEKILN_CACHE": str(cache)}
        asked = ["render", str(film), "-o", str(output), "--renderer", "cuda", "--encoder", "x264", "--workers", "1"]
        answer = framekiln(*asked, "--json", environment=environment)
        assert answer.returncode == 0, answer.stderr
        found[name] = (json.loads(answer.stdout.splitlines()[-1]), output.read_bytes())
    plenty, short = found["plenty"][0], found["short"][0]
    assert found["short"][1] == found["plenty"][1]
    assert (plenty["card"]["in_parts"], plenty["notes"]) == (0, [])
    assert (short["card"]["in_parts"], short["card"]["by_processor"]) == (10, 0)
    assert short["notes"] == [
        "10 frames were drawn a part at a time: the card had too little memory to draw them at once"
    ]


def test_a_plan_draws_nothing_and_says_what_it_counts_on(with_card, tmp_path):
    environment = with_card | {"FRAMEKILN_CACHE": str(tmp_path / "cache")}
    output = tmp_path / "film.mp4"

    def planned(*more: str) -> str:
        answer = framekiln("plan", str(SCENE), "-o", str(output), "--encoder", "x264", *more, environment=environment)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    assert "renderer: not measured yet: the first render draws twelve frames" in planned()
    assert not (tmp_path / "cache" / "renderers.json").exists()
    assert "renderer: CUDA, asked for: Fake Card" in planned("--renderer", "cuda")
    reason = rendered(output, environment=environment)["renderer_reason"]
    assert json.loads(planned("--json"))["renderer_reason"] == reason
    assert "nothing to draw" in planned()


def test_without_a_card_everything_works_and_says_why(tmp_path):
    environment = {"FRAMEKILN_CACHE": str(tmp_path)}
    found = rendered(tmp_path / "film.mp4", environment=environment)
    assert (found["renderer"], found["renderer_reason"]) == ("cpu", "no NVIDIA driver: libcuda.so.1 cannot be loaded")
    refused = framekiln(
        "render", str(SCENE), "-o", str(tmp_path / "no.mp4"), "--renderer", "cuda", environment=environment
    )
    assert refused.returncode == 2
    assert "no NVIDIA driver" in refused.stderr


def test_doctor_tells_the_card(with_card):
    told = framekiln("doctor", environment=with_card).stdout
    assert "✓ CUDA" in told
    assert "Fake Card, compute 9.0, driver for CUDA 13.0" in told
