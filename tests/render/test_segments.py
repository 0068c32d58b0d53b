"""What segments promise: cut by the document alone, the same bytes whoever renders them, and never rendered twice."""

from __future__ import annotations

import os
import random
import shutil
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from fractions import Fraction
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render_engine.cache_folder import VARIABLE
from render_engine.document.load import load_source
from render_engine.errors import BadInput, MediaError
from render_engine.render import render
from render_engine.segments.borders import FEWEST, borders
from render_engine.segments.journal import Journal
from tests.render import sounds
from tests.render.filming import LENGTH, Here, across, frames_in, made, options, rect, segments_in, write

RATES = [
    Fraction(24000, 1001),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(60),
    Fraction(1),
    Fraction(5),
]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


# --- borders ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "length"),
    [(1, 15), (8, 15), (9, 17), (16, 30), (32, 60), (600, 60)],
)
def test_a_segment_is_a_sixteenth_of_the_film_from_half_a_second_to_two(seconds: int, length: int) -> None:
    first, *_ = borders(seconds * 30, Fraction(30), (0, seconds * 30))
    assert first == (0, length)


@pytest.mark.parametrize("frames", range(1, 16))
def test_a_film_of_less_than_two_segments_is_one(frames: int) -> None:
    assert borders(frames, Fraction(10), (0, frames)) == ((0, frames),)


def test_the_remainder_is_joined_to_the_last() -> None:
    assert borders(100, Fraction(30), (0, 100)) == ((0, 15), (15, 30), (30, 45), (45, 60), (60, 75), (75, 100))


@given(frames=st.integers(1, 40_000), fps=st.sampled_from(RATES), data=st.data())
@settings(max_examples=200, deadline=None)
def test_segments_lie_end_to_end_and_are_never_too_short(frames: int, fps: Fraction, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, frames - 1))
    last = data.draw(st.integers(first + 1, frames))
    spans = borders(frames, fps, (first, last))
    assert spans[0][0] == first
    assert spans[-1][1] == last
    assert all(one[1] == other[0] for one, other in pairwise(spans))
    assert len(spans) == 1 or all(end - start >= FEWEST for start, end in spans)
    whole = borders(frames, fps, (0, frames))
    assert set(spans[1:-1]) <= set(whole)  # the inner ones are those of the whole film
    assert all(end - start <= max(2 * fps, FEWEST) + 1 for start, end in whole[:-1])


# --- who renders them -------------------------------------------------------------------------------------------------


def test_any_number_of_workers_gives_the_same_bytes(tmp_path: Path, cache: Path) -> None:
    document = write(tmp_path, [across(56), rect(20, "blue", start=2), {"type": "text", "text": "Hi", "size": 20}], 56)
    files = []
    for workers in (1, 2, 3, 8):
        result = made(document, tmp_path / f"{workers}.mp4", workers=workers)
        assert result.segments == 7
        assert result.drawn == 56
        assert result.workers == min(workers, 7)
        files.append(result.path.read_bytes())
        shutil.rmtree(cache)
    assert len(set(files)) == 1


def test_someone_elses_executor_gives_the_same_bytes_and_stays_open(tmp_path: Path, cache: Path) -> None:
    document = write(tmp_path, [across(48), {"type": "text", "text": "Hi", "size": 20}], 48)
    expected = made(document, tmp_path / "here.mp4").path.read_bytes()
    executors: list[Executor] = [ThreadPoolExecutor(3), ProcessPoolExecutor(2, get_context("spawn"))]
    for executor in executors:
        shutil.rmtree(cache)
        with executor:
            result = made(document, tmp_path / "out.mp4", executor, workers=3)
            assert executor.submit(abs, -1).result() == 1
        assert result.path.read_bytes() == expected
        assert result.drawn == 48


def test_a_part_shares_its_inner_segments_with_the_whole(tmp_path: Path) -> None:
    document = write(tmp_path, [across(40)])
    made(document, tmp_path / "whole.mp4")
    part = made(document, tmp_path / "part.mp4", span=(4, 40))
    assert (part.segments, part.reused, part.drawn) == (4, 3, 12)  # 4–15, then as the whole: 16–23, 24–31, 32–39


def test_a_film_that_stands_still_is_drawn_once(tmp_path: Path) -> None:
    document = write(tmp_path, [rect(20)], 6000)  # ten minutes
    result = made(document, tmp_path / "still.mp4")
    assert result.segments == 300
    assert result.drawn == 20
    assert (result.reused, result.alike) == (0, 299)
    assert frames_in(result.path) == 6000
    again = made(document, tmp_path / "again.mp4")
    assert (again.reused, again.alike, again.drawn) == (300, 0, 0)


def test_nothing_is_drawn_twice(tmp_path: Path) -> None:
    document = write(tmp_path, [across(40)])
    once = made(document, tmp_path / "once.mp4")
    twice = made(document, tmp_path / "twice.mp4", nobody := Here())
    assert (once.reused, once.drawn) == (0, 40)
    assert (twice.reused, twice.drawn, twice.workers) == (5, 0, 0)
    assert nobody.runs == []
    assert once.path.read_bytes() == twice.path.read_bytes()


