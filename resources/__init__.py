"""Fonts, templates, media and style sheets that ship with Framekiln."""
