"""Turns a composition into a finished video: document -> timeline -> display list -> pixels -> file."""
