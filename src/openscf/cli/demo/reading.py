"""What the demo tells afterwards: every figure is read back from the database or the evidence, none is remembered."""

import datetime as dt
import json
from collections import defaultdict
from typing import Any, Final

from openscf import financing
from openscf.bootstrap import Platform
from openscf.cli.demo.story import Story
from openscf.cluster import Joined, Stage
from openscf.db import UnitOfWork
from openscf.db.audit import Choice, Sealer, export_evidence, sealer_at, verify_evidence
from openscf.financing import Kept
from openscf.kernel.errors import Refusal
from openscf.kernel.money import CNY, Money, parse_money
from openscf.ledger import Ledger, Statement
from openscf.operations import verify_books
from openscf.parties import roles_of

NO_PROOF: Final = {"bytes": 0, "entries": 0, "holds": False, "forged_copy_holds": False}
LONG_AGO: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
AMOUNTS: Final = ("advance", "fee", "interest", "penalty", "principal", "remainder")
"""Amounts of a deal's events that are summed up for its line."""


def read_back(story: Story, platform: Platform) -> dict[str, Any]:
    """The state of the story's book, the judgement of all invariants, and of its evidence.

    Returns:
        A JSON-ready record; `sound` says whether everything held.
    """
    stage = story.stage
    with platform.database.reading(story.context) as work:
        ledger = Ledger(work)
        cash = stage.cash_of("castings").id
        record: dict[str, Any] = {
            "tenant": str(story.context.tenant),
            "members": [_member(work, joined, stage) for joined in stage.joined.values()],
            "happened": [{"on": str(one.on), "en": one.en, "zh": one.zh} for one in story.happened],
            "deals": [_deal(work, kept, stage) for kept in financing.find_deals(work)],
            "limits": [_limit(work, kept, stage) for kept in financing.limits_of(work)],
            "statement": _statement(ledger.statement(cash, LONG_AGO, platform.clock.now())),
            "trial_balance_minor": ledger.trial_balance(),
            "closed_through": str(ledger.closed_through()),
        }
    record["refusals"] = [refusal_shown(tried, refusal) for tried, refusal in story.refused]
    record["repeated_command"] = {"same_answer": story.replayed}
    record |= judged(stage, platform)
    record["sound"] = _sound(record)
    return record


def refusal_shown(tried: tuple[str, str], refusal: Refusal) -> dict[str, Any]:
    """What was tried and how it was refused, in both languages."""
    return {
        "tried": {"en": tried[0], "zh": tried[1]}, "code": refusal.code,
        "sentence": {"en": refusal.sentence("en"), "zh": refusal.sentence("zh")},
        "remedy": {"en": refusal.remedy("en"), "zh": refusal.remedy("zh")},
    }  # fmt: skip


def judged(stage: Stage, platform: Platform) -> dict[str, Any]:
    """Seal, check every invariant; then, without the database, judge a file of evidence and a forged copy of it."""
    sealer = sealer_at(platform.database, platform.settings)
    sealed = sealer.seal(checkpoint=True)
    books = verify_books(platform.database, sealer)
    proof = _proof(sealer, Choice(tenant=stage.context.tenant)) if books.audit.ok else NO_PROOF
    return {"sealed": sealed.sealed, "books": books.as_record(), "evidence": proof}


def _member(work: UnitOfWork, joined: Joined, stage: Stage) -> dict[str, Any]:
    party, cash = joined.party, stage.cash_account(joined)
    platform_minor = Ledger(work).balances([cash.id]).get(cash.id, 0)
    return {
        "id": str(party.id), "name": _names(joined), "uscc": party.uscc,
        "roles": [held.role.value for held in roles_of(work, party.id)],
        "cash": Money(platform_minor, CNY).amount, "outside": stage.outside_of(joined).amount,
    }  # fmt: skip


def _deal(work: UnitOfWork, kept: Kept, stage: Stage) -> dict[str, Any]:
    """A line: who, the face, the state, and what its events came to."""
    sums: dict[str, Money] = defaultdict(lambda: Money.zero(kept.deal.currency))
    for row in financing.deal_events(work, kept.deal.id):
        for name, amount in json.loads(row.outcome).get("amounts", {}).items():
            sums[name] += parse_money(amount)
    names = {joined.party.id: _names(joined) for joined in stage.joined.values()}
    book = kept.deal.book
    return {
        "id": str(kept.deal.id), "number": book.number, "state": kept.deal.state,
        "client": names[kept.deal.parties["client"]], "obligor": names[kept.deal.parties["obligor"]],
        "face": book.face.amount, "due_on": str(book.due_on), "events": kept.deal.version,
        **{name: sums[name].amount for name in AMOUNTS},
    }  # fmt: skip


def _limit(work: UnitOfWork, node: financing.LimitNode, stage: Stage) -> dict[str, Any]:
    names = {joined.party.id: _names(joined) for joined in stage.joined.values()}
    found = financing.usage(work, node)
    return {
        "kind": node.kind.value, "party": names[node.party or node.owner], "amount": node.amount.amount,
        "used": found.used.amount, "reserved": found.reserved.amount, "available": found.available.amount,
    }  # fmt: skip


def _names(joined: Joined) -> dict[str, str]:
    return {"en": joined.party.name_en or joined.party.name, "zh": joined.party.name}


def _statement(statement: Statement) -> dict[str, Any]:
    lines = [
        {"value_on": str(entry.value_on), "reason": entry.reason, "amount": Money(entry.amount_minor, CNY).amount,
         "balance": Money(entry.balance_minor, CNY).amount}
        for entry in statement.entries
    ]  # fmt: skip
    ends = {
        "opening": Money(statement.opening_minor, CNY).amount,
        "closing": Money(statement.closing_minor, CNY).amount,
    }
    return {"account": str(statement.account), **ends, "entries": lines}


def _proof(sealer: Sealer, choice: Choice) -> dict[str, Any]:
    package = export_evidence(sealer, choice)
    public = next(iter(sealer.keys.publics().values()))
    honest, forged = verify_evidence(package, public), verify_evidence(_altered(package), public)
    entries = len(honest.package.entries) if honest.package else 0
    return {"bytes": len(package), "entries": entries, "holds": honest.ok, "forged_copy_holds": forged.ok}


def _altered(package: bytes) -> bytes:
    middle = len(package) // 2
    return package[:middle] + bytes([package[middle] ^ 1]) + package[middle + 1 :]


def _sound(record: dict[str, Any]) -> bool:
    return bool(is_proven(record) and record["repeated_command"]["same_answer"])


def is_proven(record: dict[str, Any]) -> bool:
    """Whether the books balance, no invariant is broken, and the evidence holds where its forged copy does not."""
    balanced = all(total == 0 for total in record["trial_balance_minor"].values())
    proven = record["evidence"]["holds"] and not record["evidence"]["forged_copy_holds"]
    return bool(balanced and proven and record["books"]["ok"])
