"""Booking a bank's statement: the chain of balances first, then each line once, then what the money is for.

All of it is one transaction: the mirror of the bank account, the payments out that the lines settle or bring back, the
receipts, what stays unplaced, and the messages about them.
"""

import dataclasses
import datetime as dt
import json
from typing import Any

from openscf.db.failpoints import declare_failpoint, failpoint
from openscf.db.outbox import Verdict
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.canonical import canonical_json, digest
from openscf.settlement.bank import BankAnswer
from openscf.settlement.ids import BookedStatementId, PayoutId, SettlementAccountId
from openscf.settlement.model import Booked, SettlementAccount, StatementRow
from openscf.settlement.records import record_of_statement, statement_of
from openscf.settlement.rules import sequence
from openscf.settlement.rules.accounts import SETTLEMENT_ACCOUNT_NOT_FOUND
from openscf.settlement.rules.sorting import references_of
from openscf.settlement.service.accounts import plain_number
from openscf.settlement.service.answers import apply_answer
from openscf.settlement.service.posting import post_lines
from openscf.settlement.store import accounts as account_store
from openscf.settlement.store import payouts as payout_store
from openscf.settlement.store import statements as store
from openscf.trades import BankStatement, bank_line_fingerprints

AFTER_LINES = declare_failpoint(
    "settlement.after_lines", "a statement's lines are posted and the account is not moved on"
)


def book_statement(work: UnitOfWork, statement: BankStatement) -> Booked:
    """Book a statement of one of the platform's accounts at banks; the same one again changes nothing.

    It must open where the last one closed. One that does not is *parked* whole, and booked when the missing ones have
    come. One without balances (an intraday report, a single notice) books nothing: it can only confirm payments out,
    and says so as `noticed`.

    Args:
        work: The transaction, of whoever takes the bank's files in.
        statement: As a reader of `openscf.ingestion` read it; it adds up.

    Returns:
        What came of it; `receipts` already lie in the pockets that they were expected for.

    Raises:
        Refusal: `settlement_account_not_found`, `statement_in_another_currency`, `statement_without_balances`,
            `statement_contradicts`, `statement_account_unknown`; nothing was booked then.
    """
    account = _account(work, statement)
    whole = sequence.with_balances(statement)
    if whole is None or (whole.opening_minor is None or whole.closing_minor is None):
        return _noticed(work, account, statement)
    known = store.known(work, account.id, _identity(whole))
    if known is not None:
        return _known(whole, account, known)
    row = _row(work, account, whole)
    reason = _misfit(work, account, whole)
    if reason:
        return _parked(work, row, whole, reason=reason)
    store.insert(work, dataclasses.replace(row, state="booked", booked_at=work.at), **_hashed(whole))
    booked = _booked(work, account, row.id, statement=whole)
    return dataclasses.replace(booked, followed=_follow(work, account.id))


def drop_statement(work: UnitOfWork, statement: BookedStatementId, *, reason: str) -> StatementRow:
    """Drop a parked statement that turned out to be wrong; the bank's right one takes its place.

    Raises:
        Refusal: `statement_not_parked`.
    """
    row = store.parked_one(work, statement)
    if row is None:
        raise sequence.NOT_PARKED(statement=str(statement))
    store.move(work, statement, "dropped", reason=reason)
    work.audit("settlement.drop_statement", str(statement), {"reason": reason, "number": row.number})
    return dataclasses.replace(row, state="dropped", reason=reason)


def statements(
    work: UnitOfWork, account: SettlementAccountId | None = None, *, before: BookedStatementId | None = None,
    most: int = 100,
) -> list[StatementRow]:  # fmt: skip
    """Statements that came in, newest first, booked or not; from the one after `before` on."""
    return store.listed(work, account, before=before, most=most)


def parked_statements(work: UnitOfWork, account: SettlementAccountId | None = None) -> list[StatementRow]:
    """Statements that wait for another one, in the order of their days."""
    return store.parked(work, account)


def _account(work: UnitOfWork, statement: BankStatement) -> SettlementAccount:
    """The account, its row locked: statements of one account are booked one after the other."""
    number = plain_number(statement.account.account or "")
    code = statement.currency or next((line.currency for line in statement.lines), "")
    account = account_store.account_numbered(work, number, code, lock=True)
    if account is None:
        named = f"{number or statement.account.name or '—'} {code}".strip()[:80]
        raise SETTLEMENT_ACCOUNT_NOT_FOUND(account=named, where=sequence.where_of(statement))
    others = {line.currency for line in statement.lines} - {account.currency}
    if others:
        raise sequence.STATEMENT_IN_ANOTHER_CURRENCY(
            number=ascii(statement.number[:40]), found=", ".join(sorted(others)), account=account.number,
            currency=account.currency, where=sequence.where_of(statement),
        )  # fmt: skip
    return account


