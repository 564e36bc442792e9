"""How claims that split and travel are played: stories that together meet every row of both lifecycles.

Each story ends in a picture (what everybody has, how everything stands), which a sabotaged declaration can't paint.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from openscf.financing.bases.claim import ClaimProduct, Offer, Way
from openscf.financing.vouchers.memory import MemoryVouchers
from openscf.kernel.errors import Refusal
from openscf.kernel.lifecycle import Transition
from openscf.kernel.money import CNY
from tests.suites.vouchers.auditor import audit
from tests.suites.vouchers.storm import facts_of
from tests.unit.financing.vouchers_world import DUE, NAMES, START, Chain, yuan

DAY = dt.timedelta(days=1)
Story = Callable[[Chain], None]


def paid_in_full(chain: Chain) -> None:
    """Split three times, financed, paid on the day from escrow with too much in it."""
    voucher, t1 = chain.live()
    t2 = chain.passed(t1, "T2", "1,200,000.00")
    t3 = chain.passed(t2, "T3", "500,000.00")
    chain.book.move(chain.asked(t3, "F", "500,000.00"), "fund", DUE - 120 * DAY)
    chain.book.draw(voucher, yuan("2,000,000.00"), START)
    chain.book.draw(voucher, yuan("1,500,000.00"), START)
    chain.book.redeem(voucher, yuan("3,000,000.00"), DUE)


def paid_in_parts(chain: Chain) -> None:
    """Paid in part three times, before and after it is overdue."""
    voucher, t1 = chain.live("1,000,000.00")
    t2 = chain.passed(t1, "T2", "300,000.00")
    chain.book.move(chain.asked(t2, "G", "100,000.00"), "fund", START)
    locked, offered = _locked(chain, t1, "T3", "50,000.00"), chain.offered(t1, "T4", "60,000.00")
    chain.book.redeem(voucher, yuan("100,000.00"), DUE)
    assert {chain.book.pieces[one].deal.state for one in (locked, offered)} == {"lapsed"}
    chain.book.draw(voucher, yuan("50,000.00"), DUE)
    chain.book.redeem(voucher, yuan("200,000.00"), DUE)
    chain.book.lapse(voucher, DUE + DAY)
    chain.book.draw(voucher, yuan("10,000.00"), DUE + DAY)
    chain.book.redeem(voucher, yuan("300,000.00"), DUE + 2 * DAY)
    chain.book.redeem(voucher, yuan("400,000.00"), DUE + 3 * DAY)


def late(chain: Chain) -> None:
    """Overdue at once with offers open, paid in full later."""
    voucher, t1 = chain.live("1,000,000.00")
    _locked(chain, t1, "T3", "50,000.00")
    chain.offered(t1, "T4", "60,000.00")
    chain.book.lapse(voucher, DUE + DAY)
    chain.book.redeem(voucher, yuan("1,000,000.00"), DUE + 2 * DAY)


def parts_then_all(chain: Chain) -> None:
    """Paid in part and then in full on the day."""
    voucher, t1 = chain.live("1,000,000.00")
    chain.passed(t1, "T2", "300,000.00")
    chain.book.redeem(voucher, yuan("100,000.01"), DUE)
    chain.book.redeem(voucher, yuan("899,999.99"), DUE)


def offers_that_come_to_nothing(chain: Chain) -> None:
    """Refused, withdrawn before and after it was offered; the invoice and the amount are free again each time."""
    voucher, t1 = chain.live("1,000,000.00")
    invoice = chain.invoice("T2", "T1", "1,000,000.00")
    chain.book.move(chain.offered(t1, "T2", "1,000,000.00", invoice=invoice), "refuse", START)
    chain.book.move(chain.offered(t1, "T2", "1,000,000.00", invoice=invoice), "withdraw", START)
    chain.book.move(_locked(chain, t1, "T2", "1,000,000.00", invoice=invoice), "withdraw", START)
    chain.book.move(chain.asked(t1, "F", "1,000,000.00"), "refuse", START)
    chain.passed(t1, "T2", "1,000,000.00", invoice=invoice)
    _refused(lambda: chain.offered(t1, "T3", "10,000.00"))
    chain.book.redeem(voucher, yuan("1,000,000.00"), DUE)


def consented(chain: Chain) -> None:
    """The acceptor is not the issuer."""
    voucher = chain.issue(obligor="P")
    chain.book.agree(voucher, "seal", START)
    _refused(lambda: chain.book.accept(voucher, START))
    chain.book.agree(voucher, "consent", START)
    chain.book.accept(voucher, START)
    chain.book.redeem(voucher, yuan("3,000,000.00"), DUE)


def never_accepted(chain: Chain) -> None:
    """Cancelled as a draft, sealed, offered; refused; each time the invoice is free again."""
    invoice = chain.invoice("T1", "C", "3,000,000.00")
    for agreed in ((), ("seal",), ("seal", "consent")):
        voucher = chain.issue(obligor="P", invoice=invoice)
        for command in agreed:
            chain.book.agree(voucher, command, START)
        chain.book.end_unaccepted(voucher, "cancel", START)
    voucher = chain.issue(invoice=invoice)
    chain.book.agree(voucher, "seal", START)
    chain.book.end_unaccepted(voucher, "refuse", START)


def double_use(chain: Chain) -> None:
    """What can be had once is asked for twice: an amount, an invoice, a limit."""
    chain.limit("G", "C", "200,000.00")
    voucher, t1 = chain.live("1,000,000.00")
    invoice = chain.invoice("T2", "T1", "300,000.00")
    first = chain.offered(t1, "T2", "300,000.00", invoice=invoice)
    _refused(lambda: chain.offered(t1, "T2", "10,000.00", invoice=invoice))
    _refused(lambda: chain.offered(t1, "T3", "700,000.01"))
    chain.book.move(first, "accept", START)
    chain.book.move(chain.asked(t1, "G", "150,000.00"), "fund", START)
    again = chain.asked(t1, "G", "50,000.01")
    _refused(lambda: chain.book.move(again, "fund", START))
    rest = chain.invoice("T1", "C", "1,000,000.00")
    chain.issue("1,000,000.00", invoice=rest)
    _refused(lambda: chain.issue("1,000,000.00", invoice=rest))
    chain.book.redeem(voucher, yuan("1,000,000.00"), DUE)


def sold_on(chain: Chain) -> None:
    """A funder sells a part of what it bought to another one, and the rest to the bank that granted the limit."""
    voucher, t1 = chain.live("1,000,000.00")
    f = chain.asked(t1, "F", "400,000.00")
    chain.book.move(f, "fund", START)
    chain.book.move(chain.asked(f, "G", "150,000.00", "4.0"), "fund", START + DAY)
    chain.house.bring(chain.parties["B"], yuan("1,000,000.00"), START)
    chain.book.move(chain.asked(f, "B", "250,000.00", "4.0"), "fund", START + DAY)
    chain.book.redeem(voucher, yuan("1,000,000.00"), DUE)


class Audited(MemoryVouchers):
    """Vouchers that are audited after every operation."""

    watched: Chain

    def _carry_out(self, planner: Any) -> None:
        super()._carry_out(planner)
        found = audit(facts_of(self.watched))
        assert found == [], found


STORIES: tuple[Story, ...] = (
    paid_in_full, paid_in_parts, late, parts_then_all, offers_that_come_to_nothing, consented, never_accepted,
    double_use, sold_on,
)  # fmt: skip


def _locked(chain: Chain, piece: Any, to: str, amount: str, invoice: Any = None) -> Any:
    giver = chain.name_of(chain.book.pieces[piece].holder)
    backing = invoice or chain.invoice(to, giver, amount)
    offer = Offer(way=Way.TRANSFER, face=yuan(amount), number=backing.number)
    return chain.book.offer(piece, chain.parties[to], offer, on=START, invoice=backing)


def _refused(act: Callable[[], object]) -> None:
    try:
        act()
    except Refusal:
        return
    raise AssertionError("it should have been refused")


def play(story: Story, product: ClaimProduct) -> tuple[Chain, object]:
    """Play a story, and its picture; what does not add up is an error."""
    chain = Chain(product=product, kind=Audited)
    chain.book.watched = chain  # type: ignore[attr-defined]
    story(chain)
    assert not [one for one in chain.house.ledger.accounts.values() if one.purpose == "escrow" and one.posted_minor]
    money = sum(one.posted_minor for one in chain.house.ledger.accounts.values() if one.unit == "CNY")
    assert money == 0, "money came from nowhere or went nowhere"
    return chain, picture(chain)


def picture(chain: Chain) -> object:
    """What everybody has, and how everything stands."""
    cash = tuple(chain.house.cash(chain.parties[name], CNY).minor for name in NAMES)
    states = tuple(one.state for one in chain.book.claims.values())
    pieces = tuple(piece.deal.state for piece in chain.book.pieces.values())
    limits = tuple(
        (chain.house.ledger.accounts[node.headroom].posted_minor, chain.house.ledger.accounts[node.used].posted_minor)
        for node in chain.house.nodes.values()
    )
    return cash, states, pieces, limits, {name: sorted(held.values()) for name, held in chain.book.marks.items()}


def walked(chain: Chain) -> tuple[set[Transition], set[Transition]]:
    """The rows of the claim's lifecycle that were played, and those of its pieces."""
    claims = {row for subject, row in chain.book.history if subject in chain.book.claims}
    return claims, {row for subject, row in chain.book.history if subject in chain.book.pieces}
