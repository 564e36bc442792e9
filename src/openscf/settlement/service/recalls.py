"""A bank takes back what it had credited: what lies here still goes at once, what was passed on is called back.

Nothing is edited: what was posted stays, and new postings say that it is gone. The debit stands as unexplained until
it is made good; then the pockets that had the money have it no more. What a receiver has not got stays open on the
item, as a debt of its own, and whatever comes into its pocket later goes there first.
"""

from collections.abc import Callable, Collection

from openscf import parties
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import Refusal
from openscf.kernel.ids import AccountId, PartyId, TransferId
from openscf.ledger import Ledger, Maker
from openscf.settlement.ids import BookedLineId, RecallId, ReceiptId, SuspenseId
from openscf.settlement.model import Expectation, NewExpectation, SettlementAccount, SuspenseItem
from openscf.settlement.rules.recalling import (
    NOT_TAKEN_BACK,
    Credit,
    Recall,
    RecallShare,
    StandingRecall,
    taken_back,
)
from openscf.settlement.service.accounts import expect, found_expectation, settlement_account
from openscf.settlement.service.answers import open_value_on
from openscf.settlement.store import accounts as account_store
from openscf.settlement.store import incoming
from openscf.settlement.store import recalls as store
from openscf.settlement.store import receipts as receipt_store

PassedOn = Callable[[UnitOfWork, ReceiptId, str], list[tuple[PartyId, AccountId, int]]]
"""Of a receipt and its subject: into whose pockets it was passed on, and how much; empty where it lies there still."""

GONE = "taken_back"  # a receipt that waited in its pocket and is gone: nobody tries to share it out any more


def found_credit(work: UnitOfWork, item: SuspenseItem) -> BookedLineId | None:
    """The one line that a reversal takes back, if it can't be another."""
    return taken_back(item, credits_like(work, item))


def credits_like(work: UnitOfWork, item: SuspenseItem) -> list[Credit]:
    """Lines that a debit of this amount might take back, newest first."""
    return store.credits(work, item.account, item.amount_minor)


def line_of_receipt(work: UnitOfWork, receipt: ReceiptId) -> BookedLineId | None:
    """By which line a receipt came."""
    return receipt_store.line_of(work, receipt)


def receipts_by(work: UnitOfWork, line: BookedLineId) -> list[ReceiptId]:
    """Receipts that came by a line."""
    return [part[0] for part in store.parts(work, line)]


def delivered(work: UnitOfWork, receipt: ReceiptId) -> list[tuple[PartyId, AccountId, int]]:
    """Into which standing pocket a receipt was delivered, whose it is there; see `PassedOn`."""
    ledger, amount = receipt_store.delivery(work, receipt)
    known = account_store.pocket_of(work, ledger)
    return [] if known is None or known.subject is not None else [(known.party, ledger, amount)]


def recalls(
    work: UnitOfWork, *, item: SuspenseId | None = None, among: Collection[RecallId] | None = None
) -> list[Recall]:
    """What banks took back, newest first; with `item`, that of one debit; with `among`, of these."""
    return store.listed(work, item=item, among=among)


def standing_recalls(work: UnitOfWork, *, unsettled: bool = False) -> list[StandingRecall]:
    """What banks took back with what is owed of it, newest first; four statements, however many they are.

    Args:
        work: The transaction.
        unsettled: Only of which a receiver or a payer still owes something.
    """
    found = store.listed(work, unsettled=unsettled)
    if not found:
        return []
    accounts = store.accounts_of(work, [one.item for one in found])
    named = [one.expectation for recall in found for one in recall.shares if one.expectation is not None]
    again = incoming.expectations(work, named) if named else {}
    return [
        StandingRecall(recall=one, owner=accounts[one.item][0], currency=accounts[one.item][1], again=again)
        for one in found
    ]