def test_without_reuse_all_is_drawn_again_to_the_same_bytes(tmp_path: Path) -> None:
    document = write(tmp_path, [across(40), {"type": "text", "text": "Hi", "size": 20, "start": 1}])
    once = made(document, tmp_path / "once.mp4")
    anew = made(document, tmp_path / "anew.mp4", reuse=False)
    assert (anew.reused, anew.drawn) == (0, 40)
    assert once.path.read_bytes() == anew.path.read_bytes()


@pytest.mark.parametrize("frames", [1, 2, 7, 8, 9, 15, 16])
def test_films_of_a_few_frames_have_them_all(tmp_path: Path, frames: int) -> None:
    result = made(write(tmp_path, [across(frames)], frames), tmp_path / "short.mp4")
    assert frames_in(result.path) == result.frames == frames
    assert result.segments == (2 if frames == 16 else 1)


@pytest.mark.parametrize(("name", "encoder"), [("out.gif", "gif"), ("frames", "png"), ("out.mov", "prores")])
def test_every_format_is_made_of_segments(tmp_path: Path, name: str, encoder: str) -> None:
    document = write(tmp_path, [across(24), rect(30)], 24)
    once = made(document, tmp_path / name, encoder=encoder, speed=None)
    before = content(once.path)
    again = made(document, tmp_path / name, encoder=encoder, speed=None)
    assert (once.drawn, again.drawn) == (24, 0)
    assert content(again.path) == before
    later = write(tmp_path, [across(24), rect(30, end=1.6)], 24)
    assert made(later, tmp_path / name, encoder=encoder, speed=None).drawn == 8


def content(path: Path) -> list[bytes]:
    return [each.read_bytes() for each in (sorted(path.iterdir()) if path.is_dir() else [path])]


def test_a_gif_gets_25_frames_a_second_unless_more_are_asked_and_never_over_50(tmp_path: Path) -> None:
    document = write(tmp_path, [across(40)], fps=30, duration=1)
    result = made(document, tmp_path / "out.gif", encoder="gif", speed=None)
    assert (result.fps, result.frames) == (25, 25)
    assert any("25 frames a second" in note for note in result.notes)
    asked = load_source(str(document), fps=50)
    assert made(asked, tmp_path / "out.gif", encoder="gif", speed=None).frames == 50
    with pytest.raises(BadInput, match="50 at most"):
        made(load_source(str(document), fps=60), tmp_path / "out.gif", encoder="gif", speed=None)


# --- sound ------------------------------------------------------------------------------------------------------------


def heard(volume: float, color: str, source: Path) -> list[dict]:
    return [across(40), rect(20, color, start=1, end=2), {"type": "audio", "source": str(source), "volume": volume}]


def entries(cache: Path) -> dict[str, int]:
    """The finished files, with the time each was written: os.utime on use leaves the time of its status alone."""
    return {path.name: path.stat().st_ino for path in segments_in(cache)}


def test_a_changed_picture_mixes_no_sound_and_a_changed_sound_draws_no_frame(tmp_path: Path, cache: Path) -> None:
    source = sounds.write(tmp_path / "tone.wav", sounds.sine(440, 4))
    output = tmp_path / "out.mp4"
    made(write(tmp_path, heard(0.5, "red", source)), output)
    before = entries(cache)
    assert len(before) == 6  # five segments and the sound
    pictures = made(write(tmp_path, heard(0.5, "blue", source)), output)
    assert pictures.drawn == 16
    added = entries(cache).keys() - before.keys()
    assert len(added) == 2  # frames 8–15 and 16–23; the sound is the same
    before = entries(cache)
    sound = made(write(tmp_path, heard(0.25, "blue", source)), output, nobody := Here())
    assert sound.drawn == 0
    assert nobody.runs == []
    assert len(entries(cache).keys() - before.keys()) == 1
    before = entries(cache)
    made(write(tmp_path, heard(0.25, "blue", source)), output)
    assert entries(cache) == before


@pytest.mark.parametrize(("name", "encoder"), [("out.wav", "wav"), ("out.m4a", "m4a")])
def test_sound_alone_is_kept_too(tmp_path: Path, cache: Path, name: str, encoder: str) -> None:
    source = sounds.write(tmp_path / "tone.wav", sounds.sine(440, 1))
    document = write(tmp_path, heard(0.5, "red", source), 10)
    once = made(document, tmp_path / name, encoder="auto", speed=None)
    before, data = entries(cache), once.path.read_bytes()
    again = made(document, tmp_path / name, encoder="auto", speed=None)
    assert (once.segments, once.drawn, len(before)) == (0, 0, 1)
    assert entries(cache) == before
    assert again.path.read_bytes() == data


