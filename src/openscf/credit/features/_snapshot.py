"""The trade network's snapshot: Parquet relations that features are computed from, checked before they are believed."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import ibis
import ibis.expr.types as ir
from ibis.backends import BaseBackend

from openscf.kernel.errors import refusal

SNAPSHOT_ABSENT = refusal(
    "snapshot_absent",
    en="There is no snapshot at {place}: {relation}.parquet is missing.",
    zh="{place} 处没有网络快照：缺少 {relation}.parquet。",
    fix_en="Publish a snapshot of the network first, or name its folder.",
    fix_zh="请先发布网络快照，或指定其目录。",
    status=404,
)
SNAPSHOT_MALFORMED = refusal(
    "snapshot_malformed",
    en="The relation {relation} of the snapshot is not what features are computed from: {reason}.",
    zh="快照中的关系 {relation} 不符合特征计算要求：{reason}。",
    fix_en="Publish the snapshot again with the version of the program that reads it.",
    fix_zh="请使用同一版本的程序重新发布快照。",
)

INVOICE: Final[Mapping[str, str]] = {
    "document_id": "string", "kind": "string", "source": "string", "number": "string", "seller": "string",
    "buyer": "string", "issued_on": "date", "currency": "string", "net_minor": "int64", "tax_minor": "int64",
    "gross_minor": "int64", "status": "string", "copies": "int64", "flags": "array<string>",
}  # fmt: skip
SETTLEMENT: Final[Mapping[str, str]] = {
    "document_id": "string", "source": "string", "obligor": "string", "creditor": "string", "currency": "string",
    "amount_minor": "int64", "issued_on": "date", "due_on": "date", "settled_on": "date",
}  # fmt: skip
REPAYMENT: Final[Mapping[str, str]] = {
    "firm": "string", "deal_id": "string", "due_on": "date", "paid_on": "date", "due_minor": "int64",
}  # fmt: skip
PARTY: Final[Mapping[str, str]] = {"node": "string", "party_id": "string"}
SUPPORT: Final[Mapping[str, str]] = {
    "document_id": "string", "what": "string", "by": "string", "on": "date", "amount_minor": "int64",
}  # fmt: skip
DELIVERY: Final[Mapping[str, str]] = {"source": "string", "received_at": "timestamp(6)"}
RELATIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "invoice": INVOICE, "settlement": SETTLEMENT, "repayment": REPAYMENT, "party": PARTY, "support": SUPPORT,
    "delivery": DELIVERY,
}  # fmt: skip
"""Columns and types of each relation. Nodes are keys of the network; amounts are minor units, red letters negative.

`party` says which node an enterprise of the platform is, so that a document's source can be recognised as one of its
parties. A source that is neither an enterprise of the platform nor a node counts as somebody else. `support` says who
else stands behind an invoice; limits look at it. `delivery` says when a source delivered, for timeliness.
"""
_TOLD: Final[Mapping[str, tuple[int | None, str]]] = {
    "witnesses": (1, "int64"), "versions": (1, "int64"), "due_on": (None, "date"),
    "recorded_at": (None, "timestamp(6)"),
}  # fmt: skip
"""By how many sources, in how many ways it was told, when it is due and when it came; a snapshot may leave them out."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What features are computed from.

    Attributes:
        relations: The relations that are there, by name; `invoice` always is.
        sha256: Hash over the names and bytes of all its files, in hex: a model and a score name it.
    """

    relations: Mapping[str, ir.Table]
    sha256: str

    def relation(self, name: str) -> ir.Table | None:
        """The relation, or None where nobody delivers it."""
        return self.relations.get(name)

    def newest_on(self) -> dt.date | None:
        """The day of the newest invoice; None if there is none."""
        found: dt.date | None = self.relations["invoice"].issued_on.max().to_pyarrow().as_py()
        return found


def duckdb_engine(threads: int | None = None) -> BaseBackend:
    """The analytical engine in this process; any other Ibis backend may stand in its place."""
    return ibis.duckdb.connect() if threads is None else ibis.duckdb.connect(threads=threads)


def open_snapshot(folder: Path, engine: BaseBackend | None = None) -> Snapshot:
    """Open the relations of a snapshot, each `NAME.parquet` (a file or a folder of parts) in `folder`.

    Args:
        folder: Where it lies.
        engine: By default DuckDB in this process.

    Raises:
        Refusal: `snapshot_absent`, `snapshot_malformed`.
    """
    engine = engine or duckdb_engine()
    if not (folder / "invoice.parquet").exists():
        raise SNAPSHOT_ABSENT(place=str(folder), relation="invoice")
    places = {name: folder / f"{name}.parquet" for name in RELATIONS}
    there = {name: place for name, place in places.items() if place.exists()}
    relations = {name: checked(name, engine.read_parquet(_parts(place))) for name, place in there.items()}
    return Snapshot(relations, _digest(there))


def checked(name: str, table: ir.Table) -> ir.Table:
    """The relation with exactly its declared columns.

    Raises:
        Refusal: `snapshot_malformed`: a column is missing or has another type.
    """
    found = {column: str(dtype).removeprefix("!") for column, dtype in table.schema().items()}
    for column, wanted in RELATIONS[name].items():
        if column not in found:
            raise SNAPSHOT_MALFORMED(relation=name, reason=f"no {column}")
        if found[column].replace("!", "") != wanted:
            raise SNAPSHOT_MALFORMED(relation=name, reason=f"{column}: {found[column]}, {wanted}")
    if name != "invoice":
        return table.select(*RELATIONS[name])
    told = {
        column: table[column] if column in found else ibis.literal(value, kind)
        for column, (value, kind) in _TOLD.items()
    }
    return table.select(*RELATIONS[name], **told)


def _parts(place: Path) -> str:
    return str(place / "*.parquet") if place.is_dir() else str(place)


def _digest(places: Mapping[str, Path]) -> str:
    found = hashlib.sha256()
    for name, place in sorted(places.items()):
        parts = sorted(place.glob("*.parquet")) if place.is_dir() else [place]
        for number, part in enumerate(parts):
            with part.open("rb") as file:
                found.update(f"{name}:{number}:{part.stat().st_size}\n".encode())
                found.update(hashlib.file_digest(file, "sha256").digest())
    return found.hexdigest()
