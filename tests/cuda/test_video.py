"""Decoded frames go up as their own planes, and become the pixels that the processor makes of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from render_engine.cuda.memory import Memory
from render_engine.cuda.texture import downloaded
from render_engine.cuda.video import WEIGHTS, from_planes
from render_engine.document.templates import BASE
from render_engine.media.probe import probe
from render_engine.media.video import VideoReader
from tests.cuda.comparing import LEVELS, SCENES, Difference, difference
from tests.cuda.host_device import HostDevice

CLIP = SCENES / "media" / "counter.mp4"
FILMS = {  # by codec: how its chroma stands, how deep its samples are
    "libx264": ("mp4", "yuv420p"),
    "libx265": ("mp4", "yuv420p10le"),
    "libvpx-vp9": ("webm", "yuv420p"),
    "libsvtav1": ("mp4", "yuv420p10le"),
}


def drawn(path: Path, size: tuple[int, int], index: int = 1, **tags: str) -> tuple[Difference, Memory]:
    """Between the card's pixels and the processor's."""
    info = probe(path).video
    assert info
    reader = VideoReader(path, replace(info, **tags))
    memory = Memory(HostDevice())
    frame = reader.coded(index)
    assert frame
    texture = from_planes(memory, frame, replace(info, **tags), size)
    found = difference(reader.bgra(index, *size), downloaded(texture))
    reader.close()
    return found, memory


@pytest.mark.parametrize("span", ["limited", "full"])
@pytest.mark.parametrize("matrix", WEIGHTS)
def test_each_matrix_and_range_gives_the_processors_pixels(matrix, span):
    found, _ = drawn(CLIP, (96, 64), index=5, matrix=matrix, color_range=span)
    assert found.most <= LEVELS, found
    assert found.psnr > 60, found


def test_a_frame_goes_up_as_three_eighths_of_its_pixels():
    found, memory = drawn(BASE / "media" / "bigbuckbunny.mp4", (1280, 720), index=40)
    assert memory.meter.host_to_card == 1280 * 720 * 3 // 2
    assert found.most <= 1


@pytest.fixture(scope="module", params=FILMS)
def film(request, tmp_path_factory) -> Path:
    """Slow colours, strong edges."""
    suffix, pixel_format = FILMS[request.param]
    width, height = (161, 91) if suffix == "webm" else (162, 90)
    path = tmp_path_factory.mktemp("film") / f"film.{suffix}"
    rough = np.random.default_rng(1).integers(0, 256, (4, height, width, 3), np.uint8)
    with av.open(str(path), "w") as file:
        options = {"x265-params": "log-level=none", "svtav1-params": "avif=0"} if suffix == "mp4" else {}
        stream = file.add_stream(request.param, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, pixel_format
        for pixels in rough:
            soft = np.clip((cv2.GaussianBlur(pixels, (0, 0), 3).astype(float) - 128) * 5 + 128, 0, 255)
            frame = av.VideoFrame.from_ndarray(soft.astype(np.uint8), format="rgb24")
            file.mux(stream.encode(frame.reformat(format=pixel_format)))
        file.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("size", [(162, 90), (161, 91), (81, 45), (40, 23), (240, 136), (113, 54)], ids=str)
def test_codecs_depths_and_sizes_give_the_processors_pixels(film, size):
    found, _ = drawn(film, size)
    assert found.most <= 2, found
    assert found.psnr > 60, found


@pytest.mark.parametrize("size", [(64, 96), (32, 48), (96, 144)], ids=str)
def test_a_turned_video_is_turned_on_the_card(size):
    found, _ = drawn(SCENES / "media" / "turned.mp4", size)
    assert found.psnr > 60, found
    assert found.far < 0.002, found


def test_what_has_alpha_is_left_to_the_processor():
    path = SCENES / "media" / "alpha.mov"
    info = probe(path).video
    assert info
    reader = VideoReader(path, info)
    assert reader.coded(0) is None
    reader.close()
