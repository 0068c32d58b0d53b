"""All that decides how a segment's frames become bytes: picklable, and with an identity that goes into its key."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from render_engine.encode.codecs import CODECS, Codec

SEGMENT_SECONDS = 4  # no segment is longer; keyframes within are placed so that a border can follow anywhere

_NVIDIA = Path("/proc/driver/nvidia")


@dataclass(frozen=True)
class VideoSettings:
    width: int
    height: int
    fps: Fraction
    codec: str  # a name in CODECS
    crf: float | None = None  # None: the codec's own default
    speed: str = "veryfast"
    alpha: bool = False
    max_rate: int | None = None  # bits a second, at the peak
    renderer: str = "cpu"  # what draws the frames: cpu or cuda
    bit_depth: int | None = None  # of a sample, 8 or 10; None: the codec's usual one

    @property
    def row(self) -> Codec:
        return CODECS[self.codec]

    @property
    def pixel_format(self) -> str:
        """What frames must be; empty for sound alone."""
        plain = self.row.deep_format if self.is_deep else self.row.pixel_format
        return (self.row.alpha_format if self.alpha else plain) or ""

    @property
    def is_deep(self) -> bool:
        """Whether samples have more bits than is usual for the codec."""
        return self.bit_depth == 10 and self.row.deep_format is not None

    @property
    def stays_on_card(self) -> bool:
        """Whether frames are drawn and encoded on the card, and never come to the host."""
        return self.renderer == "cuda" and self.row.hardware

    @property
    def options(self) -> dict[str, str]:
        """FFmpeg's, every default resolved."""
        return self.row.options(self.crf, self.speed, self.max_rate, round(SEGMENT_SECONDS * self.fps), self.is_deep)

    def identity(self) -> str:
        """Two segments of the same frames have the same bytes where this is the same."""
        options = " ".join(f"{name}={value}" for name, value in sorted(self.options.items()))
        shape = f"{self.width}x{self.height} {self.fps} {self.pixel_format}"
        drawn = "" if self.renderer == "cpu" else f"; drawn by {self.renderer}"
        card = _card() if self.row.hardware or self.renderer != "cpu" else ""
        return f"{self.codec} {self.row.encoder} {shape} {options}; {build()}{drawn}{card}"


def build() -> str:
    """PyAV and FFmpeg, as far as they tell: another build may make other bytes."""
    libraries = " ".join(f"{name} {'.'.join(map(str, version))}" for name, version in av.library_versions.items())
    return f"av {av.__version__} FFmpeg {av.ffmpeg_version_info} {libraries}"


def _card() -> str:
    """Driver and cards; hardware promises the same bytes on none other."""
    told = [_NVIDIA / "version", *sorted(_NVIDIA.glob("gpus/*/information"))]
    lines = [line for path in told if path.exists() for line in path.read_text(errors="replace").splitlines()]
    return "".join(f"; {' '.join(line.split())}" for line in lines if line.startswith(("NVRM", "Model", "Video BIOS")))
