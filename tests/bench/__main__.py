"""make bench: what a render costs beside the least it can cost, both in one run on this machine.

Each case is rendered by the command line in a process of its own, in turn with the floor (tests/bench/floor.py), so that
both meet the same noise. CPU is user + system of the whole process, imports and all; medians of the runs are compared.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import av

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
ASSETS = ROOT.parent / "shared" / "cases" / "assets"
GOAL = 1.6  # times the floor's CPU

# frames a second, from ../shared/cases/PEERS.md: other renderers on a machine of the same size
PEERS = {
    "title": {"ffmpeg filters (ready PNGs)": 145, "MLT": 65, "MoviePy": 21, "Remotion": 16, "movis": 2.7},
    "captioned": {"ffmpeg filters (ready PNGs)": 62, "MLT": 26, "MoviePy": 15, "movis": 7.3, "Remotion": 7},
}


@dataclass(frozen=True)
class Cost:
    cpu: float  # s
    wall: float  # s
    peak: float  # MB


def measured(command: list[str]) -> Cost:
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
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


def sources_of(case: Path) -> list[str]:
    layers = json.loads(case.read_text())["layers"]
    names = [layer["source"] for layer in layers if layer["type"] == "video"]
    return [name.replace("${assets}", str(ASSETS)) for name in names]


def bench(case: Path, runs: int, folder: Path) -> dict[str, object]:
    out = folder / f"{case.stem}.mp4"
    render = [sys.executable, "-m", "app", "render", str(case), "-o", str(out), "--json"]
    render += ["--encoder", "x264", "--speed", "veryfast", "--crf", "20", "--set", f"assets={ASSETS}"]
    measured(render)  # warms the page cache for both sides, and makes the frames
    raw, shape, frames = ready_made(out, folder)
    floor = [sys.executable, "-m", "tests.bench.floor", str(raw), *shape, str(folder / "floor.mp4"), *sources_of(case)]
    pairs = [(measured(render), measured(floor)) for _ in range(runs)]
    raw.unlink()
    ours, least = median([pair[0] for pair in pairs]), median([pair[1] for pair in pairs])
    ratio = statistics.median(a.cpu / b.cpu for a, b in pairs)
    return {
        "case": case.stem,
        "frames": frames,
        "fps": round(frames / ours.wall, 1),
        "floor_fps": round(frames / least.wall, 1),
        "cpu": round(ours.cpu, 2),
        "floor_cpu": round(least.cpu, 2),
        "cpu_ratio": round(ratio, 2),
        "wall_ratio": round(statistics.median(a.wall / b.wall for a, b in pairs), 2),
        "peak_mb": round(ours.peak),
    }


def line(row: dict[str, object]) -> str:
    return (
        f"{row['case']:<12} {row['fps']:>6} frames/s   floor {row['floor_fps']:>6}   CPU {row['cpu']:>6} s : "
        f"{row['floor_cpu']:>6} s = {row['cpu_ratio']:>5} x   wall {row['wall_ratio']:>5} x   peak {row['peak_mb']} MB"
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("cases", nargs="*", help="names of cases (all if left out)")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if not ASSETS.is_dir():
        print(f"bench: the cases' media are not at {ASSETS}", file=sys.stderr)
        return 2
    found = {path.stem: path for path in sorted((HERE / "cases").glob("*.json"))}
    if unknown := [name for name in arguments.cases if name not in found]:
        print(f"bench: no case {', '.join(unknown)}; there are {', '.join(found)}", file=sys.stderr)
        return 2
    rows = []
    with tempfile.TemporaryDirectory(prefix="framekiln-bench-") as folder:
        for name in arguments.cases or found:
            row = bench(found[name], arguments.runs, Path(folder))
            rows.append(row)
            print(json.dumps(row) if arguments.json else line(row), flush=True)
            if name in PEERS and not arguments.json:
                print(
                    "             others: " + ", ".join(f"{who} {fps}" for who, fps in PEERS[name].items()), flush=True
                )
    over = [row["case"] for row in rows if float(str(row["cpu_ratio"])) > GOAL]
    if over:
        print(f"over {GOAL} times the floor: {', '.join(map(str, over))}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