def test_a_sound_that_cannot_be_mixed_stops_the_pictures_at_once(tmp_path: Path) -> None:
    source = sounds.write(tmp_path / "tone.wav", sounds.sine(440, 1))
    layers = [across(4000), {"type": "audio", "source": str(source)}]
    document = load_source(str(write(tmp_path, layers, 4000)))
    told = []

    def follow() -> None:
        for step in render(document, tmp_path / "out.mp4", options(), executor=Here()):
            source.unlink(missing_ok=True)
            told.append(step)

    with pytest.raises(MediaError, match=r"tone\.wav"):
        follow()
    assert told[-1].stage in ("plan", "draw")
    assert told[-1].frame < 4000
    assert not (tmp_path / "out.mp4").exists()


# --- what may happen to files meanwhile -------------------------------------------------------------------------------


def test_damaged_and_removed_segments_are_made_again_to_the_same_bytes_and_that_is_told(
    tmp_path: Path, cache: Path
) -> None:
    document = write(tmp_path, [across(40)])
    expected = made(document, tmp_path / "out.mp4").path.read_bytes()
    flipped, truncated, removed, *_ = segments_in(cache)
    data = bytearray(flipped.read_bytes())
    data[random.Random(1).randrange(len(data))] ^= 4
    flipped.write_bytes(data)
    os.truncate(truncated, 100)
    removed.unlink()
    result = made(document, tmp_path / "out.mp4")
    assert (result.reused, result.drawn) == (2, 24)
    assert any("2 damaged files were found in the journal" in note for note in result.notes)
    assert result.path.read_bytes() == expected


def test_a_cache_that_cannot_be_written_to_is_told_and_does_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = write(tmp_path, [across(16)], 16)
    expected = made(document, tmp_path / "out.mp4").path.read_bytes()
    (tmp_path / "a file").write_text("in the way")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "a file" / "cache"))
    result = made(document, tmp_path / "out.mp4", workers=1)
    assert result.drawn == 16
    assert result.path.read_bytes() == expected
    assert any("a file" in note and VARIABLE in note for note in result.notes)


def test_a_cache_that_was_removed_between_two_renders_of_one_process_is_made_again(tmp_path: Path, cache: Path) -> None:
    source = sounds.write(tmp_path / "tone.wav", sounds.sine(440, 4))
    document = write(tmp_path, heard(0.5, "red", source))
    expected = made(document, tmp_path / "out.mp4").path.read_bytes()
    shutil.rmtree(cache)
    again = made(document, tmp_path / "out.mp4")
    assert again.drawn == 40
    assert again.path.read_bytes() == expected


def test_pruning_while_a_film_is_rendered_takes_nothing_that_it_needs(tmp_path: Path) -> None:
    document = write(tmp_path, [across(40)])
    made(document, tmp_path / "out.mp4", span=(0, 24))
    steps = render(load_source(str(document)), tmp_path / "out.mp4", options(), executor=Here())
    for step in steps:
        if step.stage in ("draw", "finish"):
            Journal.open().prune(0)
    assert step.result
    assert step.result.reused == 3
    assert frames_in(tmp_path / "out.mp4") == 40


def test_a_document_saved_again_while_it_is_rendered_does_no_harm(tmp_path: Path) -> None:
    document = write(tmp_path, [across(24)], 24)
    for step in render(load_source(str(document)), tmp_path / "out.mp4", options(), executor=Here()):
        if step.stage == "plan":
            write(tmp_path, [across(24, "red")], 24)
    assert step.result
    assert made(document, tmp_path / "later.mp4").drawn == 24  # the later version is not taken for the earlier one


def test_a_picture_that_changes_while_it_is_drawn_is_told_and_not_kept(tmp_path: Path, cache: Path) -> None:
    from PIL import Image

    picture = tmp_path / "picture.png"
    Image.new("RGB", (8, 8), "red").save(picture)
    document = write(tmp_path, [across(24), {"type": "image", "source": str(picture)}], 24)
    steps = render(load_source(str(document)), tmp_path / "out.mp4", options(), executor=Repainting(picture))
    with pytest.raises(MediaError, match=r"picture\.png was changed.*render again"):
        list(steps)
    assert segments_in(cache) == []
    assert not (tmp_path / "out.mp4").exists()
    assert made(document, tmp_path / "out.mp4").drawn == 24


class Repainting(Here):
    """Paints over a file just before it is drawn."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def submit(self, fn, /, *args, **kwargs):
        self._path.write_bytes(self._path.read_bytes() + b" ")
        return super().submit(fn, *args, **kwargs)


def test_runs_are_of_segments_that_follow_one_another(tmp_path: Path, cache: Path) -> None:
    document = write(tmp_path, [across(128)], 128)
    made(document, tmp_path / "out.mp4")
    for path in segments_in(cache)[::3]:
        path.unlink()
    made(document, tmp_path / "out.mp4", here := Here(), workers=1)
    assert sum(len(run.segments) for run in here.runs) == 6
    for run in here.runs:
        numbers = [segment.number for segment in run.segments]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        assert all(segment.frames == LENGTH for segment in run.segments)
