"""Results of matching as canonical JSON, and back: equal results are equal bytes."""

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from openscf.kernel.canonical import canonical_json
from openscf.trades.rules.closure import Closure, Difference, InvoiceMatch
from openscf.trades.rules.explanations import Leftover, Match

FLOWS = ("order", "goods", "invoice", "money")
_NOTHING = Closure(Fraction(0), Fraction(0), Fraction(0), money=Fraction(0))
PPM = 1_000_000


def match_text(match: InvoiceMatch) -> str:
    """A closure as canonical JSON."""
    said = {
        "invoice": match.invoice,
        "closure": {name: str(getattr(match.closure, name)) for name in FLOWS},
        "differences": [[each.code, dict(each.params), each.tolerated] for each in match.differences],
        "orders": match.orders, "receipts": match.receipts, "payments": match.payments, "signers": match.signers,
    }  # fmt: skip
    return canonical_json(said).decode()


def match_from(text: str) -> InvoiceMatch:
    """The closure that this text was made from."""
    said = json.loads(text)
    return InvoiceMatch(
        said["invoice"],
        Closure(**{name: Fraction(said["closure"][name]) for name in FLOWS}),
        tuple(Difference(code, params, tolerated) for code, params, tolerated in said["differences"]),
        orders=tuple(said["orders"]), receipts=tuple(said["receipts"]), payments=tuple(said["payments"]),
        signers=tuple(said["signers"]),
    )  # fmt: skip


def nothing(invoice: str, code: str) -> InvoiceMatch:
    """The closure of an invoice that is not matched at all, and why: `void` or `contradicting_versions`."""
    return InvoiceMatch(invoice, _NOTHING, (Difference(code),))


def in_ppm(share: Fraction) -> int:
    """A degree in parts per million, rounded down: a million is exactly closed and nothing less."""
    return share.numerator * PPM // share.denominator


def placed_text(found: Sequence[Match | Leftover]) -> str:
    """What a payment settles and why, as canonical JSON."""
    return canonical_json([_outcome(each) for each in found]).decode()


def hand_text(shares: Mapping[str, int], *, by: str, why: str) -> str:
    """What a person decided a payment to settle, as canonical JSON."""
    return canonical_json([{"rule": "hand", "shares": dict(shares), "by": by, "why": why}]).decode()


def told_text(subject: str, version: int, what: str, *, shares: Mapping[str, int]) -> str:
    """What an event of a deal says that a payment settles, as canonical JSON."""
    return canonical_json([{"rule": "booked", "shares": dict(shares), "of": [subject, version], "what": what}]).decode()


def passed_text() -> str:
    """That a payment is the business of the platform's own books, as canonical JSON."""
    return canonical_json([{"rule": "passed"}]).decode()


def _outcome(found: Match | Leftover) -> Mapping[str, Any]:
    if isinstance(found, Leftover):
        said = [found.reason.code, dict(found.reason.params)]
        return {"left_minor": found.amount_minor, "reasons": [said], "candidates": found.candidates}
    shares = {each.receivable: each.amount_minor for each in found.shares}
    return {
        "rule": found.rule, "score": found.score, "shares": shares,
        "reasons": [[each.code, dict(each.params)] for each in found.reasons],
    }  # fmt: skip
