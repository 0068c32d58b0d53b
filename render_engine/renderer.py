"""Which renderer draws a film: the processor, or an NVIDIA card.

`auto` takes neither on trust. Where there is a card, both draw a few frames of the film once, the quicker one is taken, and
the answer is kept for this source on this card.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Protocol

from render_engine.cache_folder import cache_folder
from render_engine.engine import engine_identity
from render_engine.errors import BadInput, FramekilnError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import av

    from render_engine.display_list import DisplayList
    from render_engine.encode.video_settings import VideoSettings
    from render_engine.media.medium import Medium
    from render_engine.text.face import Fonts
    from render_engine.timeline.scene import Scene

RENDERERS = ("auto", "cpu", "cuda")
PLACES = (0.25, 0.5, 0.75)  # of the film, where frames are measured
TOGETHER = 4  # frames at each of them; the first, which makes what the others use again, does not count
LONG = 2.0  # seconds, after which enough was seen
KEPT = 200  # answers
UNMEASURED = (
    "not measured yet: the first render draws twelve frames by the card and by the processor, and takes the quicker one; "
    "until then the processor is counted on"
)


class Frames(Protocol):
    """What draws the frames of a scene, one after another."""

    def draw(self, frame: DisplayList) -> av.VideoFrame: ...

    def drawn(self, frames: Iterable[DisplayList]) -> Iterator[av.VideoFrame]: ...

    def told(self) -> dict[str, Any]:
        """What they cost on a card since this was asked last: bytes, launches, seconds; empty where no card draws."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Renderer:
    name: str  # cpu or cuda
    asked: str
    reason: str  # for a person: why this one


def frames_by(
    renderer: str, settings: VideoSettings, fonts: Fonts, media: Mapping[str, Medium], *, reuse: bool = True
) -> Frames:
    """Draws for an encoder of these settings. NoCard where the card is gone."""
    size = (settings.width, settings.height)
    if renderer == "cuda":
        from render_engine.cuda.frames import frames_on_card

        return frames_on_card(*size, settings.pixel_format, fonts, media, reuse=reuse, on_card=settings.stays_on_card)
    from render_engine.cpu.frames import Frames as CpuFrames

    return CpuFrames(*size, settings.pixel_format, fonts, media, reuse=reuse)


def check_renderer(name: str) -> None:
    """BadInput for a name that none has."""
    if name not in RENDERERS:
        raise BadInput(f"there is no renderer “{name}”: {', '.join(RENDERERS)}")


def choose_renderer(asked: str, measure: Callable[[str], Renderer]) -> Renderer:
    """What is asked for is taken or refused (BadInput), never exchanged. `measure` decides where a card (its words) is there."""
    check_renderer(asked)
    if asked == "cpu":
        return Renderer("cpu", asked, "asked for")
    from render_engine.cuda.device import CardFailed, NoCard, open_device

    try:
        device = open_device()
        card = device.card()
        device.close()
    except (NoCard, CardFailed) as error:
        if asked == "cuda":
            raise
        return Renderer("cpu", asked, str(error))
    if asked == "cuda":
        return Renderer("cuda", asked, f"asked for: {card.name}")
    return measure(f"{card.name}, CUDA {card.driver}")


def as_measured(card: str, source: str, settings: VideoSettings) -> Renderer:
    """What a render found for this source before; where there was none, the processor, and words that say so."""
    kept = _kept().get(_key(card, source, settings))
    return Renderer(**kept) if kept else Renderer("cpu", "auto", UNMEASURED)


def measured(
    card: str, source: str, scene: Scene, span: tuple[int, int], settings: VideoSettings, *, again: bool
) -> Renderer:
    """The quicker one, as it was when this source was measured; unless it is to be measured `again`."""
    key, kept = _key(card, source, settings), _kept()
    if again or key not in kept:
        kept[key] = asdict(_quicker(scene, span, settings))
        _keep(dict(list(kept.items())[-KEPT:]))
    return Renderer(**kept[key])


def _key(card: str, source: str, settings: VideoSettings) -> str:
    return blake2b(
        "|".join((card, source, settings.identity(), engine_identity())).encode(), digest_size=16
    ).hexdigest()


def _quicker(scene: Scene, span: tuple[int, int], settings: VideoSettings) -> Renderer:
    runs = list(_runs(scene, span))
    processor = _seconds("cpu", scene, settings, runs)
    try:
        card = _seconds("cuda", scene, settings, runs)
    except FramekilnError as error:
        return Renderer("cpu", "auto", f"the card could not draw it: {error}")
    told = (
        f"a frame took {1000 * card:.1f} ms by CUDA, {1000 * processor:.1f} ms by the processor, when it was measured"
    )
    return Renderer("cuda" if card < processor else "cpu", "auto", told)


def _runs(scene: Scene, span: tuple[int, int]) -> Iterator[list[DisplayList]]:
    from render_engine.timeline.evaluate import evaluate

    for place in PLACES:
        first = round(span[0] + place * (span[1] - span[0]))
        numbers = range(first, min(first + TOGETHER, span[1]))
        yield [evaluate(scene, number / scene.fps) for number in numbers]


def _seconds(renderer: str, scene: Scene, settings: VideoSettings, runs: list[list[DisplayList]]) -> float:
    """That a frame takes."""
    frames = frames_by(renderer, settings, scene.fonts, scene.media)
    spent, count = 0.0, 0
    try:
        for run in runs:
            if spent > LONG:
                break
            for frame in run[:1]:
                frames.draw(frame)
            began = time.perf_counter()
            count += sum(1 for _ in frames.drawn(run[1:]))
            spent += time.perf_counter() - began
    finally:
        frames.close()
    return spent / max(1, count)


def _kept() -> dict[str, dict[str, str]]:
    try:
        kept: dict[str, dict[str, str]] = json.loads((cache_folder() / "renderers.json").read_text("utf-8"))
    except (OSError, ValueError):  # missing or damaged: it is measured again
        return {}
    return kept


def _keep(answers: dict[str, dict[str, str]]) -> None:
    store = cache_folder() / "renderers.json"
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        store.write_text(json.dumps(answers, indent=2), "utf-8")
    except OSError:
        pass  # a read-only home costs the measuring each time, nothing else
