"""Limits in a unit of work. What moves headroom comes back as transfers, for the caller to post with its own."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openscf import parties
from openscf.db import UnitOfWork
from openscf.financing.ids import DealId, LimitId, ProgrammeId
from openscf.financing.limits import rules
from openscf.financing.limits.model import Exposure, LimitKind, LimitNode, LimitUse, NewLimit
from openscf.financing.store import limits as store
from openscf.kernel.ids import PartyId, TransferId
from openscf.kernel.money import Money, parse_money
from openscf.ledger import Ledger, Maker, Transfer, Unit, UnitKind
from openscf.parties import ApprovalKind, ApprovalRequest

LIMIT_CHANGE = "limit_change"


@dataclass(frozen=True, slots=True)
class Usage:
    """A limit and how much of it is taken: amount = used + reserved + available, less what a cut asks back."""

    limit: LimitNode
    used: Money
    reserved: Money
    available: Money


def request_limit(work: UnitOfWork, new: NewLimit) -> ApprovalRequest:
    """Ask for a limit; it is in force once a second person of its owner has approved that very payload.

    Raises:
        Refusal: What `parties.request_approval` refuses; `party_not_found`, `limit_not_yours`.
    """
    _check_owner(work, new, new.owner)
    if new.party is not None:
        parties.find_party(work, new.party)
    return parties.request_approval(work, LIMIT_CHANGE, new.owner, payload=_record(new))


def set_limit(work: UnitOfWork, new: NewLimit) -> LimitNode:
    """Put a limit in force, or give it another amount. The caller has made sure that two persons want it.

    A cut below what is in use takes the free headroom at once and the rest from later releases.
    """
    fresh = LimitNode(id=work.ids.new(LimitId), **{f.name: getattr(new, f.name) for f in dataclasses.fields(NewLimit)})
    ledger = Ledger(work)
    known = store.same(work, fresh)
    if known is None:
        ledger.define_unit(Unit(fresh.unit, UnitKind.LIMIT, fresh.amount.currency.exponent))
        ledger.open_accounts(rules.accounts_of(fresh))
        known = dataclasses.replace(fresh, amount=Money.zero(fresh.amount.currency))
        store.insert(work, known)
    available = ledger.account(known.headroom).available_minor or 0
    change, excess = rules.resized(known, new.amount.minor, available_minor=available)
    node = dataclasses.replace(known, amount=new.amount, valid_until=new.valid_until, excess_minor=excess)
    store.update(work, node)
    if change:
        sides = (node.granted, node.headroom) if change > 0 else (node.headroom, node.granted)
        maker = Maker(parties.business_date(work.at), "limits.set", node.id)
        ledger.post(maker.transfer(work.ids.new(TransferId), debit=sides[0], credit=sides[1], amount_minor=abs(change)))
    work.audit("financing.set_limit", str(node.id), {**_record(node), "excess_minor": excess})
    return node


def same_limit(work: UnitOfWork, new: NewLimit) -> LimitNode | None:
    """The limit in force that bounds the same thing, locked until the transaction ends; None if there is none yet."""
    named = {field.name: getattr(new, field.name) for field in dataclasses.fields(NewLimit)}
    return store.same(work, LimitNode(id=work.ids.new(LimitId), **named))


def matching(work: UnitOfWork, exposure: Exposure) -> list[LimitNode]:
    """The nodes that an exposure touches.

    Raises:
        Refusal: `no_limit`, `limit_expired`.
    """
    named = _named_in(exposure)
    fact = ("limits.candidates", exposure.funder, named)
    return _touched(work.shared(fact, lambda: store.candidates(work, exposure.funder, named)), exposure)


def _named_in(exposure: Exposure) -> frozenset[PartyId]:
    return frozenset((*exposure.parties.values(), *exposure.groups.values()))


def _touched(candidates: Sequence[LimitNode], exposure: Exposure) -> list[LimitNode]:
    nodes = [node for node in candidates if rules.touches(node, exposure)]
    rules.check_covered(nodes, exposure)
    return nodes


def reserve(work: UnitOfWork, exposure: Exposure, maker: Maker) -> list[Transfer]:
    """Set headroom aside on every node; two requests in flight can never share it.

    Returns:
        The holds, to be posted in this transaction.

    Raises:
        Refusal: `no_limit`, `limit_expired`.
    """
    nodes = matching(work, exposure)
    holds = rules.reserving(nodes, exposure.amount.minor, maker=maker, ids=work.ids)
    store.use(
        work,
        exposure.deal,
        [LimitUse(node, hold.id, exposure.amount.minor, 0) for node, hold in zip(nodes, holds, strict=True)],
    )
    return holds


def take(work: UnitOfWork, exposure: Exposure, maker: Maker) -> list[Transfer]:
    """Put headroom on every node in use at once, beside what the deal uses already.

    Returns:
        The transfers, to be posted in this transaction.

    Raises:
        Refusal: `no_limit`, `limit_expired`.
    """
    if store.is_unused(work, exposure.deal):
        before, nodes = list[LimitUse](), matching(work, exposure)
    else:
        candidates, before = store.at_hand(work, exposure.deal, exposure.funder, parties=_named_in(exposure))
        nodes = _touched(candidates, exposure)
    made, uses = rules.taking(nodes, before, exposure.amount.minor, maker=maker, ids=work.ids)
    store.use(work, exposure.deal, uses)
    return made


def commit(work: UnitOfWork, deal: DealId, maker: Maker) -> list[Transfer]:
    """What the deal reserved is in use from now on.

    Raises:
        Refusal: `limit_expired`: what was reserved in time is drawn on too late.
    """
    uses = store.uses(work, deal)
    rules.check_in_time((use.node for use in uses if use.hold is not None), maker.value_on)
    made = rules.committing(uses, maker=maker, ids=work.ids)
    store.use(work, deal, [LimitUse(use.node, None, 0, use.used_minor + use.reserved_minor) for use in uses])
    return made


def void(work: UnitOfWork, deal: DealId, maker: Maker) -> list[Transfer]:
    """What the deal only reserved goes back."""
    uses = [use for use in store.uses(work, deal) if use.hold is not None]
    store.use(work, deal, [LimitUse(use.node, None, 0, use.used_minor) for use in uses])
    return rules.voiding(uses, maker=maker, ids=work.ids)


def release(work: UnitOfWork, deal: DealId, amount: Money, *, maker: Maker) -> list[Transfer]:
    """So much of what the deal uses is free again."""
    uses = [use for use in store.uses(work, deal) if use.used_minor]
    store.use(
        work,
        deal,
        [
            LimitUse(use.node, use.hold, use.reserved_minor, use.used_minor - rules.released(use, amount.minor))
            for use in uses
        ],
    )
    kept = [
        (use.node.id, min(use.node.excess_minor, rules.released(use, amount.minor)))
        for use in uses
        if use.node.excess_minor
    ]
    store.keep_excess(work, kept)
    return rules.releasing(uses, amount.minor, maker=maker, ids=work.ids)


def exposures(work: UnitOfWork, deal: DealId) -> list[LimitUse]:
    """What a deal uses of which limits."""
    return store.uses(work, deal)


def found_limit(work: UnitOfWork, limit: LimitId) -> LimitNode:
    """A limit by its id.

    Raises:
        Refusal: `limit_not_found`.
    """
    found = store.get(work, limit)
    if found is None:
        raise rules.LIMIT_NOT_FOUND(limit=str(limit))
    return found


def limits_of(work: UnitOfWork, *, owner: PartyId | None = None, party: PartyId | None = None) -> list[LimitNode]:
    """Limits of an owner, about an enterprise, or all; root first."""
    return store.listed(work, owner, party)


def usage(work: UnitOfWork, node: LimitNode) -> Usage:
    """How much of a limit is taken."""
    ledger = Ledger(work)
    headroom, used = ledger.account(node.headroom), ledger.account(node.used)
    unit = node.amount.currency
    amounts = used.posted_minor, headroom.held_out_minor, headroom.available_minor or 0
    return Usage(node, *(Money(amount, unit) for amount in amounts))


def explained(
    work: UnitOfWork, nodes: Sequence[LimitNode], account: str, *, amounts: Mapping[str, str]
) -> Exception | None:
    """The refusal that speaks of a limit, if the account that refused is a node's headroom."""
    for node in nodes:
        if str(node.headroom) == account:
            shown: dict[str, Any] = {name: text.replace("LIMIT.", "") for name, text in amounts.items()}
            return rules.LIMIT_EXCEEDED(**rules.named(node.kind), name=_named(work, node), **shown)
    return None


