"""Encoders that only so many may have at once: who waits gets his turn, can be stopped, and does not wait for ever."""

from __future__ import annotations

import threading
import time
from fractions import Fraction
from pathlib import Path

import pytest

from render_engine.encode.opening import NoSession
from render_engine.encode.video_settings import VideoSettings
from render_engine.errors import RenderFailed, Stopped
from render_engine.segments.run import Run, waiting
from render_engine.segments.segment import Segment
from render_engine.segments.sessions import WAITING, closed, in_turn


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("FRAMEKILN_CACHE", str(tmp_path / "cache"))


def run_of(folder: Path, number: int = 0) -> Run:
    settings = VideoSettings(320, 180, Fraction(25), "h264_nvenc")
    return Run((Segment(number, 0, 25, "key"),), folder, folder, settings, "engine")


def refuse() -> None:
    raise NoSession("none is free")


def test_the_turn_of_who_waits_comes_before_who_just_had_it(tmp_path):
    """One session for two workers, one of which would take it again and again."""
    had: list[str] = []
    session = threading.Lock()

    def taken() -> None:
        if not session.acquire(blocking=False):
            refuse()

    def work(name: str, segments: int) -> None:
        run = run_of(tmp_path, segments)
        for _ in range(segments):
            in_turn(run)(taken)
            had.append(name)
            time.sleep(0.3)
            session.release()
            closed()

    eager, other = (threading.Thread(target=work, args=each) for each in (("eager", 4), ("other", 1)))
    eager.start()
    while not had:
        time.sleep(0.01)
    other.start()
    eager.join()
    other.join()
    assert had[:3] != ["eager"] * 3, had
    assert len(had) == 5


def test_nothing_waits_for_ever(tmp_path):
    with pytest.raises(
        RenderFailed, match="no NVENC session got free in 0 minutes: other programs encode on this card"
    ):
        in_turn(run_of(tmp_path), patience=0.1)(refuse)
    assert waiting(tmp_path) is None


def test_who_waits_says_so_and_can_be_stopped(tmp_path):
    run, ended = run_of(tmp_path), list[type[BaseException]]()

    def wait() -> None:
        try:
            in_turn(run)(refuse)
        except Stopped:
            ended.append(Stopped)

    waits = threading.Thread(target=wait)
    waits.start()
    while waiting(tmp_path) is None:
        time.sleep(0.01)
    assert waiting(tmp_path) == WAITING
    run.stop()
    waits.join()
    assert ended == [Stopped]
    assert waiting(tmp_path) is None
