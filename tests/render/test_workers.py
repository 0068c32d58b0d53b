"""How many workers a render gets where nobody says."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import psutil
import pytest

from render_engine.encode.video_settings import VideoSettings
from render_engine.segments import workers
from render_engine.segments.workers import cores_here, memory_needed, workers_here

HD = VideoSettings(1920, 1080, Fraction(30), "x264")


def test_a_full_hd_worker_with_x264_takes_400_mb_at_most() -> None:
    assert memory_needed(HD) <= 400e6


def test_there_are_as_many_workers_as_cores_where_memory_holds_them(monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, 10 * cores_here() * memory_needed(HD))
    assert workers_here(HD) == workers.Workers(cores_here())


def test_less_memory_means_fewer_workers_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "cores_here", lambda: 8)
    free(monkeypatch, 3 * memory_needed(HD) / 0.8 + 1)
    here = workers_here(HD)
    assert here.count == 3
    assert here.note
    assert here.note.startswith("3 of 8 workers: each needs about ")


def test_a_card_short_of_memory_means_fewer_workers_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "cores_here", lambda: 8)
    monkeypatch.setattr("render_engine.cuda.device.free_memory", lambda: int(2.7e9))
    free(monkeypatch, 100e9)
    here = workers_here(replace(HD, renderer="cuda"))
    assert here.count == 3
    assert here.note
    assert here.note.endswith(" of the card's memory, and 2.7 GB are free")


def test_there_is_always_one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    free(monkeypatch, 1e6)
    assert workers_here(HD).count == 1


def test_larger_frames_and_slower_encoders_need_more() -> None:
    slow = VideoSettings(1920, 1080, Fraction(30), "x264", speed="slow")
    large = VideoSettings(3840, 2160, Fraction(30), "x264")
    assert memory_needed(HD) < memory_needed(slow) < memory_needed(large)


def test_a_container_with_a_part_of_the_machine_gets_that_part(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = tmp_path / "cpu.max"
    monkeypatch.setattr(workers, "_CPU_MAX", limit)
    whole = cores_here()
    limit.write_text("100000 100000\n")
    assert cores_here() == 1
    limit.write_text("max 100000\n")
    assert cores_here() == whole


def free(monkeypatch: pytest.MonkeyPatch, size: float) -> None:
    """Stands for a machine with so much memory to give."""
    real = psutil.virtual_memory()
    monkeypatch.setattr(psutil, "virtual_memory", lambda: real._replace(available=int(size)))
