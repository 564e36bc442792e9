"""Eight people at once on real vouchers: each draws operations at random and acts as whoever should, or should not."""

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from openscf import parties
from openscf.financing import vouchers as desk
from openscf.financing.ids import PieceId, VoucherId
from openscf.financing.vouchers import NewDiscount, NewTransfer, NewVoucher
from openscf.kernel.errors import Refusal
from openscf.kernel.money import CNY, Money
from openscf.kernel.rates import Rate
from openscf.parties import ApprovalRequest
from openscf.trades import DocumentId
from tests.unit.financing.vouchers_house import DAY, DUE, START, Chain

SUPPLIERS = ("T1", "T2", "T3", "T4")
FUNDERS = ("F", "B")
EXPECTED = frozenset({
    "voucher_already_due", "amount_is_nothing", "approval_by_maker", "circular_transfer", "claim_not_live",
    "event_not_allowed",
    "more_than_owed", "needs_funding", "not_allowed", "not_due_yet", "not_for_funding", "not_overdue",
    "party_not_found", "piece_has_less", "piece_is_root", "piece_too_deep", "piece_too_small", "state_is_final",
    "step_not_allowed", "voucher_moved_on", "approval_not_found",
})  # fmt: skip
"""What a random operation may be answered; anything else is a finding."""


