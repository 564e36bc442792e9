"""The lines of a statement that fits, put into the ledger: one batch for all of them."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.canonical import canonical_json
from openscf.kernel.ids import AccountId, TransferId
from openscf.ledger import Ledger, Maker, Transfer
from openscf.settlement.ids import BookedLineId, BookedStatementId, ReceiptId, SuspenseId
from openscf.settlement.model import (
    Booked,
    Expectation,
    Payout,
    PayoutState,
    Receipt,
    SettlementAccount,
    SuspenseItem,
)
from openscf.settlement.records import record_of_identity
from openscf.settlement.rules.sorting import PAYER_DIFFERS, Use, references_of, sort_lines
from openscf.settlement.service.answers import first_open, said
from openscf.settlement.store import incoming, statements
from openscf.settlement.store import payouts as payout_store
from openscf.trades import BankLine, BankStatement, Identity, bank_line_fingerprints


@dataclass(slots=True)
class _Batch:
    """What is being written for one statement.

    Attributes:
        closed: The day through which the books are closed.
        fingerprints: Of the statement's lines, in their order.
    """

    closed: dt.date | None
    fingerprints: tuple[str, ...]
    transfers: list[Transfer] = field(default_factory=list)
    lines: list[statements.LineRow] = field(default_factory=list)
    uses: list[statements.UseRow] = field(default_factory=list)
    receipts: list[tuple[Receipt, BookedLineId, uuid.UUID]] = field(default_factory=list)
    suspense: list[SuspenseItem] = field(default_factory=list)
    settled: list[Payout] = field(default_factory=list)
    returned: list[Payout] = field(default_factory=list)
    received: dict[uuid.UUID, int] = field(default_factory=dict)


def post_lines(
    work: UnitOfWork, account: SettlementAccount, identity: BookedStatementId, *, statement: BankStatement
) -> Booked:
    """Book every line of a statement that fits; the account's row is locked by the caller.

    Returns:
        What it came to.
    """
    expectations = incoming.open_expectations(work, account.id, lock=True)
    payouts = payout_store.quoted(work, account.id, references_of(statement))
    by_line: dict[int, list[Use]] = defaultdict(list)
    for use in sort_lines(statement, payouts, expectations):
        by_line[use.line].append(use)
    fingerprints = bank_line_fingerprints(statement, account=account.number)
    batch = _Batch(Ledger(work).closed_through(), fingerprints)
    for place, line in enumerate(statement.lines):
        if line.status == "booked" and line.amount_minor:
            _line(work, account, batch, told=(place, line, by_line[place]), closed_on=statement.closed_on)
    _write(work, account, identity, batch=batch)
    _tell(work, account, batch)
    return Booked(
        identity, "booked", receipts=tuple(each for each, _, _ in batch.receipts),
        settled=tuple(each.id for each in batch.settled), returns=tuple(each.id for each in batch.returned),
        suspense=tuple(batch.suspense),
    )  # fmt: skip


def _line(
    work: UnitOfWork,
    account: SettlementAccount,
    batch: _Batch,
    *,
    told: tuple[int, BankLine, list[Use]],
    closed_on: dt.date | None,
) -> None:
    place, line, uses = told
    assert sum(use.amount_minor for use in uses) == line.amount_minor, "a line is used up"
    identity = work.ids.new(BookedLineId)
    booked_on = line.booked_on or line.value_on or closed_on
    assert booked_on is not None
    value_on = line.value_on or booked_on
    batch.lines.append(
        statements.LineRow(
            id=identity, ordinal=place + 1, fingerprint=batch.fingerprints[place], amount_minor=line.amount_minor,
            booked_on=booked_on, value_on=value_on, reference=line.reference, remittance=line.remittance,
            other=canonical_json(record_of_identity(_other(line))).decode(),
        )
    )  # fmt: skip
    for ordinal, use in enumerate(uses, 1):
        subject, transfer = _use(work, account, batch, use=use, line=(identity, line, value_on))
        batch.uses.append(
            statements.UseRow(
                line=identity, ordinal=ordinal, purpose=use.purpose, subject=subject, amount_minor=use.amount_minor,
                transfer=transfer,
            )
        )  # fmt: skip


def _use(
    work: UnitOfWork,
    account: SettlementAccount,
    batch: _Batch,
    *,
    use: Use,
    line: tuple[BookedLineId, BankLine, dt.date],
) -> tuple[uuid.UUID, uuid.UUID]:
    """Make the transfers of one use; returns what it is about, and the transfer that moves the mirror."""
    posted_on = first_open(line[2], batch.closed)
    transfer = work.ids.new(TransferId)
    if use.purpose == "payout":
        assert use.payout is not None
        batch.transfers += _settling(work, account, use.payout, on=posted_on, transfer=transfer)
        batch.settled.append(use.payout)
        return use.payout.id, transfer
    subject, credit, debit, reason, about = _sides(work, account, batch, use=use, line=line, transfer=transfer)
    make = Maker(posted_on, f"settlement.{reason}", about)
    batch.transfers.append(
        make.transfer(transfer, debit=debit, credit=credit, amount_minor=abs(use.amount_minor))
    )  # fmt: skip
    return subject, transfer


def _settling(
    work: UnitOfWork, account: SettlementAccount, payout: Payout, *, on: dt.date, transfer: TransferId
) -> Iterator[Transfer]:
    make = Maker(on, "settlement.settled", payout.subject)
    if payout.state is not PayoutState.CONFIRMED:  # the line came before the confirmation, and says more
        yield make.post_hold(work.ids.new(TransferId), TransferId.of(payout.hold))
    yield make.transfer(transfer, debit=account.transit, credit=account.bank, amount_minor=payout.amount_minor)


def _sides(
    work: UnitOfWork,
    account: SettlementAccount,
    batch: _Batch,
    *,
    use: Use,
    line: tuple[BookedLineId, BankLine, dt.date],
    transfer: TransferId,
) -> tuple[uuid.UUID, AccountId, AccountId, str, uuid.UUID | None]:
    """What a use is about, which accounts it credits and debits, the event's name, and the deal."""
    if use.purpose == "return":
        assert use.payout is not None
        batch.returned.append(use.payout)
        return use.payout.id, use.payout.source, account.bank, "returned", use.payout.subject
    if use.purpose == "receipt":
        assert use.expectation is not None
        receipt = _receipt(work, batch, use.expectation, use=use, line=line)
        batch.receipts.append((receipt, line[0], transfer))
        return receipt.id, receipt.deliver_to, account.bank, "received", use.expectation.subject_id
    item = _item(work, account, use=use, line=line)
    batch.suspense.append(item)
    if use.purpose == "suspense":
        return item.id, account.suspense, account.bank, "unplaced", None
    return item.id, account.bank, account.unexplained, "unexplained", None


