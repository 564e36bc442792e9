"""The figures of the mini-economy: amounts of the ledger and the deals, judged books; speed is measured outside."""

import json
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, Final

from openscf import financing, trades
from openscf.bootstrap import Platform
from openscf.cli.demo.reading import LONG_AGO, is_proven, judged
from openscf.cluster import Miniature, cast
from openscf.db import UnitOfWork
from openscf.financing import Kept, voucher_desk
from openscf.kernel.money import CNY, Money, parse_money
from openscf.ledger import Ledger

PAGE: Final = 500
USUALLY_LENT: Final = ("advance",)
LENT: Final = {
    "receivables_pool": ("drawn",), "payables_voucher": ("price",), "dynamic_discounting": ("paid",),
    "payment_escrow": ("released",),
}  # fmt: skip
COST: Final = ("fee", "interest", "penalty", "discount")
PRODUCTS_SHOWN: Final = (
    "factoring", "receivables_pool", "reverse_factoring", "payables_voucher", "bill_discounting",
    "dynamic_discounting", "export_tax_refund", "payment_escrow",
)  # fmt: skip
_CALLED: Final = {"voucher_piece": "payables_voucher"}


def read_mini(play: Miniature, platform: Platform) -> dict[str, Any]:
    """What became of the mini-economy.

    Returns:
        A JSON-ready record; amounts are decimal texts of CNY, times are seconds or business days; `sound` says whether
        everything held.
    """
    stage, through = play.stage, play.through
    with platform.database.reading(stage.context) as work:
        deals = list(_deals(work))
        money = _money(work, play)
        record: dict[str, Any] = {
            "tenant": str(stage.context.tenant), "days": play.days, "seed": play.seed,
            "members": Counter(member.role.value for member in cast.MEMBERS.values()),
            "papers": through.papers_sent, "products": _products(work, deals, money),
            "funders": _funders(work, play), "requests": _requests(play, work, deals),
            "happened": [{"on": str(one.on), "en": one.en, "zh": one.zh} for one in through.happened],
            "trades": _trades(work, play),
            "fell_overdue": through.overdue, "trial_balance_minor": Ledger(work).trial_balance(),
            "closed_through": str(Ledger(work).closed_through()),
        }  # fmt: skip
    record["refusals"] = _refusals(play)
    record |= judged(stage, platform)
    record["conserved"] = all(one["conserved"] for one in record["funders"])
    record["every_product"] = all(one["deals"] for one in record["products"])
    record["sound"] = bool(is_proven(record) and record["conserved"] and record["every_product"])
    return record


def _deals(work: UnitOfWork) -> Iterator[Kept]:
    page = financing.find_deals(work, most=PAGE)
    while page:
        yield from page
        page = financing.find_deals(work, after=page[-1].deal.id, most=PAGE)


def _money(work: UnitOfWork, play: Miniature) -> dict[str, Counter[str]]:
    """By product, what the funders' and the anchor's own accounts paid and took, by the names of the amounts."""
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for name in (*cast.FUNDERS, "anchor", "shop-0"):
        account = play.stage.cash_of(name).id
        for entry in Ledger(work).statement(account, LONG_AGO, play.stage.clock.now()).entries:
            product, _, rest = entry.reason.partition(".")
            sums[_CALLED.get(product, product)][rest.rpartition(".")[2]] += abs(entry.amount_minor)
    return sums


def _products(work: UnitOfWork, deals: list[Kept], money: dict[str, Counter[str]]) -> list[dict[str, Any]]:
    states: dict[str, Counter[str]] = defaultdict(Counter)
    for kept in deals:
        states[kept.deal.product][kept.deal.state] += 1
    for voucher in voucher_desk.find_vouchers(work):
        states["payables_voucher"][voucher.deal.state] += 1
    shown = []
    for code in PRODUCTS_SHOWN:
        product, sums = financing.PRODUCTS.get(code), money[code]
        lent = sum(sums[name] for name in LENT.get(code, USUALLY_LENT))
        cost = sum(sums[name] for name in COST) + _forgone(work, deals, code)
        shown.append(
            {
                "code": code, "name": {"en": product.en, "zh": product.zh}, "deals": sum(states[code].values()),
                "states": dict(states[code]), "paid_out": _yuan(lent), "cost": _yuan(cost),
            }
        )  # fmt: skip
    return shown


