"""Transitions in which the scenes move across the frame."""

from __future__ import annotations

from render_engine.transitions.look import Both, Look, Stage


def push(p: float, stage: Stage) -> Both:
    """The entering scene pushes the leaving one out, in the stage's direction."""
    return Both(Look(matrix=stage.moved(p - 1)), Look(matrix=stage.moved(p)))


def slide(p: float, stage: Stage) -> Both:
    """The entering scene slides over the other, which stands still."""
    return Both(Look(matrix=stage.moved(p - 1)))
