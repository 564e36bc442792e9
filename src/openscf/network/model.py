"""What the network says: snapshots, edges, and what is measured on them. Frozen types, no behaviour of their own."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from openscf.kernel.ids import PartyId, TenantId


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A table of a snapshot, as its manifest describes it.

    Attributes:
        rows: How many.
        content: SHA-256 of the rows as the database gave them; equal content has equal hashes.
        sha256: Of the Parquet file.
        size_bytes: Of the Parquet file.
    """

    rows: int
    content: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot is.

    Attributes:
        format: Of its tables (`tables.FORMAT`).
        tenant: Whose book.
        member: On whose behalf it was read; None: the house's, with all that the tenant has.
        version: Hash of all tables' content, so equal books have equal versions.
        taken_at: The instant that it shows: one transaction's.
        tables: By name.
    """

    format: int
    tenant: TenantId
    member: PartyId | None
    version: str
    taken_at: dt.datetime
    tables: Mapping[str, TableEntry]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot in a folder; `path` is where a table lies."""

    folder: Path
    manifest: Manifest

    def path(self, table: str) -> Path:
        """The Parquet file of a table."""
        return self.folder / f"{table}.parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """What one firm sold to another in one currency.

    Attributes:
        seller, buyer: Node keys.
        currency: ISO 4217.
        documents: Counted documents, red letters among them.
        red_letters: Those that take something back.
        gross_minor: With tax, what is left after the red letters.
        red_minor: What they took back; at most 0.
        first_on, last_on: Days of the first and the last document.
        months: Calendar months in which any was issued.
    """

    seller: str
    buyer: str
    currency: str
    documents: int
    red_letters: int
    gross_minor: int
    red_minor: int
    first_on: dt.date | None
    last_on: dt.date | None
    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Concentration:
    """How much of a firm's sales or purchases hangs on few others, in one currency.

    Attributes:
        firm: Node key.
        side: `sales` (others are customers) or `purchases` (others are suppliers).
        counterparties: How many others, those with nothing left after red letters among them.
        with_share: Those with something left; the shares are theirs.
        gross_minor: After red letters.
        positive_minor: What the shares are shares of.
        hhi: Herfindahl-Hirschman index, 0 (many small) to 10,000 (one alone); None where nothing is left.
        top_bps: Share of the largest n others, by n, in hundredths of a per cent.
    """

    firm: str
    side: str
    currency: str
    counterparties: int
    with_share: int
    documents: int
    gross_minor: int
    positive_minor: int
    hhi: int | None
    top_bps: Mapping[int, int]
    first_on: dt.date | None
    last_on: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterparty:
    """One of a firm's others, and how long it has been one.

    Attributes:
        other: Node key.
        name: As `party.name` of the snapshot.
        side: `sales` (the firm sold to it) or `purchases`.
        share_bps: Of the firm's trade on this side and currency, in hundredths of a per cent; None if nothing is left.
        tenure_days: From the first document to the last, both days counted; None without days.
        months: Calendar months with a document.
        idle_days: From the last document to the day that was asked for; None without days.
    """

    other: str
    name: str | None
    side: str
    currency: str
    documents: int
    red_letters: int
    gross_minor: int
    red_minor: int
    share_bps: int | None
    first_on: dt.date | None
    last_on: dt.date | None
    tenure_days: int | None
    idle_days: int | None
    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Centrality:
    """How central a firm is, in one currency.

    Attributes:
        node: Node key.
        customers, suppliers: To how many it sells, and from how many it buys.
        sold_minor, bought_minor: On edges with something left after red letters.
        pagerank: Of the goods' way, from seller to buyer, weighted by amount: high where much trade ends. The sum over
            all firms is 1. A score and no money.
    """

    node: str
    currency: str
    customers: int
    suppliers: int
    sold_minor: int
    bought_minor: int
    pagerank: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """A cycle of trade: each firm sold to the next, and the last to the first.

    Attributes:
        nodes: In the direction of the goods, the smallest key first.
        amounts_minor: What each sold to the next.
        ring_minor: The smallest of them: what may have gone round.
        currency: ISO 4217.
        first_on, last_on: Over all its edges.
        without_goods: On how many of its edges no document says that goods moved.
    """

    nodes: tuple[str, ...]
    amounts_minor: tuple[int, ...]
    ring_minor: int
    currency: str
    first_on: dt.date | None
    last_on: dt.date | None
    without_goods: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rings:
    """The cycles that were looked for.

    Attributes:
        knots: Sets of firms each of which reaches each other (strongly connected components of two and more).
        rings: Cycles of at most the length asked for, the largest amount first.
        complete: Whether these are all; False when there were more than asked for, and a larger one may be missing.
    """

    knots: tuple[tuple[str, ...], ...]
    rings: tuple[Ring, ...]
    complete: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedWith:
    """Another firm with the same customers or suppliers.

    Attributes:
        firm: Node key of the other firm.
        side: `sales`: both sell to them; `purchases`: both buy from them.
        common: How many they share.
        documents, with_documents: The asking firm's and the other's documents with those.
    """

    firm: str
    name: str | None
    side: str
    common: int
    documents: int
    with_documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencySummary:
    """The network in one currency.

    Attributes:
        edges: Pairs of seller and buyer.
        gross_minor: After red letters.
        red_minor: What they took back; at most 0.
    """

    currency: str
    edges: int
    sellers: int
    buyers: int
    documents: int
    gross_minor: int
    red_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The network at a glance.

    Attributes:
        documents: Counted documents of the window; each of the next three is on no edge.
        void: Called void by their issuers.
        nameless: Valid ones that name only one firm.
        amountless: Valid ones between two firms without an amount.
        copies: How often documents were met again in the same words.
        contradicted: Documents of which something else was said as well.
        witnessed: Documents that more than one source told of.
        firms: Firms on edges.
        known_firms: Of all firms on any document, those that are enterprises of the platform.
        first_on, last_on: Days of the first and last document.
        currencies: The most documents first.
    """

    documents: int
    void: int
    nameless: int
    amountless: int
    copies: int
    contradicted: int
    witnessed: int
    firms: int
    known_firms: int
    first_on: dt.date | None
    last_on: dt.date | None
    currencies: tuple[CurrencySummary, ...]
