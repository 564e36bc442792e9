"""What happens to a claim that splits and travels, and to its pieces: amounts and books, pure."""

import dataclasses
from collections.abc import Sequence

from openscf.financing.bases.claim import refusals
from openscf.financing.bases.claim.model import Book, ClaimFacts, PieceBook, Way
from openscf.financing.model import Deal, Event, Facts, Outcome
from openscf.financing.rules import refusals as common
from openscf.kernel.calendars import add_months, due_day
from openscf.kernel.daycount import Period
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money, pro_rata
from openscf.kernel.rates import interest

LIVE = ("live", "part_paid")


def opening(deal: Deal, proposal: object) -> Book:
    """A claim is never opened as a deal: its issuer issues it, its checker seals it, its payee accepts it."""
    raise refusals.CLAIM_IS_ISSUED(product=deal.product)


def issue(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The issuer writes it down: for an invoice of the payee, within the tenor that the frame allows."""
    book, terms, known = deal.book, deal.terms, _claim(facts)
    if book.face.minor <= 0:
        raise common.AMOUNT_IS_NOTHING(field="face")
    latest = add_months(event.on, terms.most_tenor_months)
    if not event.on < book.due_on <= latest:
        raise refusals.TENOR_OUT_OF_RANGE(
            issued_on=event.on.isoformat(), latest=latest.isoformat(), due_on=book.due_on.isoformat()
        )
    payee, own = deal.parties["payee"], {deal.parties["issuer"], deal.parties["obligor"]}
    if payee in own or (payee in known.related and not terms.related_parties):
        raise refusals.ISSUER_IS_PAYEE(payee=str(payee))
    _check_trade(known, deal.currency.code, seller=payee, buyer=deal.parties["issuer"])
    return Outcome(book=dataclasses.replace(book, due_on=due_day(book.due_on, facts.calendar).on, issued_on=event.on))


def seal(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The issuer's second person agrees; where the issuer is the obligor, this is the obligor's own consent."""
    if deal.parties["issuer"] == deal.parties["obligor"]:
        return dataclasses.replace(consent(deal, event, facts), event="seal_own")
    _check_before_due(deal, event)
    return Outcome(book=deal.book, event="seal")


def consent(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The obligor binds itself: its voucher limit is reserved for the whole face."""
    _check_before_due(deal, event)
    return Outcome(book=deal.book, amounts={"reserve": deal.book.face})


def accept(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The payee takes it: from now on it can't be cancelled any more, and the face is to come in when it is due."""
    _check_before_due(deal, event)
    return Outcome(book=deal.book, amounts={"face": deal.book.face})


def quiet(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """Only the state moves."""
    return Outcome(book=deal.book)


def draw(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The obligor's money comes into the claim's escrow account, for its holders alone."""
    if not event.params.amount:
        raise common.AMOUNT_IS_NOTHING(field="amount")
    owed = deal.book.outstanding
    if event.params.amount > owed:
        raise common.MORE_THAN_OWED(amount=event.params.amount.grouped, owed=owed.grouped)
    return Outcome(book=deal.book, amounts={"drawn": event.params.amount})


def check_payment(deal: Deal, event: Event) -> Money:
    """The amount of a payment to the holders.

    Raises:
        Refusal: `amount_is_nothing`, `more_than_owed`, `not_due_yet`.
    """
    amount: Money = event.params.amount
    if not amount:
        raise common.AMOUNT_IS_NOTHING(field="amount")
    if amount > deal.book.outstanding:
        raise common.MORE_THAN_OWED(amount=amount.grouped, owed=deal.book.outstanding.grouped)
    if event.on < deal.book.due_on:
        raise refusals.NOT_DUE_YET(due_on=deal.book.due_on.isoformat(), on=event.on.isoformat())
    return amount


def shares_of(amount: Money, leaves: Sequence[Money]) -> list[Money]:
    """What each leaf gets of a payment: in proportion to what is left of it, the residue to the last."""
    return pro_rata(amount, leaves)


def redeem(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The holders of the leaves have been paid; what the obligor paid in beyond its debt goes back to it."""
    amount = check_payment(deal, event)
    book = dataclasses.replace(deal.book, paid=deal.book.paid + amount)
    amounts = {"release": amount}
    if book.outstanding:
        return Outcome(book=book, amounts=amounts, event="redeem_part")
    escrow = _claim(facts).escrow
    assert escrow is not None, "the shell says what is in escrow"
    return Outcome(book=book, amounts=amounts | {"excess": escrow}, event="redeem_all")


def lapse(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The due day has passed without full payment."""
    if event.on <= deal.book.due_on:
        raise common.NOT_OVERDUE(due_on=deal.book.due_on.isoformat(), on=event.on.isoformat())
    return Outcome(book=deal.book)


def opening_piece(deal: Deal, proposal: object) -> PieceBook:
    """As `opening`: pieces are cut from a claim."""
    raise refusals.CLAIM_IS_ISSUED(product=deal.product)


def lock(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """So much of the giver's piece is set aside for this one; nobody else can be offered it meanwhile."""
    book, known = deal.book, _claim(facts)
    if book.face.minor <= 0:
        raise common.AMOUNT_IS_NOTHING(field="amount")
    if book.way is not Way.ISSUE:
        _check_cut(deal, event, known)
    if book.way is Way.TRANSFER:
        _check_transfer(deal, known)
    if book.way is Way.DISCOUNT:
        _check_discount(deal, event, known)
    return Outcome(book=book, amounts={"face": book.face})


def _check_cut(deal: Deal, event: Event, known: ClaimFacts) -> None:
    assert known.claim is not None, "the shell says of which claim"
    assert known.available is not None, "the shell says what is free"
    book, free = deal.book, known.available
    if known.claim.state not in LIVE:
        raise refusals.CLAIM_NOT_LIVE(state=known.claim.state)
    _check_before_due(known.claim, event)
    if book.face > free:
        raise refusals.PIECE_HAS_LESS(available=free.grouped, amount=book.face.grouped)
    if book.face < deal.terms.least_piece and book.face != free:
        raise refusals.PIECE_TOO_SMALL(amount=book.face.grouped, least=deal.terms.least_piece.grouped)


def _check_transfer(deal: Deal, known: ClaimFacts) -> None:
    assert known.claim is not None, "asked before"
    giver, holder, parties = deal.parties["giver"], deal.parties["holder"], known.claim.parties
    if deal.book.depth > deal.terms.most_depth:
        raise refusals.PIECE_TOO_DEEP(depth=deal.book.depth - 1, most=deal.terms.most_depth)
    circle = {parties["issuer"], parties["obligor"], *known.path}
    if holder in circle or (holder in known.related and not deal.terms.related_parties):
        raise refusals.CIRCULAR_TRANSFER(holder=str(holder))
    _check_trade(known, deal.currency.code, seller=holder, buyer=giver)


def _check_discount(deal: Deal, event: Event, known: ClaimFacts) -> None:
    assert known.claim is not None, "asked before"
    holder, parties = deal.parties["holder"], known.claim.parties
    if holder in {deal.parties["giver"], parties["issuer"], parties["obligor"]}:
        raise refusals.CIRCULAR_TRANSFER(holder=str(holder))
    if deal.book.rate is None:
        raise refusals.RATE_MISSING()
    discount_of(deal, event)


def discount_of(deal: Deal, event: Event) -> Money:
    """Face × rate × days, the day of funding counted and the due day not, rounded once (PRODUCTS section 0).

    Raises:
        Refusal: `discount_takes_all`.
    """
    book = deal.book
    discount = interest(book.face, book.rate, Period(event.on, book.due_on), basis=deal.terms.basis)
    if discount >= book.face:
        raise refusals.NOTHING_LEFT_OF_PIECE(discount=discount.grouped, face=book.face.grouped)
    return discount


def take(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The new holder accepts a piece that pays its invoice; the giver is not liable for it (the obligor alone is)."""
    if deal.book.way is Way.DISCOUNT:
        raise refusals.NEEDS_FUNDING()
    _check_before_due(_of(facts), event)
    return Outcome(book=deal.book)


def fund(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """A funder buys the piece without recourse, on its own limit for the obligor."""
    if deal.book.way is not Way.DISCOUNT:
        raise refusals.NOT_FOR_FUNDING()
    _check_before_due(_of(facts), event)
    face, discount = deal.book.face, discount_of(deal, event)
    exposed = face if _claim(facts).own_limit else Money.zero(deal.currency)
    book = dataclasses.replace(deal.book, discount=discount, exposed=exposed)
    return Outcome(book=book, amounts={"price": face, "discount": discount, "reserve": exposed})


def give(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """A part of the piece, or all of it, has gone to somebody else."""
    left = facts.balances["holder:piece"]
    book, freed = _less_exposed(deal.book, event.params.amount)
    return Outcome(book=book, amounts={"release": freed}, event="give_part" if left else "give_all")


def pay_share(deal: Deal, event: Event, facts: Facts) -> Outcome:
    """The holder receives its share of the obligor's payment, and the piece shrinks by as much."""
    share: Money = event.params.amount
    book, freed = _less_exposed(deal.book, share)
    left = facts.balances["holder:piece"] - share
    amounts = {"share": share, "release": freed}
    return Outcome(book=book, amounts=amounts, event="redeem_part" if left else "redeem_all")


def _less_exposed(book: PieceBook, amount: Money) -> tuple[PieceBook, Money]:
    freed = min(book.exposed, amount)
    return dataclasses.replace(book, exposed=book.exposed - freed), freed


def _check_before_due(claim: Deal, event: Event) -> None:
    if event.on >= claim.book.due_on:
        raise refusals.CLAIM_IS_DUE(number=claim.book.number, due_on=claim.book.due_on.isoformat())


def _check_trade(known: ClaimFacts, currency: str, *, seller: PartyId, buyer: PartyId) -> None:
    trade = known.trade
    fits = (
        trade is not None and trade.invoice and trade.currency == currency
        and (trade.seller, trade.buyer) == (seller, buyer)
    )  # fmt: skip
    if not fits:
        raise refusals.TRADE_DOCUMENT_UNFIT(
            number="-" if trade is None else trade.number, currency=currency, seller=str(seller), buyer=str(buyer)
        )


def _claim(facts: Facts) -> ClaimFacts:
    assert isinstance(facts, ClaimFacts), "claims are decided on what is known of claims"
    return facts


def _of(facts: Facts) -> Deal:
    claim = _claim(facts).claim
    assert claim is not None, "a piece is decided beside its claim"
    return claim
