"""Columns as PostgreSQL's binary COPY: whole columns are laid out at once, no row becomes an object of Python.

A row is the number of its fields, then each field after its length in four bytes, -1 for null, all big-endian
(PostgreSQL manual, COPY, "Binary Format").
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pyarrow as pa

HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL: Final = b"\xff\xff"
_NULL: Final = np.frombuffer(b"\xff\xff\xff\xff", np.uint8)
Bytes = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
_Places = np.ndarray[tuple[int, ...], np.dtype[np.int64]]


def rows_of(fixed: Sequence[Bytes], texts: Sequence[pa.Array]) -> bytes:
    """Rows of columns of fixed width, followed by columns of text.

    Args:
        fixed: An array (rows, width) of bytes for each such column, as `integers`, `days` and `digests` make them; none
            of its values is null.
        texts: Arrays of strings; null where they are null.

    Returns:
        The rows, without `HEAD` and `TAIL`.
    """
    rows = len(texts[0])
    start = np.hstack([_start(len(fixed) + len(texts), rows), *(_sized(column) for column in fixed)])
    plain = [_plain(column) for column in texts]
    sizes = start.shape[1] + sum(4 + lengths for lengths, _, _ in plain)
    at = np.cumsum(sizes) - sizes
    made = np.empty(int(sizes.sum()), np.uint8)
    _put_fixed(made, at, start)
    at = at + start.shape[1]
    for (lengths, offsets, content), column in zip(plain, texts, strict=True):
        _put(made, at, (lengths, offsets, content), column=column)
        at = at + 4 + lengths
    return made.tobytes()


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


def _start(fields: int, rows: int) -> Bytes:
    return np.broadcast_to(np.frombuffer(fields.to_bytes(2, "big"), np.uint8), (rows, 2))


def _sized(column: Bytes) -> Bytes:
    rows, width = column.shape
    return np.hstack([np.broadcast_to(np.frombuffer(width.to_bytes(4, "big"), np.uint8), (rows, 4)), column])


def _plain(column: pa.Array) -> tuple[_Places, _Places, Bytes]:
    """Length of each value, where it begins in the content, and the content; a null value is empty."""
    if column.null_count:
        column = column.fill_null("")
    _, ends, content = column.buffers()
    offsets = np.frombuffer(ends, np.int32)[column.offset : column.offset + len(column) + 1].astype(np.int64)
    held = np.frombuffer(content, np.uint8) if content else np.empty(0, np.uint8)
    return np.diff(offsets), offsets - offsets[0], held[offsets[0] : offsets[-1]]


def _put_fixed(made: Bytes, at: _Places, values: Bytes) -> None:
    """Put values of one width at these places: as items that may begin at any byte, which costs one copy each."""
    width = values.shape[1]
    items = np.ndarray((len(made) - width + 1,), f"V{width}", made.data, strides=(1,))
    items[at] = np.ascontiguousarray(values).view(f"V{width}").ravel()


def _put(made: Bytes, at: _Places, plain: tuple[_Places, _Places, Bytes], *, column: pa.Array) -> None:
    lengths, offsets, content = plain
    sizes = np.ascontiguousarray(lengths.astype(">i4")).view(np.uint8).reshape(-1, 4)
    if column.null_count:
        sizes = np.where(column.is_null().to_numpy(zero_copy_only=False)[:, None], _NULL, sizes)
    _put_fixed(made, at, sizes)
    made[np.repeat(at + 4 - offsets[:-1], lengths) + np.arange(len(content))] = content