def _receipt(
    work: UnitOfWork, batch: _Batch, expectation: Expectation, *, use: Use, line: tuple[BookedLineId, BankLine, dt.date]
) -> Receipt:
    received = batch.received.get(expectation.id, 0) + use.amount_minor
    batch.received[expectation.id] = received
    return Receipt(
        id=work.ids.new(ReceiptId), expectation=expectation.id, subject=expectation.subject,
        deliver_to=expectation.deliver_to, amount_minor=use.amount_minor,
        open_minor=expectation.open_minor - received, value_on=line[2], payer=_other(line[1]), rule=use.rule,
        reasons=use.reasons,
    )  # fmt: skip


def _item(
    work: UnitOfWork, account: SettlementAccount, *, use: Use, line: tuple[BookedLineId, BankLine, dt.date]
) -> SuspenseItem:
    identity, said_by_bank, value_on = line
    amount = abs(use.amount_minor)
    main = use.reasons[0]
    return SuspenseItem(
        id=work.ids.new(SuspenseId), account=account.id, line=identity, side="in" if use.amount_minor > 0 else "out",
        amount_minor=amount, open_minor=amount, reason=main.code, facts=dict(main.params), candidates=use.candidates,
        made_at=work.at, value_on=value_on, other=_other(said_by_bank), remittance=said_by_bank.remittance,
        reference=said_by_bank.reference,
    )  # fmt: skip


def _write(work: UnitOfWork, account: SettlementAccount, statement: BookedStatementId, *, batch: _Batch) -> None:
    if batch.transfers:
        Ledger(work).post(*batch.transfers)
    statements.insert_lines(work, statement, account.id, lines=batch.lines)
    statements.insert_uses(work, batch.uses)
    incoming.insert_receipts(work, batch.receipts)
    incoming.insert_suspense(work, batch.suspense)
    incoming.receive(work, [(receipt.expectation, receipt.amount_minor) for receipt, _, _ in batch.receipts])


def _tell(work: UnitOfWork, account: SettlementAccount, batch: _Batch) -> None:
    for each in batch.settled:
        payout_store.move(work, each.id, PayoutState.SETTLED)
        said(work, each, PayoutState.SETTLED, reason="")
    for each in batch.returned:
        payout_store.move(work, each.id, PayoutState.RETURNED, reason="MS03")
        said(work, each, PayoutState.RETURNED, reason="MS03")
        if each.suspense is not None:
            incoming.take_from(work, each.suspense, -each.amount_minor)
    for receipt, _, _ in batch.receipts:
        tell_receipt(work, receipt)
    for item in batch.suspense:
        facts = {
            "item": item.id, "side": item.side, "amount_minor": item.amount_minor, "reason": item.reason,
            "candidates": list(item.candidates),
        }  # fmt: skip
        alert = item.reason == PAYER_DIFFERS
        work.emit("settlement.payer_differs" if alert else "settlement.unplaced", str(account.id), facts)


def tell_receipt(work: UnitOfWork, receipt: Receipt) -> None:
    """Announce money that found its expectation, to whoever follows the deal."""
    facts = {
        "receipt": receipt.id, "expectation": receipt.expectation, "amount_minor": receipt.amount_minor,
        "open_minor": receipt.open_minor, "value_on": receipt.value_on, "rule": receipt.rule,
    }  # fmt: skip
    work.emit("settlement.receipt_identified", receipt.subject, {"subject": receipt.subject, **facts})


def _other(line: BankLine) -> Identity | None:
    return line.counterparty
