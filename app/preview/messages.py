"""What the window and the preview's process say to each other: one JSON object a line, with its kind in `do` or `event`.

    window → process                                     process → window
    open      a source, or a document as it is edited    opened    what it is: size, frames, sound, files that it reads
    memory    where to draw                              failed    why it cannot be opened: problems with their paths
    want      frames, the most wanted first              drawn     a frame is in its slot
    sound     mix it                                     heard     how much of the sound is mixed
    outline   where do the layers stand                  outlined  there
                                                         refused   a frame could not be drawn, and why
                                                         renderer  who draws from now on, and why

Each opening has a generation; what is told of an earlier one is stale, and is not looked at.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Open:
    """`document`: as it is in the editor, where that differs from the file; `divider`: 1, 2 or 4; `renderer`: auto, cpu, cuda."""

    generation: int
    source: str
    props: Mapping[str, Any]
    size: tuple[int, int] | None = None
    divider: int = 1
    document: Mapping[str, Any] | None = None
    renderer: str = "auto"


@dataclass(frozen=True)
class Memory:
    generation: int
    path: str
    width: int
    height: int
    count: int


@dataclass(frozen=True)
class Want:
    """Frames, and the slots for them, in place of those that were wanted before. `order` counts these.

    `roughly`: where the first takes long, it is wanted with its videos' nearest keyframes before. `backwards`: it is played
    so, and what a decoder passes on its way is wanted next.
    """

    generation: int
    order: int
    frames: tuple[tuple[int, int], ...]
    roughly: bool = False
    backwards: bool = False


@dataclass(frozen=True)
class Sound:
    generation: int
    path: str


@dataclass(frozen=True)
class Outline:
    """Where do the layers stand in this frame?"""

    generation: int
    frame: int


@dataclass(frozen=True)
class Opened:
    generation: int
    width: int  # of the film
    height: int
    drawn_width: int  # of what is drawn here
    drawn_height: int
    frames: int
    fps: str
    title: str
    has_sound: bool
    opaque: bool
    markers: tuple[tuple[float, str], ...]
    files: tuple[str, ...]
    seconds: float  # that opening took


@dataclass(frozen=True)
class Problem:
    path: str
    message: str
    suggestion: str | None = None
    line: int | None = None  # of the document's file


@dataclass(frozen=True)
class Failed:
    """`files`: where what is missing may come, or what is broken be mended; folders too."""

    generation: int
    problems: tuple[Problem, ...]
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drawn:
    generation: int
    order: int
    frame: int
    slot: int
    milliseconds: float
    exact: bool = True


@dataclass(frozen=True)
class Refused:
    generation: int
    frame: int
    message: str


@dataclass(frozen=True)
class Heard:
    """48 kHz stereo, 32-bit floats, in the file from its beginning on."""

    generation: int
    samples: int
    whole: bool


@dataclass(frozen=True)
class Outlined:
    """`boxes`: by the layers' paths, the lowest first; what the numbers are is told in bounds.py."""

    generation: int
    frame: int
    boxes: Mapping[str, list[float]]


@dataclass(frozen=True)
class Renderer:
    """`name`: cpu or cuda. `why`: the card's name, or why the processor draws. `trouble`: what a person is told, if anything."""

    name: str
    why: str
    trouble: str = ""


Order = Open | Memory | Want | Sound | Outline
Event = Opened | Failed | Drawn | Refused | Heard | Outlined | Renderer
_KINDS: Mapping[str, type[Any]] = {kind.__name__.lower(): kind for kind in (*Order.__args__, *Event.__args__)}


def line(message: Order | Event) -> bytes:
    """What it holds is only written: a copy of a whole document would take longer than all the rest."""
    return json.dumps({"kind": type(message).__name__.lower(), **vars(message)}, default=asdict).encode() + b"\n"


def read(text: bytes) -> Order | Event:
    """Raises ValueError for what is none: a library's own words."""
    try:
        fields = json.loads(text)
        kind = _KINDS[fields.pop("kind")]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(text[:80]) from error
    if kind is Failed:
        fields["problems"] = tuple(Problem(**problem) for problem in fields["problems"])
    if kind is Want:
        fields["frames"] = tuple(map(tuple, fields["frames"]))
    message: Order | Event = kind(**fields)
    return message
