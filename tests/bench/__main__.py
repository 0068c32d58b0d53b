"""make bench: what a render costs beside the least it can cost, both in one run on this machine.

Each case is rendered by the command line with an empty cache, in turn with the floor (tests/bench/floor.py: the encoder with
threads of its own, the same keyframe interval), so that both meet the same noise. Wall time and CPU (user + system of the
whole process tree, imports and workers' start-up and all) are compared pair by pair; medians are told.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from render_engine.cache_folder import VARIABLE
from render_engine.document.templates import BASE, TEMPLATES
from render_engine.segments.borders import segment_length

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
MEDIA = BASE / "media"
ASSETS = ROOT.parent / "shared" / "cases" / "assets"
WALL_GOALS = {
    "title": 0.9,
    "captioned": 1.05,
    "kenburns": 1.1,
    "sprites": 1.1,
    "launch-video": 1.4,
}  # times the floor's
CPU_GOALS = {"title": 1.25, "captioned": 1.25, "kenburns": 1.25, "sprites": 1.25, "launch-video": 1.4}

# Wall time as a multiple of that table's own floor, from ../shared/cases/PEERS.md: other renderers, another day.
PEERS = {
    "title": {"ffmpeg filters (ready PNGs)": 0.95, "MLT": 2.1, "MoviePy": 6.5, "Remotion": 8.4, "movis": 51},
    "captioned": {"ffmpeg filters (ready PNGs)": 1.1, "MLT": 2.7, "MoviePy": 4.5, "movis": 9.4, "Remotion": 5.9},
}


@dataclass(frozen=True)
class Cost:
    cpu: float  # s
    wall: float  # s
    peak: float  # MB, of the largest process


def measured(command: list[str], cache: Path | None = None) -> Cost:
    environment = {**os.environ, **({VARIABLE: str(cache)} if cache else {})}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program is compiled once, not at every start
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"bench: {' '.join(command)} failed with {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def median(costs: list[Cost]) -> Cost:
    return Cost(*(statistics.median(getattr(cost, name) for cost in costs) for name in ("cpu", "wall", "peak")))


def ready_made(video: Path, folder: Path) -> tuple[Path, list[str], int]:
    """The frames of a finished render as raw YUV, and the floor's arguments that describe them."""
    raw = folder / f"{video.stem}.yuv"
    with av.open(str(video)) as container, raw.open("wb") as out:
        stream = container.streams.video[0]
        count = 0
        for frame in container.decode(stream):
            out.write(frame.to_ndarray().tobytes())
            count += 1
        return raw, [str(stream.width), str(stream.height), str(stream.average_rate)], count


def cases() -> dict[str, str]:
    """What each case renders: our documents, and a template."""
    return {path.stem: str(path) for path in sorted((HERE / "cases").glob("*.json"))} | {"launch-video": "launch-video"}


def sources_of(case: str) -> list[str]:
    """The videos that are decoded for it."""
    if case in TEMPLATES:
        return [str(MEDIA / "bigbuckbunny.mp4")]
    layers = json.loads(Path(case).read_text())["layers"]
    names = [layer["source"] for layer in layers if layer["type"] == "video"]
    return [name.replace("${assets}", str(ASSETS)) for name in names]


def bench(name: str, case: str, runs: int, folder: Path) -> dict[str, object]:
    out = folder / f"{name}.mp4"
    render = [sys.executable, "-m", "app", "render", case, "-o", str(out), "--json"]
    render += ["--encoder", "x264", "--speed", "veryfast", "--crf", "20"]
    render += [] if case in TEMPLATES else ["--set", f"assets={ASSETS}"]
    cache = folder / "cache"
    measured(render, cache)  # warms the page cache for both sides, and makes the frames
    raw, shape, frames = ready_made(out, folder)
    interval = str(segment_length(frames, Fraction(shape[2])))
    floor = [sys.executable, "-m", "tests.bench.floor", str(raw), *shape, interval, str(folder / "floor.mp4")]
    pairs = []
    for _ in range(runs):
        emptied(cache)
        pairs.append((measured(render, cache), measured([*floor, *sources_of(case)])))
    raw.unlink()
    ours, least = median([pair[0] for pair in pairs]), median([pair[1] for pair in pairs])
    return {
        "case": name,
        "frames": frames,
        "fps": round(frames / ours.wall, 1),
        "floor_fps": round(frames / least.wall, 1),
        "cpu": round(ours.cpu, 2),
        "floor_cpu": round(least.cpu, 2),
        "cpu_ratio": round(statistics.median(a.cpu / b.cpu for a, b in pairs), 2),
        "wall_ratio": round(statistics.median(a.wall / b.wall for a, b in pairs), 2),
        "peak_mb": round(ours.peak),
        "size_ratio": round(out.stat().st_size / (folder / "floor.mp4").stat().st_size, 3),
    }


def emptied(cache: Path) -> None:
    """Nothing rendered before; what the machine can do stays known, as for a person who has rendered once."""
    for place in ("segments", "kept"):
        shutil.rmtree(cache / "journal" / place, ignore_errors=True)


def line(row: dict[str, object]) -> str:
    return (
        f"{row['case']:<12} {row['fps']:>6} frames/s : floor {row['floor_fps']:>6}   "
        f"wall {row['wall_ratio']:>5} x (goal {WALL_GOALS[str(row['case'])]})   "
        f"CPU {row['cpu']:>6} s : {row['floor_cpu']:>6} s = {row['cpu_ratio']:>5} x (goal {CPU_GOALS[str(row['case'])]})   "
        f"peak {row['peak_mb']} MB"
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("cases", nargs="*", help="names of cases (all if left out)")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if not ASSETS.is_dir():
        print(f"bench: the cases' media are not at {ASSETS}", file=sys.stderr)
        return 2
    found = cases()
    if unknown := [name for name in arguments.cases if name not in found]:
        print(f"bench: no case {', '.join(unknown)}; there are {', '.join(found)}", file=sys.stderr)
        return 2
    rows = []
    with tempfile.TemporaryDirectory(prefix="framekiln-bench-") as folder:
        for name in arguments.cases or found:
            row = bench(name, found[name], arguments.runs, Path(folder))
            rows.append(row)
            print(json.dumps(row) if arguments.json else line(row), flush=True)
            if name in PEERS and not arguments.json:
                print(
                    "           others, wall: " + ", ".join(f"{who} {times} x" for who, times in PEERS[name].items()),
                    flush=True,
                )
    for row in rows:
        if (goal := WALL_GOALS[str(row["case"])]) < float(str(row["wall_ratio"])):
            print(f"{row['case']}: wall time is over {goal} times the floor's", file=sys.stderr)
        if (goal := CPU_GOALS[str(row["case"])]) < float(str(row["cpu_ratio"])):
            print(f"{row['case']}: CPU is over {goal} times the floor's", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
