"""Loudness as broadcasters and platforms measure it (EBU R128), and a mix brought to a target.

Measure the mix, turn it up or down as a whole, and where true peaks would go over the ceiling let the limiter
take them; what the limiter took is measured and given back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.filter import Graph

from render_engine.encode.limiter import limited
from render_engine.errors import RenderFailed
from render_engine.media.audio import Samples
from render_engine.media.audio_clip import RATE

SILENCE = -70.0  # LUFS, the absolute gate: what lies below has no loudness
TOLERANCE = 0.2  # LU
PASSES = 6
MARGIN = 0.1  # dB kept under the ceiling: oversampling four times sees a peak up to that much too low


@dataclass(frozen=True)
class Loudness:
    integrated: float  # LUFS
    true_peak: float  # dBTP


def loudness(blocks: Iterable[Samples]) -> float:
    """Integrated loudness in LUFS; −70 for silence and for less than 0.4 s."""
    return measure(blocks).integrated


def measure(blocks: Iterable[Samples]) -> Loudness:
    """Both by FFmpeg's ebur128."""
    graph = Graph()
    source = graph.add(
        "abuffer", sample_rate=str(RATE), sample_fmt="flt", channel_layout="stereo", time_base=f"1/{RATE}"
    )
    graph.link_nodes(source, graph.add("ebur128", "metadata=1:peak=true"), graph.add("abuffersink")).configure()
    integrated, peaks, at = SILENCE, [0.0], 0
    for frame in _frames(blocks):
        frame.pts = at
        at += frame.samples
        graph.push(frame)
        for measured in _pulled(graph):
            integrated = float(measured["lavfi.r128.I"])
            peaks.append(float(measured["lavfi.r128.true_peak"]))
    peak = max(peaks)
    return Loudness(max(integrated, SILENCE), float(20 * np.log10(peak)) if peak > 0 else -np.inf)


def to_target(fresh: Callable[[], Iterator[Samples]], target: float, ceiling: float) -> Iterator[Samples]:
    """`fresh` gives the same sound anew each time it is called."""
    found = measure(fresh())
    if found.integrated <= SILENCE:
        return fresh()
    gain = target - found.integrated
    if found.true_peak + gain <= ceiling:
        return (block * np.float32(_linear(gain)) for block in fresh())
    for _ in range(PASSES):
        reached = loudness(limited(fresh(), _linear(gain), _linear(ceiling - MARGIN)))
        if abs(reached - target) <= TOLERANCE:
            return limited(fresh(), _linear(gain), _linear(ceiling - MARGIN))
        gain += target - reached
    raise RenderFailed(
        f"The sound cannot be brought to {target:g} LUFS with peaks under {ceiling:g} dB: limited that hard it "
        f"reaches {reached:.1f} LUFS. Ask for a lower loudness (streaming services use −14, broadcasting −23)."
    )


def _frames(blocks: Iterable[Samples]) -> Iterator[AudioFrame]:
    for block in blocks:
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(block).reshape(1, -1), format="flt", layout="stereo")
        frame.sample_rate = RATE
        frame.time_base = Fraction(1, RATE)
        yield frame


def _pulled(graph: Graph) -> Iterator[dict[str, str]]:
    while True:
        try:
            yield graph.pull().metadata
        except (av.error.BlockingIOError, av.error.EOFError):
            return


def _linear(decibels: float) -> float:
    return float(10 ** (decibels / 20))
