"""What the commands of `openscf trades` share: their options, and amounts and degrees in words."""

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import language, say

if TYPE_CHECKING:
    from openscf.trades import StoredClosure

Tenant = Annotated[str, typer.Option("--tenant", envvar="OPENSCF_TENANT", help="The tenant (ten_…).")]
FLOWS = {
    "order": ("order", "订单"),
    "goods": ("goods", "收货"),
    "invoice": ("price", "价格"),
    "money": ("money", "回款"),
}


def money(minor: int, currency: str) -> str:
    """An amount for people."""
    from openscf.kernel.errors import Refusal  # noqa: PLC0415
    from openscf.kernel.money import Money  # noqa: PLC0415
    from openscf.kernel.money import currency as named  # noqa: PLC0415

    try:
        return str(Money(minor, named(currency)))
    except Refusal:  # goods are counted in units of their own
        return f"{minor} {currency}"


def percent(degree: Fraction) -> str:
    """A degree for people, rounded down: 100 % is closed, and nothing less."""
    tenths = degree.numerator * 1000 // degree.denominator
    return f"{tenths // 10}.{tenths % 10} %" if tenths % 10 else f"{tenths // 10} %"


def closure_record(found: "StoredClosure") -> Mapping[str, Any]:
    """A closure as JSON: exact degrees as fractions, what is missing, what differs, what was matched."""
    match = found.match
    degrees = {name: str(getattr(match.closure, name)) for name in FLOWS}
    return {
        "version": found.version, "matched_at": found.matched_at, "degree": str(match.closure.degree),
        "degrees": degrees, "missing": list(match.closure.missing), "backed": match.backed,
        "differences": [
            {
                "code": each.code, "params": dict(each.params), "tolerated": each.tolerated,
                "sentence": {"en": each.sentence("en"), "zh": each.sentence("zh")},
            }
            for each in match.differences
        ],
        "orders": list(match.orders), "receipts": list(match.receipts), "payments": list(match.payments),
        "signers": list(match.signers),
    }  # fmt: skip


def closure_lines(found: "StoredClosure") -> list[str]:
    """A closure for a reader."""
    closure = found.match.closure
    degrees = "  ".join(f"{say(*words)} {percent(getattr(closure, name))}" for name, words in FLOWS.items())
    lines = [f"  {say('closed', '闭环')}: {percent(closure.degree)}  ({degrees})"]
    if closure.missing:
        lines.append(f"  {say('missing', '缺少')}: {', '.join(say(*FLOWS[name]) for name in closure.missing)}")
    matched = ((say("orders", "订单"), found.match.orders), (say("receipts", "收货单"), found.match.receipts),
               (say("signed by", "签收方"), found.match.signers))  # fmt: skip
    lines += [f"  {name}: {', '.join(values)}" for name, values in matched if values]
    for each in found.match.differences:
        mark = say(" (tolerated)", "（容差内）") if each.tolerated else ""
        lines.append(f"  - {each.sentence(language())}{mark}")
    return lines
