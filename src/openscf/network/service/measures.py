"""Questions about a snapshot, each answered by one expression on an engine and the pure rules.

All take the engine and the snapshot first. Answers are in a fixed order, so that equal snapshots give equal answers.
"""

import datetime as dt
from collections.abc import Iterable
from operator import attrgetter
from typing import Any, Final

import ibis
from ibis.expr.types import Table

from openscf.network import expressions as ex
from openscf.network import graph, rules
from openscf.network.engines import Engine
from openscf.network.expressions import ALWAYS, Window
from openscf.network.model import (
    Centrality,
    Concentration,
    Counterparty,
    CurrencySummary,
    Edge,
    Rings,
    SharedWith,
    Snapshot,
    Summary,
)

LONGEST_RING: Final = 6
MOST_RINGS: Final = 1_000
BUSIEST: Final = 100
_NAMED_IN_REFUSAL = 5


def summary(engine: Engine, snapshot: Snapshot, window: Window = ALWAYS) -> Summary:
    """The network at a glance."""
    invoice = ex.within(engine.table(snapshot, "invoice"), window)
    party, edge = engine.table(snapshot, "party"), ex.edges(invoice)
    (found,) = _rows(engine, ex.overview(invoice))
    currencies = [CurrencySummary(**row) for row in _rows(engine, ex.by_currency(edge))]
    (firms,) = _rows(engine, ex.firms(edge).aggregate(firms=ibis._.count()))
    (known,) = _rows(engine, party.aggregate(known_firms=party.count(where=party.party_id.notnull())))
    ordered = sorted(currencies, key=lambda one: (-one.documents, one.currency))
    return Summary(**found, **firms, **known, currencies=tuple(ordered))


def firm_named(engine: Engine, snapshot: Snapshot, text: str) -> str:
    """The node key of the firm that somebody means: by key, `pty_…`, any of its codes, or its whole name.

    Raises:
        Refusal: `firm_not_in_network`, or `firm_ambiguous` where a name or code is that of several.
    """
    party = engine.table(snapshot, "party")
    said = text.strip()
    exact = _nodes(engine, party.filter((party.node == said) | (party.party_id == said) | party.codes.contains(said)))
    found = exact or _nodes(engine, party.filter((party.name == said) | _has_code(party, said)))
    if not found:
        raise rules.FIRM_NOT_IN_NETWORK(firm=said[:80])
    if len(found) > 1:
        some = ", ".join(found[:_NAMED_IN_REFUSAL])
        raise rules.FIRM_AMBIGUOUS(firm=said[:80], count=len(found), some=some)
    return found[0]


def edges(engine: Engine, snapshot: Snapshot, window: Window = ALWAYS) -> list[Edge]:
    """Who sold to whom, how much, since when; by seller, buyer and currency."""
    found = ex.edges(ex.within(engine.table(snapshot, "invoice"), window))
    return sorted(_edges(engine, found), key=attrgetter("seller", "buyer", "currency"))


def concentrations(
    engine: Engine, snapshot: Snapshot, window: Window = ALWAYS, *, firm: str | None = None
) -> list[Concentration]:
    """How much of each firm's trade (or of one's) hangs on few; by firm, side and currency."""
    side = _sides(engine, snapshot, window, firm=firm)
    found = [rules.concentration(row) for row in _rows(engine, ex.concentrations(side))]
    return sorted(found, key=attrgetter("firm", "side", "currency"))


def counterparties(
    engine: Engine, snapshot: Snapshot, firm: str, *, on: dt.date, window: Window = ALWAYS
) -> list[Counterparty]:
    """A firm's customers and suppliers, the largest of each side and currency first.

    Args:
        engine: Evaluates.
        snapshot: What is looked at.
        firm: Its node key.
        on: The day from which idle days are counted back.
        window: Which documents.
    """
    side = _sides(engine, snapshot, window, firm=firm)
    party = engine.table(snapshot, "party")
    rows = _rows(engine, side.left_join(party, side.other == party.node).select(side, party.name))
    whole: dict[tuple[str, str], int] = {}
    for row in rows:
        place = row["side"], row["currency"]
        whole[place] = whole.get(place, 0) + max(0, row["gross_minor"])
    found = [_counterparty(row, whole[row["side"], row["currency"]], on) for row in rows]
    return sorted(found, key=lambda one: (one.side == "purchases", one.currency, -one.gross_minor, one.other))


def centralities(engine: Engine, snapshot: Snapshot, window: Window = ALWAYS) -> list[Centrality]:
    """How central each firm is, the most central first; of the currency with the most documents if none is chosen."""
    return graph.centralities(graph.network_of(_of_one_currency(engine, snapshot, window)))


