"""SWIFT MT940 customer statements and MT942 interim reports, of any bank.

The unit is the message: it becomes one statement, or one rejection with every figure that could be read. A message
without its mandatory fields is rejected, because a file that was cut off looks just like that.
"""

import re
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal

from openscf.ingestion.adapters._statements import (
    FIELD_REPEATED,
    exact_amount,
    refuse_large,
    refuse_unless_it_adds_up,
    statement_currency,
)
from openscf.ingestion.adapters._swift import Balance, Entry, Field, balance, entry, explained, messages
from openscf.ingestion.contract import (
    CERTAIN,
    LIKELY,
    MAYBE,
    NO,
    Adapter,
    Reading,
    Rejection,
    Sample,
    Source,
    unreadable,
)
from openscf.kernel.errors import Refusal, Where, refusal
from openscf.kernel.money import CURRENCIES
from openscf.trades import BankLine, BankStatement, Identity

STATEMENT_INCOMPLETE = refusal(
    "statement_incomplete",
    en=(
        "The statement {number} of account {account} lacks the fields {missing}; what is there: opening {opening}, "
        "{lines} lines of {sum} in sum, closing {closing}."
    ),
    zh=(
        "账户 {account} 的对账单 {number} 缺少字段 {missing}；"
        "现有内容：期初 {opening}，{lines} 笔合计 {sum}，期末 {closing}。"
    ),
    fix_en="The file may have been cut off: export it again from the bank.",
    fix_zh="文件可能不完整，请从银行重新导出。",
)
NAME = "mt940"
_ENCODINGS = ("utf-8", "cp1252", "latin-1")
_MARK = re.compile(rb"(?m)^:(?:20|25P?|28C?|60[FM]|62[FM]|61):")
_MANY = frozenset({"61", "86", "NS", "65", "34F", "90C", "90D", "940", "942"})
_KINDS = {"60M": "60F", "62M": "62F", "28C": "28", "25P": "25", "13D": "13"}


@dataclass(slots=True)
class _Message:
    """What could be read of one message, before it is judged."""

    fields: list[Field]
    entries: list[Entry]
    opening: Balance | None = None
    closing: Balance | None = None

    def text(self, tag: str) -> str:
        return next((each.text.strip() for each in self.fields if _kind(each.tag) == tag), "")

    @property
    def interim(self) -> bool:
        return any(each.tag == "34F" for each in self.fields)

    @property
    def number(self) -> str:
        return self.text("28")

    @property
    def currency(self) -> str:
        named = [each.currency for each in (self.opening, self.closing) if each and each.currency]
        return (named or [self.text("34F")[:3], _suffix(self.text("25")), ""])[0]


def detect(sample: Sample) -> int:
    """By its tags: field 20, 25 or a balance at the beginning of a line."""
    tags = {bytes(found) for found in _MARK.findall(sample.head)}
    if b":20:" in tags and len(tags) >= 3:
        return CERTAIN
    if not tags:
        return NO
    return LIKELY if sample.name.lower().endswith((".sta", ".mt940", ".940", ".942")) else MAYBE


def read(source: Source) -> Reading:
    """Read the file.

    Raises:
        Refusal: `unreadable_file`, if there is no message in it.
    """
    refuse_large(source)
    text, encoding = _decoded(source)
    records: list[BankStatement] = []
    rejections: list[Rejection] = []
    found = list(messages(text))
    if not found:
        raise unreadable(source, "MT940", "no field :20:")
    for fields in found:
        try:
            statement = _statement(source, fields)
            guessed = () if encoding == "utf-8" else ("encoding_guessed",)
            records.append(replace(statement, flags=statement.flags + guessed))
        except Refusal as refused:
            rejections.append(Rejection(_placed(refused, source, fields[0]), f":{fields[0].tag}:{fields[0].text[:80]}"))
    return Reading(records, rejections, len(found), len(records))


def _placed(refused: Refusal, source: Source, first: Field) -> Refusal:
    where = refused.where or Where()
    return refused.at(Where(file=source.name, line=where.line or first.line, field=where.field))


