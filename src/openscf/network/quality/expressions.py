"""The one computation behind all scores: every source and every firm counted in one pass, the same on each engine."""

from functools import reduce
from operator import and_
from typing import Any, Final

import ibis
from ibis.expr.types import BooleanColumn, IntegerColumn, StringColumn, Table

from openscf.network.expressions import WIDE, tally, total
from openscf.network.quality.rules import CELLS, PROMPT_DAYS

_PLAIN: Final = ("issued_on", "seller", "buyer")
_MONEY: Final = ("currency", "net_minor", "tax_minor", "gross_minor")
_DISPUTE: Final = "contradicts_"
_KEPT: Final = (
    "source", "seller", "buyer", "issued_on", "came_on", "expected", "filled", "wrong_sum", "wrong_sign", "due_early",
    "from_future", "flagged", "consistent", "compared", "disputed",
)  # fmt: skip
_DELIVERED: Final = "source"


def evidence(invoice: Table, others: tuple[Table, ...], delivery: Table) -> Table:
    """What is counted of each subject, the columns of `model.Evidence`.

    Args:
        invoice: Documents that need all cells.
        others: Orders and goods documents: they need no amounts.
        delivery: The files, for what could not be read.
    """
    judged = judge(invoice, money=True)
    for other in others:
        judged = judged.union(judge(other, money=False))
    seen = _subjects(judged)
    began = seen.group_by("kind", "subject").aggregate(began_on=seen.came_on.min())
    dated = seen.join(began, ["kind", "subject"])
    current = _known(dated.issued_on >= dated.began_on)
    prompt = current & _known(dated.came_on <= dated.issued_on + ibis.interval(days=PROMPT_DAYS))
    counted = dated.group_by("kind", "subject").aggregate(
        documents=dated.count(), expected=total(dated.expected), filled=total(dated.filled), dated=tally(current),
        prompt=tally(prompt),
        **{name: tally(dated[name]) for name in _KEPT[7:]},
    )  # fmt: skip
    return _with_rejected(counted, delivery)


def judge(documents: Table, *, money: bool) -> Table:
    """Each document with what is wrong in it, by itself and beside what others say."""
    return judged(documents, money=money).select(*_KEPT)


def judged(documents: Table, *, money: bool) -> Table:
    """The documents with all their own columns, and beside them what is wrong in each.

    Args:
        documents: The columns of a snapshot's table of documents, and whatever else.
        money: Whether they need amounts.
    """
    one = documents
    needed = [one[name] for name in (*_PLAIN, *(_MONEY if money else ()))]
    amounts = one.net_minor.cast(WIDE) + one.tax_minor.cast(WIDE) != one.gross_minor.cast(WIDE)
    red = one.kind == "credit_note"
    faults = {
        "wrong_sum": _known(amounts),
        "wrong_sign": _known((red & (one.gross_minor > 0)) | (~red & (one.gross_minor < 0))),
        "due_early": _known(one.due_on < one.issued_on),
        # A day's grace: the sender's today may be our tomorrow.
        "from_future": _known(one.issued_on > one.recorded_at.date() + ibis.interval(days=1)),
        "flagged": _flags(one, disputes=False),
    }
    disputed = _flags(one, disputes=True)
    return one.mutate(
        came_on=one.recorded_at.date(),
        expected=ibis.literal(len(needed), "int64"),
        filled=reduce(lambda sum_, cell: sum_ + _one(cell.notnull()), needed, ibis.literal(0, "int64")),
        consistent=reduce(and_, (~fault for fault in faults.values())),
        compared=(one.witnesses > 1) | disputed,
        disputed=disputed,
        **faults,
    )


def _subjects(judged: Table) -> Table:
    """Each document once for its source and once for each firm that it names."""
    by_source = judged.mutate(kind=ibis.literal("source"), subject=judged.source)
    by_seller = judged.mutate(kind=ibis.literal("firm"), subject=judged.seller)
    other = judged.filter(judged.buyer.notnull() & ~_known(judged.buyer == judged.seller))
    by_buyer = other.mutate(kind=ibis.literal("firm"), subject=other.buyer)
    every = by_source.union(by_seller).union(by_buyer)
    return every.filter(every.subject.notnull())


def _with_rejected(counted: Table, delivery: Table) -> Table:
    """A source is also what it could not say: each rejected row lacks all its cells."""
    refused = delivery.group_by("source").aggregate(refused=total(delivery.rejected))
    refused = refused.filter(refused.refused > 0).select(
        kind=ibis.literal(_DELIVERED), subject=refused.source, refused=refused.refused
    )
    joined = counted.outer_join(refused, ["kind", "subject"])
    rest = {name: ibis.coalesce(joined[name], 0) for name in ("documents", "filled", "dated", "prompt", *_KEPT[7:])}
    rejected = ibis.coalesce(joined.refused, 0)
    return joined.select(
        kind=ibis.coalesce(joined.kind, joined.kind_right),
        subject=ibis.coalesce(joined.subject, joined.subject_right),
        rejected=rejected,
        expected=ibis.coalesce(joined.expected, 0) + rejected * CELLS,
        **rest,
    )


def _flags(one: Table, *, disputes: bool) -> BooleanColumn:
    """Whether it has a flag of a contradiction, or one of another kind."""
    found = one.flags.filter(lambda flag: _begins(flag) if disputes else ~_begins(flag))
    return _known(found.length() > 0)


def _begins(flag: StringColumn) -> BooleanColumn:
    return flag.startswith(_DISPUTE)


def _known(condition: Any) -> BooleanColumn:
    """A condition that is false where it can't be judged."""
    return ibis.coalesce(condition, False)


def _one(condition: BooleanColumn) -> IntegerColumn:
    return ibis.ifelse(condition, ibis.literal(1, "int64"), ibis.literal(0, "int64"))
