"""Vouchers in both worlds: each command of the twin goes to PostgreSQL as well."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from openscf.cluster.simulation.passing import TERMS
from openscf.financing import NewDiscount, NewTransfer, NewVoucher, PieceId, PieceOffer, VoucherId, voucher_desk
from openscf.financing.bases.claim import assembling, planning
from openscf.financing.bases.claim.planning import Ground, Planner
from openscf.financing.vouchers.service import loading
from openscf.financing.vouchers.service.carrying import carry_out
from openscf.kernel.money import Money
from tests.unit.financing.floor import SYSTEM

if TYPE_CHECKING:
    from tests.simulation.mirror import MirroredHouse

Memory = voucher_desk.MemoryVouchers


class MirroredVouchers(Memory):
    """See the module."""

    mirror: "MirroredHouse"

    def issue(
        self, parties: Any, *, terms: Any, face: Money, due_on: dt.date, invoice: Any, on: dt.date
    ) -> VoucherId:  # fmt: skip
        house, paper = self.mirror, self.mirror.papers.backing(invoice)

        def there() -> VoucherId:
            new = NewVoucher(
                programme=self._frame(parties["grantor"]), issuer=house.parties[parties["issuer"]],
                payee=house.parties[parties["payee"]], face=face, due_on=due_on,
                document=house.papers.documents[paper.number],
            )  # fmt: skip
            maker, prints = f"{house.names[parties['issuer']]}.maker", house.floor.fingerprints
            found: VoucherId = house.floor.run(maker, voucher_desk.issue, new, on=on, fingerprints=prints)[0].id
            return found

        said = {"terms": terms, "face": face, "due_on": due_on, "invoice": paper, "on": on}
        mine, theirs = house.both("voucher.issue", lambda: Memory.issue(self, parties, **said), there)
        house.twins[mine] = theirs
        root = house.floor.run(SYSTEM, voucher_desk.pieces_of, theirs)[0].piece
        house.twins[self.trees[mine][0]] = root.id
        return VoucherId.of(mine)

    def _frame(self, grantor: Any) -> Any:
        """The frame of a funder that grants limits for vouchers; made when it is asked for."""
        frames, floor, name = self.mirror.frames, self.mirror.floor, self.mirror.names[grantor]
        if name not in frames:
            frames[name] = floor.programme(
                "payables_voucher", TERMS, policy={}, owner=name, valid_from=self.mirror.START
            )
        return frames[name]

    def offer(
        self, parent: PieceId, to: Any, offer: PieceOffer, *, on: dt.date, invoice: Any = None
    ) -> PieceId:  # fmt: skip
        house, giver = self.mirror, self.mirror.names[self.pieces[parent].holder]
        paper = None if invoice is None else house.papers.backing(invoice)
        offer = offer if paper is None else dataclasses.replace(offer, number=paper.number)
        run, twin, holder = house.floor.run, PieceId.of(house.twins[parent]), house.parties[to]

        def there() -> PieceId:
            if paper is None:
                assert offer.rate is not None, "a discount has one"
                asked = NewDiscount(funder=holder, amount=offer.face, rate=offer.rate)
                return PieceId.of(run(f"{giver}.maker", voucher_desk.finance, twin, asked, on=on)[0].id)
            given = NewTransfer(to=holder, amount=offer.face, document=house.papers.documents[paper.number])
            prints = house.floor.fingerprints
            return PieceId.of(
                run(f"{giver}.maker", voucher_desk.transfer, twin, given, on=on, fingerprints=prints)[0].id
            )

        way = offer.way.value
        mine, theirs = house.both(
            f"voucher.{way}", lambda: Memory.offer(self, parent, to, offer, on=on, invoice=paper), there
        )
        house.twins[mine] = theirs
        return PieceId.of(mine)

    def agree(self, claim: VoucherId, command: str, on: dt.date) -> None:
        """By the platform, as an approval would."""
        self._both(claim, command, on, lambda: Memory.agree(self, claim, command, on),
                   lambda ground: planning.agree(ground, command))  # fmt: skip

    def accept(self, claim: VoucherId, on: dt.date) -> None:
        self._both(claim, "accept", on, lambda: Memory.accept(self, claim, on), planning.accept)

    def end_unaccepted(self, claim: VoucherId, command: str, on: dt.date) -> None:
        self._both(claim, command, on, lambda: Memory.end_unaccepted(self, claim, command, on),
                   lambda ground: planning.end_unaccepted(ground, command))  # fmt: skip

    def draw(self, claim: VoucherId, amount: Money, on: dt.date) -> None:
        self._called("draw", lambda: Memory.draw(self, claim, amount, on), voucher_desk.pay_in, claim, amount, on=on)

    def redeem(self, claim: VoucherId, amount: Money, on: dt.date) -> None:
        self._called(
            "redeem", lambda: Memory.redeem(self, claim, amount, on), voucher_desk.redeem, claim, amount, on=on
        )

    def lapse(self, claim: VoucherId, on: dt.date) -> None:
        self._called("lapse", lambda: Memory.lapse(self, claim, on), voucher_desk.lapse, claim, on=on)

    def move(self, child: PieceId, command: str, on: dt.date) -> None:
        house, twin = self.mirror, PieceId.of(self.mirror.twins[child])

        def there(work: Any) -> str:
            voucher, found = loading.locked_piece(work, twin, with_parent=True)
            known = assembling.own_limit(voucher.deal, found[-1])
            plan = planning.move_offer(loading.ground(work, voucher, found, on=on), twin, command, own_limit=known)
            carry_out(work, voucher, plan)
            return plan.pieces[twin].deal.state

        def here() -> str:
            Memory.move(self, child, command, on)
            return self.pieces[child].deal.state

        house.both(f"piece.{command}", here, lambda: house.floor.run(SYSTEM, there))

    def _both(
        self, claim: VoucherId, command: str, on: dt.date, here: Callable[[], None], plan: Callable[[Ground], Planner]
    ) -> None:  # fmt: skip
        def there(work: Any, voucher: VoucherId) -> Any:
            known, ground = loading.whole(work, voucher, on=on)
            made = plan(ground)
            carry_out(work, known, made)
            return made.claim

        self._called(command, here, there, claim)

    def _called(
        self, command: str, here: Callable[[], None], there: Any, claim: VoucherId, *args: Any, **named: Any
    ) -> None:
        house, twin = self.mirror, VoucherId.of(self.mirror.twins[claim])

        def done() -> Any:
            here()
            return self.claims[claim]

        house.both(f"voucher.{command}", done, lambda: house.floor.run(SYSTEM, there, twin, *args, **named))
