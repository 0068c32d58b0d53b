"""Where the frozen program begins (build.spec): `framekiln …`, or a module of ours as a process of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from render_engine.children import MODULE, become


def main() -> None:
    _give_back_the_loaders_path()
    if sys.argv[1:2] == [MODULE]:
        become(*sys.argv[2:])
    else:
        if sys.argv[1:2] in (["app"], ["doctor"]):
            _offer_our_portaudio(Path(getattr(sys, "_MEIPASS", ""), "libportaudio.so.2"))
        from app.cli.main import main as framekiln

        framekiln()


def _give_back_the_loaders_path() -> None:
    """The bootloader points it at our own libraries. Programs that are not ours, as a browser, must not get those."""
    before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if before is not None:
        os.environ["LD_LIBRARY_PATH"] = before
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)


def _offer_our_portaudio(file: Path) -> None:
    """Where the system has none: ctypes, which sounddevice asks, looks only there."""
    import ctypes.util

    of_the_system = ctypes.util.find_library
    if file.exists() and not of_the_system("portaudio"):
        ctypes.util.find_library = lambda name: str(file) if name == "portaudio" else of_the_system(name)


if __name__ == "__main__":
    main()
