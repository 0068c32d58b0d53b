"""What the tests' own NVDEC (fake_nvcuvid.cpp) knows: each picture of a file as FFmpeg's software decodes it."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np

TOLD = 16  # last bytes of a packet, which are those of its last slice: its picture is called by them


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
