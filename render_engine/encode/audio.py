"""The sound of a render: clips in, blocks of samples out, as they are mixed or brought to a loudness."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from render_engine.encode.loudness import Loudness, loudness, measure, to_target
from render_engine.media.audio import Samples
from render_engine.media.audio_clip import RATE, Clip
from render_engine.media.mixing import Mix, reblocked, summed

__all__ = ["Loudness", "Mix", "loudness", "measure", "mix", "normalised"]

BLOCK = 4096


def mix(clips: Sequence[Clip], duration: Fraction, *, block: int = BLOCK) -> Mix:
    """All clips as (n, 2) float32 blocks at 48 kHz; exactly round(duration × 48000) samples in all."""
    return Mix(clips, duration, block)


def normalised(
    clips: Sequence[Clip],
    duration: Fraction,
    target_lufs: float,
    true_peak: float = -1.0,
    *,
    block: int = BLOCK,
    go_on: Callable[[], None] = lambda: None,
) -> Iterator[Samples]:
    """The mix at an integrated loudness, with no true peak over `true_peak` dB. The mix is made once to measure it,
    some times more where the limiter has to work, and once for the blocks; silence stays silence.

    Measuring takes its time: `go_on` is called now and then, and raises where nobody waits any more."""
    length = round(duration * RATE)

    def fresh() -> Iterator[Samples]:
        for chunk in summed(clips, length):
            go_on()
            yield chunk

    return reblocked(to_target(fresh, target_lufs, true_peak), block)
