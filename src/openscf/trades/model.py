"""One format for every source: documents of trade, bank statements and goods events, each with its provenance.

A record says what its source says and nothing more: what a source leaves out is None, amounts are integer minor units
of the record's currency, quantities and unit prices are exact decimals. Judgement (is it valid, does it match, was it
seen before) is made elsewhere and kept beside it.
"""

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


class DocumentKind(enum.Enum):
    """What a document of trade is."""

    PURCHASE_ORDER = "purchase_order"
    ORDER_RESPONSE = "order_response"
    DESPATCH_ADVICE = "despatch_advice"
    RECEIPT_ADVICE = "receipt_advice"
    WAREHOUSE_RECEIPT = "warehouse_receipt"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    REMITTANCE_ADVICE = "remittance_advice"
    BILL = "bill"


class DocumentStatus(enum.Enum):
    """What its issuer says of it: `VOID` 作废 counts for nothing but is kept."""

    VALID = "valid"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Identity:
    """A party as a source names it; who that is on the platform is resolved later.

    Attributes:
        name: As written.
        codes: Scheme to value, as written but trimmed: `uscc`, `lei`, `vat`, `gln`, `local` (the source's own code) …
        account: Bank account number or IBAN, if the source gives one.
        bank: CNAPS, BIC or name of the bank.
    """

    name: str | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    account: str | None = None
    bank: str | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a record comes from, to the line.

    Attributes:
        file: Name of the file as its sender knows it.
        sha256: Hash of the file's bytes, in hex; the original is kept under it.
        locator: Line (`line 17`), cell (`Sheet1!A17`) or XPath inside the file.
        adapter: Name of the adapter that read it.
        source: Who sent it: a party, a bank, a tax office, as the platform names the source.
    """

    file: str
    sha256: str
    locator: str
    adapter: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A document that another one speaks of: the order of an invoice, the invoice of a credit note.

    Attributes:
        kind: What it is.
        number: Its number.
        line: The line of it.
        issued_on: Its date, if the source gives it.
        code: Its invoice code 发票代码, where the scheme has one: number and code are its identity together.
    """

    kind: DocumentKind
    number: str
    line: str | None = None
    issued_on: dt.date | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a document.

    Attributes:
        number: As written.
        item: The item's code, in the first scheme given (GTIN, seller's, buyer's).
        description: Its name.
        quantity: In `unit`s; None where the source gives none.
        unit: Unit of measure as written (UN/ECE Rec 20 in UBL).
        unit_price: Exact, in major units of the currency.
        net_minor: Line amount without tax.
        tax_minor: Its tax.
        references: Orders, despatches, receipts that this very line speaks of.
    """

    number: str
    item: str | None = None
    description: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    unit_price: Decimal | None = None
    net_minor: int | None = None
    tax_minor: int | None = None
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A document of trade.

    Attributes:
        kind: What it is.
        number: The issuer's number (e-invoice number 发票号码; for older invoices code and number are both identity).
        code: Invoice code 发票代码, where the scheme has one.
        issued_on: Date of issue.
        seller, buyer: The parties.
        currency: ISO 4217, None where the document carries no money.
        net_minor, tax_minor, gross_minor: Totals; a red-letter credit note is negative as its source writes it.
        payable_minor: What the source says is left to pay, after prepayments and rounding.
        status: Valid or void.
        due_on: When it is to be paid.
        delivered_on: When the goods were sent or received.
        signer: Who vouches for it, when that is not its issuer (a goods receipt signed by the buyer or a keeper).
        references: Documents that the whole speaks of.
        lines: Its lines.
        provenance: Where it comes from.
        flags: Named oddities that the reader saw and did not repair, as `tax_sign`; each name once.
        places: (flag, locator): where in the file a flag was seen, the first places of each.
    """

    kind: DocumentKind
    number: str
    provenance: Provenance
    code: str | None = None
    issued_on: dt.date | None = None
    seller: Identity | None = None
    buyer: Identity | None = None
    currency: str | None = None
    net_minor: int | None = None
    tax_minor: int | None = None
    gross_minor: int | None = None
    payable_minor: int | None = None
    status: DocumentStatus = DocumentStatus.VALID
    due_on: dt.date | None = None
    delivered_on: dt.date | None = None
    signer: Identity | None = None
    references: tuple[Reference, ...] = ()
    lines: tuple[Line, ...] = ()
    flags: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class BankPart:
    """One of the payments that a bank booked together in one line.

    Attributes:
        amount_minor: Its amount, signed as the line's; None where the source gives none.
        currency: ISO 4217; empty where the source gives none.
        counterparty: The other side.
        remittance: What the payer wrote.
        reference: The payer's or bank's number of it.
    """

    amount_minor: int | None = None
    currency: str = ""
    counterparty: Identity | None = None
    remittance: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class BankLine:
    """A line of an account statement.

    Attributes:
        booked_on: Booking date; None where the source gives none (a pending entry, a bare notice).
        amount_minor: Positive when money came in, negative when it went out.
        currency: ISO 4217.
        value_on: Value date.
        traded_on: Day of the purchase or order, where a card statement gives it beside the booking date.
        booked_at: Local date and time, where the source gives it.
        counterparty: The other side.
        remittance: What the payer wrote.
        reference: The bank's or platform's own number of it; the same line again has the same.
        method: What paid for it (a bank card, the balance), where a payment company says so.
        balance_minor: Balance after it, where the source gives it.
        status: As the source means it; only `booked` lines move balances. `pending`, `failed`, `closed` (the order was
            called off), `refunded` (gave back what a closed order took), `neutral` (between the owner's own pots, the
            source gives no direction and the amount no sign), `information`.
        parts: The payments inside a collective booking, where the source gives more than one.
        flags: Named oddities that the reader saw and did not repair.
        reversal: The bank says that it takes an earlier entry back: a debit of money that it had credited.
        provenance: Where it comes from.
    """

    booked_on: dt.date | None
    amount_minor: int
    currency: str
    provenance: Provenance
    value_on: dt.date | None = None
    traded_on: dt.date | None = None
    booked_at: dt.datetime | None = None
    counterparty: Identity | None = None
    remittance: str = ""
    reference: str = ""
    method: str = ""
    balance_minor: int | None = None
    status: str = "booked"
    parts: tuple[BankPart, ...] = ()
    flags: tuple[str, ...] = ()
    reversal: bool = False


