"""The real VAT invoices as a snapshot of the network, and copies of it."""

from pathlib import Path

import duckdb

TABLES = {"att1_in": "销方单位代号", "att1_out": "购方单位代号", "att2_in": "销方单位代号", "att2_out": "购方单位代号"}
_ROWS = """SELECT '{name}' AS source, "发票号码" AS number, {seller} AS seller, {buyer} AS buyer,
    strptime("开票日期", '%Y/%-m/%-d')::DATE AS issued_on, ("金额"::DECIMAL(18, 2) * 100)::BIGINT AS net_minor,
    ("税额"::DECIMAL(18, 2) * 100)::BIGINT AS tax_minor, ("价税合计"::DECIMAL(18, 2) * 100)::BIGINT AS gross_minor,
    CASE trim("发票状态") WHEN '有效发票' THEN 'valid' ELSE 'void' END AS status
    FROM read_csv('{file}', all_varchar = true)"""
# Full duplicates are copies of one document.
_INVOICES = """CREATE TABLE invoice AS SELECT 'doc_' || row_number() OVER () AS document_id, * FROM (SELECT
    CASE WHEN gross_minor < 0 THEN 'credit_note' ELSE 'invoice' END AS kind, source, number, seller, buyer, issued_on,
    'CNY' AS currency, net_minor, tax_minor, gross_minor, status, count(*) AS copies, []::VARCHAR[] AS flags
    FROM ({rows}) GROUP BY ALL)"""
_COPIES = """COPY (SELECT i.* REPLACE (i.document_id || '-' || n AS document_id,
        CASE WHEN starts_with(i.seller, 'E') THEN i.seller || '-' || n ELSE i.seller || '-' || (n // 10) END AS seller,
        CASE WHEN starts_with(i.buyer, 'E') THEN i.buyer || '-' || n ELSE i.buyer || '-' || (n // 10) END AS buyer)
    FROM read_parquet('{source}') i, range({first}, {last}) t(n)) TO '{target}' (FORMAT parquet, COMPRESSION zstd)"""
_SAMPLE = (
    "COPY (SELECT * FROM read_parquet('{source}') WHERE hash(document_id) % {step} = 0) TO '{target}' (FORMAT parquet)"
)


def contest_snapshot(data: Path, folder: Path) -> Path:
    """The four tables of the contest as `invoice.parquet` of a snapshot; full duplicates become copies."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = " UNION ALL ".join(
        _ROWS.format(
            name=name, file=data / f"{name}.csv.gz", seller=other if name.endswith("in") else "企业代号",
            buyer="企业代号" if name.endswith("in") else other,
        )
        for name, other in TABLES.items()
    )  # fmt: skip
    with duckdb.connect() as connection:
        connection.execute(_INVOICES.format(rows=rows))
        connection.execute(f"COPY invoice TO '{folder / 'invoice.parquet'}' (FORMAT parquet)")
    return folder


def copied(snapshot: Path, folder: Path, copies: int) -> Path:
    """So many copies, each with firms of its own; ten copies share their partners.

    In parts of ten copies, streamed from one Parquet file to the next: eleven million rows are some 33 MB.
    """
    parts = folder / "invoice.parquet"
    parts.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"threads": 2, "preserve_insertion_order": False}) as connection:
        for first in range(0, copies, 10):
            target = parts / f"{first:04}.parquet"
            span = {"first": first, "last": min(first + 10, copies)}
            connection.execute(_COPIES.format(source=snapshot / "invoice.parquet", target=target, **span))
    return folder


def sampled(snapshot: Path, folder: Path, step: int) -> Path:
    """One invoice in `step`."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(
            _SAMPLE.format(source=snapshot / "invoice.parquet", target=folder / "invoice.parquet", step=step)
        )
    return folder
