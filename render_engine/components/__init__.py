"""Kinds of layers that are made of other layers: each builds ordinary ones and shows them as its own."""
