"""Segments: runs of frames with one key, kept in a journal and stitched into videos."""
