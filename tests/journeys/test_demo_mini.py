"""The demo's mini-economy tells the truth: every product, one fraud caught, one default, and books that hold."""

import os
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from openscf import operations, trades
from openscf.bootstrap import Platform
from openscf.cli.demo.mini import read_mini, tell_mini
from openscf.cluster import Miniature, start_clock
from openscf.cluster.miniature import cast
from openscf.db import Database
from openscf.db.settings import Settings
from openscf.kernel.money import CNY, parse_amount
from openscf.kernel.rates import Rate


@pytest.fixture
def played(database: Database, tmp_path: Path) -> tuple[Miniature, Platform]:
    database.clock = start_clock()
    platform = Platform(database, database.clock, database.ids, Settings(home=tmp_path))
    play = Miniature(platform, platform.clock)  # type: ignore[arg-type]  # the clock that stands above
    play.play()
    return play, platform


def text_of(record: dict[str, Any]) -> str:
    console = Console(record=True, width=200, file=open(os.devnull, "w"))  # noqa: SIM115 - ends with the test
    tell_mini(record, console)
    return console.export_text()


ROADS = {
    "upload_documents", "list_invoices", "confirm_receivable", "approve_request", "apply_financing", "accept_offer",
    "upload_payables", "set_auto_trade", "open_financing", "perform_step", "request_step", "get_pool", "draw_pool",
    "issue_voucher", "approve_voucher", "accept_voucher", "transfer_voucher", "accept_piece", "finance_voucher",
    "fund_piece", "redeem_voucher", "announce_deposit", "record_bank_statement", "run_day_end", "propose_programme",
    "create_limit", "record_rating",
}  # fmt: skip


@pytest.mark.slow
def test_every_product_is_used_fraud_is_caught_a_default_is_borne_and_the_books_hold(
    played: tuple[Miniature, Platform], monkeypatch: pytest.MonkeyPatch
) -> None:
    play, platform = played
    record = read_mini(play, platform)
    assert record["sound"], record["books"]
    states = {one["code"]: set(one["states"]) for one in record["products"]}
    assert len(states) == 8
    assert "written_off" in states["factoring"], "the default"
    assert states["payables_voucher"] == {"settled"}
    assert record["fell_overdue"] > 1, "the late payer and the insolvent one"
    codes = {one["code"] for one in record["refusals"]}
    assert {"encumbered", "trade_not_matched", "limit_exceeded"} <= codes
    story = " ".join(one["en"] for one in record["happened"])
    assert all(
        word in story
        for word in ("disputes", "settled", "written off", "voucher", "early", "escrow", "distributor", "rated")
    )
    the_bank_and_the_ledger_agree(play, record)
    trades_close(play, record)
    assert set(play.through.door.counter.calls) >= ROADS, "members act through the operations of the platform"
    for language, words in (("en", ("Factoring", "came back")), ("zh", ("保理", "收回"))):
        monkeypatch.setenv("OPENSCF_LANG", language)
        shown = text_of(record)
        assert all(word in shown for word in words)
        assert shown.count("✓") == 7
        assert "✗" not in shown
    figures_are_the_ledgers(play, platform, record)
    a_price_follows_from_credit(play, platform)


def trades_close(play: Miniature, record: dict[str, Any]) -> None:
    """What was paid is paid in the register of trades, on whatever road; what is open there is not due or was not paid.

    Planted: a door that sends no statements leaves all that was paid from bank to bank open.
    """
    found = record["trades"]
    assert found["closed"] > found["invoices"] // 2
    assert found["closed"] == found["standings"]["paid"], "order, goods and price are closed wherever money is"
    assert found["unexplained"] == 0
    paid = {one.number for one in play.world.claims.values() if one.paid is not None}
    late = [
        one for one in play.world.claims.values() if one.paid is None and play.through.dates[one.due] < play.stage.today
    ]
    closed = {
        one.document.document.number
        for one in play.through.door.read(trades.closures, trades.WantedClosures(closed=("money",)), limit=1000)
    }
    assert closed - paid == set(), "nothing is paid that nobody paid"
    assert len(paid - closed) <= 1, "but for a payable whose penalty was served first"
    assert found["standings"]["overdue"] == len(late) + 1, "nobody paid them; and one is of a trade that never was"


def the_bank_and_the_ledger_agree(play: Miniature, record: dict[str, Any]) -> None:
    """No fen is made or lost: what all have at the bank is what they began with, and what lies in escrow there."""
    brought = sum(parse_amount(one["brought"], CNY).minor for one in record["funders"])
    has = sum(parse_amount(one["has"], CNY).minor for one in record["funders"])
    assert brought == 120_000_000_00
    assert has < brought, "some of it is lent or lost at the end"
    totals = sum(book.balance_minor for book in play.stage.bank.state.books.values())
    begun = sum(spec.cash for spec in play.world.design.firms)
    others = [name for name in play.stage.joined if name not in play.world.firms]
    assert totals == begun + len(others) * 10**15 + 10**16, "the bank's own books add up"


def figures_are_the_ledgers(play: Miniature, platform: Platform, before: dict[str, Any]) -> None:
    """Planted: the simulator forgets all that it remembers of amounts; no figure of money changes."""
    play.world.tally.financed_value = play.world.tally.cost = 0
    play.through.deals.clear()
    after = read_mini(play, platform)
    for name in ("products", "funders", "trial_balance_minor"):
        assert before[name] == after[name]


def a_price_follows_from_credit(play: Miniature, platform: Platform) -> None:
    """Once the firms are judged, as the worker does each night, the second bank prices an invoice by them."""
    stage, frames = play.stage, play.through.door.frames
    operations.refresh(platform.database, stage.context, platform.settings.home, on=stage.today)
    claim = next(
        one for one in play.world.owed["anchor"]
        if one.seller in cast.SUPPLIERS and not one.financed and play.through.dates[one.due] > stage.today
    )  # fmt: skip
    document = play.through.door.document(claim.number, claim.seller)
    application = operations.Application(programme=frames["credit"], document=document)
    quoted = stage.run(
        f"{claim.seller}.maker", operations.quote, application, on=stage.today, fingerprints=stage.fingerprints
    )
    assert quoted.judged.priced is not None
    assert quoted.offer is not None
    assert quoted.judged.priced.price is not None, "the seller is judged"
    assert quoted.offer.rate == quoted.judged.priced.rate < Rate.bps(1500)
