"""HDR and wide-gamut pictures to SDR BT.709, by a three-dimensional table that FFmpeg's lut3d applies.

HLG: BT.2100 inverse OETF and the OOTF of a 1000 cd/m² display. PQ: BT.2100 EOTF. Both are then tone-mapped with the
EETF of BT.2390 on the brightest channel (hue is kept, nothing clips), from 1000 cd/m² to a reference white of
203 cd/m² (BT.2408), brought to BT.709 primaries and encoded as sRGB. SDR wide gamut changes primaries only.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from av.filter import Graph
from av.video.frame import VideoFrame

Floats = npt.NDArray[np.float64]

SIDE = {"sdr": 33, "hlg": 33, "pq": 49}  # PQ bends more; 49 takes 0.3 s to set up, 65 would take 0.8 s
PEAK = 1000.0  # cd/m², of the source
WHITE = 203.0  # cd/m², shown as SDR's white

# Linear RGB to BT.709's linear RGB (BT.2087; Display P3 from its primaries, both D65).
TO_BT709: dict[str, Floats] = {
    "bt2020": np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]),
    "p3": np.array([[1.2249, -0.2247, 0.0], [-0.0420, 1.0419, 0.0], [-0.0197, -0.0786, 1.0979]]),
}
BT2020_LUMA = np.array([0.2627, 0.6780, 0.0593])

PQ_M1, PQ_M2, PQ_C1, PQ_C2, PQ_C3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128


def pq_to_nits(signal: Floats) -> Floats:
    power = np.power(signal, 1 / PQ_M2)
    return np.asarray(10_000 * np.power(np.maximum(power - PQ_C1, 0) / (PQ_C2 - PQ_C3 * power), 1 / PQ_M1))


def nits_to_pq(nits: Floats) -> Floats:
    power = np.power(np.asarray(nits) / 10_000, PQ_M1)
    return np.asarray(np.power((PQ_C1 + PQ_C2 * power) / (1 + PQ_C3 * power), PQ_M2))


def hlg_to_nits(signal: Floats) -> Floats:
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    luma = scene @ BT2020_LUMA
    return np.asarray(PEAK * np.power(luma, 0.2)[..., None] * scene)  # the OOTF: system gamma 1.2


def tone_mapped(nits: Floats) -> Floats:
    """BT.2390 EETF: a Hermite knee in PQ between the target's range and the source's peak; 1.0 is SDR's white."""
    source, target = float(nits_to_pq(np.array(PEAK))), float(nits_to_pq(np.array(WHITE)))
    brightest = np.maximum(nits.max(axis=-1), 1e-6)
    e1 = np.minimum(nits_to_pq(brightest) / source, 1.0)
    limit = target / source
    knee = 1.5 * limit - 0.5
    t = np.maximum((e1 - knee) / (1 - knee), 0)
    spline = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (-2 * t**3 + 3 * t**2) * limit
    mapped = pq_to_nits(np.where(e1 < knee, e1, spline) * source)
    return np.asarray(nits * (mapped / brightest)[..., None] / WHITE)


def srgb(linear: Floats) -> Floats:
    """IEC 61966-2-1. Its straight toe (BT.1886 has none) is what a table can interpolate, and what browsers show."""
    curve = 1.055 * np.maximum(linear, 0.0031308) ** (1 / 2.4) - 0.055
    return np.asarray(np.where(linear <= 0.0031308, 12.92 * linear, curve))


def srgb_to_linear(signal: Floats) -> Floats:
    return np.asarray(np.where(signal <= 0.04045, signal / 12.92, ((signal + 0.055) / 1.055) ** 2.4))


TO_LINEAR: dict[str, Callable[[Floats], Floats]] = {
    "pq": lambda signal: tone_mapped(np.minimum(pq_to_nits(signal), PEAK * 10)),
    "hlg": lambda signal: tone_mapped(hlg_to_nits(signal)),
    "sdr": srgb_to_linear,
}


def to_sdr(signal: Floats, transfer: str, primaries: str) -> Floats:
    """R'G'B' (..., 3) in 0..1 to BT.709 R'G'B'. Colours that BT.709 lacks lie outside 0..1: clipping comes after the
    table, which would blur the corner."""
    linear = TO_LINEAR[transfer](signal) @ TO_BT709.get(primaries, np.eye(3)).T
    return srgb(linear)


def needs_conversion(transfer: str, primaries: str) -> bool:
    return transfer != "sdr" or primaries in TO_BT709


@lru_cache(maxsize=8)
def cube(transfer: str, primaries: str) -> str:
    """The text of a .cube file: red runs fastest."""
    side = SIDE[transfer]
    axis = np.linspace(0, 1, side)
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij")[::-1], axis=-1)
    table = to_sdr(grid.reshape(-1, 3), transfer, primaries)
    rows = "\n".join(f"{red:.6f} {green:.6f} {blue:.6f}" for red, green, blue in table.tolist())
    return f"LUT_3D_SIZE {side}\n{rows}\n"


class ToSdr:
    """A table at work on planar 16-bit RGB frames of one size."""

    def __init__(self, transfer: str, primaries: str, frame: VideoFrame) -> None:
        self._graph = Graph()
        with tempfile.TemporaryDirectory() as folder:
            table = Path(folder) / "table.cube"
            table.write_text(cube(transfer, primaries))
            source = self._graph.add_buffer(
                width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
            )
            lut = self._graph.add("lut3d", file=str(table), interp="tetrahedral")
            self._graph.link_nodes(source, lut, self._graph.add("buffersink"))
            self._graph.configure()  # reads the table; the file is not needed after

    def __call__(self, frame: VideoFrame) -> VideoFrame:
        self._graph.vpush(frame)
        return self._graph.vpull()
