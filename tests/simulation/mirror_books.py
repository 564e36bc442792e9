"""Both worlds compared as they stand: events, states, books, pools, and the balance of every account."""

import json
from collections.abc import Iterator
from typing import Any, Final

from openscf.financing import PRODUCTS, DealId, account_within, deal_events, found_deal, voucher_desk, write
from openscf.financing.bases.claim import accounts
from openscf.financing.store import pools
from openscf.kernel.canonical import canonical_json
from openscf.kernel.ids import AccountId
from openscf.ledger import standing_account
from tests.simulation.mirror import MirroredHouse
from tests.unit.financing.floor import SYSTEM

OWN: Final = tuple(
    sorted({one.name for product in PRODUCTS for one in product.accounts}
           | {accounts.PIECE, accounts.ISSUED, accounts.ESCROW, "granted", "headroom", "used"})
)  # fmt: skip
"""Names of accounts of deals, pieces and limits."""
STANDING: Final = tuple(sorted({one.purpose for product in PRODUCTS for one in product.accounts}))
"""What a party's accounts are for."""
FROM_OUTSIDE: Final = ("world", "outside")
"""Where money comes from; each world has its own, since the twin brings it party by party."""
_ACCOUNTS = "SELECT id, purpose, posted_minor, held_out_minor, held_in_minor FROM ledger.account"


def differences(house: MirroredHouse) -> list[str]:
    """Everything in which the worlds differ."""
    return [*_deals(house), *_vouchers(house), *_accounts(house)]


def _deals(house: MirroredHouse) -> Iterator[str]:
    happened: dict[DealId, list[str]] = {one: [] for one in house.book.deals}
    for decision in house.book.decisions:
        amounts = {name: amount.as_json() for name, amount in decision.amounts.items()}
        happened[decision.deal.id].append(canonical_json([decision.event, decision.deal.state, amounts]).decode())
    for mine, deal in house.book.deals.items():
        kept, events, items = house.floor.run(SYSTEM, _kept, house.twins[mine])
        if (deal.state, _text(house, deal.book)) != (kept.state, _text(house, kept.book)):
            yield f"{deal.product} is {deal.state} {_text(house, deal.book)} and {kept.state} {_text(house, kept.book)}"
        if happened[mine] != events:
            yield f"{deal.product}: {happened[mine]} and {events}"
        known = house.book.pools.get(mine, ())
        if [write(one) for one in known] != [write(one) for one in items]:
            yield f"a pool of {known} and {items}"


def _kept(work: Any, twin: DealId) -> tuple[Any, list[str], Any]:
    deal = found_deal(work, twin).deal
    rows = [json.loads(row.outcome) for row in deal_events(work, twin)[1:]]
    events = [canonical_json([row["event"], row["state"], row["amounts"]]).decode() for row in rows]
    return deal, events, pools.items(work, twin) if deal.product == "receivables_pool" else ()


def _text(house: MirroredHouse, book: Any) -> str:
    """A book as text, with the names that PostgreSQL gives to enterprises."""
    text = canonical_json(write(book)).decode()
    for mine, theirs in house.parties.items():
        text = text.replace(str(mine), str(theirs))
    return text


def _vouchers(house: MirroredHouse) -> Iterator[str]:
    book, happened = house.vouchers, dict[Any, list[str]]()
    for one, row in book.history:
        happened.setdefault(house.twins[one], []).append(f"{row.event} {row.target}")
    for mine, claim in book.claims.items():
        twin = house.twins[mine]
        known, leaves, events = house.floor.run(
            SYSTEM, lambda work, one: (voucher_desk.found_voucher(work, one).deal, voucher_desk.pieces_of(work, one),
                                       voucher_desk.voucher_events(work, one)), twin
        )  # fmt: skip
        pieces = {one.piece.id: (one.piece.deal.state, write(one.piece.book)) for one in leaves}
        theirs = (known.state, write(known.book), pieces)
        ours = {
            house.twins[one]: (book.pieces[one].deal.state, write(book.pieces[one].book)) for one in book.trees[mine]
        }
        if (claim.state, write(claim.book), ours) != theirs:
            yield f"a voucher is {(claim.state, write(claim.book), ours)} and {theirs}"
        rows = dict[Any, list[str]]()
        for event in events:
            rows.setdefault(event.subject, []).append(f"{event.event} {event.state_to}")
        yield from (f"{one}: {happened.get(one)} and {rows[one]}" for one in rows if rows[one] != happened.get(one))


def _accounts(house: MirroredHouse) -> Iterator[str]:
    """Every account of one world is there in the other, with the same balance and the same holds."""
    rows = house.floor.run(SYSTEM, lambda work: work.execute(_ACCOUNTS).fetchall())
    theirs = {AccountId.of(row[0]): (row[1], tuple(row[2:])) for row in rows}
    called, seen = dict(_called(house)), set[Any]()
    for account in house.book.ledger.accounts.values():
        if account.purpose in FROM_OUTSIDE:
            continue
        ours = account.posted_minor, account.held_out_minor, account.held_in_minor
        twin = called.get(account.id)
        seen.add(twin)
        purpose, found = theirs.get(twin, (account.purpose, (0, 0, 0))) if twin is not None else ("unknown", ())
        if (account.purpose, ours) != (purpose, found):
            yield f"{account.purpose} {account.id} has {ours}, and {purpose} {twin} has {found}"
    for identity, (purpose, found) in theirs.items():
        if identity not in seen and purpose not in FROM_OUTSIDE and any(found):
            yield f"{purpose} {identity} has {found} on PostgreSQL alone"


def _called(house: MirroredHouse) -> Iterator[tuple[AccountId, AccountId]]:
    """Accounts in memory, and what they are called on PostgreSQL: their ids follow from whose they are."""
    for mine, theirs in (*house.twins.items(), *house.limits.items()):
        yield from ((account_within(mine, name), account_within(theirs, name)) for name in OWN)
    for mine, theirs in house.parties.items():
        for purpose in STANDING:
            pair = (standing_account(one, "CNY", purpose).id for one in (mine, theirs))
            yield next(pair), next(pair)
