"""Old Excel workbooks (.xls) made in code: one sheet of text cells in a compound file. [MS-XLS], [MS-CFB]."""

import struct
from collections.abc import Sequence

_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def as_xls(rows: Sequence[Sequence[str]], *, far: tuple[int, int] | None = None, formula: bool = False) -> bytes:
    """A workbook.

    Args:
        rows: Its cells.
        far: One more cell at this row and column, counted from 0.
        formula: Whether that cell is a formula.
    """
    cells = [_label(r, c, text) for r, row in enumerate(rows) for c, text in enumerate(row) if text]
    if far is not None:
        number = struct.pack("<HHHd", *far, 0, 1.0)
        cells.append(_record(0x0006, number + bytes(6) + b"\x03\0\x1e\x01\0") if formula else _record(0x0203, number))
    name = "明细".encode("utf-16-le")
    start = len(_bof(5)) + 4 + 8 + len(name) + 4
    head = _record(0x0085, struct.pack("<IBBBB", start, 0, 0, len(name) // 2, 1) + name)
    stream = _bof(5) + head + _record(0x000A, b"") + _bof(16) + b"".join(cells) + _record(0x000A, b"")
    return _compound(stream)


def _record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _bof(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _label(row: int, column: int, text: str) -> bytes:
    letters = text.encode("utf-16-le")
    return _record(0x0204, struct.pack("<HHHHB", row, column, 0, len(letters) // 2, 1) + letters)


def _compound(stream: bytes) -> bytes:
    body = stream.ljust(4096, b"\0")  # shorter streams would lie in the container's small sectors
    sectors = -(-len(body) // 512)
    tables = -(-(sectors + 10) // 128)
    links = [_TABLE] * tables + [_END] + list(range(tables + 2, tables + 1 + sectors)) + [_END]
    table = struct.pack(f"<{tables * 128}I", *links, *[_FREE] * (tables * 128 - len(links)))
    header = struct.pack("<8s16sHHHHH6x", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", *range(tables), *[_FREE] * (109 - tables))
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, tables + 1, len(body))
    return header + table + directory.ljust(512, b"\0") + body.ljust(sectors * 512, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    letters = name.encode("utf-16-le") + b"\0\0"
    tree = struct.pack("<HBBIII", len(letters), kind, 1, _FREE, _FREE, child)
    return letters.ljust(64, b"\0") + tree + bytes(36) + struct.pack("<IQ", start, size)
