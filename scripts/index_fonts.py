"""Writes resources/fonts/index.json. Run it after adding a font: `python scripts/index_fonts.py`.

Where the bundled fonts come from: the npm packages @expo-google-fonts/{inter,instrument-serif,space-grotesk,dm-sans,
jetbrains-mono,fira-code} (static TTFs), and Debian's fonts-noto-color-emoji and fonts-dejavu-core. Each folder of
resources/fonts keeps the licence that came with its fonts.
"""

from __future__ import annotations

import json

from render_engine.text.fonts import BUNDLED, read_index

if __name__ == "__main__":
    rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in read_index())
    (BUNDLED / "index.json").write_text(f"[\n{rows}\n]\n", "utf-8")