def _decoded(source: Source) -> tuple[str, str]:
    """Tags are ASCII in every code page, so the oldest encodings can only spoil a name: the statement says so."""
    wanted = source.options.get("encoding")
    for encoding in (wanted,) if wanted else _ENCODINGS:
        try:
            return source.content.decode(encoding).removeprefix("\ufeff"), "utf-8" if wanted else encoding
        except (UnicodeError, LookupError):
            continue
    raise unreadable(source, "MT940", f"it is not written in {wanted}")


def _statement(source: Source, fields: list[Field]) -> BankStatement:
    where = Where(file=source.name)
    _once_each(fields, where)
    message = _read_fields(fields, where)
    _complete(message)
    code = message.currency
    unit = statement_currency(code)
    opening, closing = message.opening, message.closing
    statement = BankStatement(
        account=_account(message.text("25")),
        provenance=source.provenance(NAME, f"line {fields[0].line}"),
        number=message.number,
        currency=code,
        opening_minor=exact_amount(str(opening.amount), unit, field=":60:") if opening else None,
        closing_minor=_closing_minor(message),
        opened_on=opening.day if opening else None,
        closed_on=closing.day if closing else None,
        lines=tuple(_line(source, each, code) for each in message.entries),
        flags=("balance_without_currency",) if closing and not closing.currency else (),
    )
    refuse_unless_it_adds_up(statement, closing_currency=closing.currency if closing else "")
    return statement


def _closing_minor(message: _Message) -> int | None:
    closing = message.closing
    if closing is None:
        return None
    return exact_amount(str(closing.amount), statement_currency(closing.currency or message.currency), field=":62:")


def _once_each(fields: list[Field], where: Where) -> None:
    times = Counter(_kind(each.tag) for each in fields if each.tag not in _MANY)
    for each in fields:
        if times[_kind(each.tag)] > 1:
            place = Where(file=where.file, line=each.line, field=each.tag)
            raise FIELD_REPEATED(field=f":{each.tag}:", times=times[_kind(each.tag)], where=place)


def _read_fields(fields: list[Field], where: Where) -> _Message:
    message = _Message(fields, [])
    for each in fields:
        kind = _kind(each.tag)
        if kind == "60F":
            message.opening = balance(each, where)
        elif kind == "62F":
            message.closing = balance(each, where)
        elif kind == "61":
            message.entries.append(entry(each, where))
        elif kind in {"86", "NS"} and message.entries and message.closing is None:
            message.entries[-1].details.append(each)
    return message


def _complete(message: _Message) -> None:
    wanted = ("20", "25", "28", "13", "34F") if message.interim else ("20", "25", "28", "60F", "62F")
    there = {_kind(each.tag) for each in message.fields if each.text.strip()}
    missing = [tag for tag in wanted if tag not in there]
    if not missing:
        return
    raise STATEMENT_INCOMPLETE(
        number=repr(message.number[:40]),
        account=repr(message.text("25")[:40]),
        missing=" ".join(f":{tag}:" for tag in missing),
        lines=len(message.entries),
        sum=format(sum((each.amount for each in message.entries), Decimal(0)), "f"),
        opening=format(message.opening.amount, "f") if message.opening else "-",
        closing=format(message.closing.amount, "f") if message.closing else "-",
    )


def _line(source: Source, found: Entry, code: str) -> BankLine:
    remittance, counterparty = explained(found.details)
    return BankLine(
        booked_on=found.booked_on,
        amount_minor=exact_amount(format(found.amount, "f"), statement_currency(code), field=":61:"),
        currency=code,
        provenance=source.provenance(NAME, f"line {found.line}"),
        value_on=found.value_on,
        counterparty=counterparty,
        remittance=remittance or found.supplement,
        reference=found.reference,
        flags=found.flags,
        reversal=found.reversal,
    )


def _account(text: str) -> Identity:
    bank, slash, number = text.partition("/")
    return Identity(account=number or bank, bank=bank if slash else None)


def _kind(tag: str) -> str:
    return _KINDS.get(tag, tag)


def _suffix(account: str) -> str:
    """German banks write the currency behind the account's number."""
    return account[-3:] if account[-3:] in CURRENCIES and account[-4:-3].isdigit() else ""


ADAPTER = Adapter(
    name=NAME,
    en="SWIFT MT940 and MT942 account statement",
    zh="SWIFT MT940/MT942 账户对账单",
    detect=detect,
    read=read,
    extensions=(".sta", ".mt940", ".940", ".942"),
)
