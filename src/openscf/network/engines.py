"""Where expressions run: the port, DuckDB in this process, and Spark on this machine or a cluster.

An expression is written once, in Ibis, over the tables of a snapshot; both engines give the same rows. Spark is an
extra (`cluster`) and needs Java; nobody who does not ask for it loads it.
"""

import contextlib
from collections.abc import Iterator
from typing import Any, Final, Protocol

import ibis
import pyarrow as pa
from ibis.expr.types import Table

from openscf.kernel.errors import refusal
from openscf.network.model import Snapshot

SPARK_MISSING = refusal(
    "spark_missing",
    en="Spark can't be started here: {what} is missing.",
    zh="无法在此启动 Spark：缺少 {what}。",
    fix_en="Install openscf with the extra `cluster` and a Java of version 17 or later, or leave `--spark` out: DuckDB "
    "gives the same answers.",
    fix_zh="请安装 openscf 的 cluster 组件及 Java 17 以上版本；或去掉 --spark，DuckDB 的结果相同。",
    status=400,
)
_SPARK: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",  # a sum that overflows is an error and not another number
}


class Engine(Protocol):
    """Evaluates expressions over the tables of a snapshot."""

    @property
    def name(self) -> str:
        """As people call it."""
        ...

    def table(self, snapshot: Snapshot, name: str) -> Table:
        """A table of the snapshot, to build expressions on."""
        ...

    def rows(self, expression: Table) -> pa.Table:
        """The rows of an expression."""
        ...


class _IbisEngine:
    """An engine that Ibis has a backend for."""

    def __init__(self, name: str, backend: Any) -> None:
        self._name = name
        self._backend = backend

    @property
    def name(self) -> str:
        """See `Engine.name`."""
        return self._name

    def table(self, snapshot: Snapshot, name: str) -> Table:
        """See `Engine.table`."""
        return self._backend.read_parquet(str(snapshot.path(name)))

    def rows(self, expression: Table) -> pa.Table:
        """See `Engine.rows`."""
        return self._backend.to_pyarrow(expression)


@contextlib.contextmanager
def duckdb_engine() -> Iterator[Engine]:
    """DuckDB inside this process: what one machine needs."""
    backend = ibis.duckdb.connect()
    try:
        yield _IbisEngine("duckdb", backend)
    finally:
        backend.disconnect()


@contextlib.contextmanager
def spark_engine(master: str = "local[*]", **settings: str) -> Iterator[Engine]:
    """Spark: for networks that one machine does not hold.

    Args:
        master: Address of the cluster; by default this machine.
        **settings: Spark's own, with `_` for each dot, over the ones that equal results need.

    Raises:
        Refusal: `spark_missing`.
    """
    try:
        from pyspark.errors import PySparkRuntimeError  # noqa: PLC0415 - an extra, and a second to load
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError as error:
        raise SPARK_MISSING(what="pyspark") from error
    builder = SparkSession.builder.master(master).appName("openscf")
    for name, value in {**{key.replace("_", "."): value for key, value in settings.items()}, **_SPARK}.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except PySparkRuntimeError as error:
        raise SPARK_MISSING(what="Java") from error
    try:
        yield _IbisEngine("spark", ibis.pyspark.connect(session))
    finally:
        session.stop()
