"""Columns laid out as binary COPY are what PostgreSQL reads back, whatever stands in them."""

import datetime as dt
import random
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa
import pytest

from openscf.db.endpoints import Endpoints
from openscf.trades.store import binary

SEED = 20261122
LETTERS = "aZ09 ,\t\\\"\n税務'€𠀀"
Row = tuple[Any, ...]


def some_rows(chance: random.Random, count: int) -> list[Row]:
    def text() -> str | None:
        return None if chance.random() < 0.2 else "".join(chance.choices(LETTERS, k=chance.randint(0, 9)))

    return [
        (
            chance.randbytes(5), chance.randint(-(2**63), 2**63 - 1), chance.randint(-(2**15), 2**15 - 1),
            dt.date(1, 1, 1) + dt.timedelta(chance.randint(0, 3_000_000)), text(), text(),
        )
        for _ in range(count)
    ]  # fmt: skip


def copied(endpoints: Endpoints, rows: list[Row]) -> list[Row]:
    """What PostgreSQL holds after a COPY of these rows."""
    digest, number, small, day, one, other = (
        [row[at] for row in rows] for at in range(6)
    )  # fmt: skip
    table = pa.table(
        {"n": pa.array(number, pa.int64()), "s": pa.array(small, pa.int64()), "d": pa.array(day, pa.date32())}
    )
    fixed = [
        binary.digests(digest, 5), binary.integers(table["n"], 8), binary.integers(table["s"], 2),
        binary.days(table["d"]),
    ]  # fmt: skip
    # A slice of a longer array: its offsets do not begin at nothing.
    texts = [pa.array(["before", *column], pa.string())[1:] for column in (one, other)]
    with psycopg.connect(endpoints.app) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE t (b bytea, n bigint, s smallint, d date, x text, y text)")
        with cursor.copy("COPY t FROM STDIN (FORMAT binary)") as stream:
            stream.write(binary.HEAD)
            stream.write(binary.rows_of(fixed, texts))
            stream.write(binary.TAIL)
        return list(cursor.execute("SELECT * FROM t").fetchall())


@pytest.mark.parametrize("count", [1, 2, 500])
def test_what_is_laid_out_is_what_is_read_back(endpoints: Endpoints, count: int) -> None:
    rows = some_rows(random.Random(SEED), count)
    assert copied(endpoints, rows) == rows, f"seed {SEED}"


def test_days_counted_from_another_day_are_seen(endpoints: Endpoints, monkeypatch: pytest.MonkeyPatch) -> None:
    right = binary.days
    monkeypatch.setattr(binary, "days", lambda values: np.roll(right(values), 1, axis=0))
    rows = some_rows(random.Random(SEED), 9)
    assert copied(endpoints, rows) != rows


def test_a_digest_of_another_width_is_no_digest() -> None:
    with pytest.raises(ValueError, match="reshape"):
        binary.digests([b"12345", b"1234"], 5)
