"""What the demo tells afterwards: every figure is read back from the database or the evidence, none is remembered."""

import datetime as dt
from typing import Any, Final

from openscf.bootstrap import Platform
from openscf.cli.demo import deal
from openscf.cli.demo.story import Story
from openscf.db.audit import Choice, Sealer, export_evidence, sealer_at, verify_evidence
from openscf.kernel.money import CNY, Money
from openscf.ledger import Account, Ledger, Statement
from openscf.operations import verify_books
from openscf.parties import roles_of

NO_PROOF: Final = {"bytes": 0, "entries": 0, "holds": False, "forged_copy_holds": False}
LONG_AGO: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def read_back(story: Story, platform: Platform) -> dict[str, Any]:
    """The state of the story's book, the judgement of all invariants, and of its evidence.

    Returns:
        A JSON-ready record; `sound` says whether everything held.
    """
    with platform.database.reading(story.context) as work:
        ledger = Ledger(work)
        owners = {member.id: (name, member) for name, member in story.members.items()}
        record: dict[str, Any] = {
            "tenant": str(story.context.tenant),
            "members": [
                {"id": str(member.id), "name_zh": member.name_zh, "name_en": member.name_en, "uscc": member.uscc,
                 "roles": [held.role.value for held in roles_of(work, member.id)]}
                for _, member in owners.values()
            ],
            "accounts": [_account(ledger.account(account), owners) for account in story.accounts.values()],
            "statement": _statement(ledger.statement(story.accounts["supplier"], LONG_AGO, platform.clock.now())),
            "trial_balance_minor": ledger.trial_balance(),
            "closed_through": str(ledger.closed_through()),
        }  # fmt: skip
    record["refusals"] = [
        {"tried": {"en": en, "zh": zh}, "code": refusal.code,
         "sentence": {"en": refusal.sentence("en"), "zh": refusal.sentence("zh")},
         "remedy": {"en": refusal.remedy("en"), "zh": refusal.remedy("zh")}}
        for (en, zh), refusal in story.refused
    ]  # fmt: skip
    record["repeated_command"] = {"same_answer": story.replayed}
    record |= _evidence(story, platform)
    record["sound"] = _sound(record)
    return record


def _account(account: Account, owners: dict[Any, Any]) -> dict[str, Any]:
    name, member = owners[account.owner]
    return {
        "id": str(account.id), "owner": name, "owner_name": {"en": member.name_en, "zh": member.name_zh},
        "unit": account.unit, "purpose": account.purpose, "balance": Money(account.posted_minor, CNY).amount,
        "held": Money(account.held_out_minor, CNY).amount, "version": account.version,
    }  # fmt: skip


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


def _evidence(story: Story, platform: Platform) -> dict[str, Any]:
    """Seal, check every invariant; then, without the database, judge a file of evidence and a forged copy of it."""
    sealer = sealer_at(platform.database, platform.settings)
    sealed = sealer.seal(checkpoint=True)
    books = verify_books(platform.database, sealer)
    proof = _proof(sealer, Choice(tenant=story.context.tenant)) if books.audit.ok else NO_PROOF
    return {"sealed": sealed.sealed, "books": books.as_record(), "evidence": proof}


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
    balanced = all(total == 0 for total in record["trial_balance_minor"].values())
    proven = record["evidence"]["holds"] and not record["evidence"]["forged_copy_holds"]
    paid = record["statement"]["closing"] == (deal.FACE - deal.FEE - deal.INTEREST).amount
    return balanced and proven and paid and record["books"]["ok"] and record["repeated_command"]["same_answer"]
