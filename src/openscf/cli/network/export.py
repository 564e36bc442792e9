"""Taking a snapshot, and copying it to where others read it."""

from pathlib import Path
from typing import Annotated

import typer

from openscf.cli.common import Json, open_platform, say, show
from openscf.cli.network.view import Asked, Member, Tenant, context_of, table_of, take

app = typer.Typer()


@app.command()
def export(
    tenant: Tenant,
    member: Member = None,
    to: Annotated[Path | None, typer.Option("--to", help="Also copy it into this folder, new or empty.")] = None,
    as_json: Json = False,
) -> None:
    """Take a snapshot as Parquet: one row per counted document, with a manifest of row counts and hashes.

    When nothing changed since the last one, that one stays. Tables: invoice, order, goods, payment, party,
    delivery, settlement, repayment, support.
    """
    from openscf.network import copy_snapshot, manifest_record  # noqa: PLC0415

    asked = Asked(tenant, member, quiet=as_json)
    with open_platform() as platform:
        snapshot = take(platform, context_of(asked), quiet=as_json)
    folder = snapshot.folder if to is None else copy_snapshot(snapshot, to).folder
    record = {"folder": str(folder), **manifest_record(snapshot.manifest)}
    rows = [
        (name, f"{entry.rows:,}", f"{entry.size_bytes:,}", entry.sha256[:16])
        for name, entry in snapshot.manifest.tables.items()
    ]
    headings = [("table", "表"), ("rows", "行数"), ("bytes", "字节"), ("SHA-256", "SHA-256")]
    text = f"{folder}\n{say('version', '版本')} {snapshot.manifest.version}\n\n{table_of(headings, rows)}"
    show(record, text, as_json=as_json)
