"""What a snapshot tells of payments: to learn from, and to foretell each seller's open receivables by.

Two rows tell of an invoice, each without the word of one side (`openscf.network`, `settlement`). The seller's invoices
are seen without the seller's word, those of others without their debtor's. What is learned from is seen the same from
both sides, so that nobody teaches the model alone.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from openscf.credit.features._snapshot import Snapshot
from openscf.credit.late_payment.history import Receivable

_COLUMNS: Final = (
    *("document_id", "source", "obligor", "creditor", "currency", "amount_minor"),
    *("issued_on", "due_on", "settled_on"),
)
Rows = Sequence[Mapping[str, Any]]


def lessons_in(snapshot: Snapshot, *, currency: str) -> list[Receivable]:
    """Receivables of which both sides' rows say the same: what a model for everybody is learned from.

    Args:
        snapshot: The network.
        currency: The one whose invoices are looked at.
    """
    sides: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in _rows(snapshot, currency=currency):
        sides[row["document_id"]].append(row)
    return [
        _receivable(rows[0])
        for _, rows in sorted(sides.items())
        if len(rows) > 1 and len({(row["due_on"], row["settled_on"]) for row in rows}) == 1
    ]


def views_in(
    snapshot: Snapshot, creditors: Collection[str], *, currency: str
) -> Iterator[tuple[list[Receivable], frozenset[str]]]:
    """For each creditor all receivables as one may know them who finances its own, and the ids of its own.

    Args:
        snapshot: The network.
        creditors: Keys of the nodes whose receivables are financed.
        currency: The one whose invoices are looked at.
    """
    wanted = frozenset(creditors)
    others, own = list[Receivable](), defaultdict[str, list[Receivable]](list)
    sold: dict[str, set[str]] = defaultdict(set)
    for row in _rows(snapshot, currency=currency) if wanted else ():
        if row["source"] != row["obligor"]:
            others.append(_receivable(row))
            if row["creditor"] in wanted:
                sold[row["creditor"]].add(row["document_id"])
        if row["source"] != row["creditor"] and row["creditor"] in wanted:
            own[row["creditor"]].append(_receivable(row))
    for creditor in sorted(own):
        mine = frozenset(each.id for each in own[creditor])
        yield [*(each for each in others if each.id not in sold[creditor]), *own[creditor]], mine


def open_on(receivables: Sequence[Receivable], ids: Collection[str], on: dt.date) -> frozenset[str]:
    """Which of these were issued by a day and not paid by it."""
    return frozenset(
        each.id
        for each in receivables
        if each.id in ids and each.issued_on <= on and (each.settled_on is None or each.settled_on > on)
    )


def _rows(snapshot: Snapshot, *, currency: str) -> Rows:
    told = snapshot.relation("settlement")
    if told is None:
        return []
    counted = told.filter(told.issued_on.notnull() & (told.currency == currency))
    rows: Rows = counted.select(*_COLUMNS).order_by("document_id", "source").to_pyarrow().to_pylist()
    return rows


def _receivable(row: Mapping[str, Any]) -> Receivable:
    return Receivable(
        id=row["document_id"], debtor=row["obligor"], issued_on=row["issued_on"], due_on=row["due_on"],
        amount_minor=row["amount_minor"], settled_on=row["settled_on"],
    )  # fmt: skip