@dataclass(frozen=True, slots=True)
class BankStatement:
    """An account statement (camt.053, MT940, an export); intraday reports and single notices have no balances.

    Attributes:
        account: Whose account.
        number: The statement's own number.
        currency: ISO 4217.
        opening_minor, closing_minor: Booked balances; where both are given they must differ by the booked lines' sum,
            or the statement is refused whole.
        opened_on, closed_on: The days of those balances.
        lines: Its lines, in their order.
        flags: Named oddities that the reader saw and did not repair, as `no_closing_balance`.
        provenance: Where it comes from.
    """

    account: Identity
    provenance: Provenance
    number: str = ""
    currency: str = ""
    opening_minor: int | None = None
    closing_minor: int | None = None
    opened_on: dt.date | None = None
    closed_on: dt.date | None = None
    lines: tuple[BankLine, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GoodsEvent:
    """Something that happened to goods (EPCIS 2.0): what, when, where, why.

    Attributes:
        kind: `object`, `aggregation`, `transaction`, `transformation`, `association`.
        at: When it happened.
        action: `ADD`, `OBSERVE`, `DELETE`, or None for a transformation.
        step, disposition: Business step and state, without the vocabulary's prefix.
        place: Business location or read point.
        parent: What goods were put into, taken out of or fixed to.
        epcs: Serialised items; of an aggregation or association its children, of a transformation its inputs.
        quantities: (class, quantity, unit) of goods counted by class, likewise.
        outputs, output_quantities: What a transformation made of them.
        transformation: Joins the events of one transformation that took longer.
        documents: (type, number) of the business transactions that it belongs to.
        sources, destinations: (type, party or place).
        event_id: The event's own id; errors are declared by it. None also where its source gives several.
        names: The ids of an event to which its source gives several, in their order; such an event is flagged.
        declared_wrong_at: When its sender declared this very event an error; the event with its declaration comes again
            under the same id.
        error: The reason, as the sender words it.
        corrected_by: Ids of the events that stand in for it then.
        flags: Named oddities that the reader saw and did not repair, as `event_id_twice`.
        provenance: Where it comes from.
    """

    kind: str
    at: dt.datetime
    provenance: Provenance
    action: str | None = None
    step: str | None = None
    disposition: str | None = None
    place: str | None = None
    parent: str | None = None
    epcs: tuple[str, ...] = ()
    quantities: tuple[tuple[str, Decimal | None, str | None], ...] = ()
    outputs: tuple[str, ...] = ()
    output_quantities: tuple[tuple[str, Decimal | None, str | None], ...] = ()
    transformation: str | None = None
    documents: tuple[tuple[str, str], ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    destinations: tuple[tuple[str, str], ...] = ()
    event_id: str | None = None
    declared_wrong_at: dt.datetime | None = None
    error: str | None = None
    corrected_by: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


Record = Document | BankStatement | GoodsEvent
