"""The file behind a content hash: what a scene knows of it, and all that drawing it takes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from render_engine.media.info import VideoStream


@dataclass(frozen=True)
class Medium:
    """A file whose pixels a scene shows."""

    path: Path
    kind: Literal["image", "video", "svg", "lottie"]
    video: VideoStream | None = None
    where: str = ""  # the document path that named it first
