"""Films for the tests' own NVDEC (fake_nvcuvid.cpp), and what it knows: each picture as FFmpeg's software decodes it."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np

SIZE = (192, 108)  # 108 is no multiple of 16: FFmpeg cuts what the card decodes
GROUP = 12  # frames from key to key
FRAMES = 40
ALIKE = {
    "auto-alt-ref": "0",
    "lag-in-frames": "0",
    "g": str(GROUP),
}  # no pictures that are never shown: software has none
CODECS = {  # by name: encoder, container, pixel format, options
    "h264": ("libx264", "mp4", "yuv420p", {"g": str(GROUP), "bf": "3"}),
    "hevc": ("libx265", "mp4", "yuv420p10le", {"x265-params": f"log-level=none:keyint={GROUP}:bframes=3"}),
    "vp8": ("libvpx", "webm", "yuv420p", ALIKE),
    "vp9": ("libvpx-vp9", "webm", "yuv420p", ALIKE),
    "av1": ("libsvtav1", "mp4", "yuv420p", {"g": str(GROUP), "svtav1-params": "pred-struct=1"}),
}
# Film grain is added after decoding; its pictures are too small here to have a name.
ON_CARDS = CODECS | {"av1-grain": ("libsvtav1", "mp4", "yuv420p", {"g": str(GROUP), "svtav1-params": "film-grain=20"})}
TOLD = 12  # last bytes of a packet, which are those of its last slice: its picture is called by them


def film(folder: Path, codec: str, size: tuple[int, int] = SIZE) -> Path:
    """A window that moves over a coloured cloud, with noise: no two frames are alike, and later ones refer to earlier ones."""
    encoder, suffix, pixel_format, options = ON_CARDS[codec]
    width, height = size
    random = np.random.default_rng(list(ON_CARDS).index(codec))
    rough = random.integers(0, 256, (height + FRAMES, width + 3 * FRAMES, 3), np.uint8)
    cloud = cv2.GaussianBlur(rough, (0, 0), 3).astype(float)
    pixels = np.clip((cloud - 128) * 4 + 128, 30, 225).astype(np.uint8)
    path = folder / f"{codec}.{suffix}"
    with av.open(str(path), "w") as file:
        stream = file.add_stream(encoder, rate=25, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, pixel_format
        for k in range(FRAMES):
            window = pixels[k : k + height, 3 * k : 3 * k + width]
            frame = av.VideoFrame.from_ndarray(window + random.integers(0, 30, window.shape, np.uint8), format="rgb24")
            file.mux(stream.encode(frame.reformat(format=pixel_format)))
        file.mux(stream.encode(None))
    return path


def lay_out(path: Path, folder: Path) -> int:
    """Puts every picture of the file into the folder as NV12 or P010; how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    with av.open(str(path)) as file:
        names = {packet.pts: bytes(packet)[-TOLD:].hex() for packet in file.demux(video=0) if packet.size}
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            (folder / names[frame.pts]).write_bytes(_surface(frame))
    return len(set(names.values()))


def _surface(frame: av.VideoFrame) -> bytes:
    """Bytes of a row, rows, and the rows of both planes."""
    deep = "10" in frame.format.name
    depth, shift = (np.uint16, 6) if deep else (np.uint8, 0)
    planes = []
    for plane in frame.planes:
        rows = np.frombuffer(memoryview(plane), np.uint8).view(depth).reshape(plane.height, -1)
        planes.append(rows[:, : plane.width] << shift)
    luma, blue, red = planes
    chroma = np.stack([blue, red], axis=-1)
    size = np.array([luma.shape[1] * luma.itemsize, luma.shape[0]], np.uint32)
    return size.tobytes() + luma.astype(depth).tobytes() + chroma.astype(depth).tobytes()
