"""A page that shows everything a composition can be made of, moving: what `framekiln gallery` writes.

The lists are those of the engine, so a new effect or entrance stands in the page by itself; what it is shown on is in
resources/gallery. `sections.SECTIONS` names the parts of the page, `films` renders them, `page` writes them down.
"""
