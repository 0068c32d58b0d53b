"""Tells the encoders of this machine, a JSON line each; trying them takes a while, and a process of its own."""

from __future__ import annotations

import json

from render_engine.encode.available import available
from render_engine.encode.codecs import CODECS

if __name__ == "__main__":
    for codec in CODECS.values():
        answer = available(codec.encoder) if codec.encoder else None
        facts = {
            "name": codec.name,
            "title": codec.title,
            "why_not": answer.reason if answer and not answer.ok else None,
            "suffixes": codec.suffixes,
            "crf": codec.crf,
            "crf_range": codec.crf_range,
        }
        print(json.dumps(facts), flush=True)
