"""What happens only in sandboxes: time moved forward, debtors that do not pay, payments that come back, goods lost."""

import datetime as dt
import functools
from typing import Annotated

from pydantic import Field

from openscf import access, financing, operations, parties, settlement, trades
from openscf.db import Context, UnitOfWork
from openscf.financing import DealId
from openscf.kernel.errors import refusal
from openscf.portal.declaring import operation
from openscf.portal.desk import BANKING, Desk
from openscf.portal.model import Work
from openscf.portal.operations.accounts import PayoutView, payout_view
from openscf.portal.operations.custody import KEEPERS, goods_lines
from openscf.portal.operations.financings import FinancingView, financing_view
from openscf.portal.operations.trades import LineView
from openscf.portal.shapes import Body, Instant, View
from openscf.settlement import Payout, PayoutId, SettlementAccount, StatementFile
from openscf.trades import DocumentId

NOTHING_TO_DEFAULT = refusal(
    "nothing_to_default",
    en="{deal} is {state}: nobody owes anything on a date under it.",
    zh="{deal} 当前状态为 {state}，不存在到期应付款。",
    fix_en="Choose a financing that is funded.",
    fix_zh="请选择已放款的融资。",
    status=409,
)
DAY = dt.timedelta(days=1)


class Advance(Body):
    """How far time is moved forward; at most 400 days at once."""

    days: Annotated[int, Field(ge=0, le=400)] = 0
    seconds: Annotated[int, Field(ge=0, le=86_400)] = 0


class SandboxTime(View):
    """The time of a sandbox now."""

    now: Instant
    today: dt.date
    ahead_s: int


class Default(Body):
    """A financing whose debtor does not pay."""

    financing: Annotated[str, Field(max_length=60)]
    days: Annotated[int, Field(ge=1, le=180, description="Days past due that are waited.")] = 1


class BankReturn(Body):
    """A payment out that comes back."""

    payout: Annotated[str, Field(max_length=60)]
    code: Annotated[
        str, Field(pattern=r"^[A-Z]{2}[0-9]{2}$", description="The bank's reason, as ISO 20022 writes it.")
    ] = "AC04"


class StockLoss(Body):
    """Goods on a paper of which a part is gone."""

    document: Annotated[str, Field(max_length=60, description="A paper that names one's enterprise; `list_custody`.")]
    lost_percent: Annotated[int, Field(ge=1, le=100)] = 20


class StockLossView(View):
    """What the keeper says now.

    Attributes:
        document: The version that this contradicts; neither proves any goods until two persons have settled it.
        lines: What is left.
    """

    document: str
    number: str
    lines: list[LineView]


@operation(
    "POST /v1/simulations/advance-time", group="simulations", en="Move the sandbox's time forward.",
    zh="推进沙箱时间。", sandbox=True, refusals=("bad_advance",), examples={"quarter": {"days": 90}},
)  # fmt: skip
def advance_time(desk: Desk, work: UnitOfWork, body: Advance) -> SandboxTime:
    """From now on all that happens in this book carries a later time; it is never moved back."""
    ahead = access.advance_time(work, dt.timedelta(days=body.days, seconds=body.seconds))
    now = desk.house.database.clock.now() + ahead
    return SandboxTime(now=now, today=parties.business_date(now), ahead_s=int(ahead.total_seconds()))


