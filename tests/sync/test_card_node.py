"""Jobs that ask for a card, over a driver whose card is the host."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli.main import run
from sync.jobs import NewJob
from tests.cuda.drivers import drivers
from tests.sync.test_node_process import QUICK, Place, ended
from tests.sync.test_node_process import place as place  # a fixture


@pytest.fixture
def card(tmp_path: Path) -> dict[str, str]:
    return drivers(tmp_path / "driver")


def submitted(place: Place, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    film = place.folder / "film.json"
    film.write_text(json.dumps(QUICK))
    assert run(["submit", str(film), "--json", "--encoder", "x264", *words]) == 0
    id: str = json.loads(capsys.readouterr().out)["job"]["id"]
    return id


def test_a_job_that_asks_for_a_card_is_taken_by_a_node_that_has_one(
    place: Place, card: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    asks, does_not = submitted(place, capsys, "--renderer", "cuda"), submitted(place, capsys, "--renderer", "auto")
    ended(place.node("--drain", name="plain"))
    assert (place.state(asks), place.state(does_not)) == ("queued", "succeeded")
    ended(place.node("--drain", name="studio", **card))
    assert place.state(asks) == "succeeded"
    result = json.loads(str(place.queue.job(asks).result))
    assert (result["renderer"], result["renderer_reason"]) == ("cuda", "asked for: Fake Card")
    (node,) = [row for row in place.queue.nodes() if row["name"] == "studio"]
    assert {"cuda", "gpu"} <= set(json.loads(str(node["capabilities"])))
    assert "Fake Card" in str(node["system"])


def test_a_node_whose_card_is_gone_leaves_the_job_to_another(place: Place) -> None:
    """As one with an encoder that is not here: it is tried again, and not refused for good."""
    options = {"renderer": "cuda", "encoder": "x264"}
    payload = {"document": QUICK, "output": "film.mp4", "options": options}
    id = place.queue.submit(NewJob(label="film", payload=payload))[0].id
    ended(place.node("--drain"))
    (attempt,) = place.queue.attempts(id)
    assert place.state(id) == "queued"
    assert "no NVIDIA driver" in str(attempt)


def test_a_renderer_that_there_is_not_is_refused(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    film = place.folder / "film.json"
    film.write_text(json.dumps(QUICK))
    assert run(["submit", str(film), "--renderer", "gpu"]) == 2
    assert "auto, cpu, cuda" in capsys.readouterr().err
    assert place.queue.jobs() == []
