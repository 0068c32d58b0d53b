"""Everything the node refuses or fails at; under the engine's root, so that the command line tells them alike.

FramekilnError (render_engine.errors)
├── BadInput
│   ├── SettingsError       a setting that cannot be used (exits with 2, as all bad input does)
│   ├── JobRefused          a job that no node should try: a bad document, a forbidden input, too large
│   └── QueueRefused        the queue's server refuses us: a wrong, missing, expired or read-only token
└── NodeError
    ├── QueueUnreachable    the queue does not answer: the same again later may work
    ├── StatementRefused    the database refused a statement: a constraint, a transition that is not one
    ├── SchemaTooNew        the queue was made by a newer Framekiln
    ├── LeaseLost           somebody else has the job now: stop, and write nothing more
    ├── StorageUnreachable  the storage does not answer, or with an error that passes
    ├── StorageRefused      the storage refuses us: credentials, bucket, a link that cannot be made
    ├── ObjectMissing       there is no such object
    └── InputUnavailable    an input cannot be had now: the same again later may work
"""

from __future__ import annotations

from render_engine.errors import BadInput, FramekilnError


class SettingsError(BadInput):
    pass


class JobRefused(BadInput):
    pass


class QueueRefused(BadInput):
    pass


class NodeError(FramekilnError):
    pass


class QueueUnreachable(NodeError):
    pass


class StatementRefused(NodeError):
    pass


class SchemaTooNew(NodeError):
    pass


class LeaseLost(NodeError):
    pass


class StorageUnreachable(NodeError):
    pass


class StorageRefused(NodeError):
    pass


class ObjectMissing(NodeError):
    pass


class InputUnavailable(NodeError):
    pass
