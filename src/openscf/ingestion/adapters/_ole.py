"""How far the cells of an old Excel workbook (.xls) reach, found before anything lays them out in memory.

A file of three kilobytes may hold one cell in the last row and column; a reader that lays a sheet out as a rectangle
would then ask for half a gigabyte. Source: [MS-CFB] compound files, [MS-XLS] BIFF8 records.
"""

import struct
from collections.abc import Iterator

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LAST = 0xFFFFFFFA  # from here on a sector number means "end", "free" or "part of a table"
_BOF, _FORMULA, _SEVERAL = 0x0809, 0x0006, {0x00BD, 0x00BE}
_CELLS = {0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, _FORMULA} | _SEVERAL


class BrokenContainerError(ValueError):
    """The file is no compound file with a workbook in it."""


def extent(content: bytes) -> tuple[int, bool]:
    """Cells of the rectangles that its sheets reach, and whether any cell is a formula.

    Raises:
        BrokenContainerError: Its sectors, directory or records can't be followed.
    """
    try:
        return _extent(_workbook(content))
    except (struct.error, IndexError) as error:
        raise BrokenContainerError(str(error)) from None


def _extent(stream: bytes) -> tuple[int, bool]:
    area = rows = columns = offset = 0
    formula = False
    while offset + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, offset)
        if kind == _BOF:
            area, rows, columns = area + rows * columns, 0, 0
        elif kind in _CELLS and length >= 4:
            row, column = struct.unpack_from("<HH", stream, offset + 4)
            last = struct.unpack_from("<H", stream, offset + 2 + length)[0] if kind in _SEVERAL else column
            rows, columns = max(rows, row + 1), max(columns, last + 1, column + 1)
            formula = formula or kind == _FORMULA
        offset += 4 + length
    return area + rows * columns, formula


def _workbook(content: bytes) -> bytes:
    if content[:8] != _MAGIC:
        raise BrokenContainerError("no compound file")
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    if size not in {512, 4096}:
        raise BrokenContainerError("sector size")
    table = _table(content, size)
    directory = _chain(content, table, struct.unpack_from("<I", content, 48)[0], size=size)
    root = next((each for each in _entries(directory) if each[1] == 5), None)
    found = next((each for each in _entries(directory) if each[0] in {"Workbook", "Book"}), None)
    if root is None or found is None:
        raise BrokenContainerError("no workbook stream")
    _, _, start, length = found
    if length >= struct.unpack_from("<I", content, 56)[0]:
        return _chain(content, table, start, size=size)[:length]
    holder = _chain(content, table, root[2], size=size)
    mini = _chain(content, table, struct.unpack_from("<I", content, 60)[0], size=size)
    links = struct.unpack(f"<{len(mini) // 4}I", mini)
    return b"".join(holder[at * 64 : at * 64 + 64] for at in _links(links, start))[:length]


def _table(content: bytes, size: int) -> tuple[int, ...]:
    sectors = list(struct.unpack_from("<109I", content, 76))
    following = struct.unpack_from("<I", content, 68)[0]
    for _ in range(len(content) // size):
        if following >= _LAST:
            break
        more = struct.unpack_from(f"<{size // 4}I", content, (following + 1) * size)
        sectors, following = [*sectors, *more[:-1]], more[-1]
    parts = [content[(at + 1) * size : (at + 2) * size] for at in sectors if at < _LAST]
    joined = b"".join(part.ljust(size, b"\xff") for part in parts if part)
    return struct.unpack(f"<{len(joined) // 4}I", joined)


def _chain(content: bytes, table: tuple[int, ...], start: int, *, size: int) -> bytes:
    return b"".join(content[(at + 1) * size : (at + 2) * size] for at in _links(table, start))


def _links(table: tuple[int, ...], start: int) -> Iterator[int]:
    at = start
    for _ in range(len(table) + 1):
        if at >= _LAST:
            return
        yield at
        at = table[at]
    raise BrokenContainerError("sectors in a circle")


def _entries(directory: bytes) -> Iterator[tuple[str, int, int, int]]:
    for offset in range(0, len(directory) - 127, 128):
        entry = directory[offset : offset + 128]
        length = min(64, struct.unpack_from("<H", entry, 64)[0])
        name = entry[: max(0, length - 2)].decode("utf-16-le", "replace")
        yield name, entry[66], *struct.unpack_from("<II", entry, 116)
