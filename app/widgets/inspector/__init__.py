"""The form of what is selected, made from the schema of documents.

schema     what may stand at a place: shapes of values, fields in groups
moving     the value of a field that moves, at a time
target     the places that a form writes to: of one layer or of several
rows       a field of one value with its label, reset and keyframes
parts      fields of objects, lists and values of several kinds
form       groups of fields, search
inspector  the panel: what is selected, and its form
"""

from app.widgets.inspector.inspector import Inspector

__all__ = ["Inspector"]
