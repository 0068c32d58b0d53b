"""Which encoders this machine really has. FFmpeg lists NVENC on machines without a card: only opening one tells.

The answer is kept on disk, for this PyAV and this driver, as opening all of them takes a second.
"""

from __future__ import annotations

import ctypes
import functools
import json
import os
import sys
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

import av
import av.logging
from av.video.codeccontext import VideoCodecContext

from render_engine.cache_folder import cache_folder
from render_engine.encode.opening import lacks_session, telling

os.environ.setdefault("SVT_LOG", "1")  # errors only: SVT-AV1 tells its settings on stderr, past FFmpeg's log

_SIZE = 256  # pixels a side; NVENC refuses less than 160
_DRIVER = Path("/proc/driver/nvidia/version")
_LIBRARIES = (
    ("nvcuda.dll", "nvEncodeAPI64.dll") if sys.platform == "win32" else ("libcuda.so.1", "libnvidia-encode.so.1")
)
_QUIET = {"libx265": {"x265-params": "log-level=none"}}  # it speaks past FFmpeg's log
_LOADS = ("cannot load", "driver does not support", "the minimum required", "cannot open")
_NO_NVENC = ("OpenEncodeSessionEx failed: unsupported device", "OpenEncodeSessionEx failed: no encode device")


@dataclass(frozen=True)
class Availability:
    ok: bool
    reason: str  # empty when ok


@functools.cache
def available(encoder: str) -> Availability:
    """Whether FFmpeg's `encoder` opens and takes a frame here, and if not, why."""
    kept = _kept()
    if encoder in kept:
        return kept[encoder]
    answer = _try(encoder)
    _keep({**kept, encoder: answer})
    return answer


def _try(encoder: str) -> Availability:
    try:
        context = av.CodecContext.create(encoder, "w")
    except av.codec.codec.UnknownCodecError:
        return Availability(False, f"this build of FFmpeg has no {encoder}")
    assert isinstance(context, VideoCodecContext)
    context.options = _QUIET.get(encoder, {})
    with telling(av.logging.VERBOSE) as said:
        try:
            _encode_one(context)
        except av.FFmpegError as error:
            if not lacks_session(words for _, _, words in said):  # others use it now: it is there
                return Availability(False, _why(said, error))
    return Availability(True, "")


def _encode_one(context: VideoCodecContext) -> None:
    formats = [each.name for each in context.codec.video_formats or ()]
    context.width = context.height = _SIZE
    context.pix_fmt = "yuv420p" if "yuv420p" in formats else formats[0]
    context.time_base, context.framerate = Fraction(1, 25), Fraction(25)
    frame = av.VideoFrame(_SIZE, _SIZE, context.pix_fmt)
    frame.pts, frame.time_base = 0, context.time_base
    context.encode(frame)
    context.encode(None)


def _why(said: list[tuple[int, str, str]], error: av.FFmpegError) -> str:
    lines = [words.strip().rstrip(".") for _, _, words in said]
    warnings = [line for line, (level, _, _) in zip(lines, said, strict=True) if level <= av.logging.WARNING]
    if any(line.startswith(_NO_NVENC) for line in lines):
        return "this card has no NVENC"
    loads = [line for line in lines if line.lower().startswith(_LOADS)]
    told = next(iter((*loads, *warnings, *lines)), str(error.strerror))
    if "libcuda" in told or "nvcuda" in told:
        library = told.removeprefix("Cannot load ")
        return f"no NVIDIA driver: {library} cannot be loaded"
    if "libnvidia-encode" in told or "nvEncodeAPI" in told:
        return f"the NVIDIA driver lacks its video part: {told}"
    if told.startswith("Driver does not support") and len(loads) > 1:  # which one does
        return f"{told}. {loads[1]}"
    return told


def _machine() -> str:
    """What the answers hold for: they change with FFmpeg, with the driver, and with what a container was given of it."""
    driver = _DRIVER.read_text(errors="replace").partition("\n")[0] if _DRIVER.exists() else "no driver"
    here = "".join(f", {library}" for library in _LIBRARIES if _loads(library))
    return f"av {av.__version__}, FFmpeg {av.ffmpeg_version_info}, {driver}{here}"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _store() -> Path:
    return cache_folder() / "encoders.json"


def _kept() -> dict[str, Availability]:
    try:
        stored = json.loads(_store().read_text("utf-8"))
        if stored["machine"] == _machine():
            return {name: Availability(**answer) for name, answer in stored["encoders"].items()}
    except (OSError, ValueError, KeyError, TypeError):
        pass  # missing or damaged: a cache is made again
    return {}


def _keep(answers: dict[str, Availability]) -> None:
    encoders = {name: asdict(answer) for name, answer in answers.items()}
    text = json.dumps({"machine": _machine(), "encoders": encoders}, indent=2)
    store = _store()
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        store.write_text(text, "utf-8")
    except OSError:
        pass  # a read-only home costs a second, nothing else
