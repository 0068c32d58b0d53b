"""The formats that a video can be written in: one row each, with the settings that make its bytes repeatable.

Threads and the CPU's abilities change the bytes of x264 and x265, so both run on one thread with no such freedom;
SVT-AV1 and libvpx give the same bytes whatever they run on (checked; STACK.md).
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass

from render_engine.encode.available import available
from render_engine.errors import EncoderError, EncoderNotHere

SPEEDS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow")
DEFAULT_SPEED = "veryfast"


@dataclass(frozen=True)
class Codec:
    """A way to write pictures. `encoder` is FFmpeg's name; a codec with none writes sound only."""

    name: str
    title: str
    encoder: str | None
    suffixes: tuple[str, ...]  # the first is the default
    pixel_format: str | None
    alpha_format: str | None = None  # None: cannot hold transparency
    deep_format: str | None = None  # with 10 bits, where 8 are usual
    crf: float | None = None  # the default quality; None: the format has none to choose
    crf_range: tuple[float, float] = (0, 51)
    tag: str | None = None  # the name that QuickTime wants in MP4 and MOV
    even: bool = True  # whether odd sizes cannot be written
    hardware: bool = False

    @property
    def bit_depths(self) -> tuple[int, ...]:
        """Bits of a sample that it can write, the usual ones first."""
        if self.pixel_format is None:
            return ()
        usual = 10 if self.pixel_format.endswith("10le") else 8
        return (usual, 10) if self.deep_format else (usual,)

    def audio(self, suffix: str) -> str | None:
        """FFmpeg's encoder for the sound beside these pictures; None where the format is silent."""
        if self.name in _SILENT:
            return None
        if self.name.startswith("prores"):
            return "pcm_s24le"
        return _SOUND.get(suffix.lower(), "aac")

    def options(
        self, crf: float | None, speed: str, max_rate: int | None, longest: int, deep: bool = False
    ) -> dict[str, str]:
        """FFmpeg's options for a quality, a speed (x264's words, for every codec), a peak rate in bits a second, and
        closed segments of at most `longest` frames, which need no keyframe but their first. `deep`: 10 bits, not 8."""
        quality = self.crf if crf is None else crf
        made = _OPTIONS[self.name](quality or 0, speed, longest) if self.name in _OPTIONS else {}
        if deep and self.name == "x265":
            made["profile"] = "main10"
        return made | (_peak(self.name, max_rate) if max_rate and self.crf is not None else {})


