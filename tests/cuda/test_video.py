"""Decoded frames go up as their own planes, and become the pixels that the processor makes of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from render_engine.cuda.memory import Memory
from render_engine.cuda.texture import downloaded
from render_engine.cuda.video import WEIGHTS, from_planes
from render_engine.document.templates import BASE
from render_engine.media.probe import probe
from render_engine.media.video import VideoReader
from tests.cuda.comparing import LEVELS, SCENES, difference
from tests.cuda.host_device import HostDevice

CLIP = SCENES / "media" / "counter.mp4"


@pytest.mark.parametrize("span", ["limited", "full"])
@pytest.mark.parametrize("matrix", WEIGHTS)
def test_each_matrix_and_range_gives_the_processors_pixels(matrix, span):
    info = probe(CLIP).video
    assert info
    reader = VideoReader(CLIP, replace(info, matrix=matrix, color_range=span))
    memory = Memory(HostDevice())
    frame = reader.coded(5)
    assert frame
    found = difference(
        reader.bgra(5), downloaded(from_planes(memory, frame, replace(info, matrix=matrix, color_range=span)))
    )
    reader.close()
    assert found.most <= LEVELS, found
    assert found.psnr > 60, found


def test_a_frame_goes_up_as_three_eighths_of_its_pixels():
    path = BASE / "media" / "bigbuckbunny.mp4"
    info = probe(path).video
    assert info
    reader = VideoReader(path, info)
    memory = Memory(HostDevice())
    frame = reader.coded(40)
    assert frame
    texture = from_planes(memory, frame, info)
    assert memory.meter.host_to_card == frame.width * frame.height * 3 // 2
    assert difference(reader.bgra(40), downloaded(texture)).most <= 1
    reader.close()


@pytest.mark.parametrize("name", ["turned.mp4", "alpha.mov"])
def test_what_has_to_be_turned_or_has_alpha_is_left_to_the_processor(name):
    path = SCENES / "media" / name
    info = probe(path).video
    assert info
    reader = VideoReader(path, info)
    assert reader.coded(0) is None
    reader.close()
