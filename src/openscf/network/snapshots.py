"""Snapshots in folders: Parquet files and a manifest, named by their content, one folder per tenant and reader.

`<home>/snapshots/<tenant>/<house | pty_…>/<version>/` holds `<table>.parquet` and `manifest.json`; `latest.json` beside
the versions names the newest. All of it is private to the account that runs the program: it is a tenant's whole trade.
A folder appears under its name only when it is complete; the same content again makes no second one.
"""

import datetime as dt
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from openscf.db.server.private import make_private_folder, sync_folder, write_private
from openscf.kernel.canonical import digest
from openscf.kernel.errors import refusal
from openscf.kernel.ids import PartyId, TenantId
from openscf.network.model import Manifest, Snapshot, TableEntry
from openscf.network.tables import FORMAT, IDS, TABLES

FOLDER: Final = "snapshots"
MANIFEST: Final = "manifest.json"
LATEST: Final = "latest.json"
HOUSE: Final = "house"
_VERSION_LETTERS = 32
_BLOCK_BYTES = 8 << 20
_LETTERS = np.frombuffer(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ", dtype=np.uint8)
_ID_LETTERS = 26

SNAPSHOT_MISSING = refusal(
    "snapshot_missing",
    en="There is no snapshot of the trade network in {folder} yet.",
    zh="{folder} 中尚无贸易网络快照。",
    fix_en="Take one: `openscf network export`.",
    fix_zh="请先运行 openscf network export 生成快照。",
    status=404,
)
SNAPSHOT_DAMAGED = refusal(
    "snapshot_damaged",
    en="The snapshot in {folder} is not what it was when it was written: {what}.",
    zh="{folder} 中的快照与写入时不一致：{what}。",
    fix_en="Remove that folder and take the snapshot again: `openscf network export`.",
    fix_zh="请删除该文件夹并重新运行 openscf network export。",
    status=409,
)
SNAPSHOT_OF_ANOTHER = refusal(
    "snapshot_of_another",
    en="The snapshot in {folder} was taken of {found}, and {asked} was asked for.",
    zh="{folder} 中的快照属于 {found}，而非所要求的 {asked}。",
    fix_en="Open a snapshot of your own tenant; never copy one tenant's files into another's folder.",
    fix_zh="请打开本租户的快照；切勿将一个租户的文件复制到另一租户的文件夹。",
    status=403,
)
SNAPSHOT_FOLDER_TAKEN = refusal(
    "snapshot_folder_taken",
    en="{folder} is not empty; a snapshot is copied only into a folder of its own.",
    zh="{folder} 非空；快照只能复制到单独的文件夹。",
    fix_en="Name a new or empty folder.",
    fix_zh="请指定新的或空的文件夹。",
    status=409,
)


def shelf(home: Path, tenant: TenantId, member: PartyId | None = None) -> Path:
    """Where the snapshots of a tenant lie that were read for the house, or on a member's behalf."""
    return home / FOLDER / str(tenant) / (HOUSE if member is None else str(member))


def write_table(source: Path, target: Path, table: str) -> int:
    """Write the CSV rows of a table as Parquet; how many there were.

    Args:
        source: CSV without a header: null is nothing, an empty text is quoted.
        target: The Parquet file.
        table: One of `tables.TABLES`.
    """
    schema, rows = TABLES[table], 0
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for batch in _batches(source, schema):
            writer.write_batch(batch)
            rows += batch.num_rows
    target.chmod(0o600)
    return rows


def keep(shelf: Path, made: Path, manifest: Manifest) -> Snapshot:
    """Give a finished folder its name; if the same content is kept already, that one stays and this one goes.

    Args:
        shelf: Where the snapshots of this reader lie.
        made: The folder with all tables.
        manifest: What it is.
    """
    target = shelf / manifest.version
    if (target / MANIFEST).exists():
        shutil.rmtree(made)
        kept = opened(target, manifest.tenant, member=manifest.member)
    else:
        write_private(made / MANIFEST, json.dumps(record_of(manifest), indent=1).encode())
        shutil.rmtree(target, ignore_errors=True)
        made.rename(target)
        sync_folder(shelf)
        kept = Snapshot(target, manifest)
    write_private(shelf / LATEST, json.dumps({"version": manifest.version}).encode())
    return kept


def opened(folder: Path, tenant: TenantId, *, member: PartyId | None = None) -> Snapshot:
    """The snapshot in a folder, after its files were compared with its manifest.

    Raises:
        Refusal: `snapshot_missing`, `snapshot_damaged`, or `snapshot_of_another` tenant or reader.
    """
    path = folder / MANIFEST
    if not path.exists():
        raise SNAPSHOT_MISSING(folder=folder)
    manifest = _manifest(folder, path.read_bytes())
    for found, asked in ((manifest.tenant, tenant), (manifest.member or HOUSE, member or HOUSE)):
        if found != asked:
            raise SNAPSHOT_OF_ANOTHER(folder=folder, found=found, asked=asked)
    for name, entry in manifest.tables.items():
        file = folder / f"{name}.parquet"
        if not file.exists() or sha256_of(file) != entry.sha256:
            raise SNAPSHOT_DAMAGED(folder=folder, what=file.name)
    return Snapshot(folder, manifest)


def latest(home: Path, tenant: TenantId, *, member: PartyId | None = None) -> Snapshot:
    """The newest snapshot of a tenant, for the house or on a member's behalf.

    Raises:
        Refusal: As `opened`.
    """
    place = shelf(home, tenant, member)
    pointer = place / LATEST
    if not pointer.exists():
        raise SNAPSHOT_MISSING(folder=place)
    return opened(place / str(json.loads(pointer.read_bytes())["version"]), tenant, member=member)


def copied(snapshot: Snapshot, folder: Path) -> Snapshot:
    """A copy of a snapshot in another folder, made if it is missing; its files are private, too.

    Raises:
        Refusal: `snapshot_folder_taken`: something else is in it.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SNAPSHOT_FOLDER_TAKEN(folder=folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in (*(f"{table}.parquet" for table in snapshot.manifest.tables), MANIFEST):
        shutil.copy(snapshot.folder / name, folder / name)
    return opened(folder, snapshot.manifest.tenant, member=snapshot.manifest.member)


def version_of(contents: dict[str, str]) -> str:
    """The version of a snapshot, from the content hashes of its tables."""
    return digest({"format": FORMAT, "tables": contents}).hex()[:_VERSION_LETTERS]


def workplace(shelf: Path) -> Path:
    """A fresh folder beside the snapshots in which one is made."""
    for folder in (shelf.parent.parent, shelf.parent, shelf):
        make_private_folder(folder)
    made = shelf / f".new-{os.getpid()}"
    shutil.rmtree(made, ignore_errors=True)
    return make_private_folder(made)


def entry_of(path: Path, *, rows: int, content: str) -> TableEntry:
    """A finished file as its manifest describes it."""
    return TableEntry(rows, content, sha256_of(path), path.stat().st_size)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def record_of(manifest: Manifest) -> dict[str, Any]:
    """A manifest as JSON."""
    return {
        "format": manifest.format, "tenant": str(manifest.tenant),
        "member": str(manifest.member) if manifest.member else None, "version": manifest.version,
        "taken_at": manifest.taken_at.astimezone(dt.UTC).isoformat(),
        "tables": {
            name: {"rows": one.rows, "content": one.content, "sha256": one.sha256, "size_bytes": one.size_bytes}
            for name, one in manifest.tables.items()
        },
    }  # fmt: skip


def _manifest(folder: Path, content: bytes) -> Manifest:
    try:
        said = json.loads(content)
        member = PartyId.parse(said["member"]) if said["member"] else None
        tables = {name: TableEntry(**entry) for name, entry in said["tables"].items()}
        found = Manifest(
            said["format"], TenantId.parse(said["tenant"]), member, said["version"],
            dt.datetime.fromisoformat(said["taken_at"]), tables,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError) as error:
        raise SNAPSHOT_DAMAGED(folder=folder, what=MANIFEST) from error
    if found.format != FORMAT or set(found.tables) != set(TABLES):
        raise SNAPSHOT_DAMAGED(folder=folder, what=f"format {found.format}")
    if version_of({name: entry.content for name, entry in tables.items()}) != found.version:
        raise SNAPSHOT_DAMAGED(folder=folder, what=MANIFEST)
    return found


def _batches(source: Path, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    if source.stat().st_size == 0:
        return
    texts = {field.name: pa.string() for field in schema if pa.types.is_list(field.type) or field.name in IDS}
    instants = {field.name: pa.int64() for field in schema if pa.types.is_timestamp(field.type)}
    types = {field.name: field.type for field in schema} | texts | instants
    convert = pyarrow.csv.ConvertOptions(
        column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=False
    )
    read = pyarrow.csv.ReadOptions(column_names=schema.names, block_size=_BLOCK_BYTES)
    parse = pyarrow.csv.ParseOptions(newlines_in_values=True)
    with pyarrow.csv.open_csv(source, read_options=read, parse_options=parse, convert_options=convert) as rows:
        for batch in rows:
            columns = [_column(batch.column(field.name), field) for field in schema]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _column(found: pa.Array, field: pa.Field) -> pa.Array:
    if pa.types.is_list(field.type):
        return _split(found)
    if field.name in IDS:
        return _written_ids(found, IDS[field.name])
    return found.cast(field.type)


def _split(texts: pa.Array) -> pa.Array:
    parts = pc.split_pattern(texts, " ")
    empty = pa.array([[]], type=pa.list_(pa.string()))[0]
    return pc.if_else(pc.equal(texts, ""), empty, parts)


def _written_ids(texts: pa.Array, prefix: str) -> pa.Array:
    """UUIDs in hexadecimal as `str(TypedId)` writes them: 26 letters of Crockford base32, two bits of zero in front."""
    there = texts.drop_null()
    if len(there) == 0:
        return texts
    raw = np.frombuffer(bytes.fromhex("".join(there.to_pylist()).replace("-", "")), dtype=np.uint8).reshape(-1, 16)
    bits = np.concatenate([np.zeros((len(raw), 2), dtype=np.uint8), np.unpackbits(raw, axis=1)], axis=1)
    values = bits.reshape(-1, _ID_LETTERS, 5) @ np.array([16, 8, 4, 2, 1], dtype=np.uint8)
    head = np.tile(np.frombuffer(f"{prefix}_".encode(), dtype=np.uint8), (len(raw), 1))
    letters = np.ascontiguousarray(np.concatenate([head, _LETTERS[values]], axis=1))
    offsets = np.arange(len(raw) + 1, dtype=np.int32) * letters.shape[1]
    written = pa.StringArray.from_buffers(len(raw), pa.py_buffer(offsets), pa.py_buffer(letters))
    if texts.null_count == 0:
        return written
    places = pc.cumulative_sum(pc.cast(pc.is_valid(texts), pa.int64()))
    return pc.take(written, pc.if_else(pc.is_valid(texts), pc.subtract(places, 1), pa.scalar(None, pa.int64())))


Progress = Callable[[str, int], None]
"""Told the table and how many bytes of it were read."""
