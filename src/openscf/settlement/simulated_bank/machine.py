"""The bank itself: orders in, answers and statements out."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Final

from lxml import etree

from openscf.db.outbox import Verdict
from openscf.ingestion import StatementAccount, StatementEntry, StatementMessage, write_camt053
from openscf.kernel.calendars import BusinessCalendar, Roll, add_business_days, china_interbank, roll
from openscf.kernel.errors import refusal
from openscf.kernel.money import currency, parse_amount
from openscf.kernel.ports import Clock, Randomness
from openscf.parties import BUSINESS_ZONE
from openscf.settlement.bank import BankAnswer, StatementFile
from openscf.settlement.simulated_bank.state import Book, Conduct, Entry, Order, Sent, State
from openscf.trades import Identity

THOUSAND: Final = 1000

NO_BANK_BOOK = refusal(
    "no_bank_book",
    en="The simulated bank has no open account {number}.",
    zh="模拟银行没有可用账户 {number}。",
    fix_en="Open it at the simulated bank first.",
    fix_zh="请先在模拟银行开立该账户。",
    status=404,
)
BANK_BOOK_SHORT = refusal(
    "bank_book_short",
    en="The account {number} at the simulated bank has not got this amount.",
    zh="模拟银行账户 {number} 余额不足。",
    fix_en="Pay less, or open the account with more.",
    fix_zh="请减少金额或增加账户余额。",
)
BANK_DAY_CLOSED = refusal(
    "bank_day_closed",
    en="The simulated bank can't close {day}: it is no business day, or it is closed already.",
    zh="模拟银行无法日终 {day}：该日不是营业日或已日终。",
    fix_en="Close the next business day.",
    fix_zh="请对下一个营业日执行日终。",
)


class SimulatedBank:
    """A bank in memory; see the package for what it is.

    Args:
        clock: Its time.
        randomness: Its moods.
        conduct: How it behaves.
        state: What it remembers; nothing for a new bank.
        calendar: Its business days.
    """

    def __init__(
        self,
        clock: Clock,
        randomness: Randomness,
        conduct: Conduct = Conduct(),  # noqa: B008 - frozen
        *,
        state: State | None = None,
        calendar: BusinessCalendar | None = None,
    ) -> None:
        self.conduct = conduct
        self.state = state or State()
        self._clock = clock
        self._randomness = randomness
        self._calendar = calendar or china_interbank()

    def open_account(
        self, number: str, holder: str, *, bank: str, code: str = "CNY", balance_minor: int = 0, stated: bool = True
    ) -> None:
        """Open an account of anybody: ours, a member's, a buyer's outside. Its first balance is on no statement.

        An account whose statements nobody reads may be opened with `stated=False`: none are written.
        """
        currency(code)
        book = Book(number, holder, bank, code, balance_minor=balance_minor, stated_minor=balance_minor, stated=stated)
        self.state.books.setdefault(number, book)

    def close_account(self, number: str) -> None:
        """Close an account; what is sent to it from now on is refused."""
        self._book(number).is_open = False

    def balance_minor(self, number: str) -> int:
        """What an account has, by the bank's own books."""
        return self._book(number, closed=True).balance_minor

    def submit(self, message: bytes) -> BankAnswer:
        """See `Bank.submit`."""
        order = self._read(message)
        if isinstance(order, BankAnswer):
            return order
        known = self.state.orders.get(order.reference)
        if known is not None:
            return self.status(order.reference)
        self.state.orders[order.reference] = order
        now = self._clock.now().astimezone(BUSINESS_ZONE).date()
        if self._happens(self.conduct.refuse):
            order.state, order.code = "refused", "MS03"
        elif self.conduct.at_once and order.due_on <= now:  # after the cut-off it is due on a later day
            self._pay(order, order.due_on)
        else:
            self._refuse_hopeless(order)
        if self._happens(self.conduct.silent):
            raise TimeoutError("the bank does not answer")
        return self.status(order.reference)

    def status(self, reference: str) -> BankAnswer:
        """See `Bank.status`."""
        order = self.state.orders.get(reference)
        if order is None:
            return BankAnswer(Verdict.UNKNOWN, note="not heard of")
        if order.state == "refused":
            return BankAnswer(Verdict.REFUSED, order.code)
        return BankAnswer(Verdict.PENDING if order.state == "taken" else Verdict.CONFIRMED)

    def statements(self, number: str, since: dt.date | None = None) -> Sequence[StatementFile]:
        """See `Bank.statements`."""
        return [
            StatementFile(sent.name, sent.content.encode())
            for sent in self.state.sent
            if sent.number == number and (since is None or sent.closed_on >= since)
        ]

    def pay(self, payer: str, payee: str, amount_minor: int, *, remittance: str = "", end_to_end: str = "") -> None:
        """Somebody pays somebody: a buyer into a collection account, at the bank's counter.

        Raises:
            Refusal: `no_bank_book`, `bank_book_short`.
        """
        source, target = self._book(payer), self._book(payee)
        if not 0 < amount_minor <= source.balance_minor or source.currency != target.currency:
            raise BANK_BOOK_SHORT(number=payer)
        entry = Entry(amount_minor, self.today(), "", end_to_end=end_to_end, remittance=remittance)
        self._transfer(source, target, entry)

    def take_back(self, payer: str, payee: str, amount_minor: int, *, remittance: str = "") -> None:
        """The bank takes back what somebody had paid, whatever the payee has done with it: a debit marked a reversal.

        Raises:
            Refusal: `no_bank_book`.
        """
        entry = Entry(amount_minor, self.today(), "", remittance=remittance, kind="reversal", reason="AC06")
        self._transfer(self._book(payee), self._book(payer), entry)

    def charge(self, number: str, amount_minor: int, *, remittance: str = "fee 手续费") -> None:
        """The bank takes its fee."""
        book = self._book(number)
        entry = Entry(-amount_minor, self.today(), self._number(), remittance=remittance, kind="charge")
        self._enter(book, entry)

    def send_back(self, reference: str, *, code: str = "AC04") -> None:
        """A payment that was made comes back at the end of the bank's present day."""
        order = self.state.orders[reference]
        order.back_on, order.code = self.today(), code

    def today(self) -> dt.date:
        """The business day that an act at this moment counts for."""
        now = self._clock.now().astimezone(BUSINESS_ZONE)
        day = roll(now.date(), Roll.FOLLOWING, self._calendar)
        if day == now.date() and now.time() >= self.conduct.cut_off:
            day = add_business_days(day, 1, self._calendar)
        closed = self.state.closed_on
        return day if closed is None or day > closed else add_business_days(closed, 1, self._calendar)

    def end_of_day(self, day: dt.date | None = None) -> dt.date:
        """Close the bank's day: pay what is due, return what comes back, write a statement of every account.

        Raises:
            Refusal: `bank_day_closed`.
        """
        closing = day or self.today()
        closed = self.state.closed_on
        is_open = self._calendar.day(closing).is_open
        if not is_open or (closed is not None and closing <= closed):
            raise BANK_DAY_CLOSED(day=closing.isoformat())
        for order in [each for each in self.state.orders.values() if each.state == "taken" and each.due_on <= closing]:
            self._pay(order, closing)
        for order in [each for each in self.state.orders.values() if _comes_back(each, closing)]:
            self._return(order, closing)
        held, self.state.withheld = self.state.withheld, []
        for book in [each for each in self.state.books.values() if each.stated]:
            self._state(book, closing)
        self.state.sent += held  # yesterday's, after today's
        self.state.closed_on = closing
        return closing

    def state_account(self, number: str) -> StatementFile:
        """A statement of one account for its owner: all that was booked since its last one, up to the last closed day.

        Raises:
            Refusal: `no_bank_book`.
        """
        sent = self._stated(self._book(number, closed=True), self.state.closed_on or self.today())
        return StatementFile(sent.name, sent.content.encode())

    def _book(self, number: str, *, closed: bool = False) -> Book:
        found = self.state.books.get(number)
        if found is None or not (found.is_open or closed):
            raise NO_BANK_BOOK(number=number[:40])
        return found

    def _refuse_hopeless(self, order: Order) -> None:
        code = self._objection(order)
        if code and code != "AM04":  # cover may come before the order is due
            order.state, order.code = "refused", code

    def _objection(self, order: Order) -> str:
        payer, payee = self.state.books.get(order.payer), self.state.books.get(order.payee)
        if payer is None or payee is None:
            return "AC01"
        if not (payer.is_open and payee.is_open):
            return "AC04"
        if payee.holder != order.payee_name:
            return "BE01"
        return "AM04" if payer.balance_minor < order.amount_minor else ""

    def _pay(self, order: Order, day: dt.date) -> None:
        order.code = self._objection(order)
        if order.code:
            order.state = "refused"
            return
        order.state = "paid"
        entry = Entry(order.amount_minor, day, "", end_to_end=order.reference, remittance=order.remittance)
        self._transfer(self.state.books[order.payer], self.state.books[order.payee], entry)
        if self._happens(self.conduct.send_back):
            order.back_on = add_business_days(day, self.conduct.back_after, self._calendar)
            order.code = "AC04"

    def _return(self, order: Order, day: dt.date) -> None:
        order.state = "returned"
        entry = Entry(
            order.amount_minor, day, "", end_to_end=order.reference, remittance=order.remittance, kind="return",
            reason=order.code,
        )  # fmt: skip
        self._transfer(self.state.books[order.payee], self.state.books[order.payer], entry)

    def _transfer(self, source: Book, target: Book, entry: Entry) -> None:
        for book, other, sign in ((source, target, -1), (target, source, 1)):
            mine = Entry(
                sign * entry.amount_minor, entry.booked_on, self._number(), end_to_end=entry.end_to_end,
                other_name=other.holder, other_number=other.number, remittance=entry.remittance, kind=entry.kind,
                reason=entry.reason,
            )  # fmt: skip
            self._enter(book, mine)

    def _enter(self, book: Book, entry: Entry) -> None:
        book.balance_minor += entry.amount_minor
        book.entries.append(entry)

    def _state(self, book: Book, closing: dt.date) -> None:
        sent = self._stated(book, closing)
        if self._happens(self.conduct.late):
            self.state.withheld.append(sent)
        else:
            self.state.sent += [sent, sent] if self._happens(self.conduct.repeat) else [sent]

    def _stated(self, book: Book, closing: dt.date) -> Sent:
        """The next statement of an account, up to a day; entries of a later day stay for the one after it."""
        mine = [each for each in book.entries if each.booked_on <= closing]
        book.entries = [each for each in book.entries if each.booked_on > closing]
        book.sequence += 1
        opening, book.stated_minor = book.stated_minor, book.stated_minor + sum(each.amount_minor for each in mine)
        message = StatementMessage(
            number=f"{book.number[-16:]}-{book.sequence:06d}", sequence=book.sequence, created_at=self._clock.now(),
            account=StatementAccount(book.number, book.holder, book.bank, currency(book.currency)),
            opening_minor=opening, closing_minor=book.stated_minor,
            opened_on=min((each.booked_on for each in mine), default=closing), closed_on=closing,
            entries=tuple(_written(each) for each in mine),
        )  # fmt: skip
        name = f"camt053-{book.number}-{closing.isoformat()}.xml"
        return Sent(book.number, name, closing, write_camt053(message).decode())

    def _happens(self, chance: int) -> bool:
        return chance > 0 and self._randomness.below(THOUSAND) < chance

    def _number(self) -> str:
        self.state.count += 1
        return f"SB{self.state.count:012d}"

    def _read(self, message: bytes) -> Order | BankAnswer:
        """The order, or what the bank says to one that it can't read."""
        try:
            root = etree.fromstring(message, etree.XMLParser(resolve_entities=False, no_network=True))
            fields = dict(_fields(root))
            unit = currency(fields["currency"])
            order = Order(
                reference=fields["reference"], payer=fields["payer"], payee=fields["payee"],
                payee_name=fields["payee_name"], amount_minor=parse_amount(fields["amount"], unit, field="Amt").minor,
                currency=unit.code, remittance=fields.get("remittance", ""),
                due_on=max(dt.date.fromisoformat(fields["due_on"]), self.today()),
            )  # fmt: skip
        except (etree.XMLSyntaxError, KeyError, ValueError):
            return BankAnswer(Verdict.REFUSED, "FF01")
        return order


