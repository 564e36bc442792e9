"""ISO 20022 camt.053 statements, camt.052 reports and camt.054 notices, bare or inside an envelope.

The unit is the statement (`Stmt`, `Rpt`, `Ntfctn`): one that does not add up, or has one field that can't be read, is
rejected whole. Only a booked opening balance (OPBD, else PRCD) and a booked closing balance (CLBD) are held against
the entries; available, interim and forward balances answer other questions.
"""

import datetime as dt
import re
from collections.abc import Iterator

from openscf.ingestion.adapters._camt import Element, Reader, account, children, local, reference, text_at
from openscf.ingestion.adapters._statements import FIELD_REPEATED, refuse_large, refuse_unless_it_adds_up
from openscf.ingestion.adapters._xml import parse_xml
from openscf.ingestion.contract import (
    CERTAIN,
    LIKELY,
    NO,
    Adapter,
    Reading,
    Rejection,
    Sample,
    Source,
    unreadable,
)
from openscf.kernel.errors import Refusal
from openscf.trades import BankLine, BankPart, BankStatement

NAME = "camt"
_MESSAGE = re.compile(r"camt\.05[234]\.\d{3}\.\d{2}$", re.ASCII)
_IN_HEAD = re.compile(rb"camt\.05[234]\.\d{3}\.\d{2}")
_UNITS = {"BkToCstmrStmt": "Stmt", "BkToCstmrAcctRpt": "Rpt", "BkToCstmrDbtCdtNtfctn": "Ntfctn"}


def detect(sample: Sample) -> int:
    """By the namespace of the message, in whatever encoding its letters stand."""
    head = sample.head.replace(b"\0", b"")
    if not _IN_HEAD.search(head):
        return NO
    return CERTAIN if b"BkToCstmr" in head else LIKELY


def read(source: Source) -> Reading:
    """Read the file.

    Raises:
        Refusal: It is no XML that may be read, or holds no statement, report or notice.
    """
    refuse_large(source)
    root = parse_xml(source, format="camt.052/053/054")
    units = list(_units(root))
    if not units:
        reason = "no statement, report or notice"
        raise unreadable(source, "camt.052/053/054", reason, line=root.sourceline, field=local(root))
    reader = Reader(source.name)
    records: list[BankStatement] = []
    rejections: list[Rejection] = []
    for unit in units:
        try:
            records.append(_statement(source, reader, unit))
        except Refusal as refused:
            where = refused.where if refused.where and refused.where.line else reader.where(unit)
            rejections.append(Rejection(refused.at(where), f"{local(unit)} {text_at(unit, 'Id')[:80]}"))
    return Reading(records, rejections, len(units), len(records))


def _units(root: Element) -> Iterator[Element]:
    """The statements of each message, wherever an envelope holds it."""
    names = [f"{{*}}{name}{version}" for name in _UNITS for version in ("", "V01", "V02")]
    for element in root.iter(*names):
        namespace, _, name = element.tag.lstrip("{").rpartition("}")
        if _MESSAGE.search(namespace):
            yield from children(element, _UNITS[re.sub(r"V[0-9]{2}$", "", name)])


def _statement(source: Source, reader: Reader, unit: Element) -> BankStatement:
    path = unit.getroottree().getpath(unit)
    lines = tuple(
        _line(source, reader, each, path=f"{path}/*[{number}]")
        for number, each in enumerate(children(unit), 1)
        if local(each) == "Ntry"
    )
    opening = _balance(reader, unit, "OPBD") or _balance(reader, unit, "PRCD")
    closing = _balance(reader, unit, "CLBD")
    code = opening[1] if opening else text_at(unit, "Acct/Ccy") or (closing[1] if closing else "")
    statement = BankStatement(
        account=account(unit),
        provenance=source.provenance(NAME, path),
        number=text_at(unit, "Id"),
        currency=code or (lines[0].currency if lines else ""),
        opening_minor=opening[0] if opening else None,
        closing_minor=closing[0] if closing else None,
        opened_on=opening[2] if opening else None,
        closed_on=closing[2] if closing else None,
        lines=lines,
        flags=_flags(unit, opening is not None, closing is not None),
    )
    refuse_unless_it_adds_up(statement, closing_currency=closing[1] if closing else "")
    return statement


def _flags(unit: Element, opened: bool, closed: bool) -> tuple[str, ...]:
    flags = []
    if local(unit) == "Stmt" and not opened:
        flags.append("no_opening_balance")
    if local(unit) == "Stmt" and not closed:
        flags.append("no_closing_balance")
    pages = [each for each in children(unit) if local(each).endswith("Pgntn")]
    if any((text_at(each, "PgNb"), text_at(each, "LastPgInd")) != ("1", "true") for each in pages):
        flags.append("page_of_several")
    return tuple(flags)


def _balance(reader: Reader, unit: Element, code: str) -> tuple[int, str, dt.date | None] | None:
    found = [each for each in children(unit) if local(each) == "Bal" and _type(each) == code]
    if not found:
        return None
    if len(found) > 1:
        raise FIELD_REPEATED(field=code, times=len(found), where=reader.where(found[1]))
    minor, currency = reader.signed(found[0])
    return minor, currency, reader.day(found[0], "Dt")[0]


def _type(balance: Element) -> str:
    return text_at(balance, "Tp/CdOrPrtry/Cd") or text_at(balance, "Tp/Cd")


def _line(source: Source, reader: Reader, entry: Element, *, path: str) -> BankLine:
    try:
        minor, code = reader.signed(entry)
        booked_on, booked_at = reader.day(entry, "BookgDt")
        value_on, _ = reader.day(entry, "ValDt")
        status = reader.status(entry)
        parts = reader.parts(entry)
    except Refusal as refused:
        raise refused.at(refused.where if refused.where and refused.where.line else reader.where(entry)) from None
    others = [part.counterparty for part in parts if part.counterparty]
    return BankLine(
        booked_on=booked_on,
        amount_minor=minor,
        currency=code,
        provenance=source.provenance(NAME, path),
        value_on=value_on,
        booked_at=booked_at,
        counterparty=others[0] if others and all(each == others[0] for each in others) else None,
        remittance=_remittance(entry, parts),
        reference=reference(entry),
        status=status,
        parts=parts,
        reversal=text_at(entry, "RvslInd") == "true",
    )


def _remittance(entry: Element, parts: tuple[BankPart, ...]) -> str:
    return " ".join(part.remittance for part in parts if part.remittance) or text_at(entry, "AddtlNtryInf")


ADAPTER = Adapter(
    name=NAME,
    en="ISO 20022 account statement (camt.053), report (camt.052) or notice (camt.054)",
    zh="ISO 20022 账户对账单（camt.053）、账户报告（camt.052）、借贷通知（camt.054）",
    detect=detect,
    read=read,
    extensions=(".xml",),
)
