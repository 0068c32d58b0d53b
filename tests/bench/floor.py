"""The least any renderer must do: decode the sources shown, and encode the very same frames, ready-made.

python -m tests.bench.floor FRAMES.yuv WIDTH HEIGHT FPS KEYFRAME_INTERVAL OUT.mp4 [SOURCE …]

Decoder and encoder use as many threads as they like.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

SETTINGS = {"preset": "veryfast", "crf": "20", "threads": "0", "profile": "high"}


def decode(source: Path) -> None:
    with av.open(str(source)) as container:
        for stream in (*container.streams.video[:1], *container.streams.audio[:1]):
            stream.codec_context.thread_type = "AUTO"
        for _ in container.decode(video=0):
            pass


def encode(frames: Path, width: int, height: int, fps: Fraction, interval: str, out: Path) -> None:
    raw = np.memmap(frames, np.uint8, "r").reshape(-1, height * 3 // 2, width)
    with av.open(str(out), "w") as container:
        stream = container.add_stream("libx264", rate=fps, options={**SETTINGS, "g": interval})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for picture in raw:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="yuv420p")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


if __name__ == "__main__":
    frames_path, width_text, height_text, fps_text, interval_text, out_path, *sources = sys.argv[1:]
    for name in sources:
        decode(Path(name))
    encode(Path(frames_path), int(width_text), int(height_text), Fraction(fps_text), interval_text, Path(out_path))
