"""Lines of bank statements: recognised when they come again, and taken apart into the payments that they hold.

Statements overlap: today's report holds yesterday's lines, and the same month is exported twice. A line has no number
that every bank gives, so it is recognised by all that it says, and by which of several equal ones it is: two equal
payments of one day are two. A line that was pending and is booked later is the same line: it says the same, but for
its day, and so each line is recognised by its value date as well while it waits.
"""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from openscf.kernel.canonical import canonical_json
from openscf.kernel.errors import refusal
from openscf.trades.model import BankLine, BankStatement, Identity
from openscf.trades.rules.identity import normal_code, party_key

STATEMENT_ACCOUNT_UNKNOWN = refusal(
    "statement_account_unknown",
    en="The statement {file} does not say which account it is of, so its lines could not be recognised again.",
    zh="对账单 {file} 未注明账户，其明细无法去重识别。",
    fix_en="Name the account when you send the file.",
    fix_zh="请在上传文件时指明所属账户。",
)

_FORMAT = "openscf bank line 2"  # part of what is hashed: another way to normalise is another format
PENDING, BOOKED = "pending", "booked"


@dataclass(frozen=True, slots=True)
class Recognised:
    """A line, and the messages by whose hashes it is known again.

    Attributes:
        line: The line.
        said: What it is recognised by.
        waiting: What it is recognised by while it is pending: the same, dated by its value.
    """

    line: BankLine
    said: bytes
    waiting: bytes


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in: a line, or one of the payments booked together in it.

    Attributes:
        key: Fingerprint of the line, with `#2` behind it for the second part.
        amount_minor: Positive.
        currency: ISO 4217.
        payer: As the bank names it.
        text: All that the payer wrote, and its reference.
        day: Booking date as text; empty where unknown. Sorts as the days do.
        payee: Whose account it came to, as the statement names it.
    """

    key: str
    amount_minor: int
    currency: str
    payer: Identity | None = None
    text: str = ""
    day: str = ""
    payee: Identity | None = None


def recognised(statement: BankStatement, *, account: str = "") -> tuple[Recognised, ...]:
    """The lines of a statement in their order, with what they are known again by.

    That covers account, day, amount, currency, the other side, reference, what was written, and which of several equal
    lines of the statement it is. The bank's reference alone is no identity: banks give one to a whole batch, and some
    write `NONREF`. The balance and the time are left out, since only some exports give them; spaces and line breaks,
    since banks break the same text in different places. Whether it is pending is left out too: it may be booked the
    next time. A statement that begins in the middle of a day counts equal lines wrongly; banks cut at days.

    Args:
        statement: The statement.
        account: Its account, where the statement does not name it.

    Raises:
        Refusal: `statement_account_unknown`.
    """
    named = account or account_of(statement.account)
    if not named:
        raise STATEMENT_ACCOUNT_UNKNOWN(file=repr(statement.provenance.file[:80]))
    said: Counter[bytes] = Counter()
    waiting: Counter[bytes] = Counter()
    found = []
    for line in statement.lines:
        now = _message(line, named, line.booked_on or line.value_on)
        before = _message(line, named, line.value_on or line.booked_on)
        found.append(Recognised(line, now + b" %d" % said[now], before + b" %d" % waiting[before]))
        said[now] += 1
        waiting[before] += 1
    return tuple(found)


def fingerprints(statement: BankStatement, *, account: str = "") -> tuple[str, ...]:
    """What each line of a statement is recognised by, hashed, in hex; see `recognised`.

    Raises:
        Refusal: `statement_account_unknown`.
    """
    return tuple(hashlib.sha256(each.said).hexdigest() for each in recognised(statement, account=account))


def _message(line: BankLine, account: str, day: object) -> bytes:
    other = party_key(line.counterparty) or normal_code((line.counterparty and line.counterparty.account) or "")
    standing = "" if line.status in (PENDING, BOOKED) else line.status
    return canonical_json(
        [
            _FORMAT, squeezed(account).upper(), str(day) if day else "", line.amount_minor, line.currency, other,
            squeezed(line.reference), squeezed(line.remittance), standing,
        ]
    )  # fmt: skip


def payments(statement: BankStatement, *, account: str = "") -> tuple[Payment, ...]:
    """What came in, booked, line by line; a collective booking is taken apart if its parts are exactly its amount.

    Args:
        statement: The statement.
        account: Its account, where the statement does not name it.

    Raises:
        Refusal: `statement_account_unknown`.
    """
    keyed = zip(fingerprints(statement, account=account), statement.lines, strict=True)
    return payments_of(keyed, statement.account)


def payments_of(lines: Iterable[tuple[str, BankLine]], payee: Identity) -> tuple[Payment, ...]:
    """What came in on the account of `payee`, booked, of these lines, each under its key; see `payments`."""
    found: list[Payment] = []
    for key, line in lines:
        if line.status == BOOKED and line.amount_minor > 0:
            found += _taken_apart(key, line, payee) or [_whole(key, line, payee)]
    return tuple(found)


def account_of(identity: Identity) -> str:
    """What names an account for ever: its number, else the owner's own code and name at this bank."""
    if identity.account:
        return identity.account
    codes = " ".join(f"{scheme}:{value}" for scheme, value in sorted(identity.codes.items()))
    named = " ".join(text for text in (codes, identity.name) if text)
    return f"{identity.bank or ''} {named}" if named else ""


def squeezed(text: str) -> str:
    """Text without spaces and line breaks, in one width."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _whole(key: str, line: BankLine, payee: Identity) -> Payment:
    return Payment(
        key=key,
        amount_minor=line.amount_minor,
        currency=line.currency,
        payer=line.counterparty,
        text=" ".join([line.remittance, line.reference, *(part.reference for part in line.parts)]).strip(),
        day=_day(line),
        payee=payee,
    )


def _taken_apart(key: str, line: BankLine, payee: Identity) -> list[Payment]:
    amounts = [part.amount_minor or 0 for part in line.parts if part.currency == line.currency]
    several = len(line.parts) > 1 and len(amounts) == len(line.parts)
    if not several or min(amounts) <= 0 or sum(amounts) != line.amount_minor:
        return []
    return [
        Payment(
            key=f"{key}#{number}",
            amount_minor=amount,
            currency=line.currency,
            payer=part.counterparty,
            text=f"{part.remittance} {part.reference}".strip(),
            day=_day(line),
            payee=payee,
        )
        for number, (part, amount) in enumerate(zip(line.parts, amounts, strict=True), 1)
    ]


def _day(line: BankLine) -> str:
    day = line.booked_on or line.value_on
    return day.isoformat() if day else ""
