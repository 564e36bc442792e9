"""Whether a claim can be financed: every reason against it, each with a stable code, none hidden behind another."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openscf.financing.model.programme import Policy
from openscf.financing.rules import refusals
from openscf.kernel.errors import Refusal, refusal
from openscf.kernel.money import Money

ENCUMBERED = refusal(
    "encumbered",
    en="{number} is financed or pledged already.",
    zh="{number} 已融资或已质押。",
    fix_en="Choose another one; each claim is financed once.",
    fix_zh="请选择其他债权；同一债权只能融资一次。",
    status=409,
)
LOOKS_LIKE = refusal(
    "looks_like_financed",
    en="It looks like {other}, which is financed already ({score} points of likeness).",
    zh="与已融资的 {other} 高度相似（相似度 {score} 分）。",
    fix_en="If they are two trades, have two persons clear the pair; then apply again.",
    fix_zh="如确为两笔交易，请由两人复核放行后重新申请。",
    status=409,
)
RELATED_PARTY = refusal(
    "related_party",
    en="Seller and buyer of {number} belong to the same group: such claims are not financed.",
    zh="{number} 的买卖双方属于同一集团，关联交易应收账款不予融资。",
    status=409,
)
WRONG_CURRENCY = refusal(
    "wrong_currency",
    en="{number} is in {currency}; this programme finances {expected}.",
    zh="{number} 的币种为 {currency}，本项目仅办理 {expected}。",
    fix_en="Choose a programme in its currency.",
    fix_zh="请选择相应币种的项目。",
    status=409,
)
NOT_VERIFIED = refusal(
    "party_not_verified",
    en="{party} has not passed the platform's verification of enterprises.",
    zh="{party} 尚未通过平台企业认证。",
    fix_en="Hand in what the verification still needs.",
    fix_zh="请补齐认证资料。",
    status=409,
)
DUE_DATE_UNKNOWN = refusal(
    "due_date_unknown",
    en="Nobody has said when {number} is due.",
    zh="{number} 没有到期日。",
    fix_en="Have the debtor confirm it with a due date, or send the invoice with one.",
    fix_zh="请由债务人确权时注明到期日，或重新提交载明到期日的发票。",
    status=409,
)
DUE_DATE_DIFFERS = refusal(
    "due_date_differs",
    en="{number} is due on {asked} according to the application, and on {confirmed} according to the debtor.",
    zh="申请载明 {number} 到期日为 {asked}，债务人确认为 {confirmed}。",
    fix_en="Apply with the date that the debtor confirmed.",
    fix_zh="请按债务人确认的日期申请。",
    status=409,
)
DUE_DATE_NOT_STATED = refusal(
    "due_date_not_of_document",
    en="{number} says itself that it is due on {stated}; the application says {asked}.",
    zh="{number} 单据载明到期日为 {stated}，申请填写为 {asked}。",
    fix_en="Apply with the date on the document, or have the debtor confirm the other one.",
    fix_zh="请按单据到期日申请，或由债务人确认新的到期日。",
    status=409,
)
BEYOND_PURCHASES = refusal(
    "beyond_observed_purchases",
    en="With {number}, {asked} would be financed on {obligor} within a year; it is known to have bought {observed}.",
    zh="计入 {number} 后，一年内对 {obligor} 的融资将达 {asked}，而可核实的采购仅为 {observed}。",
    fix_en="Send the buyer's own orders and receipts, or have it confirm more of its invoices.",
    fix_zh="请补充买方的订单与收货凭证，或由买方确认更多发票。",
    status=409,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A claim on its way to being financed, and what is known of it.

    Attributes:
        number: For people.
        face: What it is worth.
        currency: Of the frame.
        due_on: When it is due, rolled; None where nobody said.
        asked_due_on: As the application has it, where it differs.
        confirmed_due_on: As the debtor confirmed it.
        stated_due_on: As the document itself has it.
        confirmed: The debtor confirmed face and due date.
        missing: Flows that the policy asks for and nobody has proved.
        unverified: Names of parties that have not passed KYB.
        related: Seller and buyer are one group.
        encumbered: A lien is on it.
        financed_on_obligor, observed_purchases: Over a year, with this one; None where it is not asked.
        objections: What the register of documents says against it (void, disputed, look-alike under lien).
    """

    number: str
    face: Money | None
    currency: str
    due_on: dt.date | None
    asked_due_on: dt.date | None = None
    confirmed_due_on: dt.date | None = None
    stated_due_on: dt.date | None = None
    confirmed: bool = False
    missing: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    related: bool = False
    encumbered: bool = False
    obligor: str = ""
    financed_on_obligor: Money | None = None
    observed_purchases: Money | None = None
    objections: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a frame asks of a claim.

    Attributes:
        notified: The debtor must have confirmed.
        most_tenor_days: Longest time to the due date.
        policy: The frame's policy.
        on: Business date.
    """

    notified: bool
    most_tenor_days: int
    policy: Policy
    on: dt.date


def reasons(candidate: Candidate, bounds: Bounds) -> tuple[Refusal, ...]:
    """Everything that stands against financing a claim, in a fixed order; nothing: it is eligible."""
    return tuple((*candidate.objections, *_who(candidate), *_when(candidate, bounds), *_trade(candidate, bounds)))


def _who(candidate: Candidate) -> Iterator[Refusal]:
    for party in candidate.unverified:
        yield NOT_VERIFIED(party=party)
    if candidate.related:
        yield RELATED_PARTY(number=candidate.number)
    if candidate.encumbered:
        yield ENCUMBERED(number=candidate.number)
    if candidate.face is not None and candidate.face.currency.code != candidate.currency:
        yield WRONG_CURRENCY(
            number=candidate.number, currency=candidate.face.currency.code, expected=candidate.currency
        )


def _when(candidate: Candidate, bounds: Bounds) -> Iterator[Refusal]:
    number, due_on = candidate.number, candidate.due_on
    if due_on is None:
        yield DUE_DATE_UNKNOWN(number=number)
        return
    confirmed, asked = candidate.confirmed_due_on, candidate.asked_due_on
    if confirmed is not None and asked is not None and confirmed != asked:
        yield DUE_DATE_DIFFERS(number=number, asked=asked.isoformat(), confirmed=confirmed.isoformat())
    stated = candidate.stated_due_on
    if confirmed is None and asked is not None and stated not in (None, asked):
        yield DUE_DATE_NOT_STATED(number=number, asked=asked.isoformat(), stated=stated.isoformat())
    days = (due_on - bounds.on).days
    if days <= 0:
        yield refusals.ALREADY_DUE(number=number, due_on=due_on.isoformat())
    elif days > bounds.most_tenor_days:
        yield refusals.TENOR_TOO_LONG(number=number, days=days, most=bounds.most_tenor_days)


def _trade(candidate: Candidate, bounds: Bounds) -> Iterator[Refusal]:
    if candidate.missing:
        yield refusals.NOT_MATCHED(number=candidate.number, missing=", ".join(candidate.missing))
    if bounds.notified and not candidate.confirmed:
        yield refusals.NOT_CONFIRMED(number=candidate.number)
    if candidate.missing or (bounds.notified and not candidate.confirmed):
        return  # what mends these proves the purchase as well
    financed, observed = candidate.financed_on_obligor, candidate.observed_purchases
    if financed is not None and observed is not None and financed > observed:
        yield BEYOND_PURCHASES(
            number=candidate.number, obligor=candidate.obligor, asked=financed.grouped, observed=observed.grouped
        )


def codes(found: Sequence[Refusal]) -> tuple[str, ...]:
    """The stable codes of reasons."""
    return tuple(reason.code for reason in found)
