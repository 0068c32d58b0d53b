"""Draws display lists on an NVIDIA card: the twin of render_engine/cpu."""
