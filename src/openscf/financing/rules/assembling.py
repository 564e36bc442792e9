"""From a decision to transfers and records: what the shell in PostgreSQL and the twin in memory do alike."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from openscf.financing.fields import write
from openscf.financing.ids import account_within
from openscf.financing.model import AccountSpec, Deal, Decision, Facts, Movement, Product, Scope
from openscf.kernel.ids import PartyId, TransferId
from openscf.kernel.ports import IdSource
from openscf.ledger import Account, Maker, Transfer, standing_account


def account_of(deal: Deal, spec: AccountSpec) -> Account:
    """The account that a name means in a deal, empty."""
    owner = deal.parties[spec.role]
    if spec.scope is Scope.PARTY:
        return standing_account(owner, deal.currency.code, spec.purpose)
    return Account(
        account_within(deal.id, spec.name), owner, deal.currency.code, spec.purpose,
        floor_minor=0 if spec.floor else None, ceiling_minor=0 if spec.ceiling else None,
    )  # fmt: skip


def accounts_of(product: Product, deal: Deal, scope: Scope | None = None) -> dict[str, Account]:
    """All accounts of a deal whose roles are filled, by name."""
    wanted = [one for one in product.accounts if one.role in deal.parties and scope in (None, one.scope)]
    return {one.name: account_of(deal, one) for one in wanted}


def transfers(
    product: Product, deal: Deal, movements: Iterable[Movement], *, maker: Maker, ids: IdSource
) -> list[Transfer]:
    """The transfers of movements; each carries the amount's name in its reason, so that a statement explains itself."""
    return transfers_between(accounts_of(product, deal), movements, maker=maker, ids=ids)


def transfers_between(
    accounts: Mapping[str, Account], movements: Iterable[Movement], *, maker: Maker, ids: IdSource
) -> list[Transfer]:
    """The same where the deal's accounts are known already, by name."""
    made = []
    for movement in movements:
        named = Maker(maker.value_on, f"{maker.reason}.{movement.name}", maker.subject)
        made.append(
            named.transfer(
                ids.new(TransferId), debit=accounts[movement.debit].id, credit=accounts[movement.credit].id,
                amount_minor=movement.amount.minor,
            )
        )  # fmt: skip
    return made


def maker_of(deal: Deal, decision: Decision, on: dt.date) -> Maker:
    """Who writes the transfers of a decision: business date, reason and subject."""
    return Maker(on, f"{deal.product}.{decision.event}", uuid.UUID(int=deal.id.int))


def inputs_record(command: str, params: Any, facts: Facts, *, calendar: str) -> dict[str, Any]:
    """All that a decision depended on beside the deal, JSON-ready."""
    asset = {} if facts.asset is None else {"asset": facts.asset.record()}
    return {
        "command": command, "params": write(params), "calendar": calendar, **asset,
        "balances": {name: amount.as_json() for name, amount in facts.balances.items() if amount},
        "evidence": write(facts.evidence),
    }  # fmt: skip


def outcome_record(decision: Decision) -> dict[str, Any]:
    """All that a decision came to, JSON-ready."""
    return {
        "event": decision.event, "state": decision.deal.state,
        "amounts": {name: amount.as_json() for name, amount in decision.amounts.items()},
        "movements": [[m.name, m.debit, m.credit, m.amount.as_json()] for m in decision.movements],
        "reserve": decision.reserve.as_json(), "release": decision.release.as_json(), "commit": decision.commit,
        "takes_lien": decision.takes_lien, "ends": decision.ends, "notices": list(decision.notices),
    }  # fmt: skip


def risk_parties(product: Product, deal: Deal) -> dict[str, PartyId]:
    """Role to enterprise, of the roles whose limits carry the exposure."""
    return {role: deal.parties[role] for role in product.limits_on if role in deal.parties}
