"""Builds resources/kernels/framekiln.fatbin.xz: `make kernels`. Only who changes a kernel needs it.

NVIDIA's compiler comes as wheels, of one version, into out/nvcc; it needs the host's C++ compiler beside it. That of
CUDA 13.0, the first with all the cards below, makes PTX that every driver of the 580 series and newer takes.
"""

from __future__ import annotations

import lzma
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from render_engine.cuda.fatbin import FATBIN, KERNELS, sources_digest  # noqa: E402

COMPILER = ROOT / "out" / "nvcc"
WHEELS = (
    "nvidia-cuda-nvcc==13.0.88",
    "nvidia-cuda-crt==13.0.88",
    "nvidia-nvvm==13.0.88",
    "nvidia-cuda-runtime==13.0.96",
)
CARDS = (75, 80, 86, 89, 90, 120)  # Turing, Ampere (two), Ada, Hopper, Blackwell
PTX = (75, 120)  # for cards between and beyond them: compiled by the driver when it first loads them


def main() -> None:
    nvcc = COMPILER / "nvidia" / "cu13" / "bin" / "nvcc"
    if not nvcc.exists():
        print(f"==> Installing NVIDIA's compiler into {COMPILER.relative_to(ROOT)} (about 130 MB)")
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(COMPILER), *WHEELS]
        subprocess.run(install, check=True)
    code = [f"-gencode=arch=compute_{card},code=sm_{card}" for card in CARDS]
    code += [f"-gencode=arch=compute_{card},code=compute_{card}" for card in PTX]
    FATBIN.parent.mkdir(parents=True, exist_ok=True)
    sources = f'-DSOURCES="{sources_digest()}"'
    # Not compressed by nvcc: the names of kernels stay readable, so that the launch table can be held against them.
    command = [
        str(nvcc),
        "-fatbin",
        "-std=c++17",
        "-O3",
        "--compress-mode=none",
        "-Werror=all-warnings",
        sources,
        *code,
    ]
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, "framekiln.fatbin")
        subprocess.run([*command, str(KERNELS / "all.cu"), "-o", str(made)], check=True)
        FATBIN.write_bytes(lzma.compress(made.read_bytes(), preset=9))
    print(f"==> {FATBIN.relative_to(ROOT)}: {FATBIN.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
