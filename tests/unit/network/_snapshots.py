"""Snapshots made of rows, without a database: for expressions, rules and engines."""

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from openscf.kernel.ids import TenantId
from openscf.network import TABLES, Manifest, Snapshot

TENANT = TenantId(int=7)
AT = dt.datetime(2026, 3, 31, 12, tzinfo=dt.UTC)
PLAIN: dict[str, Any] = {
    "kind": "invoice", "source": "s", "number": "1", "seller": "a", "buyer": "b", "issued_on": dt.date(2026, 3, 2),
    "currency": "CNY", "net_minor": 100, "tax_minor": 13, "gross_minor": 113, "status": "valid", "copies": 1,
    "flags": [], "versions": 1, "witnesses": 1, "recorded_at": dt.datetime(2026, 3, 5, 9, tzinfo=dt.UTC),
}  # fmt: skip


def document(number: int, seller: str | None, buyer: str | None, gross: int | None, **named: Any) -> dict[str, Any]:
    """A row of `invoice`, `order` or `goods`."""
    said = {"document_id": f"doc_{number:026}", "number": str(number), "seller": seller, "buyer": buyer,
            "gross_minor": gross, "net_minor": gross, "tax_minor": None if gross is None else 0}  # fmt: skip
    kind = "credit_note" if (gross or 0) < 0 else "invoice"
    return {**PLAIN, **said, "kind": kind, **named}


def snapshot(folder: Path, **tables: Iterable[Mapping[str, Any]]) -> Snapshot:
    """A snapshot whose tables hold these rows; firms that are not listed get a row in `party`."""
    folder.mkdir(exist_ok=True)
    invoice = list(tables.get("invoice", ()))
    keys = sorted({row[side] for row in invoice for side in ("seller", "buyer")} - {None})
    given = {"party": [{"node": key, "name": key.upper(), "codes": [key]} for key in keys], **tables}
    for name, schema in TABLES.items():
        rows = [{field: row.get(field) for field in schema.names} for row in given.get(name, ())]
        for row in rows:  # instants of a snapshot are UTC without saying so
            row.update(
                {key: value.replace(tzinfo=None) for key, value in row.items() if isinstance(value, dt.datetime)}
            )
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), folder / f"{name}.parquet")
    return Snapshot(folder, Manifest(1, TENANT, None, "v", AT, {}))
