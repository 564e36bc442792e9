"""Money that nobody could place: allocated or sent back by hand, by two persons."""

from collections.abc import Mapping, Sequence
from typing import Final

from openscf import parties
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import refusal
from openscf.kernel.ids import AccountId, PartyId, TransferId
from openscf.ledger import Ledger, Maker
from openscf.parties import ApprovalRequest
from openscf.settlement.ids import ExpectationId, ReceiptId, SettlementAccountId, SuspenseId
from openscf.settlement.model import Expectation, Payout, Receipt, SuspenseItem, Withdrawal
from openscf.settlement.rules.accounts import EXPECTATION_NOT_OPEN, WRONG_POCKET
from openscf.settlement.rules.sorting import shown
from openscf.settlement.service.accounts import check_target, found_expectation, settlement_account
from openscf.settlement.service.answers import open_value_on
from openscf.settlement.service.payouts import ordered
from openscf.settlement.service.posting import tell_receipt
from openscf.settlement.service.receipts import follow
from openscf.settlement.store import accounts as account_store
from openscf.settlement.store import incoming as store
from openscf.settlement.store import payouts as payout_store
from openscf.trades import Reason

ALLOCATION: Final = "suspense_allocation"
RETURN: Final = "suspense_return"
CHARGE: Final = "suspense_charge"

SUSPENSE_NOT_FOUND = refusal(
    "suspense_not_found",
    en="There is no unplaced money {item}, or you may not see it.",
    zh="待处理款项 {item} 不存在，或您无权查看。",
    fix_en="Look at the list of unplaced money; it may have been dealt with.",
    fix_zh="请查看待处理款项列表，该款项可能已处理。",
    status=404,
)
SUSPENSE_NOT_ENOUGH = refusal(
    "suspense_not_enough",
    en="Of {item} {open} is unplaced still; {amount} was to be placed.",
    zh="待处理款项 {item} 尚余 {open}，申请处理 {amount}。",
    fix_en="Place at most what is left, and each part more than nothing.",
    fix_zh="处理金额不得超过尚余金额，且每笔须大于零。",
    status=409,
)
SUSPENSE_WRONG_SIDE = refusal(
    "suspense_wrong_side",
    en="{item} is money that the bank {side}; this is possible only the other way round.",
    zh="{item} 为{side}款项，不能执行此操作。",
    fix_en="Allocate or send back what came in; charge to somebody what the bank took.",
    fix_zh="到账款项可分配或退回；银行扣款可计入某一子账户。",
    status=409,
)
SENDER_UNKNOWN = refusal(
    "sender_unknown",
    en="The bank does not say from which account and name {item} came: it can't be sent back there.",
    zh="银行未提供 {item} 的付款户名和账号，无法原路退回。",
    fix_en="Ask the bank for the sender, or allocate the money.",
    fix_zh="请向银行查询付款方，或分配该款项。",
    status=409,
)


def unplaced(work: UnitOfWork, account: SettlementAccountId | None = None) -> list[SuspenseItem]:
    """Money that nobody could place, oldest first."""
    return store.open_suspense(work, account)


def suspense_item(work: UnitOfWork, item: SuspenseId, *, lock: bool = False) -> SuspenseItem:
    """One of them.

    Raises:
        Refusal: `suspense_not_found`.
    """
    found = store.suspense(work, item, lock=lock)
    if found is None:
        raise SUSPENSE_NOT_FOUND(item=str(item))
    return found


def request_allocation(
    work: UnitOfWork, item: SuspenseId, shares: Sequence[tuple[ExpectationId, int]]
) -> ApprovalRequest:
    """Ask that unplaced money be counted for these expectations; another person approves.

    Args:
        work: The transaction; its actor may make requests for the owner of the account.
        item: Which money.
        shares: Expectations of the same account, and how much of it each gets, in minor units.

    Raises:
        Refusal: `suspense_not_found`, `suspense_wrong_side`, `suspense_not_enough`, `expectation_not_found`,
            `expectation_not_open`, `wrong_pocket`, `not_allowed`, `not_a_person`.
    """
    known = suspense_item(work, item)
    _checked(work, known, shares)
    payload = {"item": str(item), "shares": [[str(each), amount] for each, amount in shares]}
    owner = settlement_account(work, known.account).owner
    return parties.request_approval(work, ALLOCATION, owner, payload=payload)


