"""Records of documents, small and large, for tests."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
import typst

from openscf.kernel.money import CNY, Money, total
from openscf.operations import documents as d
from openscf.operations.documents import typesetting

THERE = {family.lower() for family in typst.Fonts().families()}
needs_font = pytest.mark.skipif(
    not any(family.lower() in THERE for family in typesetting.FAMILIES),
    reason="no Chinese font on this machine: apt-get install fonts-wqy-microhei",
)
DAY = dt.date(2026, 3, 10)
SELLER = d.Participant(
    role="assignor",
    name_zh="华东精密零件有限公司",
    name_en="East China Precision Parts Co., Ltd.",
    code="91310000132204958K",
)
BUYER = d.Participant(
    role="debtor", name_zh="长江汽车集团股份有限公司", name_en="Yangtze Automotive Group", code="91310000631696382C"
)
FUNDER = d.Participant(role="assignee", name_zh="浦江商业保理有限公司", code="91310115MA1K3LXX5A")
PAY_TO = d.PayTo(holder="浦江商业保理有限公司", bank_code="102100099996", number="****1787")


def acting(who: d.Participant, role: str) -> d.Participant:
    return dataclasses.replace(who, role=role)


def fen(minor: int) -> Money:
    return Money(minor, CNY)


def claim(number: str = "25312000000012345678", minor: int = 100_000_000, **named: Any) -> d.Claim:
    given = {"contract": "HT-2026-0317", "issued_on": DAY, "due_on": dt.date(2026, 6, 1), **named}
    return d.Claim(number=number, amount=fen(minor), **given)


def notice(count: int = 1, minor: int = 100_000_000, **named: Any) -> d.AssignmentNotice:
    claims = tuple(claim(f"253120000000{at:08d}", minor + at) for at in range(count))
    whole = total([one.amount for one in claims], CNY)
    given = {"assignor": SELLER, "debtor": BUYER, "assignee": FUNDER, "claims": claims, "pay_to": PAY_TO, **named}
    return d.AssignmentNotice(total=whole, assigned_on=DAY, **given)


def confirmation() -> d.DebtorConfirmation:
    at = dt.datetime(2026, 3, 9, 17, 30, tzinfo=dt.UTC)
    creditor = acting(SELLER, "creditor")
    request = "apr_06EVHZ8QK3M5R8N2V7T4X9YB1C"
    return d.DebtorConfirmation(debtor=BUYER, creditor=creditor, claim=claim(), confirmed_at=at, request=request)


def disbursement() -> d.DisbursementAdvice:
    parts = (d.Part(name="fee", amount=fen(500_000), to="funder"),)
    return d.DisbursementAdvice(
        client=acting(SELLER, "client"), funder=acting(FUNDER, "funder"), obligor=acting(BUYER, "obligor"),
        claim=claim(), funded_on=DAY, advance=fen(80_000_000), deductions=parts, paid_out=fen(79_500_000),
        pay_to=dataclasses.replace(PAY_TO, holder="华东精密零件有限公司"),
    )  # fmt: skip


def settlement(count: int = 1) -> d.SettlementStatement:
    amounts = {"interest": fen(1_328_000), "principal": fen(80_000_000), "remainder": fen(18_672_000)}
    parts = tuple(
        d.Part(name=name, amount=amount, to="client" if name == "remainder" else "funder")
        for name, amount in amounts.items()
    )
    receipt = d.Receipt(
        on=dt.date(2026, 6, 1), event="collect", amount=fen(100_000_000), parts=parts, principal_left=fen(0)
    )
    totals = tuple(dataclasses.replace(part, amount=part.amount * count) for part in parts)
    return d.SettlementStatement(
        client=acting(SELLER, "client"), obligor=acting(BUYER, "obligor"), funder=acting(FUNDER, "funder"),
        claim=claim(),
        product_zh="保理", product_en="Factoring", advance=fen(80_000_000), receipts=(receipt,) * count, totals=totals,
        received=fen(100_000_000 * count), principal_left=fen(0), over=True,
    )  # fmt: skip


def statement(count: int = 3) -> d.AccountStatement:
    lines, balance = [], 0
    for at in range(count):
        amount = -12_345 if at % 3 == 2 else 1_000_000 + at
        balance += amount
        lines.append(
            d.StatementLine(
                on=DAY + dt.timedelta(days=at), text_zh="保理 · 利息", text_en="Factoring · Interest",
                reference="dea_06EVHZ8QK3M5R8N2V7T4X9YB1C" if at % 2 else "",
                amount=fen(amount), balance=fen(balance),
            )
        )  # fmt: skip
    came = [line.amount for line in lines if line.amount.minor > 0]
    went = [abs(line.amount) for line in lines if line.amount.minor < 0]
    return d.AccountStatement(
        owner=acting(FUNDER, "owner"), account="acc_06EVHZ8QK3M5R8N2V7T4X9YB1C", purpose="cash", since=DAY,
        until=dt.date(2026, 5, 31), opening=fen(0), closing=fen(balance), money_in=total(came, CNY),
        money_out=total(went, CNY), lines=tuple(lines),
    )  # fmt: skip


def voucher(count: int = 2) -> d.VoucherCertificate:
    holdings = tuple(
        d.Holding(
            number=f"pcv_06EVHZ8QK3M5R8N2V7T4X9{at:04d}",
            holder=acting(SELLER, "holder"),
            level=at,
            amount=fen(50_000_000),
        )
        for at in range(count)
    )
    return d.VoucherCertificate(
        voucher="vch_06EVHZ8QK3M5R8N2V7T4X9YB1C", issuer=acting(BUYER, "issuer"), obligor=acting(BUYER, "obligor"),
        payee=acting(SELLER, "payee"), face=fen(50_000_000 * count), issued_on=DAY, due_on=dt.date(2026, 9, 1),
        request="apr_06EVHZ8QK3M5R8N2V7T4X9YB1C", claim=claim(), holdings=holdings, paid=fen(0),
    )  # fmt: skip


def paper(content: d.Content, **named: Any) -> d.Paper:
    given = {"number": "AN-2026-000001", "issued_on": DAY, "subject": "dea_06EVHZ8QK3M5R8N2V7T4X9YB1C", **named}
    return d.Paper(content=content, **given)


ALL = {
    "assignment_notice": notice, "confirmation": confirmation, "voucher": voucher, "settlement": settlement,
    "statement": statement, "disbursement": disbursement,
}  # fmt: skip
"""One record of each kind."""
