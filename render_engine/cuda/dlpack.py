"""Planes on the card handed to others without a copy: DLPack capsules, which PyAV takes for NVENC.

A capsule keeps its block until who took it lets it go, so no frame is drawn over while it is being encoded.
"""

from __future__ import annotations

import ctypes
from typing import Any

from render_engine.cuda.memory import Block

CPU, CUDA = 1, 2  # DLPack's numbers for where memory lies
UNSIGNED = 1

_NAME = b"dltensor"  # who takes the tensor looks for this; it must outlive the capsule
_Deleter = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class _Tensor(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    ]


class _Managed(ctypes.Structure):
    _fields_ = [("tensor", _Tensor), ("context", ctypes.c_void_p), ("deleter", _Deleter)]


_lent: dict[int, Any] = {}  # by address of the tensor: what must stay until it is let go


def _forget(address: int) -> None:
    _lent.pop(address, None)


_let_go = _Deleter(_forget)
ctypes.pythonapi.Py_IncRef(ctypes.py_object(_let_go))  # for ever: Python's own end may let the last frames go

_new_capsule = ctypes.pythonapi.PyCapsule_New
_new_capsule.restype = ctypes.py_object
_new_capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]


def capsule(block: Block, offset: int, rows: int, samples: int, pitch: int, bits: int) -> Any:
    """(rows, samples) unsigned numbers from `offset` bytes on; `pitch`: bytes from row to row."""
    shape = (ctypes.c_int64 * 2)(rows, samples)
    strides = (ctypes.c_int64 * 2)(pitch * 8 // bits, 1)
    where = block.memory.device.dlpack
    tensor = _Tensor(block.address + offset, where, 0, 2, UNSIGNED, bits, 1, shape, strides, 0)
    managed = _Managed(tensor, None, _let_go)
    address = ctypes.addressof(managed)
    _lent[address] = (managed, shape, strides, block)
    return _new_capsule(address, _NAME, None)


def lent() -> int:
    """How many tensors others have now."""
    return len(_lent)
