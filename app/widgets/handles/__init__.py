"""Handles over the picture: what is selected is moved, scaled, turned; what is clicked is selected.

box      where a layer stands in the film, as the preview's process tells
grips    what of a box is under the pointer
drags    from the hand's way to a layer's new pose: pure
snap     lines of the picture that a drag comes to rest at
pick     which layers are under a point
writing  a pose as the document writes it: px or percent, keyframes, springs
gesture  a drag from its press to its release
carrying what is in the hand, on its way into the document
standing asks the process where the layers are
paint    how it looks
words    the words of a text, changed beside it
handles  the overlay: hears the mouse and the keys, and puts the parts together
"""

from app.widgets.handles.handles import Handles

__all__ = ["Handles"]
