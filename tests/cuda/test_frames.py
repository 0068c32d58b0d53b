"""From display lists to encoders: the planes that the card makes, on their way through PyAV."""

from __future__ import annotations

from fractions import Fraction

import av
import cv2
import numpy as np
import pytest

from render_engine.cpu.convert import Converter, planes_of
from render_engine.cpu.frames import Frames as CpuFrames
from render_engine.cuda import dlpack
from render_engine.cuda.device import OutOfCardMemory
from render_engine.cuda.frames import Frames, frames_on_card
from render_engine.cuda.memory import Memory
from render_engine.cuda.planes import planar_size, semiplanar
from render_engine.cuda.texture import uploaded
from render_engine.timeline.evaluate import evaluate
from tests.cuda.comparing import difference
from tests.cuda.host_device import HostDevice
from tests.render.drawing import scene

SIZE = (192, 108)


def noise(width: int, height: int) -> np.ndarray:
    """Opaque, with colours that change from pixel to pixel and slowly."""
    rough = np.random.default_rng(3).integers(0, 256, (height, width, 4), np.uint8)
    pixels = np.asarray(cv2.addWeighted(cv2.GaussianBlur(rough, (0, 0), 4), 3, rough, 0.3, -280))
    pixels[..., 3] = 255
    return pixels


def frames_of(made, count: int = 4) -> list:
    return [evaluate(made, Fraction(number, 25)) for number in range(count)]


def moving():
    moves = {"keyframes": [{"at": 0, "value": [40, 40]}, {"at": 1, "value": [140, 60]}]}
    disc = {"type": "shape", "shape": "ellipse", "size": [50, 50], "position": moves, "fill": "#3af"}
    return scene(disc, size=list(SIZE), background="#402010", fps=25)


@pytest.mark.parametrize("deep", [False, True], ids=["NV12", "P010"])
def test_planes_are_those_of_the_processor(deep):
    pixels = noise(*SIZE)
    memory = Memory(HostDevice())
    planes = semiplanar(memory, uploaded(memory, pixels), deep)
    frame = planes.frame(None)
    assert frame.format.name == ("p010le" if deep else "nv12")
    scale = 64 if deep else 1  # 10 bits stand in the upper bits of 16
    luma, chroma = (np.asarray(plane, float) / scale for plane in _rows(frame, deep))
    expected = planes_of(Converter(*SIZE, "yuv420p10le" if deep else "yuv420p").convert(pixels))
    assert np.abs(luma - expected[0]).max() <= 1
    for k in (0, 1):
        assert np.abs(chroma[:, k::2] - expected[1 + k]).max() <= 1


