"""A buyer's budget for early payment: set by two persons, looked at before a supplier's day is agreed to."""

import datetime as dt
from typing import Any

from openscf import parties
from openscf.db import UnitOfWork
from openscf.financing.early import rules
from openscf.financing.early.model import Commitment, EarlyPayRule, EarlyPayUse
from openscf.financing.fields import read, write
from openscf.financing.ids import ProgrammeId
from openscf.financing.model import Decision
from openscf.financing.model.programme import Programme
from openscf.financing.products.dynamic_discounting import PRODUCT, discount_on
from openscf.financing.service import keeping
from openscf.financing.service.programmes import found_programme
from openscf.financing.store import early as store
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Currency
from openscf.parties import ApprovalKind, ApprovalRequest

EARLY_PAY_RULE = "early_pay_rule"
EARLY_PAY_RULE_SET = "financing.early_pay_rule_set"


def request_early_pay_rule(work: UnitOfWork, programme: ProgrammeId, rule: EarlyPayRule) -> ApprovalRequest:
    """A person of the buyer asks for another budget or other suppliers; it stands once a second one has approved it.

    Raises:
        Refusal: `programme_not_found`, `not_an_early_pay_programme`, `early_pay_rule`, `party_not_found`, `bad_id`, or
            what `parties.request_approval` refuses.
    """
    frame = _frame(work, programme)
    rules.check_rule(rule, frame.currency)
    for supplier in rule.suppliers:
        parties.find_party(work, PartyId.parse(supplier))
    return parties.request_approval(
        work, EARLY_PAY_RULE, frame.owner, payload={"programme": programme, "rule": write(rule)}
    )


def early_pay_use(work: UnitOfWork, programme: ProgrammeId, *, on: dt.date) -> EarlyPayUse:
    """The rule of a programme and what is used of it on a day.

    Raises:
        Refusal: `programme_not_found`, `not_an_early_pay_programme`.
    """
    frame = _frame(work, programme)
    return _use(work, frame.id, store.rule_of(work, frame.id, frame.currency), on=on, money=frame.currency)


def early_pay_offered(work: UnitOfWork, programme: Programme, supplier: PartyId) -> bool:
    """Whether a buyer lets a supplier take part; also true of programmes of other products, which have no such rule."""
    if programme.product != PRODUCT.code:
        return True
    return rules.is_offered_to(store.rule_of(work, programme.id, programme.currency), str(supplier))


def _frame(work: UnitOfWork, programme: ProgrammeId) -> Programme:
    frame = found_programme(work, programme)
    if frame.product != PRODUCT.code:
        raise rules.NOT_EARLY_PAY(programme=str(programme))
    return frame


def _use(
    work: UnitOfWork, programme: ProgrammeId, rule: EarlyPayRule | None, *, on: dt.date, money: Currency
) -> EarlyPayUse:
    known = []
    for terms, book, paid_on in store.agreed(work, programme, on):
        said: Any = read(PRODUCT.book, book, money=money)
        known.append(_commitment(read(PRODUCT.terms, terms, money=money), said, paid_on))
    return rules.use_of(rule, known, on=on, money=money)


def _commitment(terms: Any, book: Any, paid_on: dt.date | None = None) -> Commitment:
    """What an agreed early payment takes: of one that is paid exactly what it took, as the product's rule pays it."""
    discount = discount_on(terms, book, book.pay_on)
    if paid_on is not None:
        discount = min(discount, discount_on(terms, book, paid_on))
    return Commitment(
        cash=book.face - discount, pay_on=paid_on or book.pay_on, due_on=book.due_on, paid=paid_on is not None
    )


def _check(work: UnitOfWork, decision: Decision) -> None:
    """Before a supplier's day is agreed to: it may take part, and there is room. One at a time, by the rule's row."""
    deal = decision.deal
    if decision.event != "accept" or deal.programme is None:
        return
    rule = store.rule_of(work, deal.programme, deal.currency, lock=True)
    if rule is None:
        return
    if not rules.is_offered_to(rule, str(deal.parties["client"])):
        raise rules.EARLY_PAY_NOT_OFFERED(programme=found_programme(work, deal.programme).name)
    on = parties.business_date(work.at)
    use = _use(work, deal.programme, rule, on=on, money=deal.currency)
    rules.check_room(use, _commitment(deal.terms, deal.book))


def _set(work: UnitOfWork, request: ApprovalRequest) -> None:
    programme = ProgrammeId.parse(str(request.payload["programme"]))
    frame = _frame(work, programme)
    rule = read(EarlyPayRule, request.payload["rule"], money=frame.currency)
    store.set_rule(work, programme, rule)
    work.audit("financing.set_early_pay_rule", str(programme), {"rule": write(rule)})
    work.emit(EARLY_PAY_RULE_SET, str(request.id), {"programme": programme})


keeping.GUARDS[PRODUCT.code] = _check
parties.KINDS.add(ApprovalKind(name=EARLY_PAY_RULE, effect=_set), origin=__name__)
