"""What encoders take, made of the canvas on the card: planes that stay there for NVENC, or come down to the host's."""

from __future__ import annotations

from dataclasses import dataclass

import av
import numpy as np
from av.video.frame import CudaContext
from numpy.typing import NDArray

from render_engine.cpu.convert import planes_of, tagged
from render_engine.cuda.dlpack import capsule
from render_engine.cuda.launches import Convert
from render_engine.cuda.memory import Block, Memory
from render_engine.cuda.texture import Texture

PITCH = 256  # bytes: rows that NVENC reads begin on multiples of it


@dataclass(frozen=True)
class Semiplanar:
    """NV12, or P010 for 10 bits, both planes in one block."""

    block: Block
    width: int
    height: int
    pitch: int  # bytes from row to row
    deep: bool

    def frame(self, context: CudaContext | None) -> av.VideoFrame:
        """As the encoder takes it, without a copy; all kernels that write it must be done."""
        bits = 16 if self.deep else 8
        luma = capsule(self.block, 0, self.height, self.width, self.pitch, bits)
        chroma = capsule(self.block, self.pitch * self.height, self.height // 2, self.width, self.pitch, bits)
        name = "p010le" if self.deep else "nv12"
        return tagged(av.VideoFrame.from_dlpack((luma, chroma), format=name, cuda_context=context))


def semiplanar(memory: Memory, canvas: Texture, deep: bool = False, into: Block | None = None) -> Semiplanar:
    """The canvas for NVENC; `into`: of semiplanar_size."""
    sample, pitch = (2 if deep else 1), _pitch(canvas.width, deep)
    block = into or memory.block(semiplanar_size(canvas.width, canvas.height, deep))
    chroma = block.address + pitch * canvas.height
    _convert(memory, canvas, (block.address, chroma, chroma + sample), (pitch, pitch), 2, deep)
    return Semiplanar(block, canvas.width, canvas.height, pitch, deep)


def semiplanar_size(width: int, height: int, deep: bool) -> int:
    return _pitch(width, deep) * height * 3 // 2


def _pitch(width: int, deep: bool) -> int:
    return -(-width * (2 if deep else 1) // PITCH) * PITCH


def planar(memory: Memory, canvas: Texture, block: Block) -> None:
    """The canvas as yuv420p, its planes one after another without gaps."""
    width, height = canvas.width, canvas.height
    blue = block.address + width * height
    red = blue + (width // 2) * (height // 2)
    _convert(memory, canvas, (block.address, blue, red), (width, width // 2), 1, False)


def planar_size(width: int, height: int) -> int:
    return width * height * 3 // 2


def planar_frame(data: NDArray[np.uint8], width: int, height: int) -> av.VideoFrame:
    """A frame over the host's own memory; of heights that PyAV rounds down to fours, a copy of it."""
    if height % 4 == 0:
        return tagged(av.VideoFrame.from_numpy_buffer(data.reshape(height * 3 // 2, width), format="yuv420p"))
    frame = av.VideoFrame(width, height, "yuv420p")
    begin = 0
    for plane in planes_of(frame):
        plane[:] = data[begin : begin + plane.size].reshape(plane.shape)
        begin += plane.size
    return tagged(frame)


def _convert(
    memory: Memory, canvas: Texture, planes: tuple[int, int, int], pitches: tuple[int, int], step: int, deep: bool
) -> None:
    assert canvas.width % 2 == canvas.height % 2 == 0, "4:2:0 has pairs of rows and columns"
    arguments = Convert(canvas.image, *planes, *pitches, step, deep)
    memory.launch("convert", arguments, canvas.width, canvas.height)
