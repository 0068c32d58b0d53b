"""Named answers to "what is it for?": a size, a codec and a quality that go together."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Preset:
    name: str
    help: str
    codec: str  # a codec's name, or auto
    suffix: str  # of the file made; "" is a folder
    crf: float | None = None
    speed: str | None = None
    size: tuple[int, int] | None = None  # None: the composition's own
    fps: Fraction | None = None
    alpha: bool = False
    max_rate: int | None = None  # bits a second
    audio_bitrate: int = 192_000


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "youtube-1080p", "H.264, 1920x1080, for YouTube and most places", "auto", ".mp4", 18, "fast", (1920, 1080)
        ),
        Preset("youtube-4k", "H.264, 3840x2160", "auto", ".mp4", 18, "fast", (3840, 2160)),
        Preset("vertical", "H.264, 1080x1920, for phones held upright", "auto", ".mp4", 19, "fast", (1080, 1920)),
        Preset("square", "H.264, 1080x1080, for feeds", "auto", ".mp4", 19, "fast", (1080, 1080)),
        Preset("web-small", "H.264, at most 2.5 Mb/s, for a page", "auto", ".mp4", 26, "medium", max_rate=2_500_000),
        Preset("web-av1", "AV1 in MP4: smaller, for new browsers", "svtav1", ".mp4", 32, "fast"),
        Preset("webm-alpha", "VP9 with transparency, for browsers", "vp9", ".webm", 22, "fast", alpha=True),
        Preset("prores-422", "ProRes 422 for editing programs", "prores", ".mov"),
        Preset("prores-4444", "ProRes 4444 with transparency, for editing programs", "prores-4444", ".mov", alpha=True),
        Preset("gif", "GIF, 25 frames a second, one palette for the clip", "gif", ".gif", fps=Fraction(25)),
        Preset("png-sequence", "a folder of PNG pictures with transparency", "png", "", alpha=True),
        Preset("draft", "H.264, small and quick, to look at", "x264", ".mp4", 28, "ultrafast", audio_bitrate=128_000),
        Preset("audio-wav", "the sound alone, WAV, 24 bits", "wav", ".wav"),
        Preset("audio-m4a", "the sound alone, AAC", "m4a", ".m4a", audio_bitrate=256_000),
    )
}
