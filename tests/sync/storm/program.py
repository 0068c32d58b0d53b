"""A small real program in the render's place: it makes a film of some bytes, slowly or badly where the task says so.

It speaks as sync/runner.py says, and ends when its input does.
"""

import hashlib
import json
import os
import sys
import threading
import time
from pathlib import Path


def main() -> None:
    task = json.loads(sys.stdin.readline())
    threading.Thread(target=listen, daemon=True).start()
    props = task["props"]
    time.sleep(props.get("seconds", 0))
    if props.get("dies"):
        os._exit(7)
    folder = Path(task["folder"], "result")
    folder.mkdir(exist_ok=True)
    made = [
        make(folder / task["output"], "video", (props["title"] * 1000).encode()),
        make(folder / f"{task['output']}.receipt.json", "receipt", json.dumps({"title": props["title"]}).encode()),
    ]
    print(json.dumps({"event": "ended", "kind": "done", "result": {"frames": 1}, "files": made}), flush=True)
    os._exit(0)


def make(path: Path, kind: str, data: bytes) -> dict[str, object]:
    path.write_bytes(data)
    return {"kind": kind, "name": path.name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def listen() -> None:
    for line in sys.stdin:
        if line.strip() == "stop":
            print(json.dumps({"event": "ended", "kind": "stopped", "message": "asked to stop"}), flush=True)
            os._exit(0)
    os._exit(1)


main()