def _forgone(work: UnitOfWork, deals: list[Kept], code: str) -> int:
    """Discounts that move no cash: what a supplier who is paid early does not get."""
    if code != "dynamic_discounting":
        return 0
    mine = [kept for kept in deals if kept.deal.product == code]
    rows = [row for kept in mine for row in financing.deal_events(work, kept.deal.id) if row.command == "pay"]
    return sum(parse_money(json.loads(row.outcome)["amounts"]["discount"]).minor for row in rows)


def _funders(work: UnitOfWork, play: Miniature) -> list[dict[str, Any]]:
    """What each funder brought, lent, got back and has; conserved if that is all there is."""
    found = []
    for name in cast.FUNDERS:
        sums: Counter[str] = Counter()
        account = play.stage.cash_of(name).id
        for entry in Ledger(work).statement(account, LONG_AGO, play.stage.clock.now()).entries:
            group = entry.reason.partition(".")[0] == "settlement"
            sums["brought" if group else "earned" if entry.reason.rpartition(".")[2] in COST else
                 "lent" if entry.amount_minor < 0 else "back"] += entry.amount_minor  # fmt: skip
        has = Ledger(work).balances([account]).get(account, 0)
        member = cast.MEMBERS[name]
        found.append(
            {
                "name": {"en": member.name_en, "zh": member.name_zh}, "brought": _yuan(sums["brought"]),
                "lent": _yuan(-sums["lent"]), "back": _yuan(sums["back"]), "earned": _yuan(sums["earned"]),
                "has": _yuan(has), "conserved": sum(sums.values()) == has,
            }
        )  # fmt: skip
    return found


def _trades(work: UnitOfWork, play: Miniature) -> dict[str, Any]:
    """What has become of the invoices, as the platform answers it on the last day: how many trades are closed whole."""
    found: list[trades.StoredClosure] = []
    page = trades.closures(work, trades.WantedClosures(), limit=PAGE)
    while page:
        found += page
        page = trades.closures(work, trades.WantedClosures(), after=page[-1].document.id, limit=PAGE)
    closed = [one for one in found if not one.match.closure.missing]
    standings = Counter(trades.standing_of(one, play.stage.today).value for one in found)
    waiting = trades.find_exceptions(work, trades.WantedExceptions(), limit=PAGE)
    return {
        "invoices": len(found), "closed": len(closed), "standings": dict(standings), "unexplained": len(waiting),
        "value": _yuan(_billed(found)), "value_closed": _yuan(_billed(closed)),
    }  # fmt: skip


def _billed(invoices: list[trades.StoredClosure]) -> int:
    return sum(one.document.document.gross_minor or 0 for one in invoices)


def _requests(play: Miniature, work: UnitOfWork, deals: list[Kept]) -> dict[str, Any]:
    """Requests of the firms and what became of them; days are those between a deal's opening and its funding."""
    asked = [one for _, _, one in play.through.asked]
    seconds = sorted(one.seconds for one in asked if one.funded) or [0.0]
    days = [found for kept in deals if (found := _days_to_cash(work, kept)) is not None] or [0]
    return {
        "asked": len(asked), "funded": sum(one.funded for one in asked),
        "seconds": {
            "median": round(statistics.median(seconds), 3), "most": round(seconds[-1], 3),
        },
        "days_to_cash": {"median": statistics.median(days), "most": max(days)},
    }  # fmt: skip


def _days_to_cash(work: UnitOfWork, kept: Kept) -> int | None:
    """Calendar days from the application to the payment, as the deal's own events say; None if none was made."""
    events = financing.deal_events(work, kept.deal.id)
    funded = [row.value_on for row in events if row.command == "fund"]
    return (funded[0] - events[0].value_on).days if funded and kept.deal.product == "factoring" else None


def _refusals(play: Miniature) -> list[dict[str, Any]]:
    """By code: how often, and the first one in both languages."""
    counts = Counter(refused.code for _, _, refused in play.through.refused)
    shown = []
    for code, count in counts.most_common():
        on, tried, refused = next(one for one in play.through.refused if one[2].code == code)
        shown.append(
            {
                "code": code, "count": count, "on": str(on), "tried": {"en": tried[0], "zh": tried[1]},
                "sentence": {"en": refused.sentence("en"), "zh": refused.sentence("zh")},
                "remedy": {"en": refused.remedy("en"), "zh": refused.remedy("zh")},
            }
        )  # fmt: skip
    return shown


def _yuan(minor: int) -> str:
    return Money(minor, CNY).amount
