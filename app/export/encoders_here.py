"""Tells the encoders of this machine, a JSON line each; trying them takes a second or two, and a process of its own."""

from __future__ import annotations

import json
from dataclasses import asdict

from app.cli.doctor import encoders

if __name__ == "__main__":
    for finding in encoders():
        print(json.dumps(asdict(finding)), flush=True)