def _rows(frame: av.VideoFrame, deep: bool) -> list[np.ndarray]:
    depth = np.uint16 if deep else np.uint8
    planes = [np.frombuffer(memoryview(plane), np.uint8).view(depth) for plane in frame.planes]
    heights = (frame.height, frame.height // 2)
    return [plane.reshape(height, -1)[:, : frame.width] for plane, height in zip(planes, heights, strict=True)]


def test_a_block_stays_until_the_encoder_lets_it_go():
    memory = Memory(HostDevice())
    planes = semiplanar(memory, uploaded(memory, noise(*SIZE)))
    address, before = planes.block.address, dlpack.lent()
    frame = planes.frame(None)
    del planes
    assert dlpack.lent() == before + 2
    assert memory.block(SIZE[0] * SIZE[1] * 2).address != address
    del frame
    assert dlpack.lent() == before


def test_what_dlpack_hands_over_is_encoded(tmp_path):
    """As NVENC gets it, into an encoder of the host: decoded again it is the same picture."""
    memory = Memory(HostDevice())
    pixels = cv2.GaussianBlur(noise(*SIZE), (0, 0), 3)
    frame = semiplanar(memory, uploaded(memory, pixels)).frame(None)
    with av.open(str(tmp_path / "one.mp4"), "w") as file:
        stream = file.add_stream("libx264", rate=25, options={"crf": "4"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "nv12"
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            file.mux(packet)
    with av.open(str(tmp_path / "one.mp4")) as file:
        decoded = next(file.decode(video=0))
    luma = planes_of(Converter(*SIZE, "yuv420p").convert(pixels))[0]
    assert difference(planes_of(decoded)[0][..., None], luma[..., None]).psnr > 45


@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv420p10le", "bgr0", "yuv422p10le"])
def test_frames_are_those_of_the_processor(pix_fmt):
    made = moving()
    lists = frames_of(made)
    card = Frames(*SIZE, pix_fmt, made.fonts, made.media, device=HostDevice())
    processor = CpuFrames(*SIZE, pix_fmt, made.fonts, made.media)
    for frame, found in zip(lists, card.drawn(lists), strict=True):
        for one, other in zip(planes_of(found), planes_of(processor.draw(frame)), strict=True):
            assert np.abs(one.astype(int) - other).max() <= (4 if pix_fmt.endswith("10le") else 1)
    assert card.spent.frames == len(lists)
    card.close()
    processor.close()


def test_a_frame_is_good_while_the_card_makes_the_next_one():
    made = moving()
    lists = frames_of(made, 5)
    card = Frames(*SIZE, "yuv420p", made.fonts, made.media, device=HostDevice())
    alone = [planes_of(card.draw(frame))[0].copy() for frame in lists]
    for one, found in zip(alone, card.drawn(lists), strict=True):
        assert (planes_of(found)[0] == one).all()
    card.close()


def test_nothing_comes_down_for_nvenc():
    made = moving()
    card = Frames(*SIZE, "yuv420p", made.fonts, made.media, device=HostDevice(), on_card=True)
    assert [frame.format.name for frame in card.drawn(frames_of(made))] == ["nv12"] * 4
    assert card.meter.card_to_host == 0
    card.close()


class Freeing(HostDevice):
    def __init__(self) -> None:
        super().__init__()
        self.freed: set[int] = set()

    def free(self, address: int) -> None:
        super().free(address)
        self.freed.add(address)


def test_what_nvenc_may_still_know_of_is_not_freed():
    """FFmpeg has a frame's memory known to NVENC until the encoder closes, also when the frame has gone."""
    made, device = moving(), Freeing()
    card = Frames(*SIZE, "yuv420p", made.fonts, made.media, device=device, on_card=True, reuse=False)
    surfaces = {frame.planes[0].buffer_ptr for frame in card.drawn(frames_of(made, 6))}
    assert device.freed, "everything else is, before each frame"
    assert not surfaces & device.freed
    card.close()
    assert surfaces <= device.freed


def test_too_little_memory_on_the_card_is_made_up_for_by_the_processor():
    """Enough for the canvas and the planes of two frames, not for a group as large as the frame."""
    rect = {"type": "shape", "shape": "rect", "size": [180, 100], "fill": "#fff"}
    made = scene({"type": "group", "opacity": 0.5, "layers": [rect, {**rect, "fill": "#f008"}]}, size=list(SIZE))
    needed = SIZE[0] * SIZE[1] * 4 + 2 * planar_size(*SIZE) + 32768
    card = Frames(*SIZE, "yuv420p", made.fonts, made.media, device=HostDevice(limit=needed))
    processor = CpuFrames(*SIZE, "yuv420p", made.fonts, made.media)
    (frame,) = frames_of(made, 1)
    luma, expected = planes_of(card.draw(frame))[0], planes_of(processor.draw(frame))[0]
    assert np.abs(luma.astype(int) - expected).max() <= 1
    assert card.meter.by_processor == 1
    card.close()
    processor.close()


def test_a_card_with_no_room_for_a_canvas_leaves_all_to_the_processor():
    made = moving()
    lists = frames_of(made)
    card = frames_on_card(*SIZE, "yuv420p", made.fonts, made.media, device=HostDevice(limit=SIZE[0] * SIZE[1] * 3))
    processor = CpuFrames(*SIZE, "yuv420p", made.fonts, made.media)
    for found, frame in zip(card.drawn(lists), lists, strict=True):
        assert (planes_of(found)[0] == planes_of(processor.draw(frame))[0]).all()
    told = card.told()
    assert (told["by_processor"], told["frames"], told["card_to_host"]) == (len(lists), 0, 0)
    with pytest.raises(OutOfCardMemory):
        frames_on_card(*SIZE, "yuv420p", made.fonts, made.media, on_card=True, device=HostDevice(limit=1000))
    card.close()
    processor.close()
