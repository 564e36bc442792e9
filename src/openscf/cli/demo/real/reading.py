"""The figures of the demo on real invoices: counts of the play, amounts of the ledger and the deals, judged books."""

import statistics
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from openscf import financing
from openscf.bootstrap import Platform
from openscf.cli.demo.reading import LONG_AGO, is_proven, judged
from openscf.cli.demo.real.play import Play
from openscf.db import UnitOfWork
from openscf.financing import Kept
from openscf.kernel.money import CNY, Money, parse_amount
from openscf.ledger import Ledger

PAGE: Final = 500
LENT: Final = ("advance", "fee", "interest", "penalty", "principal", "recovered")


def read_real(play: Play, platform: Platform) -> dict[str, Any]:
    """What became of the invoices.

    Returns:
        A JSON-ready record; amounts are decimal texts, times are seconds; `sound` says whether everything held.
    """
    with platform.database.reading(play.stage.context) as work:
        deals = [kept for kept in _deals(work) if kept.deal.state not in ("proposed", "verified", "accepted")]
        record: dict[str, Any] = {
            **_counts(play), "money": _money(work, play, deals),
            "states": dict(Counter(kept.deal.state for kept in deals)),
            "trial_balance_minor": Ledger(work).trial_balance(),
            "limits_used": _used(work).amount,
        }  # fmt: skip
    record |= judged(play.stage, platform)
    record["conserved"] = _conserved(record)
    record["sound"] = bool(is_proven(record) and record["conserved"] and not record["unshared"])
    return record


def _counts(play: Play) -> dict[str, Any]:
    counted = play.counted
    tables = [report for outcome in counted.files if (report := outcome.report) is not None]
    return {
        "firms": len(play.chosen.pairs), "buyers": len(play.chosen.buyers),
        "ingested": {
            "files": len(counted.files), "rows": sum(each.rows for each in counted.files),
            "rejected": sum(each.rejected for each in counted.files), "documents": sum(each.new for each in tables),
            "seen_before": sum(each.seen for each in tables), "versions": sum(each.versions for each in tables),
            "flags": dict(sum((Counter(each.flags) for each in tables), Counter())),
        },
        "offered": counted.offered, "eligible": counted.eligible, "financed": counted.financed,
        "refused": dict(counted.refused.most_common()), "waiting": dict(counted.waiting.most_common()),
        "fates": dict(counted.fates), "receipts": play.paying.receipts, "unplaced": play.paying.unplaced,
        "unshared": play.paying.unshared, "speed": _speed(play),
    }  # fmt: skip


def _speed(play: Play) -> dict[str, Any]:
    """Seconds by phase and of an application to its cash; invoices in a second, financing alone and whole life."""
    counted = play.counted
    each = sorted(counted.application_s) or [0.0]
    whole = sum(counted.seconds.values())
    asking = counted.seconds["financing"] + counted.seconds["confirming"]
    return {
        "seconds": {name: round(took, 2) for name, took in counted.seconds.items()},
        "application_to_cash_s": {
            "median": round(statistics.median(each), 4), "p95": round(each[int(len(each) * 0.95)], 4),
            "most": round(each[-1], 4),
        },
        "financed_per_s": round(counted.financed / asking, 2) if asking else 0.0,
        "whole_life_per_s": round(counted.financed / whole, 2) if whole else 0.0,
    }  # fmt: skip


def _deals(work: UnitOfWork) -> Iterator[Kept]:
    page = financing.find_deals(work, most=PAGE)
    while page:
        yield from page
        page = financing.find_deals(work, after=page[-1].deal.id, most=PAGE)


def _money(work: UnitOfWork, play: Play, deals: list[Kept]) -> dict[str, str]:
    """Sums of the funder's own account by what the entries are for, and of the deals' books."""
    sums = {name: Money.zero(CNY) for name in (*LENT, "bought_back", "brought")}
    account = play.stage.cash_of("funder").id
    for entry in Ledger(work).statement(account, LONG_AGO, play.stage.clock.now()).entries:
        event, _, name = entry.reason.rpartition(".")
        amount = Money(abs(entry.amount_minor), CNY)
        if name in LENT:
            sums[name] += amount
        elif entry.reason.startswith("settlement"):
            sums["brought"] += amount
        if event.startswith("factoring.repay"):
            sums["bought_back"] += amount
    nothing = Money.zero(CNY)
    given_up = [kept.deal.book for kept in deals if kept.deal.state in ("written_off", "closed")]
    return {
        **{name: amount.amount for name, amount in sums.items()},
        "face": sum((kept.deal.book.face for kept in deals), nothing).amount,
        "loss": sum((book.loss for book in given_up), nothing).amount,
        "outstanding": sum((kept.deal.book.loan.principal for kept in deals), nothing).amount,
        "funder_has": play.stage.cash("funder").amount,
    }  # fmt: skip


def _used(work: UnitOfWork) -> Money:
    used = [financing.usage(work, node).used for node in financing.limits_of(work)]
    return sum(used, Money.zero(CNY))


def _conserved(record: dict[str, Any]) -> bool:
    """The funder has what it brought, less what it lent, and what came back; when nothing is open no limit is used."""
    money = {name: parse_amount(text, CNY, allow_negative=True) for name, text in record["money"].items()}
    back = sum((money[name] for name in LENT[1:]), Money.zero(CNY))
    return bool(
        money["funder_has"] == money["brought"] - money["advance"] + back
        and (money["outstanding"].minor > 0 or record["limits_used"] == Money.zero(CNY).amount)
    )