def _peak(name: str, rate: int) -> dict[str, str]:
    """Each segment begins with a buffer half full, which it may use up: a small buffer and a rate a tenth lower keep
    segments under the peak. libvpx knows a highest mean only, and no buffer without it."""
    if name == "vp9":
        return {"b": str(rate * 9 // 10)}
    return {"maxrate": str(rate * 9 // 10), "bufsize": str(rate * 3 // 10), "rc_init_occupancy": str(rate * 3 // 20)}


def _x264(crf: float, speed: str, longest: int) -> dict[str, str]:
    # min-keyint: at most one IDR more in a segment, so that the next one's never has the id of the one before it.
    gop = f"keyint={longest}:min-keyint={longest // 2 + 1}:stitchable=1"
    # A segment's first frame is given fewer bits than a later keyframe of a long encode, which all after it pay for: at
    # equal PSNR a title in segments of two seconds was 7 % larger than one long encode; with bits times 1.2 it is 2 %.
    params = f"threads=1:lookahead-threads=1:cpu-independent=1:{gop}:zones=0,0,b=1.2"
    return {"preset": speed, "crf": f"{crf:g}", "profile": "high", "x264-params": params}


def _x265(crf: float, speed: str, longest: int) -> dict[str, str]:
    gop = f"keyint={longest}:min-keyint={longest // 2 + 1}:open-gop=0"
    params = f"frame-threads=1:pools=none:log-level=error:{gop}"
    return {"preset": speed, "crf": f"{crf:g}", "profile": "main", "x265-params": params}


def _svtav1(crf: float, speed: str, longest: int) -> dict[str, str]:
    preset = (12, 11, 10, 9, 8, 7, 5, 4, 2)[SPEEDS.index(speed)]
    return {"preset": str(preset), "crf": f"{crf:g}", "svtav1-params": f"lp=1:keyint={longest}"}


def _vp9(crf: float, speed: str, longest: int) -> dict[str, str]:
    effort = (8, 7, 6, 5, 4, 3, 2, 1, 0)[SPEEDS.index(speed)]
    quality = {"crf": f"{crf:g}", "b": "0", "deadline": "good", "cpu-used": str(min(effort, 5))}
    return quality | {"auto-alt-ref": "0", "g": str(longest)}


def _nvenc(crf: float, speed: str, longest: int) -> dict[str, str]:
    preset = (1, 1, 2, 3, 4, 5, 6, 7, 7)[SPEEDS.index(speed)]
    return {"preset": f"p{preset}", "rc": "vbr", "cq": f"{crf:g}", "b": "0", "g": str(longest)}


def _prores(_crf: float, _speed: str, _longest: int) -> dict[str, str]:
    return {"profile": "standard", "vendor": "apl0"}


def _prores_4444(_crf: float, _speed: str, _longest: int) -> dict[str, str]:
    return {"profile": "4444", "vendor": "apl0", "alpha_bits": "16"}


def _png(_crf: float, _speed: str, _longest: int) -> dict[str, str]:
    return {"compression_level": "1"}  # a seventh of the time for a tenth more bytes


_OPTIONS: dict[str, Callable[[float, str, int], dict[str, str]]] = {
    "x264": _x264,
    "x265": _x265,
    "svtav1": _svtav1,
    "vp9": _vp9,
    "h264_nvenc": _nvenc,
    "hevc_nvenc": _nvenc,
    "av1_nvenc": _nvenc,
    "prores": _prores,
    "prores-4444": _prores_4444,
    "png": _png,
}

_SOUND = {".webm": "libopus", ".mkv": "libopus", ".wav": "pcm_s24le"}  # the others: AAC
_SILENT = ("gif", "png")
_DEEP = "yuv420p10le"
_MP4 = (".mp4", ".mov", ".mkv", ".m4v")

CODECS: dict[str, Codec] = {
    codec.name: codec
    for codec in (
        Codec("x264", "H.264", "libx264", _MP4, "yuv420p", crf=20, tag="avc1"),
        Codec("x265", "H.265", "libx265", _MP4, "yuv420p", deep_format=_DEEP, crf=23, tag="hvc1"),
        Codec(
            "svtav1",
            "AV1",
            "libsvtav1",
            (".mp4", ".webm", ".mkv"),
            "yuv420p",
            deep_format=_DEEP,
            crf=30,
            crf_range=(1, 63),
        ),
        Codec("vp9", "VP9", "libvpx-vp9", (".webm", ".mkv"), "yuv420p", "yuva420p", crf=28, crf_range=(0, 63)),
        Codec("prores", "ProRes 422", "prores_ks", (".mov", ".mkv"), "yuv422p10le", tag="apcn"),
        Codec("prores-4444", "ProRes 4444", "prores_ks", (".mov", ".mkv"), "yuva444p10le", "yuva444p10le", tag="ap4h"),
        Codec("h264_nvenc", "H.264 by NVENC", "h264_nvenc", _MP4, "yuv420p", crf=23, tag="avc1", hardware=True),
        Codec(
            "hevc_nvenc",
            "H.265 by NVENC",
            "hevc_nvenc",
            _MP4,
            "yuv420p",
            deep_format=_DEEP,
            crf=26,
            tag="hvc1",
            hardware=True,
        ),
        Codec(
            "av1_nvenc",
            "AV1 by NVENC",
            "av1_nvenc",
            (".mp4", ".mkv"),
            "yuv420p",
            deep_format=_DEEP,
            crf=32,
            hardware=True,
        ),
        Codec("gif", "GIF", "gif", (".gif",), "bgr0", "bgra", even=False),
        Codec("png", "PNG sequence", "png", ("", ".png"), "bgr0", "bgra", even=False),
        Codec("wav", "WAV, 24 bits", None, (".wav",), None, even=False),
        Codec("m4a", "AAC in M4A", None, (".m4a",), None, even=False),
    )
}

ALIASES = {
    "nvenc": "h264_nvenc",
    "h264": "x264",
    "h265": "x265",
    "hevc": "x265",
    "av1": "svtav1",
    "prores-422": "prores",
}


@dataclass(frozen=True)
class Choice:
    codec: Codec
    asked: str
    reason: str  # for a person: why this one


_AUTO = {  # what a file's name demands: without and with transparency
    ".webm": ("vp9", "vp9"),
    ".mov": ("x264", "prores-4444"),
    ".gif": ("gif", "gif"),
    ".png": ("png", "png"),
    "": ("png", "png"),
    ".wav": ("wav", "wav"),
    ".m4a": ("m4a", "m4a"),
}
_IN_10_BITS = {"x264": "x265", "vp9": "svtav1"}  # in the place of these
_NVENC = {"x264": "h264_nvenc", "x265": "hevc_nvenc"}
_NVENC_SIZES = {"x264": range(160, 4097), "x265": range(160, 8193)}  # pixels a side that every card with NVENC takes


def choose(
    asked: str = "auto", *, suffix: str, alpha: bool, size: tuple[int, int], bit_depth: int | None = None
) -> Choice:
    """The codec for a file. `auto` takes what the name demands, else NVENC where it truly opens, else x264, or x265 for
    10 bits; a named encoder is taken or refused (EncoderError), never exchanged for another."""
    if asked != "auto":
        return _named(asked)
    name = _AUTO.get(suffix.lower(), ("x264", "x264"))[alpha]
    if bit_depth == 10:
        name = _IN_10_BITS.get(name, name)
    if name not in _NVENC:
        held = " with transparency" if alpha and CODECS[name].alpha_format else ""
        return Choice(CODECS[name], asked, f"{suffix or 'a folder'}{held} asks for {CODECS[name].title}")
    if not all(side in _NVENC_SIZES[name] for side in size):
        return Choice(CODECS[name], asked, f"NVENC does not take {size[0]}x{size[1]} on every card")
    nvenc = available(_NVENC[name])
    if nvenc.ok:
        return Choice(CODECS[_NVENC[name]], asked, "NVENC opens on this machine")
    return Choice(CODECS[name], asked, f"NVENC is not there: {nvenc.reason}")


def _named(asked: str) -> Choice:
    name = ALIASES.get(asked.lower(), asked.lower())
    if name not in CODECS:
        near = difflib.get_close_matches(name, [*CODECS, *ALIASES], 1)
        hint = f'Did you mean "{near[0]}"? ' if near else ""
        raise EncoderError(f'There is no encoder "{asked}". {hint}There are: auto, {", ".join(CODECS)}.')
    codec = CODECS[name]
    if codec.encoder is not None and not (answer := available(codec.encoder)).ok:
        there = [other.name for other in CODECS.values() if other.encoder is None or available(other.encoder).ok]
        raise EncoderNotHere(f"{codec.title} cannot be used here: {answer.reason}. There are: {', '.join(there)}.")
    return Choice(codec, asked, "asked for")
