"""`framekiln doctor`: what this machine can do, by really trying it."""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

from app.cli.arguments import Parser
from app.cli.words import size_words
from render_engine.cache_folder import cache_folder

SCREENS = ("WAYLAND_DISPLAY", "DISPLAY")
MARKS = {True: "✓", False: "✗", None: " "}


@dataclass(frozen=True)
class Finding:
    section: str
    name: str
    ok: bool | None  # None: a fact that is neither good nor bad
    text: str
    essential: bool = False  # without it nothing can be rendered


def add_arguments(parser: Parser) -> None:
    parser.epilog = "Exits with 1 where something is missing without which nothing can be rendered."


def run(arguments: argparse.Namespace) -> int:
    found = list(examine())
    if arguments.json:
        print(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=2))
    else:
        print("\n".join(_lines(found)))
    return 1 if any(finding.essential and not finding.ok for finding in found) else 0


def examine() -> Iterator[Finding]:
    yield from _renderer()
    yield from _gpu()
    yield from _encoders()
    yield from _fonts()
    yield from _folders()
    yield from _node()
    yield from _window()
    yield from _versions()


def _lines(found: list[Finding]) -> Iterator[str]:
    section = ""
    width = max(len(finding.name) for finding in found)
    for finding in found:
        if finding.section != section:
            yield f"\n{finding.section}" if section else finding.section
            section = finding.section
        yield f"  {MARKS[finding.ok]} {finding.name:<{width}}  {finding.text}".rstrip()


def _renderer() -> Iterator[Finding]:

    try:
        from PySide6.QtCore import qVersion
        from PySide6.QtGui import QImage, QPainter
    except ImportError as error:
        text = f"{error}. On Debian and Ubuntu scripts/setup installs what is missing."
        yield Finding("Renderer", "CPU", False, text, essential=True)
        return
    canvas = QImage(64, 64, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter()
    draws = painter.begin(canvas)
    painter.end()
    yield Finding("Renderer", "CPU", draws, f"Qt {qVersion()}, {os.cpu_count()} cores", essential=True)
    yield from _cuda()


def _cuda() -> Iterator[Finding]:
    from render_engine.cuda.device import CardFailed, NoCard, open_device

    try:
        device = open_device()
        card = device.card()
    except (NoCard, CardFailed) as error:
        yield Finding("Renderer", "CUDA", None, f"{error}; drawing is done by the CPU")
        return
    yield Finding("Renderer", "CUDA", True, str(card))
    yield from _decoders()
    device.close()


def _decoders() -> Iterator[Finding]:
    """Asked in the card's context."""
    from render_engine.cuda.nvdec import told

    found = told()
    if isinstance(found, str):
        yield Finding("Decoders", "NVDEC", None, f"{found}; decoding is done by the CPU")
        return
    for name, words in found.items():
        yield Finding("Decoders", f"NVDEC {name}", bool(words) or None, words or "not by this card: by the CPU")


def _gpu() -> Iterator[Finding]:

    library = "nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1"
    try:
        ctypes.CDLL(library)
    except OSError:
        yield Finding("GPU", "NVIDIA driver", False, f"{library} cannot be loaded: no NVENC, everything else works")
        return
    yield Finding("GPU", "NVIDIA driver", True, library)
    program = shutil.which("nvidia-smi")
    if program is None:
        return
    query = [program, "--query-gpu=name,driver_version,memory.total", "--format=csv,noheader"]
    answer = subprocess.run(query, capture_output=True, text=True, check=False, timeout=20)
    for number, card in enumerate(answer.stdout.strip().splitlines()):
        yield Finding("GPU", f"card {number}", answer.returncode == 0, card)


def _encoders() -> Iterator[Finding]:
    from render_engine.encode.available import available
    from render_engine.encode.codecs import CODECS

    for codec in CODECS.values():
        if codec.encoder is None:
            continue
        answer = available(codec.encoder)
        text = (
            f"{codec.title} in {' '.join(codec.suffixes).strip()}" if answer.ok else f"{codec.title}: {answer.reason}"
        )
        yield Finding("Encoders", codec.name, answer.ok, text, essential=codec.name == "x264")


def _fonts() -> Iterator[Finding]:
    from render_engine.text.fonts import FontLibrary

    library = FontLibrary()
    for family in library.families():
        faces = library.faces(family)
        upright = sorted({face.weight for face in faces if not face.italic})
        italic = sorted({face.weight for face in faces if face.italic})
        words = " ".join(map(str, upright)) + (f", italic {' '.join(map(str, italic))}" if italic else "")
        yield Finding("Fonts", family, True, words)


def _folders() -> Iterator[Finding]:
    for name, folder in {
        "here": Path.cwd(),
        "temporary": Path(tempfile.gettempdir()),
        "cache": cache_folder(),
    }.items():
        there = next(parent for parent in (folder, *folder.parents) if parent.exists())
        may_write = os.access(there, os.W_OK)
        free = size_words(shutil.disk_usage(there).free)
        yield Finding(
            "Folders", name, may_write, f"{folder} ({free} free{'' if may_write else ', cannot be written to'})"
        )


def _node() -> Iterator[Finding]:
    """Where jobs come from and where results go. Nobody is asked: `storage test` and `nodes` do that."""
    from sync.database import unencrypted
    from sync.errors import SettingsError
    from sync.secrets import VARIABLES, read_secrets
    from sync.settings import read_settings, settings_file

    try:
        settings = read_settings()
    except SettingsError as error:
        yield Finding("Node", "settings", False, str(error))
        return
    secrets, file = read_secrets(), settings_file()
    yield Finding("Node", "settings", None, f"{file}" if file.exists() else f"none in {file}, as the environment says")
    yield Finding("Node", "queue", None, settings.queue_address)
    if unencrypted(settings.queue_address):
        yield Finding("Node", "queue", False, "what is said to it can be read on the way: use libsql:// or https://")
    yield Finding("Node", "storage", None, settings.storage_address)
    told = ", ".join(name for name in VARIABLES if getattr(secrets, name)) or "none"
    yield Finding("Node", "secrets", None, told)


def _window() -> Iterator[Finding]:
    from app.data_folder import data_folder

    yield Finding("Window", "its own folder", None, f"{data_folder()}")
    yield Finding("Window", "sound", *_sound())
    if sys.platform == "linux":
        screen = next((f"{name}={os.environ[name]}" for name in SCREENS if os.environ.get(name)), None)
        yield Finding("Window", "screen", None, screen or f"none, as neither {' nor '.join(SCREENS)} is set")


def _sound() -> tuple[bool | None, str]:
    try:
        import sounddevice

        devices = sounddevice.query_devices()
    except OSError as error:  # the library itself is missing
        return None, f"{error} (on Debian and Ubuntu: libportaudio2): the preview plays silently"
    outputs = [device["name"] for device in devices if device["max_output_channels"]]
    return (True, outputs[0]) if outputs else (None, "no device: the preview plays silently")


def _versions() -> Iterator[Finding]:

    import av

    yield Finding("Versions", "Framekiln", None, version("framekiln"))
    yield Finding("Versions", "Python", None, platform.python_version())
    yield Finding("Versions", "FFmpeg", None, f"{av.ffmpeg_version_info} (in PyAV {av.__version__})")
    for package in ("PySide6-Essentials", "numpy", "opencv-python-headless", "pillow", "uharfbuzz"):
        yield Finding("Versions", package, None, version(package))
    yield Finding("Versions", "System", None, platform.platform())
