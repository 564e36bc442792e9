"""A small market from a seed: firms, their partners and three years of invoices, as the relations of a snapshot."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from openscf.credit import RELATIONS, Snapshot, duckdb_engine, open_snapshot

AS_OF = dt.date(2026, 6, 30)
_TYPES = {"string": pa.string(), "date": pa.date32(), "int64": pa.int64(), "array<string>": pa.list_(pa.string())}
Row = dict[str, Any]


def invoice(seller: str, buyer: str, issued_on: dt.date, gross_minor: int, **named: Any) -> Row:
    """One document; the tax office is its source unless another is named."""
    net = round(gross_minor / 1.13)
    row = {
        "document_id": f"{seller}-{buyer}-{issued_on}-{gross_minor}", "source": "tax office", "number": "1",
        "kind": "credit_note" if gross_minor < 0 else "invoice", "seller": seller, "buyer": buyer,
        "issued_on": issued_on, "currency": "CNY", "net_minor": net, "tax_minor": gross_minor - net,
        "gross_minor": gross_minor, "status": "valid", "copies": 1, "flags": [],
    }  # fmt: skip
    return {**row, **named}


def market(seed: int, *, firms: int = 24, partners: int = 40, rows: int = 3000) -> list[Row]:
    """Invoices of firms F1, F2, … with partners P1, P2, … and with each other, until after the cut-off."""
    chance = np.random.default_rng(seed)
    names = [f"F{number}" for number in range(1, firms + 1)]
    others = [f"P{number}" for number in range(1, partners + 1)] + names
    steadiness = chance.integers(1, 8, firms)
    found = []
    for number in range(rows):
        at = int(chance.integers(firms))
        day = AS_OF - dt.timedelta(days=int(chance.integers(-300, 1200)))
        if day.month % int(steadiness[at]):  # the unsteady trade in few months only
            day = day.replace(month=int(steadiness[at]), day=min(day.day, 28))
        other = others[int(chance.zipf(1.6)) % len(others)]
        if other == names[at]:
            continue
        seller, buyer = (names[at], other) if chance.random() < 0.55 else (other, names[at])
        gross = int(chance.integers(1_000, 5_000_000)) * (-1 if chance.random() < 0.04 else 1)
        found.append(invoice(
            seller, buyer, day, gross, number=str(number), document_id=f"doc_{number}",
            status="void" if chance.random() < 0.06 else "valid", copies=int(chance.integers(1, 4)) // 3 + 1,
            flags=["tax_sign"] if chance.random() < 0.02 else [], currency="USD" if chance.random() < 0.03 else "CNY",
        ))  # fmt: skip
    return found


def settlements(seed: int, rows: Sequence[Row]) -> list[Row]:
    """When invoices were due and paid; some never."""
    chance = np.random.default_rng(seed)
    found = []
    for row in rows:
        due = row["issued_on"] + dt.timedelta(days=60)
        paid = due + dt.timedelta(days=int(chance.integers(-20, 40))) if chance.random() < 0.9 else None
        found.append({
            "document_id": row["document_id"], "source": "bank", "obligor": row["buyer"], "creditor": row["seller"],
            "currency": row["currency"], "amount_minor": abs(row["gross_minor"]), "issued_on": row["issued_on"],
            "due_on": due, "settled_on": paid,
        })  # fmt: skip
    return found


def repayments(seed: int, firms: Sequence[str]) -> list[Row]:
    """Instalments of earlier financings."""
    chance = np.random.default_rng(seed)
    found = []
    for number in range(200):
        due = AS_OF - dt.timedelta(days=int(chance.integers(-200, 900)))
        paid = due + dt.timedelta(days=int(chance.integers(-5, 10)))
        firm = firms[int(chance.integers(len(firms)))]
        found.append({"firm": firm, "deal_id": f"deal_{number}", "due_on": due, "paid_on": paid, "due_minor": 1000})
    return found


def relation(name: str, rows: Sequence[Mapping[str, Any]], **also: pa.DataType) -> pa.Table:
    """Rows as a relation of a snapshot."""
    types = {column: _TYPES[kind] for column, kind in RELATIONS[name].items()} | also
    columns = {column: pa.array([row[column] for row in rows], kind) for column, kind in types.items()}
    return pa.table(columns)


def written(folder: Path, *, threads: int | None = None, **relations: Sequence[Row]) -> Snapshot:
    """A snapshot with these relations, written to a folder and opened again."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in relations.items():
        pq.write_table(relation(name, rows), folder / f"{name}.parquet")
    return open_snapshot(folder, duckdb_engine(threads))
