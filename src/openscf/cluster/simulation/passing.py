"""Vouchers in the storm: issued, sealed, accepted, passed on in parts, sold, paid at maturity or in part, late."""

import datetime as dt
from typing import Any, Final

from openscf.cluster.simulation.chance import Chance
from openscf.cluster.simulation.house import House, Message
from openscf.cluster.simulation.openings import DAY
from openscf.financing import PieceOffer, voucher_desk
from openscf.kernel.money import CNY, Money
from openscf.kernel.rates import Rate

TERMS: Final = {"least_piece": "100.00", "most_depth": 3}
OPEN_AT_ONCE: Final = 4


class Passing:
    """Draws messages about vouchers.

    Args:
        house: Where they will arrive.
        chance: Of the storm.
    """

    def __init__(self, house: House, chance: Chance) -> None:
        self.house, self.chance = house, chance
        self._names = 0

    def next(self, key: str) -> Message:
        """The next message about a voucher."""
        book = self.house.vouchers
        alive = [one for one, claim in book.claims.items() if claim.state not in ("settled", "refused", "cancelled")]
        if len(alive) < OPEN_AT_ONCE:
            return self._issue(key)
        claim = self.chance.pick(alive)
        state = book.claims[claim].state
        usual = {"issued": "seal", "offered": "accept"}.get(state)
        if usual is not None and self.chance.permille(800):
            return getattr(self, f"_{usual}")(key, claim)  # type: ignore[no-any-return]
        kinds = ("transfer", "transfer", "discount", "move", "move", "move", "redeem", "draw", "lapse", "end", "seal")
        return getattr(self, f"_{self.chance.pick(kinds)}")(key, claim)  # type: ignore[no-any-return]

    def _on(self, claim: Any) -> dt.date:
        issued_on: dt.date = self.house.vouchers.claims[claim].book.issued_on
        return max(self.house.today, issued_on)

    def _issue(self, key: str) -> Message:
        people, chance = self.house.people, self.chance
        issuer, payee = chance.pick(people["obligor"]), chance.pick(people["client"])
        face = Money(10_000 + chance.below(1_000_000_00), CNY)
        due_on = self.house.today + (20 + chance.below(150)) * DAY
        invoice = self._invoice(payee, issuer, face)
        parties = {"issuer": issuer, "payee": payee, "grantor": chance.pick(people["funder"])}
        on = self.house.today

        def act(house: House) -> str:
            house.vouchers.issue(parties, terms=TERMS, face=face, due_on=due_on, invoice=invoice, on=on)
            return f"issued {face.minor}"

        return Message(key, "voucher.issue", act, f"{parties} {face} {due_on}")

    def _invoice(self, seller: Any, buyer: Any, face: Money) -> "voucher_desk.Invoice":
        self._names += 1
        # Sometimes an invoice that was used before.
        name = self.chance.below(self._names) if self.chance.permille(60) else self._names
        return voucher_desk.Invoice(number=f"V{name}", seller=seller, buyer=buyer, face=face)

    def _simple(self, key: str, claim: Any, name: str, *, act: Any) -> Message:
        return Message(key, f"voucher.{name}", act, f"{claim} {name}")

    def _seal(self, key: str, claim: Any) -> Message:
        on = self._on(claim)
        command = "consent" if self.chance.permille(100) else "seal"
        return self._simple(
            key, claim, command, act=lambda house: _said(house.vouchers.agree(claim, command, on), command)
        )

    def _accept(self, key: str, claim: Any) -> Message:
        on = self._on(claim)
        return self._simple(key, claim, "accept", act=lambda house: _said(house.vouchers.accept(claim, on), "accept"))

    def _end(self, key: str, claim: Any) -> Message:
        on, command = self._on(claim), self.chance.pick(("refuse", "cancel"))
        return self._simple(
            key, claim, command, act=lambda house: _said(house.vouchers.end_unaccepted(claim, command, on), command)
        )

    def _piece(self, claim: Any) -> Any:
        pieces = self.house.vouchers.of(claim)
        held = [one for one in pieces if one.deal.state == "held"]
        return self.chance.pick(held if held and self.chance.permille(900) else pieces)

    def _part(self, piece: Any) -> Money:
        left = self.house.vouchers.left(piece.id).minor
        drawn = self.chance.below(100)
        more = left + self.chance.below(500)
        return Money(left if drawn < 20 else more if drawn < 25 else self.chance.below(left), CNY)

    def _transfer(self, key: str, claim: Any) -> Message:
        piece, on = self._piece(claim), self._on(claim)
        to, amount = self.chance.pick(self.house.people["client"]), self._part(piece)
        invoice = self._invoice(to, piece.holder, Money(max(amount.minor, 1), CNY))
        offer = PieceOffer(way=voucher_desk.Way.TRANSFER, face=amount, number=invoice.number)

        def act(house: House) -> str:
            house.vouchers.offer(piece.id, to, offer, on=on, invoice=invoice)
            return f"locked {amount.minor}"

        return Message(key, "voucher.transfer", act, f"{piece.id} {to} {amount} {invoice.number}")

    def _discount(self, key: str, claim: Any) -> Message:
        piece, on = self._piece(claim), self._on(claim)
        to, amount = self.chance.pick(self.house.people["funder"]), self._part(piece)
        offer = PieceOffer(way=voucher_desk.Way.DISCOUNT, face=amount, rate=Rate.bps(1 + self.chance.below(900)))

        def act(house: House) -> str:
            house.vouchers.offer(piece.id, to, offer, on=on)
            return f"locked {amount.minor}"

        return Message(key, "voucher.discount", act, f"{piece.id} {to} {amount}")

    def _move(self, key: str, claim: Any) -> Message:
        pieces, on = self.house.vouchers.of(claim), self._on(claim)
        waiting = [one for one in pieces if one.deal.state in ("locked", "offered")]
        if not waiting and self.chance.permille(950):
            return self._transfer(key, claim)
        piece = self.chance.pick(waiting or pieces)
        funded = piece.book.way is voucher_desk.Way.DISCOUNT
        usual = "offer" if piece.deal.state == "locked" else "fund" if funded else "accept"
        command = usual if self.chance.permille(850) else self.chance.pick(("refuse", "withdraw", "accept", "fund"))

        def act(house: House) -> str:
            house.vouchers.move(piece.id, command, on)
            house.rare[f"piece {command}"] += 1
            return f"{command} {house.vouchers.pieces[piece.id].deal.state}"

        return Message(key, f"voucher.{command}", act, f"{piece.id} {command}")

    def _redeem(self, key: str, claim: Any) -> Message:
        book = self.house.vouchers.claims[claim].book
        owed, on = book.outstanding.minor, self._on(claim)
        part = self.chance.permille(400)
        amount = Money(self.chance.below(owed + 1) if part else owed, CNY)

        def act(house: House) -> str:
            house.vouchers.redeem(claim, amount, on)
            state = house.vouchers.claims[claim].state
            house.rare[f"voucher {state}"] += 1
            return f"redeemed {amount.minor} {state}"

        return Message(key, "voucher.redeem", act, f"{claim} {amount}")

    def _draw(self, key: str, claim: Any) -> Message:
        amount, on = Money(1 + self.chance.below(50_000_00), CNY), self._on(claim)
        return self._simple(
            key, claim, "draw", act=lambda house: _said(house.vouchers.draw(claim, amount, on), f"drew {amount.minor}")
        )

    def _lapse(self, key: str, claim: Any) -> Message:
        on = self._on(claim)

        def act(house: House) -> str:
            house.vouchers.lapse(claim, on)
            house.rare["voucher overdue"] += 1
            return "lapsed"

        return self._simple(key, claim, "lapse", act=act)


def _said(_done: None, word: str) -> str:
    return word
