"""What resolving a layer may look up, and where it leaves what the scene will need."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from render_engine.document.address import is_address
from render_engine.document.palette import Colors
from render_engine.errors import DocumentError, FramekilnError, MediaError
from render_engine.layout.boxes import Measured
from render_engine.media.audio_clip import Clip
from render_engine.media.content import content_hash
from render_engine.media.info import MediaInfo
from render_engine.media.medium import Medium
from render_engine.media.probe import probe
from render_engine.motion.motion_blur import MotionBlur
from render_engine.text.captions import Caption
from render_engine.text.fonts import FontLibrary
from render_engine.timeline.values_of import Values

Listener = Callable[[Sequence[Clip]], None]  # of all clips, on the composition's clock


@dataclass
class Count:
    """What was resolved so far: documents that nest each other tenfold over ten levels would be without end."""

    layers: int = 0
    compositions: int = 0
    sizes: dict[tuple[int, float, float], tuple[object, Measured]] = field(
        default_factory=dict
    )  # of layers, measured once


@dataclass(frozen=True)
class Context:
    """The place of a layer in the tree: its parent's size and length, and the way to its files."""

    base: Path  # the document's folder
    values: Values
    fonts: FontLibrary
    fallback_fonts: tuple[str, ...]
    width: float  # of the parent, px
    height: float
    length: Fraction  # of the parent, seconds
    where: str  # document path, like layers[2]
    offset: Fraction  # when the parent begins, in seconds of the whole video

    media: dict[str, Medium]  # these grow while the tree is walked
    inputs: dict[Path, None]  # every file that was read, in order
    clips: list[Clip]
    captions: list[Caption]
    listeners: list[Listener]  # asked once all sound of the composition is known
    resolved: Count
    documents: tuple[Path, ...] = ()  # the documents that this one is nested in
    gain: float = 1.0
    motion_blur: MotionBlur | None = None  # of layers that state none
    palette: Colors | None = None  # of documents that state none

    def inside(self, step: str = "", **changes: Any) -> Context:
        """The context of a part of this layer; `step` leads to it in the document: layers[2], effects[0]."""
        if step:
            changes["where"] = _join(self.where, step)
        return replace(self, **changes)

    def file(self, name: str, field: str = "source") -> Path:
        """The file a document names, relative to the document's folder; it exists."""
        if is_address(name):
            told = f"“{_shown(name)}” is an address, and a render reads files: give a file, or submit it to a node"
            raise MediaError(told, where=_join(self.where, field))
        path = Path(name) if Path(name).is_absolute() else self.base / name
        if not path.exists():
            raise MediaError(f"{path} does not exist{_near(path)}", where=_join(self.where, field))
        self.inputs[path] = None
        return path

    def probe(self, name: str, field: str = "source") -> MediaInfo:
        try:
            return probe(self.file(name, field))
        except FramekilnError as error:
            raise error.at(_join(self.where, field)) from error

    def picture(self, path: Path, kind: str, info: MediaInfo | None = None) -> str:
        """Registers a medium of the scene; gives the content hash by which ops name it."""
        key = content_hash(path)
        self.inputs[path] = None
        video = info.video if info else None
        self.media.setdefault(key, Medium(path, kind, video, _join(self.where, "source")))  # type: ignore[arg-type]  # one of the kinds of a Medium
        return key

    def time(self, moment: float | str, field: str = "") -> Fraction:
        """Seconds of this place's clock: as written, or of a marker."""
        try:
            return self.values.since(self.offset).time(moment)
        except FramekilnError as error:
            raise error.at(_join(self.where, field)) from error

    def wrong(self, message: str, field: str = "") -> DocumentError:
        return DocumentError(message, where=_join(self.where, field) if field else self.where)


def _join(where: str, field: str) -> str:
    return f"{where}.{field}" if where else field


def _shown(address: str) -> str:
    """Without what follows a question mark: it may be a signature."""
    return address.partition("?")[0][:80]


def _near(path: Path) -> str:
    """“; did you mean …?”, where a file of a like name stands there."""
    from difflib import get_close_matches

    if not path.parent.is_dir():
        return f": there is no folder {path.parent}"
    close = get_close_matches(path.name, [entry.name for entry in path.parent.iterdir()], 1)
    return f"; did you mean {close[0]}?" if close else ""
