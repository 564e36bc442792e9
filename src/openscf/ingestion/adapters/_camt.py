"""Inside an ISO 20022 cash management message: balances, entries and the payments in them, versions 1 to 14.

Elements are found by their local names: versions differ in the names of a few of them and in wrappers (`Pty`, `Cd`),
never in their meaning, and banks use any namespace prefix. Source: ISO 20022 message definition reports camt.052, 053,
054 (BankToCustomer...), external code sets for balance types and entry status.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from openscf.ingestion.adapters._statements import (
    DATE_UNREADABLE,
    FIELD_MISSING,
    FIELD_UNREADABLE,
    exact_amount,
    statement_currency,
)
from openscf.kernel.errors import Where
from openscf.trades import BankPart, Identity

Element = Any  # lxml's elements carry no types

_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII)
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII
)
_STATUS = {"BOOK": "booked", "PDNG": "pending", "FUTR": "pending", "INFO": "information"}
_NO_REFERENCE = ("", "NOTPROVIDED", "NONREF")


class Reader:
    """Reads elements of one file; what it refuses names the file, the line and the path."""

    def __init__(self, file: str) -> None:
        self.file = file

    def where(self, element: Element, name: str = "") -> Where:
        """The place of `element`, or of its child `name`."""
        path = element.getroottree().getelementpath(element)
        plain = re.sub(r"\{[^}]*\}", "", path)
        return Where(file=self.file, line=element.sourceline, field=f"{plain}/{name}" if name else plain)

    def amount(self, parent: Element, name: str = "Amt") -> tuple[int, str]:
        """Unsigned minor units and currency of an amount, which says its currency itself.

        Raises:
            Refusal: It is missing, malformed, or has digits that its currency has no room for.
        """
        found = child(parent, name)
        if found is None or not text(found):
            raise FIELD_MISSING(field=name, where=self.where(parent, name))
        unit = statement_currency(found.get("Ccy", ""))
        minor = exact_amount(text(found), unit, field=name)
        if minor < 0:
            raise FIELD_UNREADABLE(field=name, value=repr(text(found)[:60]), where=self.where(found))
        return minor, unit.code

    def signed(self, parent: Element) -> tuple[int, str]:
        """An amount with the sign of its indicator: what a debit takes is negative.

        Raises:
            Refusal: Of `amount`, or the indicator is neither CRDT nor DBIT.
        """
        minor, code = self.amount(parent)
        indicator = text_at(parent, "CdtDbtInd")
        if indicator not in {"CRDT", "DBIT"}:
            raise FIELD_UNREADABLE(field="CdtDbtInd", value=repr(indicator[:60]), where=self.where(parent, "CdtDbtInd"))
        return (minor if indicator == "CRDT" else -minor), code

    def day(self, parent: Element, name: str) -> tuple[dt.date | None, dt.datetime | None]:
        """Date, and local time where there is one, of `name/Dt` or `name/DtTm`; nothing if it is absent.

        Raises:
            Refusal: `statement_date_unreadable`.
        """
        holder = child(parent, name)
        if holder is None:
            return None, None
        date, moment = text_at(holder, "Dt"), text_at(holder, "DtTm")
        matched = _DATE.fullmatch(date) or _MOMENT.fullmatch(moment)
        try:
            if matched is None:
                raise ValueError
            read = dt.datetime.fromisoformat(matched[1])
        except ValueError:
            value = repr((date or moment)[:60])
            raise DATE_UNREADABLE(field=name, value=value, where=self.where(holder)) from None
        return read.date(), (None if _DATE.fullmatch(date) else read)

    def status(self, entry: Element) -> str:
        """What the entry's status means here.

        Raises:
            Refusal: `statement_field_unreadable`, for a status that is not of the code set.
        """
        code = text_at(entry, "Sts/Cd") or text_at(entry, "Sts")
        if code not in _STATUS:
            raise FIELD_UNREADABLE(field="Sts", value=repr(code[:60]), where=self.where(entry, "Sts"))
        return _STATUS[code]

    def parts(self, entry: Element) -> tuple[BankPart, ...]:
        """The payments inside an entry."""
        came_in = text_at(entry, "CdtDbtInd") == "CRDT"
        return tuple(self._part(each, came_in) for each in _details(entry))

    def _part(self, details: Element, came_in: bool) -> BankPart:
        indicator = text_at(details, "CdtDbtInd")
        came_in = indicator == "CRDT" if indicator in {"CRDT", "DBIT"} else came_in
        holder = details if child(details, "Amt") is not None else at(details, "AmtDtls/TxAmt")
        minor, code = self.amount(holder) if holder is not None else (None, "")
        return BankPart(
            amount_minor=minor if minor is None or came_in else -minor,
            currency=code,
            counterparty=_counterparty(details, came_in=came_in),
            remittance=_remittance(details),
            reference=_reference(details),
        )


def account(statement: Element) -> Identity:
    """Whose account it is: number, owner, bank."""
    found = child(statement, "Acct")
    if found is None:
        return Identity()
    name = text_at(found, "Ownr/Nm") or text_at(found, "Nm")
    return Identity(name=name or None, account=_number(found) or None, bank=_bank(child(found, "Svcr")) or None)


def reference(entry: Element) -> str:
    """The bank's own number of an entry, or else the first reference inside."""
    own = text_at(entry, "AcctSvcrRef") or text_at(entry, "NtryRef")
    inner = (_reference(each) for each in _details(entry))
    return own or next((each for each in inner if each), "")