@operation(
    "POST /v1/simulations/buyer-default", group="simulations", en="Let a debtor not pay.", zh="模拟买方违约。",
    sandbox=True, work=Work.ALONE, refusals=("deal_not_found", "nothing_to_default", "bad_advance", "bad_id"),
    examples={"late": {"financing": "dea_01JD0000000000000000000000", "days": 10}},
)  # fmt: skip
def simulate_buyer_default(desk: Desk, body: Default) -> FinancingView:
    """Wait until the due day has passed by so many days without a payment, and mark the financing overdue."""
    deal = DealId.parse(body.financing)
    kept = desk.read(lambda work: financing.found_deal(work, deal))
    financing_view(desk, kept)
    due_on: dt.date | None = getattr(kept.deal.book, "due_on", None)
    if due_on is None or kept.deal.state not in {"funded", "part_paid", "overdue"}:
        raise NOTHING_TO_DEFAULT(deal=body.financing, state=kept.deal.state)
    wait = due_on + body.days * DAY - desk.today
    if wait > dt.timedelta(0):
        desk.house.database.run(desk.context, lambda work: access.advance_time(work, wait))
    return desk.read(lambda work: _lapsed(desk, work, deal, on=due_on + body.days * DAY))


def _lapsed(desk: Desk, work: UnitOfWork, deal: DealId, *, on: dt.date) -> FinancingView:
    operations.lapse_if_late(work, deal, on=on, fingerprints=desk.fingerprints)
    return financing_view(desk, financing.found_deal(work, deal))


@operation(
    "POST /v1/simulations/bank-return", group="simulations", en="Let a payment come back.", zh="模拟银行退汇。",
    sandbox=True, work=Work.ALONE, refusals=("payout_not_found", "nothing_to_return", "bad_id"),
    examples={"account closed": {"payout": "pay_01JD0000000000000000000000", "code": "AC04"}},
)  # fmt: skip
def simulate_bank_return(desk: Desk, body: BankReturn) -> PayoutView:
    """The simulated bank returns a payment and closes its day; the book's time follows it, its statement is booked."""
    payout = PayoutId.parse(body.payout)
    known, account = desk.read(lambda work: _own_payout(desk, work, payout))
    if known.state is not settlement.PayoutState.RETURNED:
        closed = settlement.send_back(desk.house.bank, known, code=body.code)
        wait = closed - desk.today
        if wait > dt.timedelta(0):
            desk.house.database.run(desk.context, lambda work: access.advance_time(work, wait))
        _book(desk, account)
    return payout_view(desk.read(lambda work: settlement.payout(work, payout)))


def _own_payout(desk: Desk, work: UnitOfWork, payout: PayoutId) -> tuple[Payout, SettlementAccount]:
    found = settlement.payout(work, payout)
    if not desk.relations({"owner": found.party}):
        raise settlement.PAYOUT_NOT_FOUND(payout=str(payout))
    return found, settlement.settlement_account(work, found.account)


def _book(desk: Desk, account: SettlementAccount) -> None:
    """Take in what the bank has sent of an account since its last statement, as the house would."""
    tools = trades.Desk(desk.fingerprints, desk.house.originals)

    def take(file: StatementFile, work: UnitOfWork) -> None:
        operations.take_statement_file(work, file.name, file.content, desk=tools)

    at = Context(desk.context.tenant, BANKING)
    books = access.in_its_time(desk.house.database, desk.house.database.run(at, access.ahead_of))
    for file in desk.house.bank.statements(account.number, account.closed_on):
        books.run(at, functools.partial(take, file))


@operation(
    "POST /v1/simulations/stock-loss", group="simulations", en="Let a keeper find goods gone.", zh="模拟库存短缺。",
    sandbox=True, offices=KEEPERS, examples={"a fifth": {"document": "doc_01JD0000000000000000000000"}},
    refusals=("document_not_found", "goods_paper_replaced", "not_allowed", "bad_id"),
)  # fmt: skip
def simulate_stock_loss(desk: Desk, work: UnitOfWork, body: StockLoss) -> StockLossView:
    """The keeper says by a paper of its own that less is there, which contradicts the one before."""
    at = trades.Desk(desk.fingerprints, desk.house.originals)
    left = trades.report_loss(
        work, DocumentId.parse(body.document), desk.party, lost_percent=body.lost_percent, desk=at
    )
    return StockLossView(document=body.document, number=left.number, lines=goods_lines(left))