def request_return(work: UnitOfWork, item: SuspenseId) -> ApprovalRequest:
    """Ask that what is left of unplaced money go back to the account that it came from; another person approves.

    Raises:
        Refusal: `suspense_not_found`, `suspense_wrong_side`, `suspense_not_enough`, `sender_unknown`, `not_allowed`.
    """
    known = suspense_item(work, item)
    _check_returnable(known)
    payload = {"item": str(item), "amount_minor": known.open_minor}
    owner = settlement_account(work, known.account).owner
    return parties.request_approval(work, RETURN, owner, payload=payload)


def request_charge(work: UnitOfWork, item: SuspenseId, pocket: AccountId) -> ApprovalRequest:
    """Ask that what the bank took be borne by a pocket of the account's owner; another person approves.

    What the bank paid against a refused order, or in another amount, may be borne by the party whose order it was.

    Raises:
        Refusal: `suspense_not_found`, `suspense_wrong_side`, `suspense_not_enough`, `wrong_pocket`, `not_allowed`.
    """
    known = suspense_item(work, item)
    _check_chargeable(work, known, pocket)
    payload = {"item": str(item), "pocket": str(pocket), "amount_minor": known.open_minor}
    owner = settlement_account(work, known.account).owner
    return parties.request_approval(work, CHARGE, owner, payload=payload)


def _checked(
    work: UnitOfWork, item: SuspenseItem, shares: Sequence[tuple[ExpectationId, int]], *, lock: bool = False
) -> list[tuple[Expectation, int]]:
    _check_side(item, "in")
    account = settlement_account(work, item.account)
    total = sum(amount for _, amount in shares)
    distinct = len({each for each, _ in shares}) == len(shares)
    if not shares or not distinct or total > item.open_minor or min(amount for _, amount in shares) <= 0:
        _refuse_amount(item, total, account.currency)
    found = [(found_expectation(work, each, lock=lock), amount) for each, amount in sorted(shares)]
    for each, amount in found:
        if each.account != item.account:
            raise WRONG_POCKET(ledger=str(each.deliver_to), account=str(item.account))
        if amount > each.open_minor:
            still, wanted = shown(each.open_minor, each.currency), shown(amount, each.currency)
            raise EXPECTATION_NOT_OPEN(expectation=str(each.id), state=each.state, open=still, amount=wanted)
        check_target(work, account, each.deliver_to)
    return found


def _check_side(item: SuspenseItem, side: str) -> None:
    if item.side != side:
        raise SUSPENSE_WRONG_SIDE(item=str(item.id), side=_SIDES[item.side])


_SIDES: Final[Mapping[str, str]] = {"in": "received 收到", "out": "took 扣收"}


def _refuse_amount(item: SuspenseItem, amount: int, code: str) -> None:
    raise SUSPENSE_NOT_ENOUGH(item=str(item.id), open=shown(item.open_minor, code), amount=shown(amount, code))


def _check_returnable(item: SuspenseItem) -> None:
    _check_side(item, "in")
    if not item.open_minor:
        raise SUSPENSE_NOT_FOUND(item=str(item.id))
    if item.other is None or not (item.other.name and item.other.account):
        raise SENDER_UNKNOWN(item=str(item.id))


def _check_chargeable(work: UnitOfWork, item: SuspenseItem, pocket: AccountId) -> None:
    _check_side(item, "out")
    if not item.open_minor:
        raise SUSPENSE_NOT_FOUND(item=str(item.id))
    known = account_store.pocket_of(work, pocket)
    account = settlement_account(work, item.account)
    # The owner of the account bears what its bank charges: the members' money is not the owner's to spend. What the
    # bank paid although the order was refused, or in another amount, is borne by the party whose order it was.
    ordered_by = payout_store.by_reference(work, item.facts.get("reference", ""))
    bearers = {account.owner} if ordered_by is None else {account.owner, ordered_by.party}
    if known is None or known.account != account.id or known.party not in bearers:
        raise WRONG_POCKET(ledger=str(pocket), account=str(account.id))


