"""What comes back: the video to the folder that was asked for, the original to done/ or failed/."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

REASON = ".reason.txt"


def deliver(video: Path, out: Path, name: str) -> None:
    """A copy under that name; who looks sees a whole file or none. Raises OSError."""
    target = out / name
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(video, partial)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def move(original: Path, folder: Path, name: str) -> Path:
    """Where it lies now: under `name` in `folder`, beside others of that name. Raises OSError."""
    target = free(folder / name)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(original, target)
    return target


def tell_why(moved: Path, reason: str) -> None:
    moved.with_name(moved.name + REASON).write_text(reason.rstrip() + "\n", encoding="utf-8")


def free(path: Path) -> Path:
    """The path itself, or one beside it that nobody has: `photo (2).jpg`."""
    number = 1
    candidate = path
    while candidate.exists() or candidate.is_symlink():
        number += 1
        candidate = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return candidate
