"""Taking in account statements: each line once, a pending one that is booked later as the same line."""

import dataclasses
import hashlib
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from openscf import parties
from openscf.db.unit_of_work import UnitOfWork
from openscf.trades.ids import StatementId, StatementLineId
from openscf.trades.model import BankStatement, Identity
from openscf.trades.rules import facts as rules
from openscf.trades.rules.bank_lines import BOOKED, PENDING, Recognised, payments_of, recognised
from openscf.trades.rules.identity import normal_code, party_key
from openscf.trades.rules.links import payment_links
from openscf.trades.store import facts, payments, told
from openscf.trades.store.facts import AccountMarks, KnownLine, NewLine

if TYPE_CHECKING:
    from openscf.trades.service.ingest import Desk, Tally

_Marked = tuple[bytes, bytes, Recognised]


def take_statements(work: UnitOfWork, given: Iterable[BankStatement], *, tally: "Tally", desk: "Desk") -> None:
    """Write statements, those of their lines that no other statement brought, and the payments that came in.

    Whoever calls has taken his turn (`links.take_turn`), so nobody writes lines of the same account at this instant.
    """
    tenant = work.context.tenant
    for one in given:
        account = rules.account_key(one.account)
        content = hashlib.sha256(rules.statement_content(one)).digest()
        fingerprint = desk.fingerprints.of(tenant, rules.statement_identity(one, content))
        known = facts.statement_contents(work, fingerprint)
        tally.flags.update(one.flags)
        if content in known:
            tally.seen += 1
            continue
        hashes = (fingerprint, content, len(known) + 1)
        place = (tally.file, tally.sender.id)
        # Payment companies may name neither account nor owner; then the source is what their lines have in common.
        named = account or f"source:{one.provenance.source}"
        marks = AccountMarks(desk.fingerprints.of(tenant, rules.account_message(named)), _mask(one.account))
        statement = facts.insert_statement(work, one, hashes=hashes, account=marks, place=place)
        lines = [
            (desk.fingerprints.of(tenant, each.said), desk.fingerprints.of(tenant, each.waiting), each)
            for each in recognised(one, account=named)
        ]
        _take_lines(work, (statement, one), lines, tally=tally, account=marks)
        tally.versions, tally.new = tally.versions + bool(known), tally.new + (not known)


def _take_lines(
    work: UnitOfWork, statement: tuple[StatementId, BankStatement], given: Sequence[_Marked], *, tally: "Tally",
    account: AccountMarks,
) -> None:  # fmt: skip
    own = told.house_accounts(work)
    book = _Book(facts.known_lines(work, [one[0] for one in given], [one[1] for one in given]))
    for ordinal, marked in enumerate(given, 1):
        book.take(work, marked, ordinal)
    new = list(book.new.values())
    facts.write_lines(work, statement[0], new, account=account.key, sender=tally.sender.id)
    payee = statement[1].account
    shown = dataclasses.replace(payee, account=account.mask or None)
    came_in = [
        (one.known.id, payment)
        for one in new
        for payment in payments_of([(one.known.fingerprint.hex(), one.line)], shown)
    ]
    house = {payment.key for _, payment in came_in if _through_the_house((payment.payer, payee), own)}
    fresh = payments.insert(work, came_in, sender=tally.sender.id, house=house)
    payments.link(work, {identity: payment_links(payment) for identity, payment in fresh.items()})
    tally.touched.payments |= set(fresh)


def _through_the_house(sides: Sequence[Identity | None], own: Collection[str]) -> bool:
    """Whether money came to an account of the platform itself, or from one."""
    return any(normal_code(one.account) in own for one in sides if one is not None and one.account)


def _mask(account: Identity) -> str:
    """What may be shown of an account's number: its last four digits."""
    return str(parties.Cleartext(parties.PersonalKind.ACCOUNT, account.account)) if account.account else ""


class _Book:
    """The lines that are known, and those that are to be written."""

    def __init__(self, known: Iterable[KnownLine]) -> None:
        self.said: dict[bytes, KnownLine] = {}
        self.waiting: dict[bytes, list[KnownLine]] = {}
        self.stored: set[StatementLineId] = set()
        self.new: dict[StatementLineId, NewLine] = {}
        for one in known:
            self._know(one)
            self.stored.add(one.id)

    def take(self, work: UnitOfWork, marked: _Marked, ordinal: int) -> None:
        """Recognise a line, as it is or as the pending one that it was; else it is new."""
        said, waiting, each = marked
        status, others = each.line.status, self.waiting.get(waiting, [])
        same = self.said.get(said)
        if same is None and status == PENDING:
            same = others[0] if others else None
        if same is None and status == BOOKED:
            same = next((one for one in others if one.status == PENDING), None)
        if same is not None and not (same.status == PENDING and status == BOOKED):
            return
        line = same or KnownLine(work.ids.new(StatementLineId), said, waiting, status=status)
        line.fingerprint, line.waiting, line.status = said, waiting, status
        self._know(line)
        self.new[line.id] = NewLine(
            line, each.line, ordinal, other=party_key(each.line.counterparty), booked_now=line.id in self.stored
        )

    def _know(self, line: KnownLine) -> None:
        self.said[line.fingerprint] = line
        if line not in self.waiting.setdefault(line.waiting, []):
            self.waiting[line.waiting].append(line)
