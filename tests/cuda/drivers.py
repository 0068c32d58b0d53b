"""A folder of drivers whose card is the host, for processes of their own: FFmpeg and NVIDIA's bindings load them by name."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from render_engine.cuda.fatbin import KERNELS
from tests.cuda.host_device import compiled

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PROGRAM = "import sys; from app.cli.main import main\nif __name__ == '__main__': sys.exit(main())"
SOURCES = {
    "libcuda.so.1": [HERE / "fake_driver.cpp", KERNELS / "all.cu"],
    "libnvcuvid.so.1": [HERE / "fake_nvcuvid.cpp"],
    "libnvidia-encode.so.1": [HERE / "fake_nvenc.cpp"],
}


def drivers(folder: Path, *libraries: str) -> dict[str, str]:
    """The environment in which libcuda and `libraries` are found."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("libcuda.so.1", *libraries):
        shutil.copy(compiled(SOURCES[name], name), folder)
    return {"LD_LIBRARY_PATH": str(folder)}


def run_python(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    more = os.environ | {"PYTHONPATH": str(ROOT)} | environment
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=more, capture_output=True, text=True, timeout=240)
