"""What happens when: the layers of a document as bars on the film's clock, to be moved and trimmed by hand.

    clock      seconds inside a layer, on the film's clock; markers; props
    rows       a raw document → rows: what is shown, without Qt
    scale      seconds ↔ px, and the marks of the ruler
    lines      the rows that are unfolded, with colours and icons
    hits       what is under the pointer
    edits      what is done to the document
    snap       where a drag comes to rest
    pointer    what the mouse points at, and what a press chooses
    drags      what a press begins: move, trim, keyframe, playhead, marker
    paint      draws all that is in sight: paint_bars, paint_names, paint_ruler
    words      what is said of a place
    view       the area: folds, zoom, scroll, keys
    tracks     keyframes and springs of a layer
    waves      the waveform of a bar
    media      lengths and waveforms of files, found out in the background
    made       what a template or Python makes, to be looked at
    rendered   which spans need no rendering any more, asked when idle
    timeline   the widget: a bar of tools over the area

A document may be broken at any time while it is edited: what cannot be read is left out.
"""

from app.widgets.timeline.timeline import Timeline

__all__ = ["Timeline"]
