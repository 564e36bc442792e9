"""One measurement in this process: `ours` on a database that the stage has made, or the reference."""

import gzip
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import duckdb

from openscf.db import Context, Database
from openscf.db.endpoints import Endpoints
from openscf.db.tenants import add_tenant
from openscf.ingestion import Intake, Order, ingest
from openscf.trades import Desk, Fingerprinter, FolderOriginals

TABLES = ("att1_in.csv.gz", "att1_out.csv.gz", "att2_in.csv.gz", "att2_out.csv.gz")
EDGES = """SELECT count(*), sum(documents), sum(gross) FROM (
    SELECT seller_key, buyer_key, count(*) AS documents, sum(gross_minor) AS gross, min(issued_on), max(issued_on)
    FROM trades.document WHERE current AND status = 'valid' GROUP BY seller_key, buyer_key) edge"""


def ours(folder: Path, endpoints: Endpoints, home: Path) -> dict[str, Any]:
    """Take in the tables into a new tenant; seconds by step."""
    database = Database(endpoints)
    context = Context(add_tenant(database, "bench"), "system:bench")
    desk = Desk(Fingerprinter(b"b" * 32), FolderOriginals(home / "files"))
    start = time.perf_counter()
    outcomes = list(ingest([folder / name for name in TABLES], Order("bench"), intake=Intake(database, context, desk)))
    taken = time.perf_counter()
    with database.reading(context) as work:
        edges = work.connection.execute(EDGES).fetchone()
    done = time.perf_counter()
    assert all(one.refusal is None and one.rejected == 0 for one in outcomes)
    assert edges is not None
    database.close()
    return {"seconds": done - start, "ingest_s": taken - start, "edges_s": done - taken,
            "rows": sum(one.rows for one in outcomes), "edges": edges[0]}  # fmt: skip


def reference(folder: Path) -> dict[str, Any]:
    """Read the same files into one table and do nothing else."""
    start = time.perf_counter()
    connection = duckdb.connect(config={"threads": 2})
    files = [str(folder / name) for name in TABLES]
    connection.execute("CREATE TABLE rows AS SELECT * FROM read_csv($files, union_by_name = true)", {"files": files})
    seconds = time.perf_counter() - start
    found = connection.execute("SELECT count(*) FROM rows").fetchone()
    assert found is not None
    return {"seconds": seconds, "rows": found[0]}


def sample(source: Path, target: Path, step: int) -> None:
    """Each `step`-th row of the tables, under their own names."""
    target.mkdir()
    for name in TABLES:
        lines = gzip.decompress((source / name).read_bytes()).splitlines(keepends=True)
        (target / name).write_bytes(gzip.compress(b"".join([lines[0], *lines[1::step]]), 6))


def main() -> None:
    """`ours FOLDER HOME ENDPOINTS…` or `reference FOLDER`; prints one JSON document."""
    what, folder, *rest = sys.argv[1:]
    found = reference(Path(folder)) if what == "reference" else ours(Path(folder), Endpoints(*rest[1:]), Path(rest[0]))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    print(json.dumps({**found, "peak_bytes": peak}))


if __name__ == "__main__":
    main()
