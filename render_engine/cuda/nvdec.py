"""What the card's video decoder (NVDEC) takes, as the driver tells it; FFmpeg does the decoding (media/card_decoding.py).

The structure is that of NVIDIA's cuviddec.h. It is asked in the context that is current.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import Structure, c_int, c_ubyte, c_uint, c_ushort
from functools import lru_cache

LIBRARY = "nvcuvid.dll" if sys.platform == "win32" else "libnvcuvid.so.1"
CODECS = {"h264": (4, "H.264"), "hevc": (8, "HEVC"), "vp8": (9, "VP8"), "vp9": (10, "VP9"), "av1": (11, "AV1")}
DEPTHS = (8, 10)
CHROMA_420 = 1


class Caps(Structure):
    _fields_ = [
        ("codec", c_int),
        ("chroma", c_int),
        ("depth_minus_8", c_uint),
        ("_reserved", c_uint * 3),
        ("supported", c_ubyte),
        ("_more", c_ubyte * 3),
        ("max_width", c_uint),
        ("max_height", c_uint),
        ("max_blocks", c_uint),  # of 16 × 16 px
        ("min_width", c_ushort),
        ("min_height", c_ushort),
        ("_rest", c_uint * 11),
    ]


@lru_cache(maxsize=len(CODECS) * len(DEPTHS))
def caps(codec: str, bits: int) -> Caps | str:
    """What it takes of a codec, in 4:2:0; words where it cannot be asked."""
    try:
        library = ctypes.CDLL(LIBRARY)
    except OSError:
        return f"{LIBRARY} cannot be loaded (a container needs “video” in NVIDIA_DRIVER_CAPABILITIES)"
    asked = Caps(codec=CODECS[codec][0], chroma=CHROMA_420, depth_minus_8=bits - 8)
    status = library.cuvidGetDecoderCaps(ctypes.byref(asked))
    return f"NVDEC does not answer (error {status})" if status else asked


def refusal(codec: str, bits: int, width: int, height: int) -> str:
    """Why it does not decode such a video; empty where it does."""
    found = caps(codec, bits)
    if isinstance(found, str):
        return found
    name = CODECS[codec][1]
    if not found.supported:
        return f"NVDEC of this card takes no {name} in {bits} bits"
    least, most = (found.min_width, found.min_height), (found.max_width, found.max_height)
    if width < least[0] or height < least[1]:
        return f"{width}×{height} is less than the {least[0]}×{least[1]} that NVDEC takes of {name}"
    if width > most[0] or height > most[1] or width * height > 256 * found.max_blocks:
        return f"{width}×{height} is more than the {most[0]}×{most[1]} that NVDEC takes of {name}"
    return ""


def told() -> dict[str, str] | str:
    """For a person: by codec, what it takes; empty words where it takes none. Only words where it cannot be asked."""
    answers = {}
    for codec, (_, name) in CODECS.items():
        depths = []
        for bits in DEPTHS:
            found = caps(codec, bits)
            if isinstance(found, str):
                return found
            if found.supported:
                depths.append(f"{bits} bits up to {found.max_width}×{found.max_height}")
        answers[name] = ", ".join(depths)
    return answers
