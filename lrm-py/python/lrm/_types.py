"""What the functions of this package take, in the terms of type checkers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeAlias, runtime_checkable

__all__ = ["ArrowArray", "ArrowStream", "AsOf", "Bytes", "Document", "Frame"]

Bytes: TypeAlias = bytes | bytearray | memoryview
"""Bytes that are no text."""

Document: TypeAlias = str | bytes | bytearray | memoryview | Mapping[str, Any] | Sequence[Any]
"""A JSON document: text, bytes, or dicts and lists."""

AsOf: TypeAlias = str | datetime
"""An instant: RFC 3339 text with an offset, or an aware datetime."""


@runtime_checkable
class ArrowStream(Protocol):
    """A frame that gives itself as a stream of Arrow batches: Polars, pandas, DuckDB, pyarrow and others."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """The PyCapsule of an Arrow C stream."""


@runtime_checkable
class ArrowArray(Protocol):
    """A frame that gives itself as one Arrow batch, such as ``pyarrow.RecordBatch``."""

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
        """The PyCapsules of an Arrow C schema and array."""


Frame: TypeAlias = ArrowStream | ArrowArray
"""A table of columns that speaks the Arrow PyCapsule interface."""
