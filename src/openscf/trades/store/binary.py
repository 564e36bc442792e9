"""Columns as PostgreSQL's binary COPY: whole columns are laid out at once, no row becomes an object of Python.

A row is the number of its fields, then each field after its length in four bytes, -1 for null, all big-endian
(PostgreSQL manual, COPY, "Binary Format").
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL: Final = b"\xff\xff"
Bytes = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def rows_of(fixed: Sequence[Bytes], texts: Sequence[pa.Array]) -> bytes:
    """Rows of columns of fixed width, followed by columns of text.

    Args:
        fixed: An array (rows, width) of bytes for each such column, as `integers`, `days` and `digests` make them; none
            of its values is null.
        texts: Arrays of strings; null where they are null.

    Returns:
        The rows, without `HEAD` and `TAIL`.
    """
    parts = [_as_binary(_start(fixed, len(fixed) + len(texts), rows=len(texts[0])))]
    for column in texts:
        # A null has the length -1, and nothing comes behind it.
        lengths = pc.fill_null(pc.binary_length(column), -1).to_numpy(zero_copy_only=False)
        parts += [_as_binary(_big_endian(lengths, 4)), pc.fill_null(column.cast(pa.binary()), b"")]
    joined = pc.binary_join_element_wise(*parts, b"")
    ends = np.frombuffer(joined.buffers()[1], np.int32)[joined.offset : joined.offset + len(joined) + 1]
    return bytes(memoryview(joined.buffers()[2])[ends[0] : ends[-1]])


def integers(values: pa.ChunkedArray, width: int) -> Bytes:
    """Whole numbers of so many bytes."""
    return _big_endian(values.to_numpy(), width)


def days(values: pa.ChunkedArray) -> Bytes:
    """Dates: PostgreSQL counts days from 2000-01-01, Arrow from 1970-01-01."""
    return _big_endian(values.cast(pa.int32()).to_numpy() - 10_957, 4)


def digests(values: Sequence[bytes], width: int) -> Bytes:
    """Byte strings that all have this width."""
    return np.frombuffer(b"".join(values), np.uint8).reshape(len(values), width)


def _big_endian(values: np.ndarray[tuple[int, ...], np.dtype[np.integer]], width: int) -> Bytes:
    return np.ascontiguousarray(values.astype(f">i{width}")).view(np.uint8).reshape(len(values), width)


def _start(fixed: Sequence[Bytes], fields: int, *, rows: int) -> Bytes:
    """What stands before the texts of each row: the number of fields, and the columns of fixed width."""
    made = np.empty((rows, 2 + sum(4 + column.shape[1] for column in fixed)), np.uint8)
    made[:, :2] = np.frombuffer(fields.to_bytes(2, "big"), np.uint8)
    at = 2
    for column in fixed:
        width = column.shape[1]
        made[:, at : at + 4] = np.frombuffer(width.to_bytes(4, "big"), np.uint8)
        made[:, at + 4 : at + 4 + width] = column
        at += 4 + width
    return made


def _as_binary(rows: Bytes) -> pa.Array:
    width = pa.binary(rows.shape[1])
    return pa.FixedSizeBinaryArray.from_buffers(width, len(rows), [None, pa.py_buffer(rows)]).cast(pa.binary())
