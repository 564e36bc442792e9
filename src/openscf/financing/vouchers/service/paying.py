"""At maturity: the obligor pays once, and the money goes to whoever holds the leaves."""

import datetime as dt
from collections import defaultdict

from openscf import trades
from openscf.db import UnitOfWork
from openscf.financing.bases.claim import accounts, planning
from openscf.financing.bases.claim.planning import Planner
from openscf.financing.ids import PieceId, VoucherId
from openscf.financing.model import Deal
from openscf.financing.service import cash, permitting
from openscf.financing.store import vouchers as store
from openscf.financing.vouchers.model import Voucher
from openscf.financing.vouchers.service import loading
from openscf.financing.vouchers.service.carrying import carry_out
from openscf.kernel.money import Money
from openscf.ledger import Account
from openscf.trades import DocumentId, ToldPayment


def pay_in(work: UnitOfWork, voucher: VoucherId, amount: Money, *, on: dt.date) -> Deal:
    """The obligor puts money into the voucher's escrow account, for its holders alone; before the due day, too.

    Raises:
        Refusal: `voucher_not_found`, `step_not_allowed`, `event_not_allowed`, `amount_is_nothing`, `more_than_owed`,
            `exceeds_credits`.
    """
    known, ground = loading.whole(work, voucher, on=on)
    permitting.check_may(work, known.deal, ground.product.steps["draw"], command="draw")
    plan = planning.draw(ground, amount)
    carry_out(work, known, plan)
    return plan.claim


def redeem(work: UnitOfWork, voucher: VoucherId, amount: Money, *, on: dt.date) -> Deal:
    """Pay the holders of the leaves, pro rata if it is not all; what escrow lacks is drawn from the obligor's cash.

    Two persons of the obligor promised exactly this when they sealed the voucher, so the day's job carries it out.

    Raises:
        Refusal: `voucher_not_found`, `step_not_allowed`, `event_not_allowed`, `not_due_yet`, `amount_is_nothing`,
            `more_than_owed`, `exceeds_credits`.
    """
    known, ground = loading.whole(work, voucher, on=on)
    permitting.check_may(work, known.deal, ground.product.steps["redeem"], command="redeem")
    ground.product.lifecycle.next(known.deal.state, "redeem_part")
    plan = planning.redeem(ground, amount)
    carry_out(work, known, plan)
    _tell_paid(work, known, plan)
    return plan.claim


def _tell_paid(work: UnitOfWork, voucher: Voucher, plan: Planner) -> None:
    """What the holders got is paid on every invoice on the way of their pieces, from the issuer's on.

    A payee that passed a part on had paid its own supplier with it, whoever holds the part by now.
    """
    pieces = {piece.id: piece for piece in store.pieces(work, voucher)}
    paid: dict[DocumentId, int] = defaultdict(int)
    for change in plan.changes:
        if change.piece is None or change.command != "redeem":
            continue
        at: PieceId | None = change.piece.id
        while at is not None:
            document, at = pieces[at].document, pieces[at].parent
            if document is not None:
                paid[document] += change.params.amount.minor  # type: ignore[attr-defined] # the step's own Amount
    claim = plan.claim
    told = ToldPayment(
        subject=str(voucher.id), version=claim.version, on=plan.ground.on, currency=claim.currency.code, paid=paid
    )
    trades.tell_paid(work, told)


def lapse(work: UnitOfWork, voucher: VoucherId, *, on: dt.date) -> Deal:
    """The due day has passed unpaid: offers lapse, all leaves are frozen until the obligor pays.

    Raises:
        Refusal: `voucher_not_found`, `step_not_allowed`, `event_not_allowed`, `not_overdue`.
    """
    known, ground = loading.whole(work, voucher, on=on)
    permitting.check_may(work, known.deal, ground.product.steps["lapse"], command="lapse")
    plan = planning.lapse(ground)
    carry_out(work, known, plan)
    return plan.claim


def ensure_escrow(work: UnitOfWork, voucher: VoucherId) -> Account:
    """The account in which the obligor's payment arrives, opened if it was not.

    Raises:
        Refusal: `voucher_not_found`.
    """
    known = loading.found_voucher(work, voucher)
    cash.open_accounts(work, store.declared(known.deal.product), known.deal, names=[accounts.ESCROW])
    return accounts.accounts_of_claim(known.deal)[accounts.ESCROW]