def _noticed(work: UnitOfWork, account: SettlementAccount, statement: BankStatement) -> Booked:
    if not sequence.is_notice(statement):
        file = ascii(statement.provenance.file[:80])
        raise sequence.STATEMENT_WITHOUT_BALANCES(
            file=file, account=account.number, where=sequence.where_of(statement)
        )  # fmt: skip
    found = payout_store.quoted(work, account.id, references_of(statement))
    paid = [line for line in statement.lines if line.status == "booked" and line.amount_minor < 0]
    confirmed: list[PayoutId] = []
    for line in paid:
        single = dataclasses.replace(statement, lines=(line,))
        for reference in references_of(single):
            each = found.get(reference)
            if each is not None and each.amount_minor == -line.amount_minor and each.state.value in ("held", "sent"):
                apply_answer(work, each.id, BankAnswer(Verdict.CONFIRMED, note="notice"))
                confirmed.append(each.id)
    return Booked(None, "noticed", confirmed=tuple(dict.fromkeys(confirmed)))


def _known(whole: BankStatement, account: SettlementAccount, known: tuple[StatementRow, bytes]) -> Booked:
    row, content = known
    if content != _content(whole):
        raise sequence.STATEMENT_CONTRADICTS(
            number=ascii(whole.number[:40]), account=account.number, closed_on=str(whole.closed_on), known=str(row.id),
            where=sequence.where_of(whole),
        )  # fmt: skip
    return Booked(row.id, "repeated", row.reason)


def _misfit(work: UnitOfWork, account: SettlementAccount, whole: BankStatement) -> str:
    reason = sequence.misfit(whole, sequence.Standing(account.closing_minor, account.closed_on))
    if not reason and store.already_booked(work, account.id, _fingerprints(whole, account)):
        return "overlap"
    return reason


def _parked(work: UnitOfWork, row: StatementRow, whole: BankStatement, *, reason: str) -> Booked:
    store.insert(work, dataclasses.replace(row, reason=reason), **_hashed(whole))
    facts = {
        "account": row.account, "number": row.number, "closed_on": row.closed_on, "opening_minor": row.opening_minor,
        "reason": reason,
    }  # fmt: skip
    work.audit("settlement.park_statement", str(row.id), facts)
    work.emit("settlement.statement_parked", str(row.account), {"statement": row.id, **facts})
    return Booked(row.id, "parked", reason)


def _follow(work: UnitOfWork, account: SettlementAccountId) -> tuple[Booked, ...]:
    """Book the parked statements that fit now, one after the other."""
    booked: list[Booked] = []
    while True:
        known = account_store.account(work, account, lock=True)
        assert known is not None
        ready = next((row for row in store.parked(work, account) if _fits(work, known, row)), None)
        if ready is None:
            return tuple(booked)
        whole = statement_of(json.loads(store.body(work, ready.id)))
        store.move(work, ready.id, "booked", reason="")
        booked.append(_booked(work, known, ready.id, statement=whole))


def _fits(work: UnitOfWork, account: SettlementAccount, row: StatementRow) -> bool:
    return row.opening_minor == account.closing_minor and not _misfit(
        work, account, statement_of(json.loads(store.body(work, row.id)))
    )


def _booked(
    work: UnitOfWork, account: SettlementAccount, identity: BookedStatementId, *, statement: BankStatement
) -> Booked:
    booked = post_lines(work, account, identity, statement=statement)
    failpoint(AFTER_LINES)
    assert statement.closing_minor is not None
    account_store.close_at(work, account.id, statement.closing_minor, closed_on=statement.closed_on)
    facts: dict[str, Any] = {
        "account": account.id, "number": statement.number, "closed_on": statement.closed_on,
        "opening_minor": statement.opening_minor, "closing_minor": statement.closing_minor,
        "sha256": statement.provenance.sha256, "receipts": len(booked.receipts), "settled": len(booked.settled),
        "returns": len(booked.returns), "suspense": len(booked.suspense),
    }  # fmt: skip
    work.audit("settlement.book_statement", str(identity), facts)
    return booked


def _row(work: UnitOfWork, account: SettlementAccount, whole: BankStatement) -> StatementRow:
    assert whole.closed_on is not None
    assert whole.opening_minor is not None
    assert whole.closing_minor is not None
    return StatementRow(
        id=work.ids.new(BookedStatementId), account=account.id, number=whole.number, opened_on=whole.opened_on,
        closed_on=whole.closed_on, opening_minor=whole.opening_minor, closing_minor=whole.closing_minor,
        state="parked", reason="", taken_at=work.at, booked_at=None,
    )  # fmt: skip


def _hashed(whole: BankStatement) -> dict[str, Any]:
    body = canonical_json(record_of_statement(whole)).decode()
    return {"hashes": (_identity(whole), _content(whole)), "body": body}


def _identity(whole: BankStatement) -> bytes:
    """What the bank calls the statement: its number and days; without a number, all that it says."""
    named = [whole.number, _day(whole.opened_on), _day(whole.closed_on)]
    return digest(["openscf settlement statement 1", *named, b"" if whole.number else _content(whole)])


def _content(whole: BankStatement) -> bytes:
    """All that the statement says, wherever it was read from."""
    said = record_of_statement(whole)
    lines = [{name: value for name, value in line.items() if name != "locator"} for line in said["lines"]]
    return digest({**said, "provenance": {}, "lines": lines})


def _fingerprints(whole: BankStatement, account: SettlementAccount) -> list[str]:
    found = zip(bank_line_fingerprints(whole, account=account.number), whole.lines, strict=True)
    return [fingerprint for fingerprint, line in found if line.status == "booked"]


def _day(day: dt.date | None) -> str:
    return "" if day is None else day.isoformat()
