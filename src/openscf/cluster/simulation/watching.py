"""The auditor's rules on what is new, so that they can be asked often; now and then, and at the end, on everything.

A storm asks after every few commands. Most of the books is as it was when it was judged last: the watch keeps the
count of the transfers that it has seen, and judges the transfers, accounts, deals and vouchers that came or changed
since. That is right only if nothing changes behind its back, so that at random steps and at the end everything is
counted anew, judged whole, and the running count compared with it.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from openscf.cluster.simulation.auditor import Counted, Finding, judged, of_account, of_deal, of_transfer, of_voucher
from openscf.financing import MemoryFinancing, voucher_desk


class Watch:
    """See the module.

    Args:
        book: Deals, limits, liens, ledger.
        vouchers: Vouchers on the same books.
        operator: The platform itself.
    """

    def __init__(self, book: MemoryFinancing, vouchers: "voucher_desk.MemoryVouchers", operator: Any) -> None:
        self.book, self.vouchers, self.operator = book, vouchers, operator
        self.counted = Counted()
        self._prefix: list[Any] = []
        self._decided = self._changed = 0

    def glance(self) -> list[Finding]:
        """What does not hold among all that is new since the last time."""
        return [*self._of_transfers(self._fresh()), *self._of_deals(), *self._of_vouchers()]

    def whole(self) -> list[Finding]:
        """Everything that does not hold; and whether what was counted as it came is what is there."""
        found, posted = self.glance(), self.book.ledger.posted
        if any(known is not past.transfer for known, past in zip(self._prefix, posted.values(), strict=False)):
            found.append(Finding("I5", f"the first {len(self._prefix)} entries are not what they were"))
        anew = Counted()
        anew.add(self.book.ledger, posted.values())
        found += judged(self.book, self.vouchers, self.operator, counted=anew)
        return found + [Finding("I3", f"counted as it came and anew: {one}") for one in self.counted.differs(anew)]

    def _fresh(self) -> list[Any]:
        """I5: what was posted before is still there, and only grows. The transfers that came."""
        posted, known = self.book.ledger.posted, len(self._prefix)
        fresh = list(islice(reversed(posted.values()), max(len(posted) - known, 0)))[::-1]
        self._prefix += [past.transfer for past in fresh]
        return fresh

    def _of_transfers(self, fresh: list[Any]) -> Iterator[Finding]:
        if len(self._prefix) != len(self.book.ledger.posted):
            yield Finding("I5", f"{len(self._prefix)} entries were there, {len(self.book.ledger.posted)} are left")
        self.counted.add(self.book.ledger, fresh)
        accounts, touched = self.book.ledger.accounts, dict[Any, None]()
        for past in fresh:
            one = past.transfer
            yield from of_transfer(self.book, past, self.operator)
            touched[one.debit] = touched[one.credit] = None
        for identity in touched:
            account = accounts.get(identity)
            if account is None:
                yield Finding("I1", f"{identity} was posted to and is no account")
            else:
                yield from of_account(account, self.counted)

    def _of_deals(self) -> Iterator[Finding]:
        decisions = self.book.decisions
        fresh = {one.deal.id: None for one in decisions[self._decided :]}
        self._decided = len(decisions)
        for identity in fresh:
            yield from of_deal(self.book, self.book.deals[identity], self.counted)

    def _of_vouchers(self) -> Iterator[Finding]:
        history, book = self.vouchers.history, self.vouchers
        named = {one: None for one, _ in history[self._changed :]}
        self._changed = len(history)
        claims = {book.pieces[one].claim if one in book.pieces else one: None for one in named}  # type: ignore[index]
        for identity in claims:
            yield from of_voucher(book, identity)
