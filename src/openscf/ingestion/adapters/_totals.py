"""Does a document of trade add up? What does not is named with its place and left as it is.

Two customs for the rounding amount are both right: EN 16931 adds it to what is payable, the older BII profiles add it
to the total with tax; it must only be counted once. Amounts finer than the currency's unit are summed as they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from openscf.ingestion.adapters._fields import Findings
from openscf.kernel.money import Currency

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of a document in major units; None where its source gives none.

    Attributes:
        lines: Amounts of its lines.
        line_total: What the source says that they sum to.
        allowances, charges: Of the whole document.
        net, tax, gross: Without tax, tax, with tax.
        prepaid, rounding, payable: Paid before, rounding, left to pay.
        bases, taxes: Taxable amount and tax of each rate, if each rate gives one.
        places: Locator of each total by the name of its attribute.
    """

    lines: tuple[Decimal, ...] = ()
    line_total: Decimal | None = None
    allowances: Decimal = _NOTHING
    charges: Decimal = _NOTHING
    net: Decimal | None = None
    tax: Decimal | None = None
    gross: Decimal | None = None
    prepaid: Decimal = _NOTHING
    rounding: Decimal = _NOTHING
    payable: Decimal | None = None
    bases: tuple[Decimal, ...] = ()
    taxes: tuple[Decimal, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)


def judge_totals(totals: Totals, findings: Findings, root: str) -> None:
    """Note what does not add up.

    Args:
        totals: What the document says.
        findings: Gets `line_sum`, `net_total`, `tax_sum`, `taxable_base`, `gross_total`, `payable_total`, `tax_sign`.
        root: The document's own locator, for a total without one.
    """
    wrong = {
        "line_total": ("line_sum", _differs(totals.line_total, totals.lines)),
        "net": ("net_total", _net_is_wrong(totals)),
        "tax": ("tax_sum", _differs(totals.tax, totals.taxes)),
        "bases": ("taxable_base", _differs(totals.net, totals.bases)),
        "gross": ("gross_total", _gross_is_wrong(totals)),
        "payable": ("payable_total", _payable_is_wrong(totals)),
        "sign": ("tax_sign", totals.net is not None and totals.tax is not None and totals.net * totals.tax < 0),
    }
    for name, (flag, is_wrong) in wrong.items():
        if is_wrong:
            findings.add(flag, totals.places.get(name, root))


def price_of_one(price: Decimal, base: Decimal) -> Decimal:
    """A price for `base` units, for one; what has no end in decimals ends after twenty of them."""
    one = price / base
    return one if one * base == price else one.quantize(Decimal(1).scaleb(-20))


def price_is_wrong(amounts: tuple[Decimal, Decimal, Decimal], extra: Decimal, unit: Currency) -> bool:
    """Whether quantity times price misses a line's amount by a minor unit or more.

    Args:
        amounts: Quantity, price for one, and the line's amount.
        extra: Charges less allowances of the line; some issuers count them in its amount, some in its price.
        unit: The currency.
    """
    quantity, price, amount = amounts
    room = Decimal(1).scaleb(-unit.exponent)
    expected = quantity * price
    return abs(expected - amount) >= room and abs(expected + extra - amount) >= room


def _differs(total: Decimal | None, parts: tuple[Decimal, ...]) -> bool:
    return total is not None and bool(parts) and sum(parts) != total


def _net_is_wrong(totals: Totals) -> bool:
    if totals.net is None or totals.line_total is None:
        return False
    return totals.line_total - totals.allowances + totals.charges != totals.net


def _gross_is_wrong(totals: Totals) -> bool:
    if totals.net is None or totals.gross is None:
        return False
    expected = totals.net + (totals.tax or _NOTHING)
    return totals.gross not in {expected, expected + totals.rounding}


def _payable_is_wrong(totals: Totals) -> bool:
    gross, net = totals.gross, totals.net
    if totals.payable is None or (gross is None and net is None):
        return False
    if gross is None and net is not None:
        gross = net + (totals.tax or _NOTHING)
    assert gross is not None
    rounded = net is not None and totals.rounding != 0 and gross == net + (totals.tax or _NOTHING) + totals.rounding
    due = gross - totals.prepaid + (_NOTHING if rounded else totals.rounding)
    return totals.payable != due