def _details(entry: Element) -> Iterator[Element]:
    yield from children(entry, "TxDtls")  # version 1
    for each in children(entry, "NtryDtls"):
        yield from children(each, "TxDtls")


def _reference(details: Element) -> str:
    names = ("EndToEndId", "AcctSvcrRef", "TxId", "InstrId", "UETR", "PmtInfId", "MsgId")
    found = (text_at(details, f"Refs/{name}") for name in names)
    return next((each for each in found if each not in _NO_REFERENCE), "")


def _counterparty(details: Element, *, came_in: bool) -> Identity | None:
    side = "Dbtr" if came_in else "Cdtr"
    party = at(details, f"RltdPties/{side}")
    holder = at(details, f"RltdPties/{side}Acct")
    inner = party if party is None else next((each for each in (child(party, "Pty"), party) if each is not None), None)
    name = "" if inner is None else text_at(inner, "Nm") or text_at(inner, "Agt/FinInstnId/Nm")
    number = "" if holder is None else _number(holder)
    if not (name or number):
        return None
    codes = {} if inner is None else _codes(inner)
    bank = _bank(at(details, f"RltdAgts/{side}Agt"))
    return Identity(name=name or None, codes=codes, account=number or None, bank=bank or None)


def _codes(party: Element) -> dict[str, str]:
    wanted = {"lei": "Id/OrgId/LEI", "bic": "Id/OrgId/AnyBIC", "local": "Id/OrgId/Othr/Id"}
    found = {scheme: text_at(party, path) for scheme, path in wanted.items()}
    return {scheme: value for scheme, value in found.items() if value}


def _number(holder: Element) -> str:
    paths = ("Id/IBAN", "Id/Othr/Id", "Id/PrtryAcct/Id", "Id/BBAN", "Id/UPIC")
    return next((value for value in (text_at(holder, path) for path in paths) if value), "")


def _bank(agent: Element | None) -> str:
    if agent is None:
        return ""
    names = ("BICFI", "BIC", "CmbndId/BIC", "Nm", "NmAndAdr/Nm", "ClrSysMmbId/MmbId")
    return next((value for value in (text_at(agent, f"FinInstnId/{name}") for name in names) if value), "")


def _remittance(details: Element) -> str:
    holder = child(details, "RmtInf")
    if holder is None:
        return ""
    wanted = ("{*}Ustrd", "{*}Ref", "{*}Nb", "{*}AddtlRmtInf")
    return " ".join(found for found in map(text, holder.iter(*wanted)) if found)


def local(element: Element) -> str:
    """Name without namespace; empty for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element, name: str | None = None) -> Iterator[Element]:
    """Child elements, comments left out; all of them, or those with this local name."""
    found: Iterator[Element] = element.iterchildren("{*}*" if name is None else f"{{*}}{name}")
    return found


def child(element: Element, name: str) -> Element | None:
    """First child with this local name."""
    return next(element.iterchildren(f"{{*}}{name}"), None)


def at(element: Element, path: str) -> Element | None:
    """First descendant along `path`, child by child."""
    found: Element | None = element
    for name in path.split("/"):
        found = next(found.iterchildren(f"{{*}}{name}"), None) if found is not None else None
    return found


def text(element: Element) -> str:
    """Its text with white space collapsed."""
    return " ".join((element.text or "").split())


def text_at(element: Element, path: str) -> str:
    """Text at `path`; empty if there is no such element."""
    found = at(element, path)
    return "" if found is None else text(found)