def _named(work: UnitOfWork, node: LimitNode) -> str:
    """Whom or what a limit bounds, for people."""
    party = node.party or (None if node.product else node.owner)
    return str(node.product) if party is None else parties.find_party(work, party).name


def _record(new: NewLimit) -> dict[str, Any]:
    return {
        "kind": new.kind, "owner": new.owner, "amount": new.amount, "party": new.party, "role": new.role,
        "product": new.product, "programme": new.programme, "valid_until": new.valid_until,
    }  # fmt: skip


def limit_of_record(record: Mapping[str, Any]) -> NewLimit:
    """The limit that an approved payload speaks of."""
    party, programme, until = record["party"], record["programme"], record["valid_until"]
    return NewLimit(
        kind=LimitKind(record["kind"]), owner=PartyId.parse(record["owner"]), amount=parse_money(record["amount"]),
        party=None if party is None else PartyId.parse(party), role=record["role"], product=record["product"],
        programme=None if programme is None else ProgrammeId.parse(programme),
        valid_until=None if until is None else dt.date.fromisoformat(until),
    )  # fmt: skip


def _approved(work: UnitOfWork, request: ApprovalRequest) -> None:
    new = limit_of_record(request.payload)
    _check_owner(work, new, request.party)
    set_limit(work, new)


def _check_owner(work: UnitOfWork, new: NewLimit, party: PartyId) -> None:
    house = new.kind is not LimitKind.PLATFORM or party in parties.operators_of(work)
    if new.owner != party or not house:
        raise rules.LIMIT_NOT_YOURS(**rules.named(new.kind), party=str(party), owner=str(new.owner))


parties.KINDS.add(ApprovalKind(name=LIMIT_CHANGE, effect=_approved), origin=__name__)
