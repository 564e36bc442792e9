"""One measurement in this process: `ours` on a database that the stage has made, or one of the references."""

import gzip
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from openscf.db import Context, Database
from openscf.db.endpoints import Endpoints
from openscf.db.tenants import add_tenant
from openscf.ingestion import Intake, Order, ingest, known_adapters
from openscf.trades import Desk, Fingerprinter, FolderOriginals

TABLES = ("att1_in.csv.gz", "att1_out.csv.gz", "att2_in.csv.gz", "att2_out.csv.gz")
EDGES = """SELECT count(*), sum(documents), sum(gross) FROM (
    SELECT seller_key, buyer_key, count(*) AS documents, sum(gross_minor) AS gross, min(issued_on), max(issued_on)
    FROM trades.document WHERE current AND status = 'valid' GROUP BY seller_key, buyer_key) edge"""


def ours(folder: Path, endpoints: Endpoints, home: Path, *, server: int) -> dict[str, Any]:
    """Take in the tables into a new tenant; seconds by step, and what the process `server` and its children worked."""
    database = Database(endpoints)
    context = Context(add_tenant(database, "bench"), "system:bench")
    desk = Desk(Fingerprinter(b"b" * 32), FolderOriginals(home / "files"))
    _load_engine()
    known_adapters()
    worked, start = time.process_time() + server_seconds(server), time.perf_counter()
    outcomes = list(ingest([folder / name for name in TABLES], Order("bench"), intake=Intake(database, context, desk)))
    taken = time.perf_counter()
    worked = time.process_time() + server_seconds(server) - worked
    with database.reading(context) as work:
        edges = work.connection.execute(EDGES).fetchone()
    done = time.perf_counter()
    assert all(one.refusal is None and one.rejected == 0 for one in outcomes)
    assert edges is not None
    database.close()
    return {"seconds": taken - start, "cpu_s": worked, "edges_s": done - taken,
            "rows": sum(one.rows for one in outcomes), "edges": edges[0]}  # fmt: skip


def reference(folder: Path, file: Path | None) -> dict[str, Any]:
    """Read the same files into one table and do nothing else: into a new database file, or into memory without one.

    Of a file the clock stops when it is closed: what was read is then checkpointed and survives, as ours does.
    """
    _load_engine()
    worked, start = time.process_time(), time.perf_counter()
    connection = duckdb.connect(str(file or ":memory:"), config={"threads": 2})
    files = [str(folder / name) for name in TABLES]
    connection.execute("CREATE TABLE rows AS SELECT * FROM read_csv($files, union_by_name = true)", {"files": files})
    if file is not None:
        connection.close()
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    if file is not None:
        connection = duckdb.connect(str(file), read_only=True)
    found = connection.execute("SELECT count(*) FROM rows").fetchone()
    assert found is not None
    return {"seconds": seconds, "cpu_s": worked, "rows": found[0]}


def server_seconds(postmaster: int) -> float:
    """Processor seconds of a PostgreSQL server: the living processes, and those that have ended."""
    spent = sum(_ticks(postmaster, 11, 15))  # its own, and of its children that have ended
    spent += sum(sum(_ticks(child, 11, 13)) for child in _children(postmaster))
    return spent / os.sysconf("SC_CLK_TCK")


def _children(parent: int) -> list[int]:
    return [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _ticks(pid, 1, 2) == [parent]]


def _ticks(pid: int, first: int, after: int) -> list[int]:
    """Fields of /proc/PID/stat, counted from the one behind the name of the program; none of a process that ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []
    return [int(field) for field in fields[first:after]]


def _load_engine() -> None:
    """Let DuckDB import what it looks for at its first use (pandas, where it is installed) before the clock starts."""
    with duckdb.connect() as connection:
        connection.register("nothing", pa.table({"n": [1]}))


def sample(source: Path, target: Path, step: int) -> None:
    """Each `step`-th row of the tables, under their own names."""
    target.mkdir()
    for name in TABLES:
        lines = gzip.decompress((source / name).read_bytes()).splitlines(keepends=True)
        (target / name).write_bytes(gzip.compress(b"".join([lines[0], *lines[1::step]]), 6))


def main() -> None:
    """`ours FOLDER HOME SERVER ENDPOINTS…`, `memory FOLDER` or `durable FOLDER FILE`; prints one JSON document."""
    what, folder, *rest = sys.argv[1:]
    if what != "ours":
        found = reference(Path(folder), Path(rest[0]) if what == "durable" else None)
    else:
        found = ours(Path(folder), Endpoints(*rest[2:]), Path(rest[0]), server=int(rest[1]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    print(json.dumps({**found, "peak_bytes": peak}))


if __name__ == "__main__":
    main()