def trade_rings(
    engine: Engine, snapshot: Snapshot, window: Window = ALWAYS, *, longest: int = LONGEST_RING,
    most: int = MOST_RINGS, least_minor: int = 1,
) -> Rings:  # fmt: skip
    """Cycles of trade, the largest first; of the currency with the most documents if none is chosen.

    Args:
        engine: Evaluates.
        snapshot: What is looked at.
        window: Which documents.
        longest: At most so many firms in a ring.
        most: At most so many rings; `Rings.complete` says whether these were all.
        least_minor: Pairs with less trade than this are left aside.
    """
    network = graph.network_of(_of_one_currency(engine, snapshot, window))
    goods = ex.moved(ex.within(engine.table(snapshot, "goods"), Window(since=window.since, until=window.until)))
    moved = {(row["seller"], row["buyer"]) for row in _rows(engine, goods)}
    return graph.rings(network, longest=longest, most=most, moved=moved, least_minor=least_minor)


def shared_counterparties(
    engine: Engine, snapshot: Snapshot, firm: str, *, window: Window = ALWAYS, busiest: int = BUSIEST
) -> list[SharedWith]:
    """Other firms with the same customers or suppliers as this one, the most shared first.

    Args:
        engine: Evaluates.
        snapshot: What is looked at.
        firm: Its node key.
        window: Which documents.
        busiest: Counterparties with more firms than this say nothing and are left aside.
    """
    side = _sides(engine, snapshot, window)
    own = side.filter(side.firm == firm)
    near = side.semi_join(own.select("side", "other").distinct(), ["side", "other"])
    pair = ex.shared(near, busiest=busiest)
    party = engine.table(snapshot, "party")
    one = pair.filter(pair.firm == firm).select("side", "common", "documents", "with_documents", other="with_firm")
    two = pair.filter(pair.with_firm == firm).select(
        "side", "common", documents="with_documents", with_documents="documents", other="firm"
    )
    both = one.select(*_SHARED).union(two.select(*_SHARED))
    rows = _rows(engine, both.left_join(party, both.other == party.node).select(both, party.name))
    found = [SharedWith(firm=row.pop("other"), **row) for row in rows]
    return sorted(found, key=lambda each: (-each.common, each.firm, each.side))


_SHARED: Final = ("other", "side", "common", "documents", "with_documents")


def _sides(engine: Engine, snapshot: Snapshot, window: Window, *, firm: str | None = None) -> Table:
    invoice = ex.within(engine.table(snapshot, "invoice"), window)
    if firm is not None:
        invoice = invoice.filter((invoice.seller == firm) | (invoice.buyer == firm))
    side = ex.sides(ex.edges(invoice))
    return side if firm is None else side.filter(side.firm == firm)


def _of_one_currency(engine: Engine, snapshot: Snapshot, window: Window) -> list[Edge]:
    invoice = ex.within(engine.table(snapshot, "invoice"), window)
    edge = ex.edges(invoice)
    if window.currency is None:
        counted = _rows(engine, edge.group_by("currency").aggregate(documents=edge.documents.sum()))
        chosen = min(counted, key=lambda row: (-row["documents"], row["currency"]), default={"currency": ""})
        edge = edge.filter(edge.currency == chosen["currency"])
    return _edges(engine, edge)


def _counterparty(row: dict[str, Any], whole: int, on: dt.date) -> Counterparty:
    copied = (
        "other", "name", "side", "currency", "documents", "red_letters", "gross_minor", "red_minor", "first_on",
        "last_on", "months",
    )  # fmt: skip
    return Counterparty(
        **{name: row[name] for name in copied},
        share_bps=rules.bps(max(0, row["gross_minor"]), whole),
        tenure_days=rules.tenure_days(row["first_on"], row["last_on"]),
        idle_days=rules.idle_days(row["last_on"], on),
    )


def _has_code(party: Table, said: str) -> Any:
    coded = [party.codes.contains(f"{scheme}:{said}") for scheme in ("tax", "lei", "gln", "duns")]
    whole = coded[0]
    for one in coded[1:]:
        whole = whole | one
    return whole | party.node.endswith(f"/{said}")


def _nodes(engine: Engine, party: Table) -> list[str]:
    return sorted(row["node"] for row in _rows(engine, party.select("node")))


def _edges(engine: Engine, edge: Table) -> list[Edge]:
    return [Edge(**row) for row in _rows(engine, edge)]


def _rows(engine: Engine, expression: Table) -> list[dict[str, Any]]:
    found: Iterable[dict[str, Any]] = engine.rows(expression).to_pylist()
    return list(found)
