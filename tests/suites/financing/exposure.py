"""An auditor of exposure: what deals use of each limit, found anew from their events, beside accounts and limits."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openscf.db import Context, Database, UnitOfWork
from openscf.financing.ids import LimitId, account_within

_EVENTS = """SELECT e.deal_id, e.outcome FROM financing.deal_event e JOIN financing.deal d ON d.id = e.deal_id
             WHERE e.version > 0 ORDER BY e.deal_id, e.version"""
_DEALS = """SELECT d.id, d.product, d.programme_id, jsonb_object_agg(p.role, p.party_id)
            FROM financing.deal d JOIN financing.deal_party p ON p.deal_id = d.id GROUP BY d.tenant_id, d.id"""
_NODES = """SELECT id, kind, owner_id, party_id, role, product, programme_id, amount_minor FROM financing.limit_node"""
_ACCOUNTS = "SELECT id, posted_minor, held_out_minor FROM ledger.account WHERE purpose LIKE 'limit_%%'"
_PARENTS = "SELECT owned_id, owner_id FROM parties.ownership WHERE controls"


@dataclass(frozen=True)
class Exposed:
    """What one deal uses and reserves, by its events."""

    used: int
    reserved: int


def exposed(outcomes: Iterator[dict[str, Any]]) -> Exposed:
    """Follow a deal's decisions: reserved, drawn, given back, over."""
    used = reserved = 0
    for outcome in outcomes:
        reserved += _minor(outcome["reserve"])
        if outcome["commit"]:
            used, reserved = used + reserved, 0
        used -= _minor(outcome["release"])
        if outcome["ends"]:
            reserved = 0
    return Exposed(used, reserved)


def breaches(database: Database, context: Context) -> list[str]:
    """What is wrong with the limits in one snapshot; empty when events, accounts and limits agree."""
    with database.reading(context) as work:
        return list(_breaches(work))


def _breaches(work: UnitOfWork) -> Iterator[str]:
    events: dict[Any, list[dict[str, Any]]] = {}
    for deal, outcome in work.execute(_EVENTS).fetchall():
        events.setdefault(deal, []).append(json.loads(outcome))
    used: Counter[Any] = Counter()
    reserved: Counter[Any] = Counter()
    nodes = work.execute(_NODES).fetchall()
    above = dict(work.execute(_PARENTS).fetchall())
    for deal, product, programme, roles in work.execute(_DEALS).fetchall():
        one = exposed(iter(events.get(deal, [])))
        for node in nodes:
            if _bounds(node, product, programme, roles=roles, above=above):
                used[node[0]] += one.used
                reserved[node[0]] += one.reserved
    accounts = {row[0].int: row[1:] for row in work.execute(_ACCOUNTS).fetchall()}
    for node in nodes:
        yield from _wrong(node, used[node[0]], reserved[node[0]], accounts=accounts)


def _bounds(
    node: tuple[Any, ...], product: str, programme: Any, *, roles: dict[str, str], above: dict[Any, Any]
) -> bool:
    _, kind, owner, party, role, of_product, of_programme, _ = node
    if kind == "platform":
        return True
    if str(owner) != roles["funder"]:
        return False
    carrying = {name: roles[name] for name in ("obligor", "client")}
    named = {enterprise for name, enterprise in carrying.items() if role in ("", name)}
    tops = {str(_top(enterprise, above)) for enterprise in named}
    return {
        "funder": True,
        "contract": of_programme == programme,
        "product": of_product == product,
        "group": str(party) in tops,
        "counterparty": str(party) in named,
    }[kind]


def _top(enterprise: str, above: dict[Any, Any]) -> str:
    found = {str(owned): str(owner) for owned, owner in above.items()}
    while enterprise in found:
        enterprise = found[enterprise]
    return enterprise


def _wrong(node: tuple[Any, ...], used: int, reserved: int, *, accounts: dict[int, tuple[int, int]]) -> Iterator[str]:
    limit, kind, amount = LimitId.of(node[0]), node[1], node[7]
    headroom, in_use = (accounts[account_within(limit, name).int] for name in ("headroom", "used"))
    if used + reserved > amount:
        yield f"{kind}: {used} used and {reserved} reserved of {amount}"
    if (in_use[0], headroom[1]) != (used, reserved):
        yield f"{kind}: the accounts say {in_use[0]} and {headroom[1]}, the events {used} and {reserved}"
    if headroom[0] + used != amount:
        yield f"{kind}: headroom {headroom[0]} and use {used} are not {amount}"


def _minor(money: dict[str, Any] | str) -> int:
    text = money["amount"] if isinstance(money, dict) else money
    whole, _, part = str(text).partition(".")
    return int(whole) * 100 + int((part or "0").ljust(2, "0"))
