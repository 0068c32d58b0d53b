"""Placeholder kind until the layer file lands: a filled rectangle."""
