"""What this node can do that a job may need: its tags, and what the machine has."""

from __future__ import annotations

import platform
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

NVENC = ("h264_nvenc", "hevc_nvenc", "av1_nvenc")


@dataclass(frozen=True)
class Machine:
    capabilities: tuple[str, ...]  # sorted
    card: str  # the name of the NVIDIA card that draws here; empty where none does


def machine(tags: Iterable[str]) -> Machine:
    """Encoders are opened only where there may be a card: that takes a second."""
    found = {*tags, platform.system().lower(), platform.machine().lower()}
    card = _card()
    if card:
        found.add("cuda")
    if card or Path("/dev/nvidiactl").exists():
        from render_engine.encode.available import available

        found |= {"gpu", *(name for name in NVENC if available(name).ok)}
    return Machine(tuple(sorted(found)), card)


def _card() -> str:
    """Where none can be used, `framekiln doctor` says why."""
    from render_engine.cuda.device import CardFailed, NoCard, open_device

    try:
        device = open_device()
        name = device.card().name
        device.close()
    except (NoCard, CardFailed):
        return ""
    return name
