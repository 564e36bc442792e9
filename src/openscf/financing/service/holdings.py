"""Where the money of a funder lies, and what was decided about its financings."""

import datetime as dt
from dataclasses import dataclass

from openscf.db import UnitOfWork
from openscf.financing.bases.claim.accounts import piece_account
from openscf.financing.ids import DealId, PieceId
from openscf.financing.registry import PRODUCTS
from openscf.financing.rules.holdings import BOUNDS, Holding, bucket_of
from openscf.financing.store import portfolio, standings
from openscf.financing.store.deals import EVENT_COLUMNS, EventRow
from openscf.kernel.ids import PartyId
from openscf.kernel.money import Money, currency
from openscf.ledger import Ledger


@dataclass(frozen=True, slots=True)
class DecidedEvent:
    """A decision of a deal, with the deal it is of.

    Attributes:
        row: As it was kept, with the facts that it knew.
    """

    deal: DealId
    product: str
    row: EventRow


def holdings_of(work: UnitOfWork, funder: PartyId | None, *, on: dt.date) -> list[Holding]:
    """What is lent and not repaid, by product, debtor and distance from the due day; None: by all funders.

    A piece of a voucher that a funder bought is a holding of its own, at what its account has left of it. The voucher
    itself is nobody's: a funder that granted its limit has lent nothing by that.
    """
    roles = {name: product.limits_on for name, product in ((one, PRODUCTS.get(one)) for one in PRODUCTS.names())}
    found = []
    for code, product, debtor, place, count, principal, provision in portfolio.held(
        work, funder, on, roles=roles, bounds=BOUNDS
    ):
        unit = currency(code)
        found.append(
            Holding(product=product, debtor=None if debtor is None else PartyId.of(debtor), bucket=bucket_of(place),
                    count=count, principal=Money(principal, unit), provision=Money(provision, unit))
        )  # fmt: skip
    return found + _bought(work, funder, on=on)


def _bought(work: UnitOfWork, funder: PartyId | None, *, on: dt.date) -> list[Holding]:
    """Pieces that are alike together; a piece runs no interest of its own."""
    pieces = portfolio.bought(work, funder, on, bounds=BOUNDS)
    left = Ledger(work).balances(piece_account(piece) for piece, *_ in pieces) if pieces else {}
    provided = standings.provisions_of_pieces(work, [piece for piece, *_ in pieces]) if pieces else {}
    alike: dict[tuple[str, str, PartyId, int], list[PieceId]] = {}
    for piece, code, product, obligor, place in pieces:
        alike.setdefault((code, product, obligor, place), []).append(piece)
    return [
        Holding(product=product, debtor=obligor, bucket=bucket_of(place), count=len(found),
                principal=Money(sum(left.get(piece_account(one), 0) for one in found), currency(code)),
                provision=Money(sum(provided.get(one, 0) for one in found), currency(code)))
        for (code, product, obligor, place), found in alike.items()
    ]  # fmt: skip


def decisions_of(
    work: UnitOfWork, funder: PartyId | None, *, product: str | None = None, event: str | None = None,
    before: tuple[dt.date, dt.datetime, DealId, int] | None = None, most: int,
) -> list[DecidedEvent]:  # fmt: skip
    """What was decided about a funder's financings, the newest first; what a deal was opened with is no decision."""
    rows = portfolio.decided(work, funder, product=product, event=event, before=before, most=most)
    return [
        DecidedEvent(DealId.of(deal), code, EventRow(**dict(zip(EVENT_COLUMNS, rest, strict=True))))
        for deal, code, *rest in rows
    ]
