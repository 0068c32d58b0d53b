"""The program that renders one job: runner.py starts it, and its docstring says what they tell each other.

It starts with nothing but the standard library: its task's line names where modules are. SIGTERM, as
the word `stop`, lets it end at the next segment border.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
import threading
from collections.abc import Mapping
from typing import IO, Any


def main() -> None:
    faulthandler.enable()  # a crash in a codec says where it was
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    orders, told = os.fdopen(os.dup(0), encoding="utf-8"), os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what a library prints goes to the log
    task: dict[str, Any] = json.loads(orders.readline() or os._exit(1))
    threading.Thread(target=_listen, args=(orders, stopping), daemon=True).start()
    sys.path[:] = task.pop("path")
    from sync.rendering import rendered

    def tell(event: Mapping[str, Any]) -> None:
        print(json.dumps(event), file=told, flush=True)

    tell({"event": "ended", **rendered(task, stopping.is_set, tell)})
    os._exit(0)  # taking all that was imported down piece by piece would take longer than a small film


def _listen(orders: IO[str], stopping: threading.Event) -> None:
    for line in orders:
        if line.strip() == "stop":
            stopping.set()
    os._exit(1)  # whoever started us has gone; the workers end with their input, as we do


if __name__ == "__main__":
    main()
