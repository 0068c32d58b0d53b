"""FFmpeg's own CUDA code over a driver whose card is the host."""

from __future__ import annotations

from tests.cuda.drivers import drivers, run_python

UP_AND_DOWN = """
import av, numpy as np
from av.video.frame import CudaContext
from render_engine.cuda.device import open_device
from render_engine.cuda.memory import Memory
from render_engine.cuda.planes import semiplanar
from render_engine.cuda.texture import uploaded

device = open_device()
memory = Memory(device)
pixels = np.random.default_rng(1).integers(0, 256, (128, 192, 4), np.uint8)
planes = semiplanar(memory, uploaded(memory, pixels))
memory.finish()
frame = planes.frame(CudaContext(primary_ctx=False, current_ctx=True))
there = np.empty(planes.block.size, np.uint8)
memory.download(planes.block, there)
rows = there[: planes.pitch * 192].reshape(192, planes.pitch)[:, :192]
print(frame.format.name, (frame.to_ndarray(format="nv12") == rows).all())
"""


def test_ffmpeg_reads_frames_where_they_lie_on_the_card(tmp_path):
    answer = run_python("-c", UP_AND_DOWN, environment=drivers(tmp_path / "driver"))
    assert answer.stdout.split() == ["cuda", "True"], answer.stderr


IN_HAND = """
from fractions import Fraction
from render_engine.cuda.frames import Frames
from render_engine.document.load import load_source
from render_engine.film import open_scene
from render_engine.timeline.evaluate import evaluate

scene = open_scene(load_source("hello-world", size=(320, 180)))
frames = Frames(320, 180, "yuv420p", scene.fonts, scene.media, on_card=True)
frame = frames.draw(evaluate(scene, Fraction(0)))
"""


def test_a_process_may_end_with_a_frame_in_hand(tmp_path):
    answer = run_python("-c", IN_HAND, environment=drivers(tmp_path / "driver"))
    assert answer.returncode == 0, answer.stderr


def test_that_there_was_no_driver_is_not_believed_once_there_is_one(tmp_path):
    """As in a container that was once started without its card, or after a driver was installed."""
    ask = ("-c", "from render_engine.encode.available import available; print(available('h264_nvenc').reason)")
    cache = {"FRAMEKILN_CACHE": str(tmp_path / "cache")}
    before = run_python(*ask, environment=cache).stdout
    after = run_python(*ask, environment=cache | drivers(tmp_path / "driver")).stdout
    assert before == "no NVIDIA driver: libcuda.so.1 cannot be loaded\n"
    assert after.startswith("the NVIDIA driver lacks its video part")
