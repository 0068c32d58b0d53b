"""The form of what is selected, made from the schema of documents.

schema     what may stand at a place: shapes of values, fields in groups
moving     the value of a field that moves, at a time
target     the places that a form writes to: of one layer or of several
value_row  a field of one value with its label, reset and keyframes
slot       the place of a field: what stands there decides what is shown
groups     objects, choices with settings; lists: cards that are added, moved, removed
section    a group of slots that folds; form: all of them, for layers of some kinds
header     what is selected; inspector: the panel
"""

from app.widgets.inspector.inspector import Inspector

__all__ = ["Inspector"]
