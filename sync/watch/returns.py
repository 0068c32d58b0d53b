"""What comes back: the video to the folder that was asked for, the original to done/ or failed/."""

from __future__ import annotations

import os
import shutil
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sync.watch.folder import Stamp
from sync.watch.ledger import JobRow, Ledger
from sync.watch.watch import Watch

REASON = ".reason.txt"


@dataclass(frozen=True)
class Returns:
    watch: Watch
    ledger: Ledger

    def deliver(self, original: Path, row: JobRow, video: Path) -> str:
        """Copies it to --out; the name that it has there. Raises OSError."""
        assert self.watch.out
        name = row.result or self._name(original, row, video.suffix, self.watch.out)
        _copy(video, self.watch.out / name)
        return name

    def put_away(self, original: Path, parts: Iterable[Path], why: str) -> None:
        """To done/, or with its reason to failed/; its parts go along. What changed meanwhile stays. Raises OSError."""
        folder = self.watch.folder / ("failed" if why else "done")
        moved = self._moved(original, folder)
        for part in parts:
            self._moved(part, folder)
        if why and moved:
            moved.with_name(moved.name + REASON).write_text(why.rstrip() + "\n", encoding="utf-8")

    def _name(self, original: Path, row: JobRow, suffix: str, out: Path) -> str:
        """`photo.mp4` of photo.jpg, and `photo.png.mp4` where there is a photo.png too."""
        number = f"-{row.row}" if row.row else ""
        name = Path(unicodedata.normalize("NFC", row.path))
        short = str(name.with_name(name.stem + number + suffix))
        if not (out / short).exists() and not self.ledger.results_elsewhere(original, short):
            return short
        return str(free(out / name.with_name(name.name + number + suffix)).relative_to(out))

    def _moved(self, path: Path, folder: Path) -> Path | None:
        row = self.ledger.file(path)
        try:
            if row is None or not row.stamp.same_content(Stamp.of(path.stat())):
                return None  # something new is there, which is looked at for itself
            target = free(folder / row.path)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)
        except FileNotFoundError:
            return None
        return target


def _copy(video: Path, target: Path) -> None:
    """Who looks sees a whole file or none."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(video, partial)
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def free(path: Path) -> Path:
    """The path itself, or one beside it that nobody has: `photo (2).jpg`."""
    number = 1
    candidate = path
    while candidate.exists() or candidate.is_symlink():
        number += 1
        candidate = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return candidate