_PATHS: Final = (
    ("reference", "CdtTrfTxInf/PmtId/EndToEndId"),
    ("payer", "DbtrAcct/Id/Othr/Id"),
    ("payer", "DbtrAcct/Id/IBAN"),
    ("payee", "CdtTrfTxInf/CdtrAcct/Id/Othr/Id"),
    ("payee", "CdtTrfTxInf/CdtrAcct/Id/IBAN"),
    ("payee_name", "CdtTrfTxInf/Cdtr/Nm"),
    ("amount", "CdtTrfTxInf/Amt/InstdAmt"),
    ("remittance", "CdtTrfTxInf/RmtInf/Ustrd"),
    ("due_on", "ReqdExctnDt/Dt"),
)


def _fields(root: etree._Element) -> Iterator[tuple[str, str]]:
    """The fields of an order of one payment."""
    (payment,) = root.iter("{*}PmtInf")
    for name, path in _PATHS:
        found = payment.find("/".join(f"{{*}}{step}" for step in path.split("/")))
        if found is not None and found.text:
            yield name, found.text
            if name == "amount":
                yield "currency", found.get("Ccy", "")


def _comes_back(order: Order, day: dt.date) -> bool:
    return order.state == "paid" and order.back_on is not None and order.back_on <= day


def _written(entry: Entry) -> StatementEntry:
    other = Identity(name=entry.other_name, account=entry.other_number) if entry.other_number else None
    return StatementEntry(
        entry.amount_minor, entry.booked_on, entry.booked_on, entry.number, end_to_end=entry.end_to_end, other=other,
        remittance=entry.remittance, kind=entry.kind, reason=entry.reason,
    )  # fmt: skip
