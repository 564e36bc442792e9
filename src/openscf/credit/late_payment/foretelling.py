"""From a snapshot of the network to when one open receivable is paid, and what that costs whoever pays it early."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from openscf.credit.features._snapshot import Snapshot
from openscf.credit.late_payment.fit import fit_late_payment
from openscf.credit.late_payment.history import Receivable, signals_of
from openscf.credit.late_payment.model import Expectation, LatePaymentModel
from openscf.credit.pricing import Lateness
from openscf.kernel.errors import refusal

_TENTHS: Final = (3, 4, 3)
"""Swanson's rule: the mean of a skewed quantity from its tenth, fiftieth and ninetieth percentile."""

RECEIVABLE_UNKNOWN = refusal(
    "receivable_unknown",
    en="The snapshot knows no receivable {document} with a due day of which somebody beside its creditor tells.",
    zh="快照中没有应收账款 {document}，或除债权人外无人提供其信息与到期日。",
    fix_en="Name the invoice (doc_…) of a snapshot taken after it arrived.",
    fix_zh="请填写单据编号（doc_…），并使用该单据到达之后的快照。",
    status=404,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """When a receivable is expected to be paid.

    Attributes:
        receivable: The invoice.
        expectation: Probability, day and span.
        lateness: What of it a price counts.
        model: By which; learned from what was known on the day.
    """

    receivable: Receivable
    expectation: Expectation
    lateness: Lateness
    model: LatePaymentModel


def receivables_in(snapshot: Snapshot, document: str) -> list[Receivable]:
    """Invoices with a due day and when they were paid, as one may know them who finances one of them.

    Its creditor wants the money cheap, so of its invoices nothing is looked at that it alone says; of the invoices of
    others nothing that their debtor alone says.

    Args:
        snapshot: The network.
        document: The one that is financed.
    """
    settlement = snapshot.relation("settlement")
    if settlement is None:
        return []
    mine = settlement.filter(settlement.document_id == document).creditor.max().as_scalar()
    own = (settlement.creditor == mine).fill_null(False)
    judged = own.ifelse(settlement.creditor, settlement.obligor)
    told = settlement.filter((settlement.source != judged).fill_null(True))
    columns = ("document_id", "obligor", "issued_on", "due_on", "amount_minor", "settled_on")
    rows = told.filter(told.issued_on.notnull()).select(*columns).order_by("document_id").to_pyarrow().to_pylist()
    return [
        Receivable(
            id=row["document_id"], debtor=row["obligor"], issued_on=row["issued_on"], due_on=row["due_on"],
            amount_minor=row["amount_minor"], settled_on=row["settled_on"],
        )
        for row in rows
    ]  # fmt: skip


def foretell(receivables: Sequence[Receivable], document: str, *, known_on: dt.date) -> Foretold:
    """Learn from what was known on a day, and say when this receivable is paid.

    Args:
        receivables: All that there are.
        document: Which of them.
        known_on: The day; what was issued on it or later teaches nothing.

    Raises:
        Refusal: `receivable_unknown`, `sample_too_small`.
    """
    if document not in {each.id for each in receivables}:
        raise RECEIVABLE_UNKNOWN(document=ascii(document)[:60])
    model = fit_late_payment(receivables, known_on=known_on)
    one, signals = next(found for found in signals_of(receivables) if found[0].id == document)
    expectation = model.expect(one, signals)
    return Foretold(receivable=one, expectation=expectation, lateness=lateness_of(expectation, one), model=model)


def lateness_of(expectation: Expectation, receivable: Receivable) -> Lateness:
    """What a price counts of an expectation: days beyond the due day, those before it being no gain."""
    terms = (receivable.due_on - receivable.issued_on).days
    spans = (expectation.early_days, expectation.days, expectation.late_days)
    beyond = sum(weight * max(0, days - terms) for weight, days in zip(_TENTHS, spans, strict=True))
    return Lateness(late_ppm=expectation.late_ppm, days=Fraction(beyond, 10))
