"""One expression, two engines: DuckDB in this process and Spark on this machine give the same rows and types.

Random snapshots, from seeds that are printed; amounts reach to both ends of 64 bits. Needs Java and pyspark.
"""

import datetime as dt
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ibis.expr.types import Table

from openscf.network import Engine, Snapshot, Window, duckdb_engine, spark_engine
from openscf.network import expressions as ex
from openscf.network.quality.expressions import evidence
from tests.unit.network._snapshots import document, snapshot

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("java") is None, reason="there is no Java here, so Spark was not tried"),
]
SEED = 20261122
WINDOW = Window(since=dt.date(2025, 6, 1), until=dt.date(2026, 2, 1), currency="CNY")
Measured = Callable[[Engine, Snapshot], Table]


def invoice(engine: Engine, shot: Snapshot) -> Table:
    return engine.table(shot, "invoice")


def edge(engine: Engine, shot: Snapshot) -> Table:
    return ex.edges(invoice(engine, shot))


MEASURES: dict[str, Measured] = {
    "overview": lambda e, s: ex.overview(invoice(e, s)),
    "edges": edge,
    "edges of a window": lambda e, s: ex.edges(ex.within(invoice(e, s), WINDOW)),
    "concentrations": lambda e, s: ex.concentrations(ex.sides(edge(e, s))),
    "firms": lambda e, s: ex.firms(edge(e, s)),
    "shared": lambda e, s: ex.shared(ex.sides(edge(e, s)), busiest=7),
    "moved": lambda e, s: ex.moved(e.table(s, "goods")),
    "quality": lambda e, s: evidence(invoice(e, s), (e.table(s, "order"), e.table(s, "goods")), e.table(s, "delivery")),
    "by currency": lambda e, s: ex.by_currency(edge(e, s)),
}
OF_NOTHING = {"overview", "quality"}  # of no documents they still say something, and engines differ there


@pytest.fixture(scope="module")
def spark() -> Iterator[Engine]:
    pytest.importorskip("pyspark", reason="pyspark (the extra `cluster`) is not installed")
    # Small tables, short life: the second compiler and parallel collection would cost more than they bring.
    chosen = {
        "spark_driver_extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC", "spark_driver_memory": "1g",
        "spark_sql_shuffle_partitions": "1", "spark_driver_host": "127.0.0.1", "spark_driver_bindAddress": "127.0.0.1",
    }  # fmt: skip
    with spark_engine("local[1]", **chosen) as engine:
        yield engine


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> list[Snapshot]:
    print(f"seed {SEED}")
    folder = tmp_path_factory.mktemp("shots")
    return [made(folder / str(number), SEED + number) for number in range(1)] + [snapshot(folder / "empty")]


@pytest.mark.parametrize("name", MEASURES)
def test_both_engines_give_the_same(name: str, shots: list[Snapshot], spark: Engine) -> None:
    with duckdb_engine() as duckdb:
        for shot in shots if name in OF_NOTHING else shots[:1]:
            ours, theirs = (engine.rows(MEASURES[name](engine, shot)) for engine in (duckdb, spark))
            assert ours.schema.equals(theirs.schema)
            assert ordered(ours) == ordered(theirs)
            assert ours.num_rows > 0 or shot is shots[-1]


def test_a_sum_beyond_64_bits_is_an_error_on_both(tmp_path: Path, spark: Engine) -> None:
    shot = snapshot(tmp_path / "s", invoice=[document(1, "a", "b", 2**63 - 1), document(2, "a", "b", 1)])
    with duckdb_engine() as duckdb:
        for engine in (duckdb, spark):
            with pytest.raises(Exception, match=r"(?i)conversion|overflow|range|cast"):
                engine.rows(edge(engine, shot))


def test_a_division_of_money_would_be_noticed(tmp_path: Path, spark: Engine) -> None:
    """The planted defect: half of each amount by `//` passes through double, and is wrong on one engine or both."""
    shot = snapshot(tmp_path / "s", invoice=[document(1, "a", "b", -7), document(2, "a", "b", 2**53 + 3)])
    with duckdb_engine() as duckdb:
        ours, theirs = (ordered(engine.rows(halved(invoice(engine, shot)))) for engine in (duckdb, spark))
    exact = sorted([repr({"part": -7 // 2}), repr({"part": (2**53 + 3) // 2})])
    assert not ours == theirs == exact


def halved(table: Table) -> Table:
    return table.select(part=table.gross_minor // 2)


def made(folder: Path, seed: int) -> Snapshot:
    """A snapshot with everything that a document may lack, and amounts of all sizes."""
    chance = random.Random(seed)
    firms = [None, *(f"firm{number}" for number in range(7)), "名:x"]
    rows = [one(chance, number, firms) for number in range(400)]
    goods = [{**one(chance, number, firms), "kind": "receipt_advice"} for number in range(60)]
    delivery = [{"file_id": str(n), "source": name, "rejected": n} for n, name in enumerate(["seller", "x", "bureau"])]
    return snapshot(folder, invoice=rows, goods=goods, delivery=delivery)


def one(chance: random.Random, number: int, firms: list[str | None]) -> dict[str, Any]:
    size = chance.choice([10, 10**6, 10**12, 10**16])
    day = dt.date(2025, 1, 1) + dt.timedelta(days=chance.randrange(500))
    return document(
        number, chance.choice(firms), chance.choice(firms),
        chance.choice([None, chance.randint(-size // 4, size), chance.randint(1, size)]),
        issued_on=chance.choice([day, day, None]), currency=chance.choice(["CNY", "CNY", "USD"]),
        status=chance.choice(["valid"] * 4 + ["void"]), versions=chance.choice([1, 1, 2]),
        copies=chance.randint(1, 3), witnesses=chance.randint(1, 2),
        flags=chance.choice([[], [], ["tax_sign"], ["status_space", "contradicts_gross_minor"]]),
        source=chance.choice(["bureau", "seller", None]), due_on=chance.choice([None, day + dt.timedelta(days=-1)]),
        recorded_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=chance.randrange(300_000)),
    )  # fmt: skip


def ordered(rows: Any) -> list[str]:
    return sorted(map(repr, rows.to_pylist()))