class Crowd:
    """The chain, its invoices, and what is alive."""

    def __init__(self, chain: Chain, *, vouchers: int = 4) -> None:
        self.chain, self.wanted = chain, vouchers
        self.outcomes: Counter[str] = Counter()
        self.odd: list[str] = []
        self.lock = threading.Lock()
        self.alive: list[VoucherId] = []
        self.requests: dict[Any, ApprovalRequest] = {}
        self.names = {party: name for name, party in chain.parties.items()}
        pairs = [(one, other) for one in SUPPLIERS for other in ("C", *SUPPLIERS) if one != other]
        # One large invoice for each pair: its marks are what the threads contend for.
        self.invoices: dict[tuple[str, str], DocumentId] = {
            pair: chain.invoice(*pair, "900,000,000,000.00") for pair in pairs
        }
        for name in ("C", "F", "B"):
            chain.bring(name, "90,000,000,000.00")
            if name != "C":
                chain.limit(name, "C", "900,000,000,000.00")

    def run(self, threads: int, count: int, seed: int) -> None:
        """So many operations in all, by so many threads."""
        with ThreadPoolExecutor(threads) as pool:
            jobs = [pool.submit(self._work, random.Random(f"{seed} {n}"), count // threads) for n in range(threads)]
            for job in jobs:
                job.result()

    def _work(self, chance: random.Random, count: int) -> None:
        for _ in range(count):
            name = self._name(chance)
            try:
                outcome = getattr(self, f"_{name}")(chance) or name
            except Refusal as refused:
                outcome = refused.code
                if outcome not in EXPECTED:
                    self.odd.append(f"{name}: {refused}")
            with self.lock:
                self.outcomes[outcome] += 1

    def _name(self, chance: random.Random) -> str:
        if len(self.alive) < self.wanted:
            return "issue"
        names = ("transfer", "discount", "approve", "move", "redeem", "lapse", "intrude", "early")
        return chance.choices(names, weights=(22, 12, 30, 30, 1.2, 0.3, 3, 1))[0]

    def _issue(self, chance: random.Random) -> None:
        payee = chance.choice(SUPPLIERS)
        assert self.chain.programme is not None
        new = NewVoucher(
            programme=self.chain.programme, issuer=self.chain.parties["C"], payee=self.chain.parties[payee],
            face=Money(chance.randrange(100_000, 1_000_000_00), CNY), due_on=DUE, document=self.invoices[payee, "C"],
        )  # fmt: skip
        prints = self.chain.market.desk.fingerprints
        voucher, request = self.chain.act("C maker", desk.issue, new, on=START, fingerprints=prints)
        self.chain.approve("C checker", request)
        self.chain.act(f"{payee} maker", desk.accept, voucher.id, on=START)
        with self.lock:
            self.alive.append(voucher.id)

    def _any(self, chance: random.Random) -> tuple[VoucherId, list[Any]]:
        with self.lock:
            voucher = chance.choice(self.alive) if self.alive else None
        if voucher is None:
            self._issue(chance)
            return self._any(chance)
        return voucher, self.chain.pieces(voucher)

    def _leaf(self, chance: random.Random) -> tuple[PieceId, str, Money]:
        _, found = self._any(chance)
        leaves = [one for one in found if one.piece.deal.state == "held"]
        leaf = chance.choice(leaves if leaves and chance.random() < 0.95 else found)
        free = max(leaf.left.minor - leaf.locked.minor, 0)
        kind = chance.random()
        amount = free if kind < 0.15 else free + 1 if kind < 0.2 else chance.randrange(0, free + 1)
        return leaf.piece.id, self.names[leaf.piece.holder], Money(amount, CNY)

    def _transfer(self, chance: random.Random) -> str | None:
        piece, giver, amount = self._leaf(chance)
        to = chance.choice(SUPPLIERS)
        if (to, giver) not in self.invoices:
            return "no_trade"
        new = NewTransfer(to=self.chain.parties[to], amount=amount, document=self.invoices[to, giver])
        prints = self.chain.market.desk.fingerprints
        child, request = self.chain.act(f"{giver} maker", desk.transfer, piece, new, on=START, fingerprints=prints)
        self.requests[child.id] = request
        return None

    def _discount(self, chance: random.Random) -> None:
        piece, giver, amount = self._leaf(chance)
        rate = Rate.bps(chance.randrange(1, 900))
        new = NewDiscount(funder=self.chain.parties[chance.choice(FUNDERS)], amount=amount, rate=rate)
        child, request = self.chain.act(f"{giver} maker", desk.finance, piece, new, on=START)
        self.requests[child.id] = request

    def _waiting(self, chance: random.Random, state: str) -> Any:
        _, found = self._any(chance)
        waiting = [one.piece for one in found if one.piece.deal.state == state]
        return chance.choice(waiting) if waiting else chance.choice(found).piece

    def _approve(self, chance: random.Random) -> str | None:
        piece = self._waiting(chance, "locked")
        request = self.requests.get(piece.id)
        if request is None:
            return "nothing_to_approve"
        giver = self.names[piece.deal.parties["giver"]]
        if chance.random() < 0.1:
            self.chain.act(
                f"{giver} checker", parties.reject, request.id, request.payload_sha256, reason="not our supplier"
            )
            return "reject"
        self.chain.approve(f"{giver} checker", request)
        return None

    def _move(self, chance: random.Random) -> str | None:
        piece = self._waiting(chance, "offered")
        holder, giver = self.names[piece.holder], self.names[piece.deal.parties["giver"]]
        kind = chance.random()
        if kind < 0.08:
            self.chain.act(f"{holder} maker", desk.refuse_piece, piece.id, on=START)
            return "refuse"
        if kind < 0.16:
            self.chain.act(f"{giver} maker", desk.withdraw_piece, piece.id, on=START)
            return "withdraw"
        if piece.book.way is desk.Way.DISCOUNT:
            self.chain.approve(
                f"{holder} checker", self.chain.act(f"{holder} maker", desk.request_funding, piece.id, on=START)
            )
            return "fund"
        self.chain.act(f"{holder} maker", desk.accept_piece, piece.id, on=START)
        return "accept"

    def _redeem(self, chance: random.Random) -> None:
        voucher, _ = self._any(chance)
        owed = self.chain.act("system", desk.found_voucher, voucher).deal.book.outstanding
        amount = owed if chance.random() < 0.7 else Money(chance.randrange(0, owed.minor + 2), CNY)
        after = self.chain.act("system", desk.redeem, voucher, amount, on=DUE)
        if after.state == "settled":
            with self.lock:
                self.alive.remove(voucher)

    def _lapse(self, chance: random.Random) -> None:
        self.chain.act("system", desk.lapse, self._any(chance)[0], on=chance.choice((DUE, DUE + DAY)))

    def _early(self, chance: random.Random) -> None:
        self.chain.act("system", desk.redeem, self._any(chance)[0], Money(1, CNY), on=START)

    def _intrude(self, chance: random.Random) -> None:
        """Somebody from elsewhere tries."""
        piece = self._waiting(chance, "offered")
        who = chance.choice([name for name in SUPPLIERS if self.chain.parties[name] != piece.holder])
        self.chain.act(f"{who} maker", desk.accept_piece, piece.id, on=START)
        raise AssertionError(f"{who} accepted what was {piece.holder}'s")
