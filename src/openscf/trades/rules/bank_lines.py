"""Lines of bank statements: recognised when they come again, and taken apart into the payments that they hold.

Statements overlap: today's report holds yesterday's lines, and the same month is exported twice. A line has no number
that every bank gives, so it is recognised by all that it says.
"""

import unicodedata
from collections import Counter
from dataclasses import dataclass

from openscf.kernel.canonical import digest
from openscf.kernel.errors import refusal
from openscf.trades.model import BankLine, BankStatement, Identity

STATEMENT_ACCOUNT_UNKNOWN = refusal(
    "statement_account_unknown",
    en="The statement {file} does not say which account it is of, so its lines could not be recognised again.",
    zh="对账单 {file} 未注明账户，其明细无法去重识别。",
    fix_en="Name the account when you send the file.",
    fix_zh="请在上传文件时指明所属账户。",
)

_FORMAT = "openscf bank line 1"  # part of what is hashed: another way to normalise is another format


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
    """

    key: str
    amount_minor: int
    currency: str
    payer: Identity | None = None
    text: str = ""
    day: str = ""


def fingerprint(line: BankLine, *, account: str, ordinal: int = 0) -> str:
    """What the line is recognised by, in hex.

    It covers account, day, amount, currency, reference, what was written, and which of several equal lines of the
    statement it is. The balance is left out, since only some exports give it; spaces and line breaks, since banks break
    the same text in different places. Whether it is pending is left out too: it may be booked the next time.

    Args:
        line: The line.
        account: Number of its account, or what else names it for ever.
        ordinal: How many equal lines stand before it on the same day of the same account. A statement that begins in
            the middle of a day counts them wrongly; banks cut at days.
    """
    day = line.booked_on or line.value_on
    said = [
        _FORMAT,
        squeezed(account).upper(),
        day.isoformat() if day else "",
        line.amount_minor,
        line.currency,
        squeezed(line.reference),
        squeezed(line.remittance),
        ordinal,
    ]
    return digest(said).hex()


def fingerprints(statement: BankStatement, *, account: str = "") -> tuple[str, ...]:
    """The fingerprint of each line of a statement, in their order.

    Args:
        statement: The statement.
        account: Its account, where the statement does not name it.

    Raises:
        Refusal: `statement_account_unknown`.
    """
    named = account or account_of(statement.account)
    if not named:
        raise STATEMENT_ACCOUNT_UNKNOWN(file=repr(statement.provenance.file[:80]))
    seen: Counter[str] = Counter()
    found = []
    for line in statement.lines:
        first = fingerprint(line, account=named)
        found.append(fingerprint(line, account=named, ordinal=seen[first]) if seen[first] else first)
        seen[first] += 1
    return tuple(found)


def payments(statement: BankStatement, *, account: str = "") -> tuple[Payment, ...]:
    """What came in, booked, line by line; a collective booking is taken apart if its parts are exactly its amount.

    Args:
        statement: The statement.
        account: Its account, where the statement does not name it.

    Raises:
        Refusal: `statement_account_unknown`.
    """
    found: list[Payment] = []
    for key, line in zip(fingerprints(statement, account=account), statement.lines, strict=True):
        if line.status == "booked" and line.amount_minor > 0:
            found += _taken_apart(key, line) or [_whole(key, line)]
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


def _whole(key: str, line: BankLine) -> Payment:
    return Payment(
        key=key,
        amount_minor=line.amount_minor,
        currency=line.currency,
        payer=line.counterparty,
        text=" ".join([line.remittance, line.reference, *(part.reference for part in line.parts)]).strip(),
        day=_day(line),
    )


def _taken_apart(key: str, line: BankLine) -> list[Payment]:
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
        )
        for number, (part, amount) in enumerate(zip(line.parts, amounts, strict=True), 1)
    ]


def _day(line: BankLine) -> str:
    day = line.booked_on or line.value_on
    return day.isoformat() if day else ""