def take_back(work: UnitOfWork, item: SuspenseItem, line: BookedLineId, *, passed_on: PassedOn) -> Recall:
    """Carry out that a debit takes a credited line back.

    Args:
        work: The transaction.
        item: The debit; its row is locked by the caller.
        line: Which line.
        passed_on: Where the money of a receipt went.

    Raises:
        Refusal: `not_taken_back`: the line is of another amount, or was not placed whole, or was taken back before.
    """
    account = settlement_account(work, item.account)
    if line not in {one.line for one in credits_like(work, item)} or item.side != "out":
        raise _refused(item, line, en="no open credit of this amount", zh="无同额入账")
    if item.open_minor != item.amount_minor:
        raise _refused(item, line, en="it is settled in part", zh="已部分处理")
    parts, unplaced = store.parts(work, line), store.unplaced_of(work, line)
    if sum(part[3] for part in parts) + sum(left for _, left in unplaced) != item.amount_minor:
        raise _refused(item, line, en="a part of it was sent back", zh="部分已退回")
    identity = work.ids.new(RecallId)
    post = _Posting(work, account, item)
    for known, left in unplaced:
        post.direct(account.suspense, left)
        incoming.take_from(work, known, left)
    shares: list[RecallShare] = []
    direct: list[tuple[ReceiptId, bool]] = []
    for receipt, named, waits, amount in parts:
        expected = found_expectation(work, named, lock=True)
        went = [] if waits else passed_on(work, receipt, expected.subject)
        direct.append((receipt, not went))
        if went:
            shares += [
                _share(work, identity, expected, receipt=receipt, went=(place, *one))
                for place, one in enumerate(went, len(shares) + 1)
            ]
            continue
        post.direct(expected.deliver_to, amount)
        store.expected_again(work, named, amount)
        receipt_store.wait(work, receipt, GONE)
    recall = Recall(
        id=identity, item=item.id, line=line, amount_minor=item.amount_minor, direct_minor=post.total, made_at=work.at,
        shares=tuple(shares),
    )  # fmt: skip
    store.insert(work, recall, receipts=direct)
    _tell(work, recall, item)
    for party in sorted({one.party for one in shares}):
        give_back(work, party)
    return recall


def _refused(item: SuspenseItem, line: BookedLineId, *, en: str, zh: str) -> Refusal:
    return NOT_TAKEN_BACK(item=str(item.id), line=str(line), why=en, why_zh=zh)


class _Posting:
    """Moves what lies here still against the debit, one posting at a time; `total` is what went."""

    def __init__(self, work: UnitOfWork, account: SettlementAccount, item: SuspenseItem) -> None:
        self._work, self._account, self._item, self.total = work, account, item, 0

    def direct(self, pocket: AccountId, amount_minor: int) -> None:
        _made_good(self._work, self._account, pocket, item=self._item.id, amount_minor=amount_minor)
        self.total += amount_minor


def give_back(work: UnitOfWork, party: PartyId | None = None) -> int:
    """Take what is owed of recalls from the pockets that had it, as far as they have it now; how much came back.

    Args:
        work: The transaction.
        party: Whose debts; None: everybody's.
    """
    whole = 0
    for recall, item, ordinal, pocket, owed in store.owed(work, party):
        known = account_store.pocket_of(work, pocket)
        assert known is not None, "money is passed on into pockets"
        amount = min(owed, max(Ledger(work).account(pocket).available_minor or 0, 0))
        if not amount:
            continue
        try:
            with work.savepoint():
                _made_good(
                    work, settlement_account(work, known.account), pocket, item=item, amount_minor=amount
                )  # fmt: skip
                store.give(work, recall, ordinal, amount_minor=amount)
        except Refusal:  # spent at the same moment, or frozen: it stays owed
            continue
        whole += amount
    return whole


def _made_good(
    work: UnitOfWork, account: SettlementAccount, pocket: AccountId, *, item: SuspenseId, amount_minor: int
) -> None:
    make = Maker(open_value_on(work, parties.business_date(work.at)), "settlement.taken_back")
    move = make.transfer(work.ids.new(TransferId), debit=pocket, credit=account.unexplained, amount_minor=amount_minor)
    Ledger(work).post(move)
    incoming.take_from(work, item, amount_minor)


def _share(
    work: UnitOfWork,
    recall: RecallId,
    expected: Expectation,
    *,
    receipt: ReceiptId,
    went: tuple[int, PartyId, AccountId, int],
) -> RecallShare:
    """What a receiver had of it; the payer owes it again, to the receiver itself, with a reference of its own."""
    place, party, ledger, amount = went
    again = None
    if party != expected.obligor:
        new = NewExpectation(
            account=expected.account, deliver_to=ledger, obligor=expected.obligor, amount_minor=amount,
            due_on=parties.business_date(work.at), subject=recall, numbers=(f"{str(recall)[-10:]}-{place}",),
        )  # fmt: skip
        again = expect(work, new).id
    return RecallShare(
        receipt=receipt, party=party, ledger=ledger, share_minor=amount, given_minor=0, expectation=again
    )


def _tell(work: UnitOfWork, recall: Recall, item: SuspenseItem) -> None:
    facts = {
        "recall": recall.id, "item": item.id, "line": recall.line, "amount_minor": recall.amount_minor,
        "direct_minor": recall.direct_minor,
    }  # fmt: skip
    shares = [{"party": one.party, "amount_minor": one.share_minor} for one in recall.shares]
    work.audit("settlement.take_back", str(recall.id), {**facts, "shares": shares})
    work.emit("settlement.taken_back", str(item.account), facts)
    for one in recall.shares:
        told = {"recall": recall.id, "party": one.party, "amount_minor": one.share_minor}
        work.emit("settlement.share_taken_back", str(one.party), told)
