"""The tables of a snapshot: what stands in each Parquet file, column by column. Others build on these names.

A *node key* names a firm in the graph. A firm that the platform knows has the key of its first public code, `tax:…` for
its USCC and otherwise `lei:…`, whatever code its documents use; another keeps the key of its documents (`tax:…`,
`name:…`, `local:source/code`). So a key stays as it is when its firm is later registered under the same code.

All amounts are integers in minor units of the row's currency; red letters are negative as their sources write them.
"""

from typing import Final

import pyarrow as pa

FORMAT: Final = 3  # of the tables below; a snapshot of another format is not read

DOCUMENT: Final = pa.schema(
    [
        ("document_id", pa.string()),  # doc_…, of the version that speaks; increasing in time of arrival
        ("kind", pa.string()),
        ("source", pa.string()),  # who sent it, as the platform names the source; null if the reader may not know
        ("number", pa.string()),  # as written
        ("seller", pa.string()),  # node key; null where the document names nobody
        ("buyer", pa.string()),
        ("issued_on", pa.date32()),
        ("currency", pa.string()),
        ("net_minor", pa.int64()),
        ("tax_minor", pa.int64()),
        ("gross_minor", pa.int64()),
        ("status", pa.string()),  # valid or void
        ("copies", pa.int64()),  # in how many places it was met in the same words, this one included: at least 1
        ("flags", pa.list_(pa.string())),  # oddities that its reader saw and did not repair
        ("versions", pa.int64()),  # in how many ways it was told: 1 if nobody contradicts it
        ("witnesses", pa.int64()),  # how many sources told of it, in whatever words
        ("code", pa.string()),  # invoice code, where the scheme has one
        ("due_on", pa.date32()),
        ("delivered_on", pa.date32()),
        ("recorded_at", pa.timestamp("us")),  # UTC
    ]
)
"""One row per counted document; its copies are counted and not repeated. Void ones are there, and count for nothing."""

PAYMENT: Final = pa.schema(
    [
        ("line_id", pa.string()),  # stl_…
        ("source", pa.string()),
        ("account", pa.string()),  # keyed fingerprint of the account whose statement it is
        ("counterparty", pa.string()),  # node key, as far as the bank names anybody
        ("booked_on", pa.date32()),
        ("value_on", pa.date32()),
        ("currency", pa.string()),
        ("amount_minor", pa.int64()),  # positive came in, negative went out
        ("status", pa.string()),  # only `booked` moved money
        ("reference", pa.string()),
        ("flags", pa.list_(pa.string())),
        ("recorded_at", pa.timestamp("us")),
    ]
)
"""One row per line of an account statement, overlapping statements counted once."""

PARTY: Final = pa.schema(
    [
        ("node", pa.string()),
        ("party_id", pa.string()),  # pty_…; null for a firm that the platform does not know
        ("name", pa.string()),  # of the register, else as it was last written on a document
        ("codes", pa.list_(pa.string())),  # all keys that lead to this node
    ]
)
"""One row per firm that some counted document names, and per enterprise that delivered a file."""

DELIVERY: Final = pa.schema(
    [
        ("file_id", pa.string()),  # fil_…
        ("source", pa.string()),
        ("adapter", pa.string()),
        ("received_at", pa.timestamp("us")),
        ("row_count", pa.int64()),
        ("accepted", pa.int64()),
        ("rejected", pa.int64()),
        ("new", pa.int64()),
        ("seen", pa.int64()),
        ("versions", pa.int64()),
    ]
)
"""One row per file that was taken in."""

SETTLEMENT: Final = pa.schema(
    [
        ("document_id", pa.string()),
        ("source", pa.string()),  # the side whose word the row may rest on: node key of obligor or creditor
        ("obligor", pa.string()),  # node key of the buyer
        ("creditor", pa.string()),  # node key of the seller
        ("currency", pa.string()),
        ("amount_minor", pa.int64()),  # what was owed when it was issued
        ("issued_on", pa.date32()),
        ("due_on", pa.date32()),  # as the invoice, the deal on it, or its debtor's confirmation says
        ("settled_on", pa.date32()),  # the day on which all of it was gone: paid or credited; null while it is open
    ]
)
"""When invoices that have a due day were paid, seen from either side: at most two rows per invoice.

Nobody is judged by its own word. The row whose source is the *creditor* judges the obligor: the invoice is told of by
somebody other than the obligor, and what the obligor's own statements say is left out. The row whose source is the
*obligor* judges the creditor likewise. So whoever looks at a firm leaves out the rows whose source it is.
"""

REPAYMENT: Final = pa.schema(
    [
        ("firm", pa.string()),  # node key of whoever promised
        ("deal_id", pa.string()),  # dea_…; of a pool, too; null for a voucher's
        ("voucher_id", pa.string()),  # vou_…; null for a deal's
        ("due_on", pa.date32()),
        ("paid_on", pa.date32()),
        ("due_minor", pa.int64()),
        ("role", pa.string()),  # obligor or client
    ]
)
"""One row per promise that a deal or a voucher laid on a firm.

Of the obligor for a claim, on the day that held when the money went out; of whoever accepted a voucher for its face; of
the client for recourse, and of a pool's client for what it drew; of a debtor in a pool that has confirmed its claim.
"""

SUPPORT: Final = pa.schema(
    [
        ("document_id", pa.string()),
        ("what", pa.string()),  # copy, paid, credited, confirmed, received (the goods)
        (
            "by",
            pa.string(),
        ),  # node key of the enterprise that says so, else the source's name; null: the house's own bank
        ("on", pa.date32()),  # when it happened; null for a copy, and where goods have no day
        ("amount_minor", pa.int64()),  # of money and red letters
    ]
)
"""Who else stands behind a counted invoice, one row per word: so that a reader can leave out a firm's own group."""

TABLES: Final = {
    "invoice": DOCUMENT,
    "order": DOCUMENT,
    "goods": DOCUMENT,
    "payment": PAYMENT,
    "party": PARTY,
    "delivery": DELIVERY,
    "settlement": SETTLEMENT,
    "repayment": REPAYMENT,
    "support": SUPPORT,
}
KINDS: Final = {
    "invoice": ("invoice", "credit_note"),
    "order": ("purchase_order", "order_response"),
    "goods": ("despatch_advice", "receipt_advice", "warehouse_receipt"),
}
"""Which kinds of document make up each table of documents; bills and remittance advices are in none."""

HOUSE_ONLY: Final = frozenset({"settlement", "repayment", "support"})
"""Tables that are empty in a member's snapshot: what others said and paid is not its business."""

IDS: Final = {"document_id": "doc", "line_id": "stl", "party_id": "pty", "file_id": "fil", "deal_id": "dea",
    "voucher_id": "vou",
}  # fmt: skip
"""Columns that hold identifiers, with the prefix under which they are written."""
