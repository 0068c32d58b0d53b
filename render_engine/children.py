"""How Python of ours is started in a process of its own: in one way, from sources and in the frozen program alike.

This file is itself what such a process runs first, with nothing but the standard library. A frozen program has no Python
that could run a file: there app/frozen.py hears the words instead.
"""

from __future__ import annotations

import io
import runpy
import sys
from pathlib import Path

MODULE = "--module"
ROOT = str(Path(__file__).resolve().parents[1])


def program(module: str) -> tuple[str, ...]:
    """The words that run a module of ours, as `python -m` would, wherever the process stands; its arguments may follow."""
    if getattr(sys, "frozen", False):
        return (sys.executable, MODULE, module)
    return (sys.executable, "-P", str(Path(ROOT, "render_engine", "children.py")), module)


def become(module: str, *arguments: str) -> None:
    """Whoever started us reads line by line, so each is written when it is whole."""
    if ROOT not in sys.path:  # not installed: run from a folder
        sys.path.insert(0, ROOT)
    sys.argv = [module, *arguments]
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", line_buffering=True)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    become(*sys.argv[1:])