def _allocated(work: UnitOfWork, request: ApprovalRequest) -> None:
    item = suspense_item(work, SuspenseId.parse(request.payload["item"]), lock=True)
    account = settlement_account(work, item.account)
    _check_owner(request, account.owner, item)
    shares = [(ExpectationId.parse(each), amount) for each, amount in request.payload["shares"]]
    found = _checked(work, item, shares, lock=True)
    day = open_value_on(work, parties.business_date(work.at))
    receipts = [(_receipt(work, item, each, amount=amount), each) for each, amount in found]
    transfers = [work.ids.new(TransferId) for _ in receipts]
    Ledger(work).post(
        *(
            Maker(day, "settlement.allocated", each.subject_id).transfer(
                transfer, debit=account.suspense, credit=each.deliver_to, amount_minor=receipt.amount_minor
            )
            for transfer, (receipt, each) in zip(transfers, receipts, strict=True)
        )
    )
    rows = [(receipt, item.line, transfer) for transfer, (receipt, _) in zip(transfers, receipts, strict=True)]
    store.insert_receipts(work, rows)
    for receipt, _ in receipts:
        store.receive(work, [(receipt.expectation, receipt.amount_minor)])
        store.take_from(work, item.id, receipt.amount_minor)
        tell_receipt(work, receipt)
    work.audit("settlement.allocate", str(item.id), {**request.payload, "request": request.id})
    for receipt, _ in receipts:
        follow(work, receipt)


def _receipt(work: UnitOfWork, item: SuspenseItem, expectation: Expectation, *, amount: int) -> Receipt:
    return Receipt(
        id=work.ids.new(ReceiptId), expectation=expectation.id, subject=expectation.subject,
        deliver_to=expectation.deliver_to, amount_minor=amount, open_minor=expectation.open_minor - amount,
        value_on=item.value_on, payer=item.other, rule="hand", reasons=(Reason(item.reason, item.facts),),
    )  # fmt: skip


def _returned(work: UnitOfWork, request: ApprovalRequest) -> None:
    item = suspense_item(work, SuspenseId.parse(request.payload["item"]), lock=True)
    account = settlement_account(work, item.account)
    _check_owner(request, account.owner, item)
    _check_returnable(item)
    amount = request.payload["amount_minor"]
    if amount != item.open_minor:
        _refuse_amount(item, amount, account.currency)
    order = Withdrawal(account=account.id, party=account.owner, amount_minor=amount, remittance="RETURN")
    made: Payout = ordered(work, order, account, source=account.suspense, to=item.id, request=request.id)
    store.take_from(work, item.id, amount)
    work.audit("settlement.send_back", str(item.id), {"payout": made.id, "request": request.id})


def _charged(work: UnitOfWork, request: ApprovalRequest) -> None:
    item = suspense_item(work, SuspenseId.parse(request.payload["item"]), lock=True)
    account = settlement_account(work, item.account)
    _check_owner(request, account.owner, item)
    pocket = AccountId.parse(request.payload["pocket"])
    _check_chargeable(work, item, pocket)
    amount = request.payload["amount_minor"]
    if amount != item.open_minor:
        _refuse_amount(item, amount, account.currency)
    make = Maker(open_value_on(work, parties.business_date(work.at)), "settlement.charged")
    move = make.transfer(work.ids.new(TransferId), debit=pocket, credit=account.unexplained, amount_minor=amount)
    Ledger(work).post(move)
    store.take_from(work, item.id, amount)
    work.audit("settlement.charge", str(item.id), {**request.payload, "request": request.id})


def _check_owner(request: ApprovalRequest, owner: PartyId, item: SuspenseItem) -> None:
    """Two persons of one enterprise can't dispose of what lies in another's account."""
    if request.party != owner:
        raise SUSPENSE_NOT_FOUND(item=str(item.id))


for _name, _effect in ((ALLOCATION, _allocated), (RETURN, _returned), (CHARGE, _charged)):
    parties.KINDS.add(parties.ApprovalKind(name=_name, editable=False, effect=_effect), origin=__name__)
