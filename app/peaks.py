"""A process that finds out how long a medium is and how loud it is over its time: `python -m app.peaks FILE`.

It tells `{"duration": seconds or null, "peaks": file or null}`. The file is an array of bytes, RATE a second: the loudest
sample of each stretch, 255 is full scale. It is kept by the medium's path, size and time of change.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from render_engine.cache_folder import cache_folder
from render_engine.errors import FramekilnError
from render_engine.media.facts import Stamp

RATE = 100  # a second
BLOCK = 10  # seconds that are decoded at once


def facts(path: Path) -> dict[str, Any]:
    """Raises FramekilnError for what is no medium."""
    if path.suffix == ".json":
        return {"duration": _document_length(path), "peaks": None}
    from render_engine.media.probe import probe

    info = probe(path)
    ends = [stream.duration for stream in (info.video, info.audio) if stream]
    if info.audio:
        ends.append(info.audio.start + info.audio.duration)
    duration = info.video.duration if info.video else max(ends, default=info.duration)
    return {
        "duration": None if duration is None else float(duration),
        "peaks": _peaks_file(path) if info.audio else None,
    }


def _document_length(path: Path) -> float:
    from render_engine.document.load import load_source
    from render_engine.film import open_scene

    return float(open_scene(load_source(str(path))).duration)


def _peaks_file(path: Path) -> str:
    kept = cache_folder() / "peaks" / f"{Stamp.of(path).key}.npy"
    if not kept.is_file():
        kept.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=kept.parent, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            np.save(file, peaks(path))
        Path(name).replace(kept)
    return str(kept)


def peaks(path: Path) -> NDArray[np.uint8]:
    from render_engine.media.audio import AudioReader
    from render_engine.media.audio_clip import RATE as SAMPLES

    each, found, at = SAMPLES // RATE, [], 0
    with AudioReader(path) as reader:
        while len(block := reader.read_some(at, BLOCK * SAMPLES)):
            at += len(block)
            loud = np.abs(block).max(axis=1)
            whole = np.pad(loud, (0, -len(loud) % each)).reshape(-1, each).max(axis=1)
            found.append((np.minimum(whole, 1) * 255).round().astype(np.uint8))
    return np.concatenate(found) if found else np.zeros(0, np.uint8)


def main(path: str) -> None:
    try:
        told = facts(Path(path))
    except (FramekilnError, OSError) as error:
        told = {"duration": None, "peaks": None, "problem": str(error)}
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
