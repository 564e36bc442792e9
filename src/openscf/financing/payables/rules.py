"""Pure rules of approved payables: what may be approved, what is sold without asking, what is disclosed."""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from openscf.financing.model import Deal
from openscf.financing.payables.model import AutoTrade, Position, Snapshot, Span
from openscf.kernel.errors import refusal
from openscf.kernel.money import Currency, Money, total

MOST_IN_A_BATCH: Final = 2_000
OWED: Final = frozenset({"approved", "sold", "funded", "part_paid", "overdue", "written_off"})
"""States in which the anchor owes; a funder that wrote its claim off has not forgiven it."""
PAID_OUT: Final = frozenset({"funded", "part_paid", "overdue", "written_off"})

BATCH_SIZE = refusal(
    "payables_batch_size",
    en="A batch has from 1 to {most} payables; this one has {count}.",
    zh="每批应付账款须为 1 至 {most} 笔，本批为 {count} 笔。",
    fix_en="Split it.",
    fix_zh="请分批上传。",
    status=400,
)
NOT_REVERSE_FACTORING = refusal(
    "not_a_payables_programme",
    en="{programme} is no reverse-factoring programme with a core enterprise of its own.",
    zh="{programme} 不是已指定核心企业的反向保理项目。",
    fix_en="Choose the programme of the core enterprise.",
    fix_zh="请选择核心企业的反向保理项目。",
    status=409,
)
SUPPLIER_NOT_HERE = refusal(
    "supplier_not_here",
    en="The seller of {number} has not joined the platform: nobody could be paid.",
    zh="{number} 的销方尚未入驻平台，无法付款。",
    fix_en="Invite the supplier; upload the payable when it has joined.",
    fix_zh="请先邀请供应商入驻，再上传。",
    status=409,
)
PAYABLE_EXCEEDS_INVOICE = refusal(
    "payable_exceeds_invoice",
    en="Of {number}, {left} are left; {face} can't be approved on it.",
    zh="{number} 的余额为 {left}，不能确认应付 {face}。",
    fix_en="Approve at most what the invoice says, less its credit notes.",
    fix_zh="确认金额不能超过发票金额扣除红字发票后的余额。",
    status=409,
)
PAYABLE_KNOWN = refusal(
    "payable_known",
    en="{number} was approved already, or stands in this batch twice.",
    zh="{number} 已确认，或在本批中重复。",
    fix_en="Take it out of the batch.",
    fix_zh="请从本批中删除。",
    status=409,
)
PAYABLE_CHANGED = refusal(
    "payable_changed",
    en="What is known of {number} is no longer what the batch says.",
    zh="{number} 的信息已变更，与待审批的批次不一致。",
    fix_en="Reject the batch, and upload it again as things are now.",
    fix_zh="请驳回本批，并按最新信息重新上传。",
    status=409,
)
PERIOD_UPSIDE_DOWN = refusal(
    "disclosure_period",
    en="A period can't end on {closing_on} when it begins with {opening_on}.",
    zh="期初 {opening_on} 晚于期末 {closing_on}。",
    status=400,
)


def sells(rule: AutoTrade, deal: Deal, on: dt.date) -> bool:
    """Whether a standing order sells an approved payable today."""
    book, rate = deal.book, deal.terms.rate
    return (
        rule.enabled
        and deal.state == "approved"
        and not book.collected
        and (book.due_on - on).days >= rule.least_days
        and (rule.least_face is None or book.face >= rule.least_face)
        and (rule.highest_rate is None or rate <= rule.highest_rate)
    )


def snapshot(
    on: dt.date, inside: Iterable[Position], outside: Iterable[tuple[dt.date | None, dt.date]], *, money: Currency
) -> Snapshot:
    """The figures of IAS 7.44H (b) at the end of a day.

    Args:
        on: The day.
        inside: What the anchor owes in the programme.
        outside: (invoice date, due date) of comparable payables in no programme.
        money: Currency of the programme.
    """
    owed = [position for position in inside if position.carrying]
    return Snapshot(
        on=on,
        carrying=total((position.carrying for position in owed), money),
        paid_out=total((position.carrying for position in owed if position.paid_out), money),
        inside=Span.of([(position.issued_on, position.due_on) for position in owed]),
        outside=Span.of(list(outside)),
    )


def position_of(state: str, face: Money, collected: Money, *, dates: tuple[dt.date | None, dt.date]) -> Position | None:
    """What a payable in that state is to the anchor; None when it owes nothing on it."""
    if state not in OWED:
        return None
    return Position(carrying=face - collected, paid_out=state in PAID_OUT, issued_on=dates[0], due_on=dates[1])
